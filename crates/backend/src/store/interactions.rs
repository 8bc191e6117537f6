//! Interactions, one at a time.

use chrono::{DateTime, Utc};
use domain::{
    ClientId, ContactId, IdempotencyKey, InteractionId, NewsKind, PortalAccess, StatusId, TypeId, UserId, WaysIn,
};
use sqlx::types::Json;

use super::{TenantTx, live};
use crate::error::Result;

pub struct InteractionRecord {
    pub title: Option<String>,
    pub type_name: Option<String>,
    pub icon: Option<String>,
    pub notes: Option<String>,
    pub interaction_date: DateTime<Utc>,
    pub start_time: Option<DateTime<Utc>>,
    pub end_time: Option<DateTime<Utc>>,
    pub duration: Option<i32>,
    pub client_id: Option<uuid::Uuid>,
    pub client_name: Option<String>,
    pub contact_id: Option<uuid::Uuid>,
    pub contact_name: Option<String>,
    pub user_name: String,
    pub status_name: Option<String>,
    pub status_is_closed: Option<bool>,
    pub meeting_status: Option<String>,
    pub meeting_subject: Option<String>,
    pub meeting_organizer: Option<String>,
    pub meeting_start: Option<DateTime<Utc>>,
    pub meeting_end: Option<DateTime<Utc>>,
    pub meeting_attendees: i64,
    pub join_url: Option<String>,
    pub ways_in: Option<Json<WaysIn>>,
    /// Why Teams does not record the meeting by itself although it should.
    pub recording_trouble: Option<String>,
    /// It has a meeting that is still to come, or that is being cancelled.
    pub has_live_meeting: bool,
    /// When Microsoft was asked for recordings and transcripts, when it will be, and why it did not hand them out.
    pub last_fetch_at: Option<DateTime<Utc>>,
    pub next_fetch_at: Option<DateTime<Utc>>,
    pub recordings_trouble: Option<String>,
    pub transcripts_trouble: Option<String>,
    /// Who of the client sees what was recorded of it.
    pub portal_access: Option<PortalAccess>,
    /// Who has cancelled it, and whether that was a client; and what was told of it.
    pub cancelled_by: Option<String>,
    pub is_cancelled_by_client: bool,
    pub cancel_reason: Option<String>,
    /// Another time that a client would like, and on whose clock.
    pub wished_start: Option<DateTime<Utc>>,
    pub wish_note: Option<String>,
    pub wished_by: Option<String>,
    pub wished_zone: Option<String>,
}

