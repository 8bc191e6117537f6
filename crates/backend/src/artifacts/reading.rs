//! A stored transcript, as it is read.

use domain::{
    AuditKind, DocumentId, InteractionId, Reading, UserId,
    transcript::{Millis, Wording},
};

use crate::{
    Backend, Result,
    access::TenantScope,
    audit::{self, Deed},
    store::artifacts::read::DocumentRecord,
};

/// Writes down that somebody reads it.
pub async fn note(
    backend: &Backend,
    (scope, by): (TenantScope, UserId),
    id: DocumentId,
    document: &DocumentRecord,
) -> Result<()> {
    let title = document.title.as_ref().filter(|title| !title.is_empty());
    let deed = Deed::of(AuditKind::TranscriptViewed)
        .to(id, title.unwrap_or(&document.name))
        .of_interaction(document.interaction_id.map(InteractionId));
    audit::read(backend, scope, by, deed).await
}

/// What there is to read, by a clock that began earlier than the transcription by `offset`.
pub fn reading(document: DocumentRecord, offset: Millis) -> Reading {
    let wording = document.blocks.map(serde_json::from_value::<Wording>);
    match wording {
        Some(Ok(Wording::Read(transcript))) => Reading::Lines(transcript.shifted(offset)),
        Some(Ok(Wording::Unread(text))) => Reading::Raw(text),
        // Not written by us.
        Some(Err(_)) | None => Reading::Raw(document.content.unwrap_or_default()),
    }
}
