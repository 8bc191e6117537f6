//! Captions of a recording.

use domain::{ArtifactId, ErrorCode, Reading, transcript::Millis};

use super::{reading::reading, sessions::sessions};
use crate::{
    Backend, Result,
    access::{Grant, may},
    store,
};

/// The transcript of a recording's session as WebVTT, by the clock of the recording.
pub async fn captions(backend: &Backend, grant: &Grant<may::InteractionRead>, recording: &str) -> Result<String> {
    let recording: ArtifactId = recording.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
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
    let record = store::artifacts::read::document(&mut tx, document.into())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    match reading(record, Millis(session.offset())) {
        Reading::Lines(transcript) => Ok(transcript.to_captions()),
        Reading::Raw(_) => Err(ErrorCode::NotFound.into()),
    }
}
