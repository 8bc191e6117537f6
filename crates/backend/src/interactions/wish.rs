//! Another time that a client would like for a meeting: what staff see of it, and what they answer.

use chrono::{DateTime, Utc};
use domain::{ErrorCode, Failure, Field, InteractionId, MeetingStatus, MeetingWished, Problem, UserId};

use super::meeting::open;
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    appointments::{
        self, Occasion,
        times::{self, Span, Theirs},
    },
    linked::{self, Linked},
    schedule::conflicts,
    store::{self, TenantTx, interactions::InteractionRecord},
};

/// What is wished for a meeting that is still to take place, and what staff have at that time.
pub async fn shown(
    tx: &mut TenantTx,
    viewer: &Actor,
    (id, record): (InteractionId, &InteractionRecord),
    now: DateTime<Utc>,
) -> Result<Option<MeetingWished>> {
    let Some((span, mut wished)) = words(viewer, record, now) else {
        return Ok(None);
    };
    if !wished.is_past
        && viewer.require::<may::ScheduleRead>().is_ok()
        && let Some(taken) = store::meetings::taken(tx, id).await?
    {
        let times = (span.start, span.end);
        wished.conflicts = conflicts::find(tx, viewer, &taken.people, times, taken.entry_id, now).await?;
    }
    Ok(Some(wished))
}

fn words(viewer: &Actor, record: &InteractionRecord, now: DateTime<Utc>) -> Option<(Span, MeetingWished)> {
    let start = record.wished_start?;
    let known = record.start_time.unwrap_or(record.interaction_date);
    let is_open =
        record.has_live_meeting && record.meeting_status.as_deref() == Some(MeetingStatus::Scheduled.as_str());
    if !is_open {
        return None;
    }
    let span = Span {
        start,
        end: start + (record.end_time.or(record.meeting_end)? - known),
        skipped: false,
    };
    let theirs = Theirs::of(record.wished_zone.as_deref());
    let when = times::words(span, viewer.zone, viewer.language);
    let there = times::words(span, theirs.zone, viewer.language);
    let wished = MeetingWished {
        by: record.wished_by.clone().unwrap_or_default(),
        theirs: (theirs.is_known && there != when).then(|| format!("{there} ({})", theirs.zone.name())),
        when,
        note: record.wish_note.clone().filter(|note| !note.trim().is_empty()),
        start: moment(start),
        is_past: start <= now,
        conflicts: Vec::new(),
    };
    Some((span, wished))
}

/// A moment as our own forms send it back.
fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Follows what a client wishes for, or leaves the meeting when it is; they are told either way. `start` says which wish is answered:
/// there may be another one by now.
pub async fn answer_wish(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
    start: &str,
    follow: bool,
) -> Result<InteractionId> {
    let (id, mut tx, linked) = open(backend, grant, id).await?;
    let Some(wished) = wished(&linked) else {
        // Answered already, the same or in another way: the page shows which.
        return Ok(id);
    };
    if moment(wished.start) != start.trim() {
        return Err(ErrorCode::Conflict.into());
    }
    let now = backend.clock().now();
    let told = if follow {
        if wished.start <= now {
            return Err(Failure::field(Field::Start, Problem::Past).into());
        }
        let times = (wished.start, wished.end);
        linked::move_to(backend, &mut tx, grant.user_id(), &linked, times).await?
    } else {
        for meeting in linked.meetings.iter().filter(|meeting| meeting.wished_start.is_some()) {
            store::meetings::wish(&mut tx, meeting.meeting_id, None, now).await?;
            let who = meeting.wished_by.unwrap_or(UserId(uuid::Uuid::nil()));
            let people = appointments::people_of_meeting(&mut tx, meeting.meeting_id, who).await?;
            appointments::tell_people(backend, &mut tx, &people, Occasion::Kept).await?;
        }
        Vec::new()
    };
    tx.commit().await?;
    tracing::info!(interaction.id = %id, user.id = %grant.user_id(), follow, "a wish for another time was answered");
    linked::prompt(backend, grant.scope(), told).await;
    Ok(id)
}

/// From when to when the meeting would be.
fn wished(linked: &Linked) -> Option<Span> {
    let start = linked.meetings.iter().find_map(|meeting| meeting.wished_start)?;
    let (known, end) = linked.times()?;
    Some(Span {
        start,
        end: start + (end - known),
        skipped: false,
    })
}
