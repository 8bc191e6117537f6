//! `/v1.0/users/{user}/calendar` and `/v1.0/users/{user}/calendarView`

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};

use super::{encode, shown::Shown};
use crate::{
    EventCopy, SimEvent,
    reply::Reply,
    request::Request,
    state::{Caller, State},
    users::select,
};

impl State {
    /// The default calendar, which tells whether Teams meetings can be made in the mailbox.
    pub(crate) fn get_calendar(&self, caller: &Caller, user: &str, request: &Request) -> Result<Reply, Reply> {
        let mailbox = self.mailbox(caller, user, false)?;
        let id = BASE64_URL_SAFE_NO_PAD.encode(&mailbox.object_id);
        let (allowed, default) = if mailbox.teams_available {
            (json!(["teamsForBusiness"]), "teamsForBusiness")
        } else {
            (json!([]), "unknown")
        };
        let mut body = json!({
            "id": format!("AAMkAG{id}="), "name": "Calendar", "color": "auto", "hexColor": "", "isDefaultCalendar": true,
            "changeKey": id.get(..16), "canShare": true, "canViewPrivateItems": true, "canEdit": true,
            "allowedOnlineMeetingProviders": allowed, "defaultOnlineMeetingProvider": default,
            "isTallyingResponses": true, "isRemovable": false,
            "owner": { "name": mailbox.display_name, "address": mailbox.upn },
        });
        if let Some(wanted) = request.only_query("$select")? {
            let id = body["id"].clone();
            body = select(&body, &wanted, "microsoft.graph.calendar")?;
            body["id"] = id;
        }
        body["@odata.context"] = json!(self.context(user, "calendar/$entity"));
        Ok(Reply::json(200, body))
    }

    pub(crate) fn calendar_view(&self, caller: &Caller, user: &str, request: &Request) -> Result<Reply, Reply> {
        let mailbox = self.mailbox(caller, user, false)?;
        let shown = Shown::asked_by(request)?;
        let query = request.query()?;
        let bound = |name: &str| {
            let given = query
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_str());
            given.and_then(time).ok_or_else(|| {
                let message = "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.";
                Reply::refusal(400, "ErrorInvalidParameter", message)
            })
        };
        let (from, to) = (bound("startDateTime")?, bound("endDateTime")?);
        if to < from {
            return Err(Reply::refusal(
                400,
                "ErrorInvalidArgument",
                "EndDateTime is before StartDateTime.",
            ));
        }
        let number = |name: &str, default: usize| match query.get(name).map(|value| value.parse()) {
            None => Ok(default),
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) => Err(Reply::refusal(
                400,
                "BadRequest",
                format!("Invalid value for '{name}'."),
            )),
        };
        let (skip, top) = (
            number("$skip", 0)?,
            number("$top", 10)?.clamp(1, self.config.max_page.max(1)),
        );
        let mut items: Vec<(&SimEvent, Option<&EventCopy>)> = self
            .items(&mailbox.object_id)
            .filter_map(|item| {
                let event = self.events.get(item.event)?;
                Some((event, item.copy.and_then(|copy| event.copies.get(copy))))
            })
            .filter(|(event, _)| event.start < to && event.end > from)
            .collect();
        items.sort_by_key(|(event, _)| event.start);
        let wanted = query.get("$select").map(String::as_str);
        let value: Vec<Value> = items
            .iter()
            .skip(skip)
            .take(top)
            .map(|(event, copy)| shown.selected(event, *copy, wanted))
            .collect::<Result<_, _>>()?;
        let mut body = json!({ "@odata.context": self.context(user, "calendarView"), "value": value });
        if skip + top < items.len() {
            let kept = query.iter().filter(|(name, _)| *name != "$skip");
            let mut parts: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encode(value))).collect();
            parts.push(format!("$skip={}", skip + top));
            let link = format!(
                "{}/v1.0/users/{}/calendarView?{}",
                self.base,
                encode(user),
                parts.join("&")
            );
            body["@odata.nextLink"] = json!(link);
        }
        Ok(shown.reply(200, body))
    }
}

/// With an offset, or in UTC.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    zoned
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|time| time.and_utc()))
        .ok()
}
