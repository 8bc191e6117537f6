//! The schedule: entries and whose they are.

pub mod own;
pub mod read;

use chrono::{DateTime, Utc};
use domain::{InteractionId, RequestId, ScheduleEntryId, UserId};

use super::{TenantTx, live};
use crate::error::{Result, ensure_rows};

/// What an entry is for: `work_item_type` and `work_item_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkItem {
    /// Only itself.
    AdHoc,
    Interaction(InteractionId),
    Request(RequestId),
}

impl WorkItem {
    fn columns(self) -> (&'static str, Option<uuid::Uuid>) {
        match self {
            Self::AdHoc => ("ad_hoc", None),
            Self::Interaction(id) => ("interaction", Some(id.0)),
            Self::Request(id) => ("appointment_request", Some(id.0)),
        }
    }
}

/// The states of an entry that Minuted writes. Those of the peer are in mixed case, and there are more.
pub const SCHEDULED: &str = "scheduled";
pub const CANCELLED: &str = "cancelled";

/// An entry that is to be changed.
#[derive(Clone, Debug)]
pub struct Entry {
    pub entry_id: ScheduleEntryId,
    pub title: String,
    pub notes: Option<String>,
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
    pub status: String,
    pub work_item_type: String,
    pub is_private: bool,
    pub is_recurring: bool,
}

impl Entry {
    pub fn is_cancelled(&self) -> bool {
        self.status.eq_ignore_ascii_case(CANCELLED)
    }
}

/// Reads an entry; nobody else changes it until the transaction ends.
pub async fn hold(tx: &mut TenantTx, id: ScheduleEntryId) -> Result<Option<Entry>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Entry,
        r#"SELECT entry_id, title, notes, scheduled_start AS start, scheduled_end AS end, status, work_item_type, is_private,
                  coalesce(is_recurring, false) AS "is_recurring!"
             FROM schedule_entries WHERE tenant = $1 AND entry_id = $2 FOR UPDATE"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// An entry as it is to be.
pub struct NewEntry<'a> {
    pub entry_id: ScheduleEntryId,
    pub title: &'a str,
    pub work_item: WorkItem,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub notes: &'a str,
    pub is_private: bool,
    pub assignees: &'a [UserId],
    pub now: DateTime<Utc>,
}

pub async fn insert(tx: &mut TenantTx, new: &NewEntry<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let (work_item_type, work_item_id) = new.work_item.columns();
    sqlx::query!(
        "INSERT INTO schedule_entries (tenant, entry_id, title, work_item_type, work_item_id, scheduled_start, scheduled_end, status,
                                       notes, is_private, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        tenant,
        new.entry_id.0,
        new.title,
        work_item_type,
        work_item_id,
        new.start,
        new.end,
        SCHEDULED,
        new.notes,
        new.is_private,
        new.now,
    )
    .execute(tx.conn())
    .await?;
    assign(tx, new.entry_id, new.assignees).await
}

/// Writes all of an entry that is there.
pub async fn update(tx: &mut TenantTx, new: &NewEntry<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let (work_item_type, work_item_id) = new.work_item.columns();
    let result = sqlx::query!(
        "UPDATE schedule_entries
            SET title = $3, work_item_type = $4, work_item_id = $5, scheduled_start = $6, scheduled_end = $7, status = $8,
                notes = $9, is_private = $10, updated_at = $11
          WHERE tenant = $1 AND entry_id = $2",
        tenant,
        new.entry_id.0,
        new.title,
        work_item_type,
        work_item_id,
        new.start,
        new.end,
        SCHEDULED,
        new.notes,
        new.is_private,
        new.now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    assign(tx, new.entry_id, new.assignees).await
}

/// Makes these users, and nobody else, those whose entry it is.
pub async fn assign(tx: &mut TenantTx, id: ScheduleEntryId, assignees: &[UserId]) -> Result<()> {
    let tenant = tx.tenant();
    let ids: Vec<uuid::Uuid> = assignees.iter().map(|user| user.0).collect();
    sqlx::query!(
        "DELETE FROM schedule_entry_assignees WHERE tenant = $1 AND entry_id = $2 AND user_id <> ALL ($3)",
        tenant,
        id.0,
        &ids,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id) SELECT $1, $2, unnest($3::uuid[]) ON CONFLICT DO NOTHING",
        tenant,
        id.0,
        &ids,
    )
    .execute(tx.conn())
    .await?;
    live::schedule_changed(tx).await
}

/// What becomes different about an entry; what is `None` stays.
#[derive(Default)]
pub struct EntryChange<'a> {
    pub title: Option<&'a str>,
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub notes: Option<&'a str>,
    pub status: Option<&'a str>,
}

pub async fn change(
    tx: &mut TenantTx,
    id: ScheduleEntryId,
    change: &EntryChange<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let (start, end) = change.times.unzip();
    let result = sqlx::query!(
        "UPDATE schedule_entries
            SET title = coalesce($3, title), scheduled_start = coalesce($4, scheduled_start),
                scheduled_end = coalesce($5, scheduled_end), notes = coalesce($6, notes), status = coalesce($7, status),
                updated_at = $8
          WHERE tenant = $1 AND entry_id = $2",
        tenant,
        id.0,
        change.title,
        start,
        end,
        change.notes,
        change.status,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::schedule_changed(tx).await
}

/// Removes an entry, and the single occurrences that were made different from it.
pub async fn delete(tx: &mut TenantTx, id: ScheduleEntryId) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM schedule_entry_assignees WHERE tenant = $1 AND entry_id IN
             (SELECT entry_id FROM schedule_entries WHERE tenant = $1 AND (entry_id = $2 OR original_entry_id = $2))",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "DELETE FROM schedule_entries WHERE tenant = $1 AND original_entry_id = $2",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    let result = sqlx::query!(
        "DELETE FROM schedule_entries WHERE tenant = $1 AND entry_id = $2",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::schedule_changed(tx).await
}

/// What else was planned for an interaction that goes away stays as entries of their own.
pub async fn detach(tx: &mut TenantTx, id: InteractionId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE schedule_entries SET work_item_type = 'ad_hoc', work_item_id = NULL, updated_at = $3
          WHERE tenant = $1 AND work_item_type = 'interaction' AND work_item_id = $2",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    live::schedule_changed(tx).await
}
