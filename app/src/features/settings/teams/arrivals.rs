//! How recordings and transcripts come in.

use domain::{Arrivals, NotSubscribed, NotificationCounts, SubscriptionState, SubscriptionStatus, SubscriptionTrouble};
use leptos::prelude::*;

use super::requests;
use crate::{
    i18n::{tu, tu_string},
    ui::{Badge, I18n, Icon, Tone},
};

pub fn cards(text: I18n, arrivals: Arrivals) -> AnyView {
    let subscriptions = arrivals.subscriptions;
    let why_none = subscriptions.none.map(|why| {
        view! {
            <p id="teams-arrivals-none" class="with-icon">
                <Icon icon=icondata_lu::LuInfo />
                {not_subscribed(text, why)}
            </p>
        }
    });
    let wide = subscriptions
        .is_tenant_wide
        .then(|| view! { <p class="quiet">{tu!(text, settings.arrivals_tenant_wide)}</p> });
    let recordings = row(
        text,
        "recordings",
        tu_string!(text, settings.arrivals_recordings),
        icondata_lu::LuVideo,
        &subscriptions.recordings,
    );
    let transcripts = row(
        text,
        "transcripts",
        tu_string!(text, settings.arrivals_transcripts),
        icondata_lu::LuFileText,
        &subscriptions.transcripts,
    );
    view! {
        <section class="card" aria-labelledby="teams-arrivals-title">
            <h2 id="teams-arrivals-title">{tu!(text, settings.arrivals_title)}</h2>
            <p>{tu!(text, settings.arrivals_text)}</p>
            {why_none}
            {wide}
            <ul id="teams-arrivals" class="entries arrivals">
                {recordings}
                {transcripts}
                {sweep(text, arrivals.swept, arrivals.is_asleep)}
            </ul>
            {counted(text, subscriptions.counts)}
            <p class="hint">{tu!(text, settings.arrivals_zone, zone = arrivals.zone)}</p>
        </section>
        {requests::card(text, arrivals.requests)}
    }
    .into_any()
}

fn row(
    text: I18n,
    id: &'static str,
    name: &'static str,
    icon: icondata_core::Icon,
    status: &SubscriptionStatus,
) -> AnyView {
    let (tone, sign, state) = state(text, status.state);
    let trouble = status.trouble.map(|why| {
        view! {
            <p id=format!("teams-arrivals-{id}-trouble") class="with-icon">
                <Icon icon=icondata_lu::LuTriangleAlert />
                {trouble(text, why)}
            </p>
        }
    });
    let has_expired = status.state == SubscriptionState::Expired;
    let mut facts: Vec<String> = Vec::new();
    facts.extend(status.expires.clone().map(|when| {
        if has_expired {
            tu_string!(text, settings.arrivals_expired, when = when)
        } else {
            tu_string!(text, settings.arrivals_expires, when = when)
        }
    }));
    facts.extend(
        status
            .renewed
            .clone()
            .map(|when| tu_string!(text, settings.arrivals_renewed, when = when)),
    );
    facts.extend(
        status
            .next
            .clone()
            .map(|when| tu_string!(text, settings.arrivals_next, when = when)),
    );
    facts.push(match status.notified.clone() {
        Some(when) => tu_string!(text, settings.arrivals_notified, when = when),
        None => tu_string!(text, settings.arrivals_never_notified).to_owned(),
    });
    entry(
        &format!("teams-arrivals-{id}"),
        name,
        icon,
        (tone, sign, state),
        facts,
        trouble.into_any(),
    )
}

fn sweep(text: I18n, swept: Option<String>, is_asleep: bool) -> AnyView {
    let badge = if is_asleep {
        (
            Tone::Warning,
            icondata_lu::LuTriangleAlert,
            tu_string!(text, settings.sweep_asleep),
        )
    } else {
        (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, settings.sweep_awake),
        )
    };
    let last = match swept {
        Some(when) => tu_string!(text, settings.sweep_last, when = when),
        None => tu_string!(text, settings.sweep_never).to_owned(),
    };
    let what_to_do = is_asleep.then(|| view! { <p>{tu!(text, settings.sweep_asleep_text)}</p> });
    let name = tu_string!(text, settings.sweep_title);
    entry(
        "teams-arrivals-sweep",
        name,
        icondata_lu::LuRefreshCw,
        badge,
        vec![last],
        what_to_do.into_any(),
    )
}

