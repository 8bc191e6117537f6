use http::Method;
use serde::{Deserialize, Serialize};

/// The kinds of request, for faults and in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    Any,
    Token,
    /// The identity platform's `OpenID` document and signing keys.
    Keys,
    Users,
    /// The default calendar, asked for what it allows.
    Calendar,
    CreateEvent,
    GetEvent,
    UpdateEvent,
    CancelEvent,
    DeleteEvent,
    CalendarView,
    /// The lookup by join link.
    OnlineMeetings,
    /// One by id.
    OnlineMeeting,
    CreateOnlineMeeting,
    UpdateOnlineMeeting,
    DeleteOnlineMeeting,
    /// The list, and one of it.
    Recordings,
    RecordingContent,
    /// The list, and one of it.
    Transcripts,
    TranscriptContent,
    TranscriptMetadata,
    /// `getAllRecordings` and its delta.
    AllRecordings,
    /// `getAllTranscripts` and its delta.
    AllTranscripts,
    /// The list, and one of it.
    Subscriptions,
    CreateSubscription,
    UpdateSubscription,
    Reauthorize,
    DeleteSubscription,
    /// Nothing the simulator knows; only in the log.
    Unknown,
}

impl Route {
    /// `segments` are those of the path, decoded.
    pub(crate) fn of(method: &Method, segments: &[&str]) -> Self {
        match (method.as_str(), segments) {
            ("POST", ["login", _, "oauth2", "v2.0", "token"]) => Self::Token,
            ("GET", ["login", _, .., "openid-configuration" | "keys"]) => Self::Keys,
            ("GET", ["v1.0", "users", _]) => Self::Users,
            ("GET", ["v1.0", "users", _, "calendar"]) => Self::Calendar,
            ("GET", ["v1.0", "users", _, "calendarView"]) => Self::CalendarView,
            ("POST", ["v1.0", "users", _, "events"]) => Self::CreateEvent,
            ("GET", ["v1.0", "users", _, "events", _]) => Self::GetEvent,
            ("PATCH", ["v1.0", "users", _, "events", _]) => Self::UpdateEvent,
            ("DELETE", ["v1.0", "users", _, "events", _]) => Self::DeleteEvent,
            ("POST", ["v1.0", "users", _, "events", _, "cancel"]) => Self::CancelEvent,
            (method, ["v1.0", "users", _, "onlineMeetings", rest @ ..]) => Self::of_meetings(method, rest),
            (method, ["v1.0", "subscriptions", rest @ ..]) => match (method, rest) {
                ("GET", [] | [_]) => Self::Subscriptions,
                ("POST", []) => Self::CreateSubscription,
                ("PATCH", [_]) => Self::UpdateSubscription,
                ("POST", [_, "reauthorize"]) => Self::Reauthorize,
                ("DELETE", [_]) => Self::DeleteSubscription,
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }

    fn of_meetings(method: &str, rest: &[&str]) -> Self {
        match (method, rest) {
            ("GET", []) => Self::OnlineMeetings,
            ("POST", [] | ["createOrGet"]) => Self::CreateOnlineMeeting,
            ("GET", [all] | [all, "delta"]) if all.starts_with("getAllRecordings") => Self::AllRecordings,
            ("GET", [all] | [all, "delta"]) if all.starts_with("getAllTranscripts") => Self::AllTranscripts,
            ("GET", [_]) => Self::OnlineMeeting,
            ("PATCH", [_]) => Self::UpdateOnlineMeeting,
            ("DELETE", [_]) => Self::DeleteOnlineMeeting,
            ("GET", [_, "recordings"] | [_, "recordings", _]) => Self::Recordings,
            ("GET", [_, "recordings", _, "content"]) => Self::RecordingContent,
            ("GET", [_, "transcripts"] | [_, "transcripts", _]) => Self::Transcripts,
            ("GET", [_, "transcripts", _, "content"]) => Self::TranscriptContent,
            ("GET", [_, "transcripts", _, "metadataContent"]) => Self::TranscriptMetadata,
            _ => Self::Unknown,
        }
    }
}
