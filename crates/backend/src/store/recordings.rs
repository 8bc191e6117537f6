//! Recordings as files: where their bytes are, and how far a copy of them is.

use chrono::{DateTime, Utc};
use domain::{ArtifactId, FileId, InteractionId, NewsKind, TenantId};
use uuid::Uuid;

use super::{SystemTx, TenantTx, live, portal::Whose};
use crate::error::{Result, ensure_rows};

/// A recording, and the file that it was copied into.
#[derive(Clone, Debug)]
pub struct RecordingRecord {
    pub artifact_id: Uuid,
    pub interaction_id: Option<Uuid>,
    pub provider_artifact_id: String,
    pub provider_meeting_id: Option<String>,
    pub organizer_user_id: Option<String>,
    pub subject: String,
    /// When it was made, or the meeting began.
    pub recorded_at: DateTime<Utc>,
    /// Since when Microsoft has it no more.
    pub gone_at: Option<DateTime<Utc>>,
    pub content_size: Option<i64>,
    pub content_version: Option<String>,
    pub copied_bytes: Option<i64>,
    pub copy_attempts: i32,
    pub storage_path: Option<String>,
    pub file_size: Option<i64>,
}

impl RecordingRecord {
    pub fn artifact(&self) -> ArtifactId {
        ArtifactId(self.artifact_id)
    }

    /// Nobody's timeline shows it where there is none.
    fn interaction(&self) -> InteractionId {
        InteractionId(self.interaction_id.unwrap_or_default())
    }
}

/// One that was not deleted; with `whose`, one of a meeting of which they see what was recorded.
pub async fn find(tx: &mut TenantTx, id: ArtifactId, whose: Option<Whose>) -> Result<Option<RecordingRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        RecordingRecord,
        r#"SELECT a.artifact_id, m.interaction_id, a.provider_artifact_id, m.provider_meeting_id, m.organizer_user_id, m.subject,
                  coalesce(a.created_date_time, m.start_time) AS "recorded_at!", a.gone_at, a.content_size, a.content_version,
                  a.copied_bytes, a.copy_attempts, f.storage_path AS "storage_path?",
                  f.file_size AS "file_size?"
             FROM online_meeting_artifacts a
             JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
             LEFT JOIN external_files f
                    ON f.tenant = a.tenant AND f.file_id = a.file_id AND f.is_deleted IS NOT TRUE
            WHERE a.tenant = $1 AND a.artifact_id = $2 AND a.artifact_type = 'recording' AND a.deleted_at IS NULL
              AND ($3::uuid IS NULL OR m.portal_access <> 'nobody' AND EXISTS (SELECT 1 FROM interactions i
                    WHERE i.tenant = $1 AND i.interaction_id = m.interaction_id AND i.client_id = $3
                      AND ($4::uuid IS NULL AND m.portal_access = 'default' OR i.contact_name_id = $5 OR EXISTS (
                            SELECT 1 FROM online_meeting_attendees p
                              JOIN contacts c ON c.tenant = $1 AND c.contact_name_id = $5 AND lower(c.email) = lower(p.address)
                             WHERE p.tenant = $1 AND p.meeting_id = m.meeting_id))))"#,
        tenant,
        id.0,
        whose.map(|whose| whose.client.0),
        whose.and_then(|whose| whose.contact).map(|id| id.0),
        whose.map(|whose| whose.viewer.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// What Microsoft has told of the bytes. It has them.
pub async fn learned(tx: &mut TenantTx, of: &RecordingRecord, size: Option<i64>, version: Option<&str>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE online_meeting_artifacts SET content_size = $3, content_version = $4, gone_at = NULL
          WHERE tenant = $1 AND artifact_id = $2",
        tenant,
        of.artifact_id,
        size,
        version,
    )
    .execute(tx.conn())
    .await?;
    live::changed(tx, NewsKind::Changed, of.interaction()).await
}

/// Microsoft does not have it any more.
pub async fn gone(tx: &mut TenantTx, of: &RecordingRecord, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE online_meeting_artifacts SET gone_at = coalesce(gone_at, $3), updated_at = $3
          WHERE tenant = $1 AND artifact_id = $2",
        tenant,
        of.artifact_id,
        now,
    )
    .execute(tx.conn())
    .await?;
    live::changed(tx, NewsKind::Changed, of.interaction()).await
}

/// Which of the recordings that are to be copied.
#[cfg(feature = "enterprise")]
#[derive(Clone, Copy)]
pub struct Few {
    /// Those that have failed fewer times, and those that were made before.
    pub attempts: i32,
    pub last_chance: DateTime<Utc>,
    /// So many of each tenant.
    pub of_each: i64,
    pub limit: i64,
}

