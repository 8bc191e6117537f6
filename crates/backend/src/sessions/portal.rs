//! Portal users on each request.

use domain::{Language, PortalViewer};

use super::{Identity, SESSION_LIFETIME};
use crate::{
    Backend, Result,
    access::{PortalActor, TenantScope},
    store,
};

/// Finds the portal user behind a session; the same as [`actor`](super::actor) for staff.
pub async fn portal_actor(backend: &Backend, identity: Identity) -> Result<Option<(PortalActor, bool)>> {
    let now = backend.clock().now();
    let scope = TenantScope::of_row(identity.tenant);
    let mut tx = backend.db().read(scope).await?;
    let Some(row) = store::sessions::portal_actor(&mut tx, identity.session_id, now).await? else {
        return Ok(None);
    };
    let half_used = row.expires_at - now < SESSION_LIFETIME / 2;
    if half_used {
        store::sessions::extend(&mut tx, identity.session_id, now, now + SESSION_LIFETIME).await?;
    }
    let chosen: Option<Language> = row.locale.as_deref().and_then(|tag| tag.parse().ok());
    let actor = PortalActor {
        scope,
        user_id: row.user_id,
        session_id: identity.session_id,
        client_id: row.client_id,
        contact_id: row.contact_id,
        is_client_admin: row.is_client_admin,
        name: row.name,
        email: row.email,
        tenant_name: row.tenant_name,
        client_name: row.client_name,
        language: chosen.unwrap_or_default(),
        chosen_language: chosen,
        zone: row.zone.and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC),
    };
    Ok(Some((actor, half_used)))
}

/// Whether the person may still see what they see; unlike a request this does not keep the session alive.
pub(crate) async fn portal_recheck(backend: &Backend, actor: &PortalActor) -> Result<bool> {
    let mut tx = backend.db().read(actor.scope).await?;
    let row = store::sessions::portal_actor(&mut tx, actor.session_id, backend.clock().now()).await?;
    Ok(row.is_some_and(|row| row.client_id == actor.client_id))
}

/// What the portal's pages need to know about the person, and whom they can turn to.
pub async fn portal_viewer(backend: &Backend, actor: &PortalActor) -> Result<PortalViewer> {
    let mut tx = backend.db().read(actor.scope).await?;
    let tenant_email = store::sessions::tenant_email(&mut tx).await?;
    Ok(PortalViewer {
        tenant_email,
        name: actor.name.clone(),
        email: actor.email.clone(),
        tenant_name: actor.tenant_name.clone(),
        client_name: actor.client_name.clone(),
        language: actor.language,
        zone: actor.zone.name().to_owned(),
    })
}
