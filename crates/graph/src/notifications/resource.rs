//! What a notification is about, read from its resource path. The path is never pasted into a URL: ids are taken out,
//! checked, and every address is built anew from them.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use uuid::Uuid;

use super::path::{MAX_ID, Parts, is_id};
use crate::ArtifactKind;

const MAX_PATH: usize = 4 * MAX_ID;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A recording or a transcript, named as Graph names it. The ids are opaque and have only characters of base64 and guids.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArtifactRef {
    pub kind: ArtifactKind,
    /// Object id; the older form of the path, below `communications`, does not tell it. See [`ArtifactRef::organizer`].
    pub organizer_in_path: Option<Uuid>,
    pub meeting_id: String,
    pub artifact_id: String,
}

impl ArtifactRef {
    /// Reads a resource path in any form that Microsoft has sent or documented
    /// (`users/{oid}/onlineMeetings('M')/recordings('R')`, `communications/onlineMeetings('M')/transcripts('T')`, ids as
    /// segments, unquoted or percent-encoded). `None`: something else, or ids that cannot be ids.
    pub fn parse(path: &str) -> Option<Self> {
        if path.len() > MAX_PATH {
            return None;
        }
        let mut parts = Parts::of(path);
        let (organizer_in_path, meetings) = parts.meetings()?;
        let meeting_id = parts.key(&meetings)?;
        let artifacts = parts.noun()?;
        let kind = if artifacts.is("recordings") {
            ArtifactKind::Recording
        } else if artifacts.is("transcripts") {
            ArtifactKind::Transcript
        } else {
            return None;
        };
        let artifact_id = parts.key(&artifacts)?;
        let whole = parts.0.is_empty() && is_id(&meeting_id) && is_id(&artifact_id);
        whole.then_some(Self {
            kind,
            organizer_in_path,
            meeting_id,
            artifact_id,
        })
    }

    /// The organizer's object id, from the path or else from inside the meeting id. The latter is an observation, not a
    /// promise of Microsoft's: prefer what was stored with the meeting.
    pub fn organizer(&self) -> Option<Uuid> {
        self.organizer_in_path.or_else(|| organizer_of(&self.meeting_id))
    }
}

/// The organizer's object id inside a meeting id, which so far has been base64 of `1*{oid}*0**{thread}`.
pub fn organizer_of(meeting_id: &str) -> Option<Uuid> {
    if meeting_id.len() > MAX_ID {
        return None;
    }
    let text = String::from_utf8(BASE64.decode(meeting_id).ok()?).ok()?;
    let mut parts = text.split('*');
    parts.next().filter(|version| *version == "1")?;
    Uuid::try_parse(parts.next()?).ok()
}
