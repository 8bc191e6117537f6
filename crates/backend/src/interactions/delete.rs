//! Deleting an interaction.

use domain::{ClientId, ErrorCode, InteractionId};

use crate::{
    Backend, Result,
    access::{Grant, may},
    store,
};

/// Deletes an interaction with its meetings and what was captured of them; says where it was. A meeting that is still to come is cancelled
/// at Microsoft, with a message to its attendees: that is written down in the same transaction and carried out although the record is gone.
/// What has taken place stays in the organizer's calendar.
pub async fn delete(
    backend: &Backend,
    grant: &Grant<may::InteractionDelete>,
    id: &str,
    message: &str,
) -> Result<Option<ClientId>> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let message = domain::message(message)?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(grant.scope()).await?;
    let current = store::changes::current(&mut tx, id, now)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let mut cancellations = Vec::new();
    for meeting in store::meetings::still_live(&mut tx, id, now).await? {
        let cancellation = backend
            .teams()
            .cancel(backend, &mut tx, grant.user_id(), &meeting, message.as_deref(), now)
            .await?;
        cancellations.extend(cancellation);
    }
    store::events::deleted(&mut tx, id, now).await?;
    store::changes::delete(&mut tx, id).await?;
    tx.commit().await?;
    tracing::info!(interaction.id = %id, user.id = %grant.user_id(), "an interaction was deleted");
    backend.teams().prompt(backend, grant.scope(), cancellations).await;
    Ok(current.client_id)
}
