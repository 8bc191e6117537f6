//! What Microsoft has told of new recordings and transcripts, until somebody has looked into it.

use chrono::{DateTime, Utc};
use domain::{ArtifactKind, MeetingId, TenantId};
use uuid::Uuid;

use super::{TenantTx, tx::SystemTx};
use crate::error::Result;

/// An artifact of which Microsoft has told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    pub kind: &'static str,
    pub provider_artifact_id: String,
    pub provider_meeting_id: String,
    /// Object id.
    pub organizer: Option<Uuid>,
    pub subscription_id: String,
}

/// Stores what was told, and answers how many were new. Sorted, so that two who store the same do not wait for each other.
pub async fn add(tx: &mut TenantTx, told: &[Told], now: DateTime<Utc>) -> Result<u64> {
    let tenant = tx.tenant();
    let column = |of: fn(&Told) -> &str| told.iter().map(|told| of(told).to_owned()).collect::<Vec<_>>();
    let organizers: Vec<Option<String>> = told
        .iter()
        .map(|told| told.organizer.map(|organizer| organizer.to_string()))
        .collect();
    let result = sqlx::query!(
        "INSERT INTO teams_notifications (tenant, artifact_type, provider_artifact_id, provider_meeting_id, organizer_user_id,
                                          subscription_id, received_at, next_attempt_at)
         SELECT $1, told.*, $7, $7 FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) told
         ON CONFLICT (tenant, artifact_type, provider_artifact_id) DO NOTHING",
        tenant,
        &column(|told| told.kind),
        &column(|told| &told.provider_artifact_id),
        &column(|told| &told.provider_meeting_id),
        &organizers as &[Option<String>],
        &column(|told| &told.subscription_id),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected())
}

/// The tenants that have notifications to look into.
pub async fn tenants_with_due(tx: &mut SystemTx, now: DateTime<Utc>) -> Result<Vec<TenantId>> {
    let rows = sqlx::query_scalar!(
        r#"SELECT tenant AS "tenant: TenantId" FROM teams_notifications
            WHERE handled_at IS NULL AND next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
            GROUP BY tenant ORDER BY min(next_attempt_at)"#,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A notification that the caller looks into.
#[derive(Clone, Debug)]
pub struct Notification {
    pub artifact_type: String,
    pub provider_artifact_id: String,
    pub provider_meeting_id: String,
    pub organizer: Option<String>,
    pub received: DateTime<Utc>,
    /// How often it was looked into before.
    pub looks: i32,
}

/// Holds some of the tenant's that are due until the transaction ends, the oldest first.
pub async fn hold(tx: &mut TenantTx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Notification>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        Notification,
        r#"SELECT artifact_type, provider_artifact_id, provider_meeting_id, organizer_user_id AS organizer,
                  received_at AS received, attempts AS looks
             FROM teams_notifications
            WHERE tenant = $1 AND handled_at IS NULL AND next_attempt_at <= $2
              AND (leased_until IS NULL OR leased_until <= $2)
            ORDER BY next_attempt_at
            LIMIT $3
              FOR UPDATE SKIP LOCKED"#,
        tenant,
        now,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Takes what is held. One by one, by their keys: how many there are in all must not matter.
pub async fn lease(tx: &mut TenantTx, held: &[Notification], until: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    for notification in held {
        sqlx::query!(
            "UPDATE teams_notifications SET leased_until = $4
              WHERE tenant = $1 AND artifact_type = $2 AND provider_artifact_id = $3",
            tenant,
            notification.artifact_type,
            notification.provider_artifact_id,
            until
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Says that the caller is still at what it took; `false` if none of it is left.
pub async fn extend(tx: &mut TenantTx, lease: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "WITH held AS (SELECT artifact_type, provider_artifact_id FROM teams_notifications
                        WHERE tenant = $1 AND handled_at IS NULL AND leased_until = $2
                        ORDER BY artifact_type COLLATE \"C\", provider_artifact_id COLLATE \"C\"
                          FOR UPDATE)
         UPDATE teams_notifications n SET leased_until = $3 FROM held
          WHERE n.tenant = $1 AND n.artifact_type = held.artifact_type AND n.provider_artifact_id = held.provider_artifact_id",
        tenant,
        lease,
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() > 0)
}

/// A meeting of ours that Microsoft names.
#[derive(Clone, Debug)]
pub struct Mine {
    pub provider_meeting_id: String,
    pub meeting_id: MeetingId,
    pub is_cancelled: bool,
}

/// Which of the meetings that Microsoft names are ours.
pub async fn meetings(tx: &mut TenantTx, provider_meeting_ids: &[String]) -> Result<Vec<Mine>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        Mine,
        r#"SELECT provider_meeting_id AS "provider_meeting_id!", meeting_id,
                  status IN ('cancel_pending', 'cancelled') AS "is_cancelled!"
             FROM online_meetings
            WHERE tenant = $1 AND provider = 'teams' AND provider_meeting_id = ANY ($2)"#,
        tenant,
        provider_meeting_ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Meetings of an organizer of which it is not known under which id Microsoft has them, and that may have been recorded, the latest first; and
/// when they were looked for.
pub async fn nameless(
    tx: &mut TenantTx,
    organizer: Option<&str>,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(MeetingId, Option<DateTime<Utc>>)>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT meeting_id, last_fetch_at FROM online_meetings
            WHERE tenant = $1 AND provider_meeting_id IS NULL AND coalesce(join_url, provider_event_id) IS NOT NULL
              AND status NOT IN ('cancel_pending', 'cancelled', 'failed')
              AND start_time <= $3 AND end_time >= $4
              AND ($2::text IS NULL OR organizer_user_id IS NULL OR lower(organizer_user_id) = lower($2))
            ORDER BY end_time DESC
            LIMIT $5"#,
        tenant,
        organizer,
        now,
        since,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (MeetingId(row.meeting_id), row.last_fetch_at))
        .collect())
}

/// Which of the artifacts that were told of are captured of a meeting: their content too, where it is fetched, unless they were deleted.
pub async fn captured(tx: &mut TenantTx, meeting_id: MeetingId) -> Result<Vec<(String, String)>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        "SELECT artifact_type, provider_artifact_id FROM online_meeting_artifacts
          WHERE tenant = $1 AND meeting_id = $2
            AND (artifact_type = 'recording' OR document_id IS NOT NULL OR gone_at IS NOT NULL OR deleted_at IS NOT NULL)",
        tenant,
        meeting_id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.artifact_type, row.provider_artifact_id))
        .collect())
}

