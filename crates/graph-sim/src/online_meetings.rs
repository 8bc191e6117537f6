//! `GET /v1.0/users/{object id}/onlineMeetings?$filter=JoinWebUrl eq '…'` and `…/onlineMeetings/{id}`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    SimMeeting, UserConfig,
    event::seven_digits,
    reply::Reply,
    request::Request,
    state::{Caller, State},
    users::select,
};

const ROLES: [&str; 2] = ["OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All"];

impl State {
    pub(crate) fn find_online_meetings(&self, caller: &Caller, user: &str, request: &Request) -> Result<Reply, Reply> {
        let user = self.meetings_user(caller, user)?;
        let query = request.query()?;
        let filter = query.get("$filter").ok_or_else(|| {
            Reply::refusal(
                400,
                "InvalidArgument",
                "One or more required parameters for this request are null or empty.",
            )
        })?;
        let wanted = join_web_url(filter)
            .ok_or_else(|| Reply::refusal(400, "BadRequest", "The query specified in the URI is not valid."))?;
        let (own, foreign): (Vec<_>, Vec<_>) = self
            .live_meetings(&caller.tenant_id)
            .filter(|meeting| meeting.join_web_url == wanted)
            .partition(|meeting| meeting.organizer_object_id == user.object_id);
        if own.is_empty() && !foreign.is_empty() {
            return Err(forbidden("3003: User does not have access to lookup meeting."));
        }
        let value: Vec<Value> = own.into_iter().map(|own| to_json(own, user)).collect();
        let context = format!(
            "{}/v1.0/$metadata#users('{}')/onlineMeetings",
            self.base, user.object_id
        );
        Ok(Reply::json(200, json!({ "@odata.context": context, "value": value })))
    }

    pub(crate) fn get_online_meeting(
        &self,
        caller: &Caller,
        user: &str,
        id: &str,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let user = self.meetings_user(caller, user)?;
        let meeting = self.meeting(&user.tenant_id, id)?;
        let invited = |address: &String| address.eq_ignore_ascii_case(&user.upn);
        if meeting.organizer_object_id != user.object_id && !meeting.attendees.iter().any(invited) {
            return Err(no_meeting());
        }
        let organizer = self
            .user(&meeting.tenant_id, &meeting.organizer_object_id)
            .unwrap_or(user);
        let mut body = to_json(meeting, organizer);
        if let Some(wanted) = request.only_query("$select")? {
            body = select(&body, &wanted, "microsoft.graph.onlineMeeting")?;
        }
        body["@odata.context"] = json!(format!(
            "{}/v1.0/$metadata#users('{}')/onlineMeetings/$entity",
            self.base, user.object_id
        ));
        Ok(Reply::json(200, body))
    }

    fn meetings_user(&self, caller: &Caller, user: &str) -> Result<&UserConfig, Reply> {
        self.teams_user(caller, user, &ROLES, |user| {
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
            Err(_) => return Err(Reply::refusal(404, "UnknownError", "")),
        };
        let user = user.ok_or_else(|| Reply::refusal(404, "NotFound", "User not found."))?;
        if !user.teams_policy {
            return Err(forbidden(without_policy(user)));
        }
        Ok(user)
    }

    pub(crate) fn meeting(&self, tenant_id: &str, id: &str) -> Result<&SimMeeting, Reply> {
        self.live_meetings(tenant_id)
            .find(|meeting| meeting.id == id)
            .ok_or_else(no_meeting)
    }

    fn live_meetings(&self, tenant_id: &str) -> impl Iterator<Item = &SimMeeting> {
        let now = self.clock.now();
        self.meetings
            .iter()
            .filter(move |meeting| meeting.tenant_id == tenant_id && !meeting.deleted && meeting.expires > now)
    }

    pub(crate) fn create_online_meeting(
        &mut self,
        _caller: &Caller,
        _user: &str,
        _request: &Request,
    ) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }

    pub(crate) fn update_online_meeting(
        &mut self,
        _caller: &Caller,
        _user: &str,
        _id: &str,
        _request: &Request,
    ) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }

    pub(crate) fn delete_online_meeting(&mut self, _caller: &Caller, _user: &str, _id: &str) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }
}

fn no_meeting() -> Reply {
    Reply::refusal(404, "NotFound", "Meeting not found.")
}

fn forbidden(message: impl Into<String>) -> Reply {
    Reply::refusal(403, "Forbidden", message)
}

/// `JoinWebUrl eq '…'`, in which a quote is written twice.
fn join_web_url(filter: &str) -> Option<String> {
    let (name, rest) = filter.trim().split_once(' ')?;
    let literal = rest.trim_start().strip_prefix("eq ")?.trim_start();
    let inside = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    let url = inside.replace("''", "\u{0}");
    (name.eq_ignore_ascii_case("JoinWebUrl") && !url.contains('\'')).then(|| url.replace('\u{0}', "'"))
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
    json!({
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
        "recordAutomatically": meeting.record_automatically, "audioConferencing": null,
    })
}

#[cfg(test)]
mod tests {
    use super::join_web_url;

    #[test]
    fn filter_literals() {
        assert_eq!(
            join_web_url("JoinWebUrl eq 'https://x/19%3a''y'").unwrap(),
            "https://x/19%3a'y"
        );
        for broken in [
            "JoinWebUrl eq 'x",
            "JoinWebUrl eq x'",
            "JoinWebUrl eq 'a'b'",
            "Other eq 'x'",
            "JoinWebUrl ne 'x'",
            "'",
            "",
        ] {
            assert_eq!(join_web_url(broken), None, "{broken}");
        }
    }
}
