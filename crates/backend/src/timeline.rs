//! From rows to what a timeline shows.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{Cursor, Language, MeetingStatus, TimelineDay, TimelineMeeting, TimelinePage, TimelineRow};

use crate::{Actor, store::interactions::TimelineRecord, zone};

/// How many rows a page has.
pub const PAGE: usize = 30;
/// How many of what is to come are shown on top: more than anybody plans with one client.
pub const UPCOMING: usize = 200;

/// Groups rows, as the store orders them, by day; `limit + 1` rows mean that there is another page.
pub fn page(records: Vec<TimelineRecord>, actor: &Actor, now: DateTime<Utc>) -> TimelinePage {
    let mut page = TimelinePage {
        zone: actor.zone.name().to_owned(),
        ..TimelinePage::default()
    };
    page.total = records
        .first()
        .map_or(0, |record| u32::try_from(record.total).unwrap_or(u32::MAX));
    let mut shown = 0;
    let mut last: Option<Cursor> = None;
    for record in records {
        let cursor = Cursor {
            before: record.interaction_date,
            id: record.interaction_id,
        };
        let date = record.interaction_date;
        if record.upcoming {
            page.upcoming.push(row(record, actor.zone, actor.language, now));
            continue;
        }
        if shown == PAGE {
            page.next = last;
            break;
        }
        let label = zone::day(date, actor.zone, actor.language);
        if page.days.last().is_none_or(|day| day.label != label) {
            page.days.push(TimelineDay {
                label,
                rows: Vec::new(),
            });
        }
        if let Some(day) = page.days.last_mut() {
            day.rows.push(row(record, actor.zone, actor.language, now));
        }
        last = Some(cursor);
        shown += 1;
    }
    page
}

fn row(record: TimelineRecord, zone: Tz, language: Language, now: DateTime<Utc>) -> TimelineRow {
    let start = record.start_time.unwrap_or(record.interaction_date);
    TimelineRow {
        interaction_id: record.interaction_id,
        title: record.title.unwrap_or_default(),
        type_name: record.type_name.unwrap_or_default(),
        icon: record.icon.unwrap_or_default(),
        time: zone::time_span(start, record.end_time, zone, language),
        day: zone::short_day(start, zone, language),
        contact_name: record.contact_name,
        user_name: record.user_name,
        status_name: record.status_name,
        status_is_closed: record.status_is_closed.unwrap_or_default(),
        meeting: record
            .meeting_status
            .as_deref()
            .and_then(MeetingStatus::find)
            .map(|status| TimelineMeeting {
                status,
                join_url: joinable(status, record.meeting_end, record.join_url, now),
            }),
    }
}

/// The link to join, while the meeting is to take place and not over.
pub fn joinable(
    status: MeetingStatus,
    end: Option<DateTime<Utc>>,
    join_url: Option<String>,
    now: DateTime<Utc>,
) -> Option<String> {
    // The link came from Microsoft; a page links to nothing but https all the same.
    join_url.filter(|url| status.is_joinable() && end.is_some_and(|end| end > now) && url.starts_with("https://"))
}
