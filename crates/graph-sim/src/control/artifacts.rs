use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Done, read, teams::unknown};
use crate::{
    ArtifactKind, Content, Missing, NewArtifact, Session, SimArtifact, Transfer,
    fixtures::{FIXTURES, fixture},
    reply::Reply,
    request::Request,
    state::State,
};

/// An artifact that is asked for. What is not given is as it usually is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    kind: ArtifactKind,
    #[serde(default)]
    delay_seconds: u32,
    #[serde(default)]
    content_delay_seconds: u32,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    correlation: Option<Uuid>,
    content: Option<Given>,
    content_type: Option<String>,
    #[serde(default)]
    missing: Vec<Missing>,
    #[serde(default)]
    transfer: Transfer,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Given {
    Fixture(String),
    Base64(String),
    PatternBytes(u64),
    #[serde(untagged)]
    Text(String),
}

/// What is given is changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    expired: Option<bool>,
    available_at: Option<DateTime<Utc>>,
    content_at: Option<DateTime<Utc>>,
    missing: Option<Vec<Missing>>,
    transfer: Option<Transfer>,
}

pub(super) fn answer(state: &mut State, what: (&str, &[&str]), request: &Request) -> Option<Done> {
    Some(match what {
        ("GET", ["fixtures"]) => Ok(json!(FIXTURES)),
        ("GET", ["artifacts"]) => Ok(summaries(state, |_| true)),
        ("GET", ["meetings", id, "artifacts"]) => Ok(summaries(state, |artifact| artifact.online_meeting_id == *id)),
        ("POST", ["meetings", id, "artifacts"]) => read::<Asked>(request).and_then(|asked| add(state, id, asked)),
        ("POST", ["artifacts", id]) => read::<Change>(request).and_then(|change| apply(state, id, change)),
        ("DELETE", ["artifacts", id]) => {
            if state.remove_artifact(id) {
                Ok(Value::Null)
            } else {
                Err(unknown())
            }
        }
        _ => return None,
    })
}

fn summaries(state: &State, of: impl Fn(&SimArtifact) -> bool) -> Value {
    let those = state.artifacts.iter().filter(|artifact| of(artifact));
    those.map(SimArtifact::summary).collect()
}

fn add(state: &mut State, meeting: &str, asked: Asked) -> Done {
    let now = state.clock.now();
    let known = state.meetings.iter().find(|known| known.id == meeting);
    let meeting = known.cloned().ok_or_else(unknown)?;
    let end = asked.end.unwrap_or(now);
    let session = Session {
        correlation_id: asked.correlation.unwrap_or_else(|| state.ids.guid()),
        start: asked.start.unwrap_or(end - TimeDelta::minutes(30)),
        end,
    };
    let mut content_type = asked.content_type;
    let content = match (asked.content, asked.kind) {
        (None, kind) => state.dialogue(&meeting, 0).content(kind),
        (Some(Given::Text(text)), _) => Content::from(text),
        (Some(Given::PatternBytes(length)), _) => Content::Pattern(length),
        (Some(Given::Base64(text)), _) => {
            let bytes = BASE64_STANDARD
                .decode(text)
                .map_err(|error| wrong(&error.to_string()))?;
            Content::from(bytes)
        }
        (Some(Given::Fixture(name)), _) => {
            let fixture = fixture(&name).ok_or_else(|| wrong("No fixture has this name; see GET /_sim/fixtures."))?;
            content_type = content_type.or_else(|| fixture.content_type.map(str::to_owned));
            Content::from(fixture.content())
        }
    };
    let new = NewArtifact {
        content_type,
        delay: TimeDelta::seconds(asked.delay_seconds.into()),
        content_delay: TimeDelta::seconds(asked.content_delay_seconds.into()),
        missing: asked.missing,
        transfer: asked.transfer,
        ..NewArtifact::new(asked.kind, session, content)
    };
    let id = state.add_artifact(&meeting.id, new).ok_or_else(unknown)?;
    Ok(json!({ "id": id, "correlation": session.correlation_id }))
}

fn apply(state: &mut State, id: &str, change: Change) -> Done {
    let artifact = state.artifacts.iter_mut().find(|artifact| artifact.id == id);
    let artifact = artifact.ok_or_else(unknown)?;
    if let Some(expired) = change.expired {
        artifact.expired = expired;
    }
    if let Some(at) = change.available_at {
        artifact.available_at = at;
    }
    if let Some(at) = change.content_at {
        artifact.content_at = at;
    }
    if let Some(missing) = change.missing {
        artifact.missing = missing;
    }
    if let Some(transfer) = change.transfer {
        artifact.transfer = transfer;
    }
    let summary = artifact.summary();
    state.due.notify_one();
    Ok(summary)
}

fn wrong(message: &str) -> Reply {
    Reply::refusal(400, "BadRequest", message)
}
