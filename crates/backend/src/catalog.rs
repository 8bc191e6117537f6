//! The catalog of permissions of tenants that come from the peer.
//!
//! The peer had no permissions about interactions for years, and a tenant that is brought from that time has none: nobody could read a
//! timeline. Such a tenant gets them, with the grants that the peer gave later, by the names of the peer's roles. A tenant that has any
//! is left as it is, whatever its roles grant.

use crate::{
    Result,
    access::TenantScope,
    seed::catalog::INTERACTIONS,
    store::{self, Db},
};

/// How many tenants have no permissions about interactions.
pub async fn incomplete(db: &Db) -> Result<usize> {
    let mut system = db.system().await?;
    Ok(store::catalog::tenants_without_interactions(&mut system).await?.len())
}

/// Completes the catalogs that need it, each once, however many processes begin at once. Says how many.
pub async fn complete(db: &Db) -> Result<usize> {
    let mut system = db.system().await?;
    let tenants = store::catalog::tenants_without_interactions(&mut system).await?;
    drop(system);
    let mut completed = 0;
    for tenant in tenants {
        let mut tx = db.begin(TenantScope::of_row(tenant)).await?;
        store::roles::lock_settings(&mut tx).await?;
        if store::catalog::has_interactions(&mut tx).await? {
            continue;
        }
        for (action, roles) in INTERACTIONS {
            let roles: Vec<String> = roles.iter().map(|&name| name.to_owned()).collect();
            store::catalog::add(&mut tx, "interaction", action, &roles).await?;
        }
        tx.commit().await?;
        completed += 1;
        tracing::warn!(tenant.id = %tenant, "a tenant without permissions about interactions got them");
    }
    Ok(completed)
}
