//! The posted event and what Graph refuses about it.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use crate::{reply::Reply, request::Request};

const MAX_ATTENDEES: usize = 500;
const PROVIDERS: [&str; 4] = ["unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness"];
/// Properties that may be posted and that the simulator does not act on.
const INERT: [&str; 11] = [
    "allowNewTimeProposals",
    "categories",
    "hideAttendees",
    "importance",
    "isReminderOn",
    "location",
    "locations",
    "reminderMinutesBeforeStart",
    "responseRequested",
    "sensitivity",
    "showAs",
];

pub(super) struct Draft {
    pub transaction_id: Option<String>,
    pub subject: String,
    pub body_html: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub attendees: Vec<Value>,
    pub is_online_meeting: bool,
}

impl Draft {
    pub fn parse(request: &Request) -> Result<Self, Reply> {
        let unreadable = |message: &str| Reply::refusal(400, "UnableToDeserializePostBody", message);
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
        let known = |name: &str| {
            const ACTED_ON: [&str; 8] = [
                "attendees",
                "body",
                "end",
                "isOnlineMeeting",
                "onlineMeetingProvider",
                "start",
                "subject",
                "transactionId",
            ];
            ACTED_ON.contains(&name) || INERT.contains(&name) || name.starts_with("@odata.")
        };
        if let Some(unknown) = body.keys().find(|name| !known(name)) {
            let message = format!(
                "The property '{unknown}' does not exist on type 'microsoft.graph.event'. Make sure to only use property names that are defined by the type."
            );
            return Err(Reply::refusal(400, "RequestBodyRead", message));
        }
        let (start, end) = (instant(&body, "start")?, instant(&body, "end")?);
        if end < start {
            return Err(invalid());
        }
        if let Some(provider) = text(&body, "onlineMeetingProvider")?
            && !PROVIDERS.contains(&provider.as_str())
        {
            return Err(unreadable("Requested value of 'onlineMeetingProvider' was not found."));
        }
        Ok(Self {
            transaction_id: text(&body, "transactionId")?,
            subject: text(&body, "subject")?.unwrap_or_default(),
            body_html: content(&body)?,
            start,
            end,
            attendees: attendees(&body)?,
            is_online_meeting: match body.get("isOnlineMeeting") {
                None | Some(Value::Null) => false,
                Some(Value::Bool(value)) => *value,
                Some(_) => return Err(wrong_type("isOnlineMeeting")),
            },
        })
    }
}

fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Reply> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong_type(name)),
    }
}

/// `{"dateTime": local time without offset, "timeZone": name}`; this simulator knows the names of UTC only.
fn instant(body: &Map<String, Value>, name: &str) -> Result<DateTime<Utc>, Reply> {
    let Some(Value::Object(zoned)) = body.get(name) else {
        return Err(invalid());
    };
    let zone = text(zoned, "timeZone")?.unwrap_or_default();
    if !["utc", "etc/utc", "etc/gmt", "gmt"].contains(&zone.to_ascii_lowercase().as_str()) {
        return Err(invalid());
    }
    let local = text(zoned, "dateTime")?.unwrap_or_default();
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let parsed = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&local, format).ok());
    parsed.map(|time| time.and_utc()).ok_or_else(invalid)
}

fn content(body: &Map<String, Value>) -> Result<String, Reply> {
    let body = match body.get("body") {
        None | Some(Value::Null) => return Ok(String::new()),
        Some(Value::Object(body)) => body,
        Some(_) => return Err(wrong_type("body")),
    };
    let kind = text(body, "contentType")?.unwrap_or_else(|| "text".to_owned());
    match kind.to_ascii_lowercase().as_str() {
        "html" | "text" => Ok(text(body, "content")?.unwrap_or_default()),
        _ => Err(wrong_type("contentType")),
    }
}

fn attendees(body: &Map<String, Value>) -> Result<Vec<Value>, Reply> {
    let list = match body.get("attendees") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(wrong_type("attendees")),
    };
    if list.len() > MAX_ATTENDEES {
        return Err(Reply::refusal(400, "ErrorInvalidArgument", "Too many attendees."));
    }
    list.iter().map(attendee).collect()
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

fn invalid() -> Reply {
    Reply::refusal(
        400,
        "ErrorPropertyValidationFailure",
        "At least one property failed validation.",
    )
}

fn wrong_type(name: &str) -> Reply {
    let message = format!("Cannot convert the literal of property '{name}' to the expected type.");
    Reply::refusal(400, "RequestBodyRead", message)
}