/// Recordings that are to be copied, and that nobody copies, of all tenants but some, the oldest first.
#[cfg(feature = "enterprise")]
pub async fn due(
    tx: &mut SystemTx,
    now: DateTime<Utc>,
    but: &[TenantId],
    few: Few,
) -> Result<Vec<(TenantId, ArtifactId)>> {
    let but: Vec<Uuid> = but.iter().map(|tenant| tenant.0).collect();
    let rows = sqlx::query!(
        r#"SELECT d.tenant AS "tenant: TenantId", d.artifact_id AS "artifact_id: ArtifactId"
             FROM (SELECT a.tenant, a.artifact_id, a.created_date_time,
                          row_number() OVER (PARTITION BY a.tenant ORDER BY a.created_date_time, a.artifact_id) AS place
                     FROM teams_integrations t
                     JOIN online_meeting_artifacts a ON a.tenant = t.tenant
                    WHERE t.download_recordings AND t.install_status = 'active' AND t.tenant <> ALL ($2)
                      AND a.artifact_type = 'recording' AND a.file_id IS NULL AND a.deleted_at IS NULL AND a.gone_at IS NULL
                      AND (a.copy_attempts < $3 OR a.created_date_time < $4)
                      AND (a.next_copy_at IS NULL OR a.next_copy_at <= $1)
                      AND (a.copy_leased_until IS NULL OR a.copy_leased_until <= $1)) d
            WHERE d.place <= $5
            ORDER BY d.created_date_time, d.artifact_id
            LIMIT $6"#,
        now,
        &but,
        few.attempts,
        few.last_chance,
        few.of_each,
        few.limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.tenant, row.artifact_id)).collect())
}

/// Takes a recording to copy it, unless somebody else was faster or it is not to be copied any more.
pub async fn claim(
    tx: &mut TenantTx,
    of: &RecordingRecord,
    lease: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meeting_artifacts SET copy_lease = $3, copy_leased_until = $5
          WHERE tenant = $1 AND artifact_id = $2 AND file_id IS NULL AND deleted_at IS NULL
            AND (copy_leased_until IS NULL OR copy_leased_until <= $4)",
        tenant,
        of.artifact_id,
        lease,
        now,
        until,
    )
    .execute(tx.conn())
    .await?;
    if result.rows_affected() == 0 {
        return Ok(false);
    }
    live::changed(tx, NewsKind::Changed, of.interaction()).await?;
    Ok(true)
}

/// Says how much is copied and holds the lease; `false` if that was lost, or the recording deleted.
pub async fn copied(
    tx: &mut TenantTx,
    of: &RecordingRecord,
    lease: Uuid,
    bytes: i64,
    until: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meeting_artifacts SET copied_bytes = $4, copy_leased_until = $5
          WHERE tenant = $1 AND artifact_id = $2 AND copy_lease = $3 AND file_id IS NULL AND deleted_at IS NULL",
        tenant,
        of.artifact_id,
        lease,
        bytes,
        until,
    )
    .execute(tx.conn())
    .await?;
    if result.rows_affected() == 0 {
        return Ok(false);
    }
    live::changed(tx, NewsKind::Changed, of.interaction()).await?;
    Ok(true)
}

/// Leaves it to a later attempt, and says why.
#[cfg(feature = "enterprise")]
pub async fn put_off(
    tx: &mut TenantTx,
    of: &RecordingRecord,
    lease: Uuid,
    attempts: i32,
    next: DateTime<Utc>,
    trouble: &str,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE online_meeting_artifacts
            SET copy_lease = NULL, copy_leased_until = NULL, copy_attempts = $4, next_copy_at = $5, copy_trouble = $6
          WHERE tenant = $1 AND artifact_id = $2 AND copy_lease = $3",
        tenant,
        of.artifact_id,
        lease,
        attempts,
        next,
        trouble,
    )
    .execute(tx.conn())
    .await?;
    live::changed(tx, NewsKind::Changed, of.interaction()).await
}

/// A file that is about to be there. Until [`finish`] it is one to be discarded, should nobody come back to it.
pub struct NewFile<'a> {
    pub file_id: FileId,
    pub name: &'a str,
    pub mime_type: &'a str,
    pub size: i64,
    pub path: &'a str,
    pub sha256: &'a str,
    pub now: DateTime<Utc>,
    pub discard_at: DateTime<Utc>,
}

