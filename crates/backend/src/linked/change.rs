//! Another time, or another title.

use chrono::{DateTime, Duration, Utc};
use domain::{ErrorCode, Failure, Field, MAX_HOURS, OperationId, Problem, RequestId, UserId};

use super::{Anchor, Linked, wall_times, wall_zone};
use crate::{
    Backend, Result,
    appointments::{self, Occasion, Span},
    edition::Teams,
    interactions::{MeetingWish, meeting_subject, meeting_title},
    store::{self, TenantTx, schedule::EntryChange},
};

type Times = (DateTime<Utc>, DateTime<Utc>);

/// Moves everything that belongs together to another time; answers what is to be told to Microsoft after the commit. What is at that
/// time already stays untouched.
pub async fn move_to(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    linked: &Linked,
    times: Times,
) -> Result<Vec<OperationId>> {
    let now = backend.clock().now();
    check_times(linked, times, now)?;
    check_open(linked)?;
    if let Some(interaction) = &linked.interaction {
        let known = (
            interaction.start_time.unwrap_or(interaction.interaction_date),
            interaction.end_time,
        );
        if known != (times.0, Some(times.1)) {
            store::changes::moved(tx, interaction.interaction_id, times, by, now).await?;
            let fields = ["start_time", "end_time"];
            store::events::updated(tx, interaction.interaction_id, &fields, now).await?;
        }
    }
    let wish = MeetingWish {
        times: Some(times),
        subject: None,
    };
    follow(backend, tx, by, linked, &wish).await
}

fn check_times(linked: &Linked, (start, end): Times, now: DateTime<Utc>) -> Result<(), Failure> {
    if end <= start {
        return Err(Failure::field(Field::End, Problem::EndBeforeStart));
    }
    if linked.meetings.is_empty() {
        return Ok(());
    }
    if end - start > Duration::hours(i64::from(MAX_HOURS)) {
        return Err(Failure::field(Field::End, Problem::LongerThan { hours: MAX_HOURS }));
    }
    if end <= now {
        return Err(Failure::field(Field::Start, Problem::Past));
    }
    Ok(())
}

/// Checks that it can be moved: it is not, and is not being, cancelled.
fn check_open(linked: &Linked) -> Result<()> {
    if linked.is_being_cancelled() {
        return Err(ErrorCode::MeetingOver.into());
    }
    if !linked.meetings.is_empty() && !Teams::CHANGES_MEETINGS {
        return Err(ErrorCode::NotInThisEdition.into());
    }
    let is_cancelled = linked.entry.as_ref().is_some_and(store::schedule::Entry::is_cancelled);
    let is_approved = linked
        .request
        .as_ref()
        .is_some_and(store::appointments::Request::is_approved);
    match linked.anchor {
        Anchor::Entry(_) if is_cancelled => Err(ErrorCode::MeetingOver.into()),
        Anchor::Request(_) if !is_approved => Err(ErrorCode::Conflict.into()),
        _ => Ok(()),
    }
}

/// Gives the meeting another subject, the interaction the title that names it, and the entry the same unless it has a title of its own.
pub async fn retitle(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    linked: &Linked,
    subject: &str,
) -> Result<Vec<OperationId>> {
    let now = backend.clock().now();
    if let Some(interaction) = &linked.interaction {
        let title = meeting_title(subject);
        if !linked.meetings.is_empty() && interaction.title.as_deref() != Some(&title) {
            store::changes::retitled(tx, interaction.interaction_id, &title, by, now).await?;
            store::events::updated(tx, interaction.interaction_id, &["title"], now).await?;
        }
    }
    let wish = MeetingWish {
        subject: Some(subject.to_owned()),
        times: None,
    };
    follow(backend, tx, by, linked, &wish).await
}

/// Has entry, request and meetings follow an interaction that was changed.
pub async fn follow(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    linked: &Linked,
    wish: &MeetingWish,
) -> Result<Vec<OperationId>> {
    let now = backend.clock().now();
    follow_entry(tx, linked, wish, now).await?;
    if let (Some(times), Some(request)) = (wish.times, &linked.request)
        && request.is_approved()
    {
        let wall = wall_times(times, wall_zone(request));
        store::appointments::moved(tx, request.request_id, wall, now).await?;
        tell_of_move(backend, tx, linked, request.request_id, times).await?;
    }
    if let Some(times) = wish.times {
        answer_wishes(backend, tx, linked, times).await?;
    }
    let mut told = Vec::new();
    // One that is being cancelled is not to hear of anything else.
    for meeting in linked.meetings.iter().filter(|meeting| !meeting.is_being_cancelled()) {
        told.extend(backend.teams().change(backend, tx, by, meeting, wish).await?);
    }
    Ok(told)
}

