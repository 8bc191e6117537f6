//! The calls to Microsoft that the creation of a meeting consists of, and what is recorded of them.

use chrono::{DateTime, Duration, Utc};
use domain::{ErrorCode, Failure, OperationId};
use graph::{Attendee, ErrorKind, Event, GraphError, GraphSession, NewEvent, OnlineMeeting};

use super::{connection, lease::Lease, record::record, recording};
use crate::{
    Backend, Result,
    access::TenantScope,
    interactions::{NewMeeting, Scheduled},
    store::{self, operations::Operation},
};

/// Makes the event and the record; undoes the event when the record cannot be written.
pub async fn create(
    backend: &Backend,
    scope: TenantScope,
    session: &GraphSession,
    operation: &Operation,
    new: &NewMeeting,
) -> Result<Scheduled> {
    let work = async {
        match call(session, operation, new).await {
            Ok(event) => finish(backend, scope, session, operation, new, event).await,
            Err((error, trace)) => {
                log(operation, &error, "Microsoft did not make the meeting");
                undo(backend, scope, session, operation, tag(&error), trace).await?;
                Err(failure(&error).into())
            }
        }
    };
    let lease = Lease::of(operation);
    match lease.during(backend, scope, work).await? {
        Some(saved) => Ok(saved),
        None => overtaken(backend, scope, operation).await,
    }
}

/// Who has slept through the lease stops at once: another process may have undone the operation meanwhile, so it is looked at once
/// more.
pub async fn overtaken<T>(backend: &Backend, scope: TenantScope, operation: &Operation) -> Result<T> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    store::operations::abandon(&mut tx, operation.operation_id, "overtaken", now, now).await?;
    tx.commit().await?;
    Err(ErrorCode::MeetingUnavailable.into())
}

/// What an operation that did not succeed has left at Microsoft.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trace {
    /// Nothing: it was refused.
    None,
    /// Perhaps an event, perhaps later: the answer was lost.
    Perhaps,
    Event,
}

pub async fn open_session(backend: &Backend, scope: TenantScope, operation: &Operation) -> Result<GraphSession> {
    let mut tx = backend.db().read(scope).await?;
    connection::session(backend, &mut tx, scope.tenant(), operation.profile_id).await
}

/// Creates the event. A call whose outcome is not known is looked up by its transaction id, so that an event which was made although
/// the answer was lost is used rather than made again.
async fn call(session: &GraphSession, operation: &Operation, new: &NewMeeting) -> Result<Event, (GraphError, Trace)> {
    let organizer = operation.organizer_user_id.as_str();
    let event = NewEvent {
        transaction_id: operation.operation_id.0,
        subject: new.subject.clone(),
        body_html: None,
        start: new.start,
        end: new.end,
        attendees: new
            .attendees
            .iter()
            .map(|invitee| Attendee {
                address: invitee.address.clone(),
                name: invitee.name.clone(),
            })
            .collect(),
    };
    let event = match session.create_event(organizer, &event).await {
        Ok(event) => event,
        Err(error) if error.outcome_unknown() || error.kind == ErrorKind::Conflict => {
            match find(session, operation).await.map(|events| events.into_iter().next()) {
                Ok(Some(event)) => event,
                Ok(None) | Err(_) => return Err((error, Trace::Perhaps)),
            }
        }
        Err(error) => return Err((error, Trace::None)),
    };
    session
        .wait_for_join_url(organizer, event)
        .await
        .map_err(|error| (error, Trace::Event))
}

/// The events of an operation: none, one, or more if Microsoft carried a repeated request out twice.
pub async fn find(session: &GraphSession, operation: &Operation) -> Result<Vec<Event>, GraphError> {
    let day = Duration::days(1);
    let around = (operation.start_time - day, operation.end_time + day);
    session
        .events_by_transaction(&operation.organizer_user_id, around, operation.operation_id.0)
        .await
}

/// Records a meeting whose event exists.
pub async fn finish(
    backend: &Backend,
    scope: TenantScope,
    session: &GraphSession,
    operation: &Operation,
    new: &NewMeeting,
    event: Event,
) -> Result<Scheduled> {
    let online = resolve(session, operation, &event).await;
    let wanted = new.record.unwrap_or_default();
    let recording = recording::set(session, operation, wanted, &online).await;
    let online = online.ok().flatten();
    match record(backend, scope, operation, new, &event, online.as_ref(), recording).await {
        Ok(Some(scheduled)) => {
            tracing::info!(meeting.id = %operation.meeting_id, operation.id = %operation.operation_id, "a Teams meeting was scheduled");
            Ok(scheduled)
        }
        // Taken away meanwhile: finished by the sweep, or given up.
        Ok(None) => {
            let mut tx = backend.db().read(scope).await?;
            let made = super::schedule::made(&mut tx, new).await?;
            drop(tx);
            match made {
                Some(scheduled) if scheduled.meeting_id == Some(operation.meeting_id) => Ok(scheduled),
                _ => {
                    undo(backend, scope, session, operation, "overtaken", Trace::Event).await?;
                    Err(ErrorCode::MeetingUnavailable.into())
                }
            }
        }
        Err(error) => {
            undo(backend, scope, session, operation, "not recorded", Trace::Event).await?;
            Err(error)
        }
    }
}

