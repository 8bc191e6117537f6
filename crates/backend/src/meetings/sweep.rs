//! Finding out what became of operations that nobody works on any more.

use chrono::Duration;
use domain::OperationId;
use graph::{ErrorKind, GraphError, GraphSession};

use super::{LATE, LEASE, carry_out};
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, operations::Operation},
};

/// How many operations one turn takes.
const BATCH: i64 = 20;
/// How long settled operations are kept for whoever has to find out what happened.
const KEPT: Duration = Duration::days(30);

/// Takes the operations that are due, one after the other. One tenant's trouble must not hold up the others.
pub async fn sweep(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    let due = store::operations::due(&mut system, backend.clock().now(), BATCH).await?;
    drop(system);
    for (tenant, id) in due {
        if let Err(error) = take_up(backend, TenantScope::of_row(tenant), id).await {
            tracing::error!(error = &error as &dyn std::error::Error, operation.id = %id, "an operation could not be taken up");
        }
    }
    Ok(())
}

async fn take_up(backend: &Backend, scope: TenantScope, id: OperationId) -> Result<()> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    let claimed = store::operations::claim(&mut tx, id, now, now + LEASE).await?;
    tx.commit().await?;
    // Somebody else was faster.
    let Some(operation) = claimed else { return Ok(()) };
    let work = async {
        let session = carry_out::open_session(backend, scope, &operation).await?;
        if operation.state == "started" {
            resume(backend, scope, &session, &operation).await
        } else {
            clean_up(backend, scope, &session, &operation).await
        }
    };
    let outcome = carry_out::while_leased(backend, scope, &operation, work).await;
    if outcome.is_err() {
        look_again(backend, scope, &operation).await?;
    }
    outcome
}

/// A process died over this operation. If Microsoft has the event, the meeting is recorded; if not, it is given up, and what may still
/// turn up is removed.
async fn resume(backend: &Backend, scope: TenantScope, session: &GraphSession, operation: &Operation) -> Result<()> {
    let organizer = operation.organizer_user_id.as_str();
    let found = async {
        let mut events = carry_out::find(session, operation).await?.into_iter();
        let first = match events.next() {
            Some(event) => Some(session.wait_for_join_url(organizer, event).await?),
            None => None,
        };
        Ok::<_, GraphError>((first, events))
    };
    let reason = match found.await {
        Ok((Some(event), surplus)) => {
            let new = carry_out::meeting_of(operation)?;
            carry_out::finish(backend, scope, session, operation, &new, event).await?;
            for event in surplus {
                // The record has its event; one that cannot be deleted now is in the log and in the calendar, but in nobody's way.
                if let Err(error) = session.delete_event(organizer, &event.id).await {
                    carry_out::log(operation, &error, "a second event of one meeting could not be deleted");
                }
            }
            return Ok(());
        }
        Ok((None, _)) => "interrupted",
        // There is an event, but it will never be a Teams meeting.
        Err(error) if matches!(error.kind, ErrorKind::NotOnline | ErrorKind::MissingJoinUrl) => "not online",
        Err(error) => {
            carry_out::log(
                operation,
                &error,
                "what became of an operation could not be found out yet",
            );
            return look_again(backend, scope, operation).await;
        }
    };
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    store::operations::abandon(&mut tx, operation.operation_id, reason, now, now).await?;
    Ok(tx.commit().await?)
}

/// Removes the traces of an operation that was given up. It is undone when nothing was found and nothing can turn up any more.
async fn clean_up(backend: &Backend, scope: TenantScope, session: &GraphSession, operation: &Operation) -> Result<()> {
    let removed = match carry_out::remove_events(session, operation).await {
        Ok(removed) => removed,
        Err(error) => {
            carry_out::log(operation, &error, "the traces of an operation could not be removed yet");
            return look_again(backend, scope, operation).await;
        }
    };
    let now = backend.clock().now();
    if removed > 0 || now - operation.updated_at <= LATE {
        return look_again(backend, scope, operation).await;
    }
    let mut tx = backend.db().begin(scope).await?;
    store::operations::undone(&mut tx, operation.operation_id, now).await?;
    Ok(tx.commit().await?)
}

async fn look_again(backend: &Backend, scope: TenantScope, operation: &Operation) -> Result<()> {
    let next = carry_out::next_look(backend.clock().now(), operation.attempts);
    let mut tx = backend.db().begin(scope).await?;
    store::operations::look_again(&mut tx, operation.operation_id, next).await?;
    Ok(tx.commit().await?)
}

/// Forgets operations that were settled a month ago.
pub async fn forget_settled(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    store::operations::delete_settled(&mut system, backend.clock().now() - KEPT).await
}
