//! Operations that change a meeting which is there: move, retitle, cancel.

use chrono::{DateTime, Utc};
use domain::{ChangeKind, InteractionId, MeetingId, OperationId, RequestId, UserId};
use serde_json::Value;

use super::super::{TenantTx, links::Links};
use crate::error::{Result, ensure_rows};

/// A change that somebody has taken to carry out.
#[derive(Clone, Debug)]
pub struct Change {
    pub operation_id: OperationId,
    pub kind: ChangeKind,
    pub meeting_id: MeetingId,
    pub payload: Value,
    pub organizer_upn: Option<String>,
    pub organizer_user_id: Option<String>,
    pub provider_event_id: Option<String>,
    /// What a meeting without an event is known by.
    pub provider_meeting_id: Option<String>,
    /// When the meeting will be over.
    pub end_time: DateTime<Utc>,
    /// Also tells this attempt from every other one.
    pub attempts: i32,
}

/// A change to be written down.
pub struct NewChange<'a> {
    pub operation_id: OperationId,
    pub kind: ChangeKind,
    pub meeting_id: MeetingId,
    pub interaction_id: Option<InteractionId>,
    pub request_id: Option<RequestId>,
    pub payload: Value,
    pub organizer_upn: Option<&'a str>,
    pub organizer_user_id: Option<&'a str>,
    pub provider_event_id: Option<&'a str>,
    pub provider_meeting_id: Option<&'a str>,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// What it replaces may have been carried out.
    pub uncertain: bool,
    pub due: DateTime<Utc>,
    pub by: UserId,
    pub now: DateTime<Utc>,
}

/// Puts a change behind all operations of its meeting. The caller holds the meeting's row, so nobody else does the same now.
pub async fn insert(tx: &mut TenantTx, new: &NewChange<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let written = sqlx::query!(
        "INSERT INTO meeting_operations (tenant, operation_id, kind, state, meeting_id, interaction_id, payload, organizer_upn,
                                         organizer_user_id, provider_event_id, provider_meeting_id, start_time, end_time,
                                         uncertain, next_attempt_at, created_by, created_at, updated_at, appointment_request_id,
                                         position)
         SELECT $1, $2, $3, 'waiting', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17,
                coalesce(max(position), 0) + 1
           FROM meeting_operations WHERE tenant = $1 AND meeting_id = $4",
        tenant,
        new.operation_id.0,
        new.kind.as_str(),
        new.meeting_id.0,
        new.interaction_id.map(|id| id.0),
        new.payload,
        new.organizer_upn,
        new.organizer_user_id,
        new.provider_event_id,
        new.provider_meeting_id,
        new.start,
        new.end,
        new.uncertain,
        new.due,
        new.by.0,
        new.now,
        new.request_id.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&written, 1)
}

/// A change that is neither done nor withdrawn.
pub struct Unsettled {
    pub operation_id: OperationId,
    pub kind: String,
    pub payload: Value,
    pub attempts: i32,
    /// Somebody is at it.
    pub working: bool,
    /// It may have been carried out, or is being.
    pub uncertain: bool,
    pub next_attempt_at: DateTime<Utc>,
    pub last_error: Option<String>,
}

/// The unsettled changes of a meeting in their order.
pub async fn unsettled(tx: &mut TenantTx, meeting_id: MeetingId, now: DateTime<Utc>) -> Result<Vec<Unsettled>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        Unsettled,
        r#"SELECT operation_id, kind, payload, attempts, next_attempt_at, last_error,
                  leased_until > $3 IS TRUE AS "working!", uncertain OR leased_until IS NOT NULL AS "uncertain!"
             FROM meeting_operations
            WHERE tenant = $1 AND meeting_id = $2 AND state IN ('waiting', 'refused')
            ORDER BY position
              FOR UPDATE"#,
        tenant,
        meeting_id.0,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The last unsettled change of the meetings of records that are one thing: what they are on their way to.
