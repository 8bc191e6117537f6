//! How the tenant uses Teams.

use domain::{ErrorCode, TeamsPage};

use crate::{
    Backend, Result,
    access::{Grant, may},
    stranded,
};

pub async fn page(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<TeamsPage> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let connected = backend.teams().connected(&mut tx).await?;
    Ok(TeamsPage {
        meetings: connected.capability,
        records: connected.records,
        may_change: grant.require::<may::SettingsUpdate>().is_ok(),
        stranded: stranded::list(backend, &mut tx, grant).await?,
        arrivals: backend.teams().arrivals(backend, grant).await?,
    })
}

/// Decides whether Teams records the tenant's meetings by itself. It counts for meetings that are made from now on.
pub async fn record(backend: &Backend, grant: &Grant<may::SettingsUpdate>, on: bool) -> Result<()> {
    let mut tx = backend.db().begin(grant.scope()).await?;
    let now = backend.clock().now();
    if !backend.teams().record(&mut tx, on, grant.user_id(), now).await? {
        return Err(ErrorCode::MeetingsNotSetUp.into());
    }
    tx.commit().await?;
    tracing::info!(user.id = %grant.user_id(), on, "automatic recording was switched");
    Ok(())
}
