//! Telling the other processes that somebody looks for a meeting.

use chrono::{DateTime, Utc};
use domain::{MeetingId, MeetingStatus};
use tokio::sync::{Mutex, MutexGuard};

use super::{HEARTBEAT, LEASE};
use crate::{
    Backend, Result,
    access::TenantScope,
    lease,
    store::{
        self, TenantTx,
        artifacts::lease::{Fetch, Held},
    },
};

/// One look at a meeting.
pub struct Lease {
    meeting_id: MeetingId,
    /// Tells this look from every other; another one after each extension.
    until: Mutex<DateTime<Utc>>,
}

/// A meeting as it is in a transaction in which nobody else looks for it. The lease is not extended meanwhile.
pub struct Holding<'a> {
    held: Held,
    _until: MutexGuard<'a, DateTime<Utc>>,
}

impl std::ops::Deref for Holding<'_> {
    type Target = Held;

    fn deref(&self) -> &Held {
        &self.held
    }
}

impl Lease {
    pub fn of(fetch: &Fetch) -> Self {
        Self {
            meeting_id: fetch.meeting_id,
            until: Mutex::new(fetch.until),
        }
    }

    pub async fn until(&self) -> DateTime<Utc> {
        *self.until.lock().await
    }

    /// Holds the meeting until the transaction ends. `None` if the look is not ours any more, or nothing is to be looked for since.
    pub async fn hold(&self, tx: &mut TenantTx) -> Result<Option<Holding<'_>>> {
        let until = self.until.lock().await;
        let held = store::artifacts::lease::hold(tx, self.meeting_id, *until).await?;
        let cancelled = [MeetingStatus::CancelPending, MeetingStatus::Cancelled];
        Ok(held
            .filter(|held| !cancelled.contains(&held.status))
            .map(|held| Holding { held, _until: until }))
    }

    /// Runs `work` while extending the lease; `None` if it was lost.
    pub async fn during<T>(
        &self,
        backend: &Backend,
        scope: TenantScope,
        work: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        let extend = || self.extend(backend, scope);
        lease::during(HEARTBEAT, self.meeting_id, extend, work)
            .await
            .transpose()
    }

    async fn extend(&self, backend: &Backend, scope: TenantScope) -> Result<bool> {
        let mut tx = backend.db().begin(scope).await?;
        let mut until = self.until.lock().await;
        let later = backend.clock().now() + LEASE;
        let extended = store::artifacts::lease::extend(&mut tx, self.meeting_id, *until, later).await?;
        tx.commit().await?;
        if let Some(extended) = extended {
            *until = extended;
        }
        Ok(extended.is_some())
    }
}
