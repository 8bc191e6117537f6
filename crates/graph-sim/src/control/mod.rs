//! The control interface under `/_sim/`; see the README. One file for each part of the simulator.

mod artifacts;
mod calendar;
mod identity;
mod log;
mod subscriptions;
mod teams;
mod time;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{reply::Reply, request::Request, state::State};

/// The new state, or null for nothing to tell; or the refusal.
type Done = Result<Value, Reply>;
/// Each part answers what it knows.
type Part = fn(&mut State, (&str, &[&str]), &Request) -> Option<Done>;

const PARTS: [Part; 7] = [
    artifacts::answer,
    calendar::answer,
    identity::answer,
    log::answer,
    subscriptions::answer,
    teams::answer,
    time::answer,
];

pub(crate) fn answer(state: &mut State, request: &Request) -> Reply {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).skip(1).collect();
    let what = (request.method.as_str(), segments.as_slice());
    let unknown = || {
        let message = "The simulator has no such control; see crates/graph-sim/README.md.";
        Err(Reply::refusal(404, "NotFound", message))
    };
    let done = PARTS.iter().find_map(|part| part(state, what, request));
    match done.unwrap_or_else(unknown) {
        Ok(Value::Null) => Reply::empty(204),
        Ok(body) => Reply::json(200, body),
        Err(refused) => refused,
    }
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Reply> {
    serde_json::from_slice(&request.body).map_err(|error| Reply::refusal(400, "BadRequest", error.to_string()))
}

/// Sets the given properties and leaves the others.
fn change<T: Serialize + DeserializeOwned>(target: Option<&mut T>, request: &Request) -> Done {
    let target = target.ok_or_else(|| Reply::refusal(404, "NotFound", "The simulator does not know this id."))?;
    let given: serde_json::Map<String, Value> = read(request)?;
    let mut whole = json!(target);
    for (name, value) in given {
        whole[name] = value;
    }
    *target = serde_json::from_value(whole).map_err(|error| Reply::refusal(400, "BadRequest", error.to_string()))?;
    Ok(json!(target))
}
