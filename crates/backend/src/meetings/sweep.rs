//! Taking up operations that are due: creations that nobody works on any more, and changes that are waiting.

use chrono::Duration;
use domain::OperationId;
use graph::{ErrorKind, GraphError, GraphSession};

use super::{LATE, LEASE, PROMPT, carry_out, change, lease::Lease, queue};
use crate::{
    Backend, Result,
    access::TenantScope,
    places::{Places, Rules},
    store::{
        self,
        operations::{Claimed, Operation},
    },
};

/// How many operations one turn takes.
const BATCH: i64 = 50;
/// How many of them are each tenant's.
const OF_EACH: i64 = 10;
/// How many operations this process works on at a time: of each tenant no more than Microsoft bears at one mailbox.
const RULES: Rules = Rules {
    at_once: 8,
    of_each: 3,
    slow_after: std::time::Duration::from_secs(5),
    slow: 16,
    remembered: std::time::Duration::from_mins(10),
};
/// How long settled operations are kept for whoever has to find out what happened.
const KEPT: Duration = Duration::days(30);

/// Room for operations that are worked on.
pub fn places() -> Places {
    Places::new(RULES)
}

/// Takes the operations that are due, a few at a time. One tenant's trouble must not hold up the others.
pub async fn sweep(backend: &Backend, places: &Places) -> Result<()> {
    adopt_cancellations(backend).await?;
    let mut system = backend.db().system().await?;
    let due = store::operations::due(&mut system, backend.clock().now(), &places.full(), OF_EACH, BATCH).await?;
    drop(system);
    let work = |tenant, id| {
        let backend = backend.clone();
        async move {
            if let Err(error) = take_up(&backend, TenantScope::of_row(tenant), id).await {
                tracing::error!(error = &error as &dyn std::error::Error, operation.id = %id, "an operation could not be taken up");
            }
        }
    };
    places.work(due, work).await;
    Ok(())
}

/// Makes operations of cancellations that were brought along half done.
async fn adopt_cancellations(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    let forgotten = store::operations::forgotten_cancellations(&mut system, BATCH).await?;
    drop(system);
    for (tenant, id) in forgotten {
        let adopt = async {
            let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
            queue::adopt_cancellation(backend, &mut tx, id).await?;
            Ok::<_, crate::Error>(tx.commit().await?)
        };
        if let Err(error) = adopt.await {
            tracing::error!(error = &error as &dyn std::error::Error, meeting.id = %id, "a cancellation could not be taken up");
        }
    }
    Ok(())
}

/// Carries on with an operation if it is due and nobody else is at it, or at an earlier one of the same meeting.
async fn take_up(backend: &Backend, scope: TenantScope, id: OperationId) -> Result<()> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    let claimed = store::operations::claim(&mut tx, id, now, now + LEASE).await?;
    tx.commit().await?;
    let (attempts, outcome) = match claimed {
        // Somebody else was faster.
        None => return Ok(()),
        Some(Claimed::Change(change)) => (change.attempts, change::carry_out(backend, scope, &change).await),
        Some(Claimed::Creation(operation)) => (operation.attempts, finish_creation(backend, scope, &operation).await),
    };
    if outcome.is_err() {
        look_again(backend, scope, id, attempts).await?;
    }
    outcome
}

async fn finish_creation(backend: &Backend, scope: TenantScope, operation: &Operation) -> Result<()> {
    let work = async {
        let session = carry_out::open_session(backend, scope, operation).await?;
        if operation.state == "started" {
            resume(backend, scope, &session, operation).await
        } else {
            clean_up(backend, scope, &session, operation).await
        }
    };
    match Lease::of(operation).during(backend, scope, work).await? {
        Some(()) => Ok(()),
        None => carry_out::overtaken(backend, scope, operation).await,
    }
}

/// Tells Microsoft of changes that were just written down. Waits a moment, so that whoever made them mostly sees how it ended; what takes
/// longer goes on by itself.
pub async fn prompt(backend: &Backend, scope: TenantScope, changes: Vec<OperationId>) {
    if changes.is_empty() {
        return;
    }
    let backend = backend.clone();
    let work = tokio::spawn(async move {
        for id in changes {
            if let Err(error) = take_up(&backend, scope, id).await {
                tracing::error!(error = &error as &dyn std::error::Error, operation.id = %id, "a change could not be carried out");
            }
        }
    });
    // Its end is of no interest: what is left to do is written down.
    let _ = tokio::time::timeout(PROMPT, work).await;
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
            return look_again(backend, scope, operation.operation_id, operation.attempts).await;
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
            return look_again(backend, scope, operation.operation_id, operation.attempts).await;
        }
    };
    let now = backend.clock().now();
    if removed > 0 || now - operation.updated_at <= LATE {
        return look_again(backend, scope, operation.operation_id, operation.attempts).await;
    }
    let mut tx = backend.db().begin(scope).await?;
    store::operations::undone(&mut tx, operation.operation_id, now).await?;
    Ok(tx.commit().await?)
}

async fn look_again(backend: &Backend, scope: TenantScope, id: OperationId, attempts: i32) -> Result<()> {
    let next = carry_out::next_look(backend.clock().now(), attempts);
    let mut tx = backend.db().begin(scope).await?;
    store::operations::look_again(&mut tx, id, attempts, next).await?;
    Ok(tx.commit().await?)
}

/// Forgets operations that were settled a month ago.
pub async fn forget_settled(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    store::operations::delete_settled(&mut system, backend.clock().now() - KEPT).await
}
