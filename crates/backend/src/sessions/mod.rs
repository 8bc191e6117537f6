//! Signing in and out, and finding out on each request who is there.

pub(crate) mod limits;
pub(crate) mod password;
mod peer_password;
mod portal;
mod second_step;
mod web_store;

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use domain::{
    Audience, ErrorCode, Failure, Field, FieldError, Language, Permission, PortalSignIn, Problem, SessionId, SignIn,
    TenantId, UserId, Viewer,
};

pub use limits::network;
pub use password::hash as hash_password;
pub use peer_password::{Digest as PeerDigest, PeerPasswords};
pub(crate) use portal::portal_recheck;
pub use portal::{portal_actor, portal_viewer};
pub use second_step::{PendingSignIn, second_step};
pub use web_store::WebSessions;

use crate::{
    Actor, Backend, Result,
    access::{Principal, TenantScope},
    edition::EDITION,
    store::{self, sessions::ActorRow},
};

/// How long a session lives without being used.
pub const SESSION_LIFETIME: Duration = Duration::hours(24);

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
    #[serde(default)]
    pub audience: Audience,
}

/// The password was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    Done(Identity),
    /// The account has a second factor: nobody is signed in yet.
    CodeNeeded(PendingSignIn),
}

/// Signs a member of staff in. Wrong address, wrong password and inactive account answer alike, and take as long.
pub async fn sign_in(backend: &Backend, visitor: &Visitor, input: &SignIn) -> Result<SignedIn> {
    let door = Door {
        audience: Audience::Staff,
        tenant: "",
        next: &input.next,
    };
    enter(backend, visitor, &door, &input.email, &input.password).await
}

/// Signs a portal user in, as [`sign_in`] does staff.
pub async fn portal_sign_in(backend: &Backend, visitor: &Visitor, input: &PortalSignIn) -> Result<SignedIn> {
    let provider = input.provider();
    let door = Door {
        audience: Audience::Portal,
        tenant: &provider,
        next: &input.next,
    };
    enter(backend, visitor, &door, &input.email, &input.password).await
}

struct Door<'a> {
    audience: Audience,
    /// [`PortalSignIn::provider`]; empty for any.
    tenant: &'a str,
    next: &'a str,
}

async fn enter(backend: &Backend, visitor: &Visitor, door: &Door<'_>, email: &str, password: &str) -> Result<SignedIn> {
    let email = email.trim().to_lowercase();
    check_form(&email, password)?;
    let tries = limits::Tries::count(backend, "sign-in", visitor, &email).await?;

    let mut system = backend.db().system().await?;
    let user_type = door.audience.user_type();
    let candidates = store::sessions::candidates(&mut system, &email, user_type, door.tenant).await?;
    drop(system);
    let hashes = candidates
        .iter()
        .map(|candidate| candidate.hashed_password.clone())
        .collect();
    let found = password::matching(password, hashes, backend.peer_passwords()).await?;
    let Some((person, renewed)) = found.and_then(|found| Some((candidates.get(found.index)?, found.renewed))) else {
        tracing::info!(client.address = %visitor.address, "a sign-in was refused");
        return Err(ErrorCode::WrongCredentials.into());
    };
    if let Some(renewed) = renewed {
        let mut tx = backend.db().begin(TenantScope::of_row(person.tenant)).await?;
        store::accounts::renew_hash(&mut tx, person.user_id, &person.hashed_password, &renewed).await?;
        tx.commit().await?;
        tracing::info!(user.id = %person.user_id, "a password of the peer was hashed anew");
    }
    tries.forgive(backend).await?;
    if person.second_factor {
        return Ok(SignedIn::CodeNeeded(PendingSignIn {
            tenant: person.tenant,
            user_id: person.user_id,
            audience: door.audience,
            destination: door.audience.destination(door.next).to_owned(),
            until: backend.clock().now() + PendingSignIn::LIFETIME,
        }));
    }
    let mut tx = backend.db().begin(TenantScope::of_row(person.tenant)).await?;
    let identity = begin(backend, &mut tx, visitor, door.audience, person.user_id, "credentials").await?;
    tx.commit().await?;
    Ok(SignedIn::Done(identity))
}

