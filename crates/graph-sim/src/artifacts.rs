//! Recordings and transcripts of online meetings.

mod all;
mod arrival;
mod ending;
mod paging;
mod read;
mod vtt;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Content, ContentUrls, SimMeeting, TeamsQuirks, Transfer, UserConfig, event::seven_digits, meeting::odd};
pub use ending::Ending;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactKind {
    Recording,
    Transcript,
}

/// One start and stop of the recording in a meeting. Its recording and its transcript tell that they belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    pub correlation_id: Uuid,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

/// A recording or a transcript of an online meeting.
#[derive(Clone, Debug)]
pub struct SimArtifact {
    pub kind: ArtifactKind,
    pub id: String,
    pub online_meeting_id: String,
    pub session: Session,
    pub content: Content,
    /// None: `video/mp4`, or what was asked of the transcript.
    pub content_type: Option<String>,
    /// Nothing is told about it before.
    pub available_at: DateTime<Utc>,
    /// Its content is not found before, be it listed or not.
    pub content_at: DateTime<Utc>,
    /// What Microsoft does not tell about it.
    pub missing: Vec<Missing>,
    /// Retention deleted the file: it is still listed, and its content not found.
    pub expired: bool,
    pub transfer: Transfer,
    /// Its availability was noticed: notifications about it were sent, or it was there from the start.
    pub announced: bool,
}

/// Properties of an artifact that are sometimes not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// Null.
    End,
    /// Absent.
    CallId,
    /// Absent.
    Correlation,
    /// Without the `-0` that usually follows the guid.
    CorrelationSuffix,
}

/// An artifact to be.
#[derive(Clone, Debug)]
pub struct NewArtifact {
    pub kind: ArtifactKind,
    pub session: Session,
    pub content: Content,
    pub content_type: Option<String>,
    /// Until it is listed.
    pub delay: TimeDelta,
    /// From then until its content is there.
    pub content_delay: TimeDelta,
    pub missing: Vec<Missing>,
    pub transfer: Transfer,
}

impl NewArtifact {
    /// There at once, with all that Microsoft tells.
    pub fn new(kind: ArtifactKind, session: Session, content: impl Into<Content>) -> Self {
        Self {
            kind,
            session,
            content: content.into(),
            content_type: None,
            delay: TimeDelta::zero(),
            content_delay: TimeDelta::zero(),
            missing: Vec::new(),
            transfer: Transfer::default(),
        }
    }
}

impl ArtifactKind {
    pub(crate) fn role(self) -> &'static str {
        match self {
            Self::Recording => "OnlineMeetingRecording.Read.All",
            Self::Transcript => "OnlineMeetingTranscript.Read.All",
        }
    }

    pub(crate) fn collection(self) -> &'static str {
        match self {
            Self::Recording => "recordings",
            Self::Transcript => "transcripts",
        }
    }

    fn type_name(self) -> &'static str {
        match self {
            Self::Recording => "microsoft.graph.callRecording",
            Self::Transcript => "microsoft.graph.callTranscript",
        }
    }

    fn url_property(self) -> &'static str {
        match self {
            Self::Recording => "recordingContentUrl",
            Self::Transcript => "transcriptContentUrl",
        }
    }

    /// The function that tells those of all meetings.
    fn function(self) -> &'static str {
        match self {
            Self::Recording => "getAllRecordings",
            Self::Transcript => "getAllTranscripts",
        }
    }
}

impl SimArtifact {
    /// With an id in the form that Microsoft's have: longer for recordings than for transcripts. It is there from the
    /// end of its session on.
    pub(crate) fn new(
        kind: ArtifactKind,
        guid: Uuid,
        meeting: &SimMeeting,
        session: Session,
        content: Content,
    ) -> Self {
        let id = match kind {
            ArtifactKind::Recording => format!(
                "V2##1{}{}{}##{guid}",
                meeting.organizer_object_id,
                meeting.tenant_id,
                meeting.ical_uid.as_deref().unwrap_or_default()
            ),
            ArtifactKind::Transcript => format!("1##0##{guid}"),
        };
        Self {
            kind,
            id: BASE64_STANDARD.encode(id),
            online_meeting_id: meeting.id.clone(),
            session,
            content,
            content_type: None,
            available_at: session.end,
            content_at: session.end,
            missing: Vec::new(),
            expired: false,
            transfer: Transfer::default(),
            announced: true,
        }
    }

    /// All but the bytes, for the control interface.
    pub(crate) fn summary(&self) -> Value {
        json!({
            "kind": self.kind, "id": self.id, "online_meeting_id": self.online_meeting_id, "session": self.session,
            "bytes": self.content.len(), "content_type": self.content_type, "available_at": self.available_at,
            "content_at": self.content_at, "missing": self.missing, "expired": self.expired,
            "transfer": self.transfer, "announced": self.announced,
        })
    }

    /// `contentCorrelationId`
    fn correlation(&self) -> Option<String> {
        let guid = self.session.correlation_id;
        if self.missing.contains(&Missing::Correlation) {
            None
        } else if self.missing.contains(&Missing::CorrelationSuffix) {
            Some(guid.to_string())
        } else {
            Some(format!("{guid}-0"))
        }
    }

    /// What Microsoft tells about it.
    pub(crate) fn to_json(&self, base: &str, organizer: &UserConfig) -> Value {
        let stamp = |time| format!("{}Z", seven_digits(time));
        let Session {
            correlation_id,
            start,
            end,
        } = self.session;
        let end = (!self.missing.contains(&Missing::End)).then(|| stamp(end));
        let mut body = json!({
            "id": self.id, "meetingId": self.online_meeting_id, "createdDateTime": stamp(start), "endDateTime": end,
            "meetingOrganizer": { "application": null, "device": null, "user": {
                "@odata.type": "#microsoft.graph.teamworkUserIdentity", "id": organizer.object_id, "displayName": null,
                "userIdentityType": "aadUser", "tenantId": organizer.tenant_id,
            }},
        });
        if !self.missing.contains(&Missing::CallId) {
            body["callId"] = json!(Uuid::new_v5(&correlation_id, b"call"));
        }
        if let Some(correlation) = self.correlation() {
            body["contentCorrelationId"] = json!(correlation);
        }
        body[self.kind.url_property()] = json!(format!("{base}/v1.0/{}", self.content_path(organizer)));
        body
    }

    fn content_path(&self, organizer: &UserConfig) -> String {
        format!(
            "users/{}/onlineMeetings/{}/{}/{}/content",
            organizer.object_id,
            self.online_meeting_id,
            self.kind.collection(),
            self.id
        )
    }

    /// [`Self::to_json`] with what the quirks make of it.
    fn to_odd_json(&self, base: &str, organizer: &UserConfig, quirks: &TeamsQuirks) -> Value {
        let mut body = self.to_json(base, organizer);
        let path = self.content_path(organizer);
        let url = match quirks.content_urls {
            ContentUrls::Absolute => None,
            ContentUrls::Relative => Some(path),
            ContentUrls::Malformed => Some(format!("{base}/v1.0/$metadata#{path}")),
            ContentUrls::MediaService => Some(format!("https://eu-prod.asyncgw.teams.example/v1/objects/{}", self.id)),
        };
        if let Some(url) = url {
            body[self.kind.url_property()] = json!(url);
        }
        if quirks.unknown_members {
            body["addedAfterThisWasWritten"] = json!({ "of": ["any", null, 7] });
        }
        body
    }

    fn with_odd_id(mut self) -> Self {
        self.id = odd(&self.id);
        self
    }
}

/// An id as a segment of a path.
fn encode(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}
