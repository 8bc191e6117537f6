//! Changing and deleting interactions.

use chrono::{DateTime, Utc};
use domain::{ClientId, ContactId, InteractionId, NewsKind, StatusId, TypeId, UserId};

use super::{TenantTx, documents, files, live};
use crate::error::{Result, ensure_rows};

/// An interaction as it is before a change.
#[derive(Clone, Debug)]
pub struct Current {
    pub interaction_id: InteractionId,
    pub client_id: Option<ClientId>,
    pub client_name: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact_name: Option<String>,
    pub type_id: TypeId,
    pub type_name: Option<String>,
    pub user_id: UserId,
    pub user_name: String,
    pub status_id: Option<StatusId>,
    pub title: Option<String>,
    pub notes: Option<String>,
    pub interaction_date: DateTime<Utc>,
    pub start_time: Option<DateTime<Utc>>,
    pub end_time: Option<DateTime<Utc>>,
    pub updated_at: Option<DateTime<Utc>>,
    pub updated_by: Option<String>,
    /// It has a meeting that is still to come, or that is being cancelled.
    pub has_live_meeting: bool,
}

impl Current {
    /// Tells one state of the interaction from another.
    pub fn version(&self) -> i64 {
        self.updated_at.map_or(0, |time| time.timestamp_micros())
    }
}

/// Reads an interaction; in a transaction nobody else changes it until its end.
pub async fn current(tx: &mut TenantTx, id: InteractionId, now: DateTime<Utc>) -> Result<Option<Current>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Current,
        r#"SELECT i.interaction_id, i.client_id AS "client_id: ClientId", c.client_name AS "client_name?",
                  i.contact_name_id AS "contact_id: ContactId", k.full_name AS "contact_name?",
                  i.type_id, coalesce(own.type_name, system.type_name) AS type_name, i.user_id,
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "user_name!",
                  i.status_id AS "status_id: StatusId", i.title, i.notes, i.interaction_date AS "interaction_date!",
                  i.start_time, i.end_time, i.updated_at,
                  coalesce(nullif(trim(concat_ws(' ', b.first_name, b.last_name)), ''), b.username) AS "updated_by?",
                  EXISTS (SELECT 1 FROM online_meetings m
                           WHERE m.tenant = $1 AND m.interaction_id = i.interaction_id
                             AND (m.status = 'cancel_pending' OR m.status = 'scheduled' AND m.end_time > $3)) AS "has_live_meeting!"
             FROM interactions i
             JOIN users u ON u.tenant = $1 AND u.user_id = i.user_id
             LEFT JOIN users b ON b.tenant = $1 AND b.user_id = i.updated_by
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = i.client_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = i.contact_name_id
             LEFT JOIN interaction_types own ON own.tenant = $1 AND own.type_id = i.type_id
             LEFT JOIN system_interaction_types system ON system.type_id = i.type_id
            WHERE i.tenant = $1 AND i.interaction_id = $2
              FOR UPDATE OF i"#,
        tenant,
        id.0,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// What an interaction becomes.
pub struct Change<'a> {
    pub interaction_id: InteractionId,
    pub type_id: TypeId,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    pub user_id: UserId,
    pub status_id: Option<StatusId>,
    pub title: &'a str,
    pub notes: &'a str,
    pub start: DateTime<Utc>,
    pub end: Option<DateTime<Utc>>,
    pub by: UserId,
    pub now: DateTime<Utc>,
}

pub async fn update(tx: &mut TenantTx, change: &Change<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let minutes = change
        .end
        .and_then(|end| i32::try_from((end - change.start).num_minutes()).ok());
    let result = sqlx::query!(
        "UPDATE interactions
            SET type_id = $3, contact_name_id = $4, user_id = $5, status_id = $6, title = $7, notes = $8,
                interaction_date = $9, start_time = $9, end_time = $10, duration = $11, updated_by = $12,
                -- Two changes at one moment are two versions.
                updated_at = greatest($13, updated_at + interval '1 microsecond'), client_id = $14
          WHERE tenant = $1 AND interaction_id = $2",
        tenant,
        change.interaction_id.0,
        change.type_id.0,
        change.contact_id.map(|id| id.0),
        change.user_id.0,
        change.status_id.map(|id| id.0),
        change.title,
        change.notes,
        change.start,
        change.end,
        minutes,
        change.by.0,
        change.now,
        change.client_id.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::changed(tx, NewsKind::Changed, change.interaction_id).await
}

/// Writes other times, and nothing else.
pub async fn moved(
    tx: &mut TenantTx,
    id: InteractionId,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let minutes = i32::try_from((end - start).num_minutes()).ok();
    let result = sqlx::query!(
        "UPDATE interactions
            SET interaction_date = $3, start_time = $3, end_time = $4, duration = $5, updated_by = $6,
                updated_at = greatest($7, updated_at + interval '1 microsecond')
          WHERE tenant = $1 AND interaction_id = $2",
        tenant,
        id.0,
        start,
        end,
        minutes,
        by.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::changed(tx, NewsKind::Changed, id).await
}

/// Writes another title, and nothing else.
pub async fn retitled(tx: &mut TenantTx, id: InteractionId, title: &str, by: UserId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE interactions
            SET title = $3, updated_by = $4, updated_at = greatest($5, updated_at + interval '1 microsecond')
          WHERE tenant = $1 AND interaction_id = $2",
        tenant,
        id.0,
        title,
        by.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::changed(tx, NewsKind::Changed, id).await
}

/// Removes an interaction with its meetings, what was captured of them, the transcripts, and the files. What is still to be told to
/// Microsoft of them is an operation, which stays.
pub async fn delete(tx: &mut TenantTx, id: InteractionId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    live::changed(tx, NewsKind::Deleted, id).await?;
    // Whoever captures one of its meetings holds that, too.
    sqlx::query!(
        "SELECT meeting_id FROM online_meetings WHERE tenant = $1 AND interaction_id = $2 ORDER BY meeting_id FOR UPDATE",
        tenant,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let captured = sqlx::query!(
        "DELETE FROM online_meeting_artifacts WHERE tenant = $1 AND meeting_id IN
             (SELECT meeting_id FROM online_meetings WHERE tenant = $1 AND interaction_id = $2)
         RETURNING document_id, file_id",
        tenant,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let texts: Vec<uuid::Uuid> = captured.iter().filter_map(|row| row.document_id).collect();
    let recordings: Vec<uuid::Uuid> = captured.iter().filter_map(|row| row.file_id).collect();
    sqlx::query!(
        "DELETE FROM online_meeting_attendees WHERE tenant = $1 AND meeting_id IN
             (SELECT meeting_id FROM online_meetings WHERE tenant = $1 AND interaction_id = $2)",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    documents::delete(tx, &texts, now).await?;
    files::discard(tx, &recordings, now).await?;
    sqlx::query!(
        "DELETE FROM online_meetings WHERE tenant = $1 AND interaction_id = $2",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    let result = sqlx::query!(
        "DELETE FROM interactions WHERE tenant = $1 AND interaction_id = $2",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// The staff who can be made the owner of an interaction.
pub async fn owners(tx: &mut TenantTx) -> Result<Vec<(UserId, String)>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT user_id AS "user_id: UserId",
                  coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), username) AS "name!"
             FROM users WHERE tenant = $1 AND user_type = 'internal' AND NOT coalesce(is_inactive, false)
            ORDER BY 2, 1"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.name)).collect())
}