/// Settles notifications of one meeting, or of none: one by one, by their keys, in the order in which [`extend`] holds them.
pub async fn handled(
    tx: &mut TenantTx,
    notifications: &[Notification],
    outcome: &str,
    meeting_id: Option<MeetingId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let mut notifications: Vec<&Notification> = notifications.iter().collect();
    notifications.sort_unstable_by_key(|told| (&told.artifact_type, &told.provider_artifact_id));
    for notification in notifications {
        sqlx::query!(
            "UPDATE teams_notifications
                SET handled_at = $4, outcome = $5, meeting_id = $6, attempts = attempts + 1, leased_until = NULL
              WHERE tenant = $1 AND artifact_type = $2 AND provider_artifact_id = $3 AND handled_at IS NULL",
            tenant,
            notification.artifact_type,
            notification.provider_artifact_id,
            now,
            outcome,
            meeting_id.map(|id| id.0),
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Plans when a notification is looked into again; not before Microsoft wants to be asked for the meeting again.
pub async fn again(
    tx: &mut TenantTx,
    notification: &Notification,
    meeting_id: Option<MeetingId>,
    at: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE teams_notifications
            SET attempts = attempts + 1, leased_until = NULL, meeting_id = coalesce($5, meeting_id),
                next_attempt_at = greatest($4, (SELECT m.next_fetch_at FROM online_meetings m
                                                 WHERE m.tenant = $1 AND m.meeting_id = $5
                                                   AND 'throttled' IN (m.recordings_trouble, m.transcripts_trouble)))
          WHERE tenant = $1 AND artifact_type = $2 AND provider_artifact_id = $3 AND handled_at IS NULL",
        tenant,
        notification.artifact_type,
        notification.provider_artifact_id,
        at,
        meeting_id.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many of the tenant's wait.
pub async fn waiting(tx: &mut TenantTx) -> Result<i64> {
    let tenant = tx.tenant();
    let waiting = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM teams_notifications WHERE tenant = $1 AND handled_at IS NULL"#,
        tenant
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(waiting)
}

/// Forgets, in all tenants, what was settled long ago.
pub async fn delete_handled(tx: &mut SystemTx, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("DELETE FROM teams_notifications WHERE handled_at < $1", before)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Adds to the tenant's counts.
pub async fn count(tx: &mut TenantTx, outcomes: &[String], counts: &[i64], at: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO teams_notification_counts AS c (tenant, outcome, count, last_at)
         SELECT $1, seen.*, $4 FROM unnest($2::text[], $3::bigint[]) seen
         ON CONFLICT (tenant, outcome) DO UPDATE SET count = c.count + excluded.count, last_at = excluded.last_at",
        tenant,
        outcomes,
        counts,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The tenant's counts.
pub async fn counts(tx: &mut TenantTx) -> Result<Vec<(String, i64)>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        "SELECT outcome, count FROM teams_notification_counts WHERE tenant = $1",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.outcome, row.count)).collect())
}

/// Notes when Microsoft has last told something by a subscription.
pub async fn notified(tx: &mut TenantTx, kind: ArtifactKind, at: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE teams_subscriptions SET notified_at = greatest(notified_at, $3) WHERE tenant = $1 AND artifact_type = $2",
        tenant,
        kind.as_str(),
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds to the counts of what nobody knows the tenant of.
pub async fn count_unknown(tx: &mut SystemTx, outcomes: &[String], counts: &[i64], at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO webhook_counts AS c (outcome, count, last_at)
         SELECT seen.*, $3 FROM unnest($1::text[], $2::bigint[]) seen
         ON CONFLICT (outcome) DO UPDATE SET count = c.count + excluded.count, last_at = excluded.last_at",
        outcomes,
        counts,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
