//! Signing in and out, and finding out on each request who is there.

mod password;
mod web_store;

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use domain::{
    ErrorCode, Failure, Field, FieldError, Language, Permission, Problem, SessionId, SignIn, TenantId, Viewer,
};

pub use password::hash as hash_password;
pub use web_store::WebSessions;

use crate::{
    Actor, Backend, Result,
    access::TenantScope,
    edition::EDITION,
    store::{self, sessions::ActorRow},
};

/// How long a session lives without being used.
pub const SESSION_LIFETIME: Duration = Duration::hours(24);

/// Tries within [`RATE_WINDOW`] from one address for one account, and from one address in all.
const TRIES_PER_ACCOUNT: i32 = 5;
const TRIES_PER_ADDRESS: i32 = 30;
const RATE_WINDOW: Duration = Duration::minutes(15);

/// How long a form that was posted is recognised when it is posted again.
const FORM_LIFETIME: Duration = Duration::days(7);

/// Who knocks.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub address: IpAddr,
    pub user_agent: String,
}

/// What the browser's session holds: enough to find the person again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    pub tenant: TenantId,
    pub session_id: SessionId,
}

/// Signs a member of staff in. Wrong address, wrong password and inactive account answer alike, and take as long.
pub async fn sign_in(backend: &Backend, visitor: &Visitor, input: &SignIn) -> Result<Identity> {
    let email = input.email.trim().to_lowercase();
    check_form(&email, &input.password)?;
    let limits = count_try(backend, visitor, &email).await?;

    let mut system = backend.db().system().await?;
    let candidates = store::sessions::candidates(&mut system, &email).await?;
    drop(system);
    let hashes = candidates
        .iter()
        .map(|candidate| candidate.hashed_password.clone())
        .collect();
    let Some(matching) = password::matching(&input.password, hashes)
        .await?
        .and_then(|index| candidates.get(index))
    else {
        tracing::info!(client.address = %visitor.address, "a sign-in was refused");
        return Err(ErrorCode::WrongCredentials.into());
    };

    let now = backend.clock().now();
    let identity = Identity {
        tenant: matching.tenant,
        session_id: backend.clock().id(),
    };
    let mut tx = backend.db().begin(TenantScope::of_row(matching.tenant)).await?;
    let session = store::sessions::NewSession {
        session_id: identity.session_id,
        user_id: matching.user_id,
        ip_address: &visitor.address.to_string(),
        user_agent: &visitor
            .user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(500)
            .collect::<String>(),
        now,
        expires_at: now + SESSION_LIFETIME,
    };
    store::sessions::insert(&mut tx, &session).await?;
    tx.commit().await?;

    let mut system = backend.db().system().await?;
    store::system::forget_tries(&mut system, &limits.account).await?;
    store::system::forgive_try(&mut system, &limits.address).await?;
    tracing::info!(user.id = %matching.user_id, tenant.id = %matching.tenant, "a user signed in");
    Ok(identity)
}

fn check_form(email: &str, password: &str) -> Result<(), Failure> {
    let checks = [
        (Field::Email, email.is_empty(), email.len() > 320),
        (Field::Password, password.is_empty(), password.len() > 1000),
    ];
    let mut errors = Vec::new();
    for (field, empty, long) in checks {
        if empty {
            errors.push(FieldError {
                field,
                problem: Problem::Required,
            });
        } else if long {
            errors.push(FieldError {
                field,
                problem: Problem::TooLong {
                    max: if field == Field::Email { 320 } else { 1000 },
                },
            });
        }
    }
    if domain::text::line(email, 320).is_err() && errors.is_empty() {
        errors.push(FieldError {
            field: Field::Email,
            problem: Problem::NotText,
        });
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(errors))
    }
}

struct Limits {
    account: String,
    address: String,
}

