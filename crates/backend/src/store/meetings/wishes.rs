//! What clients want of meetings that staff have made.

use chrono::{DateTime, Utc};
use domain::{ErrorCode, InteractionId, MeetingId, NewsKind, ScheduleEntryId, UserId};
use uuid::Uuid;

use crate::{
    error::Result,
    store::{TenantTx, live},
};

/// Notes who has cancelled a meeting, and what was told of it. The first to do so counts.
pub async fn cancelled_by(tx: &mut TenantTx, meeting_id: MeetingId, by: UserId, reason: Option<&str>) -> Result<()> {
    let tenant = tx.tenant();
    let noted = sqlx::query!(
        r#"UPDATE online_meetings
              SET cancelled_by_user_id = $3, cancel_reason = $4
            WHERE tenant = $1 AND meeting_id = $2 AND status IN ('cancel_pending', 'cancelled') AND cancelled_by_user_id IS NULL
           RETURNING interaction_id AS "interaction_id: InteractionId""#,
        tenant,
        meeting_id.0,
        by.0,
        reason,
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(interaction_id) = noted.and_then(|noted| noted.interaction_id) {
        live::changed(tx, NewsKind::Changed, interaction_id).await?;
    }
    Ok(())
}

/// Another time that somebody would like.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub start: DateTime<Utc>,
    pub note: Option<&'a str>,
    pub by: UserId,
}

/// Notes another time that a client would like for a meeting; nothing takes the wish back.
pub async fn wish(tx: &mut TenantTx, meeting_id: MeetingId, wish: Option<Wish<'_>>, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let noted = sqlx::query!(
        r#"UPDATE online_meetings
              SET wished_start = $3, wish_note = $4, wished_by_user_id = $5, updated_at = $6
            WHERE tenant = $1 AND meeting_id = $2 AND status = 'scheduled'
           RETURNING interaction_id AS "interaction_id: InteractionId""#,
        tenant,
        meeting_id.0,
        wish.map(|wish| wish.start),
        wish.and_then(|wish| wish.note),
        wish.map(|wish| wish.by.0),
        now,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(ErrorCode::Conflict)?;
    live::wishes_changed(tx).await?;
    match noted.interaction_id {
        Some(interaction_id) => live::changed(tx, NewsKind::Changed, interaction_id).await,
        None => Ok(()),
    }
}

/// Whose time a meeting takes, and which entry on the schedule is its own.
pub struct TakenRow {
    pub entry_id: Option<ScheduleEntryId>,
    pub people: Vec<Uuid>,
}

/// Of the meeting of this interaction for which another time is wished.
pub async fn taken(tx: &mut TenantTx, id: InteractionId) -> Result<Option<TakenRow>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        TakenRow,
        r#"SELECT m.schedule_entry_id AS "entry_id: ScheduleEntryId",
                  coalesce(nullif(ARRAY(SELECT a.user_id FROM schedule_entry_assignees a
                                         WHERE a.tenant = $1 AND a.entry_id = m.schedule_entry_id), '{}'),
                           ARRAY[i.user_id]) AS "people!"
             FROM online_meetings m
             JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id
            WHERE m.tenant = $1 AND m.interaction_id = $2 AND m.wished_start IS NOT NULL AND m.status = 'scheduled'
            LIMIT 1"#,
        tenant,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
