//! Removing files that belong to nothing any more.

use chrono::Duration;
use domain::{FileId, TenantId};

use crate::{Backend, Result, access::TenantScope, files::FilePath, store};

/// How many one turn removes.
const BATCH: i64 = 50;
/// When to try again what could not be removed.
const AGAIN: Duration = Duration::hours(1);

/// Removes the files that are to be removed by now: those of deleted records, and those that were not written to the end.
pub async fn remove_leftovers(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    let left = store::files::to_discard(&mut system, backend.clock().now(), BATCH).await?;
    drop(system);
    for (tenant, id) in left {
        if let Err(error) = remove(backend, tenant, id).await {
            tracing::error!(error = &error as &dyn std::error::Error, file.id = %id, "a file could not be removed");
            let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
            store::files::discard_later(&mut tx, id, backend.clock().now() + AGAIN).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// The row is held until the file is gone, so that nobody writes it anew meanwhile, and goes last.
async fn remove(backend: &Backend, tenant: TenantId, id: FileId) -> Result<()> {
    let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
    let Some(path) = store::files::hold_discarded(&mut tx, id, backend.clock().now()).await? else {
        return Ok(());
    };
    // What is not the tenant's own is not touched.
    if let Some(path) = FilePath::stored(tenant, &path) {
        backend.files().delete(&path).await?;
    }
    store::files::forget(&mut tx, id).await?;
    Ok(tx.commit().await?)
}
