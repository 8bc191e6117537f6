//! The page at `/`: what the simulator holds, for people, and buttons to move it on, break it and mend it.
//!
//! It is readable without script. With script, the buttons call the control interface as the README tells, and the page reads itself
//! again every two seconds.

mod breakage;
mod html;
mod log;
mod meetings;
mod subscriptions;
mod tenants;

use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    ArtifactKind, Transfer,
    clock::machine_time,
    content::File,
    reply::{Body, Reply},
    request::Request,
    state::State,
};
use html::{Button, Text, call, count};

const CSS: &str = include_str!("../../assets/page/page.css");
const JS: &str = include_str!("../../assets/page/page.js");
const ICON: &str = include_str!("../../assets/page/icon.svg");

/// What the browser may do: the page's own style and script, and calls of the simulator.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// Of `/` and of everything under `/_sim/page/`.
pub(crate) fn answer(state: &State, request: &Request) -> Reply {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    if request.method != http::Method::GET {
        return Reply::refusal(405, "MethodNotAllowed", "The page can only be read.");
    }
    let (kind, content) = match segments.as_slice() {
        [""] => ("text/html; charset=utf-8", document(state).into()),
        [_, _, "page.css"] => ("text/css; charset=utf-8", Bytes::from_static(CSS.as_bytes())),
        [_, _, "page.js"] => ("text/javascript; charset=utf-8", Bytes::from_static(JS.as_bytes())),
        [_, _, "icon.svg"] => ("image/svg+xml", Bytes::from_static(ICON.as_bytes())),
        [_, _, "content", id] => return content(state, id, request).map_or_else(not_found, guarded),
        _ => return not_found(),
    };
    guarded(Reply::new(200, Body::Bytes(kind, content)))
}

fn guarded(reply: Reply) -> Reply {
    reply
        .with_header("Content-Security-Policy", POLICY)
        .with_header("X-Content-Type-Options", "nosniff")
        .with_header("Referrer-Policy", "no-referrer")
        .with_header("Cache-Control", "no-store")
}

fn not_found() -> Reply {
    Reply::refusal(404, "NotFound", "The simulator's page has no such part.")
}

/// A recording to play, or a transcript to read; without the oddities of its delivery.
fn content(state: &State, id: &str, request: &Request) -> Option<Reply> {
    let artifact = state.artifacts.iter().find(|artifact| artifact.id == id)?;
    let content_type = match artifact.kind {
        ArtifactKind::Recording => "video/mp4",
        // Not text/vtt, which browsers download.
        ArtifactKind::Transcript => "text/plain; charset=utf-8",
    };
    let file = File {
        content_type: content_type.to_owned(),
        content: artifact.content.clone(),
        transfer: Transfer::default(),
    };
    Some(file.answer(request, None))
}

fn document(state: &State) -> String {
    let sections = [
        head(state),
        facts(state),
        meetings::section(state),
        breakage::section(state),
        subscriptions::section(state),
        tenants::section(state),
        log::section(state),
    ];
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Microsoft 365, simulated</title>
<link rel="icon" href="/_sim/page/icon.svg">
<link rel="stylesheet" href="/_sim/page/page.css">
<script src="/_sim/page/page.js" defer></script>
</head>
<body>
<a class="skip" href="#meetings">Skip to the meetings</a>
<noscript><p class="notice">Without JavaScript this page can be read, and reloaded to see what is new. The buttons need it; everything they do can be done over HTTP, too.</p></noscript>
<main id="live">
{}
</main>
<footer><p>graph-sim listens at <code>{}</code>. Times are UTC. What the buttons do is in <code>crates/graph-sim/README.md</code>.</p></footer>
<p id="result" role="status" aria-live="polite"></p>
</body>
</html>
"##,
        sections.join("\n"),
        Text(&state.base)
    )
}

fn head(state: &State) -> String {
    let now = state.clock.now();
    // Rounded: reading the two clocks takes a moment.
    let ahead = (now - machine_time() + TimeDelta::milliseconds(500)).num_seconds();
    let shift = match ahead {
        0 => "the real time".to_owned(),
        1.. => format!("{} ahead of the real time", span(ahead)),
        _ => format!("{} behind the real time", span(-ahead)),
    };
    let advance = |label: &str, by: TimeDelta| {
        let seconds = by.num_seconds();
        Button::new(
            format!("+ {label}"),
            vec![call("POST", "clock", &json!({ "advance_seconds": seconds }))],
            format!("It is {label} later."),
        )
        .named(format!("Move the time on by {label}"))
    };
    let reset = Button::new(
        "Start over",
        vec![call("POST", "reset", &json!({}))],
        "Everything is as it was at the start.",
    )
    .class("quiet");
    format!(
        r#"<header class="top">
<div><h1>Microsoft 365, simulated</h1>
<p>Calendars, Teams meetings and their recordings, as Minuted sees them. Nothing of it reaches Microsoft.</p></div>
<div class="clock"><p><time datetime="{}">{}<b>{}</b></time><span>{shift}</span></p>
<div class="row" role="group" aria-label="Time">{}{}{}{reset}</div></div>
</header>"#,
        now.format("%Y-%m-%dT%H:%M:%SZ"),
        now.format("%a %-d %b %Y "),
        now.format("%H:%M:%S"),
        advance("10 minutes", TimeDelta::minutes(10)),
        advance("1 hour", TimeDelta::hours(1)),
        advance("1 day", TimeDelta::days(1)),
    )
}

/// `2 days 3 h`, `4 h 10 min`, `7 min`; of seconds.
fn span(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let plural = if days == 1 { "" } else { "s" };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (_, 0, _) => format!("{days} day{plural}"),
        _ => format!("{days} day{plural} {hours} h"),
    }
}

fn facts(state: &State) -> String {
    let artifacts = |kind| state.artifacts.iter().filter(|artifact| artifact.kind == kind).count();
    let broken = state.requests.iter().filter(|request| request.broke.is_some()).count();
    let now = state.clock.now();
    let subscribed = state.subscriptions.iter().filter(|known| known.lives(now)).count();
    let waiting = state.faults.len() + breakage::deviations(state).len();
    let fact = |href: &str, number: usize, what: &str, class: &str| {
        let text = count(number, what);
        let (number, what) = text.split_once(' ').unwrap_or_default();
        format!(r##"<li class="{class}"><a href="#{href}"><b>{number}</b> {what}</a></li>"##)
    };
    let bad = |number| if number > 0 { "bad" } else { "" };
    let facts = [
        fact(
            "meetings",
            state.events.iter().filter(|event| !event.deleted).count(),
            "meeting",
            "",
        ),
        fact("meetings", artifacts(ArtifactKind::Recording), "recording", ""),
        fact("meetings", artifacts(ArtifactKind::Transcript), "transcript", ""),
        fact("subscriptions", subscribed, "subscription", ""),
        fact("notifications", state.outbox.log.len(), "notification", ""),
        fact("break", waiting, "disturbance", bad(waiting)),
        fact("requests", state.requests.len(), "request", ""),
        fact("rules", broken, "rule violation", bad(broken)),
    ];
    format!(
        r#"<nav aria-label="What there is"><ul class="facts">{}</ul></nav>"#,
        facts.concat()
    )
}
