//! Deleting what was captured.

use chrono::{DateTime, Utc};
use domain::{ArtifactId, InteractionId, MeetingId, NewsKind, UserId};
use uuid::Uuid;

use super::super::{TenantTx, documents, files, live};
use crate::error::Result;

/// The meeting of an artifact, held until the transaction ends, with its interaction.
pub async fn hold_meeting_of(tx: &mut TenantTx, id: ArtifactId) -> Result<Option<(MeetingId, Option<InteractionId>)>> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"SELECT m.meeting_id AS "meeting_id: MeetingId", m.interaction_id AS "interaction_id: InteractionId"
             FROM online_meeting_artifacts a
             JOIN online_meetings m ON m.tenant = $1 AND m.meeting_id = a.meeting_id
            WHERE a.tenant = $1 AND a.artifact_id = $2
              FOR UPDATE OF m"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.meeting_id, row.interaction_id)))
}

/// Whose artifacts are deleted, and by whom.
pub struct Deletion {
    pub meeting_id: MeetingId,
    pub interaction_id: Option<InteractionId>,
    /// One of them; nothing for all.
    pub only: Option<ArtifactId>,
    pub by: UserId,
    pub now: DateTime<Utc>,
}

/// An artifact that was deleted, and what its meeting is called.
pub struct Deleted {
    pub id: ArtifactId,
    pub is_recording: bool,
    pub subject: String,
}

/// Deletes artifacts with their documents and files; says which. Their rows stay, so that they are not captured again. The caller holds the
/// meeting.
pub async fn delete(tx: &mut TenantTx, deletion: &Deletion) -> Result<Vec<Deleted>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        "SELECT a.artifact_id, a.artifact_type, a.document_id, a.file_id, m.subject
           FROM online_meeting_artifacts a
           JOIN online_meetings m ON m.tenant = $1 AND m.meeting_id = a.meeting_id
          WHERE a.tenant = $1 AND a.meeting_id = $2 AND ($3::uuid IS NULL OR a.artifact_id = $3) AND a.deleted_at IS NULL
            FOR UPDATE OF a",
        tenant,
        deletion.meeting_id.0,
        deletion.only.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.artifact_id).collect();
    let texts: Vec<Uuid> = rows.iter().filter_map(|row| row.document_id).collect();
    let recordings: Vec<Uuid> = rows.iter().filter_map(|row| row.file_id).collect();
    sqlx::query!(
        "UPDATE online_meeting_artifacts
            SET deleted_at = $3, deleted_by = $4, document_id = NULL, file_id = NULL, content_url = NULL, updated_at = $3
          WHERE tenant = $1 AND artifact_id = ANY ($2)",
        tenant,
        &ids,
        deletion.now,
        deletion.by.0,
    )
    .execute(tx.conn())
    .await?;
    documents::delete(tx, &texts, deletion.now).await?;
    files::discard(tx, &recordings, deletion.now).await?;
    // Nothing is ready any more where nothing is left.
    sqlx::query!(
        "UPDATE online_meetings m
            SET status = CASE WHEN m.next_fetch_at IS NULL THEN 'no_recording' ELSE 'recording_pending' END, updated_at = $3
          WHERE m.tenant = $1 AND m.meeting_id = $2 AND m.status = 'recording_ready'
            AND NOT EXISTS (SELECT 1 FROM online_meeting_artifacts a
                             WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id AND a.deleted_at IS NULL)",
        tenant,
        deletion.meeting_id.0,
        deletion.now,
    )
    .execute(tx.conn())
    .await?;
    if let Some(interaction_id) = deletion.interaction_id {
        live::changed(tx, NewsKind::Changed, interaction_id).await?;
    }
    let deleted = rows.into_iter().map(|row| Deleted {
        id: ArtifactId(row.artifact_id),
        is_recording: row.artifact_type == "recording",
        subject: row.subject,
    });
    Ok(deleted.collect())
}
