//! How the tenant uses Teams.

use std::time::Duration;

use domain::{
    CheckConnection, Diagnosis, ErrorCode, OrganizerSaved, SaveOrganizer, SaveProfile, SaveTeamsOptions, TeamsEffect,
    TeamsPage,
};

use crate::{
    Backend, Result,
    access::{Grant, may},
    stranded,
};

pub async fn page(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<TeamsPage> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let connected = backend.teams().connected(&mut tx).await?;
    let records = backend.teams().records(&mut tx).await?;
    let stranded = stranded::list(backend, &mut tx, grant).await?;
    // Whoever holds a connection while they wait for another may wait for ever.
    drop(tx);
    Ok(TeamsPage {
        meetings: connected.meetings,
        records,
        may_change: grant.require::<may::SettingsUpdate>().is_ok(),
        stranded,
        setup: backend.teams().setup(backend, grant).await?,
        arrivals: backend.teams().arrivals(backend, grant).await?,
    })
}

/// How much it is about to show recordings to clients, or to make no more meetings.
pub async fn effect(backend: &Backend, grant: &Grant<may::SettingsUpdate>) -> Result<TeamsEffect> {
    backend.teams().effect(backend, grant).await
}

/// Saves the app registration at Microsoft.
pub async fn save_profile(backend: &Backend, grant: &Grant<may::SettingsUpdate>, input: &SaveProfile) -> Result<()> {
    backend.teams().save_profile(backend, grant, input).await
}

/// Saves who organizes meetings from now on.
pub async fn save_organizer(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    input: &SaveOrganizer,
) -> Result<OrganizerSaved> {
    backend.teams().save_organizer(backend, grant, input).await
}

/// Decides how meetings are made from now on.
pub async fn save_options(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    options: SaveTeamsOptions,
) -> Result<()> {
    backend.teams().save_options(backend, grant, options).await
}

/// Shows clients what was recorded of their meetings, or shows it no more.
pub async fn show_in_portal(backend: &Backend, grant: &Grant<may::SettingsUpdate>, on: bool) -> Result<()> {
    backend.teams().show_in_portal(backend, grant, on).await
}

/// Lets meetings be made, or no more.
pub async fn set_active(backend: &Backend, grant: &Grant<may::SettingsUpdate>, on: bool) -> Result<()> {
    backend.teams().set_active(backend, grant, on).await
}

/// Begins to check the connection, and waits for so long. It goes on by itself, and what it finds is kept.
pub async fn check(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    input: &CheckConnection,
    patience: Duration,
) -> Result<()> {
    let Some(begun) = backend.teams().check(backend, grant, input).await? else {
        // Somebody else has begun one, whose outcome is as good.
        return Ok(());
    };
    match tokio::time::timeout(patience, begun).await {
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a check of the connection to Microsoft has died"
            );
            Err(ErrorCode::Internal.into())
        }
        Ok(Ok(())) | Err(_) => Ok(()),
    }
}

/// The last check, or the one under way.
pub async fn diagnosis(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Option<Diagnosis>> {
    backend.teams().diagnosis(backend, grant).await
}

/// What the last check of each connected tenant came to, for whoever runs the server: its name, and a few lines in English.
pub async fn checks(backend: &Backend) -> Result<Vec<(String, Vec<String>)>> {
    backend.teams().checks(backend).await
}
