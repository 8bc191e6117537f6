//! What is between an entry and the person whose it is.

use chrono::{DateTime, Utc};
use domain::ScheduleEntryId;

use crate::{
    error::{Result, ensure_rows},
    store::{TenantTx, live},
};

/// Hides from others what an entry is about, or shows it.
pub async fn set_private(tx: &mut TenantTx, id: ScheduleEntryId, is_private: bool, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE schedule_entries SET is_private = $3, updated_at = $4 WHERE tenant = $1 AND entry_id = $2",
        tenant,
        id.0,
        is_private,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::schedule_changed(tx).await
}