pub async fn find(tx: &mut TenantTx, id: InteractionId, now: DateTime<Utc>) -> Result<Option<InteractionRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        InteractionRecord,
        r#"SELECT i.title, i.notes, i.interaction_date AS "interaction_date!", i.start_time, i.end_time, i.duration,
                  coalesce(own.type_name, system.type_name) AS type_name, coalesce(own.icon, system.icon) AS icon,
                  i.client_id, c.client_name AS "client_name?",
                  i.contact_name_id AS contact_id, k.full_name AS "contact_name?",
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "user_name!",
                  s.name AS "status_name?", s.is_closed AS "status_is_closed?",
                  m.status AS "meeting_status?", m.subject AS "meeting_subject?", m.organizer_upn AS "meeting_organizer?",
                  m.start_time AS "meeting_start?", m.end_time AS "meeting_end?", m.join_url AS "join_url?",
                  m.recording_trouble AS "recording_trouble?", m.ways_in AS "ways_in?: Json<WaysIn>",
                  (SELECT count(*) FROM online_meeting_attendees a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id) AS "meeting_attendees!",
                  EXISTS (SELECT 1 FROM online_meetings o
                           WHERE o.tenant = $1 AND o.interaction_id = i.interaction_id
                             AND (o.status = 'cancel_pending' OR o.status = 'scheduled' AND o.end_time > $3)) AS "has_live_meeting!",
                  m.last_fetch_at AS "last_fetch_at?", m.next_fetch_at AS "next_fetch_at?",
                  m.recordings_trouble AS "recordings_trouble?", m.transcripts_trouble AS "transcripts_trouble?",
                  m.portal_access AS "portal_access?: PortalAccess",
                  coalesce(nullif(trim(concat_ws(' ', b.first_name, b.last_name)), ''), bk.full_name, b.username) AS cancelled_by,
                  coalesce(b.user_type = 'client', false) AS "is_cancelled_by_client!", m.cancel_reason AS "cancel_reason?",
                  m.wished_start AS "wished_start?", m.wish_note AS "wish_note?",
                  coalesce(nullif(trim(concat_ws(' ', w.first_name, w.last_name)), ''), wk.full_name, w.username) AS wished_by,
                  coalesce(w.timezone, wk.timezone, c.timezone) AS wished_zone
             FROM interactions i
             JOIN users u ON u.tenant = $1 AND u.user_id = i.user_id
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = i.client_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = i.contact_name_id
             LEFT JOIN interaction_types own ON own.tenant = $1 AND own.type_id = i.type_id
             LEFT JOIN system_interaction_types system ON system.type_id = i.type_id
             LEFT JOIN statuses s ON s.tenant = $1 AND s.status_id = i.status_id
             LEFT JOIN LATERAL (SELECT o.meeting_id, o.status, o.subject, o.organizer_upn, o.start_time, o.end_time, o.join_url,
                                       o.recording_trouble, o.last_fetch_at, o.next_fetch_at, o.recordings_trouble,
                                       o.transcripts_trouble, o.ways_in, o.portal_access, o.cancelled_by_user_id,
                                       o.cancel_reason, o.wished_start, o.wish_note, o.wished_by_user_id
                                  FROM online_meetings o
                                 WHERE o.tenant = $1 AND o.interaction_id = i.interaction_id
                                 ORDER BY o.created_at DESC, o.meeting_id LIMIT 1) m ON true
             LEFT JOIN users b ON b.tenant = $1 AND b.user_id = m.cancelled_by_user_id
             LEFT JOIN contacts bk ON bk.tenant = $1 AND bk.contact_name_id = b.contact_id
             LEFT JOIN users w ON w.tenant = $1 AND w.user_id = m.wished_by_user_id
             LEFT JOIN contacts wk ON wk.tenant = $1 AND wk.contact_name_id = w.contact_id
            WHERE i.tenant = $1 AND i.interaction_id = $2"#,
        tenant,
        id.0,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// A new row of the timeline.
pub struct NewInteraction<'a> {
    pub interaction_id: InteractionId,
    pub type_id: TypeId,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    pub user_id: UserId,
    pub status_id: StatusId,
    pub title: &'a str,
    pub notes: &'a str,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

pub async fn insert(tx: &mut TenantTx, new: &NewInteraction<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let minutes = i32::try_from((new.end - new.start).num_minutes()).ok();
    sqlx::query!(
        "INSERT INTO interactions (tenant, interaction_id, type_id, client_id, contact_name_id, user_id, status_id, title, notes,
                                   interaction_date, start_time, end_time, duration)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12)",
        tenant,
        new.interaction_id.0,
        new.type_id.0,
        new.client_id.map(|id| id.0),
        new.contact_id.map(|id| id.0),
        new.user_id.0,
        new.status_id.0,
        new.title,
        new.notes,
        new.start,
        new.end,
        minutes,
    )
    .execute(tx.conn())
    .await?;
    live::changed(tx, NewsKind::Added, new.interaction_id).await
}

/// The interaction that a form has led to, if it has.
pub async fn by_key(tx: &mut TenantTx, user_id: UserId, key: IdempotencyKey) -> Result<Option<InteractionId>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        "SELECT interaction_id FROM idempotency_keys WHERE tenant = $1 AND user_id = $2 AND idempotency_key = $3",
        tenant,
        user_id.0,
        key.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(InteractionId))
}

/// Notes that a form has led to this interaction; `false` if it already led to one. Waits for a rival that has not committed yet.
pub async fn claim_key(tx: &mut TenantTx, user_id: UserId, key: IdempotencyKey, id: InteractionId) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO idempotency_keys (tenant, user_id, idempotency_key, interaction_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        tenant,
        user_id.0,
        key.0,
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}
