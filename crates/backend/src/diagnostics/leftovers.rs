//! Meetings that a check has put into a calendar and not taken out again.

use chrono::TimeDelta;

use super::DEAD;
use crate::{
    Backend, Result,
    access::TenantScope,
    meetings::connection,
    store::{self, diagnoses::Probe},
};

/// How many one turn takes.
const BATCH: i64 = 20;
/// How far from its time the meeting is looked for.
const AROUND: TimeDelta = TimeDelta::hours(1);

/// Removes what dead checks have left. One tenant's trouble must not hold up the others.
pub async fn clear(backend: &Backend) -> Result<()> {
    let now = backend.clock().now();
    let mut system = backend.db().system().await?;
    let left = store::diagnoses::with_probe(&mut system, now - DEAD, BATCH).await?;
    drop(system);
    for tenant in left {
        let scope = TenantScope::of_row(tenant);
        let mut tx = backend.db().read(scope).await?;
        let probe = store::diagnoses::probe(&mut tx).await?;
        drop(tx);
        let Some(probe) = probe else { continue };
        if let Err(error) = remove(backend, scope, &probe).await {
            tracing::warn!(error = &error as &dyn std::error::Error, tenant.id = %tenant, "the meeting of a check was not removed");
        }
    }
    Ok(())
}

/// Looks for the meeting and removes it. When its time is over it is forgotten, whatever became of it: nobody was invited to it.
pub async fn remove(backend: &Backend, scope: TenantScope, probe: &Probe) -> Result<()> {
    let removed = try_to_remove(backend, scope, probe).await;
    if removed.is_err() && backend.clock().now() <= probe.start + AROUND {
        return removed;
    }
    forget(backend, scope, probe).await
}

async fn try_to_remove(backend: &Backend, scope: TenantScope, probe: &Probe) -> Result<()> {
    let mut tx = backend.db().read(scope).await?;
    let session = connection::session(backend, &mut tx, scope.tenant(), probe.profile).await?;
    drop(tx);
    let around = (probe.start - AROUND, probe.start + AROUND);
    let found = session
        .events_by_transaction(&probe.organizer, around, probe.id)
        .await
        .map_err(anyhow::Error::from)?;
    for event in found {
        session
            .delete_event(&probe.organizer, &event.id)
            .await
            .map_err(anyhow::Error::from)?;
    }
    Ok(())
}

/// Writes down that it is gone.
pub async fn forget(backend: &Backend, scope: TenantScope, probe: &Probe) -> Result<()> {
    let mut tx = backend.db().begin(scope).await?;
    store::diagnoses::clear_probe(&mut tx, probe.id).await?;
    Ok(tx.commit().await?)
}
