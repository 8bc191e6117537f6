//! When entries take place, those that recur each time.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use domain::schedule::Recurrence;

use crate::{store::schedule::read::EntryRow, zone};

/// Once that an entry takes place.
pub struct Occurrence<'a> {
    pub entry: &'a EntryRow,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

/// What takes place between two moments, in order.
pub fn occurrences(rows: &[EntryRow], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Occurrence<'_>> {
    let mut found: Vec<Occurrence<'_>> = rows.iter().flat_map(|entry| of_entry(entry, from, to)).collect();
    found.retain(|once| once.start < to && (once.end > from || once.start >= from));
    found.sort_by_key(|once| (once.start, std::cmp::Reverse(once.end), once.entry.entry_id));
    found
}

fn of_entry(entry: &EntryRow, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Occurrence<'_>> {
    let once = |start| Occurrence {
        entry,
        start,
        end: start + (entry.end - entry.start),
    };
    let pattern = entry.recurrence.clone();
    let Some(pattern) = pattern.and_then(|pattern| serde_json::from_value::<Recurrence>(pattern).ok()) else {
        return vec![once(entry.start)];
    };
    // By the clocks of the place where the tenant is, whoever looks at it from wherever.
    let zone: Tz = entry
        .tenant_zone
        .as_deref()
        .and_then(|name| name.parse().ok())
        .unwrap_or(Tz::UTC);
    let first = entry.start.with_timezone(&zone).naive_local();
    let lasts = entry.end - entry.start;
    let day = |time: DateTime<Utc>| time.with_timezone(&zone).date_naive();
    let again = pattern
        .days(first.date(), day(from - lasts - Duration::days(1)), day(to))
        .into_iter()
        .map(|day| day.and_time(first.time()))
        .filter_map(|wall| {
            // What the clocks skip comes when they go on.
            zone::instant(wall, zone)
                .or_else(|_| zone::instant(wall + Duration::hours(1), zone))
                .ok()
        })
        .map(once);
    let at_first = (!pattern.skips(first.date())).then(|| once(entry.start));
    at_first.into_iter().chain(again).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn standup(recurrence: Option<serde_json::Value>) -> EntryRow {
        EntryRow {
            entry_id: domain::ScheduleEntryId(uuid::Uuid::nil()),
            title: "Stand-up".into(),
            start: utc("2026-10-21T07:00:00Z"),
            end: utc("2026-10-21T07:15:00Z"),
            work_item_type: "ad_hoc".into(),
            is_private: false,
            is_cancelled: false,
            recurrence,
            updated_at: None,
            assignees: Vec::new(),
            client_name: None,
            request_status: None,
            meeting: None,
            has_live_meeting: false,
            tenant_zone: Some("Europe/Berlin".into()),
        }
    }

    fn starts(row: EntryRow, from: &str, to: &str) -> Vec<String> {
        let rows = [row];
        let found = occurrences(&rows, utc(from), utc(to));
        found.into_iter().map(|once| once.start.to_rfc3339()).collect()
    }

    #[test]
    fn what_recurs_keeps_its_clock_over_the_change() {
        let row = standup(Some(json!({ "frequency": "daily", "workdaysOnly": true })));
        // The clocks are put back on Sunday, 25 October.
        assert_eq!(
            starts(row, "2026-10-22T22:00:00Z", "2026-10-27T23:00:00Z"),
            [
                "2026-10-23T07:00:00+00:00",
                "2026-10-26T08:00:00+00:00",
                "2026-10-27T08:00:00+00:00"
            ]
        );
    }

    #[test]
    fn what_the_clocks_skip_comes_when_they_go_on() {
        let mut row = standup(Some(json!({ "frequency": "daily" })));
        (row.start, row.end) = (utc("2026-03-28T01:30:00Z"), utc("2026-03-28T02:00:00Z"));
        assert_eq!(
            starts(row, "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"),
            ["2026-03-28T01:30:00+00:00", "2026-03-29T01:30:00+00:00"]
        );
    }

    #[test]
    fn the_first_time_may_be_an_exception_too() {
        let row = standup(Some(json!({ "frequency": "weekly", "exceptions": ["2026-10-21"] })));
        assert_eq!(
            starts(row, "2026-10-19T00:00:00Z", "2026-10-30T00:00:00Z"),
            ["2026-10-28T08:00:00+00:00"]
        );
        let row = standup(Some(json!("nonsense")));
        assert_eq!(
            starts(row, "2026-10-19T00:00:00Z", "2026-10-30T00:00:00Z"),
            ["2026-10-21T07:00:00+00:00"]
        );
    }
}
