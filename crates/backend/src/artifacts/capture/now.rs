//! Looking because somebody wants to know.

use std::time::Duration;

use domain::MeetingId;
use tokio::time::Instant;

use super::{begin, look};
use crate::{
    Backend, Result,
    access::TenantScope,
    sessions::limits::{self, Limit},
    store::{
        self,
        artifacts::lease::{Fetch, When},
    },
};

/// How long whoever asks waits. What takes longer goes on by itself.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a meeting is tried to be taken that nobody is at: the others may be faster each time.
const TRIES: u32 = 3;

/// Looks for a meeting and waits for what comes of it. A look that is under way is joined rather than begun anew; how often one may be begun
/// is limited.
pub async fn look_now(backend: &Backend, scope: TenantScope, id: MeetingId) -> Result<()> {
    look_at_once(backend, scope, id, true).await
}

/// The same because Microsoft has told that there is something: as often as it does.
pub async fn look_told(backend: &Backend, scope: TenantScope, id: MeetingId) -> Result<()> {
    look_at_once(backend, scope, id, false).await
}

async fn look_at_once(backend: &Backend, scope: TenantScope, id: MeetingId, is_limited: bool) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(50);
    let (mut has_joined, mut tries) = (false, 0);
    while Instant::now() < deadline {
        let mut tx = backend.db().read(scope).await?;
        let lease = store::artifacts::lease::leased_until(&mut tx, id).await?;
        drop(tx);
        let is_busy = lease.is_some_and(|until| until > backend.clock().now());
        if is_busy {
            has_joined = true;
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
            continue;
        }
        // If whoever was at it died over it, it is ours; else it has come to its end.
        if has_joined && lease.is_none() || tries == TRIES {
            return Ok(());
        }
        tries += 1;
        if let Some(fetch) = begin(backend, scope, id, When::Now).await? {
            if is_limited {
                within_limits(backend, scope, &fetch).await?;
            }
            return look_until(backend, scope, fetch, deadline).await;
        }
    }
    Ok(())
}

/// Counts a look, or lets go of the meeting.
async fn within_limits(backend: &Backend, scope: TenantScope, fetch: &Fetch) -> Result<()> {
    let id = fetch.meeting_id;
    if let Err(refused) = limits::count(backend, &Limit::per_meeting("refresh", id)).await {
        let mut tx = backend.db().begin(scope).await?;
        store::artifacts::lease::put_off(&mut tx, id, fetch.until, Some(backend.clock().now())).await?;
        tx.commit().await?;
        return Err(refused);
    }
    Ok(())
}

async fn look_until(backend: &Backend, scope: TenantScope, fetch: Fetch, deadline: Instant) -> Result<()> {
    // A task of its own: when the browser goes away, what was begun is still brought to its end.
    let backend = backend.clone();
    let work = tokio::spawn(async move { look(&backend, scope, &fetch, When::Now).await });
    match tokio::time::timeout_at(deadline, work).await {
        Ok(ended) => ended.map_err(anyhow::Error::from)?,
        Err(_) => Ok(()),
    }
}
