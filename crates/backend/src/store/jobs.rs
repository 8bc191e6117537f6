//! What is done in the background, of all tenants, as an operator sees it.

use chrono::{DateTime, Utc};
use domain::{JobKind, MailId, TenantId};
use uuid::Uuid;

use super::{TenantTx, tx::SystemTx};
use crate::error::Result;

#[cfg(feature = "enterprise")]
pub mod microsoft;

/// Which pieces of work.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub now: DateTime<Utc>,
    pub tenant: Option<Uuid>,
    /// With those that nobody has to do anything about before they are due.
    pub planned: bool,
    /// Only this one.
    pub id: Option<String>,
    /// How many of a kind.
    pub limit: i64,
}

/// A piece of work.
#[derive(Debug)]
pub struct JobRecord {
    pub kind: JobKind,
    pub tenant: TenantId,
    pub tenant_name: String,
    pub id: String,
    pub what: String,
    pub attempts: i32,
    /// Nothing when it was given up.
    pub next: Option<DateTime<Utc>>,
    pub leased_until: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

/// Makes a record of each row of a list that has all its columns but the kind.
macro_rules! records {
    ($rows:expr, $kind:expr) => {
        $rows
            .into_iter()
            .map(|row| $crate::store::jobs::JobRecord {
                kind: $kind,
                tenant: domain::TenantId(row.tenant),
                tenant_name: row.tenant_name,
                id: row.id,
                what: row.what,
                attempts: row.attempts,
                next: row.next,
                leased_until: row.leased_until,
                reason: row.reason,
            })
            .collect()
    };
}
#[cfg(feature = "enterprise")]
use records;

/// The tenants that are called so, or have this id.
pub async fn tenants(tx: &mut SystemTx, name: &str) -> Result<Vec<TenantId>> {
    let rows = sqlx::query_scalar!(
        r#"SELECT t.tenant AS "tenant: TenantId" FROM tenants t WHERE lower(t.client_name) = lower($1) OR t.tenant::text = lower($1)"#,
        name
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Mails that wait or were given up. Whoever sends one puts its next attempt off until then.
pub async fn mails(tx: &mut SystemTx, wanted: &Wanted) -> Result<Vec<JobRecord>> {
    let rows = sqlx::query!(
        r#"SELECT m.tenant, t.client_name AS tenant_name, m.mail_id::text AS "id!", m.kind AS what, m.attempts,
                  CASE WHEN m.state = 'waiting' THEN m.next_attempt_at END AS next,
                  CASE WHEN m.state = 'waiting' AND m.attempts > 0 AND m.last_error IS NULL THEN m.next_attempt_at END AS leased_until,
                  m.last_error AS reason
             FROM outgoing_mails m
             JOIN tenants t ON t.tenant = m.tenant
            WHERE m.state <> 'sent' AND ($2::uuid IS NULL OR m.tenant = $2) AND ($4::text IS NULL OR m.mail_id::text = $4)
              AND ($3 OR m.state = 'failed' OR m.attempts > 0 OR m.next_attempt_at <= $1)
            ORDER BY m.next_attempt_at
            LIMIT $5"#,
        wanted.now,
        wanted.tenant,
        wanted.planned,
        wanted.id,
        wanted.limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(records!(rows, JobKind::Mail))
}

/// Sends a mail at once; `false` if it was given up: its text is gone.
pub async fn hurry_mail(tx: &mut TenantTx, id: MailId, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE outgoing_mails SET next_attempt_at = least(next_attempt_at, $3)
          WHERE tenant = $1 AND mail_id = $2 AND state = 'waiting' AND last_error IS NOT NULL",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}
