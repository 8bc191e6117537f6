//! Looking when it is due.

use std::{sync::Arc, time::Duration};

use domain::{MeetingId, TenantId};
use tokio::sync::Semaphore;

use super::{begin, look};
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, artifacts::lease::When},
};

/// How many meetings one turn takes.
const BATCH: i64 = 50;
/// How many of one tenant may be looked for at a time, by all processes: fewer than in all, so that a tenant whose Microsoft does not answer
/// leaves room for the others.
const OF_EACH: i64 = 2;
/// How many are looked for at a time by this process. Each may hold a transcript.
const AT_ONCE: usize = 8;
/// How long a turn waits. What takes longer goes on by itself.
const TURN: Duration = Duration::from_secs(10);

/// Room for looks that are under way.
#[derive(Clone)]
pub struct Permits(Arc<Semaphore>);

impl Default for Permits {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Looks for meetings that are due, a few at a time. One tenant's trouble must not hold up the others.
pub async fn sweep(backend: &Backend, permits: &Permits) -> Result<()> {
    plan_unlooked(backend).await?;
    let mut system = backend.db().system().await?;
    let due = store::artifacts::lease::due(&mut system, backend.clock().now(), OF_EACH, BATCH).await?;
    drop(system);
    let mut begun = Vec::new();
    for (tenant, id) in due {
        let Ok(permit) = Arc::clone(&permits.0).try_acquire_owned() else {
            break;
        };
        let backend = backend.clone();
        begun.push(tokio::spawn(async move {
            if let Err(error) = look_if_due(&backend, tenant, id).await {
                tracing::error!(error = &error as &dyn std::error::Error, meeting.id = %id, "a meeting could not be looked for");
            }
            drop(permit);
        }));
    }
    // Their end is of no interest: what is left to do is written down.
    let _ = tokio::time::timeout(TURN, futures::future::join_all(begun)).await;
    Ok(())
}

async fn look_if_due(backend: &Backend, tenant: TenantId, id: MeetingId) -> Result<()> {
    let scope = TenantScope::of_row(tenant);
    match begin(backend, scope, id, When::Due).await? {
        Some(fetch) => look(backend, scope, &fetch, When::Due).await,
        // Somebody else was faster.
        None => Ok(()),
    }
}

/// Plans a look for meetings that nobody has planned one for: they were brought along.
async fn plan_unlooked(backend: &Backend) -> Result<()> {
    let now = backend.clock().now();
    let mut system = backend.db().system().await?;
    let unlooked = store::artifacts::lease::unlooked(&mut system, now, BATCH).await?;
    drop(system);
    for (tenant, id) in unlooked {
        let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
        store::artifacts::lease::plan(&mut tx, id, now).await?;
        tx.commit().await?;
    }
    Ok(())
}
