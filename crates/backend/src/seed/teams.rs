//! Connecting a demo tenant to the simulator.

use super::DemoTeams;
use crate::{
    Backend, Result,
    store::{self, TenantTx},
};

pub async fn insert(backend: &Backend, tx: &mut TenantTx, demo: &DemoTeams) -> Result<()> {
    let tenant = domain::TenantId(tx.scope().tenant().0);
    store::teams::insert_connection(tx, demo).await?;
    backend
        .secrets()
        .put(tx, tenant, &demo.secret_name(), demo.client_secret)
        .await
}
