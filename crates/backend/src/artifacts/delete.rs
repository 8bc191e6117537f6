//! Deleting what was captured.

use domain::{ArtifactId, AuditKind, ErrorCode, InteractionId, UserId};

use crate::{
    Backend, Result,
    access::{Grant, may},
    audit::{self, Deed},
    store::{
        self, TenantTx,
        artifacts::deletion::{self, Deleted, Deletion},
    },
};

/// Deletes a recording or a transcript with its document and its file; says whose meeting's it was. Asked for twice, it is done once.
pub async fn delete(
    backend: &Backend,
    grant: &Grant<may::InteractionDelete>,
    id: &str,
) -> Result<Option<InteractionId>> {
    let id: ArtifactId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let (meeting_id, interaction_id) = deletion::hold_meeting_of(&mut tx, id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let deletion = Deletion {
        meeting_id,
        interaction_id,
        only: Some(id),
        by: grant.user_id(),
        now: backend.clock().now(),
    };
    let deleted = deletion::delete(&mut tx, &deletion).await?;
    note(backend, &mut tx, grant.user_id(), interaction_id, &deleted).await?;
    tx.commit().await?;
    forget(backend, &deleted);
    tracing::info!(artifact.id = %id, user.id = %grant.user_id(), "a recording or transcript was deleted");
    Ok(interaction_id)
}

/// Deletes everything that was captured of an interaction's meetings.
pub async fn delete_all(backend: &Backend, grant: &Grant<may::InteractionDelete>, id: &str) -> Result<InteractionId> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let meetings = store::artifacts::meetings_of(&mut tx, id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let mut deleted = Vec::new();
    for (meeting_id, _) in meetings {
        store::meetings::hold(&mut tx, meeting_id).await?;
        let deletion = Deletion {
            meeting_id,
            interaction_id: Some(id),
            only: None,
            by: grant.user_id(),
            now: backend.clock().now(),
        };
        deleted.extend(deletion::delete(&mut tx, &deletion).await?);
    }
    note(backend, &mut tx, grant.user_id(), Some(id), &deleted).await?;
    tx.commit().await?;
    forget(backend, &deleted);
    tracing::info!(interaction.id = %id, user.id = %grant.user_id(), "all that was captured of a meeting was deleted");
    Ok(id)
}

async fn note(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    interaction: Option<InteractionId>,
    deleted: &[Deleted],
) -> Result<()> {
    for Deleted {
        id,
        is_recording,
        subject,
    } in deleted
    {
        let kind = if *is_recording {
            AuditKind::RecordingDeleted
        } else {
            AuditKind::TranscriptDeleted
        };
        let deed = Deed::of(kind).to(*id, subject).of_interaction(interaction);
        audit::done(backend, tx, by, deed).await?;
    }
    Ok(())
}

/// What this process holds of recordings for whoever plays them. Their files go by themselves: see [`super::remove_leftovers`].
fn forget(backend: &Backend, deleted: &[Deleted]) {
    for artifact in deleted {
        backend.recording_cache().forget(artifact.id);
    }
}
