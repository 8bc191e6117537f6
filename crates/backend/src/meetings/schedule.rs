//! Scheduling a meeting: the one use-case behind every entry point.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{ErrorCode, IdempotencyKey, Saved, UserId};
use graph::GraphSession;
use tokio::time::Instant;

use super::{LEASE, carry_out, connection};
use crate::{
    Backend, Result,
    access::TenantScope,
    interactions::{NewMeeting, saved},
    store::{self, TenantTx, operations::Operation},
};

/// How long a post waits for another one of the same form.
const PATIENCE: Duration = Duration::from_secs(45);

/// What a form's post has to do.
enum Plan {
    /// The operation is ours.
    Begin(Box<(Operation, GraphSession)>),
    /// An earlier post of the form has led to a record.
    Done(Saved),
    /// Another post of the form is being worked on.
    Wait,
}

/// Makes the meeting and its record. Checked input only: that the client, the contact and the type exist is the caller's to see to.
pub async fn schedule(backend: &Backend, scope: TenantScope, new: NewMeeting) -> Result<Saved> {
    match plan(backend, scope, &new).await? {
        Plan::Done(saved) => Ok(saved),
        Plan::Begin(begun) => {
            // A task of its own: when the browser goes away, what was begun is still brought to its end.
            let backend = backend.clone();
            let work = tokio::spawn(async move {
                let (operation, session) = *begun;
                carry_out::create(&backend, scope, &session, &operation, &new).await
            });
            work.await.map_err(anyhow::Error::from)?
        }
        Plan::Wait => wait(backend, scope, &new).await,
    }
}

/// Writes down what is about to be done.
async fn plan(backend: &Backend, scope: TenantScope, new: &NewMeeting) -> Result<Plan> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    if let Some(saved) = saved(&mut tx, new.created_by, new.idempotency_key, new.client_id).await? {
        return Ok(Plan::Done(saved));
    }
    let record = store::teams::connection(&mut tx).await?;
    let organizer = connection::organizer(record.as_ref()).map_err(|_| ErrorCode::MeetingsNotSetUp)?;
    // Opened before anything is written: a secret that cannot be read must not leave an operation behind.
    let session = connection::session(backend, &mut tx, scope.tenant(), organizer.profile_id).await?;
    let operation = Operation {
        operation_id: backend.clock().id(),
        state: "started".to_owned(),
        meeting_id: backend.clock().id(),
        interaction_id: backend.clock().id(),
        idempotency_key: new.idempotency_key,
        payload: serde_json::to_value(new).map_err(anyhow::Error::from)?,
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
    Ok(Plan::Begin(Box::new((operation, session))))
}

/// Waits for the post of the same form that was first, and answers what it led to.
async fn wait(backend: &Backend, scope: TenantScope, new: &NewMeeting) -> Result<Saved> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(50);
    while Instant::now() < deadline {
        let mut tx = backend.db().read(scope).await?;
        if let Some(saved) = saved(&mut tx, new.created_by, new.idempotency_key, new.client_id).await? {
            return Ok(saved);
        }
        let under_way =
            store::operations::by_key(&mut tx, new.created_by, new.idempotency_key, backend.clock().now()).await?;
        if under_way.is_none() {
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
    let now: DateTime<Utc> = backend.clock().now();
    match store::operations::by_key(tx, user, key, now).await? {
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
