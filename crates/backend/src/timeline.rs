//! Timelines: of a client, of a contact, and of the whole tenant.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::{
    Choice, Cursor, ErrorCode, InteractionId, MeetingStatus, Place, TimelineDay, TimelineFilter, TimelineMeeting,
    TimelineOptions, TimelinePage, TimelineQuery, TimelineRow,
};
use uuid::Uuid;

use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    store::{
        self,
        timeline::{TimelineRecord, Wanted},
    },
    zone,
};

/// How many rows a page has. The statement's limit is one more: then there is another page.
pub const PAGE: usize = 20;
/// How many of what is to come are shown on top; likewise.
pub const UPCOMING: usize = 50;
/// Of the whole tenant's only the next few, unless somebody asks for them: below stands what happened, which is looked for more.
pub const UPCOMING_OF_ALL: usize = 10;
/// How long before its start a meeting can be joined from a timeline, in minutes.
const DOORS_OPEN: i64 = 10;

/// What the filters of a timeline offer.
pub async fn options(backend: &Backend, grant: &Grant<may::InteractionRead>) -> Result<TimelineOptions> {
    let mut tx = backend.db().read(grant.scope()).await?;
    Ok(store::timeline::heading(&mut tx, Place::All).await?.options())
}

/// A page of a timeline, in one statement. Only where there is nothing it is asked whether there is anybody.
pub async fn page(
    backend: &Backend,
    grant: &Grant<may::InteractionRead>,
    place: &str,
    query: &TimelineQuery,
) -> Result<TimelinePage> {
    let place: Place = place.parse().map_err(|()| ErrorCode::NotFound)?;
    let filter = query.filter();
    let now = backend.clock().now();
    let words = filter.search.as_deref().and_then(store::timeline::words);
    let mut tx = backend.db().read_as_planned(grant.scope()).await?;
    let records = store::timeline::page(&mut tx, &wanted(place, &filter, words.as_deref(), grant.zone, now)).await?;
    if records.is_empty() {
        let is_there = match place {
            Place::All => true,
            Place::Client(id) => store::clients::name(&mut tx, id).await?.is_some(),
            Place::Contact(id) => store::clients::client_of_contact(&mut tx, id).await?.is_some(),
        };
        if !is_there {
            return Err(ErrorCode::NotFound.into());
        }
    }
    let upcoming = if place == Place::All && !filter.narrows() {
        UPCOMING_OF_ALL
    } else {
        UPCOMING
    };
    Ok(by_day(records, upcoming, grant, now))
}

fn wanted<'a>(
    place: Place,
    filter: &TimelineFilter,
    words: Option<&'a str>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Wanted<'a> {
    let from = filter.from.map(|day| zone::midnight(day, zone));
    let to = filter
        .to
        .and_then(|day| day.succ_opt())
        .map(|day| zone::midnight(day, zone));
    // What is in progress since this very moment is no longer to come.
    let newest = (now, InteractionId(Uuid::max()));
    let top = match to {
        Some(to) if to <= now => (to, InteractionId(Uuid::nil())),
        _ => newest,
    };
    let before = match filter.after {
        Some(Cursor { before, id }) => top.min((before, id)),
        None => top,
    };
    Wanted {
        place,
        words,
        type_id: filter.type_id,
        user_id: filter.user_id,
        has: filter.has,
        now,
        with_upcoming: filter.after.is_none(),
        upcoming_after: from.map_or(now, |from| now.max(from - Duration::microseconds(1))),
        upcoming_before: to.unwrap_or_else(|| far(2201)),
        from: from.unwrap_or_else(|| far(1)),
        before,
    }
}

/// The beginning of a year that bounds nothing.
fn far(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1)
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .unwrap_or_default()
        .and_utc()
}

/// Groups rows, as the store orders them, by day.
fn by_day(records: Vec<TimelineRecord>, most_upcoming: usize, actor: &Actor, now: DateTime<Utc>) -> TimelinePage {
    let mut page = TimelinePage {
        zone: actor.zone.name().to_owned(),
        ..TimelinePage::default()
    };
    let mut shown = 0;
    let mut last: Option<Cursor> = None;
    for record in records {
        let date = record.interaction_date;
        let cursor = Cursor {
            before: date,
            id: record.interaction_id,
        };
        if record.upcoming {
            if page.upcoming.len() < most_upcoming {
                page.upcoming.push(row(record, actor, now));
            } else if page.later.is_none() {
                page.later = Some(zone::date_value(date, actor.zone));
            }
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
            day.rows.push(row(record, actor, now));
        }
        last = Some(cursor);
        shown += 1;
    }
    page
}

fn row(record: TimelineRecord, actor: &Actor, now: DateTime<Utc>) -> TimelineRow {
    let start = record.start_time.unwrap_or(record.interaction_date);
    let choice = |name: Option<String>| name.unwrap_or_default();
    let meeting = record
        .meeting_status
        .as_deref()
        .and_then(MeetingStatus::find)
        .map(|status| {
            let wait = record
                .meeting_start
                .map_or(0, |start| (start - now).num_seconds() - DOORS_OPEN * 60);
            TimelineMeeting {
                status,
                has_recording: record.has_recording.unwrap_or_default(),
                has_transcript: record.has_transcript.unwrap_or_default(),
                join_url: joinable(status, record.meeting_end, record.join_url, now),
                opens_in: u32::try_from(wait.max(0)).unwrap_or(u32::MAX),
            }
        });
    TimelineRow {
        interaction_id: record.interaction_id,
        title: record.title.unwrap_or_default(),
        type_name: record.type_name.unwrap_or_default(),
        icon: record.icon.unwrap_or_default(),
        time: zone::time_span(start, record.end_time, actor.zone, actor.language),
        day: zone::short_day(start, actor.zone, actor.language),
        client: record.client_id.map(|id| Choice {
            id,
            name: choice(record.client_name),
        }),
        contact: record.contact_id.map(|id| Choice {
            id,
            name: choice(record.contact_name),
        }),
        user_name: record.user_name,
        status_name: record.status_name,
        status_is_closed: record.status_is_closed.unwrap_or_default(),
        meeting,
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
