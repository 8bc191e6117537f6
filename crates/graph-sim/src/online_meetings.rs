//! `GET /v1.0/users/{object id}/onlineMeetings?$filter=JoinWebUrl eq '…'` and `…/onlineMeetings/{id}`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    SimEvent, UserConfig,
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
        let with_link = |event: &&SimEvent| event.join_url.as_deref() == Some(wanted.as_str());
        let (own, foreign): (Vec<_>, Vec<_>) = self
            .events
            .iter()
            .filter(|event| event.tenant_id == caller.tenant_id)
            .filter(with_link)
            .partition(|event| event.organizer_object_id == user.object_id);
        if own.is_empty() && !foreign.is_empty() {
            return Err(forbidden("3003: User does not have access to lookup meeting."));
        }
        let value: Vec<Value> = own.into_iter().map(|event| meeting(event, user)).collect();
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
        let event = self.meeting(&user.tenant_id, id)?;
        let invited = |address: &String| address.eq_ignore_ascii_case(&user.upn);
        if event.organizer_object_id != user.object_id && !event.addresses().iter().any(invited) {
            return Err(no_meeting());
        }
        let organizer = self.user(&event.tenant_id, &event.organizer_object_id).unwrap_or(user);
        let mut body = meeting(event, organizer);
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

    pub(crate) fn meeting(&self, tenant_id: &str, id: &str) -> Result<&SimEvent, Reply> {
        self.events
            .iter()
            .find(|event| event.tenant_id == tenant_id && event.online_meeting_id.as_deref() == Some(id))
            .ok_or_else(no_meeting)
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

fn meeting(event: &SimEvent, organizer: &UserConfig) -> Value {
    let stamp = |time| format!("{}Z", seven_digits(time));
    let identity = |user: &UserConfig| {
        json!({ "application": null, "device": null, "user": {
            "id": user.object_id, "displayName": null, "tenantId": user.tenant_id, "identityProvider": "AAD",
        }})
    };
    let attendees: Vec<Value> = event
        .addresses()
        .into_iter()
        .map(|address| json!({ "upn": address, "role": "attendee", "identity": { "user": null } }))
        .collect();
    json!({
        "id": event.online_meeting_id, "creationDateTime": stamp(event.created),
        "startDateTime": stamp(event.start), "endDateTime": stamp(event.end),
        "expiryDateTime": stamp(event.end + chrono::TimeDelta::days(60)),
        "joinWebUrl": event.join_url, "subject": event.subject, "meetingType": "scheduled",
        "participants": {
            "organizer": { "upn": organizer.upn, "role": "presenter", "identity": identity(organizer) },
            "attendees": attendees,
        },
        "joinMeetingIdSettings": { "joinMeetingId": event.conference_id, "passcode": null, "isPasscodeRequired": false },
        "lobbyBypassSettings": { "scope": "organization", "isDialInBypassEnabled": false },
        "allowedPresenters": "everyone", "allowRecording": true, "allowTranscription": true,
        "recordAutomatically": false, "audioConferencing": null,
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
