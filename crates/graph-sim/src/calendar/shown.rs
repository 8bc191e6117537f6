//! An event as Graph shows it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::zone::Zone;
use crate::{
    SimEvent,
    event::{EventCopy, seven_digits},
    reply::Reply,
    request::Request,
    users::select,
};

const KIND: &str = "microsoft.graph.event";
/// Where the block starts that Graph appends to the body of online meetings.
pub(super) const TEAMS_BLOCK: &str =
    "<div>________________________________________________________________________________</div>";

/// How the client wants to see events.
pub(super) struct Shown {
    pub immutable: bool,
    zone: Option<Zone>,
}

impl Shown {
    pub fn asked_by(request: &Request) -> Result<Self, Reply> {
        Ok(Self {
            immutable: request.wants_immutable_ids(),
            zone: Zone::preferred(request)?,
        })
    }

    /// With the preferences that were honoured.
    pub fn reply(&self, status: u16, body: Value) -> Reply {
        let zone = self.zone.as_ref();
        let applied = [
            zone.map(|zone| format!("outlook.timezone=\"{}\"", zone.name)),
            self.immutable.then(|| "IdType=\"ImmutableId\"".to_owned()),
        ];
        let applied: Vec<String> = applied.into_iter().flatten().collect();
        let reply = Reply::json(status, body);
        if applied.is_empty() {
            return reply;
        }
        reply.with_header("Preference-Applied", applied.join(", "))
    }

    /// The properties named by `$select`.
    pub fn selected(&self, event: &SimEvent, copy: Option<&EventCopy>, wanted: Option<&str>) -> Result<Value, Reply> {
        let all = self.json(event, copy);
        let Some(wanted) = wanted else { return Ok(all) };
        let mut with_optional = all.clone();
        if with_optional.get("transactionId").is_none() {
            with_optional["transactionId"] = Value::Null;
        }
        let mut chosen = select(&with_optional, wanted, KIND)?;
        for always in ["@odata.etag", "id"] {
            chosen[always] = all[always].clone();
        }
        Ok(chosen)
    }

    /// Every property Graph tells about an event, without `@odata.context`; of the organizer's, or of an attendee's copy.
    pub fn json(&self, event: &SimEvent, copy: Option<&EventCopy>) -> Value {
        let utc = Zone::utc();
        let zone = self.zone.as_ref().unwrap_or(&utc);
        let stamp = |time: DateTime<Utc>| format!("{}Z", seven_digits(time));
        let never = "0001-01-01T00:00:00Z";
        let attendees: Vec<Value> = event
            .attendees
            .iter()
            .map(|attendee| {
                let mut attendee = attendee.clone();
                attendee["status"] = json!({ "response": "none", "time": never });
                attendee
            })
            .collect();
        let id = match copy {
            Some(copy) => copy.id_for(self.immutable),
            None => event.id_for(self.immutable),
        };
        // Only a copy outlives the event.
        let cancelled = event.deleted;
        let (response, show_as) = match copy {
            Some(_) => ("notResponded", "tentative"),
            None => ("organizer", "busy"),
        };
        let subject = if cancelled {
            format!("Canceled: {}", event.subject)
        } else {
            event.subject.clone()
        };
        let content = body_content(event);
        let identity = json!({
            "@odata.etag": event.etag(), "id": id, "changeKey": event.change_key(),
            "createdDateTime": stamp(event.created), "lastModifiedDateTime": stamp(event.modified),
            "iCalUId": event.ical_uid, "categories": [], "originalStartTimeZone": event.start_zone,
            "originalEndTimeZone": event.end_zone, "seriesMasterId": null, "type": "singleInstance",
            "webLink": format!("https://outlook.office365.com/owa/?itemid={}&exvsurl=1&path=/calendar/item", event.conference_id),
        });
        let flags = json!({
            "reminderMinutesBeforeStart": 15, "isReminderOn": true, "hasAttachments": false, "importance": "normal",
            "sensitivity": "normal", "isAllDay": event.is_all_day, "isCancelled": cancelled, "isDraft": false,
            "isOrganizer": copy.is_none(), "responseRequested": true, "showAs": show_as,
            "allowNewTimeProposals": true, "hideAttendees": false, "recurrence": null,
            "responseStatus": { "response": response, "time": never },
        });
        let content = json!({
            "subject": subject, "bodyPreview": preview(&content),
            "body": { "contentType": "html", "content": content },
            "start": zone.json(event.start), "end": zone.json(event.end),
            "location": { "displayName": "", "locationType": "default", "uniqueIdType": "unknown", "address": {}, "coordinates": {} },
            "locations": [], "attendees": attendees,
            "organizer": { "emailAddress": { "name": event.organizer_upn, "address": event.organizer_upn } },
            "isOnlineMeeting": event.is_online_meeting,
            "onlineMeetingProvider": if event.is_online_meeting { "teamsForBusiness" } else { "unknown" },
            "onlineMeetingUrl": null, "onlineMeeting": online_meeting(event),
        });
        let mut all: serde_json::Map<String, Value> = [identity, flags, content]
            .into_iter()
            .filter_map(|part| part.as_object().cloned())
            .flatten()
            .collect();
        if let (Some(transaction), None) = (&event.transaction_id, copy) {
            all.insert("transactionId".to_owned(), json!(transaction));
        }
        Value::Object(all)
    }
}

fn online_meeting(event: &SimEvent) -> Value {
    match event.shown_join_url() {
        Some(url) => json!({ "joinUrl": url, "conferenceId": event.conference_id, "tollNumber": "+1 555 0100" }),
        None => Value::Null,
    }
}

/// The posted body with the block Graph appends to online meetings.
fn body_content(event: &SimEvent) -> String {
    let block = event.shown_join_url().map(|url| {
        format!(
            "{TEAMS_BLOCK}<div><b>Microsoft Teams meeting</b></div><div><a href=\"{url}\">Join the meeting now</a></div><div>Meeting ID: {}</div>",
            event.conference_id
        )
    });
    format!(
        "<html><body>{}{}</body></html>",
        event.body_html,
        block.unwrap_or_default()
    )
}

/// The text of the body, as far as 255 characters go.
fn preview(html: &str) -> String {
    let mut inside = false;
    let text: String = html
        .chars()
        .map(|c| {
            let shown = !inside && c != '<';
            inside = c == '<' || (inside && c != '>');
            if shown { c } else { ' ' }
        })
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(255).collect()
}
