//! Changing, cancelling and deleting.

use super::{
    draft::Change,
    fields::Fields,
    gone,
    shown::{Shown, TEAMS_BLOCK},
};
use crate::{
    JoinUrlMode, MailKind, SimEvent, UserConfig,
    meeting::{Address, LIFE},
    reply::Reply,
    request::Request,
    rules,
    state::{Caller, State},
};

impl State {
    pub(crate) fn update_event(
        &mut self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let shown = Shown::asked_by(request)?;
        let organizer = self.mailbox(caller, user, true)?.clone();
        let item = self.find_event(caller, user, id, shown.immutable, true)?;
        let before = self.events.get(item.event).cloned().ok_or_else(gone)?;
        if item.copy.is_some() {
            return Err(organizer_only("change"));
        }
        unchanged_since(request, &before)?;
        let change = Change::parse(request, &before)?;

        let now = self.clock.now();
        let mut event = before.clone();
        event.subject = change.subject.unwrap_or(event.subject);
        (event.start, event.start_zone) = (change.start.time, change.start.zone.name);
        (event.end, event.end_zone) = (change.end.time, change.end.zone.name);
        event.is_all_day = change.is_all_day;
        event.attendees = change.attendees.unwrap_or(event.attendees);
        event.modified = now;
        event.revision += 1;
        let mut lost = false;
        if let Some(body) = change.body {
            lost = event.shown_join_url().is_some_and(|url| !body.contains(url));
            event.body_html = without_block(body);
        }
        if lost {
            self.take_offline(&mut event);
        } else if change.is_online_meeting && !event.is_online_meeting {
            self.bring_online(&organizer, &mut event);
        }
        event.mail_update(&before);
        self.invite(&mut event);
        let following = event.online_meeting_id.as_deref();
        let meeting = self
            .meetings
            .iter_mut()
            .find(|meeting| Some(meeting.id.as_str()) == following);
        if let Some(meeting) = meeting {
            meeting.subject.clone_from(&event.subject);
            (meeting.start, meeting.end) = (event.start, event.end);
            meeting.expires = event.end.max(now) + LIFE;
            meeting.attendees = event.addresses();
        }
        let mut body = shown.json(&event, None);
        body["@odata.context"] = self.context(user, "events/$entity").into();
        if let Some(stored) = self.events.get_mut(item.event) {
            *stored = event;
        }
        let reply = shown.reply(200, body);
        Ok(if lost {
            reply.breaking(rules::BODY_WITHOUT_TEAMS_BLOCK)
        } else {
            reply
        })
    }

    fn bring_online(&mut self, organizer: &UserConfig, event: &mut SimEvent) {
        if !organizer.teams_available || self.join_url == JoinUrlMode::Ignored {
            return;
        }
        let address = Address::new(organizer, &mut self.ids);
        event.is_online_meeting = true;
        event.join_url = Some(address.join_url);
        event.join_url_after_gets = self.join_url.reads();
        event.online_meeting_id = Some(address.id);
        self.meetings.extend(event.meeting(address.thread_id));
    }

    fn take_offline(&mut self, event: &mut SimEvent) {
        let id = event.online_meeting_id.take();
        let lost = self
            .meetings
            .iter_mut()
            .filter(|meeting| Some(&meeting.id) == id.as_ref());
        lost.for_each(|meeting| meeting.deleted = true);
        event.is_online_meeting = false;
        event.join_url = None;
    }

    pub(crate) fn cancel_event(
        &mut self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let item = self.find_event(caller, user, id, request.wants_immutable_ids(), true)?;
        let comment = comment(request)?;
        if item.copy.is_some() {
            return Err(organizer_only("cancel"));
        }
        let event = self.events.get_mut(item.event).ok_or_else(gone)?;
        event.deleted = true;
        event.mail(MailKind::Cancellation, comment);
        Ok(Reply::empty(202))
    }

    pub(crate) fn delete_event(
        &mut self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let item = self.find_event(caller, user, id, request.wants_immutable_ids(), true)?;
        let event = self.events.get_mut(item.event).ok_or_else(gone)?;
        unchanged_since(request, event)?;
        if let Some(copy) = item.copy {
            event.copies.get_mut(copy).ok_or_else(gone)?.deleted = true;
        } else {
            event.deleted = true;
            event.mail(MailKind::Cancellation, None);
        }
        Ok(Reply::empty(204))
    }
}

/// `If-Match`
fn unchanged_since(request: &Request, event: &SimEvent) -> Result<(), Reply> {
    match request.header("if-match") {
        Some(given) if given != "*" && given != event.etag() => {
            let message = "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.";
            Err(Reply::refusal(412, "ErrorIrresolvableConflict", message))
        }
        _ => Ok(()),
    }
}

fn organizer_only(what: &str) -> Reply {
    let message = format!("Your request can't be completed. You need to be an organizer to {what} a meeting.");
    Reply::refusal(400, "ErrorInvalidRequest", message)
}

/// The parameter is called `Comment`, and the documentation writes `comment`.
fn comment(request: &Request) -> Result<Option<String>, Reply> {
    if request.body.is_empty() {
        return Ok(None);
    }
    let fields = Fields::read(request, |name| name.eq_ignore_ascii_case("comment"))?;
    Ok(fields.text("comment")?.or(fields.text("Comment")?))
}

/// What the client wrote, if the body is one that was read before.
fn without_block(body: String) -> String {
    let Some((own, _)) = body.split_once(TEAMS_BLOCK) else {
        return body;
    };
    own.strip_prefix("<html><body>").unwrap_or(own).to_owned()
}
