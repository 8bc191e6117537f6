//! Setting up how Microsoft is reached.
//!
//! Whoever changes it need not know of subscriptions: what the connection is like is compared with what each subscription was made for.

use domain::{
    AppProof, AuditDetails, AuditField, AuditKind, ErrorCode, Failure, Field, OrganizerSaved, Problem, ProfileId,
    SaveOrganizer, SaveProfile, SaveTeamsOptions, TeamsEffect, TeamsSetup,
};
use graph::{ErrorKind, Forbidden, GraphError, User};

use super::certificate;
use crate::{
    Backend, Result,
    access::{Grant, may},
    audit::{self, Deed},
    diagnostics,
    meetings::connection,
    store::{
        self, TenantTx,
        connection::{NewOrganizer, SetupRecord},
    },
    zone,
};

/// The secret of a profile among the tenant's secrets, as the peer names it.
fn secret_name(profile: ProfileId) -> String {
    format!("microsoft_profile_{profile}_client_secret")
}

/// What is set up so far.
pub async fn setup(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<TeamsSetup> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::connection::setup(&mut tx).await?.unwrap_or_default();
    drop(tx);
    let filled = |text: Option<String>| text.unwrap_or_default();
    let (proof, certificate) = (record.proof(), record.certificate());
    Ok(TeamsSetup {
        // What a profile begins with is no tenant.
        entra_tenant: filled(record.entra_tenant.filter(|tenant| tenant != "common")),
        client_id: filled(record.client_id),
        proof,
        certificate: certificate.map(|facts| certificate::shown(facts, now, grant)),
        has_secret: record.secret_saved.is_some(),
        secret_saved: record
            .secret_saved
            .map(|saved| zone::moment_near(saved, now, grant.zone, grant.language())),
        organizer: filled(record.organizer_upn),
        organizer_name: record.organizer_name.filter(|name| !name.is_empty()),
        organizer_is_known: record.organizer_object_id.is_some_and(|id| !id.is_empty()),
        is_active: record.install_status == "active",
        invites: record.invites,
        downloads: record.downloads,
        tenant_wide: record.tenant_wide,
        shows_in_portal: record.shows_in_portal,
        second_mailbox: filled(record.second_mailbox),
        diagnosis: diagnostics::last(backend, grant).await?,
        typed_profile: None,
        typed_organizer: None,
    })
}

/// How much a decision would be about.
pub async fn effect(backend: &Backend, grant: &Grant<may::SettingsUpdate>) -> Result<TeamsEffect> {
    let mut tx = backend.db().read(grant.scope()).await?;
    store::connection::effect(&mut tx, backend.clock().now()).await
}

/// Saves the app registration. Another tenant or app is another profile: what began with the earlier one is finished with it.
pub async fn save_profile(backend: &Backend, grant: &Grant<may::SettingsUpdate>, input: &SaveProfile) -> Result<()> {
    let draft = input.check()?;
    let (scope, by, now) = (grant.scope(), grant.user_id(), backend.clock().now());
    let facts = match (draft.proof, &draft.value) {
        (AppProof::Certificate, Some(text)) => Some(certificate::read(text, now)?),
        _ => None,
    };
    let mut tx = backend.db().begin(scope).await?;
    store::roles::lock_settings(&mut tx).await?;
    store::connection::begin(&mut tx, by, now).await?;
    let setup = store::connection::setup(&mut tx).await?.unwrap_or_default();
    let same =
        |known: &Option<String>, typed: &str| known.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(typed));
    let is_same_tenant = same(&setup.entra_tenant, &draft.entra_tenant);
    let kept = setup
        .profile_id
        .filter(|_| is_same_tenant && same(&setup.client_id, &draft.client_id))
        .map(ProfileId)
        .zip(setup.client_secret_ref.clone());
    let Some(value) = &draft.value else {
        // The secret of another app opens nothing here, and a secret is no certificate.
        if kept.is_some() && setup.secret_saved.is_some() && setup.proof() == draft.proof {
            return Ok(());
        }
        let field = match draft.proof {
            AppProof::Secret => Field::ClientSecret,
            AppProof::Certificate => Field::Certificate,
        };
        return Err(Failure::field(field, Problem::Required).into());
    };
    let (profile, name) = if let Some(kept) = kept {
        kept
    } else {
        let profile: ProfileId = backend.clock().id();
        let name = secret_name(profile);
        let made = (draft.entra_tenant.as_str(), draft.client_id.as_str(), name.as_str());
        store::connection::use_new_profile(&mut tx, profile, made, !is_same_tenant, (by, now)).await?;
        (profile, name)
    };
    backend.secrets().put(&mut tx, scope.tenant(), &name, value).await?;
    store::connection::set_proof(&mut tx, profile, facts.as_ref(), by, now).await?;
    store::diagnoses::forget(&mut tx).await?;
    let proof = match draft.proof {
        AppProof::Secret => AuditField::ClientSecret,
        AppProof::Certificate => AuditField::Certificate,
    };
    let changed = AuditDetails::fields([
        (AuditField::EntraTenant, !is_same_tenant),
        (AuditField::ClientId, !same(&setup.client_id, &draft.client_id)),
        (proof, true),
    ]);
    audit::done(backend, &mut tx, by, Deed::of(AuditKind::TeamsProfile).with(changed)).await?;
    tx.commit().await?;
    log(grant, "the app registration was saved");
    Ok(())
}

