use serde_json::json;

use super::{Done, change};
use crate::{request::Request, state::State};

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["meetings"]) => Ok(json!(state.meetings)),
        ("POST", ["tenants", id]) => change(state.tenant_mut(id), request),
        _ => return None,
    })
}