/// `false` if the recording is not this lease's any more.
pub async fn announce(tx: &mut TenantTx, of: &RecordingRecord, lease: Uuid, new: &NewFile<'_>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO external_files (tenant, file_id, file_name, original_name, mime_type, file_size, storage_path, content_sha256,
                                     created_at, updated_at, discard_at, uploaded_by_id)
         SELECT $1, $2, $3, $3, $4, $5, $6, $7, $8, $8, $11, u.user_id
           FROM online_meeting_artifacts a
           JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
           JOIN users u ON u.tenant = a.tenant
          WHERE a.tenant = $1 AND a.artifact_id = $9 AND a.copy_lease = $10 AND a.file_id IS NULL AND a.deleted_at IS NULL
          -- Whoever made the meeting, else somebody of the staff.
          ORDER BY (u.user_id = m.created_by) DESC NULLS LAST, (u.user_type = 'internal') DESC, u.created_at
          LIMIT 1
         ON CONFLICT (tenant, file_id) DO UPDATE
            SET file_size = EXCLUDED.file_size, content_sha256 = EXCLUDED.content_sha256, updated_at = EXCLUDED.updated_at,
                discard_at = EXCLUDED.discard_at
          WHERE external_files.discard_at IS NOT NULL",
        tenant,
        new.file_id.0,
        new.name,
        new.mime_type,
        new.size,
        new.path,
        new.sha256,
        new.now,
        of.artifact_id,
        lease,
        new.discard_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// The file is there: the recording is read from it. `false` if the recording is not this lease's any more.
pub async fn finish(tx: &mut TenantTx, of: &RecordingRecord, lease: Uuid, file: FileId, size: i64) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meeting_artifacts
            SET file_id = $4, content_size = $5, copied_bytes = $5, copy_lease = NULL, copy_leased_until = NULL,
                copy_attempts = 0, next_copy_at = NULL
          WHERE tenant = $1 AND artifact_id = $2 AND copy_lease = $3 AND file_id IS NULL AND deleted_at IS NULL",
        tenant,
        of.artifact_id,
        lease,
        file.0,
        size,
    )
    .execute(tx.conn())
    .await?;
    if result.rows_affected() == 0 {
        return Ok(false);
    }
    let result = sqlx::query!(
        "UPDATE external_files SET discard_at = NULL WHERE tenant = $1 AND file_id = $2",
        tenant,
        file.0,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::changed(tx, NewsKind::Changed, of.interaction()).await?;
    Ok(true)
}

/// A transcript's document: its file, and its text.
#[derive(Debug)]
pub struct TranscriptRecord {
    pub interaction_id: Option<Uuid>,
    pub subject: String,
    pub recorded_at: DateTime<Utc>,
    pub storage_path: Option<String>,
    pub mime_type: Option<String>,
    pub blocks: Option<serde_json::Value>,
}

/// One of a transcript that was not deleted; with `whose`, one of a meeting of which they see what was recorded.
pub async fn transcript(
    tx: &mut TenantTx,
    id: domain::DocumentId,
    whose: Option<Whose>,
) -> Result<Option<TranscriptRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        TranscriptRecord,
        r#"SELECT m.interaction_id, m.subject, coalesce(a.created_date_time, m.start_time) AS "recorded_at!",
                  f.storage_path AS "storage_path?", f.mime_type AS "mime_type?", b.block_data AS "blocks?"
             FROM online_meeting_artifacts a
             JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
             JOIN documents d ON d.tenant = a.tenant AND d.document_id = a.document_id
             LEFT JOIN external_files f
                    ON f.tenant = a.tenant AND f.file_id = d.file_id AND f.is_deleted IS NOT TRUE
             LEFT JOIN document_block_content b ON b.tenant = a.tenant AND b.document_id = d.document_id
            WHERE a.tenant = $1 AND a.document_id = $2 AND a.artifact_type = 'transcript' AND a.deleted_at IS NULL
              AND ($3::uuid IS NULL OR m.portal_access <> 'nobody' AND EXISTS (SELECT 1 FROM interactions i
                    WHERE i.tenant = $1 AND i.interaction_id = m.interaction_id AND i.client_id = $3
                      AND ($4::uuid IS NULL AND m.portal_access = 'default' OR i.contact_name_id = $5 OR EXISTS (
                            SELECT 1 FROM online_meeting_attendees p
                              JOIN contacts c ON c.tenant = $1 AND c.contact_name_id = $5 AND lower(c.email) = lower(p.address)
                             WHERE p.tenant = $1 AND p.meeting_id = m.meeting_id))))
            LIMIT 1"#,
        tenant,
        id.0,
        whose.map(|whose| whose.client.0),
        whose.and_then(|whose| whose.contact).map(|id| id.0),
        whose.map(|whose| whose.viewer.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
