//! The last requests to Microsoft.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{TenantTx, tx::SystemTx};
use crate::error::Result;

/// One request, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    pub entry_id: Uuid,
    pub requested_at: DateTime<Utc>,
    pub call: String,
    /// A [`domain::RequestOutcome`].
    pub outcome: String,
    pub status: Option<i32>,
    pub code: Option<String>,
    pub milliseconds: i32,
    pub microsoft_request_id: Option<String>,
    pub client_request_id: Option<Uuid>,
}

/// Writes requests and forgets the oldest, so that `kept` are left.
pub async fn insert(tx: &mut TenantTx, new: &[RequestRecord], kept: i64) -> Result<()> {
    let tenant = tx.tenant();
    let ids: Vec<Uuid> = new.iter().map(|one| one.entry_id).collect();
    let times: Vec<DateTime<Utc>> = new.iter().map(|one| one.requested_at).collect();
    let calls: Vec<String> = new.iter().map(|one| one.call.clone()).collect();
    let outcomes: Vec<String> = new.iter().map(|one| one.outcome.clone()).collect();
    let statuses: Vec<Option<i32>> = new.iter().map(|one| one.status).collect();
    let codes: Vec<Option<String>> = new.iter().map(|one| one.code.clone()).collect();
    let milliseconds: Vec<i32> = new.iter().map(|one| one.milliseconds).collect();
    let theirs: Vec<Option<String>> = new.iter().map(|one| one.microsoft_request_id.clone()).collect();
    let ours: Vec<Option<Uuid>> = new.iter().map(|one| one.client_request_id).collect();
    sqlx::query!(
        "INSERT INTO microsoft_requests (tenant, entry_id, requested_at, call, outcome, status, code, milliseconds, microsoft_request_id,
                                         client_request_id)
         SELECT $1, r.entry_id, r.requested_at, r.call, r.outcome, r.status, r.code, r.milliseconds, r.theirs, r.ours
           FROM unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::integer[], $9::text[],
                       $10::uuid[]) AS r (entry_id, requested_at, call, outcome, status, code, milliseconds, theirs, ours)",
        tenant,
        &ids,
        &times,
        &calls,
        &outcomes,
        &statuses as &[Option<i32>],
        &codes as &[Option<String>],
        &milliseconds,
        &theirs as &[Option<String>],
        &ours as &[Option<Uuid>],
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "DELETE FROM microsoft_requests
          WHERE tenant = $1 AND entry_id IN (SELECT r.entry_id FROM microsoft_requests r WHERE r.tenant = $1
                                              ORDER BY r.requested_at DESC, r.entry_id OFFSET $2)",
        tenant,
        kept,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The tenant's, the latest first.
pub async fn last(tx: &mut TenantTx, limit: i64) -> Result<Vec<RequestRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        RequestRecord,
        r#"SELECT entry_id, requested_at, call, outcome, status, code, milliseconds, microsoft_request_id,
                  client_request_id
             FROM microsoft_requests WHERE tenant = $1
            ORDER BY requested_at DESC, entry_id
            LIMIT $2"#,
        tenant,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Removes old ones of all tenants.
pub async fn delete_old(tx: &mut SystemTx, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("DELETE FROM microsoft_requests WHERE requested_at < $1", before)
        .execute(tx.conn())
        .await?;
    Ok(())
}