/// The id under which recordings will be found. Without it there is still a meeting, so a refusal here is not the user's trouble.
async fn resolve(
    session: &GraphSession,
    operation: &Operation,
    event: &Event,
) -> Result<Option<OnlineMeeting>, GraphError> {
    let Some(join_url) = event.join_url.as_deref() else {
        return Ok(None);
    };
    session
        .online_meeting_by_join_url(&operation.organizer_user_id, join_url)
        .await
        .inspect_err(|error| {
            log(operation, error, "the online meeting behind an event could not be read");
        })
}

/// Gives an operation up: marks it first, then removes what it left at Microsoft. What cannot be removed now, or may still turn up, is
/// left to the sweep.
async fn undo(
    backend: &Backend,
    scope: TenantScope,
    session: &GraphSession,
    operation: &Operation,
    reason: &str,
    trace: Trace,
) -> Result<()> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    if !store::operations::abandon(&mut tx, operation.operation_id, reason, now, now).await? {
        // Finished by somebody else: not ours to touch any more.
        return Ok(());
    }
    if trace == Trace::None {
        store::operations::undone(&mut tx, operation.operation_id, now).await?;
    }
    tx.commit().await?;
    if trace == Trace::None {
        return Ok(());
    }
    match remove_events(session, operation).await {
        Ok(_) if trace == Trace::Event => {
            let mut tx = backend.db().begin(scope).await?;
            // The sweep may have been faster, which is as good.
            if store::operations::undone(&mut tx, operation.operation_id, now)
                .await
                .is_ok()
            {
                tx.commit().await?;
            }
        }
        Ok(_) => {}
        Err(error) => log(operation, &error, "an event could not be removed yet"),
    }
    Ok(())
}

/// Deletes every event of an operation and says how many there were.
pub async fn remove_events(session: &GraphSession, operation: &Operation) -> Result<usize, GraphError> {
    let events = find(session, operation).await?;
    for event in &events {
        session.delete_event(&operation.organizer_user_id, &event.id).await?;
        tracing::info!(operation.id = %operation.operation_id, "an event without a record was deleted");
    }
    Ok(events.len())
}

/// When to look again after `attempts` looks.
pub fn next_look(now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let seconds = 5i64.saturating_mul(1 << attempts.clamp(0, 10));
    now + Duration::seconds(seconds.min(3600))
}

pub fn log(operation: &Operation, error: &GraphError, what: &'static str) {
    log_refusal(operation.operation_id, error, what);
}

pub fn log_refusal(operation_id: OperationId, error: &GraphError, what: &'static str) {
    tracing::warn!(
        operation.id = %operation_id,
        graph.status = error.status,
        graph.code = error.code.as_deref(),
        graph.request_id = error.request_id.as_deref(),
        graph.kind = ?error.kind,
        "{what}"
    );
}

/// What the user is told; nothing of Microsoft's own words.
fn failure(error: &GraphError) -> Failure {
    let failure = Failure::new(code(error));
    match error.kind {
        ErrorKind::Throttled { retry_after } => {
            failure.retry_after(retry_after.and_then(|wait| u32::try_from(wait.as_secs()).ok()))
        }
        _ => failure,
    }
}

fn code(error: &GraphError) -> ErrorCode {
    match error.kind {
        ErrorKind::Throttled { .. } => ErrorCode::MeetingThrottled,
        ErrorKind::Unavailable | ErrorKind::Protocol | ErrorKind::Conflict => ErrorCode::MeetingUnavailable,
        ErrorKind::NotOnline | ErrorKind::MissingJoinUrl => ErrorCode::MeetingNotOnline,
        ErrorKind::Credentials
        | ErrorKind::Unauthorized
        | ErrorKind::Forbidden(_)
        | ErrorKind::NotFound
        | ErrorKind::Gone
        | ErrorKind::LegacyMeeting
        | ErrorKind::MeetingExpired
        | ErrorKind::Invalid => ErrorCode::MeetingRefused,
    }
}

/// The word under which a reason is kept with the operation.
fn tag(error: &GraphError) -> &'static str {
    match code(error) {
        ErrorCode::MeetingThrottled => "throttled",
        ErrorCode::MeetingNotOnline => "not online",
        ErrorCode::MeetingRefused => "refused",
        _ => "unavailable",
    }
}

/// The reverse of [`tag`].
pub fn code_of(tag: &str) -> ErrorCode {
    match tag {
        "throttled" => ErrorCode::MeetingThrottled,
        "not online" => ErrorCode::MeetingNotOnline,
        "refused" => ErrorCode::MeetingRefused,
        _ => ErrorCode::MeetingUnavailable,
    }
}

/// The meeting that an operation is about, read back from its row.
pub fn meeting_of(operation: &Operation) -> Result<NewMeeting> {
    Ok(serde_json::from_value(operation.payload.clone()).map_err(anyhow::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_grow_further_apart() {
        let now = DateTime::from_timestamp(0, 0).unwrap();
        let waits: Vec<i64> = (0..12)
            .map(|attempts| (next_look(now, attempts) - now).num_seconds())
            .collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    }
}