async fn follow_entry(tx: &mut TenantTx, linked: &Linked, wish: &MeetingWish, now: DateTime<Utc>) -> Result<()> {
    let Some(entry) = linked.entry.as_ref().filter(|entry| !entry.is_cancelled()) else {
        return Ok(());
    };
    let title = wish.subject.as_deref().filter(|subject| {
        // Reached by its entry, it is the entry that was named.
        let is_named = matches!(linked.anchor, Anchor::Entry(_)) || is_named_alike(linked, &entry.title);
        is_named && *subject != entry.title
    });
    let times = wish
        .times
        .filter(|times| entry.start.zip(entry.end) != Some(*times) && !entry.is_recurring);
    if title.is_none() && times.is_none() {
        return Ok(());
    }
    let change = EntryChange {
        title,
        times,
        ..EntryChange::default()
    };
    store::schedule::change(tx, entry.entry_id, &change, now).await
}

/// Whether an entry's title is that of the meeting, or of the interaction before it was changed.
fn is_named_alike(linked: &Linked, title: &str) -> bool {
    let by_meeting = linked.meetings.iter().any(|meeting| meeting.subject == title);
    let by_interaction = linked
        .interaction
        .as_ref()
        .and_then(|interaction| interaction.title.as_deref())
        .is_some_and(|known| meeting_subject(known) == title);
    by_meeting || by_interaction
}

/// Gives a change up that Microsoft has not accepted: everything gets back the times and the title that Microsoft knows.
pub async fn put_back(backend: &Backend, tx: &mut TenantTx, by: UserId, linked: &Linked) -> Result<Vec<OperationId>> {
    let now = backend.clock().now();
    let mut back = MeetingWish::default();
    let mut told = Vec::new();
    for meeting in linked.meetings.iter().filter(|meeting| !meeting.is_being_cancelled()) {
        let known = MeetingWish {
            subject: Some(meeting.subject.clone()),
            times: Some((meeting.start, meeting.end)),
        };
        let given_up = backend.teams().wanted(backend, tx, meeting).await?;
        back.subject = given_up.subject.and(known.subject.clone()).or(back.subject);
        back.times = given_up.times.and(known.times).or(back.times);
        told.extend(backend.teams().change(backend, tx, by, meeting, &known).await?);
    }
    if let Some(interaction) = &linked.interaction {
        let id = interaction.interaction_id;
        let mut fields = Vec::new();
        if let Some(subject) = &back.subject {
            store::changes::retitled(tx, id, &meeting_title(subject), by, now).await?;
            fields.push("title");
        }
        if let Some(times) = back.times {
            store::changes::moved(tx, id, times, by, now).await?;
            fields.extend(["start_time", "end_time"]);
        }
        if !fields.is_empty() {
            store::events::updated(tx, id, &fields, now).await?;
        }
    }
    // The meetings are told above; what follows is the rest.
    follow_entry(tx, linked, &back, now).await?;
    if let (Some(times), Some(request)) = (back.times, &linked.request)
        && request.is_approved()
    {
        let wall = wall_times(times, wall_zone(request));
        store::appointments::moved(tx, request.request_id, wall, now).await?;
        tell_of_move(backend, tx, linked, request.request_id, times).await?;
    }
    Ok(told)
}

/// A meeting for which a client would have liked another time has one now, be it that one or not: nobody waits for an answer any more.
async fn answer_wishes(backend: &Backend, tx: &mut TenantTx, linked: &Linked, times: Times) -> Result<()> {
    let Some(before) = linked.times().filter(|before| *before != times) else {
        return Ok(());
    };
    let before = Span {
        start: before.0,
        end: before.1,
        skipped: false,
    };
    let now = backend.clock().now();
    for meeting in linked.meetings.iter().filter(|meeting| meeting.wished_start.is_some()) {
        store::meetings::wish(tx, meeting.meeting_id, None, now).await?;
        if let Some(who) = meeting.wished_by {
            let people = appointments::people_of_meeting(tx, meeting.meeting_id, who).await?;
            appointments::tell_people(backend, tx, &people, Occasion::Moved { before }).await?;
        }
    }
    Ok(())
}

/// Whoever asked for it, and whoever comes, gets a mail, from wherever it was moved.
async fn tell_of_move(
    backend: &Backend,
    tx: &mut TenantTx,
    linked: &Linked,
    id: RequestId,
    times: Times,
) -> Result<()> {
    match linked.times() {
        Some(before) if before != times => {
            let before = Span {
                start: before.0,
                end: before.1,
                skipped: false,
            };
            appointments::tell(backend, tx, id, Occasion::Moved { before }).await
        }
        _ => Ok(()),
    }
}
