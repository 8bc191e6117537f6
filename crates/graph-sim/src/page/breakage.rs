//! What can be broken, what is broken, and how it is mended.

use serde_json::{Map, Value, json};

use super::html::{Button, Text, call, list};
use crate::{
    CannedAnswer, Fault, FaultAnswer, JoinUrlMode, Route, TenantConfig, TransactionMode, Transfer, state::State,
};

/// Ready-made faults, in plain words.
fn menu() -> [(&'static str, &'static str, Fault); 9] {
    use FaultAnswer::{DropAfter, DropBefore, Stall, StatusAfterCommit};
    let cut = Transfer {
        cut_after: Some(100_000),
        ..Transfer::default()
    };
    let canned = |route, answer: CannedAnswer| Fault::new(route, answer);
    [
        (
            "Microsoft is down",
            "The next 3 requests get 503.",
            canned(Route::Any, CannedAnswer::status(503)).times(3),
        ),
        (
            "Throttle",
            "The next 3 requests get 429 and shall come again after 5 seconds.",
            canned(Route::Any, CannedAnswer::status(429).retry_after(5)).times(3),
        ),
        (
            "Be slow",
            "The next 5 requests take 3 seconds longer.",
            canned(Route::Any, CannedAnswer::delay(3000)).times(5),
        ),
        (
            "No connection",
            "The next 3 requests get no answer at all.",
            Fault::new(Route::Any, DropBefore).times(3),
        ),
        (
            "Hang",
            "The next request is never answered, and the connection stays open.",
            Fault::new(Route::Any, Stall),
        ),
        (
            "Lose the answer after creating",
            "The next event is created, and the connection drops.",
            Fault::new(Route::CreateEvent, DropAfter),
        ),
        (
            "Create, but say it failed",
            "The next event is created, and the answer is 503.",
            Fault::new(Route::CreateEvent, StatusAfterCommit(503)),
        ),
        (
            "Answer with a web page",
            "The next request gets a proxy's HTML in place of JSON.",
            canned(
                Route::Any,
                CannedAnswer::body(502, "<html><body>Bad gateway</body></html>"),
            ),
        ),
        (
            "Break a download",
            "The next recording breaks off after 100 kB.",
            Fault::new(Route::RecordingContent, cut),
        ),
    ]
}

