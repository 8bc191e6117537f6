//! Mails that wait to be sent.

use chrono::{DateTime, Duration, Utc};
use domain::{MailId, RequestId, RequestMailKind, TenantId};

use super::{Mail, mailer::SendError};
use crate::{
    Backend, Result,
    access::TenantScope,
    lease,
    store::{self, TenantTx},
};

/// How many mails one turn sends.
const BATCH: i64 = 50;
/// Who takes a mail holds it for this long, unless extended; when the process dies, another one takes it then.
const LEASE: Duration = Duration::seconds(30);
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(10);
/// Until when a mail is tried, counted from when it was written.
const WORTH_TRYING: Duration = Duration::hours(24);
const LONGEST_WAIT: Duration = Duration::hours(1);
/// How long it is remembered that a mail was sent, so that nobody sends it twice.
const KEPT: Duration = Duration::days(30);

/// Writes a mail into the outbox. One that is there already under this id is left as it is, so a repeated job may enqueue again. `kind` says in the log what it is about.
pub async fn enqueue(backend: &Backend, tx: &mut TenantTx, id: MailId, kind: &str, mail: &Mail) -> Result<()> {
    insert(backend, tx, (id, kind), mail, None, backend.clock().now()).await
}

/// The same for a mail that tells of a request, whose page lists it. It is not sent before it is due: until then it can be withdrawn.
pub async fn enqueue_of_request(
    backend: &Backend,
    tx: &mut TenantTx,
    (id, kind): (MailId, RequestMailKind),
    mail: &Mail,
    request: RequestId,
    due: DateTime<Utc>,
) -> Result<()> {
    insert(backend, tx, (id, kind.as_str()), mail, Some(request), due).await
}

async fn insert(
    backend: &Backend,
    tx: &mut TenantTx,
    (id, kind): (MailId, &str),
    mail: &Mail,
    request: Option<RequestId>,
    due: DateTime<Utc>,
) -> Result<()> {
    let json = serde_json::to_string(mail).map_err(anyhow::Error::from)?;
    let sealed = backend.secrets().seal(tx.scope().tenant(), &context(id), &json)?;
    let to = format!("{}, {}", mail.to_name, mail.to);
    let new = store::mails::NewMail {
        mail_id: id,
        kind,
        sealed: &sealed,
        due,
        now: backend.clock().now(),
        about: request.map(|request| (request, to.as_str())),
    };
    store::mails::insert(tx, &new).await
}

/// Sends what is due, in all tenants. One mail's trouble does not hold up the others.
pub async fn deliver(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    let due = store::mails::due(&mut system, backend.clock().now(), BATCH).await?;
    drop(system);
    for (tenant, id) in due {
        if let Err(error) = take_up(backend, tenant, id).await {
            tracing::error!(error = &error as &dyn std::error::Error, mail.id = %id, "a mail could not be taken up");
        }
    }
    Ok(())
}

async fn take_up(backend: &Backend, tenant: TenantId, id: MailId) -> Result<()> {
    let scope = TenantScope::of_row(tenant);
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    let claimed = store::mails::claim(&mut tx, id, now, now + LEASE).await?;
    tx.commit().await?;
    // Somebody else was faster.
    let Some(waiting) = claimed else { return Ok(()) };
    let work = async {
        match open(backend, tenant, id, &waiting.sealed) {
            Ok(mail) => backend.mailer().send(id.0, &mail).await,
            Err(error) => Err(SendError::Later(error.to_string())),
        }
    };
    let extend = || extend(backend, scope, id, waiting.attempts);
    // Another process sends it then.
    let Some(sent) = lease::during(HEARTBEAT, id, extend, work).await else {
        return Ok(());
    };
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    match sent {
        Ok(()) => {
            store::mails::settle(&mut tx, id, "sent", None, now).await?;
            tracing::info!(mail.id = %id, mail.kind = waiting.kind, "a mail was sent");
        }
        Err(SendError::Later(reason)) if now - waiting.created_at < WORTH_TRYING => {
            let next = next_attempt(now, waiting.attempts);
            store::mails::postpone(&mut tx, id, next, &reason).await?;
            tracing::warn!(mail.id = %id, mail.kind = waiting.kind, reason, "a mail could not be sent yet");
        }
        Err(SendError::Later(reason) | SendError::Refused(reason)) => {
            store::mails::settle(&mut tx, id, "failed", Some(&reason), now).await?;
            tracing::error!(mail.id = %id, mail.kind = waiting.kind, reason, "a mail was given up");
        }
    }
    Ok(tx.commit().await?)
}

async fn extend(backend: &Backend, scope: TenantScope, id: MailId, attempts: i32) -> Result<bool> {
    let mut tx = backend.db().begin(scope).await?;
    let ours = store::mails::extend(&mut tx, id, attempts, backend.clock().now() + LEASE).await?;
    tx.commit().await?;
    Ok(ours)
}

/// After half a minute, then twice as long each time, up to an hour.
fn next_attempt(now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    now + (Duration::seconds(30) * 2i32.pow(doublings)).min(LONGEST_WAIT)
}

fn open(backend: &Backend, tenant: TenantId, id: MailId, sealed: &store::secrets::Sealed) -> Result<Mail> {
    let json = backend.secrets().open(tenant, &context(id), sealed)?;
    Ok(serde_json::from_str(&json).map_err(anyhow::Error::from)?)
}

/// The name under which the text of a mail is encrypted.
pub fn context(id: MailId) -> String {
    format!("mail/{id}")
}

/// Forgets mails that were settled long ago.
pub async fn clear_settled(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    store::mails::delete_settled(&mut system, backend.clock().now() - KEPT).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_grow_rarer() {
        let now = DateTime::UNIX_EPOCH;
        let waits: Vec<i64> = [0, 1, 2, 3, 8, 99]
            .map(|n| (next_attempt(now, n) - now).num_seconds())
            .to_vec();
        assert_eq!(waits, [30, 30, 60, 120, 3600, 3600]);
    }
}
