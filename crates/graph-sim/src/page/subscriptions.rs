//! Subscriptions, and the notifications that were sent to them.

use serde_json::{Value, json};

use super::html::{Button, Text, call, moment};
use crate::{DeliveryState, End, LifecycleEvent, SimSubscription, notifications::Delivery, state::State};

/// More than this is in the control interface only.
const SHOWN: usize = 100;

pub(super) fn section(state: &State) -> String {
    format!(
        r#"<section id="subscriptions" aria-labelledby="subscriptions-title"><h2 id="subscriptions-title">Subscriptions</h2>{}</section>
<section id="notifications" aria-labelledby="notifications-title"><h2 id="notifications-title">Notifications</h2>{}</section>"#,
        subscriptions(state),
        notifications(state),
    )
}

fn table(caption: &str, id: &str, columns: &[&str], rows: &str) -> String {
    let head: String = columns
        .iter()
        .map(|column| format!(r#"<th scope="col">{column}</th>"#))
        .collect();
    format!(
        r#"<div class="wide" tabindex="0" role="region" aria-labelledby="{id}"><table><caption id="{id}">{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"#
    )
}

fn subscriptions(state: &State) -> String {
    if state.subscriptions.is_empty() {
        return r#"<p class="none">Nobody has asked to be told about new recordings and transcripts.</p>"#.to_owned();
    }
    let rows: String = state
        .subscriptions
        .iter()
        .rev()
        .map(|known| subscription(state, known))
        .collect();
    let columns = ["Of", "Stands", "Last notification", "Do"];
    table("Subscriptions, newest first", "subscriptions-caption", &columns, &rows)
}

fn subscription(state: &State, known: &SimSubscription) -> String {
    let lives = known.lives(state.clock.now());
    let (class, stands) = match known.ended {
        _ if lives && known.awaiting_reauthorization => ("warn", "waits for reauthorization"),
        _ if lives => ("good", "active"),
        Some(End::Deleted) => ("", "deleted by its owner"),
        Some(End::Removed) => ("bad", "removed by Microsoft"),
        Some(End::Vanished) => ("bad", "vanished"),
        Some(End::Expired) | None => ("warn", "expired"),
    };
    let last = state.outbox.log.iter().rev().find(|sent| about(sent, &known.id));
    let last = last.and_then(|sent| Some((sent.attempts.last()?, sent.status)));
    let last = last.map_or("none".to_owned(), |(attempt, status)| {
        format!("{} {}", moment(attempt.at), answer(status))
    });
    let id = &known.id;
    let lifecycle = |label: &str, event: LifecycleEvent, done: &str| {
        let calls = vec![call(
            "POST",
            format!("subscriptions/{id}/lifecycle"),
            &json!({ "event": event }),
        )];
        Button::new(label, calls, done)
            .named(format!("{label}: {}", known.resource))
            .to_string()
    };
    let mut buttons = String::new();
    if lives {
        if known.lifecycle_url.is_some() {
            buttons += &lifecycle(
                "Ask to reauthorize",
                LifecycleEvent::ReauthorizationRequired,
                "The subscriber was told to reauthorize.",
            );
            buttons += &lifecycle(
                "Tell of missed ones",
                LifecycleEvent::Missed,
                "The subscriber was told that it missed something.",
            );
            buttons += &lifecycle(
                "Remove",
                LifecycleEvent::SubscriptionRemoved,
                "The subscription is gone, and the subscriber knows.",
            );
        }
        let calls = vec![call("DELETE", format!("subscriptions/{id}"), &Value::Null)];
        let vanish = Button::new("Let it vanish", calls, "The subscription is gone without a word.");
        buttons += &vanish.named(format!("Let it vanish: {}", known.resource)).to_string();
    }
    let rich = if known.include_resource_data {
        r#" <span class="badge">with data</span>"#
    } else {
        ""
    };
    format!(
        r#"<tr id="subscription-{}"><th scope="row"><code>{}</code>{rich}<br><span class="minor">to {}</span></th><td><span class="badge {class}">{stands}</span><br><span class="minor">until {}</span></td><td>{last}</td><td><div class="row">{buttons}</div></td></tr>"#,
        Text(id),
        Text(&known.resource),
        Text(&known.notification_url),
        moment(known.expires),
    )
}

fn items(sent: &Delivery) -> impl Iterator<Item = &Value> {
    sent.body["value"].as_array().into_iter().flatten()
}

fn about(sent: &Delivery, subscription: &str) -> bool {
    items(sent).any(|item| item["subscriptionId"] == subscription)
}

fn answer(status: Option<u16>) -> String {
    match status {
        Some(status) if (200..300).contains(&status) => format!(r#"<span class="badge good">{status}</span>"#),
        Some(status) => format!(r#"<span class="badge bad">{status}</span>"#),
        None => r#"<span class="badge bad">no answer</span>"#.to_owned(),
    }
}

fn notifications(state: &State) -> String {
    let sent = &state.outbox.log;
    if sent.is_empty() {
        return r#"<p class="none">None yet. End a meeting that somebody has subscribed to.</p>"#.to_owned();
    }
    let rows: String = sent.iter().rev().take(SHOWN).map(notification).collect();
    let caption = format!("The latest {SHOWN} notifications, newest first");
    table(
        &caption,
        "notifications-caption",
        &["No.", "About", "Stands", "Answers", "Address"],
        &rows,
    )
}

fn notification(sent: &Delivery) -> String {
    let resources: Vec<&str> = items(sent).filter_map(|item| item["resource"].as_str()).collect();
    let told: Vec<&str> = items(sent).map(about_what).collect();
    let (class, stands) = match sent.state {
        DeliveryState::Waiting => ("warn", "waiting"),
        DeliveryState::Sending => ("warn", "being sent"),
        DeliveryState::Delivered => ("good", "delivered"),
        DeliveryState::GivenUp => ("bad", "given up"),
        DeliveryState::Dropped => ("", "dropped"),
    };
    let attempts: Vec<String> = sent.attempts.iter().map(|attempt| answer(attempt.status)).collect();
    format!(
        r#"<tr id="notification-{0}"><td>{0}</td><th scope="row">{1}</th><td><span class="badge {class}">{stands}</span></td><td>{2}</td><td>to <code>{3}</code><br><code>{4}</code></td></tr>"#,
        sent.number,
        Text(told.join(", ")),
        attempts.join(" "),
        Text(&sent.url),
        Text(resources.join(", ")),
    )
}

fn about_what(item: &Value) -> &str {
    let resource = item["resource"].as_str().unwrap_or_default();
    match item["lifecycleEvent"].as_str() {
        Some(event) => event,
        None if resource.contains("/recordings") => "new recording",
        None if resource.contains("/transcripts") => "new transcript",
        None => "something else",
    }
}
