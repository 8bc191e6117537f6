use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use uuid::Uuid;

/// A Teams meeting to be put on the organizer's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The same for every attempt to create this event, for ever.
    pub transaction_id: Uuid,
    pub subject: String,
    pub body_html: Option<String>,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// Microsoft mails an invitation to each; this cannot be switched off.
    pub attendees: Vec<Attendee>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    pub address: String,
    pub name: Option<String>,
}

/// What is to become different about an event; what is `None` stays. The body is never sent: Microsoft's block with the join
/// link lives in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventChange {
    pub subject: Option<String>,
    /// Start and end.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// A calendar event as Graph tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Immutable id: it survives a move between folders. Only valid on calls of this client, which all ask for that kind.
    pub id: String,
    pub transaction_id: Option<Uuid>,
    pub subject: Option<String>,
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
    pub is_cancelled: bool,
    pub is_online_meeting: bool,
    /// Opaque and possibly long; may be missing for some seconds after creation.
    pub join_url: Option<String>,
}

fn instant(time: DateTime<Utc>) -> Value {
    json!({ "dateTime": time.format("%Y-%m-%dT%H:%M:%S%.f").to_string(), "timeZone": "UTC" })
}

impl EventChange {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut change = json!({});
        if let Some(subject) = &self.subject {
            change["subject"] = json!(subject);
        }
        if let Some((start, end)) = self.times {
            change["start"] = instant(start);
            change["end"] = instant(end);
        }
        change
    }
}

impl NewEvent {
    pub(crate) fn to_json(&self) -> Value {
        let attendees: Vec<_> = self
            .attendees
            .iter()
            .map(|Attendee { address, name }| {
                let mut email = json!({ "address": address });
                if let Some(name) = name {
                    email["name"] = json!(name);
                }
                json!({ "emailAddress": email, "type": "required" })
            })
            .collect();
        let mut event = json!({
            "transactionId": self.transaction_id,
            "subject": self.subject,
            "start": instant(self.start),
            "end": instant(self.end),
            "attendees": attendees,
            "isOnlineMeeting": true,
            "onlineMeetingProvider": "teamsForBusiness",
        });
        if let Some(html) = &self.body_html {
            event["body"] = json!({ "contentType": "HTML", "content": html });
        }
        event
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = wire::Event::deserialize(deserializer)?;
        Ok(Self {
            id: wire.id,
            transaction_id: wire.transaction_id.and_then(|text| text.parse().ok()),
            subject: wire.subject,
            start: wire.start.and_then(|time| time.utc()),
            end: wire.end.and_then(|time| time.utc()),
            is_cancelled: wire.is_cancelled.unwrap_or_default(),
            is_online_meeting: wire.is_online_meeting.unwrap_or_default(),
            join_url: wire
                .online_meeting
                .and_then(|meeting| meeting.join_url)
                .filter(|url| !url.is_empty()),
        })
    }
}

/// Only what the client needs, every part but the id optional: what Microsoft leaves out or adds must not fail a call.
mod wire {
    use super::{DateTime, Deserialize, NaiveDateTime, Utc};

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Event {
        pub id: String,
        pub transaction_id: Option<String>,
        pub subject: Option<String>,
        pub start: Option<ZonedTime>,
        pub end: Option<ZonedTime>,
        pub is_cancelled: Option<bool>,
        pub is_online_meeting: Option<bool>,
        pub online_meeting: Option<OnlineMeetingInfo>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct OnlineMeetingInfo {
        pub join_url: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct ZonedTime {
        date_time: String,
        time_zone: Option<String>,
    }

    impl ZonedTime {
        /// Graph answers in UTC unless another zone is asked for, which this client never does.
        pub fn utc(&self) -> Option<DateTime<Utc>> {
            self.time_zone
                .as_deref()
                .is_none_or(|zone| zone.eq_ignore_ascii_case("UTC"))
                .then_some(())?;
            let naive = NaiveDateTime::parse_from_str(self.date_time.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S%.f");
            naive.ok().map(|time| time.and_utc())
        }
    }
}