/// Counts this try before the password is looked at, so that many at once cannot slip through.
async fn count_try(backend: &Backend, visitor: &Visitor, email: &str) -> Result<Limits> {
    let limits = Limits {
        account: format!("sign-in/account/{}/{email}", visitor.address),
        address: format!("sign-in/address/{}", visitor.address),
    };
    let now = backend.clock().now();
    let mut system = backend.db().system().await?;
    for (key, most) in [
        (&limits.account, TRIES_PER_ACCOUNT),
        (&limits.address, TRIES_PER_ADDRESS),
    ] {
        let (count, began) = store::system::count_try(&mut system, key, now, now - RATE_WINDOW).await?;
        if count > most {
            let wait = (began + RATE_WINDOW - now).num_seconds().max(1);
            tracing::warn!(client.address = %visitor.address, "sign-in is refused for too many tries");
            return Err(Failure::new(ErrorCode::RateLimited)
                .retry_after(u32::try_from(wait).ok())
                .into());
        }
    }
    Ok(limits)
}

/// Finds the person behind a session; `None` if it ended, was revoked, or the account is inactive. The flag says that the session
/// was extended, so that the browser's should be too.
pub async fn actor(backend: &Backend, identity: Identity) -> Result<Option<(Actor, bool)>> {
    let now = backend.clock().now();
    let scope = TenantScope::of_row(identity.tenant);
    let mut tx = backend.db().read(scope).await?;
    let Some(row) = store::sessions::actor(&mut tx, identity.session_id, now).await? else {
        return Ok(None);
    };
    let half_used = row.expires_at - now < SESSION_LIFETIME / 2;
    if half_used {
        store::sessions::extend(&mut tx, identity.session_id, now, now + SESSION_LIFETIME).await?;
    }
    Ok(Some((from_row(scope, identity.session_id, row), half_used)))
}

fn from_row(scope: TenantScope, session_id: SessionId, row: ActorRow) -> Actor {
    let permissions = row.permissions.iter().filter_map(|pair| {
        let (resource, action) = pair.split_once(':')?;
        Permission::find(resource, action)
    });
    let language = row.locale.as_deref().and_then(|tag| tag.parse().ok());
    Actor {
        scope,
        session_id,
        user_id: row.user_id,
        permissions: permissions.collect(),
        name: row.name,
        email: row.email,
        tenant_name: row.tenant_name,
        language: language.unwrap_or_default(),
        chosen_language: language,
        zone: row.zone.and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC),
    }
}

/// What the interface needs to know about the person.
pub async fn viewer(backend: &Backend, actor: &Actor) -> Result<Viewer> {
    let mut tx = backend.db().read(actor.scope).await?;
    let meetings = backend.teams().connected(&mut tx).await?.capability;
    Ok(Viewer {
        name: actor.name.clone(),
        email: actor.email.clone(),
        tenant_name: actor.tenant_name.clone(),
        language: actor.language,
        zone: actor.zone.name().to_owned(),
        permissions: actor.permissions.to_vec(),
        edition: EDITION,
        meetings,
    })
}

pub async fn sign_out(backend: &Backend, actor: &Actor) -> Result<()> {
    let mut tx = backend.db().begin(actor.scope).await?;
    store::sessions::revoke(&mut tx, actor.session_id, backend.clock().now()).await?;
    Ok(tx.commit().await?)
}

/// Remembers the language that the person chose.
pub async fn choose_language(backend: &Backend, actor: &Actor, language: Language) -> Result<()> {
    let mut tx = backend.db().begin(actor.scope).await?;
    store::sessions::set_language(&mut tx, actor.user_id, language.tag(), backend.clock().now()).await?;
    Ok(tx.commit().await?)
}

/// Removes browser sessions and rate limits that are over.
pub(crate) async fn clear_expired(backend: &Backend) -> Result<()> {
    let now: DateTime<Utc> = backend.clock().now();
    let mut system = backend.db().system().await?;
    store::system::delete_expired(&mut system, now, now - RATE_WINDOW, now - FORM_LIFETIME).await
}
