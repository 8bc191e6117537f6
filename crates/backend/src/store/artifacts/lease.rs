//! Who looks at Microsoft for a meeting: one process at a time. The time until which the look is leased also tells it from every other.

use chrono::{DateTime, Utc};
use domain::{InteractionId, MeetingId, MeetingStatus, TenantId};

use super::super::{TenantTx, tx::SystemTx};
use crate::error::Result;

/// A meeting that the caller looks for.
#[derive(Clone, Debug)]
pub struct Fetch {
    pub meeting_id: MeetingId,
    pub interaction_id: Option<InteractionId>,
    pub provider_meeting_id: Option<String>,
    pub provider_event_id: Option<String>,
    pub organizer_upn: Option<String>,
    pub organizer_user_id: Option<String>,
    pub join_url: Option<String>,
    pub subject: String,
    pub end: DateTime<Utc>,
    /// The lease.
    pub until: DateTime<Utc>,
}

/// When somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When it is due.
    Due,
    /// Because somebody wants it now.
    Now,
}

/// Takes a meeting to look for; `None` if somebody else is at it, it is not due, or there is nothing to look for.
pub async fn claim(
    tx: &mut TenantTx,
    id: MeetingId,
    when: When,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Fetch>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Fetch,
        r#"UPDATE online_meetings SET fetch_leased_until = $5
            WHERE tenant = $1 AND meeting_id = $2 AND ($3 OR next_fetch_at <= $4)
              AND (fetch_leased_until IS NULL OR fetch_leased_until <= $4)
              AND (status NOT IN ('cancel_pending', 'cancelled', 'failed')
                   OR status = 'failed' AND coalesce(provider_meeting_id, join_url) IS NOT NULL)
           RETURNING meeting_id, interaction_id AS "interaction_id: InteractionId", provider_meeting_id, provider_event_id,
                     organizer_upn, organizer_user_id, join_url, subject, end_time AS "end", fetch_leased_until AS "until!""#,
        tenant,
        id.0,
        when == When::Now,
        now,
        until,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Says that the caller is still at it, and returns the new lease; `None` if it was lost.
pub async fn extend(
    tx: &mut TenantTx,
    id: MeetingId,
    lease: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        r#"UPDATE online_meetings SET fetch_leased_until = greatest(fetch_leased_until, $4)
            WHERE tenant = $1 AND meeting_id = $2 AND fetch_leased_until = $3
           RETURNING fetch_leased_until AS "until!""#,
        tenant,
        id.0,
        lease,
        until
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// A meeting as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub status: MeetingStatus,
    pub end: DateTime<Utc>,
    pub attempts: i32,
}

/// Holds a meeting until the transaction ends, if the look is still the caller's.
pub async fn hold(tx: &mut TenantTx, id: MeetingId, lease: DateTime<Utc>) -> Result<Option<Held>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Held,
        r#"SELECT status AS "status: MeetingStatus", end_time AS "end", recording_fetch_attempts AS attempts
             FROM online_meetings WHERE tenant = $1 AND meeting_id = $2 AND fetch_leased_until = $3
              FOR UPDATE"#,
        tenant,
        id.0,
        lease
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Plans the next look after one that came to nothing for a reason of ours; none if there shall be none, or none was planned.
pub async fn put_off(
    tx: &mut TenantTx,
    id: MeetingId,
    lease: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE online_meetings
            SET fetch_leased_until = NULL,
                next_fetch_at = CASE WHEN next_fetch_at IS NOT NULL AND $4::timestamptz IS NOT NULL THEN greatest(next_fetch_at, $4) END
          WHERE tenant = $1 AND meeting_id = $2 AND fetch_leased_until = $3",
        tenant,
        id.0,
        lease,
        next
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The meetings that are due and that nobody looks for, of all tenants but some, oldest first: of each tenant so many, those that somebody
/// is at among them.
pub async fn due(
    tx: &mut SystemTx,
    now: DateTime<Utc>,
    but: &[TenantId],
    of_each: u32,
    limit: i64,
) -> Result<Vec<(TenantId, MeetingId)>> {
    let but: Vec<uuid::Uuid> = but.iter().map(|tenant| tenant.0).collect();
    let rows = sqlx::query!(
        "SELECT d.tenant, d.meeting_id
           FROM (SELECT m.tenant, m.meeting_id, m.next_fetch_at, m.fetch_leased_until,
                        row_number() OVER (PARTITION BY m.tenant ORDER BY m.next_fetch_at, m.meeting_id) AS place
                   FROM online_meetings m
                  WHERE m.next_fetch_at <= $1 AND m.status NOT IN ('cancel_pending', 'cancelled') AND m.tenant <> ALL ($4)) d
          WHERE d.place <= $2 AND (d.fetch_leased_until IS NULL OR d.fetch_leased_until <= $1)
          ORDER BY d.next_fetch_at, d.meeting_id
          LIMIT $3",
        now,
        i64::from(of_each),
        limit,
        &but
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), MeetingId(row.meeting_id)))
        .collect())
}