pub(super) fn section(state: &State) -> String {
    let faults: Vec<String> = menu()
        .into_iter()
        .map(|(label, explained, fault)| {
            let button = Button::new(label, vec![call("POST", "faults", &json!(fault))], explained);
            format!(r#"<li>{button}<span class="minor">{explained}</span></li>"#)
        })
        .collect();
    let revoke = Button::new(
        "Revoke all tokens",
        vec![call("POST", "tokens/revoke", &json!({}))],
        "Every token issued so far is refused from now on.",
    );
    let revoke = format!(r#"<li>{revoke}<span class="minor">Every token issued so far is refused.</span></li>"#);
    let waiting: Vec<String> = state
        .faults
        .iter()
        .map(|fault| format!("<li>{}</li>", Text(describe(fault))))
        .collect();
    format!(
        r##"<section id="break" aria-labelledby="break-title"><div class="line"><h2 id="break-title">Break something</h2>{}</div>
<div class="split"><div class="card"><h3>Requests to come</h3><ul class="menu">{}{revoke}</ul></div>
<div class="stack"><div class="card"><h3>Waiting for their request</h3>{}</div>
<div class="card"><h3>Join links of new meetings</h3><div class="row choices" role="group" aria-label="Join links of new meetings">{}</div></div>
<div class="card"><h3>A meeting created twice</h3><div class="row choices" role="group" aria-label="A meeting created twice">{}</div></div>
<div class="card"><h3>Access taken away</h3><p class="minor">Secrets, consent, mailbox scope, Teams policies and transcript settings have switches under <a href="#tenants">Tenants and people</a>.</p></div></div></div></section>"##,
        mend(state),
        faults.concat(),
        list(
            &waiting,
            "plain",
            "Nothing. The next request is answered as it should be."
        ),
        join_links(state),
        repetitions(state),
    )
}

fn join_links(state: &State) -> String {
    let choice = |label: &str, mode: JoinUrlMode, done: &str| {
        let calls = vec![call("POST", "join-url", &json!({ "mode": mode }))];
        Button::choice(label, state.join_url == mode, calls, done).to_string()
    };
    [
        choice(
            "At once",
            JoinUrlMode::Normal,
            "New meetings have their join link at once.",
        ),
        choice(
            "Late",
            JoinUrlMode::AfterGets(2),
            "The join link shows at the third look at the event.",
        ),
        choice("Never", JoinUrlMode::Never, "New meetings never get a join link."),
        choice(
            "Not online",
            JoinUrlMode::Ignored,
            "New meetings are silently made without Teams.",
        ),
    ]
    .concat()
}

fn repetitions(state: &State) -> String {
    let choice = |label: &str, mode: TransactionMode, done: &str| {
        let calls = vec![call("POST", "transaction-mode", &json!({ "mode": mode }))];
        Button::choice(label, state.transactions == mode, calls, done).to_string()
    };
    [
        choice(
            "Same again",
            TransactionMode::FirstEvent,
            "A repetition answers with the first event.",
        ),
        choice(
            "Refused",
            TransactionMode::Conflict,
            "A repetition is refused with 409.",
        ),
        choice(
            "Two events",
            TransactionMode::SecondEvent,
            "A repetition makes a second event.",
        ),
    ]
    .concat()
}

fn mend(state: &State) -> String {
    let mut calls = deviations(state);
    if !state.faults.is_empty() {
        calls.push(call("DELETE", "faults", &Value::Null));
    }
    if calls.is_empty() {
        return r#"<span class="badge good">all is well</span>"#.to_owned();
    }
    Button::new("Mend everything", calls, "Everything works again.")
        .class("primary")
        .to_string()
}

/// The calls that bring every switch back to where it was at the start, one for each thing that differs.
pub(super) fn deviations(state: &State) -> Vec<Value> {
    let mut calls = Vec::new();
    let mut differs = |path: String, now: Value, start: Value| {
        let properties = start.as_object().into_iter().flatten();
        let differing = properties.filter(|(name, value)| now[name.as_str()] != **value);
        let differing: Map<String, Value> = differing.map(|(name, value)| (name.clone(), value.clone())).collect();
        if !differing.is_empty() {
            calls.push(call("POST", path, &differing.into()));
        }
    };
    for (now, start) in state.apps.iter().zip(&state.config.apps) {
        differs(format!("apps/{}", start.client_id), json!(now), json!(start));
    }
    for (now, start) in state.users.iter().zip(&state.config.users) {
        differs(format!("mailboxes/{}", start.object_id), json!(now), json!(start));
    }
    for tenant_id in super::tenants::ids(state) {
        let configured = state.config.tenants.iter().find(|tenant| tenant.tenant_id == tenant_id);
        let start = configured.cloned().unwrap_or_else(|| TenantConfig::new(tenant_id));
        differs(
            format!("tenants/{tenant_id}"),
            json!(state.tenant(tenant_id)),
            json!(start),
        );
    }
    let (now, start) = (json!(state.outbox.mode), json!(state.config.notifications));
    differs("notification-mode".to_owned(), now, start);
    differs("teams".to_owned(), json!(state.teams), json!(state.config.teams));
    let mode = |mode: Value| json!({ "mode": mode });
    let (now, start) = (json!(state.join_url), json!(state.config.join_url));
    differs("join-url".to_owned(), mode(now), mode(start));
    let (now, start) = (json!(state.transactions), json!(state.config.transactions));
    differs("transaction-mode".to_owned(), mode(now), mode(start));
    calls
}

/// `503 for any request, 3 times`
fn describe(fault: &Fault) -> String {
    let what = match &fault.answer {
        FaultAnswer::DropBefore => "Connection dropped".to_owned(),
        FaultAnswer::Stall => "No answer, ever".to_owned(),
        FaultAnswer::DropAfter => "Done, then connection dropped".to_owned(),
        FaultAnswer::StatusAfterCommit(status) => format!("Done, then {status}"),
        FaultAnswer::Transfer(_) => "Content sent in an odd way".to_owned(),
        FaultAnswer::Canned(CannedAnswer {
            status: Some(status),
            retry_after,
            ..
        }) => match retry_after {
            Some(seconds) => format!("{status} and “come again in {seconds} s”"),
            None => status.to_string(),
        },
        FaultAnswer::Canned(CannedAnswer { body_raw: Some(_), .. }) => "Another body".to_owned(),
        FaultAnswer::Canned(canned) => format!("{} ms later", canned.delay_ms),
    };
    let route = json!(fault.route);
    let route = match fault.route {
        Route::Any => "any request",
        _ => route.as_str().unwrap_or_default(),
    };
    let times = match fault.times {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    };
    let skip = match fault.skip {
        0 => String::new(),
        skip => format!(", after {skip} more"),
    };
    format!("{what}, for {route}, {times}{skip}")
}
