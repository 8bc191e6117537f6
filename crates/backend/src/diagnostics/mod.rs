//! Finding out whether a tenant's connection to Microsoft works, by trying each thing that Minuted does there.
//!
//! The steps run one after the other ([`run`]); what came of each is a value ([`report`]) that is stored as soon as it is known, so that the
//! page can show it while the rest is under way. What Microsoft's refusals mean is decided in [`judge`]; words and commands are put to it
//! when somebody looks ([`said`], [`commands`]), in their language.
//!
//! The check makes a meeting in the organizer's calendar and takes it out again. It is written down before Microsoft is asked; one that a
//! killed process has left is removed by the sweep ([`leftovers`]). Subscriptions that are in use are not touched: the one that is made
//! here is about that meeting alone, and lives for an hour at most.

mod commands;
mod judge;
mod leftovers;
mod report;
mod run;
mod said;
mod trouble;

use chrono::Duration;
use domain::{CheckConnection, ConnectionTrouble, Diagnosis, ErrorCode};

use crate::{
    Actor, Backend, Result,
    access::{Grant, TenantScope, may},
    meetings::connection,
    store::{self, TenantTx},
};
use report::{About, Report};
use run::{Run, Target};

pub(crate) use leftovers::clear as clear_leftovers;

/// How long nothing is heard of a check until it counts as dead. No step takes as long.
const DEAD: Duration = Duration::minutes(3);

/// Begins a check; one that is under way goes on instead. It runs by itself, whether or not anybody waits for it.
pub async fn begin(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    input: &CheckConnection,
) -> Result<Option<tokio::task::JoinHandle<()>>> {
    let scope = grant.scope();
    let mut tx = backend.db().begin(scope).await?;
    store::roles::lock_settings(&mut tx).await?;
    let setup = store::connection::setup(&mut tx).await?.unwrap_or_default();
    let second_mailbox = input.check(setup.organizer_upn.as_deref())?;
    let profile = setup.profile_id.zip(setup.client_secret_ref.clone());
    let (Some((profile, _)), Some(entra_tenant), Some(client_id)) = (profile, setup.entra_tenant, setup.client_id)
    else {
        return Err(ErrorCode::MeetingsNotSetUp.into());
    };
    let now = backend.clock().now();
    let run = backend.clock().id();
    store::connection::set_second_mailbox(&mut tx, second_mailbox.as_deref()).await?;
    if !store::diagnoses::begin(&mut tx, run, grant.user_id(), now, now - DEAD).await? {
        tx.commit().await?;
        return Ok(None);
    }
    // A secret that cannot be read is a finding, too.
    let session = connection::session(backend, &mut tx, scope.tenant(), profile.into()).await;
    tx.commit().await?;
    let organizer = setup.organizer_upn.zip(setup.organizer_object_id);
    let about = About {
        entra_tenant,
        client_id,
        organizer: organizer.as_ref().map(|(upn, _)| upn.clone()),
        organizer_id: organizer.map(|(_, id)| id),
        second_mailbox,
        certificate_expires: setup.certificate_expires,
        url: backend.page_url(crate::subscriptions::NOTIFICATIONS),
        public_url: backend.public_url().to_string(),
        login_url: backend.login_url().to_string(),
    };
    let target = Target {
        profile: profile.into(),
        language: grant.language(),
    };
    tracing::info!(tenant.id = %scope.tenant(), user.id = %grant.user_id(), "the connection to Microsoft is being checked");
    let backend = backend.clone();
    Ok(Some(tokio::spawn(async move {
        Run::new(&backend, scope, run, about, target, session).carry_out().await;
    })))
}

/// The last check, or the one under way.
pub async fn last(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Option<Diagnosis>> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::diagnoses::last(&mut tx).await?;
    Ok(record.map(|record| said::diagnosis(&record, backend.clock().now(), grant)))
}

/// What the last check found that those have to know who make meetings.
pub async fn trouble(tx: &mut TenantTx, viewer: &Actor) -> Result<Option<ConnectionTrouble>> {
    let record = store::diagnoses::last(tx).await?;
    Ok(record.and_then(|record| trouble::of(&record, viewer)))
}

/// What the last check of each tenant came to, in plain words for an operator.
pub async fn summaries(backend: &Backend) -> Result<Vec<(String, Vec<String>)>> {
    let now = backend.clock().now();
    let mut system = backend.db().system().await?;
    let tenants = store::diagnoses::connected(&mut system).await?;
    drop(system);
    let mut summaries = Vec::new();
    for (tenant, name) in tenants {
        let mut tx = backend.db().read(TenantScope::of_row(tenant)).await?;
        let record = store::diagnoses::last(&mut tx).await?;
        let lines = record.map_or_else(
            || vec!["never checked".to_owned()],
            |record| said::summary(&record, &Report::read(&record.steps), now),
        );
        summaries.push((name, lines));
    }
    Ok(summaries)
}
