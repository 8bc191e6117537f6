//! Recordings and transcripts: what was captured of meetings.

use chrono::{DateTime, Utc};
use domain::{
    ArtifactId, ArtifactKind, CaptureTrouble, ClientId, ContactId, DocumentId, InteractionId, MeetingId, MeetingStatus,
    NewsKind, UserId, looking::Verdict,
};
use uuid::Uuid;

pub mod deletion;
pub mod lease;
pub mod read;

use super::{TenantTx, live};
use crate::error::{Result, ensure_rows};

/// A recording or a transcript that we know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub artifact_id: ArtifactId,
    pub provider_artifact_id: String,
    pub document_id: Option<DocumentId>,
    pub created_date_time: Option<DateTime<Utc>>,
    pub end_date_time: Option<DateTime<Utc>>,
    pub content_correlation_id: Option<String>,
    /// Microsoft has deleted it.
    pub is_gone: bool,
    /// Somebody has deleted it here.
    pub is_deleted: bool,
}

/// All of a kind that are known of a meeting, the deleted ones too: they must not come back.
pub async fn known(tx: &mut TenantTx, meeting_id: MeetingId, kind: ArtifactKind) -> Result<Vec<Known>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        Known,
        r#"SELECT artifact_id, provider_artifact_id, document_id AS "document_id: DocumentId", created_date_time, end_date_time,
                  content_correlation_id, gone_at IS NOT NULL AS "is_gone!", deleted_at IS NOT NULL AS "is_deleted!"
             FROM online_meeting_artifacts
            WHERE tenant = $1 AND meeting_id = $2 AND artifact_type = $3
            ORDER BY created_date_time, artifact_id"#,
        tenant,
        meeting_id.0,
        kind.as_str(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// What Microsoft tells of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub artifact_id: ArtifactId,
    pub provider_artifact_id: String,
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    pub correlation: Option<String>,
}

/// What has changed about the artifacts of a meeting.
pub struct Difference<'a> {
    pub meeting_id: MeetingId,
    pub interaction_id: Option<InteractionId>,
    pub kind: ArtifactKind,
    pub new: &'a [Seen],
    /// Known ones of which Microsoft tells something else now.
    pub told: &'a [Seen],
    pub gone: &'a [Uuid],
    pub back: &'a [Uuid],
    pub now: DateTime<Utc>,
}

