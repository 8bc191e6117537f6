//! Looking when it is due.

use std::time::Duration;

use domain::{MeetingId, TenantId, looking::OF_EACH_TENANT};

use super::{begin, look};
use crate::{
    Backend, Result,
    access::TenantScope,
    places::{Places, Rules},
    store::{self, artifacts::lease::When},
};

/// How many meetings one turn takes.
const BATCH: i64 = 50;
/// How many are looked for at a time by this process. Each may hold a transcript.
const RULES: Rules = Rules {
    at_once: 8,
    of_each: OF_EACH_TENANT as usize,
    slow_after: Duration::from_secs(5),
    slow: 16,
    remembered: Duration::from_mins(10),
};

/// What the end of a turn is noted as, once in a while.
pub const SWEPT: &str = "capture";
const NOTED: chrono::Duration = chrono::Duration::seconds(30);

/// Room for looks that are under way.
pub fn places() -> Places {
    Places::new(RULES)
}

/// Looks for meetings that are due, a few at a time. One tenant's trouble must not hold up the others.
pub async fn sweep(backend: &Backend, places: &Places) -> Result<()> {
    plan_unlooked(backend).await?;
    let mut system = backend.db().system().await?;
    let (now, full) = (backend.clock().now(), places.full());
    let due = store::artifacts::lease::due(&mut system, now, &full, OF_EACH_TENANT, BATCH).await?;
    drop(system);
    let work = |tenant, id| {
        let backend = backend.clone();
        async move {
            if let Err(error) = look_if_due(&backend, tenant, id).await {
                tracing::error!(error = &error as &dyn std::error::Error, meeting.id = %id, "a meeting could not be looked for");
            }
        }
    };
    places.work(due, work).await;
    let mut system = backend.db().system().await?;
    store::marks::note(&mut system, SWEPT, now, now - NOTED).await
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
