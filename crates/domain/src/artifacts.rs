//! Recordings and transcripts: what was captured of a meeting, and what is still looked for.

pub mod looking;
mod portal;

pub use portal::{PortalAccess, PortalShare};

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::{
    ArtifactId, Capability, Choice, ClientId, ContactId, DocumentId, InteractionId, Unavailable,
    transcript::{Millis, Transcript},
};

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

    /// Whether it passes by itself.
    pub fn passes(self) -> bool {
        matches!(self, Self::Unavailable | Self::Throttled)
    }
}

/// What is known of a meeting's recordings and transcripts, as the interaction's page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Whether Microsoft can be asked for more; nothing of a meeting that did not take place.
    pub more: Option<Capability>,
    /// When Microsoft was asked last: "Tue, 24 Nov 2026, 14:05".
    pub looked: Option<String>,
    /// When it will be asked next; nothing when it will not.
    pub next: Option<String>,
    pub recordings: Option<CaptureTrouble>,
    pub transcripts: Option<CaptureTrouble>,
    /// The latest first.
    pub sessions: Vec<CapturedSession>,
    /// What the client sees of them; nothing where there is no client.
    pub portal: Option<PortalShare>,
}

impl Capture {
    /// Whether there is something to say: of what was captured, or of what may still be.
    pub fn is_shown(&self) -> bool {
        let may_come = |more| more != Capability::Unavailable(Unavailable::NotInThisEdition);
        !self.sessions.is_empty() || self.more.is_some_and(may_come)
    }

    /// How many recordings are known.
    pub fn recordings(&self) -> usize {
        self.sessions
            .iter()
            .filter(|session| session.recording.is_some())
            .count()
    }

    /// How many transcripts are known.
    pub fn transcripts(&self) -> usize {
        self.sessions
            .iter()
            .filter(|session| session.transcript.is_some())
            .count()
    }

    /// Whether something that is known is still on its way to us, so that a page which shows it is soon out of date.
    pub fn is_under_way(&self) -> bool {
        self.sessions.iter().any(|session| {
            let is_copied = |recording: &CapturedRecording| matches!(recording.state, RecordingState::Copying { .. });
            session.recording.as_ref().is_some_and(is_copied)
                || session
                    .transcript
                    .as_ref()
                    .is_some_and(|transcript| transcript.state == TranscriptState::Waiting)
        })
    }
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
    /// On which day Microsoft removes it: "Tuesday, 24 November 2026"; nothing where that does not matter, or is not known.
    pub expires: Option<String>,
}

/// How long Microsoft keeps a recording unless somebody has decided otherwise: Teams' meeting policies say how long, and people may change
/// it for one recording; none of it is told to apps.
pub const KEPT_BY_MICROSOFT: Duration = Duration::days(120);

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

/// How long until a meeting begins, or ends where it is under way, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeLeft {
    /// Nothing when it has begun.
    pub until_start: u32,
    pub until_end: u32,
}

impl TimeLeft {
    /// The longest time that is worth telling.
    pub const LONGEST: i64 = 24 * 60;

    /// Of a meeting that begins and ends so many minutes from now.
    pub fn of(start: i64, end: i64) -> Option<Self> {
        if end <= 0 || start > Self::LONGEST {
            return None;
        }
        let minutes = |minutes: i64| u32::try_from(minutes).unwrap_or_default();
        Some(Self {
            until_start: minutes(start),
            until_end: minutes(end),
        })
    }

    /// What is left of it when some minutes have passed.
    #[must_use]
    pub fn after(self, passed: u32) -> Self {
        Self {
            until_start: self.until_start.saturating_sub(passed),
            until_end: self.until_end.saturating_sub(passed),
        }
    }
}

/// The page on which a meeting is watched and read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchPage {
    pub interaction_id: InteractionId,
    pub title: String,
    pub client: Option<Choice<ClientId>>,
    /// "Tuesday, 24 November 2026, 14:00 – 14:30".
    pub when: String,
    pub zone: String,
    pub capture: Capture,
    /// The one that is shown; nothing where nothing was captured.
    pub session: Option<CapturedSession>,
    /// Times are those of the recording where there is one.
    pub reading: Option<Reading>,
}