/// Records the sign-in of somebody who has shown all that is needed.
async fn begin(
    backend: &Backend,
    tx: &mut store::TenantTx,
    visitor: &Visitor,
    audience: Audience,
    user_id: UserId,
    method: &str,
) -> Result<Identity> {
    let now = backend.clock().now();
    let identity = Identity {
        tenant: tx.scope().tenant(),
        session_id: backend.clock().id(),
        audience,
    };
    let user_agent: String = visitor
        .user_agent
        .chars()
        .filter(|c| !c.is_control())
        .take(500)
        .collect();
    let session = store::sessions::NewSession {
        session_id: identity.session_id,
        user_id,
        ip_address: &visitor.address.to_string(),
        user_agent: &user_agent,
        method,
        now,
        expires_at: now + SESSION_LIFETIME,
    };
    store::sessions::insert(tx, &session).await?;
    tracing::info!(user.id = %user_id, tenant.id = %identity.tenant, ?audience, "a user signed in");
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

/// The same person, if the session is still there and with what they may do now. Unlike a request this does not keep the session alive.
pub(crate) async fn recheck(backend: &Backend, actor: &Actor) -> Result<Option<Actor>> {
    let mut tx = backend.db().read(actor.scope()).await?;
    let row = store::sessions::actor(&mut tx, actor.session_id, backend.clock().now()).await?;
    Ok(row.map(|row| from_row(actor.scope(), actor.session_id, row)))
}

fn from_row(scope: TenantScope, session_id: SessionId, row: ActorRow) -> Actor {
    let permissions = row.permissions.iter().filter_map(|pair| {
        let (resource, action) = pair.split_once(':')?;
        Permission::find(resource, action)
    });
    let permissions: Arc<[Permission]> = permissions.collect();
    let (pending, meetings) = if permissions.contains(&Permission::UserRead) {
        (row.pending_requests + row.wished_requests, row.wished_meetings)
    } else {
        (
            row.own_pending_requests + row.own_wished_requests,
            row.own_wished_meetings,
        )
    };
    let pending = if permissions.contains(&Permission::InteractionRead) {
        pending + meetings
    } else {
        pending
    };
    let language = row.locale.as_deref().and_then(|tag| tag.parse().ok());
    Actor {
        scope,
        session_id,
        user_id: row.user_id,
        permissions,
        pending_requests: u32::try_from(pending).unwrap_or_default(),
        name: row.name,
        email: row.email,
        tenant_name: row.tenant_name,
        language: language.unwrap_or_default(),
        chosen_language: language,
        zone: row.zone.and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC),
    }
}

/// What the interface needs to know about the person. All of it is known already: every page asks this.
pub fn viewer(actor: &Actor) -> Viewer {
    Viewer {
        name: actor.name.clone(),
        email: actor.email.clone(),
        tenant_name: actor.tenant_name.clone(),
        language: actor.language,
        zone: actor.zone.name().to_owned(),
        permissions: actor.permissions.to_vec(),
        pending_requests: actor.pending_requests,
        edition: EDITION,
    }
}

/// Ends this sign-in.
pub async fn sign_out(backend: &Backend, who: impl Into<Principal>) -> Result<()> {
    let who = who.into();
    let mut tx = backend.db().begin(who.scope).await?;
    store::sessions::revoke(
        &mut tx,
        who.user_id,
        who.session_id,
        "user_logout",
        backend.clock().now(),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Remembers the language that the person chose.
pub async fn choose_language(backend: &Backend, who: impl Into<Principal>, language: Language) -> Result<()> {
    let who = who.into();
    let mut tx = backend.db().begin(who.scope).await?;
    store::sessions::set_language(&mut tx, who.user_id, language.tag(), backend.clock().now()).await?;
    Ok(tx.commit().await?)
}

/// Removes browser sessions and rate limits that are over.
pub(crate) async fn clear_expired(backend: &Backend) -> Result<()> {
    let now: DateTime<Utc> = backend.clock().now();
    let mut system = backend.db().system().await?;
    store::accounts::delete_resets(&mut system, now - FORM_LIFETIME).await?;
    store::system::delete_expired(&mut system, now, now - limits::WINDOW, now - FORM_LIFETIME).await
}
