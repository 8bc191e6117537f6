//! Changes at Microsoft that are under way. The row is written before the call, so whatever is killed, somebody can find out what
//! was begun and finish or undo it.

use chrono::{DateTime, Utc};
use domain::{
    ChangeKind, IdempotencyKey, InteractionId, MeetingId, OperationId, ProfileId, RequestId, ScheduleEntryId, TenantId,
    UserId,
};
use serde_json::Value;

pub mod changes;

use self::changes::Change;
use super::{TenantTx, tx::SystemTx};
use crate::error::{Result, ensure_rows};

/// The creation of a meeting, and everything needed to carry it on.
#[derive(Clone, Debug)]
pub struct Operation {
    pub operation_id: OperationId,
    pub state: String,
    pub meeting_id: MeetingId,
    /// What the interaction will be called, if there is to be one.
    pub interaction_id: InteractionId,
    /// The request that the meeting is for.
    pub request_id: Option<RequestId>,
    pub idempotency_key: IdempotencyKey,
    pub payload: Value,
    pub profile_id: ProfileId,
    pub organizer_upn: String,
    pub organizer_user_id: String,
    pub start_time: DateTime<Utc>,
    pub end_time: DateTime<Utc>,
    pub attempts: i32,
    pub created_by: UserId,
    /// When it came into its state.
    pub updated_at: DateTime<Utc>,
}

/// Writes a new operation, leased to the caller; `false` if one for the same form is under way or done.
pub async fn insert(tx: &mut TenantTx, new: &Operation, leased_until: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO meeting_operations (tenant, operation_id, kind, state, meeting_id, interaction_id, idempotency_key, payload,
                                         profile_id, organizer_upn, organizer_user_id, start_time, end_time, leased_until,
                                         next_attempt_at, created_by, created_at, updated_at, appointment_request_id)
         VALUES ($1, $2, 'create', 'started', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $14, $15)
         ON CONFLICT (tenant, created_by, idempotency_key) WHERE state IN ('started', 'done') DO NOTHING",
        tenant,
        new.operation_id.0,
        new.meeting_id.0,
        new.interaction_id.0,
        new.idempotency_key.0,
        new.payload,
        new.profile_id.0,
        new.organizer_upn,
        new.organizer_user_id,
        new.start_time,
        new.end_time,
        leased_until,
        new.created_by.0,
        new.updated_at,
        new.request_id.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// The operation of a form that is under way or done, with whether somebody is working on it.
pub async fn by_key(
    tx: &mut TenantTx,
    user_id: UserId,
    key: IdempotencyKey,
    now: DateTime<Utc>,
) -> Result<Option<(OperationId, bool)>> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"SELECT operation_id, (state = 'started' AND leased_until > $4) IS TRUE AS "live!"
             FROM meeting_operations
            WHERE tenant = $1 AND created_by = $2 AND idempotency_key = $3 AND state IN ('started', 'done')"#,
        tenant,
        user_id.0,
        key.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (OperationId(row.operation_id), row.live)))
}

/// The operation that is making a meeting for a request, with whether somebody is working on it. The caller holds the request.
pub async fn by_request(
    tx: &mut TenantTx,
    request_id: RequestId,
    now: DateTime<Utc>,
) -> Result<Option<(OperationId, bool)>> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"SELECT operation_id, leased_until > $3 IS TRUE AS "live!" FROM meeting_operations
            WHERE tenant = $1 AND appointment_request_id = $2 AND state = 'started'"#,
        tenant,
        request_id.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (OperationId(row.operation_id), row.live)))
}

/// What a form's operation has led to.
pub struct Made {
    pub meeting_id: MeetingId,
    pub interaction_id: Option<InteractionId>,
    pub entry_id: Option<ScheduleEntryId>,
    pub join_url: Option<String>,
}

