use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{Done, read};
use crate::{reply::Reply, request::Request, state::State};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Move {
    AdvanceSeconds(i64),
    Now(DateTime<Utc>),
}

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["clock"]) => Ok(json!({ "now": state.clock.now() })),
        ("POST", ["clock"]) => read::<Move>(request).and_then(|wanted| {
            let moved = match wanted {
                Move::AdvanceSeconds(seconds) => {
                    TimeDelta::try_seconds(seconds).is_some_and(|by| state.clock.advance(by))
                }
                Move::Now(now) => state.clock.set(now),
            };
            if !moved {
                return Err(Reply::refusal(400, "BadRequest", "The clock cannot be moved so far."));
            }
            state.due.notify_one();
            Ok(json!({ "now": state.clock.now() }))
        }),
        _ => return None,
    })
}