/// Saves who organizes meetings from now on, as Microsoft knows them. What is derived from the earlier one is forgotten; their meetings stay
/// theirs.
pub async fn save_organizer(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    input: &SaveOrganizer,
) -> Result<OrganizerSaved> {
    let upn = input.check()?;
    let scope = grant.scope();
    let mut tx = backend.db().read(scope).await?;
    let before = store::connection::setup(&mut tx).await?.unwrap_or_default();
    let profile = profile(&before)?;
    let session = connection::session(backend, &mut tx, scope.tenant(), profile).await?;
    drop(tx);
    let user = session.user(&upn).await.map_err(|error| refused(&error))?;
    if user.account_enabled == Some(false) {
        return Err(Failure::field(Field::Organizer, Problem::DisabledAtMicrosoft).into());
    }
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    store::roles::lock_settings(&mut tx).await?;
    // Whom another registration found may be somebody else.
    let after = store::connection::setup(&mut tx).await?.unwrap_or_default();
    if after.profile_id != before.profile_id {
        return Err(ErrorCode::Conflict.into());
    }
    let is_another = after.organizer_object_id.as_deref() != Some(user.id.as_str());
    let saved = save(&mut tx, grant, &user, now).await?;
    if is_another {
        store::diagnoses::forget(&mut tx).await?;
        let changed = AuditDetails::fields([(AuditField::Organizer, true)]);
        audit::done(
            backend,
            &mut tx,
            grant.user_id(),
            Deed::of(AuditKind::TeamsOrganizer).with(changed),
        )
        .await?;
    }
    tx.commit().await?;
    log(grant, "the organizer was saved");
    Ok(saved)
}

async fn save(
    tx: &mut TenantTx,
    grant: &Grant<may::SettingsUpdate>,
    user: &User,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<OrganizerSaved> {
    let organizer = NewOrganizer {
        upn: &user.user_principal_name,
        object_id: &user.id,
        name: user.display_name.as_deref(),
    };
    store::connection::set_organizer(tx, &organizer, grant.user_id(), now).await?;
    let name = user.display_name.clone().filter(|name| !name.is_empty());
    Ok(OrganizerSaved {
        name: name.unwrap_or_else(|| user.user_principal_name.clone()),
        stay: store::connection::staying(tx, &user.id, now).await?,
    })
}

/// The profile in use, if it has all that Microsoft wants.
fn profile(setup: &SetupRecord) -> Result<ProfileId, Failure> {
    let is_complete = setup.secret_saved.is_some() && setup.client_id.as_deref().is_some_and(|id| !id.is_empty());
    let profile = setup.profile_id.filter(|_| is_complete);
    Ok(profile.map(ProfileId).ok_or(ErrorCode::MeetingsNotSetUp)?)
}

/// Why Microsoft did not say who the organizer is.
fn refused(error: &GraphError) -> Failure {
    let problem = match error.kind {
        ErrorKind::NotFound => Problem::NotAtMicrosoft,
        ErrorKind::Credentials | ErrorKind::Unauthorized => Problem::AppRefused,
        ErrorKind::Forbidden(Forbidden::UserLookup | Forbidden::MissingRole) => Problem::LookupRefused,
        ErrorKind::Throttled { .. } => return ErrorCode::MeetingThrottled.into(),
        ErrorKind::Unavailable | ErrorKind::Protocol => return ErrorCode::MeetingUnavailable.into(),
        _ => {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "an organizer could not be looked up"
            );
            return ErrorCode::MeetingRefused.into();
        }
    };
    Failure::field(Field::Organizer, problem)
}