fn entry(
    id: &str,
    name: &'static str,
    icon: icondata_core::Icon,
    (tone, sign, state): (Tone, icondata_core::Icon, &'static str),
    facts: Vec<String>,
    more: AnyView,
) -> AnyView {
    let facts = facts
        .into_iter()
        .map(|fact| view! { <span class="quiet">{fact}</span> })
        .collect_view();
    view! {
        <li id=id.to_owned() class="entry">
            <span class="entry-icon">
                <Icon icon=icon />
            </span>
            <div class="entry-text arrival-text">
                <p class="arrival-head">
                    <span class="entry-name">{name}</span>
                    <Badge tone=tone icon=sign text=state />
                </p>
                {more}
                <p class="arrival-facts">{facts}</p>
            </div>
        </li>
    }
    .into_any()
}

fn state(text: I18n, state: SubscriptionState) -> (Tone, icondata_core::Icon, &'static str) {
    match state {
        SubscriptionState::Active => (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, settings.subscription_active),
        ),
        SubscriptionState::Expiring => (
            Tone::Warning,
            icondata_lu::LuClockAlert,
            tu_string!(text, settings.subscription_expiring),
        ),
        SubscriptionState::Expired => (
            Tone::Bad,
            icondata_lu::LuCircleAlert,
            tu_string!(text, settings.subscription_expired),
        ),
        SubscriptionState::Refused => (
            Tone::Bad,
            icondata_lu::LuCircleX,
            tu_string!(text, settings.subscription_refused),
        ),
        SubscriptionState::None => (
            Tone::Neutral,
            icondata_lu::LuCircleMinus,
            tu_string!(text, settings.subscription_none),
        ),
    }
}

fn not_subscribed(text: I18n, why: NotSubscribed) -> &'static str {
    match why {
        NotSubscribed::NotReachable => tu_string!(text, settings.not_subscribed_reachable),
        NotSubscribed::NotSetUp => tu_string!(text, settings.not_subscribed_set_up),
        NotSubscribed::NoOrganizer => tu_string!(text, settings.not_subscribed_organizer),
        NotSubscribed::NotInThisEdition => tu_string!(text, settings.not_subscribed_edition),
    }
}

fn trouble(text: I18n, trouble: SubscriptionTrouble) -> &'static str {
    match trouble {
        SubscriptionTrouble::Unavailable => tu_string!(text, settings.subscription_unavailable),
        SubscriptionTrouble::Throttled => tu_string!(text, settings.subscription_throttled),
        SubscriptionTrouble::Credentials => tu_string!(text, artifacts.because_credentials),
        SubscriptionTrouble::Permission => tu_string!(text, settings.subscription_permission),
        SubscriptionTrouble::TranscriptsOff => tu_string!(text, artifacts.because_transcripts_off),
        SubscriptionTrouble::NotValidated => tu_string!(text, settings.subscription_not_validated),
        SubscriptionTrouble::Quota => tu_string!(text, settings.subscription_quota),
        SubscriptionTrouble::Taken => tu_string!(text, settings.subscription_taken),
        SubscriptionTrouble::Refused => tu_string!(text, settings.subscription_refused_text),
    }
}

/// How many notifications came. What is nothing is not told.
fn counted(text: I18n, counts: NotificationCounts) -> AnyView {
    let all = [
        (counts.received, tu_string!(text, settings.counts_received)),
        (counts.waiting, tu_string!(text, settings.counts_waiting)),
        (counts.repeated, tu_string!(text, settings.counts_repeated)),
        (counts.foreign, tu_string!(text, settings.counts_foreign)),
        (counts.wrong_secret, tu_string!(text, settings.counts_wrong_secret)),
        (counts.wrong_tenant, tu_string!(text, settings.counts_wrong_tenant)),
        (counts.wrong_content, tu_string!(text, settings.counts_wrong_content)),
        (counts.closed_content, tu_string!(text, settings.counts_closed_content)),
    ];
    if all.iter().all(|(count, _)| *count == 0) {
        return ().into_any();
    }
    let pairs = all
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| {
            view! {
                <div class="number">
                    <dt>{name}</dt>
                    <dd>{count}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <h3 id="teams-counts-title">{tu!(text, settings.counts_title)}</h3>
        <dl id="teams-counts" class="numbers" aria-labelledby="teams-counts-title">
            {pairs}
        </dl>
    }
    .into_any()
}
