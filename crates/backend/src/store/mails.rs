//! Mails to be sent. The row is written with what the mail tells about; whoever claims it sends it.

use chrono::{DateTime, Utc};
use domain::{MailId, RequestId, TenantId};

use super::{TenantTx, secrets::Sealed, tx::SystemTx};
use crate::error::{Result, ensure_rows};

/// A mail that is being sent.
pub struct Waiting {
    pub kind: String,
    pub sealed: Sealed,
    /// This one counted.
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
}

pub struct NewMail<'a> {
    pub mail_id: MailId,
    pub kind: &'a str,
    pub sealed: &'a Sealed,
    pub due: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// The appointment request that it tells about, and to whom.
    pub about: Option<(RequestId, &'a str)>,
}

/// Writes a mail to be sent when it is due; one with this id that is there already is left as it is.
pub async fn insert(tx: &mut TenantTx, new: &NewMail<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let (request, recipient) = new.about.unzip();
    sqlx::query!(
        "INSERT INTO outgoing_mails (tenant, mail_id, kind, ciphertext, nonce, key_id, next_attempt_at, created_at,
                                     appointment_request_id, recipient)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant, mail_id) DO NOTHING",
        tenant,
        new.mail_id.0,
        new.kind,
        new.sealed.ciphertext,
        new.sealed.nonce,
        new.sealed.key_id,
        new.due,
        new.now,
        request.map(|id| id.0),
        recipient,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes mails that nobody has begun to send.
pub async fn withdraw(tx: &mut TenantTx, ids: &[MailId]) -> Result<()> {
    let tenant = tx.tenant();
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        "DELETE FROM outgoing_mails WHERE tenant = $1 AND mail_id = ANY ($2) AND state = 'waiting' AND attempts = 0",
        tenant,
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Mails of all tenants that are to be sent now, the longest waiting first.
pub async fn due(tx: &mut SystemTx, now: DateTime<Utc>, limit: i64) -> Result<Vec<(TenantId, MailId)>> {
    let rows = sqlx::query!(
        "SELECT tenant, mail_id FROM outgoing_mails
          WHERE state = 'waiting' AND next_attempt_at <= $1
          ORDER BY next_attempt_at
          LIMIT $2",
        now,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), MailId(row.mail_id)))
        .collect())
}

/// Takes a mail that is due, until `leased_until`; `None` if somebody else has.
pub async fn claim(
    tx: &mut TenantTx,
    id: MailId,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
) -> Result<Option<Waiting>> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"UPDATE outgoing_mails SET attempts = attempts + 1, next_attempt_at = $4
            WHERE tenant = $1 AND mail_id = $2 AND state = 'waiting' AND next_attempt_at <= $3
        RETURNING kind, ciphertext AS "ciphertext!", nonce AS "nonce!", key_id AS "key_id!", attempts, created_at"#,
        tenant,
        id.0,
        now,
        leased_until,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Waiting {
        kind: row.kind,
        sealed: Sealed {
            ciphertext: row.ciphertext,
            nonce: row.nonce,
            key_id: row.key_id,
        },
        attempts: row.attempts,
        created_at: row.created_at,
    }))
}

/// The text of a mail that was not sent yet, held until the transaction ends.
pub async fn hold_content(tx: &mut TenantTx, id: MailId) -> Result<Option<Sealed>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Sealed,
        r#"SELECT ciphertext AS "ciphertext!", nonce AS "nonce!", key_id AS "key_id!" FROM outgoing_mails
            WHERE tenant = $1 AND mail_id = $2 AND ciphertext IS NOT NULL FOR UPDATE"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Writes the same text under another key.
pub async fn reseal(tx: &mut TenantTx, id: MailId, sealed: &Sealed) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE outgoing_mails SET ciphertext = $3, nonce = $4, key_id = $5 WHERE tenant = $1 AND mail_id = $2",
        tenant,
        id.0,
        sealed.ciphertext,
        sealed.nonce,
        sealed.key_id,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// How many texts of all tenants were encrypted with which key.
pub async fn by_key(tx: &mut SystemTx) -> Result<Vec<(String, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT key_id AS "key_id!", count(*) AS "count!" FROM outgoing_mails
            WHERE ciphertext IS NOT NULL GROUP BY key_id ORDER BY key_id"#
    )
    .fetch_all(tx.conn())
    .await?;
    let counted = rows.into_iter();
    Ok(counted.map(|row| (row.key_id, row.count.unsigned_abs())).collect())
}

/// Some of all tenants whose text was encrypted with another key, in order, from a place on.
pub async fn of_other_keys(
    tx: &mut SystemTx,
    key_id: &str,
    after: Option<(TenantId, MailId)>,
    limit: i64,
) -> Result<Vec<(TenantId, MailId)>> {
    let rows = sqlx::query!(
        r#"SELECT tenant AS "tenant: TenantId", mail_id AS "mail_id: MailId" FROM outgoing_mails
            WHERE key_id <> $1 AND ciphertext IS NOT NULL AND ($2::uuid IS NULL OR (tenant, mail_id) > ($2, $3))
            ORDER BY tenant, mail_id LIMIT $4"#,
        key_id,
        after.map(|(tenant, _)| tenant.0),
        after.map(|(_, id)| id.0),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.tenant, row.mail_id)).collect())
}

/// Says that whoever took it for this attempt is still at it; `false` if somebody else has it.
pub async fn extend(tx: &mut TenantTx, id: MailId, attempts: i32, until: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE outgoing_mails SET next_attempt_at = $4 WHERE tenant = $1 AND mail_id = $2 AND attempts = $3 AND state = 'waiting'",
        tenant,
        id.0,
        attempts,
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// The mail was sent, or will not be. Its text is removed.
pub async fn settle(
    tx: &mut TenantTx,
    id: MailId,
    state: &str,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE outgoing_mails
            SET state = $3, last_error = $4, settled_at = $5, ciphertext = NULL, nonce = NULL, key_id = NULL
          WHERE tenant = $1 AND mail_id = $2",
        tenant,
        id.0,
        state,
        reason,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// The mail is to be tried again.
pub async fn postpone(tx: &mut TenantTx, id: MailId, next: DateTime<Utc>, reason: &str) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE outgoing_mails SET next_attempt_at = $3, last_error = $4
          WHERE tenant = $1 AND mail_id = $2 AND state = 'waiting'",
        tenant,
        id.0,
        next,
        reason,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// A mail about a request.
pub struct RequestMailRow {
    pub mail_id: MailId,
    pub kind: String,
    pub recipient: Option<String>,
    pub state: String,
    pub attempts: i32,
    pub next_attempt_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// What was told of a request, the latest first.
pub async fn of_request(tx: &mut TenantTx, id: RequestId) -> Result<Vec<RequestMailRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        RequestMailRow,
        r#"SELECT mail_id AS "mail_id: MailId", kind, recipient, state, attempts, next_attempt_at, settled_at
             FROM outgoing_mails
            WHERE tenant = $1 AND appointment_request_id = $2
            ORDER BY created_at DESC, mail_id
            LIMIT 200"#,
        tenant,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Removes settled mails of all tenants, but for those that are listed somewhere.
pub async fn delete_settled(tx: &mut SystemTx, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "DELETE FROM outgoing_mails WHERE state <> 'waiting' AND settled_at < $1 AND appointment_request_id IS NULL",
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
