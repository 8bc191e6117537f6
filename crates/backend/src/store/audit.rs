//! Who did what. Entries are added and never changed.

use chrono::{DateTime, Utc};
use domain::{AuditCursor, AuditDetails, AuditKind, InteractionId, UserId};
use sqlx::types::Json;
use uuid::Uuid;

use super::TenantTx;
use crate::error::{Result, ensure_rows};

pub struct NewEntry<'a> {
    pub entry_id: Uuid,
    pub at: DateTime<Utc>,
    pub by: UserId,
    pub kind: AuditKind,
    pub interaction: Option<InteractionId>,
    pub subject_id: Option<Uuid>,
    pub subject: Option<&'a str>,
    pub details: Option<&'a AuditDetails>,
}

/// Adds an entry, with the person's name and address as they are now, unless one with its id is there.
async fn add(tx: &mut TenantTx, entry: &NewEntry<'_>) -> Result<sqlx::postgres::PgQueryResult> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "INSERT INTO audit_entries (tenant, entry_id, at, user_id, user_type, user_name, user_email, kind, interaction_id,
                                    subject_id, subject, details)
         SELECT $1, $2, $3, u.user_id, u.user_type,
                coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username), u.email, $5, $6, $7, $8, $9
           FROM users u WHERE u.tenant = $1 AND u.user_id = $4
         ON CONFLICT (tenant, entry_id) DO NOTHING",
        tenant,
        entry.entry_id,
        entry.at,
        entry.by.0,
        entry.kind.as_str(),
        entry.interaction.map(|id| id.0),
        entry.subject_id,
        entry.subject,
        entry.details.map(Json) as Option<Json<&AuditDetails>>,
    )
    .execute(tx.conn())
    .await?;
    Ok(result)
}

pub async fn insert(tx: &mut TenantTx, entry: &NewEntry<'_>) -> Result<()> {
    ensure_rows(&add(tx, entry).await?, 1)
}

/// Adds an entry unless one with its id is there.
pub async fn insert_once(tx: &mut TenantTx, entry: &NewEntry<'_>) -> Result<()> {
    add(tx, entry).await.map(drop)
}

pub struct EntryRecord {
    pub entry_id: Uuid,
    pub at: DateTime<Utc>,
    pub user_type: String,
    pub user_name: String,
    pub user_email: String,
    pub kind: String,
    pub interaction_id: Option<Uuid>,
    /// Whether it can still be looked at.
    pub is_there: bool,
    pub subject: Option<String>,
    pub details: Option<Json<AuditDetails>>,
}

/// Which entries.
pub struct Wanted<'a> {
    pub from: Option<DateTime<Utc>>,
    /// Those before this one.
    pub before: AuditCursor,
    /// An `ILIKE` pattern for name or address.
    pub person: Option<&'a str>,
    pub kind: Option<AuditKind>,
    pub limit: i64,
}

/// The latest first.
pub async fn list(tx: &mut TenantTx, wanted: &Wanted<'_>) -> Result<Vec<EntryRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        EntryRecord,
        r#"SELECT e.entry_id, e.at, e.user_type, e.user_name, e.user_email, e.kind, e.interaction_id,
                  (i.interaction_id IS NOT NULL) AS "is_there!", e.subject, e.details AS "details: Json<AuditDetails>"
             FROM audit_entries e
             LEFT JOIN interactions i ON i.tenant = $1 AND i.interaction_id = e.interaction_id
            WHERE e.tenant = $1 AND (e.at, e.entry_id) < ($2, $3)
              AND ($4::timestamptz IS NULL OR e.at >= $4)
              AND ($5::text IS NULL OR e.user_name ILIKE $5 OR e.user_email ILIKE $5)
              AND ($6::text IS NULL OR e.kind = $6)
            ORDER BY e.at DESC, e.entry_id DESC
            LIMIT $7"#,
        tenant,
        wanted.before.at,
        wanted.before.id,
        wanted.from,
        wanted.person,
        wanted.kind.map(AuditKind::as_str),
        wanted.limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The same of one interaction.
pub async fn of_interaction(
    tx: &mut TenantTx,
    id: InteractionId,
    before: AuditCursor,
    limit: i64,
) -> Result<Vec<EntryRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        EntryRecord,
        r#"SELECT e.entry_id, e.at, e.user_type, e.user_name, e.user_email, e.kind, e.interaction_id,
                  true AS "is_there!", e.subject, e.details AS "details: Json<AuditDetails>"
             FROM audit_entries e
            WHERE e.tenant = $1 AND e.interaction_id = $2 AND (e.at, e.entry_id) < ($3, $4)
            ORDER BY e.at DESC, e.entry_id DESC
            LIMIT $5"#,
        tenant,
        id.0,
        before.at,
        before.id,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// What an interaction is called, if it is there.
pub async fn title(tx: &mut TenantTx, id: InteractionId) -> Result<Option<String>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        r#"SELECT coalesce(title, '') AS "title!" FROM interactions WHERE tenant = $1 AND interaction_id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
