use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, change, read};
use crate::{End, LifecycleEvent, Message, reply::Reply, request::Request, state::State};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifecycle {
    event: LifecycleEvent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    keep_old: bool,
}

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["subscriptions"]) => Ok(json!(state.subscriptions)),
        ("DELETE", ["subscriptions", id]) => known(state.end_subscription(id, End::Vanished)),
        ("POST", ["subscriptions", id, "lifecycle"]) => {
            read::<Lifecycle>(request).and_then(|lifecycle| known(state.send_lifecycle(id, lifecycle.event)))
        }
        ("GET", ["notifications"]) => Ok(json!(state.outbox.log)),
        ("DELETE", ["notifications"]) => {
            state.outbox.clear_log();
            Ok(Value::Null)
        }
        ("POST", ["notifications"]) => read::<Message>(request).and_then(|message| {
            let sent = state.send_by_hand(&message);
            sent.map(|()| Value::Null)
                .map_err(|missing| Reply::refusal(400, "BadRequest", missing))
        }),
        ("GET", ["notification-mode"]) => Ok(json!(state.outbox.mode)),
        ("POST", ["notification-mode"]) => change(Some(&mut state.outbox.mode), request),
        ("POST", ["keys", "rotate"]) => read::<Rotation>(request).map(|Rotation { keep_old }| {
            state.keys.rotate(keep_old);
            Value::Null
        }),
        _ => return None,
    })
}

fn known(done: bool) -> Done {
    if done {
        Ok(Value::Null)
    } else {
        Err(Reply::refusal(
            404,
            "NotFound",
            "There is no such living subscription, or it has no lifecycle URL.",
        ))
    }
}
