//! The latest requests, and the rules they broke.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::html::{Button, Text, call};
use crate::{Bearer, LoggedRequest, state::State};

/// More than this is in the control interface only.
const SHOWN: usize = 100;
/// Ids are longer than a line.
const LONGEST: usize = 160;

pub(super) fn section(state: &State) -> String {
    format!("{}{}", violations(state), requests(state))
}

fn violations(state: &State) -> String {
    let broke: Vec<String> = state
        .requests
        .iter()
        .rev()
        .filter_map(|request| Some((request, request.broke?)))
        .take(SHOWN)
        .map(|(request, rule)| {
            let (name, order) = (route(request), request.order);
            format!(
                r#"<li><b>{}</b> <span class="minor">request {order}, {}</span></li>"#,
                Text(rule),
                Text(name)
            )
        })
        .collect();
    format!(
        r#"<section id="rules" aria-labelledby="rules-title"><h2 id="rules-title">Rules broken</h2><div class="card">{}</div></section>"#,
        super::html::list(
            &broke,
            "plain rules",
            "None. Every request kept to Microsoft’s contract."
        )
    )
}

fn requests(state: &State) -> String {
    let rows: String = state.requests.iter().rev().take(SHOWN).map(row).collect();
    let (table, clear) = if rows.is_empty() {
        (
            r#"<p class="none">None yet. Open Minuted and do something with a meeting.</p>"#.to_owned(),
            String::new(),
        )
    } else {
        let calls = vec![call("DELETE", "requests", &Value::Null)];
        let clear = Button::new("Empty the list", calls, "The list of requests is empty.")
            .class("quiet")
            .to_string();
        let table = format!(
            r#"<div class="wide" tabindex="0" role="region" aria-labelledby="requests-caption"><table><caption id="requests-caption">The latest {SHOWN} requests, newest first</caption>
<thead><tr><th scope="col">No.</th><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Answer</th><th scope="col">Address</th></tr></thead><tbody>{rows}</tbody></table></div>"#
        );
        (table, clear)
    };
    format!(
        r#"<section id="requests" aria-labelledby="requests-title"><div class="line"><h2 id="requests-title">Requests</h2>{clear}</div>{table}</section>"#
    )
}

fn row(request: &LoggedRequest) -> String {
    let (class, answer) = match request.status {
        Some(status) if status < 300 => ("good", status.to_string()),
        Some(status) if status < 500 => ("warn", status.to_string()),
        Some(status) => ("bad", status.to_string()),
        None => ("bad", "none".to_owned()),
    };
    let bearer = match request.bearer {
        Bearer::Invalid => r#" <span class="badge warn">token refused</span>"#,
        Bearer::Valid | Bearer::Absent => "",
    };
    let broke = request.broke.map_or(String::new(), |rule| {
        format!(r#"<br><span class="rule">{}</span>"#, Text(rule))
    });
    let address = percent_decode_str(&request.path).decode_utf8_lossy();
    let mut shown: String = address.chars().take(LONGEST).collect();
    if shown.len() < address.len() {
        shown.push('…');
    }
    format!(
        r#"<tr id="request-{0}"><td>{0}</td><td>{4}</td><th scope="row"><span class="method">{1}</span> {2}{bearer}{broke}</th><td><span class="badge {class}">{answer}</span></td><td><code>{3}</code></td></tr>"#,
        request.order,
        Text(&request.method),
        Text(route(request)),
        Text(shown),
        request.at.format("%H:%M:%S"),
    )
}

fn route(request: &LoggedRequest) -> String {
    json!(request.route).as_str().unwrap_or_default().replace('-', " ")
}
