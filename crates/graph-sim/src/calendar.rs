//! `/v1.0/users/{user}/events` and `/v1.0/users/{user}/calendarView`

mod draft;

use chrono::{DateTime, NaiveDateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{
    JoinUrlMode, MailKind, SimEvent, TransactionMode, UserConfig,
    event::ical_uid,
    meeting::Address,
    reply::Reply,
    request::Request,
    state::{Caller, State},
    users::select,
};
use draft::Draft;

const KIND: &str = "microsoft.graph.event";

impl State {
    /// The mailbox, if it exists and the app may use it: by an Entra role for all, or by Exchange for those in scope.
    fn mailbox(&self, caller: &Caller, user: &str, write: bool) -> Result<&UserConfig, Reply> {
        let user = self.user(&caller.tenant_id, user).ok_or_else(|| {
            Reply::refusal(
                404,
                "ErrorInvalidUser",
                format!("The requested user '{user}' is invalid."),
            )
        })?;
        if !user.has_mailbox {
            let message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
            return Err(Reply::refusal(404, "MailboxNotEnabledForRESTAPI", message));
        }
        let roles: &[&str] = if write {
            &["Calendars.ReadWrite"]
        } else {
            &["Calendars.ReadWrite", "Calendars.Read"]
        };
        if !caller.has_any(roles) && !user.in_calendar_scope {
            let message = "Access is denied. Check credentials and try again.";
            return Err(Reply::refusal(403, "ErrorAccessDenied", message));
        }
        if user.access_policy_denied {
            return Err(Reply::refusal(403, "ErrorAccessDenied", "Access to OData is disabled."));
        }
        Ok(user)
    }

    pub(crate) fn create_event(&mut self, caller: &Caller, user: &str, request: &Request) -> Result<Reply, Reply> {
        let organizer = self.mailbox(caller, user, true)?.clone();
        let draft = Draft::parse(request)?;
        let same = |event: &SimEvent| {
            !event.deleted
                && event.organizer_object_id == organizer.object_id
                && draft.transaction_id.is_some()
                && event.transaction_id == draft.transaction_id
        };
        let first = self.events.iter().find(|event| same(event)).cloned();
        let event = match (first, self.transactions) {
            (Some(_), TransactionMode::Conflict) => {
                let message = "An event with the same transactionId exists.";
                return Err(Reply::refusal(409, "ErrorDuplicateTransactionId", message));
            }
            (Some(first), TransactionMode::FirstEvent) => first,
            _ => self.add_event(&organizer, draft),
        };
        let immutable = request.wants_immutable_ids();
        let mut body = event.to_json(immutable);
        body["@odata.context"] = json!(self.context(user, "events/$entity"));
        let location = format!(
            "{}/v1.0/users/{user}/events/{}",
            self.base,
            encode(event.id_for(immutable))
        );
        Ok(with_preference(
            Reply::json(201, body).with_header("Location", location),
            immutable,
        ))
    }

    fn add_event(&mut self, organizer: &UserConfig, draft: Draft) -> SimEvent {
        let online = draft.is_online_meeting && organizer.teams_available && self.join_url != JoinUrlMode::Ignored;
        let address = online.then(|| Address::new(organizer, &mut self.ids));
        let mut event = SimEvent {
            id: self.ids.immutable_event(),
            mutable_id: self.ids.mutable_event(),
            organizer_object_id: organizer.object_id.clone(),
            organizer_upn: organizer.upn.clone(),
            tenant_id: organizer.tenant_id.clone(),
            transaction_id: draft.transaction_id,
            subject: draft.subject,
            body_html: draft.body_html,
            start: draft.start,
            end: draft.end,
            attendees: draft.attendees,
            is_online_meeting: online,
            join_url: address.as_ref().map(|address| address.join_url.clone()),
            join_url_after_gets: match self.join_url {
                JoinUrlMode::Never | JoinUrlMode::Ignored => None,
                JoinUrlMode::Normal => Some(0),
                JoinUrlMode::AfterGets(reads) => Some(reads),
            },
            online_meeting_id: address.as_ref().map(|address| address.id.clone()),
            conference_id: self.ids.digits(9),
            ical_uid: ical_uid(self.ids.guid()),
            created: self.clock.now(),
            deleted: false,
            mails: Vec::new(),
        };
        event.mail(MailKind::Invitation);
        self.meetings
            .extend(address.and_then(|address| event.meeting(address.thread_id)));
        self.events.push(event.clone());
        event
    }

    pub(crate) fn get_event(
        &mut self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let immutable = request.wants_immutable_ids();
        let at = self.find_event(caller, user, id, immutable, false)?;
        let query = request.query()?;
        let context = self.context(user, "events/$entity");
        let Some(event) = self.events.get_mut(at) else {
            return Err(gone());
        };
        let mut body = shaped(event, immutable, query.get("$select").map(String::as_str))?;
        body["@odata.context"] = json!(context);
        if let Some(reads) = &mut event.join_url_after_gets {
            *reads = reads.saturating_sub(1);
        }
        Ok(with_preference(Reply::json(200, body), immutable))
    }

    pub(crate) fn get_calendar(&self, _caller: &Caller, _user: &str, _request: &Request) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }

    pub(crate) fn update_event(
        &mut self,
        _caller: &Caller,
        _user: &str,
        _id: &str,
        _request: &Request,
    ) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }

    pub(crate) fn cancel_event(
        &mut self,
        _caller: &Caller,
        _user: &str,
        _id: &str,
        _request: &Request,
    ) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }

    pub(crate) fn delete_event(
        &mut self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let at = self.find_event(caller, user, id, request.wants_immutable_ids(), true)?;
        let Some(event) = self.events.get_mut(at) else {
            return Err(gone());
        };
        event.deleted = true;
        event.mail(MailKind::Cancellation);
        Ok(Reply::empty(204))
    }

    pub(crate) fn calendar_view(&self, caller: &Caller, user: &str, request: &Request) -> Result<Reply, Reply> {
        let mailbox = self.mailbox(caller, user, false)?;
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
        let mut events: Vec<&SimEvent> = self
            .events
            .iter()
            .filter(|event| !event.deleted && event.organizer_object_id == mailbox.object_id)
            .filter(|event| event.start < to && event.end > from)
            .collect();
        events.sort_by_key(|event| event.start);
        let immutable = request.wants_immutable_ids();
        let wanted = query.get("$select").map(String::as_str);
        let value: Vec<Value> = events
            .iter()
            .skip(skip)
            .take(top)
            .map(|event| shaped(event, immutable, wanted))
            .collect::<Result<_, _>>()?;
        let mut body = json!({ "@odata.context": self.context(user, "calendarView"), "value": value });
        if skip + top < events.len() {
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
        Ok(with_preference(Reply::json(200, body), immutable))
    }

    /// Ids are parsed before they are looked up, and an id of the other kind does not parse.
    fn find_event(&self, caller: &Caller, user: &str, id: &str, immutable: bool, write: bool) -> Result<usize, Reply> {
        let mailbox = self.mailbox(caller, user, write)?;
        let prefix = if immutable { "AAkALg" } else { "AAMkAG" };
        let sound = |c: char| c.is_ascii_alphanumeric() || "+/=-_".contains(c);
        if !id.starts_with(prefix) || !id.chars().all(sound) {
            return Err(Reply::refusal(400, "ErrorInvalidIdMalformed", "Id is malformed."));
        }
        let of_mailbox = |event: &SimEvent| {
            !event.deleted && event.organizer_object_id == mailbox.object_id && event.id_for(immutable) == id
        };
        self.events.iter().position(of_mailbox).ok_or_else(gone)
    }

    fn context(&self, user: &str, what: &str) -> String {
        format!("{}/v1.0/$metadata#users('{}')/{what}", self.base, encode(user))
    }
}

fn shaped(event: &SimEvent, immutable: bool, wanted: Option<&str>) -> Result<Value, Reply> {
    let all = event.to_json(immutable);
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

fn with_preference(reply: Reply, immutable: bool) -> Reply {
    if immutable {
        reply.with_header("Preference-Applied", "IdType=\"ImmutableId\"")
    } else {
        reply
    }
}

fn gone() -> Reply {
    Reply::refusal(
        404,
        "ErrorItemNotFound",
        "The specified object was not found in the store.",
    )
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    zoned
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|time| time.and_utc()))
        .ok()
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
