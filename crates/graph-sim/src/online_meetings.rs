//! `/v1.0/users/{object id}/onlineMeetings`, with `?$filter=…`, `/createOrGet` and `/{id}`

mod draft;
mod filter;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    SimMeeting, UserConfig,
    event::seven_digits,
    meeting::{Address, LIFE, odd},
    reply::Reply,
    request::Request,
    rules,
    state::{Caller, State},
    users::select,
};
use draft::Draft;
use filter::Wanted;

pub(crate) use filter::equals;

const WRITE_ROLE: &str = "OnlineMeetings.ReadWrite.All";
const ROLES: [&str; 2] = ["OnlineMeetings.Read.All", WRITE_ROLE];
const KIND: &str = "microsoft.graph.onlineMeeting";

impl State {
    pub(crate) fn find_online_meetings(&self, caller: &Caller, user: &str, request: &Request) -> Result<Reply, Reply> {
        let user = self.meetings_user(caller, user, &ROLES)?;
        let query = request.query()?;
        let given = query.get("$filter").ok_or_else(|| {
            Reply::refusal(
                400,
                "InvalidArgument",
                "One or more required parameters for this request are null or empty.",
            )
        })?;
        let wanted = Wanted::parse(given)
            .ok_or_else(|| Reply::refusal(400, "BadRequest", "The query specified in the URI is not valid."))?;
        let (own, foreign): (Vec<_>, Vec<_>) = self
            .live_meetings(&caller.tenant_id)
            .filter(|meeting| wanted.is(meeting))
            .partition(|meeting| meeting.organizer_object_id == user.object_id);
        if own.is_empty() && !foreign.is_empty() {
            return Err(forbidden("3003: User does not have access to lookup meeting."));
        }
        let nearly = self
            .live_meetings(&caller.tenant_id)
            .any(|meeting| wanted.is_decoded_link_of(meeting));
        let value: Vec<Value> = own.into_iter().map(|own| self.meeting_json(own, user)).collect();
        let reply = Reply::json(
            200,
            json!({ "@odata.context": self.meetings_context(user, ""), "value": value }),
        );
        Ok(if value.is_empty() && nearly {
            reply.breaking(rules::UNENCODED_FILTER)
        } else {
            reply
        })
    }

    pub(crate) fn get_online_meeting(
        &self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let user = self.meetings_user(caller, user, &ROLES)?;
        let meeting = self.meeting(&user.tenant_id, id)?;
        let invited = |address: &String| address.eq_ignore_ascii_case(&user.upn);
        if meeting.organizer_object_id != user.object_id && !meeting.attendees.iter().any(invited) {
            return Err(no_meeting());
        }
        let organizer = self
            .user(&meeting.tenant_id, &meeting.organizer_object_id)
            .unwrap_or(user);
        let mut body = self.meeting_json(meeting, organizer);
        match request.only_query("$select")? {
            Some(wanted) => body = select(&body, &wanted, KIND)?,
            None => body["@microsoft.graph.tips"] = json!(TIPS),
        }
        body["@odata.context"] = json!(self.meetings_context(user, "/$entity"));
        Ok(Reply::json(200, body))
    }

    pub(crate) fn create_online_meeting(
        &mut self,
        caller: &Caller,
        user: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let organizer = self.meetings_user(caller, user, &[WRITE_ROLE])?.clone();
        request.only_query("")?;
        let draft = Draft::parse(request)?;
        let or_get = request.path.ends_with("/createOrGet");
        if or_get != draft.external_id.is_some() {
            let message = "The property 'externalId' belongs to createOrGet, which needs it.";
            return Err(Reply::refusal(400, "BadRequest", message));
        }
        let known = self.live_meetings(&organizer.tenant_id).find(|meeting| {
            or_get
                && meeting.organizer_object_id == organizer.object_id
                && meeting.external_id.is_some()
                && meeting.external_id == draft.external_id
        });
        let (status, meeting) = match known.cloned() {
            Some(known) => (200, known),
            None => (201, self.add_standalone(&organizer, draft)),
        };
        Ok(self.written(status, &meeting, &organizer))
    }

