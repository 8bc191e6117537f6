use std::fmt;

use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArtifactKind {
    Recording,
    Transcript,
}

/// What Graph tells of a recording or a transcript (Graph docs: `callRecording`, `callTranscript` resource types). It knows no
/// size and no file name. Every stop and new start in a meeting makes a new one, and all occurrences of a series are one
/// meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    pub kind: ArtifactKind,
    /// Opaque, up to some 400 characters; may hold `=`, `+` and `/`.
    pub id: String,
    pub meeting_id: Option<String>,
    pub call_id: Option<String>,
    /// As sent; compare by [`Artifact::pairing_key`].
    pub content_correlation_id: Option<String>,
    /// When it began, not when it became available.
    pub started: Option<DateTime<Utc>>,
    /// May be missing, for good or while it is being made.
    pub ended: Option<DateTime<Utc>>,
    /// Object id.
    pub organizer_id: Option<String>,
}

impl Artifact {
    /// The recording and the transcript of the same session have the same key. Microsoft appends `-0` to some of them.
    pub fn pairing_key(&self) -> Option<String> {
        let id = self.content_correlation_id.as_ref()?.to_ascii_lowercase();
        Some(id.strip_suffix("-0").map(str::to_owned).unwrap_or(id))
    }

    /// Only the id must be there and right. What is missing, new or of another type than documented fails nothing else.
    pub(crate) fn read(kind: ArtifactKind, item: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let time = |value: &Value| {
            let time = DateTime::parse_from_rfc3339(value.as_str()?).ok()?.to_utc();
            // The year 1 is how .NET says "not set".
            (time.year() > 1).then_some(time)
        };
        Some(Self {
            kind,
            id: text(&item["id"])?,
            meeting_id: text(&item["meetingId"]),
            call_id: text(&item["callId"]),
            content_correlation_id: text(&item["contentCorrelationId"]),
            started: time(&item["createdDateTime"]),
            ended: time(&item["endDateTime"]),
            organizer_id: text(&item["meetingOrganizer"]["user"]["id"]),
        })
    }
}

impl ArtifactKind {
    pub(crate) fn collection(self) -> &'static str {
        match self {
            Self::Recording => "recordings",
            Self::Transcript => "transcripts",
        }
    }

    pub(crate) fn all(self) -> &'static str {
        match self {
            Self::Recording => "getAllRecordings",
            Self::Transcript => "getAllTranscripts",
        }
    }
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recording => "recording",
            Self::Transcript => "transcript",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_id_is_needed() {
        let read = |item: Value| Artifact::read(ArtifactKind::Transcript, &item);
        for item in [
            json!({ "id": "" }),
            json!({ "id": 7 }),
            json!({}),
            json!(null),
            json!([{ "id": "x" }]),
        ] {
            assert_eq!(read(item.clone()), None, "{item}");
        }
        let odd = json!({
            "id": "x", "meetingId": 7, "callId": null, "contentCorrelationId": [], "createdDateTime": "yesterday",
            "endDateTime": "0001-01-01T00:00:00Z", "meetingOrganizer": { "user": "?" },
        });
        assert_eq!(read(odd), read(json!({ "id": "x" })));
    }

    #[test]
    fn pairs_have_one_key() {
        let key = |id: &str| {
            let item = json!({ "id": "x", "contentCorrelationId": id });
            Artifact::read(ArtifactKind::Recording, &item).unwrap().pairing_key()
        };
        let guid = "bc842d7a-2f6e-4b18-a1c7-73ef91d5c8e0";
        assert_eq!(key(&format!("{guid}-0")).as_deref(), Some(guid));
        assert_eq!(key(&guid.to_ascii_uppercase()).as_deref(), Some(guid));
        assert_ne!(key(&format!("{guid}-1")), key(guid));
        assert_eq!(key(""), None);
    }
}