/// The meeting that a form has led to, if it is still there.
pub async fn made(tx: &mut TenantTx, user_id: UserId, key: IdempotencyKey) -> Result<Option<Made>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Made,
        r#"SELECT m.meeting_id, m.interaction_id AS "interaction_id: InteractionId",
                  m.schedule_entry_id AS "entry_id: ScheduleEntryId", m.join_url
             FROM meeting_operations o
             JOIN online_meetings m ON m.tenant = $1 AND m.meeting_id = o.meeting_id
            WHERE o.tenant = $1 AND o.created_by = $2 AND o.idempotency_key = $3 AND o.state = 'done'"#,
        tenant,
        user_id.0,
        key.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// How the latest operation of a form ended, if it did not lead to a meeting.
pub async fn last_error(tx: &mut TenantTx, user_id: UserId, key: IdempotencyKey) -> Result<Option<String>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        "SELECT last_error FROM meeting_operations
          WHERE tenant = $1 AND created_by = $2 AND idempotency_key = $3
          ORDER BY created_at DESC LIMIT 1",
        tenant,
        user_id.0,
        key.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten())
}

/// Says that the caller is still at it; `false` if the operation was taken away meanwhile.
pub async fn extend_lease(tx: &mut TenantTx, id: OperationId, attempts: i32, until: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations SET leased_until = $4
          WHERE tenant = $1 AND operation_id = $2 AND attempts = $3
            AND state IN ('started', 'abandoning', 'waiting', 'refused')",
        tenant,
        id.0,
        attempts,
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Marks the operation as done; `false` if it was not under way any more: then the meeting must not be recorded.
pub async fn finish(tx: &mut TenantTx, id: OperationId, event_id: &str, now: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations
            SET state = 'done', provider_event_id = $3, leased_until = NULL, last_error = NULL, updated_at = $4
          WHERE tenant = $1 AND operation_id = $2 AND state = 'started'",
        tenant,
        id.0,
        event_id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Turns an operation into one whose traces are to be removed, even if it was taken for undone; `false` if it is done.
pub async fn abandon(
    tx: &mut TenantTx,
    id: OperationId,
    reason: &str,
    next: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations
            SET state = 'abandoning', last_error = $3, leased_until = NULL, next_attempt_at = $4, updated_at = $5
          WHERE tenant = $1 AND operation_id = $2 AND state <> 'done'",
        tenant,
        id.0,
        reason,
        next,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Plans the next look at an operation of which nothing is known. One that was settled meanwhile needs none.
pub async fn look_again(tx: &mut TenantTx, id: OperationId, attempts: i32, next: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE meeting_operations SET leased_until = NULL, next_attempt_at = $3, uncertain = true
          WHERE tenant = $1 AND operation_id = $2 AND attempts = $4
            AND state IN ('started', 'abandoning', 'waiting', 'refused')",
        tenant,
        id.0,
        next,
        attempts
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Marks an operation whose traces are gone.
pub async fn undone(tx: &mut TenantTx, id: OperationId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE meeting_operations SET state = 'undone', leased_until = NULL, updated_at = $3
          WHERE tenant = $1 AND operation_id = $2 AND state = 'abandoning'",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// The operations that nobody works on and that are due, of all tenants, oldest first.
pub async fn due(
    tx: &mut SystemTx,
    now: DateTime<Utc>,
    but: &[TenantId],
    of_each: i64,
    limit: i64,
) -> Result<Vec<(TenantId, OperationId)>> {
    let but: Vec<uuid::Uuid> = but.iter().map(|tenant| tenant.0).collect();
    let rows = sqlx::query!(
        "SELECT d.tenant, d.operation_id
           FROM (SELECT o.tenant, o.operation_id, o.next_attempt_at,
                        row_number() OVER (PARTITION BY o.tenant ORDER BY o.next_attempt_at, o.operation_id) AS place
                   FROM meeting_operations o
                  WHERE o.state IN ('started', 'abandoning', 'waiting', 'refused') AND o.next_attempt_at <= $1
                    AND (o.leased_until IS NULL OR o.leased_until <= $1) AND o.tenant <> ALL ($2)) d
          WHERE d.place <= $3
          ORDER BY d.next_attempt_at, d.operation_id
          LIMIT $4",
        now,
        &but,
        of_each,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), OperationId(row.operation_id)))
        .collect())
}

/// Meetings that are to be cancelled and that nobody is about to cancel, of all tenants: they were brought along.
pub async fn forgotten_cancellations(tx: &mut SystemTx, limit: i64) -> Result<Vec<(TenantId, MeetingId)>> {
    let rows = sqlx::query!(
        "SELECT m.tenant, m.meeting_id FROM online_meetings m
          WHERE m.status = 'cancel_pending'
            AND NOT EXISTS (SELECT 1 FROM meeting_operations o
                             WHERE o.tenant = m.tenant AND o.meeting_id = m.meeting_id AND o.state IN ('waiting', 'refused'))
          ORDER BY m.meeting_id
          LIMIT $1",
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), MeetingId(row.meeting_id)))
        .collect())
}

