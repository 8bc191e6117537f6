//! Recordings and transcripts: what was captured of a meeting, and what is still looked for.

use serde::{Deserialize, Serialize};

use crate::{ArtifactId, DocumentId};

words! {
    ArtifactKind {
        Recording = "recording",
        Transcript = "transcript",
    }
}

words! {
    /// Why Microsoft does not hand out a meeting's recordings, or its transcripts. Each has a text in every language that says who can do
    /// what about it.
    CaptureTrouble {
        /// No answer, or none that makes sense.
        Unavailable = "unavailable",
        Throttled = "throttled",
        /// There is no connection to Microsoft for this tenant.
        NotSetUp = "not-set-up",
        /// Microsoft does not accept the app registration: its secret, most of the time.
        Credentials = "credentials",
        /// The app registration lacks the permission to read them.
        Permission = "permission",
        /// No application access policy lets the app act for the organizer.
        AccessPolicy = "access-policy",
        /// The Microsoft tenant does not let apps read transcripts.
        TranscriptsOff = "transcripts-off",
        /// The organizer is not there any more.
        OrganizerGone = "organizer-gone",
        /// The organizer has no such meeting.
        MeetingGone = "meeting-gone",
        /// Refused for another reason; the log has Microsoft's words.
        Refused = "refused",
    }
}

impl CaptureTrouble {
    /// Whether somebody has to do something about it: until then looking again is no use, and costs no attempt.
    pub fn is_mendable(self) -> bool {
        matches!(
            self,
            Self::NotSetUp | Self::Credentials | Self::Permission | Self::AccessPolicy | Self::TranscriptsOff
        )
    }
}

/// What is known of a meeting's recordings and transcripts, as the interaction's page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Microsoft can be asked: the edition and the meeting allow it.
    pub is_possible: bool,
    /// When Microsoft was asked last: "Tue, 24 Nov 2026, 14:05".
    pub looked: Option<String>,
    /// When it will be asked next; nothing when it will not.
    pub next: Option<String>,
    pub recordings: Option<CaptureTrouble>,
    pub transcripts: Option<CaptureTrouble>,
    /// The latest first.
    pub sessions: Vec<CapturedSession>,
}

/// From a start of recording or transcription to its stop. A meeting may have several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedSession {
    /// Counts from one in the order of time.
    pub number: u32,
    /// "Tue, 24 Nov 2026, 14:02".
    pub when: String,
    /// In seconds.
    pub length: Option<u32>,
    pub recording: Option<CapturedRecording>,
    pub transcript: Option<CapturedTranscript>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedRecording {
    pub id: ArtifactId,
    pub state: RecordingState,
    /// In bytes, once it is known.
    pub size: Option<u64>,
}

/// Where the bytes of a recording are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingState {
    /// Played from there.
    AtMicrosoft,
    /// On their way into our own store; played from Microsoft until they are there.
    Copying { percent: Option<u8> },
    /// In our own store.
    Stored,
    /// Microsoft has deleted it and we have no copy.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedTranscript {
    pub id: ArtifactId,
    pub state: TranscriptState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TranscriptState {
    /// Its text was not fetched yet.
    Waiting,
    Readable(DocumentId),
    /// Microsoft has deleted it before it was fetched.
    Gone,
}

/// What a look at Microsoft has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refreshed {
    /// New ones.
    pub recordings: u32,
    pub transcripts: u32,
    /// Why there may be more than could be seen.
    pub recordings_trouble: Option<CaptureTrouble>,
    pub transcripts_trouble: Option<CaptureTrouble>,
}
