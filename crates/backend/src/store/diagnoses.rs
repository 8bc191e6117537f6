//! The last check of each tenant's connection to Microsoft.

use chrono::{DateTime, Utc};
use domain::{ProfileId, TenantId, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::{TenantTx, tx::SystemTx};
use crate::error::{Result, ensure_rows};

/// A check, over or under way.
#[derive(Clone, Debug)]
pub struct DiagnosisRecord {
    pub started_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// What came of each step so far.
    pub steps: Value,
}

/// A meeting that was put into a calendar to see whether that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    pub id: Uuid,
    pub start: DateTime<Utc>,
    /// By object id.
    pub organizer: String,
    pub profile: ProfileId,
}

pub async fn last(tx: &mut TenantTx) -> Result<Option<DiagnosisRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        DiagnosisRecord,
        "SELECT started_at, seen_at, finished_at, steps FROM teams_diagnoses WHERE tenant = $1",
        tenant
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Begins a check in place of the last one; `false` while another one is under way.
pub async fn begin(tx: &mut TenantTx, run: Uuid, by: UserId, now: DateTime<Utc>, dead: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO teams_diagnoses (tenant, run, started_by, started_at, seen_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (tenant) DO UPDATE
            SET run = excluded.run, started_by = excluded.started_by, started_at = excluded.started_at,
                seen_at = excluded.seen_at, finished_at = NULL, steps = '[]'
          WHERE teams_diagnoses.finished_at IS NOT NULL OR teams_diagnoses.seen_at <= $5",
        tenant,
        run,
        by.0,
        now,
        dead
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Writes what is known so far; `false` if the check is not this one any more.
pub async fn note(
    tx: &mut TenantTx,
    run: Uuid,
    steps: &Value,
    now: DateTime<Utc>,
    finished: Option<DateTime<Utc>>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_diagnoses SET steps = $3, seen_at = $4, finished_at = $5 WHERE tenant = $1 AND run = $2",
        tenant,
        run,
        steps,
        now,
        finished
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Forgets the last check: what it was about is not there any more. One that left a meeting behind is kept until that is gone.
pub async fn forget(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM teams_diagnoses WHERE tenant = $1 AND probe_id IS NULL AND finished_at IS NOT NULL",
        tenant
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down the meeting that is about to be made.
pub async fn put_probe(tx: &mut TenantTx, probe: &Probe) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_diagnoses SET probe_id = $2, probe_start = $3, probe_organizer = $4, probe_profile = $5 WHERE tenant = $1",
        tenant,
        probe.id,
        probe.start,
        probe.organizer,
        probe.profile.0
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// The meeting that may still be in a calendar.
pub async fn probe(tx: &mut TenantTx) -> Result<Option<Probe>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Probe,
        r#"SELECT probe_id AS "id!", probe_start AS "start!", probe_organizer AS "organizer!",
                  probe_profile AS "profile!: ProfileId"
             FROM teams_diagnoses WHERE tenant = $1 AND probe_id IS NOT NULL"#,
        tenant
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// It is gone.
pub async fn clear_probe(tx: &mut TenantTx, id: Uuid) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE teams_diagnoses SET probe_id = NULL, probe_start = NULL, probe_organizer = NULL, probe_profile = NULL
          WHERE tenant = $1 AND probe_id = $2",
        tenant,
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The tenants whose checks have left a meeting in a calendar, and are over or dead.
pub async fn with_probe(tx: &mut SystemTx, dead: DateTime<Utc>, limit: i64) -> Result<Vec<TenantId>> {
    let rows = sqlx::query_scalar!(
        r#"SELECT tenant AS "tenant: TenantId" FROM teams_diagnoses
            WHERE probe_id IS NOT NULL AND seen_at <= $1 ORDER BY seen_at LIMIT $2"#,
        dead,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The tenants that are connected, or about to be, by their names.
pub async fn connected(tx: &mut SystemTx) -> Result<Vec<(TenantId, String)>> {
    let rows = sqlx::query!(
        "SELECT t.tenant, n.client_name FROM teams_integrations t
           JOIN tenants n ON n.tenant = t.tenant
          WHERE t.selected_profile_id IS NOT NULL
          ORDER BY n.client_name, t.tenant"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TenantId(row.tenant), row.client_name))
        .collect())
}

/// A transcript that Microsoft has: its organizer, meeting and id.
pub struct KnownTranscript {
    pub organizer: String,
    pub meeting: String,
    pub transcript: String,
}

/// The latest transcript of the organizer's that was captured.
pub async fn last_transcript(
    tx: &mut TenantTx,
    organizer: &str,
    since: DateTime<Utc>,
) -> Result<Option<KnownTranscript>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        KnownTranscript,
        r#"SELECT m.organizer_user_id AS "organizer!", m.provider_meeting_id AS "meeting!", a.provider_artifact_id AS transcript
             FROM online_meeting_artifacts a
             JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
            WHERE a.tenant = $1 AND a.artifact_type = 'transcript' AND a.deleted_at IS NULL
              AND m.organizer_user_id = $2 AND m.provider_meeting_id IS NOT NULL AND m.end_time > $3
            ORDER BY m.end_time DESC, a.artifact_id
            LIMIT 1"#,
        tenant,
        organizer,
        since
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
