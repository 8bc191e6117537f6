//! Deleting an interaction.

use domain::{AuditKind, ClientId, ErrorCode, InteractionId, UserId};

use crate::{
    Backend, Result,
    access::{Grant, may},
    audit::{self, Deed},
    linked::{self, Anchor, Ending},
    store::{self, TenantTx},
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
    let mut tx = backend.db().begin(grant.scope()).await?;
    let linked = linked::hold(backend, &mut tx, Anchor::Interaction(id)).await?;
    let client_id = linked
        .interaction
        .as_ref()
        .and_then(|interaction| interaction.client_id);
    note(backend, &mut tx, grant.user_id(), id).await?;
    let message = message.as_deref();
    let how = Ending::InteractionDeleted { message };
    let cancellations = linked::cancel(backend, &mut tx, grant.user_id(), &linked, how).await?;
    tx.commit().await?;
    tracing::info!(interaction.id = %id, user.id = %grant.user_id(), "an interaction was deleted");
    linked::prompt(backend, grant.scope(), cancellations).await;
    Ok(client_id)
}

/// Writes down that it is deleted, and each recording and transcript with it.
async fn note(backend: &Backend, tx: &mut TenantTx, by: UserId, id: InteractionId) -> Result<()> {
    let title = store::audit::title(tx, id).await?.unwrap_or_default();
    let deed = Deed::of(AuditKind::InteractionDeleted).to(id, &title);
    audit::done(backend, tx, by, deed.of_interaction(Some(id))).await?;
    for artifact in store::artifacts::read::of_interaction(tx, id).await? {
        let kind = match artifact.artifact_type.as_str() {
            "recording" => AuditKind::RecordingDeleted,
            _ => AuditKind::TranscriptDeleted,
        };
        let deed = Deed::of(kind).to(artifact.artifact_id, &title);
        audit::done(backend, tx, by, deed.of_interaction(Some(id))).await?;
    }
    Ok(())
}
