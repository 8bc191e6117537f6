//! Scheduling a meeting: the one use-case behind every entry point, be it the timeline, the schedule or a client's request.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{ErrorCode, IdempotencyKey, OperationId, RequestId, UserId};
use graph::GraphSession;
use tokio::time::Instant;

use super::{LEASE, carry_out, connection};
use crate::{
    Backend, Result,
    access::TenantScope,
    interactions::{NewMeeting, Scheduled},
    linked::{self, Anchor},
    store::{self, TenantTx, operations::Operation},
};

/// How long a post waits for another one of the same form.
const PATIENCE: Duration = Duration::from_secs(45);

/// What a form's post has to do.
enum Plan {
    /// The operation is ours.
    Begin(Box<(Operation, GraphSession, NewMeeting)>),
    /// An earlier post of the form has led to a record.
    Done(Scheduled),
    /// Another post of the form is being worked on.
    Wait,
}

/// Makes the meeting and its records. Checked input only: that the client, the contact, the type and whose entry it is exist is the
/// caller's to see to.
pub async fn schedule(backend: &Backend, scope: TenantScope, new: NewMeeting) -> Result<Scheduled> {
    match plan(backend, scope, &new).await? {
        Plan::Done(scheduled) => Ok(scheduled),
        Plan::Begin(begun) => {
            // A task of its own: when the browser goes away, what was begun is still brought to its end.
            let backend = backend.clone();
            let work = tokio::spawn(async move {
                let (operation, session, new) = *begun;
                carry_out::create(&backend, scope, &session, &operation, &new).await
            });
            work.await.map_err(anyhow::Error::from)?
        }
        Plan::Wait => wait(backend, scope, &new).await,
    }
}

/// What a form has already led to, if anything.
pub async fn made(tx: &mut TenantTx, new: &NewMeeting) -> Result<Option<Scheduled>> {
    let Some(interaction_id) = store::interactions::by_key(tx, new.created_by, new.idempotency_key).await? else {
        return Ok(None);
    };
    let made = store::operations::made(tx, new.created_by, new.idempotency_key).await?;
    Ok(Some(match made {
        Some(made) => Scheduled {
            meeting_id: Some(made.meeting_id),
            interaction_id: made.interaction_id,
            entry_id: made.entry_id,
            join_url: made.join_url,
        },
        // Saved without a meeting, or the meeting is not there any more.
        None => Scheduled {
            meeting_id: None,
            interaction_id: Some(interaction_id),
            entry_id: None,
            join_url: None,
        },
    }))
}

/// Writes down what is about to be done.
async fn plan(backend: &Backend, scope: TenantScope, new: &NewMeeting) -> Result<Plan> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    if let Some(scheduled) = made(&mut tx, new).await? {
        return Ok(Plan::Done(scheduled));
    }
    let mut interaction_id = backend.clock().id();
    if let Some(approval) = &new.request {
        let linked = linked::hold(backend, &mut tx, Anchor::Request(approval.request_id)).await?;
        match store::operations::by_request(&mut tx, approval.request_id, now).await? {
            None => linked.can_get_meeting()?,
            Some(under_way) if Some(under_way) == by_key(&mut tx, new, now).await? => return Ok(Plan::Wait),
            Some(_) => return Err(ErrorCode::Conflict.into()),
        }
        // An attempt that failed elsewhere has left a record to be filled in.
        interaction_id = linked.interaction_id().unwrap_or(interaction_id);
    }
    let record = store::teams::connection(&mut tx).await?;
    let organizer = connection::organizer(record.as_ref()).map_err(ErrorCode::from)?;
    // Opened before anything is written: a secret that cannot be read must not leave an operation behind.
    let session = connection::session(backend, &mut tx, scope.tenant(), organizer.profile_id).await?;
    let new = NewMeeting {
        // Decided now: what is carried on later is what was begun.
        record: Some(
            new.record
                .unwrap_or_else(|| record.is_some_and(|record| record.record_automatically)),
        ),
        ..new.clone()
    };
    let operation = Operation {
        operation_id: backend.clock().id(),
        state: "started".to_owned(),
        meeting_id: backend.clock().id(),
        interaction_id,
        request_id: new.request.as_ref().map(|approval| approval.request_id),
        idempotency_key: new.idempotency_key,
        payload: serde_json::to_value(&new).map_err(anyhow::Error::from)?,
        profile_id: organizer.profile_id,
        organizer_upn: organizer.upn,
        organizer_user_id: organizer.object_id,
        start_time: new.start,
        end_time: new.end,
        attempts: 0,
        created_by: new.created_by,
        updated_at: now,
    };
    if !store::operations::insert(&mut tx, &operation, now + LEASE).await? {
        return Ok(Plan::Wait);
    }
    tx.commit().await?;
    Ok(Plan::Begin(Box::new((operation, session, new))))
}

async fn by_key(tx: &mut TenantTx, new: &NewMeeting, now: DateTime<Utc>) -> Result<Option<(OperationId, bool)>> {
    store::operations::by_key(tx, new.created_by, new.idempotency_key, now).await
}

/// Waits for the post of the same form that was first, and answers what it led to.
async fn wait(backend: &Backend, scope: TenantScope, new: &NewMeeting) -> Result<Scheduled> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(50);
    while Instant::now() < deadline {
        let mut tx = backend.db().read(scope).await?;
        if let Some(scheduled) = made(&mut tx, new).await? {
            return Ok(scheduled);
        }
        if by_key(&mut tx, new, backend.clock().now()).await?.is_none() {
            let reason = store::operations::last_error(&mut tx, new.created_by, new.idempotency_key).await?;
            return Err(reason
                .as_deref()
                .map_or(ErrorCode::MeetingUnavailable, carry_out::code_of)
                .into());
        }
        drop(tx);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
    Err(ErrorCode::InProgress.into())
}

/// Gives up the operation of a form that the user now wants saved without a meeting. One that is being worked on is not interrupted:
/// the user is told to wait.
pub async fn release(backend: &Backend, tx: &mut TenantTx, user: UserId, key: IdempotencyKey) -> Result<()> {
    let under_way = store::operations::by_key(tx, user, key, backend.clock().now()).await?;
    give_up(backend, tx, under_way).await
}

/// The same for a request that is now to become something else. The caller holds it.
pub async fn stop_making(backend: &Backend, tx: &mut TenantTx, request: RequestId) -> Result<()> {
    let under_way = store::operations::by_request(tx, request, backend.clock().now()).await?;
    give_up(backend, tx, under_way).await
}

async fn give_up(backend: &Backend, tx: &mut TenantTx, under_way: Option<(OperationId, bool)>) -> Result<()> {
    let now = backend.clock().now();
    match under_way {
        None => Ok(()),
        Some((_, true)) => Err(ErrorCode::InProgress.into()),
        Some((id, false)) => {
            if store::operations::abandon(tx, id, "released", now, now).await? {
                Ok(())
            } else {
                Err(ErrorCode::InProgress.into())
            }
        }
    }
}
