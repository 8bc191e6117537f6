use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// A Teams meeting, the thing recordings and transcripts belong to. Everything but the id may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlineMeeting {
    /// Opaque; may hold `=`, `+` and `/`.
    pub id: String,
    /// May differ from the link that was asked for: Teams resolves short links to long ones.
    pub join_url: Option<String>,
    pub subject: Option<String>,
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
    /// Object id of the organizer, the user to be named on calls about this meeting.
    pub organizer_id: Option<String>,
    /// What a person types to join, with the passcode if there is one.
    pub join_meeting_id: Option<String>,
    pub passcode: Option<String>,
    /// Only with audio conferencing.
    pub dial_in: Option<DialIn>,
    pub record_automatically: Option<bool>,
    pub allow_transcription: Option<bool>,
    pub allow_recording: Option<bool>,
}

/// How to join by telephone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DialIn {
    pub toll_number: Option<String>,
    pub toll_free_number: Option<String>,
    pub conference_id: Option<String>,
    /// A page with numbers for many countries.
    #[serde(rename = "dialinUrl")]
    pub url: Option<String>,
}

/// What is to become different about a meeting; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnlineMeetingChange {
    /// Not while the meeting is in progress.
    pub record_automatically: Option<bool>,
    pub allow_transcription: Option<bool>,
    /// Of a standalone meeting. A meeting with an event gets its subject and times from the event.
    pub subject: Option<String>,
    /// Start and end; Teams wants both. Of a standalone meeting only, too.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl OnlineMeetingChange {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn to_json(&self) -> Value {
        let instant = |time: DateTime<Utc>| json!(time.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        let mut fields = serde_json::Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        set("recordAutomatically", self.record_automatically.map(Value::from));
        set("allowTranscription", self.allow_transcription.map(Value::from));
        set("subject", self.subject.clone().map(Value::from));
        set("startDateTime", self.times.map(|(start, _)| instant(start)));
        set("endDateTime", self.times.map(|(_, end)| instant(end)));
        Value::Object(fields)
    }
}

impl<'de> Deserialize<'de> for OnlineMeeting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = wire::OnlineMeeting::deserialize(deserializer)?;
        let instant = |text: Option<String>| Some(DateTime::parse_from_rfc3339(&text?).ok()?.to_utc());
        let join = wire.join_meeting_id_settings.unwrap_or_default();
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Self {
            id: wire.id,
            join_url: filled(wire.join_web_url),
            subject: wire.subject,
            start: instant(wire.start_date_time),
            end: instant(wire.end_date_time),
            organizer_id: wire.participants.and_then(wire::Participants::organizer_id),
            join_meeting_id: filled(join.join_meeting_id),
            passcode: filled(join.passcode),
            dial_in: wire.audio_conferencing.filter(|given| *given != DialIn::default()),
            record_automatically: wire.record_automatically,
            allow_transcription: wire.allow_transcription,
            allow_recording: wire.allow_recording,
        })
    }
}

mod wire {
    use super::{Deserialize, DialIn};

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct OnlineMeeting {
        pub id: String,
        pub join_web_url: Option<String>,
        pub subject: Option<String>,
        pub start_date_time: Option<String>,
        pub end_date_time: Option<String>,
        pub participants: Option<Participants>,
        pub join_meeting_id_settings: Option<JoinMeetingIdSettings>,
        pub audio_conferencing: Option<DialIn>,
        pub record_automatically: Option<bool>,
        pub allow_transcription: Option<bool>,
        pub allow_recording: Option<bool>,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct JoinMeetingIdSettings {
        pub join_meeting_id: Option<String>,
        pub passcode: Option<String>,
    }

    #[derive(Deserialize)]
    pub(super) struct Participants {
        organizer: Option<Participant>,
    }

    #[derive(Deserialize)]
    struct Participant {
        identity: Option<Identity>,
    }

    #[derive(Deserialize)]
    struct Identity {
        user: Option<User>,
    }

    #[derive(Deserialize)]
    struct User {
        id: Option<String>,
    }

    impl Participants {
        pub fn organizer_id(self) -> Option<String> {
            self.organizer?.identity?.user?.id
        }
    }
}