/// A transcript by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPage {
    pub document_id: DocumentId,
    pub name: String,
    /// "Tue, 24 Nov 2026, 14:02".
    pub when: String,
    pub zone: String,
    pub interaction: Option<Choice<InteractionId>>,
    pub client: Option<Choice<ClientId>>,
    pub contact: Option<Choice<ContactId>>,
    /// The session on the page of the interaction, where it can be watched.
    pub session: Option<u32>,
    pub reading: Reading,
}

/// What there is of a transcript to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    Lines(Transcript),
    /// What Microsoft sent, where nothing could be made of it.
    Raw(String),
}

/// Reads a moment of a recording from an address: "83", "83.5", "1:02:03" or "1h2m3s".
pub fn moment(text: &str) -> Option<Millis> {
    const LONGEST: f64 = 1_000_000.0 * 3_600.0;
    let text = text.trim();
    let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = |part: &str| part.parse::<f64>().ok().filter(|_| is_plain(part));
    let seconds = if text.contains(':') {
        let parts = text.split(':').map(number).collect::<Option<Vec<f64>>>()?;
        (parts.len() <= 3).then(|| parts.iter().fold(0.0, |sum, part| sum * 60.0 + part))?
    } else if text.ends_with(['h', 'm', 's']) {
        let mut sum = 0.0;
        let mut rest = text;
        for (unit, length) in [('h', 3_600.0), ('m', 60.0), ('s', 1.0)] {
            if let Some((count, after)) = rest.split_once(unit) {
                sum += number(count)? * length;
                rest = after;
            }
        }
        rest.is_empty().then_some(sum)?
    } else {
        number(text)?
    };
    #[expect(clippy::cast_possible_truncation, reason = "the longest fits")]
    (seconds <= LONGEST).then_some(Millis((seconds * 1_000.0).round() as i64))
}

/// "1:23", or "1:02:03" from an hour on: how times of recordings are written.
pub fn clock(time: Millis) -> String {
    let sign = if time.0 < 0 { "-" } else { "" };
    let seconds = time.0.unsigned_abs() / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{sign}{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{sign}{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        for (text, millis) in [
            ("83", 83_000),
            (" 83.5 ", 83_500),
            ("1:23", 83_000),
            ("1:02:03", 3_723_000),
            ("1h2m3s", 3_723_000),
            ("1h10m5s", 4_205_000),
            ("90m", 5_400_000),
            ("0", 0),
        ] {
            assert_eq!(moment(text), Some(Millis(millis)), "{text}");
        }
        for text in [
            "",
            "-5",
            "+5",
            "1e9",
            "NaN",
            "inf",
            "1:2:3:4",
            "1:",
            ":",
            "5s1h",
            "h",
            "3x",
            "1h2",
            "٣",
            "9999999999999",
            "<b>",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn time_runs_out() {
        let left = |until_start, until_end| TimeLeft { until_start, until_end };
        assert_eq!(TimeLeft::of(12, 42), Some(left(12, 42)));
        assert_eq!(TimeLeft::of(-10, 20), Some(left(0, 20)));
        assert_eq!((TimeLeft::of(1_441, 1_500), TimeLeft::of(-60, 0)), (None, None));
        assert_eq!(left(12, 42).after(20), left(0, 22));
        assert_eq!(left(0, 5).after(9), left(0, 0));
    }

    #[test]
    fn hours_are_written_where_there_are_any() {
        for (millis, text) in [
            (0, "0:00"),
            (999, "0:00"),
            (83_900, "1:23"),
            (3_599_999, "59:59"),
            (3_723_000, "1:02:03"),
            (-5_000, "-0:05"),
        ] {
            assert_eq!(clock(Millis(millis)), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seconds in 0i64..1_000_000) {
            let time = Millis(seconds * 1_000);
            prop_assert_eq!(moment(&clock(time)), Some(time));
            prop_assert_eq!(moment(&seconds.to_string()), Some(time));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            prop_assert!(moment(&text).is_none_or(|time| time.0 >= 0));
        }
    }
}
