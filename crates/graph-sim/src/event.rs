use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
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
    pub deleted: bool,
    /// What Exchange sent because of this event, in order.
    pub mails: Vec<Mail>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    pub kind: MailKind,
    pub to: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    Invitation,
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
        let address = |attendee: &Value| attendee["emailAddress"]["address"].as_str().map(str::to_owned);
        self.attendees.iter().filter_map(address).collect()
    }

    pub(crate) fn mail(&mut self, kind: MailKind) {
        let to = self.addresses();
        if !to.is_empty() {
            self.mails.push(Mail { kind, to });
        }
    }

    fn online_meeting(&self) -> Value {
        match &self.join_url {
            Some(url) if self.join_url_after_gets == Some(0) => {
                json!({ "joinUrl": url, "conferenceId": self.conference_id, "tollNumber": "+1 555 0100" })
            }
            _ => Value::Null,
        }
    }

    /// The posted body with the block Graph appends to online meetings.
    fn body_content(&self) -> String {
        match &self.join_url {
            Some(url) => format!(
                "<html><body>{}<div>________________________________________________________________________________</div><div><b>Microsoft Teams meeting</b></div><div><a href=\"{url}\">Join the meeting now</a></div><div>Meeting ID: {}</div></body></html>",
                self.body_html, self.conference_id
            ),
            None => format!("<html><body>{}</body></html>", self.body_html),
        }
    }

    /// Every property Graph tells about an event, without `@odata.context`.
    pub(crate) fn to_json(&self, immutable: bool) -> Value {
        let instant = |time: DateTime<Utc>| json!({ "dateTime": seven_digits(time), "timeZone": "UTC" });
        let none = json!({ "response": "none", "time": "0001-01-01T00:00:00Z" });
        let attendees: Vec<Value> = self
            .attendees
            .iter()
            .map(|attendee| {
                let mut attendee = attendee.clone();
                attendee["status"] = none.clone();
                attendee
            })
            .collect();
        let change_key = BASE64_STANDARD.encode(&self.ical_uid.as_bytes()[..16]);
        let created = format!("{}Z", seven_digits(self.created));
        let identity = json!({
            "@odata.etag": format!("W/\"{change_key}\""), "id": self.id_for(immutable), "changeKey": change_key,
            "createdDateTime": created, "lastModifiedDateTime": created, "iCalUId": self.ical_uid,
            "transactionId": self.transaction_id, "categories": [], "originalStartTimeZone": "UTC",
            "originalEndTimeZone": "UTC", "seriesMasterId": null, "type": "singleInstance",
            "webLink": format!("https://outlook.office365.com/owa/?itemid={}&exvsurl=1&path=/calendar/item", self.conference_id),
        });
        let flags = json!({
            "reminderMinutesBeforeStart": 15, "isReminderOn": true, "hasAttachments": false, "importance": "normal",
            "sensitivity": "normal", "isAllDay": false, "isCancelled": false, "isDraft": false, "isOrganizer": true,
            "responseRequested": true, "showAs": "busy", "allowNewTimeProposals": true, "hideAttendees": false,
            "recurrence": null, "responseStatus": { "response": "organizer", "time": "0001-01-01T00:00:00Z" },
        });
        let content = json!({
            "subject": self.subject, "bodyPreview": self.subject,
            "body": { "contentType": "html", "content": self.body_content() },
            "start": instant(self.start), "end": instant(self.end),
            "location": { "displayName": "", "locationType": "default", "uniqueIdType": "unknown", "address": {}, "coordinates": {} },
            "locations": [], "attendees": attendees,
            "organizer": { "emailAddress": { "name": self.organizer_upn, "address": self.organizer_upn } },
            "isOnlineMeeting": self.is_online_meeting,
            "onlineMeetingProvider": if self.is_online_meeting { "teamsForBusiness" } else { "unknown" },
            "onlineMeetingUrl": null, "onlineMeeting": self.online_meeting(),
        });
        let mut all: serde_json::Map<String, Value> = [identity, flags, content]
            .into_iter()
            .filter_map(|part| part.as_object().cloned())
            .flatten()
            .collect();
        if self.transaction_id.is_none() {
            all.remove("transactionId");
        }
        Value::Object(all)
    }
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
