//! Looking because somebody opens the page of a meeting that something may still come of.

use chrono::{DateTime, Utc};
use domain::{InteractionId, looking::VISIT_AGAIN};

use crate::{
    Backend, Result,
    access::TenantScope,
    edition::Teams,
    store::{self, interactions::InteractionRecord},
};

/// Brings the next look forward to now, unless the last one is new enough. The sweep makes it within a few seconds, and the open page is
/// told of what has come. A page of a meeting of which nothing is waited for costs no statement more.
pub async fn visited(
    backend: &Backend,
    scope: TenantScope,
    id: InteractionId,
    record: &mut InteractionRecord,
    now: DateTime<Utc>,
) -> Result<()> {
    let since = now - VISIT_AGAIN;
    let is_waited_for = record.next_fetch_at.is_some_and(|next| next > now)
        && record.meeting_end.is_some_and(|end| end <= now)
        && record.last_fetch_at.is_none_or(|last| last <= since);
    if !Teams::CAPTURES || !is_waited_for {
        return Ok(());
    }
    let mut tx = backend.db().begin(scope).await?;
    if store::artifacts::lease::hurry(&mut tx, id, now, since).await? {
        record.next_fetch_at = Some(now);
    }
    Ok(tx.commit().await?)
}
