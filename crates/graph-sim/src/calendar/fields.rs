//! The properties of posted events and what Graph refuses about each.

use chrono::{Datelike, NaiveDateTime};
use serde_json::{Map, Value, json};

use super::zone::{Moment, Zone};
use crate::{reply::Reply, request::Request};

const MAX_ATTENDEES: usize = 500;
/// What Outlook's calendars hold.
const YEARS: std::ops::RangeInclusive<i32> = 1601..=4500;
const PROVIDERS: [&str; 4] = ["unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness"];
const ACTED_ON: [&str; 9] = [
    "attendees",
    "body",
    "end",
    "isAllDay",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "start",
    "subject",
    "transactionId",
];
/// Properties that may be posted and that the simulator does not act on.
const INERT: [&str; 12] = [
    "allowNewTimeProposals",
    "categories",
    "hideAttendees",
    "importance",
    "isReminderOn",
    "location",
    "locations",
    "onlineMeeting",
    "reminderMinutesBeforeStart",
    "responseRequested",
    "sensitivity",
    "showAs",
];

/// The posted object; one with unknown properties is refused.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub fn of_event(request: &Request) -> Result<Self, Reply> {
        Self::read(request, |name| ACTED_ON.contains(&name) || INERT.contains(&name))
    }

    pub fn read(request: &Request, known: impl Fn(&str) -> bool) -> Result<Self, Reply> {
        if !request
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/json"))
        {
            return Err(unreadable(
                "The content type of the post body must be application/json.",
            ));
        }
        let body: Value = serde_json::from_slice(&request.body)
            .map_err(|_| unreadable("were unable to deserialize the post body"))?;
        let Value::Object(body) = body else {
            return Err(unreadable("The post body must be an object."));
        };
        if let Some(unknown) = body.keys().find(|name| !known(name) && !name.starts_with("@odata.")) {
            let message = format!(
                "The property '{unknown}' does not exist on type 'microsoft.graph.event'. Make sure to only use property names that are defined by the type."
            );
            return Err(Reply::refusal(400, "RequestBodyRead", message));
        }
        Ok(Self(body))
    }

    pub fn text(&self, name: &str) -> Result<Option<String>, Reply> {
        text(&self.0, name)
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, Reply> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(wrong_type(name)),
        }
    }

    /// `{"dateTime": local time without offset, "timeZone": name}`; none when the property is absent, not when it is null.
    pub fn moment(&self, name: &str) -> Result<Option<Moment>, Reply> {
        let zoned = match self.0.get(name) {
            None => return Ok(None),
            Some(Value::Object(zoned)) => zoned,
            Some(_) => return Err(invalid()),
        };
        let zone = text(zoned, "timeZone")?.unwrap_or_default();
        let zone = Zone::named(&zone).ok_or_else(invalid)?;
        let local = text(zoned, "dateTime")?.unwrap_or_default();
        let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
        let parsed = formats
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&local, format).ok());
        let parsed = parsed.filter(|local| YEARS.contains(&local.year()));
        let time = parsed.and_then(|local| zone.instant(local)).ok_or_else(invalid)?;
        Ok(Some(Moment { time, zone }))
    }

    pub fn body(&self) -> Result<Option<String>, Reply> {
        let body = match self.0.get("body") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(body)) => body,
            Some(_) => return Err(wrong_type("body")),
        };
        let kind = text(body, "contentType")?.unwrap_or_else(|| "text".to_owned());
        match kind.to_ascii_lowercase().as_str() {
            "html" | "text" => Ok(Some(text(body, "content")?.unwrap_or_default())),
            _ => Err(wrong_type("contentType")),
        }
    }

    pub fn attendees(&self) -> Result<Option<Vec<Value>>, Reply> {
        let list = match self.0.get("attendees") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(wrong_type("attendees")),
        };
        if list.len() > MAX_ATTENDEES {
            return Err(Reply::refusal(400, "ErrorInvalidArgument", "Too many attendees."));
        }
        list.iter().map(attendee).collect::<Result<_, _>>().map(Some)
    }

    pub fn check_provider(&self) -> Result<(), Reply> {
        match self.text("onlineMeetingProvider")? {
            Some(provider) if !PROVIDERS.contains(&provider.as_str()) => {
                Err(unreadable("Requested value of 'onlineMeetingProvider' was not found."))
            }
            _ => Ok(()),
        }
    }
}

fn text(object: &Map<String, Value>, name: &str) -> Result<Option<String>, Reply> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong_type(name)),
    }
}

fn attendee(attendee: &Value) -> Result<Value, Reply> {
    let Some(email) = attendee["emailAddress"].as_object() else {
        return Err(invalid());
    };
    let address = text(email, "address")?.unwrap_or_default();
    if !address
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
    {
        return Err(Reply::refusal(
            400,
            "ErrorInvalidRecipients",
            "At least one recipient isn't valid.",
        ));
    }
    let name = text(email, "name")?.unwrap_or_else(|| address.clone());
    let kind = match &attendee["type"] {
        Value::Null => "required",
        Value::String(kind) if ["required", "optional", "resource"].contains(&kind.as_str()) => kind,
        _ => return Err(wrong_type("type")),
    };
    Ok(json!({ "emailAddress": { "address": address, "name": name }, "type": kind }))
}

/// Of a value, of which Graph does not say whose.
pub(super) fn invalid() -> Reply {
    Reply::refusal(
        400,
        "ErrorPropertyValidationFailure",
        "At least one property failed validation.",
    )
}

fn unreadable(message: &str) -> Reply {
    Reply::refusal(400, "UnableToDeserializePostBody", message)
}

fn wrong_type(name: &str) -> Reply {
    let message = format!("Cannot convert the literal of property '{name}' to the expected type.");
    Reply::refusal(400, "RequestBodyRead", message)
}