    fn add_standalone(&mut self, organizer: &UserConfig, draft: Draft) -> SimMeeting {
        let now = self.clock.now();
        let address = Address::new(organizer, &mut self.ids);
        let mut meeting = SimMeeting {
            id: if self.teams.odd_ids {
                odd(&address.id)
            } else {
                address.id
            },
            tenant_id: organizer.tenant_id.clone(),
            organizer_object_id: organizer.object_id.clone(),
            thread_id: address.thread_id,
            join_web_url: address.join_url,
            other_links: Vec::new(),
            subject: String::new(),
            start: now,
            end: now + chrono::TimeDelta::hours(1),
            created: now,
            expires: now + LIFE,
            ical_uid: None,
            external_id: draft.external_id.clone(),
            join_meeting_id: self.ids.digits(12),
            passcode: Some(self.ids.digits(6)),
            attendees: Vec::new(),
            record_automatically: false,
            allow_transcription: true,
            allow_recording: true,
            options: serde_json::Map::new(),
            deleted: false,
        };
        draft.apply(&mut meeting);
        meeting.live_on(now);
        self.meetings.push(meeting.clone());
        meeting
    }

    pub(crate) fn update_online_meeting(
        &mut self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let organizer = self.meetings_user(caller, user, &[WRITE_ROLE])?.clone();
        let at = self.own_meeting(&organizer, id)?;
        request.only_query("")?;
        let draft = Draft::parse(request)?;
        if draft.external_id.is_some() {
            let message = "The property 'externalId' cannot be changed.";
            return Err(Reply::refusal(400, "BadRequest", message));
        }
        let now = self.clock.now();
        let Some(meeting) = self.meetings.get_mut(at) else {
            return Err(no_meeting());
        };
        if draft.record_automatically.is_some() && meeting.is_in_progress(now) {
            let message = "The property 'recordAutomatically' cannot be changed while the meeting is in progress.";
            return Err(Reply::refusal(400, "BadRequest", message));
        }
        draft.apply(meeting);
        meeting.live_on(now);
        let meeting = meeting.clone();
        Ok(self.written(200, &meeting, &organizer))
    }

    pub(crate) fn delete_online_meeting(&mut self, caller: &Caller, user: &str, id: &str) -> Result<Reply, Reply> {
        let organizer = self.meetings_user(caller, user, &[WRITE_ROLE])?.clone();
        let at = self.own_meeting(&organizer, id)?;
        if let Some(meeting) = self.meetings.get_mut(at) {
            meeting.deleted = true;
        }
        Ok(Reply::empty(204))
    }

    fn written(&self, status: u16, meeting: &SimMeeting, organizer: &UserConfig) -> Reply {
        let mut body = self.meeting_json(meeting, organizer);
        body["@odata.context"] = json!(self.meetings_context(organizer, "/$entity"));
        Reply::json(status, body)
    }

    fn meetings_user(&self, caller: &Caller, user: &str, roles: &[&str]) -> Result<&UserConfig, Reply> {
        self.teams_user(caller, user, roles, |user| {
            format!(
                "No application access policy found for this app {} on the user {}.",
                caller.client_id, user.object_id
            )
        })
    }

    /// The user named by object id, if the app has one of the roles and a Teams policy for the user.
    pub(crate) fn teams_user(
        &self,
        caller: &Caller,
        user: &str,
        roles: &[&str],
        without_policy: impl FnOnce(&UserConfig) -> String,
    ) -> Result<&UserConfig, Reply> {
        if !caller.has_any(roles) {
            return Err(forbidden(format!(
                "Missing role permissions on the request. API requires one of '{}'. Roles on the request '{}'.",
                roles.join(", "),
                caller.roles.join(", ")
            )));
        }
        let user = match user.parse::<Uuid>() {
            Ok(_) => self.user(&caller.tenant_id, user),
            Err(_) => return Err(Reply::refusal(404, "UnknownError", "").breaking(rules::UPN_IN_PATH)),
        };
        let user = user.ok_or_else(|| Reply::refusal(404, "NotFound", "User not found."))?;
        if !self.policy_allows(user) {
            return Err(forbidden(without_policy(user)));
        }
        Ok(user)
    }

