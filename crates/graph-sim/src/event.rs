use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{SimMeeting, meeting::LIFE};

/// A calendar event in the organizer's mailbox, deleted ones included.
#[derive(Clone, Debug, Serialize)]
pub struct SimEvent {
    /// The id under `Prefer: IdType="ImmutableId"`.
    pub id: String,
    /// The id without that preference. Neither is valid in place of the other.
    pub mutable_id: String,
    pub organizer_object_id: String,
    pub organizer_upn: String,
    pub tenant_id: String,
    pub transaction_id: Option<String>,
    pub subject: String,
    /// As posted.
    pub body_html: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// The zones as posted.
    pub start_zone: String,
    pub end_zone: String,
    pub is_all_day: bool,
    /// `{"emailAddress": {"address", "name"}, "type"}`
    pub attendees: Vec<Value>,
    pub is_online_meeting: bool,
    /// What `onlineMeeting.joinUrl` is, or will be once it is shown.
    pub join_url: Option<String>,
    /// Reads of the event that still show no link; none: never shown.
    pub join_url_after_gets: Option<u32>,
    pub online_meeting_id: Option<String>,
    pub conference_id: String,
    pub ical_uid: String,
    pub created: DateTime<Utc>,
    pub modified: DateTime<Utc>,
    /// Changes so far.
    pub revision: u32,
    /// Cancelled ones, too.
    pub deleted: bool,
    /// What lies in the calendars of those attendees who are users of the simulator.
    pub copies: Vec<EventCopy>,
    /// What Exchange sent because of this event, in order.
    pub mails: Vec<Mail>,
}

/// An attendee's copy of an event: of the same content, with ids of its own.
#[derive(Clone, Debug, Serialize)]
pub struct EventCopy {
    /// Whose mailbox it is in.
    pub object_id: String,
    pub id: String,
    pub mutable_id: String,
    pub deleted: bool,
}

impl EventCopy {
    pub(crate) fn id_for(&self, immutable: bool) -> &str {
        if immutable { &self.id } else { &self.mutable_id }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    pub kind: MailKind,
    pub to: Vec<String>,
    /// Of a cancellation.
    pub comment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    Invitation,
    Update,
    Cancellation,
}

impl SimEvent {
    /// The online meeting this event made, if it made one.
    pub(crate) fn meeting(&self, thread_id: String) -> Option<SimMeeting> {
        Some(SimMeeting {
            id: self.online_meeting_id.clone()?,
            tenant_id: self.tenant_id.clone(),
            organizer_object_id: self.organizer_object_id.clone(),
            thread_id,
            join_web_url: self.join_url.clone()?,
            subject: self.subject.clone(),
            start: self.start,
            end: self.end,
            created: self.created,
            expires: self.end + LIFE,
            ical_uid: Some(self.ical_uid.clone()),
            join_meeting_id: self.conference_id.clone(),
            passcode: None,
            other_links: Vec::new(),
            external_id: None,
            options: serde_json::Map::new(),
            attendees: self.addresses(),
            record_automatically: false,
            allow_transcription: true,
            allow_recording: true,
            deleted: false,
        })
    }

    pub(crate) fn id_for(&self, immutable: bool) -> &str {
        if immutable { &self.id } else { &self.mutable_id }
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        self.attendees.iter().filter_map(address).collect()
    }

    /// To all attendees.
    pub(crate) fn mail(&mut self, kind: MailKind, comment: Option<String>) {
        self.mail_to(self.addresses(), kind, comment);
    }

    fn mail_to(&mut self, to: Vec<String>, kind: MailKind, comment: Option<String>) {
        if !to.is_empty() {
            self.mails.push(Mail { kind, to, comment });
        }
    }

    /// Tells of a change: of what is the same for all to all, otherwise to those who were added, changed or removed.
    pub(crate) fn mail_update(&mut self, before: &Self) {
        let of_all = |event: &Self| {
            let times = (event.start, event.end, event.is_all_day);
            (
                times,
                event.subject.clone(),
                event.body_html.clone(),
                event.is_online_meeting,
            )
        };
        let same = of_all(self) == of_all(before);
        let missing = |in_these: &[Value], of: &Self| {
            let of = of.attendees.iter().filter(|attendee| !in_these.contains(attendee));
            of.filter_map(address).collect::<Vec<_>>()
        };
        let mut to = if same {
            missing(&before.attendees, self)
        } else {
            self.addresses()
        };
        for removed in missing(&self.attendees, before) {
            if !to.contains(&removed) {
                to.push(removed);
            }
        }
        self.mail_to(to, MailKind::Update, None);
    }

    /// The join link, once it is shown.
    pub(crate) fn shown_join_url(&self) -> Option<&str> {
        let shown = self.join_url_after_gets == Some(0);
        self.join_url.as_deref().filter(|_| shown)
    }

    /// Another one after each change.
    pub(crate) fn change_key(&self) -> String {
        let unique = self.ical_uid.len().saturating_sub(12);
        let tail = self.ical_uid.get(unique..).unwrap_or_default();
        BASE64_STANDARD.encode(format!("{tail}{:06}", self.revision))
    }

    pub(crate) fn etag(&self) -> String {
        format!("W/\"{}\"", self.change_key())
    }
}

fn address(attendee: &Value) -> Option<String> {
    attendee["emailAddress"]["address"].as_str().map(str::to_owned)
}

/// `2026-11-24T15:00:00.0000000`
pub(crate) fn seven_digits(time: DateTime<Utc>) -> String {
    format!(
        "{}.{:07}",
        time.format("%Y-%m-%dT%H:%M:%S"),
        time.timestamp_subsec_nanos() / 100
    )
}

/// The iCalendar id Exchange makes: a fixed prefix and hexadecimal digits.
pub(crate) fn ical_uid(id: Uuid) -> String {
    format!(
        "040000008200E00074C5B7101A82E00800000000{}",
        id.simple().to_string().to_uppercase()
    )
}
