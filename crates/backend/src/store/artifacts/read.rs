//! What screens show of recordings and transcripts.

use chrono::{DateTime, Utc};
use domain::{ArtifactId, DocumentId, InteractionId};
use uuid::Uuid;

use crate::{error::Result, store::TenantTx};

pub struct ArtifactRecord {
    pub artifact_id: Uuid,
    pub meeting_id: Uuid,
    pub artifact_type: String,
    /// When recording or transcription began, and ended.
    pub begun: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// When it was captured.
    pub captured: DateTime<Utc>,
    pub content_correlation_id: Option<String>,
    pub document_id: Option<Uuid>,
    /// The copy in our own store.
    pub file_id: Option<Uuid>,
    /// How large it is, here or at Microsoft.
    pub size: Option<i64>,
    pub copied: Option<i64>,
    /// Somebody copies it, or did and left it to be gone on with.
    pub is_copied: bool,
    pub is_gone: bool,
}

/// What was captured of the meetings of an interaction and not deleted.
pub async fn of_interaction(tx: &mut TenantTx, id: InteractionId) -> Result<Vec<ArtifactRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        ArtifactRecord,
        r#"SELECT a.artifact_id, a.meeting_id, a.artifact_type, a.created_date_time AS begun, a.end_date_time AS ended,
                  a.created_at AS captured, a.content_correlation_id, a.document_id, f.file_id AS "file_id?",
                  coalesce(f.file_size, a.content_size) AS size, a.copied_bytes AS copied,
                  (a.copy_lease IS NOT NULL OR coalesce(a.copied_bytes, 0) > 0) AS "is_copied!", (a.gone_at IS NOT NULL) AS "is_gone!"
             FROM online_meetings m
             JOIN online_meeting_artifacts a ON a.tenant = $1 AND a.meeting_id = m.meeting_id
             LEFT JOIN external_files f ON f.tenant = $1 AND f.file_id = a.file_id AND f.is_deleted IS NOT TRUE
            WHERE m.tenant = $1 AND m.interaction_id = $2 AND a.deleted_at IS NULL"#,
        tenant,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct DocumentRecord {
    pub name: String,
    pub artifact_id: Uuid,
    pub begun: DateTime<Utc>,
    pub interaction_id: Option<Uuid>,
    pub title: Option<String>,
    pub client_id: Option<Uuid>,
    pub client_name: Option<String>,
    pub contact_id: Option<Uuid>,
    pub contact_name: Option<String>,
    /// What was made of it.
    pub blocks: Option<serde_json::Value>,
    /// What it was made of, where nothing could be made of it.
    pub content: Option<String>,
}

/// A document that is the transcript of a meeting, whatever has become of the meeting's interaction.
pub async fn document(tx: &mut TenantTx, id: DocumentId) -> Result<Option<DocumentRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        DocumentRecord,
        r#"SELECT d.document_name AS name, a.artifact_id, coalesce(a.created_date_time, a.created_at) AS "begun!",
                  i.interaction_id AS "interaction_id?", i.title, i.client_id, c.client_name AS "client_name?",
                  i.contact_name_id AS contact_id, k.full_name AS "contact_name?", b.block_data AS "blocks?", d.content
             FROM documents d
             JOIN online_meeting_artifacts a
               ON a.tenant = $1 AND a.document_id = d.document_id AND a.artifact_type = 'transcript' AND a.deleted_at IS NULL
             JOIN online_meetings m ON m.tenant = $1 AND m.meeting_id = a.meeting_id
             LEFT JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = i.client_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = i.contact_name_id
             LEFT JOIN document_block_content b ON b.tenant = $1 AND b.document_id = d.document_id
            WHERE d.tenant = $1 AND d.document_id = $2
            ORDER BY a.created_at, a.artifact_id LIMIT 1"#,
        tenant,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The interaction whose meeting has this recording.
pub async fn interaction_of(tx: &mut TenantTx, recording: ArtifactId) -> Result<Option<InteractionId>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        r#"SELECT m.interaction_id AS "interaction_id!" FROM online_meeting_artifacts a
             JOIN online_meetings m ON m.tenant = $1 AND m.meeting_id = a.meeting_id
            WHERE a.tenant = $1 AND a.artifact_id = $2 AND a.artifact_type = 'recording' AND a.deleted_at IS NULL
              AND m.interaction_id IS NOT NULL"#,
        tenant,
        recording.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(InteractionId))
}
