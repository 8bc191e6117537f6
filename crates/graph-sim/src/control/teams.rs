use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

use super::{Done, change, read};
use crate::{Ending, TeamsQuirks, reply::Reply, request::Request, state::State};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    scenario: Ending,
    #[serde(default = "a_minute")]
    after_seconds: u32,
}

fn a_minute() -> u32 {
    60
}

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["meetings"]) => Ok(json!(state.meetings)),
        ("POST", ["meetings", id]) => change(state.meetings.iter_mut().find(|meeting| meeting.id == *id), request),
        ("POST", ["meetings", id, "end"]) => read::<End>(request).and_then(|end| {
            let after = TimeDelta::seconds(end.after_seconds.into());
            let ids = state.end_meeting(id, end.scenario, after).ok_or_else(unknown)?;
            Ok(json!({ "artifacts": ids }))
        }),
        ("POST", ["tenants", id]) => change(state.tenant_mut(id), request),
        ("GET", ["teams"]) => Ok(json!(state.teams)),
        ("POST", ["teams"]) => change(Some(&mut state.teams), request),
        ("DELETE", ["teams"]) => {
            state.teams = TeamsQuirks::default();
            Ok(json!(state.teams))
        }
        _ => return None,
    })
}

pub(super) fn unknown() -> Reply {
    Reply::refusal(404, "NotFound", "The simulator does not know this id.")
}
