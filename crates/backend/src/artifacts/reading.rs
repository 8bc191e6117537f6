//! A stored transcript, as it is read.

use domain::{
    Reading,
    transcript::{Millis, Wording},
};

use crate::store::artifacts::read::DocumentRecord;

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
