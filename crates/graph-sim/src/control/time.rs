use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{Done, read};
use crate::{request::Request, state::State};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Move {
    AdvanceSeconds(i64),
    Now(DateTime<Utc>),
}

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["clock"]) => Ok(json!({ "now": state.clock.now() })),
        ("POST", ["clock"]) => read::<Move>(request).map(|wanted| {
            match wanted {
                Move::AdvanceSeconds(seconds) => state.clock.advance(TimeDelta::seconds(seconds)),
                Move::Now(now) => state.clock.set(now),
            }
            state.due.notify_one();
            json!({ "now": state.clock.now() })
        }),
        _ => return None,
    })
}