    pub(crate) fn meeting(&self, tenant_id: &str, id: &str) -> Result<&SimMeeting, Reply> {
        self.live_meetings(tenant_id)
            .find(|meeting| meeting.id == id)
            .ok_or_else(no_meeting)
    }

    /// Those that are neither deleted nor expired.
    pub(crate) fn live_meetings(&self, tenant_id: &str) -> impl Iterator<Item = &SimMeeting> {
        let now = self.clock.now();
        self.meetings
            .iter()
            .filter(move |meeting| meeting.tenant_id == tenant_id && !meeting.deleted && meeting.expires > now)
    }

    fn own_meeting(&self, organizer: &UserConfig, id: &str) -> Result<usize, Reply> {
        let now = self.clock.now();
        let own = |meeting: &SimMeeting| {
            meeting.id == id
                && meeting.organizer_object_id == organizer.object_id
                && !meeting.deleted
                && meeting.expires > now
        };
        self.meetings.iter().position(own).ok_or_else(no_meeting)
    }

    fn meetings_context(&self, user: &UserConfig, what: &str) -> String {
        format!(
            "{}/v1.0/$metadata#users('{}')/onlineMeetings{what}",
            self.base, user.object_id
        )
    }

    fn meeting_json(&self, meeting: &SimMeeting, organizer: &UserConfig) -> Value {
        let mut body = to_json(meeting, organizer);
        if self.teams.unknown_members {
            body["addedAfterThisWasWritten"] = json!({ "of": ["any", null, 7] });
        }
        body
    }
}

/// What Graph advises with whole entities, in a member of its own.
pub(crate) const TIPS: &str =
    "Use $select to choose only the properties your app needs, as this can lead to performance improvements.";

fn no_meeting() -> Reply {
    Reply::refusal(404, "NotFound", "Meeting not found.")
}

fn forbidden(message: impl Into<String>) -> Reply {
    Reply::refusal(403, "Forbidden", message)
}

fn to_json(meeting: &SimMeeting, organizer: &UserConfig) -> Value {
    let stamp = |time| format!("{}Z", seven_digits(time));
    let identity = |user: &UserConfig| {
        json!({ "application": null, "device": null, "user": {
            "id": user.object_id, "displayName": null, "tenantId": user.tenant_id, "identityProvider": "AAD",
        }})
    };
    let attendees: Vec<Value> = meeting
        .attendees
        .iter()
        .map(|address| json!({ "upn": address, "role": "attendee", "identity": { "user": null } }))
        .collect();
    let dialled = meeting.join_meeting_id.ends_with(['0', '2', '4', '6', '8']).then(|| {
        json!({
            "conferenceId": meeting.join_meeting_id, "tollNumber": "+1 555 0100", "tollFreeNumber": null,
            "dialinUrl": format!("https://dialin.teams.microsoft.com/simulated?id={}", meeting.join_meeting_id),
        })
    });
    let mut body = json!({
        "id": meeting.id, "creationDateTime": stamp(meeting.created),
        "startDateTime": stamp(meeting.start), "endDateTime": stamp(meeting.end),
        "expiryDateTime": stamp(meeting.expires),
        "joinWebUrl": meeting.join_web_url, "subject": meeting.subject, "meetingType": "scheduled",
        "participants": {
            "organizer": { "upn": organizer.upn, "role": "presenter", "identity": identity(organizer) },
            "attendees": attendees,
        },
        "joinMeetingIdSettings": {
            "joinMeetingId": meeting.join_meeting_id, "passcode": meeting.passcode,
            "isPasscodeRequired": meeting.passcode.is_some(),
        },
        "chatInfo": { "threadId": meeting.thread_id, "messageId": "0", "replyChainMessageId": null },
        "lobbyBypassSettings": { "scope": "organization", "isDialInBypassEnabled": false },
        "allowedPresenters": "everyone", "allowRecording": meeting.allow_recording,
        "allowTranscription": meeting.allow_transcription,
        "recordAutomatically": meeting.record_automatically, "audioConferencing": dialled,
        "externalId": meeting.external_id, "videoTeleconferenceId": null,
    });
    for (name, value) in &meeting.options {
        body[name] = value.clone();
    }
    body
}