/// Writes it. The caller holds the meeting.
pub async fn write(tx: &mut TenantTx, change: &Difference<'_>) -> Result<()> {
    let tenant = tx.tenant();
    for seen in change.new {
        sqlx::query!(
            "INSERT INTO online_meeting_artifacts (tenant, artifact_id, meeting_id, artifact_type, provider_artifact_id, created_date_time,
                                                   end_date_time, content_correlation_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
             ON CONFLICT (tenant, meeting_id, artifact_type, provider_artifact_id) DO NOTHING",
            tenant,
            seen.artifact_id.0,
            change.meeting_id.0,
            change.kind.as_str(),
            seen.provider_artifact_id,
            seen.started,
            seen.ended,
            seen.correlation,
            change.now,
        )
        .execute(tx.conn())
        .await?;
    }
    for seen in change.told {
        sqlx::query!(
            "UPDATE online_meeting_artifacts
                SET created_date_time = coalesce($3, created_date_time), end_date_time = coalesce($4, end_date_time),
                    content_correlation_id = coalesce($5, content_correlation_id), updated_at = $6
              WHERE tenant = $1 AND artifact_id = $2",
            tenant,
            seen.artifact_id.0,
            seen.started,
            seen.ended,
            seen.correlation,
            change.now,
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!(
        "UPDATE online_meeting_artifacts SET gone_at = CASE WHEN artifact_id = ANY ($2) THEN $4::timestamptz END, updated_at = $4
          WHERE tenant = $1 AND (artifact_id = ANY ($2) AND gone_at IS NULL OR artifact_id = ANY ($3) AND gone_at IS NOT NULL)",
        tenant,
        change.gone,
        change.back,
        change.now,
    )
    .execute(tx.conn())
    .await?;
    match change.interaction_id {
        Some(interaction_id) => live::changed(tx, NewsKind::Changed, interaction_id).await,
        None => Ok(()),
    }
}

/// Whose a meeting's documents are.
pub struct Belonging {
    /// Who stands for them: whoever made the meeting, else whose interaction it is, else somebody of the tenant.
    pub owner: Option<UserId>,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
}

pub async fn belonging(tx: &mut TenantTx, meeting_id: MeetingId) -> Result<Option<Belonging>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Belonging,
        r#"SELECT coalesce((SELECT u.user_id FROM users u WHERE u.tenant = $1 AND u.user_id = m.created_by), i.user_id,
                           (SELECT u.user_id FROM users u WHERE u.tenant = $1 AND u.user_type = 'internal'
                             ORDER BY u.created_at, u.user_id LIMIT 1)) AS "owner: UserId",
                  coalesce(i.client_id, r.client_id) AS "client_id: ClientId",
                  CASE WHEN i.interaction_id IS NULL THEN r.contact_id ELSE i.contact_name_id END AS "contact_id: ContactId"
             FROM online_meetings m
             LEFT JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id
             LEFT JOIN appointment_requests r ON r.tenant = $1 AND r.appointment_request_id = m.appointment_request_id
            WHERE m.tenant = $1 AND m.meeting_id = $2"#,
        tenant,
        meeting_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The documents of an interaction's meetings.
pub async fn documents_of(tx: &mut TenantTx, interaction_id: InteractionId) -> Result<Vec<Uuid>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_scalar!(
        r#"SELECT a.document_id AS "document_id!" FROM online_meeting_artifacts a
             JOIN online_meetings m ON m.tenant = $1 AND m.meeting_id = a.meeting_id
            WHERE a.tenant = $1 AND m.interaction_id = $2 AND a.document_id IS NOT NULL"#,
        tenant,
        interaction_id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Gives a transcript its document, in the transaction that writes that; `false` if it has one or was deleted meanwhile.
pub async fn fetched(
    tx: &mut TenantTx,
    id: ArtifactId,
    document_id: DocumentId,
    interaction_id: Option<InteractionId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meeting_artifacts SET document_id = $3, gone_at = NULL, updated_at = $4
          WHERE tenant = $1 AND artifact_id = $2 AND document_id IS NULL AND deleted_at IS NULL",
        tenant,
        id.0,
        document_id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    if let Some(interaction_id) = interaction_id {
        live::changed(tx, NewsKind::Changed, interaction_id).await?;
    }
    Ok(result.rows_affected() == 1)
}

/// What there is of a meeting that was not deleted here.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub any: bool,
    /// A transcript is known of which there is no text.
    pub awaited: bool,
}

pub async fn found(tx: &mut TenantTx, meeting_id: MeetingId) -> Result<Found> {
    let tenant = tx.tenant();
    let found = sqlx::query_as!(
        Found,
        r#"SELECT count(*) > 0 AS "any!",
                  count(*) FILTER (WHERE artifact_type = 'transcript' AND document_id IS NULL AND gone_at IS NULL) > 0 AS "awaited!"
             FROM online_meeting_artifacts
            WHERE tenant = $1 AND meeting_id = $2 AND deleted_at IS NULL"#,
        tenant,
        meeting_id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Notes under which id Microsoft knows a meeting, unless another one of ours has that.
pub async fn resolved(
    tx: &mut TenantTx,
    meeting_id: MeetingId,
    interaction_id: Option<InteractionId>,
    provider_meeting_id: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE online_meetings m SET provider_meeting_id = $3, updated_at = $4
          WHERE m.tenant = $1 AND m.meeting_id = $2 AND m.provider_meeting_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM online_meetings o
                             WHERE o.tenant = $1 AND o.provider = m.provider AND o.provider_meeting_id = $3)",
        tenant,
        meeting_id.0,
        provider_meeting_id,
        now
    )
    .execute(tx.conn())
    .await?;
    match interaction_id {
        Some(interaction_id) => live::changed(tx, NewsKind::Changed, interaction_id).await,
        None => Ok(()),
    }
}

/// What a look has led to.
pub struct Looked {
    pub meeting_id: MeetingId,
    pub interaction_id: Option<InteractionId>,
    pub verdict: Verdict,
    pub recordings: Option<CaptureTrouble>,
    pub transcripts: Option<CaptureTrouble>,
    pub now: DateTime<Utc>,
}

/// Ends a look. The caller holds the meeting.
pub async fn looked(tx: &mut TenantTx, looked: &Looked) -> Result<()> {
    let tenant = tx.tenant();
    let verdict = &looked.verdict;
    let result = sqlx::query!(
        "UPDATE online_meetings
            SET status = $3, recording_fetch_attempts = $4, next_fetch_at = $5, recordings_trouble = $6, transcripts_trouble = $7,
                last_fetch_at = $8, updated_at = $8, fetch_leased_until = NULL
          WHERE tenant = $1 AND meeting_id = $2",
        tenant,
        looked.meeting_id.0,
        verdict.status.as_str(),
        i32::try_from(verdict.attempts).unwrap_or(i32::MAX),
        verdict.next,
        looked.recordings.map(CaptureTrouble::as_str),
        looked.transcripts.map(CaptureTrouble::as_str),
        looked.now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    match looked.interaction_id {
        Some(interaction_id) => live::changed(tx, NewsKind::Changed, interaction_id).await,
        None => Ok(()),
    }
}

/// A meeting whose time has come to an end is marked as such; the first look may still be on its way.
pub async fn ended(
    tx: &mut TenantTx,
    meeting_id: MeetingId,
    interaction_id: Option<InteractionId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meetings SET status = 'ended', updated_at = $3
          WHERE tenant = $1 AND meeting_id = $2 AND status = 'scheduled' AND end_time <= $3",
        tenant,
        meeting_id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    match interaction_id.filter(|_| result.rows_affected() > 0) {
        Some(interaction_id) => live::changed(tx, NewsKind::Changed, interaction_id).await,
        None => Ok(()),
    }
}

/// The meetings of an interaction, the latest first; `None` if there is no such interaction.
pub async fn meetings_of(
    tx: &mut TenantTx,
    interaction_id: InteractionId,
) -> Result<Option<Vec<(MeetingId, MeetingStatus)>>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT m.meeting_id AS "meeting_id?: MeetingId", m.status AS "status?: MeetingStatus"
             FROM interactions i
             LEFT JOIN online_meetings m ON m.tenant = $1 AND m.interaction_id = i.interaction_id
            WHERE i.tenant = $1 AND i.interaction_id = $2
            ORDER BY m.created_at DESC, m.meeting_id"#,
        tenant,
        interaction_id.0
    )
    .fetch_all(tx.conn())
    .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(
        rows.into_iter()
            .filter_map(|row| row.meeting_id.zip(row.status))
            .collect(),
    ))
}

/// What can be played and read of a meeting, and why there may be more.
pub struct There {
    pub recordings: i64,
    pub transcripts: i64,
    pub recordings_trouble: Option<String>,
    pub transcripts_trouble: Option<String>,
}

pub async fn there(tx: &mut TenantTx, meeting_id: MeetingId) -> Result<Option<There>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        There,
        r#"SELECT (SELECT count(*) FROM online_meeting_artifacts a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id AND a.artifact_type = 'recording'
                      AND a.deleted_at IS NULL) AS "recordings!",
                  (SELECT count(*) FROM online_meeting_artifacts a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id AND a.artifact_type = 'transcript'
                      AND a.deleted_at IS NULL AND a.document_id IS NOT NULL) AS "transcripts!",
                  m.recordings_trouble, m.transcripts_trouble
             FROM online_meetings m WHERE m.tenant = $1 AND m.meeting_id = $2"#,
        tenant,
        meeting_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
