//! The profile page.

use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{
    Device, EditProfile, ErrorCode, Failure, Field, FieldError, Language, Problem, Profile, SecondFactor, SessionId,
    SignInRow,
};

use crate::{
    Actor, Backend, Result,
    access::Principal,
    store::{self, accounts::NewDetails},
    zone,
};

const MAX_NAME: usize = 100;

/// What the person may see and change about their own account.
pub async fn page(backend: &Backend, actor: &Actor) -> Result<Profile> {
    let who = Principal::from(actor);
    let mut tx = backend.db().read(who.scope).await?;
    let details = store::accounts::details(&mut tx, who.user_id).await?;
    let records = store::sessions::of_user(&mut tx, who.user_id, backend.clock().now()).await?;
    let sign_ins = records
        .into_iter()
        .map(|record| SignInRow {
            session_id: record.session_id,
            device: Device::of(record.user_agent.as_deref().unwrap_or_default()),
            address: record.ip_address.unwrap_or_default(),
            last_seen: zone::moment(record.last_activity_at, actor.zone, actor.language),
            is_this: record.session_id == who.session_id,
        })
        .collect();
    Ok(Profile {
        first_name: details.first_name.unwrap_or_default(),
        last_name: details.last_name.unwrap_or_default(),
        email: actor.email.clone(),
        language: actor.language,
        zone: details.zone.unwrap_or_default(),
        tenant_zone: details.tenant_zone.unwrap_or_else(|| "UTC".to_owned()),
        zones: TZ_VARIANTS.iter().map(|zone| zone.name().to_owned()).collect(),
        second_factor: SecondFactor {
            is_on: details.second_factor,
            recovery_codes_left: u32::try_from(details.recovery_codes_left).unwrap_or(0),
        },
        sign_ins,
    })
}

/// Saves name, language and time zone.
pub async fn save(backend: &Backend, actor: &Actor, input: &EditProfile) -> Result<Language> {
    let mut errors = Vec::new();
    let mut name = |field, text: &str| match domain::text::line(text, MAX_NAME) {
        Ok(text) => text,
        Err(problem) => {
            errors.push(FieldError { field, problem });
            String::new()
        }
    };
    let first_name = name(Field::FirstName, &input.first_name);
    let last_name = name(Field::LastName, &input.last_name);
    if first_name.is_empty() && last_name.is_empty() && errors.is_empty() {
        errors.push(FieldError {
            field: Field::FirstName,
            problem: Problem::Required,
        });
    }
    let language: Option<Language> = input.language.parse().ok();
    if language.is_none() {
        errors.push(FieldError {
            field: Field::Language,
            problem: Problem::Unknown,
        });
    }
    let zone: Option<Option<Tz>> = match input.zone.trim() {
        "" => Some(None),
        name => name.parse().ok().map(Some),
    };
    if zone.is_none() {
        errors.push(FieldError {
            field: Field::Zone,
            problem: Problem::NotAZone,
        });
    }
    let (Some(language), Some(zone), true) = (language, zone, errors.is_empty()) else {
        return Err(Failure::invalid(errors).into());
    };
    let who = Principal::from(actor);
    let now = backend.clock().now();
    let mut tx = backend.db().begin(who.scope).await?;
    let details = NewDetails {
        first_name: &first_name,
        last_name: &last_name,
        zone: zone.map(Tz::name),
    };
    store::accounts::set_details(&mut tx, who.user_id, &details, now).await?;
    store::sessions::set_language(&mut tx, who.user_id, language.tag(), now).await?;
    tx.commit().await?;
    Ok(language)
}

/// Ends one sign-in of the person. One that is not theirs is not found.
pub async fn end_sign_in(backend: &Backend, actor: &Actor, session_id: &str) -> Result<()> {
    let session_id: SessionId = session_id.parse().map_err(|_| ErrorCode::NotFound)?;
    let who = Principal::from(actor);
    let mut tx = backend.db().begin(who.scope).await?;
    if !store::sessions::revoke(&mut tx, who.user_id, session_id, "ended_by_user", backend.clock().now()).await? {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(tx.commit().await?)
}

/// Ends all sign-ins of the person, this one too.
pub async fn sign_out_everywhere(backend: &Backend, actor: &Actor) -> Result<()> {
    let who = Principal::from(actor);
    let mut tx = backend.db().begin(who.scope).await?;
    store::sessions::revoke_all(
        &mut tx,
        who.user_id,
        None,
        "signed_out_everywhere",
        backend.clock().now(),
    )
    .await?;
    Ok(tx.commit().await?)
}
