//! Who of the client sees what was recorded of a meeting.

use domain::{ErrorCode, InteractionId, PortalAccess};

use crate::{
    Backend, Result,
    access::{Grant, may},
    store,
};

/// Decides it for the meetings of an interaction: it counts from the next request on.
pub async fn share(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
    access: PortalAccess,
) -> Result<InteractionId> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    if store::artifacts::meetings_of(&mut tx, id).await?.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    if !store::meetings::share(&mut tx, id, access).await? {
        return Err(ErrorCode::MeetingOver.into());
    }
    tx.commit().await?;
    tracing::info!(
        interaction.id = %id,
        user.id = %grant.user_id(),
        access = access.as_str(),
        "it was decided who of the client sees what was recorded"
    );
    Ok(id)
}
