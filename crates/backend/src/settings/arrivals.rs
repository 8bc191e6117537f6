//! How recordings and transcripts come in.

use chrono::Duration;
use domain::Arrivals;

use crate::{
    Backend, Result,
    access::{Grant, may},
    artifacts::capture::SWEPT,
    requests_log, store, subscriptions, zone,
};

/// A sweep is noted at least once a minute where anything runs.
const ASLEEP: Duration = Duration::minutes(5);

pub async fn of_tenant(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Arrivals> {
    let now = backend.clock().now();
    let mut system = backend.db().system().await?;
    let swept = store::marks::last(&mut system, SWEPT).await?;
    drop(system);
    let mut tx = backend.db().read(grant.scope()).await?;
    let requests = requests_log::last(&mut tx, grant).await?;
    drop(tx);
    Ok(Arrivals {
        subscriptions: subscriptions::state(backend, grant).await?,
        is_asleep: swept.is_none_or(|swept| now - swept > ASLEEP),
        swept: swept.map(|swept| zone::moment_near(swept, now, grant.zone, grant.language)),
        requests,
        zone: grant.zone.name().to_owned(),
    })
}
