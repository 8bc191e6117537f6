//! Captions of a recording.

use domain::{ArtifactId, DocumentId, ErrorCode, Reading, UserId, transcript::Millis};

use super::{
    reading::{note, reading},
    sessions::sessions,
};
use crate::{
    Backend, PortalActor, Result,
    access::{Grant, TenantScope, may},
    store,
};

/// The transcript of a recording's session as WebVTT, by the clock of the recording.
pub async fn captions(backend: &Backend, grant: &Grant<may::InteractionRead>, recording: &str) -> Result<String> {
    let recording: ArtifactId = recording.parse().map_err(|_| ErrorCode::NotFound)?;
    of_recording(backend, (grant.scope(), grant.user_id()), recording).await
}

/// The same for a portal user, of a recording that they may have.
pub async fn captions_for_portal(backend: &Backend, actor: &PortalActor, recording: &str) -> Result<String> {
    let recording: ArtifactId = recording.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(actor.scope()).await?;
    let is_shown = backend.teams().shows_recordings_in_portal(&mut tx).await?
        && store::recordings::find(&mut tx, recording, Some(actor.whose()))
            .await?
            .is_some();
    if !is_shown {
        return Err(ErrorCode::NotFound.into());
    }
    drop(tx);
    of_recording(backend, (actor.scope(), actor.user_id()), recording).await
}

async fn of_recording(backend: &Backend, (scope, by): (TenantScope, UserId), recording: ArtifactId) -> Result<String> {
    let mut tx = backend.db().read(scope).await?;
    let interaction = store::artifacts::read::interaction_of(&mut tx, recording)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let session = sessions(store::artifacts::read::of_interaction(&mut tx, interaction).await?)
        .into_iter()
        .find(|session| {
            session
                .recording
                .as_ref()
                .is_some_and(|found| found.artifact_id == recording.0)
        })
        .ok_or(ErrorCode::NotFound)?;
    let document = session
        .transcript
        .as_ref()
        .and_then(|transcript| transcript.document_id);
    let document = document.ok_or(ErrorCode::NotFound)?;
    let document = DocumentId(document);
    let record = store::artifacts::read::document(&mut tx, document)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    drop(tx);
    note(backend, (scope, by), document, &record).await?;
    match reading(record, Millis(session.offset())) {
        Reading::Lines(transcript) => Ok(transcript.to_captions()),
        Reading::Raw(_) => Err(ErrorCode::NotFound.into()),
    }
}
