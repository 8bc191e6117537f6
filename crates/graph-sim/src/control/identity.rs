use serde_json::Value;

use super::{Done, change};
use crate::{request::Request, state::State};

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("POST", ["apps", id]) => change(
            state.apps.iter_mut().find(|app| app.client_id.eq_ignore_ascii_case(id)),
            request,
        ),
        ("POST", ["mailboxes", id]) => change(
            state
                .users
                .iter_mut()
                .find(|user| user.object_id.eq_ignore_ascii_case(id)),
            request,
        ),
        ("POST", ["tokens", "revoke"]) => {
            state.revoke_tokens();
            Ok(Value::Null)
        }
        _ => return None,
    })
}
