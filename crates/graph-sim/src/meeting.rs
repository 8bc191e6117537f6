use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{UserConfig, ids::Ids};

/// The Teams side of a meeting: made by a calendar event, or standing alone.
#[derive(Clone, Debug, Serialize)]
pub struct SimMeeting {
    /// Base64 of `1*{organizer}*0**{thread}`.
    pub id: String,
    pub tenant_id: String,
    pub organizer_object_id: String,
    pub thread_id: String,
    /// What a lookup by link compares with. Later forms of the link may differ from the one on the event.
    pub join_web_url: String,
    pub subject: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub created: DateTime<Utc>,
    /// Afterwards the lookup finds nothing and the artifacts are gone.
    pub expires: DateTime<Utc>,
    /// None: a standalone meeting, which is on no calendar and whose artifacts are refused.
    pub ical_uid: Option<String>,
    pub join_meeting_id: String,
    pub passcode: Option<String>,
    /// Addresses of those invited.
    pub attendees: Vec<String>,
    pub record_automatically: bool,
    pub allow_transcription: bool,
    pub allow_recording: bool,
    pub deleted: bool,
}

/// How long a meeting lives on after its end, its start or its latest change.
pub(crate) const LIFE: chrono::TimeDelta = chrono::TimeDelta::days(60);

/// Identity and link of a meeting to be.
pub(crate) struct Address {
    pub id: String,
    pub thread_id: String,
    pub join_url: String,
}

impl Address {
    pub fn new(organizer: &UserConfig, ids: &mut Ids) -> Self {
        let thread = BASE64_STANDARD.encode(ids.guid().to_string()).replace('=', "");
        Self::in_thread(organizer, &thread)
    }

    /// The classic form of the link, percent-encoded as Microsoft stores it.
    pub fn in_thread(organizer: &UserConfig, thread: &str) -> Self {
        let join_url = format!(
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{thread}%40thread.v2/0?context=%7b%22Tid%22%3a%22{}%22%2c%22Oid%22%3a%22{}%22%7d",
            organizer.tenant_id, organizer.object_id
        );
        let thread_id = format!("19:meeting_{thread}@thread.v2");
        let id = BASE64_STANDARD.encode(format!("1*{}*0**{thread_id}", organizer.object_id));
        Self {
            id,
            thread_id,
            join_url,
        }
    }
}
