use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{LinkForm, SimEvent, UserConfig, ids::Ids, state::State};

/// The Teams side of a meeting: made by a calendar event, or standing alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "options of a meeting, each independent of the others"
)]
pub struct SimMeeting {
    /// Base64 of `1*{organizer}*0**{thread}`.
    pub id: String,
    pub tenant_id: String,
    pub organizer_object_id: String,
    pub thread_id: String,
    /// What a lookup by link compares with. Later forms of the link may differ from the one on the event.
    pub join_web_url: String,
    /// Other links that a lookup finds it by.
    pub other_links: Vec<String>,
    pub subject: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub created: DateTime<Utc>,
    /// Afterwards the lookup finds nothing and the artifacts are gone.
    pub expires: DateTime<Utc>,
    /// None: a standalone meeting, which is on no calendar and whose artifacts are refused.
    pub ical_uid: Option<String>,
    /// What `createOrGet` finds a standalone meeting by.
    pub external_id: Option<String>,
    /// Meetings with an even one can be dialled into.
    pub join_meeting_id: String,
    pub passcode: Option<String>,
    /// Addresses of those invited.
    pub attendees: Vec<String>,
    pub record_automatically: bool,
    pub allow_transcription: bool,
    pub allow_recording: bool,
    /// Properties that were set and that the simulator only repeats.
    pub options: Map<String, Value>,
    pub deleted: bool,
}

/// How long a meeting lives on after its end, its start or its latest change.
pub(crate) const LIFE: chrono::TimeDelta = chrono::TimeDelta::days(60);

impl SimMeeting {
    /// The meeting was created, started or changed.
    pub(crate) fn live_on(&mut self, now: DateTime<Utc>) {
        self.expires = self.expires.max(now + LIFE).max(self.end + LIFE);
    }

    pub(crate) fn is_in_progress(&self, now: DateTime<Utc>) -> bool {
        self.start <= now && now < self.end
    }

    /// The digits in the short link are those of the join id.
    fn short_link(&self, pass: &str) -> String {
        format!("https://teams.microsoft.com/meet/{}?p={pass}", self.join_meeting_id)
    }
}

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

impl State {
    /// Gives a new event its online meeting, with links and ids in the form that is set.
    pub(crate) fn attach_meeting(&mut self, event: &mut SimEvent, address: Option<Address>) {
        let Some(mut meeting) = address.and_then(|address| event.meeting(address.thread_id)) else {
            return;
        };
        meeting.live_on(self.clock.now());
        if self.teams.odd_ids {
            meeting.id = odd(&meeting.id);
            event.online_meeting_id = Some(meeting.id.clone());
        }
        if self.teams.links != LinkForm::Classic {
            let pass = self.ids.guid().simple().to_string();
            let short = meeting.short_link(&pass[..18]);
            meeting.passcode = Some(self.ids.digits(6));
            if self.teams.links != LinkForm::ShortOnMeeting {
                event.join_url = Some(short.clone());
            }
            if self.teams.links == LinkForm::ShortOnEvent {
                meeting.other_links.push(short);
            } else {
                let classic = std::mem::replace(&mut meeting.join_web_url, short);
                meeting
                    .other_links
                    .extend((self.teams.links == LinkForm::ShortOnMeeting).then_some(classic));
            }
        }
        self.meetings.push(meeting);
    }
}

/// The same id with bytes behind it that base64 writes as `+/+/` and `=`.
pub(crate) fn odd(id: &str) -> String {
    let mut clear = BASE64_STANDARD.decode(id).unwrap_or_default();
    clear.resize(clear.len().next_multiple_of(3), b' ');
    clear.extend([0xFB, 0xFF, 0xBF, b'.']);
    BASE64_STANDARD.encode(clear)
}

#[cfg(test)]
mod tests {
    #[test]
    fn odd_ids_need_encoding() {
        let odd = super::odd("MSo=");
        assert!(odd.starts_with("MSog+/+/") && odd.ends_with('='), "{odd}");
    }
}
