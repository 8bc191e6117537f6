//! Finding out what became of operations that nobody works on any more.

use super::{LATE, LEASE, carry_out};
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, operations::Operation},
};

/// How many operations one turn takes.
const BATCH: i64 = 20;

/// Takes the operations that are due, one after the other.
pub async fn sweep(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    let due = store::operations::due(&mut system, backend.clock().now(), BATCH).await?;
    drop(system);
    for (tenant, id) in due {
        let scope = TenantScope::of_row(tenant);
        let now = backend.clock().now();
        let mut tx = backend.db().begin(scope).await?;
        let claimed = store::operations::claim(&mut tx, id, now, now + LEASE).await?;
        tx.commit().await?;
        let Some(operation) = claimed else { continue };
        // One tenant's trouble must not hold up the others.
        if let Err(error) = take_up(backend, scope, &operation).await {
            tracing::error!(error = &error as &dyn std::error::Error, operation.id = %id, "an operation could not be taken up");
            let mut tx = backend.db().begin(scope).await?;
            let next = carry_out::next_look(now, operation.attempts);
            store::operations::retry_at(&mut tx, id, None, next, now).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn take_up(backend: &Backend, scope: TenantScope, operation: &Operation) -> Result<()> {
    let work = async {
        if operation.state == "started" {
            resume(backend, scope, operation).await
        } else {
            clean_up(backend, scope, operation).await
        }
    };
    carry_out::while_leased(backend, scope, operation, work).await
}

/// A process died over this operation. If Microsoft has the event, the meeting is recorded; if not, it is given up, and what may still
/// turn up is removed.
async fn resume(backend: &Backend, scope: TenantScope, operation: &Operation) -> Result<()> {
    let session = carry_out::open_session(backend, scope, operation).await?;
    let now = backend.clock().now();
    let reason = match carry_out::find(&session, operation).await {
        Ok(events) => match events.into_iter().next() {
            Some(event) => match session.wait_for_join_url(&operation.organizer_user_id, event).await {
                Ok(event) => {
                    let new = carry_out::meeting_of(scope, operation)?;
                    carry_out::finish(backend, scope, &session, operation, &new, event).await?;
                    return Ok(());
                }
                Err(error) if error.outcome_unknown() => {
                    return postpone(backend, scope, operation, &error).await;
                }
                Err(_) => "not online",
            },
            None => "interrupted",
        },
        Err(error) => return postpone(backend, scope, operation, &error).await,
    };
    let mut tx = backend.db().begin(scope).await?;
    store::operations::abandon(&mut tx, operation.operation_id, reason, now, now).await?;
    Ok(tx.commit().await?)
}

/// Removes the traces of an operation that was given up. It is undone when nothing was found and nothing can turn up any more.
async fn clean_up(backend: &Backend, scope: TenantScope, operation: &Operation) -> Result<()> {
    let session = carry_out::open_session(backend, scope, operation).await?;
    let removed = match carry_out::remove_events(&session, operation).await {
        Ok(removed) => removed,
        Err(error) => return postpone(backend, scope, operation, &error).await,
    };
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    if removed == 0 && now - operation.created_at > LATE {
        store::operations::undone(&mut tx, operation.operation_id, now).await?;
    } else {
        let next = carry_out::next_look(now, operation.attempts);
        store::operations::retry_at(&mut tx, operation.operation_id, None, next, now).await?;
    }
    Ok(tx.commit().await?)
}

async fn postpone(
    backend: &Backend,
    scope: TenantScope,
    operation: &Operation,
    error: &graph::GraphError,
) -> Result<()> {
    carry_out::log(
        operation,
        error,
        "what became of an operation could not be found out yet",
    );
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    let next = carry_out::next_look(now, operation.attempts);
    store::operations::retry_at(&mut tx, operation.operation_id, None, next, now).await?;
    Ok(tx.commit().await?)
}