/// An operation that the caller has to itself for a while.
pub enum Claimed {
    Creation(Box<Operation>),
    Change(Box<Change>),
}

/// Takes a due operation for the caller alone; `None` if somebody else was faster, or one of the same meeting comes before it.
pub async fn claim(
    tx: &mut TenantTx,
    id: OperationId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Claimed>> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"UPDATE meeting_operations o
              SET leased_until = $4, attempts = o.attempts + 1,
                  -- Whoever held it before has told nothing of how it ended.
                  uncertain = o.uncertain OR o.leased_until IS NOT NULL
            WHERE o.tenant = $1 AND o.operation_id = $2 AND o.state IN ('started', 'abandoning', 'waiting', 'refused')
              AND o.next_attempt_at <= $3 AND (o.leased_until IS NULL OR o.leased_until <= $3)
              AND NOT EXISTS (SELECT 1 FROM meeting_operations e
                               WHERE e.tenant = $1 AND e.meeting_id = o.meeting_id AND e.position < o.position
                                 AND e.state IN ('started', 'abandoning', 'waiting', 'refused'))
           RETURNING kind, state, meeting_id, interaction_id, idempotency_key, payload, profile_id, organizer_upn,
                     organizer_user_id, provider_event_id, provider_meeting_id, start_time, end_time, attempts, created_by,
                     updated_at, appointment_request_id"#,
        tenant,
        id.0,
        now,
        until
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    if let Some(kind) = ChangeKind::find(&row.kind) {
        return Ok(Some(Claimed::Change(Box::new(Change {
            operation_id: id,
            kind,
            meeting_id: row.meeting_id.into(),
            payload: row.payload,
            organizer_upn: row.organizer_upn,
            organizer_user_id: row.organizer_user_id,
            provider_event_id: row.provider_event_id,
            provider_meeting_id: row.provider_meeting_id,
            end_time: row.end_time,
            attempts: row.attempts,
        }))));
    }
    let creation = || {
        Some(Operation {
            operation_id: id,
            state: row.state,
            meeting_id: row.meeting_id.into(),
            request_id: row.appointment_request_id.map(RequestId),
            interaction_id: row.interaction_id?.into(),
            idempotency_key: row.idempotency_key?.into(),
            payload: row.payload,
            profile_id: row.profile_id?.into(),
            organizer_upn: row.organizer_upn?,
            organizer_user_id: row.organizer_user_id?,
            start_time: row.start_time,
            end_time: row.end_time,
            attempts: row.attempts,
            created_by: row.created_by.into(),
            updated_at: row.updated_at,
        })
    };
    let creation = creation().ok_or_else(|| anyhow::anyhow!("a creation lacks a part"))?;
    Ok(Some(Claimed::Creation(Box::new(creation))))
}

/// Forgets what has long been settled: the operations hold notes and addresses. Of all tenants.
pub async fn delete_settled(tx: &mut SystemTx, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "DELETE FROM meeting_operations WHERE state IN ('done', 'undone', 'withdrawn') AND updated_at < $1",
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