/// Meetings that are over and that nobody has planned to look for, of all tenants: they were brought along.
pub async fn unlooked(tx: &mut SystemTx, now: DateTime<Utc>, limit: i64) -> Result<Vec<(TenantId, MeetingId)>> {
    let rows = sqlx::query!(
        "SELECT tenant, meeting_id FROM online_meetings
          WHERE next_fetch_at IS NULL AND status IN ('scheduled', 'ended', 'recording_pending') AND end_time <= $1
          ORDER BY end_time DESC
          LIMIT $2",
        now,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), MeetingId(row.meeting_id)))
        .collect())
}

/// Looks for an interaction's meetings that are over sooner than planned, unless the last look was after `since`; `false` if nothing is
/// planned, that is so soon anyhow, or Microsoft wants to be left alone until then.
pub async fn hurry(tx: &mut TenantTx, id: InteractionId, now: DateTime<Utc>, since: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meetings SET next_fetch_at = $3
          WHERE tenant = $1 AND interaction_id = $2 AND next_fetch_at > $3 AND end_time <= $3
            AND (last_fetch_at IS NULL OR last_fetch_at <= $4)
            AND recordings_trouble IS DISTINCT FROM 'throttled' AND transcripts_trouble IS DISTINCT FROM 'throttled'",
        tenant,
        id.0,
        now,
        since
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() > 0)
}

/// Plans to look for a meeting that nobody has planned to look for.
pub async fn plan(tx: &mut TenantTx, id: MeetingId, at: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE online_meetings SET next_fetch_at = $3
          WHERE tenant = $1 AND meeting_id = $2 AND next_fetch_at IS NULL AND status IN ('scheduled', 'ended', 'recording_pending')",
        tenant,
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Plans to look again, soon, for the meetings of a time of which nobody was told what came of them: the latest first, one every few
/// seconds, and so many at most. Answers how many.
pub async fn look_again(
    tx: &mut TenantTx,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    seconds_apart: f64,
    limit: i64,
) -> Result<u64> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meetings m SET next_fetch_at = soon.at
           FROM (SELECT o.meeting_id, $3::timestamptz + row_number() OVER (ORDER BY o.end_time DESC, o.meeting_id) * make_interval(secs => $4) AS at
                   FROM online_meetings o
                  WHERE o.tenant = $1 AND o.start_time <= $3 AND o.end_time >= $2
                    AND (o.status NOT IN ('cancel_pending', 'cancelled', 'failed')
                         OR o.status = 'failed' AND coalesce(o.provider_meeting_id, o.join_url) IS NOT NULL)
                  ORDER BY o.end_time DESC, o.meeting_id
                  LIMIT $5) soon
          WHERE m.tenant = $1 AND m.meeting_id = soon.meeting_id AND (m.next_fetch_at IS NULL OR m.next_fetch_at > soon.at)",
        tenant,
        since,
        now,
        seconds_apart,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected())
}

/// Until when somebody is at a meeting, which may be past; `None` if nobody is, or there is no such meeting.
pub async fn leased_until(tx: &mut TenantTx, id: MeetingId) -> Result<Option<DateTime<Utc>>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        "SELECT fetch_leased_until FROM online_meetings WHERE tenant = $1 AND meeting_id = $2",
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten())
}
