//! What is posted or patched of an online meeting, and what Graph refuses about it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::{SimMeeting, reply::Reply, request::Request};

/// Properties that may be written and that the simulator only repeats.
const REPEATED: [&str; 18] = [
    "allowAttendeeToEnableCamera",
    "allowAttendeeToEnableMic",
    "allowBreakoutRooms",
    "allowCopyingAndSharingMeetingContent",
    "allowLiveShare",
    "allowMeetingChat",
    "allowParticipantsToChangeName",
    "allowPowerPointSharing",
    "allowTeamworkReactions",
    "allowWhiteboard",
    "allowedLobbyAdmitters",
    "allowedPresenters",
    "chatRestrictions",
    "isEntryExitAnnounced",
    "lobbyBypassSettings",
    "meetingSpokenLanguageTag",
    "shareMeetingChatHistoryDefault",
    "watermarkProtection",
];

#[derive(Default)]
pub(super) struct Draft {
    pub external_id: Option<String>,
    pub record_automatically: Option<bool>,
    subject: Option<String>,
    times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    attendees: Option<Vec<String>>,
    allow_transcription: Option<bool>,
    allow_recording: Option<bool>,
    options: Map<String, Value>,
}

impl Draft {
    pub fn parse(request: &Request) -> Result<Self, Reply> {
        let is_json = request
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/json"));
        let body = serde_json::from_slice(&request.body).ok().filter(|_| is_json);
        let Some(Value::Object(body)) = body else {
            return Err(refused("The body must be a JSON object of type application/json."));
        };
        let mut draft = Self::default();
        let (mut start, mut end) = (None, None);
        for (name, value) in body {
            match name.as_str() {
                "subject" => draft.subject = Some(text(&name, &value)?.to_owned()),
                "externalId" => draft.external_id = Some(text(&name, &value)?.to_owned()),
                "startDateTime" => start = Some(instant(&name, &value)?),
                "endDateTime" => end = Some(instant(&name, &value)?),
                "participants" => draft.attendees = attendees(&value)?,
                "recordAutomatically" => draft.record_automatically = Some(flag(&name, &value)?),
                "allowTranscription" => draft.allow_transcription = Some(flag(&name, &value)?),
                "allowRecording" => draft.allow_recording = Some(flag(&name, &value)?),
                known if REPEATED.contains(&known) => {
                    draft.options.insert(name, value);
                }
                annotation if annotation.starts_with("@odata.") => {}
                _ => {
                    return Err(refused(format!(
                        "The property '{name}' does not exist on type 'microsoft.graph.onlineMeeting' or cannot be written."
                    )));
                }
            }
        }
        draft.times = match (start, end) {
            (None, None) => None,
            (Some(start), Some(end)) if start <= end => Some((start, end)),
            (Some(_), Some(_)) => return Err(refused("The meeting ends before it starts.")),
            _ => return Err(refused("Both 'startDateTime' and 'endDateTime' are required.")),
        };
        Ok(draft)
    }

    /// Leaves what was not given.
    pub fn apply(self, meeting: &mut SimMeeting) {
        if let Some(record) = self.record_automatically {
            meeting.record_automatically = record;
        }
        if let Some(allow) = self.allow_recording {
            meeting.allow_recording = allow;
        }
        if let Some(subject) = self.subject {
            meeting.subject = subject;
        }
        if let Some((start, end)) = self.times {
            (meeting.start, meeting.end) = (start, end);
        }
        if let Some(attendees) = self.attendees {
            meeting.attendees = attendees;
        }
        if let Some(allow) = self.allow_transcription {
            meeting.allow_transcription = allow;
        }
        meeting.options.extend(self.options);
    }
}

fn refused(message: impl Into<String>) -> Reply {
    Reply::refusal(400, "BadRequest", message)
}

fn wrong_type(name: &str) -> Reply {
    refused(format!("The value of '{name}' has the wrong type."))
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Reply> {
    value.as_str().ok_or_else(|| wrong_type(name))
}

fn flag(name: &str, value: &Value) -> Result<bool, Reply> {
    value.as_bool().ok_or_else(|| wrong_type(name))
}

/// With an offset.
fn instant(name: &str, value: &Value) -> Result<DateTime<Utc>, Reply> {
    DateTime::parse_from_rfc3339(text(name, value)?)
        .map(|time| time.to_utc())
        .map_err(|_| wrong_type(name))
}

/// All of them: what is given replaces what was there.
fn attendees(participants: &Value) -> Result<Option<Vec<String>>, Reply> {
    let wrong = || wrong_type("participants");
    match participants.as_object().ok_or_else(wrong)?.get("attendees") {
        None => Ok(None),
        Some(list) => {
            let address = |attendee: &Value| attendee["upn"].as_str().map(str::to_owned).ok_or_else(wrong);
            let list = list.as_array().ok_or_else(wrong)?;
            list.iter().map(address).collect::<Result<_, _>>().map(Some)
        }
    }
}
