//! A month of appointments and meetings.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use domain::portal::{MonthDay, PortalMonth};

use super::{about::About, list::shown};
use crate::{Backend, PortalActor, Result, store, zone};

/// The days that a wall clock may be away from any zone's.
const AROUND: Duration = Duration::days(2);

/// The month that is asked for as "2026-11", or the present one, in whole weeks.
pub async fn month(backend: &Backend, actor: &PortalActor, asked: &str) -> Result<PortalMonth> {
    let now = backend.clock().now();
    let (zone, language) = (actor.zone, actor.language);
    let today = now.with_timezone(&zone).date_naive();
    let first = first_of(asked).unwrap_or_else(|| today.with_day(1).unwrap_or(today));
    let (from, to) = weeks(first);
    let mut tx = backend.db().read(actor.scope()).await?;
    let moments = (zone::midnight(from, zone), zone::midnight(to + Duration::days(1), zone));
    let days = (from - AROUND, to + AROUND);
    let requests = store::portal::requests(&mut tx, actor.whose(), days, false).await?;
    let meetings = store::portal::meetings(&mut tx, actor.whose(), moments, false).await?;
    let date = |time: DateTime<Utc>| time.with_timezone(&zone).date_naive();
    let mut found: Vec<About> = requests
        .into_iter()
        .map(|row| About::of_request(row, now))
        .chain(meetings.into_iter().map(|row| About::of_meeting(row, now)))
        .collect();
    found.sort_by_key(|about| (about.start, about.item.id()));
    let mut rows: Vec<(NaiveDate, _)> = found
        .into_iter()
        .map(|about| (date(about.start), shown(actor, about, now)))
        .collect();
    let days = from.iter_days().take_while(|day| *day <= to).map(|day| {
        let (of_day, others) = std::mem::take(&mut rows)
            .into_iter()
            .partition(|(known, _)| *known == day);
        rows = others;
        MonthDay {
            number: day.day(),
            full: zone::date(day, language),
            is_other: day.month() != first.month(),
            is_today: day == today,
            rows: of_day.into_iter().map(|(_, row)| row).collect(),
        }
    });
    Ok(PortalMonth {
        days: days.collect(),
        title: zone::month(first, language),
        weekdays: from
            .iter_days()
            .take(7)
            .map(|day| zone::weekday(day, language))
            .collect(),
        before: name(first - Duration::days(1)),
        after: name(first + Duration::days(31)),
        is_everybodys: actor.is_client_admin,
        zone: zone.name().to_owned(),
    })
}

/// Reads "2026-11". Years that no appointment has are no months.
fn first_of(asked: &str) -> Option<NaiveDate> {
    let (year, month) = asked.trim().split_once('-')?;
    let year = year.parse().ok().filter(|year| (1970..=2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, 1)
}

fn name(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// From the Monday before the first of a month to the Sunday after its last day.
fn weeks(first: NaiveDate) -> (NaiveDate, NaiveDate) {
    let next = first + Duration::days(31);
    let last = next - Duration::days(i64::from(next.day()));
    let before = i64::from(first.weekday().num_days_from_monday());
    let after = 6 - i64::from(last.weekday().num_days_from_monday());
    (first - Duration::days(before), last + Duration::days(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_whole_weeks() {
        for (month, from, to) in [
            ("2026-11", "2026-10-26", "2026-12-06"),
            ("2027-02", "2027-02-01", "2027-02-28"),
            ("2028-02", "2028-01-31", "2028-03-05"),
            ("2026-08", "2026-07-27", "2026-09-06"),
        ] {
            let (first, last) = weeks(first_of(month).unwrap());
            assert_eq!(
                (first.to_string(), last.to_string()),
                (from.to_owned(), to.to_owned()),
                "{month}"
            );
        }
        for nonsense in [
            "",
            "2026",
            "2026-13",
            "0001-01",
            "99999-01",
            "2026-11-24",
            "a-b",
            "-1-1",
        ] {
            assert_eq!(first_of(nonsense), None, "{nonsense}");
        }
        assert_eq!(name(first_of("2026-12").unwrap() + Duration::days(31)), "2027-01");
    }
}
