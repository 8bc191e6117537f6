//! `/v1.0/users/{user}/events`

mod change;
mod draft;
mod fields;
mod shown;
mod view;
mod windows;
mod zone;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::{
    EventCopy, JoinUrlMode, MailKind, SimEvent, TransactionMode, UserConfig,
    event::ical_uid,
    meeting::Address,
    reply::Reply,
    request::Request,
    state::{Caller, State},
};
use draft::Draft;
use shown::Shown;

/// Where an item of a mailbox is kept: the event, and which of its copies if it is one.
#[derive(Clone, Copy)]
struct Item {
    event: usize,
    copy: Option<usize>,
}

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
        let denied = |message: &str| Err(Reply::refusal(403, "ErrorAccessDenied", message));
        if user.in_calendar_scope {
            Ok(user)
        } else if !caller.has_any(roles) {
            denied("Access is denied. Check credentials and try again.")
        } else if user.access_policy_denied {
            denied("Access to OData is disabled.")
        } else {
            Ok(user)
        }
    }

    pub(crate) fn create_event(&mut self, caller: &Caller, user: &str, request: &Request) -> Result<Reply, Reply> {
        let organizer = self.mailbox(caller, user, true)?.clone();
        let shown = Shown::asked_by(request)?;
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
        let mut body = shown.json(&event, None);
        body["@odata.context"] = json!(self.context(user, "events/$entity"));
        let location = format!(
            "{}/v1.0/users/{user}/events/{}",
            self.base,
            encode(event.id_for(shown.immutable))
        );
        Ok(shown.reply(201, body).with_header("Location", location))
    }

    fn add_event(&mut self, organizer: &UserConfig, draft: Draft) -> SimEvent {
        let online = draft.is_online_meeting && organizer.teams_available && self.join_url != JoinUrlMode::Ignored;
        let address = online.then(|| Address::new(organizer, &mut self.ids));
        let now = self.clock.now();
        let mut event = SimEvent {
            id: self.ids.immutable_event(),
            mutable_id: self.ids.mutable_event(),
            organizer_object_id: organizer.object_id.clone(),
            organizer_upn: organizer.upn.clone(),
            tenant_id: organizer.tenant_id.clone(),
            transaction_id: draft.transaction_id,
            subject: draft.subject,
            body_html: draft.body_html,
            start: draft.start.time,
            end: draft.end.time,
            start_zone: draft.start.zone.name,
            end_zone: draft.end.zone.name,
            is_all_day: draft.is_all_day,
            attendees: draft.attendees,
            is_online_meeting: online,
            join_url: address.as_ref().map(|address| address.join_url.clone()),
            join_url_after_gets: self.join_url.reads(),
            online_meeting_id: address.as_ref().map(|address| address.id.clone()),
            conference_id: self.ids.digits(9),
            ical_uid: ical_uid(self.ids.guid()),
            created: now,
            modified: now,
            revision: 0,
            deleted: false,
            copies: Vec::new(),
            mails: Vec::new(),
        };
        event.mail(MailKind::Invitation, None);
        self.attach_meeting(&mut event, address);
        self.invite(&mut event);
        self.events.push(event.clone());
        event
    }

    /// Gives every attendee who is a user here a copy, and takes those of the others.
    fn invite(&mut self, event: &mut SimEvent) {
        let addresses = event.addresses();
        let invited: Vec<String> = self
            .users
            .iter()
            .filter(|user| user.has_mailbox && user.object_id != event.organizer_object_id)
            .filter(|user| addresses.iter().any(|address| address.eq_ignore_ascii_case(&user.upn)))
            .map(|user| user.object_id.clone())
            .collect();
        event.copies.retain(|copy| invited.contains(&copy.object_id));
        for object_id in invited {
            if event.copies.iter().all(|copy| copy.object_id != object_id) {
                event.copies.push(EventCopy {
                    object_id,
                    id: self.ids.immutable_event(),
                    mutable_id: self.ids.mutable_event(),
                    deleted: false,
                });
            }
        }
    }

    pub(crate) fn get_event(
        &mut self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let shown = Shown::asked_by(request)?;
        let item = self.find_event(caller, user, id, shown.immutable, false)?;
        let query = request.query()?;
        let context = self.context(user, "events/$entity");
        let event = self.events.get_mut(item.event).ok_or_else(gone)?;
        let copy = item.copy.and_then(|copy| event.copies.get(copy));
        let mut body = shown.selected(event, copy, query.get("$select").map(String::as_str))?;
        body["@odata.context"] = json!(context);
        if let Some(reads) = &mut event.join_url_after_gets {
            *reads = reads.saturating_sub(1);
        }
        Ok(shown.reply(200, body))
    }

    /// What lies in a calendar: the user's own events, and the copies of those of others.
    fn items(&self, object_id: &str) -> impl Iterator<Item = Item> {
        self.events.iter().enumerate().filter_map(move |(at, event)| {
            let own = event.organizer_object_id == object_id;
            let of_user = |copy: &EventCopy| !copy.deleted && copy.object_id == object_id;
            let copy = event.copies.iter().position(of_user);
            let there = if own { !event.deleted } else { copy.is_some() };
            let copy = copy.filter(|_| !own);
            there.then_some(Item { event: at, copy })
        })
    }

    /// Ids are parsed before they are looked up, and an id of the other kind does not parse.
    fn find_event(&self, caller: &Caller, user: &str, id: &str, immutable: bool, write: bool) -> Result<Item, Reply> {
        let mailbox = self.mailbox(caller, user, write)?;
        let prefix = if immutable { "AAkALg" } else { "AAMkAG" };
        let sound = |c: char| c.is_ascii_alphanumeric() || "+/=-_".contains(c);
        if !id.starts_with(prefix) || !id.chars().all(sound) {
            return Err(Reply::refusal(400, "ErrorInvalidIdMalformed", "Id is malformed."));
        }
        let named = |item: &Item| {
            let event = self.events.get(item.event);
            event.is_some_and(|event| match item.copy.and_then(|copy| event.copies.get(copy)) {
                Some(copy) => copy.id_for(immutable) == id,
                None => event.id_for(immutable) == id,
            })
        };
        self.items(&mailbox.object_id).find(named).ok_or_else(gone)
    }

    fn context(&self, user: &str, what: &str) -> String {
        format!("{}/v1.0/$metadata#users('{}')/{what}", self.base, encode(user))
    }
}

fn gone() -> Reply {
    Reply::refusal(
        404,
        "ErrorItemNotFound",
        "The specified object was not found in the store.",
    )
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
