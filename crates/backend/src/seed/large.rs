//! A tenant at its real size, to measure with: a million interactions, ten thousand of them one client's.

use domain::TenantId;

use super::demo;
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, seed_large},
};

/// How many interactions a large tenant has. Every hundredth is Acme Manufacturing's.
pub const INTERACTIONS: i32 = 1_000_000;
/// Each chunk is a transaction: what was seeded stays when the rest is interrupted.
const CHUNK: i32 = 5_000;

/// Fills Northwind, which [`demo`](super::demo) makes if need be, up to [`INTERACTIONS`]. Says how many were added: none when it is
/// large already. `progress` hears how many there are after each chunk.
pub async fn large(backend: &Backend, most: i32, mut progress: impl FnMut(u64)) -> Result<u64> {
    demo::demo(backend).await?;
    let scope = TenantScope::of_row(TenantId(demo::northwind()));
    let mut tx = backend.db().read(scope).await?;
    if store::seed::has_bulk(&mut tx).await? {
        return Ok(0);
    }
    drop(tx);
    let mut added = 0;
    let mut first = 1;
    while first <= most {
        let last = (first + CHUNK - 1).min(most);
        let mut tx = backend.db().begin(scope).await?;
        added += seed_large::interactions(&mut tx, first, last).await?;
        tx.commit().await?;
        progress(added);
        first = last + 1;
    }
    let mut tx = backend.db().read(scope).await?;
    seed_large::analyze(&mut tx).await?;
    Ok(added)
}
