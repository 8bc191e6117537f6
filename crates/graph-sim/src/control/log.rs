use serde_json::{Value, json};

use super::{Done, read};
use crate::{
    Fault, Throttle,
    request::Request,
    state::{Load, State},
};

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["health"]) => Ok(json!({ "ready": true })),
        ("GET", ["requests"]) => Ok(requests(state)),
        ("DELETE", ["requests"]) => {
            // Those in progress must not write their status into another's entry.
            state.epoch += 1;
            state.requests.clear();
            state.load.clear();
            state.overall = Load::default();
            state.answered = 0;
            Ok(Value::Null)
        }
        ("GET", ["violations"]) => {
            let broke = state.requests.iter().filter(|request| request.broke.is_some());
            Ok(json!(broke.collect::<Vec<_>>()))
        }
        ("GET", ["faults"]) => Ok(json!(state.faults)),
        ("POST", ["faults"]) => read::<Fault>(request).map(|fault| {
            state.faults.push_back(fault);
            Value::Null
        }),
        ("DELETE", ["faults"]) => {
            state.faults.clear();
            state.throttles.clear();
            Ok(Value::Null)
        }
        ("GET", ["throttle"]) => Ok(json!(state.throttles.scripted())),
        ("POST", ["throttle"]) => read::<Throttle>(request).map(|throttle| {
            state.throttles.script(throttle);
            Value::Null
        }),
        ("POST", ["reset"]) => {
            state.reset();
            Ok(Value::Null)
        }
        _ => return None,
    })
}

fn requests(state: &State) -> Value {
    let most = state
        .load
        .iter()
        .map(|(mailbox, load)| (mailbox.clone(), json!(load.most)));
    json!({
        "requests": state.requests, "high_water": most.collect::<serde_json::Map<_, _>>(),
        "high_water_overall": state.overall.most,
    })
}
