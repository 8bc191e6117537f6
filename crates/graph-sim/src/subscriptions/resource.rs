use percent_encoding::percent_decode_str;

use crate::{ArtifactKind, SimMeeting};

/// What a subscription watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub kind: ArtifactKind,
    pub scope: Scope,
    /// Consent of the meeting's chat in place of the tenant's.
    pub of_chat: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Tenant,
    /// By object id.
    Organizer(String),
    /// By id.
    Meeting(String),
}

impl Resource {
    /// One of the three forms that the contract knows, with or without a slash in front.
    pub fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let of_chat = match query {
            "" => false,
            "useResourceSpecificConsentBasedAuthorization=true" => true,
            _ => return None,
        };
        let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let (scope, last) = match segments.as_slice() {
            ["communications", "onlineMeetings", all] => (Scope::Tenant, *all),
            ["users", user, "onlineMeetings", all] if !user.is_empty() => (Scope::Organizer((*user).to_owned()), *all),
            ["communications", "onlineMeetings", meeting, collection] if !meeting.is_empty() => {
                let meeting = percent_decode_str(meeting).decode_utf8().ok()?;
                (Scope::Meeting(meeting.into_owned()), *collection)
            }
            _ => return None,
        };
        let kind = match (&scope, last) {
            (Scope::Meeting(_), "recordings") | (Scope::Tenant | Scope::Organizer(_), "getAllRecordings") => {
                ArtifactKind::Recording
            }
            (Scope::Meeting(_), "transcripts") | (Scope::Tenant | Scope::Organizer(_), "getAllTranscripts") => {
                ArtifactKind::Transcript
            }
            _ => return None,
        };
        Some(Self { kind, scope, of_chat })
    }

    /// Of the same tenant, that is.
    pub fn covers(&self, kind: ArtifactKind, meeting: &SimMeeting) -> bool {
        self.kind == kind
            && match &self.scope {
                Scope::Tenant => true,
                Scope::Organizer(id) => meeting.organizer_object_id.eq_ignore_ascii_case(id),
                Scope::Meeting(id) => meeting.id == *id,
            }
    }

    /// The same things are watched, however they were asked for.
    pub fn same_as(&self, other: &Self) -> bool {
        let scopes = match (&self.scope, &other.scope) {
            (Scope::Organizer(one), Scope::Organizer(other)) => one.eq_ignore_ascii_case(other),
            (one, other) => one == other,
        };
        scopes && self.kind == other.kind
    }

    /// Any of them will do.
    pub fn roles(&self) -> Vec<&'static str> {
        let of_chat = match self.kind {
            ArtifactKind::Recording => "OnlineMeetingRecording.Read.Chat",
            ArtifactKind::Transcript => "OnlineMeetingTranscript.Read.Chat",
        };
        let of_chat = (self.of_chat && matches!(self.scope, Scope::Meeting(_))).then_some(of_chat);
        std::iter::once(self.kind.role()).chain(of_chat).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let parse = |text| Resource::parse(text).map(|resource| (resource.kind, resource.scope));
        let (recording, transcript) = (ArtifactKind::Recording, ArtifactKind::Transcript);
        for (text, expected) in [
            (
                "communications/onlineMeetings/getAllRecordings",
                (recording, Scope::Tenant),
            ),
            (
                "/communications/onlineMeetings/getAllTranscripts",
                (transcript, Scope::Tenant),
            ),
            (
                "users/u1/onlineMeetings/getAllTranscripts",
                (transcript, Scope::Organizer("u1".into())),
            ),
            (
                "communications/onlineMeetings/MSo%3D/recordings",
                (recording, Scope::Meeting("MSo=".into())),
            ),
            (
                "communications/onlineMeetings/MSo=/transcripts",
                (transcript, Scope::Meeting("MSo=".into())),
            ),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for unknown in [
            "",
            "users/u1/events",
            "users//onlineMeetings/getAllRecordings",
            "users/u1/onlineMeetings/recordings",
            "communications/onlineMeetings/recordings",
            "communications/onlineMeetings/MSo/getAllRecordings",
            "communications/onlineMeetings/getAllRecordings?$filter=x",
        ] {
            assert_eq!(parse(unknown), None, "{unknown}");
        }
    }
}
