//! The control interface under `/_sim/`; see the README.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Fault, JoinUrlMode, TransactionMode,
    reply::{Body, Reply},
    request::Request,
    state::State,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mode<T> {
    mode: T,
}

pub(crate) fn answer(state: &mut State, request: &Request) -> Reply {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).skip(1).collect();
    let done = match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["health"]) => Ok(json!({ "ready": true })),
        ("GET", ["events"]) => Ok(json!(state.events)),
        ("GET", ["requests"]) => Ok(requests(state)),
        ("DELETE", ["requests"]) => {
            // Those in progress must not write their status into another's entry.
            state.epoch += 1;
            state.requests.clear();
            state.load.clear();
            Ok(Value::Null)
        }
        ("GET", ["faults"]) => Ok(json!(state.faults)),
        ("POST", ["faults"]) => read::<Fault>(request).map(|fault| {
            state.faults.push_back(fault);
            Value::Null
        }),
        ("DELETE", ["faults"]) => {
            state.faults.clear();
            Ok(Value::Null)
        }
        ("POST", ["mailboxes", id]) => change(
            state
                .users
                .iter_mut()
                .find(|user| user.object_id.eq_ignore_ascii_case(id)),
            request,
        ),
        ("POST", ["apps", id]) => change(
            state.apps.iter_mut().find(|app| app.client_id.eq_ignore_ascii_case(id)),
            request,
        ),
        ("POST", ["tokens", "revoke"]) => {
            state.revoke_tokens();
            Ok(Value::Null)
        }
        ("POST", ["join-url"]) => read::<Mode<JoinUrlMode>>(request).map(|Mode { mode }| {
            state.join_url = mode;
            Value::Null
        }),
        ("POST", ["transaction-mode"]) => read::<Mode<TransactionMode>>(request).map(|Mode { mode }| {
            state.transactions = mode;
            Value::Null
        }),
        ("POST", ["reset"]) => {
            state.reset();
            Ok(Value::Null)
        }
        _ => Err(Reply::refusal(
            404,
            "NotFound",
            "The simulator has no such control; see crates/graph-sim/README.md.",
        )),
    };
    match done {
        Ok(Value::Null) => Reply::empty(204),
        Ok(body) => Reply {
            status: 200,
            headers: Vec::new(),
            body: Body::Json(body),
        },
        Err(refused) => refused,
    }
}

fn requests(state: &State) -> Value {
    let most = state
        .load
        .iter()
        .map(|(mailbox, load)| (mailbox.clone(), json!(load.most)));
    json!({ "requests": state.requests, "high_water": most.collect::<serde_json::Map<_, _>>() })
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Reply> {
    serde_json::from_slice(&request.body).map_err(|error| Reply::refusal(400, "BadRequest", error.to_string()))
}

/// Sets the given properties and leaves the others.
fn change<T: Serialize + DeserializeOwned>(target: Option<&mut T>, request: &Request) -> Result<Value, Reply> {
    let target = target.ok_or_else(|| Reply::refusal(404, "NotFound", "The simulator does not know this id."))?;
    let given: serde_json::Map<String, Value> = read(request)?;
    let mut whole = json!(target);
    for (name, value) in given {
        whole[name] = value;
    }
    *target = serde_json::from_value(whole).map_err(|error| Reply::refusal(400, "BadRequest", error.to_string()))?;
    Ok(json!(target))
}