/// Decides how meetings are made from now on.
pub async fn save_options(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    options: SaveTeamsOptions,
) -> Result<()> {
    let now = backend.clock().now();
    let (mut tx, before) = begun(backend, grant).await?;
    let recorded = backend.teams().records(&mut tx).await?;
    store::connection::set_options(&mut tx, options, grant.user_id(), now).await?;
    let changed = AuditDetails::switches([
        (AuditField::RecordAutomatically, recorded, options.records),
        (AuditField::SendInvites, before.invites, options.invites),
        (AuditField::KeepCopies, before.downloads, options.downloads),
        (AuditField::TenantWide, before.tenant_wide, options.tenant_wide),
    ]);
    if !changed.is_empty() {
        audit::done(
            backend,
            &mut tx,
            grant.user_id(),
            Deed::of(AuditKind::TeamsOptions).with(changed),
        )
        .await?;
    }
    tx.commit().await?;
    log(grant, "the options of meetings were saved");
    Ok(())
}

/// Shows clients what was recorded of their meetings, or shows it no more.
pub async fn show_in_portal(backend: &Backend, grant: &Grant<may::SettingsUpdate>, on: bool) -> Result<()> {
    let now = backend.clock().now();
    let (mut tx, before) = begun(backend, grant).await?;
    store::connection::show_in_portal(&mut tx, on, grant.user_id(), now).await?;
    if before.shows_in_portal != on {
        let kind = if on {
            AuditKind::PortalShown
        } else {
            AuditKind::PortalHidden
        };
        audit::done(backend, &mut tx, grant.user_id(), Deed::of(kind)).await?;
    }
    tx.commit().await?;
    let what = if on { "shown" } else { "hidden" };
    log(grant, &format!("recordings are {what} in the client portal"));
    Ok(())
}

/// Lets meetings be made, or no more. What is in the calendars stays; the subscriptions follow by themselves.
pub async fn set_active(backend: &Backend, grant: &Grant<may::SettingsUpdate>, on: bool) -> Result<()> {
    let now = backend.clock().now();
    let (mut tx, setup) = begun(backend, grant).await?;
    let was_active = setup.install_status == "active";
    if on {
        profile(&setup)?;
        if setup.organizer_object_id.is_none_or(|id| id.is_empty()) {
            return Err(Failure::field(Field::Organizer, Problem::Required).into());
        }
    }
    store::connection::set_active(&mut tx, on, grant.user_id(), now).await?;
    if was_active != on {
        let kind = if on {
            AuditKind::TeamsActivated
        } else {
            AuditKind::TeamsDeactivated
        };
        audit::done(backend, &mut tx, grant.user_id(), Deed::of(kind)).await?;
    }
    tx.commit().await?;
    let what = if on { "activated" } else { "deactivated" };
    log(grant, &format!("the connection to Microsoft was {what}"));
    Ok(())
}

/// A transaction in which the tenant's connection can be changed, if it has one, and what it is like before that.
async fn begun(backend: &Backend, grant: &Grant<may::SettingsUpdate>) -> Result<(TenantTx, SetupRecord)> {
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::roles::lock_settings(&mut tx).await?;
    let setup = store::connection::setup(&mut tx).await?;
    Ok((tx, setup.ok_or(ErrorCode::MeetingsNotSetUp)?))
}

fn log(grant: &Grant<may::SettingsUpdate>, what: &str) {
    tracing::info!(tenant.id = %grant.scope().tenant(), user.id = %grant.user_id(), "{what}");
}