pub async fn pending(tx: &mut TenantTx, links: &Links, now: DateTime<Utc>) -> Result<Option<Unsettled>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Unsettled,
        r#"SELECT operation_id, kind, payload, attempts, next_attempt_at, last_error,
                  leased_until > $3 IS TRUE AS "working!", uncertain OR leased_until IS NOT NULL AS "uncertain!"
             FROM meeting_operations
            WHERE tenant = $1 AND state IN ('waiting', 'refused')
              AND (interaction_id = $2
                   OR meeting_id IN (SELECT m.meeting_id FROM online_meetings m
                                      WHERE m.tenant = $1 AND (m.schedule_entry_id = $4 OR m.appointment_request_id = $5)))
            ORDER BY created_at DESC, position DESC LIMIT 1"#,
        tenant,
        links.interaction.map(|id| id.0),
        now,
        links.entry.map(|id| id.0),
        links.request.map(|id| id.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Takes a change back, saying why; `false` if it is settled.
pub async fn withdraw(tx: &mut TenantTx, id: OperationId, reason: &str, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations SET state = 'withdrawn', last_error = $3, leased_until = NULL, updated_at = $4
          WHERE tenant = $1 AND operation_id = $2 AND state IN ('waiting', 'refused')",
        tenant,
        id.0,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Whether this attempt is still the one that counts; nobody else can change that until the transaction ends.
pub async fn is_ours(tx: &mut TenantTx, id: OperationId, attempts: i32) -> Result<bool> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        "SELECT operation_id FROM meeting_operations
          WHERE tenant = $1 AND operation_id = $2 AND attempts = $3 AND state IN ('waiting', 'refused')
            FOR UPDATE",
        tenant,
        id.0,
        attempts
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// Whether another change of the same meeting stands behind this one, and says what is wanted now.
pub async fn has_successor(tx: &mut TenantTx, id: OperationId, meeting_id: MeetingId) -> Result<bool> {
    let tenant = tx.tenant();
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM meeting_operations
                           WHERE tenant = $1 AND meeting_id = $3 AND state IN ('waiting', 'refused')
                             AND position > (SELECT o.position FROM meeting_operations o
                                              WHERE o.tenant = $1 AND o.operation_id = $2)) AS "found!""#,
        tenant,
        id.0,
        meeting_id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

pub async fn done(tx: &mut TenantTx, id: OperationId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations SET state = 'done', leased_until = NULL, last_error = NULL, updated_at = $3
          WHERE tenant = $1 AND operation_id = $2 AND state IN ('waiting', 'refused')",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// What came of an attempt that did not succeed.
pub struct Setback<'a> {
    pub state: &'static str,
    pub reason: &'a str,
    /// It may have been carried out all the same.
    pub uncertain: bool,
    pub next: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

pub async fn put_off(tx: &mut TenantTx, id: OperationId, setback: &Setback<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations
            SET state = $3, last_error = $4, uncertain = uncertain OR $5, next_attempt_at = $6, leased_until = NULL, updated_at = $7
          WHERE tenant = $1 AND operation_id = $2 AND state IN ('waiting', 'refused')",
        tenant,
        id.0,
        setback.state,
        setback.reason,
        setback.uncertain,
        setback.next,
        setback.now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Brings the next attempt of a change forward, with another message if there is one. What is under way is left alone.
pub async fn hurry(
    tx: &mut TenantTx,
    id: OperationId,
    payload: Option<&Value>,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE meeting_operations SET next_attempt_at = least(next_attempt_at, $4), payload = coalesce($3, payload)
          WHERE tenant = $1 AND operation_id = $2 AND state IN ('waiting', 'refused')
            AND (leased_until IS NULL OR leased_until <= $5)",
        tenant,
        id.0,
        payload,
        due,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A change that was not accepted, of a meeting that is not on record any more.
pub struct Stranded {
    pub operation_id: OperationId,
    pub kind: String,
    pub payload: Value,
    pub organizer: Option<String>,
    pub start: DateTime<Utc>,
    pub attempts: i32,
    pub next_attempt_at: DateTime<Utc>,
    pub last_error: Option<String>,
}

/// The oldest first.
pub async fn stranded(tx: &mut TenantTx, limit: i64) -> Result<Vec<Stranded>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        Stranded,
        r#"SELECT o.operation_id, o.kind, o.payload, coalesce(o.organizer_upn, o.organizer_user_id) AS organizer,
                  o.start_time AS start, o.attempts, o.next_attempt_at, o.last_error
             FROM meeting_operations o
            WHERE o.tenant = $1 AND o.state IN ('waiting', 'refused') AND o.last_error IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM online_meetings m WHERE m.tenant = $1 AND m.meeting_id = o.meeting_id)
            ORDER BY o.created_at, o.operation_id
            LIMIT $2"#,
        tenant,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Brings the next attempt of one of them forward; `false` if there is no such change.
pub async fn hurry_stranded(tx: &mut TenantTx, id: OperationId, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations o SET next_attempt_at = least(o.next_attempt_at, $3)
          WHERE o.tenant = $1 AND o.operation_id = $2 AND o.state IN ('waiting', 'refused')
            AND NOT EXISTS (SELECT 1 FROM online_meetings m WHERE m.tenant = $1 AND m.meeting_id = o.meeting_id)",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}
