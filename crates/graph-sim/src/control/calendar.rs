use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, read};
use crate::{JoinUrlMode, TransactionMode, request::Request, state::State};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mode<T> {
    mode: T,
}

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["events"]) => Ok(json!(state.events)),
        ("POST", ["join-url"]) => read::<Mode<JoinUrlMode>>(request).map(|Mode { mode }| {
            state.join_url = mode;
            Value::Null
        }),
        ("POST", ["transaction-mode"]) => read::<Mode<TransactionMode>>(request).map(|Mode { mode }| {
            state.transactions = mode;
            Value::Null
        }),
        _ => return None,
    })
}
