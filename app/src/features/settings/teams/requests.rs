//! The last requests to Microsoft.

use domain::{MicrosoftRequest, RequestOutcome};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{Badge, CopyButton, I18n, Tone},
};

/// How many are shown at once; the others are behind a summary.
const AT_ONCE: usize = 10;

pub fn card(text: I18n, mut requests: Vec<MicrosoftRequest>) -> AnyView {
    let older = requests.split_off(requests.len().min(AT_ONCE));
    let body = if requests.is_empty() {
        view! { <p id="teams-requests-none" class="quiet">{tu!(text, settings.requests_none)}</p> }.into_any()
    } else {
        view! {
            <p>{tu!(text, settings.requests_text)}</p>
            <ul id="teams-requests" class="entries requests">
                {rows(text, requests)}
            </ul>
        }
        .into_any()
    };
    let older = (!older.is_empty()).then(|| {
        view! {
            <details id="teams-requests-older" class="older">
                <summary>{tu!(text, settings.requests_older, count = older.len())}</summary>
                <ul class="entries requests">{rows(text, older)}</ul>
            </details>
        }
    });
    view! {
        <section class="card" aria-labelledby="teams-requests-title">
            <h2 id="teams-requests-title">{tu!(text, settings.requests_title)}</h2>
            {body}
            {older}
        </section>
    }
    .into_any()
}

fn rows(text: I18n, requests: Vec<MicrosoftRequest>) -> Vec<AnyView> {
    requests.into_iter().map(|request| row(text, request)).collect()
}

fn row(text: I18n, request: MicrosoftRequest) -> AnyView {
    let (tone, icon, mut outcome) = outcome(text, request.outcome);
    if let Some(status) = request.status {
        outcome = format!("{outcome} · {status}");
    }
    let code = request
        .code
        .map(|code| view! { <code class="request-code">{code}</code> });
    let time = format!("{} · {} ms", request.when, request.milliseconds);
    let row = format!("teams-request-{}", request.id);
    let ids = [
        (tu_string!(text, settings.requests_id), request.request_id.clone()),
        (
            tu_string!(text, settings.requests_client_id),
            request.client_request_id.clone(),
        ),
    ];
    let copied = ids
        .iter()
        .filter_map(|(name, id)| Some(format!("{name}: {}", id.as_ref()?)))
        .collect::<Vec<_>>()
        .join("\n");
    let copy = (!copied.is_empty()).then(|| {
        view! {
            <CopyButton
                id=format!("{row}-copy-button")
                link=copied
                label=tu_string!(text, settings.requests_copy)
                copied=tu_string!(text, settings.requests_copied)
            />
        }
    });
    let ids = ids
        .into_iter()
        .filter_map(|(name, id)| Some((name, id?)))
        .map(|(name, id)| {
            view! {
                <span class="request-id">
                    <span class="quiet">{name}</span>
                    <code>{id}</code>
                </span>
            }
        })
        .collect_view();
    view! {
        <li id=row class="entry request">
            <div class="request-what">
                <span class="entry-name">{request.call}</span>
                <Badge tone=tone icon=icon text=outcome />
                {code}
            </div>
            <span class="request-when">{time}</span>
            <div class="request-ids">{ids}</div>
            {copy}
        </li>
    }
    .into_any()
}

fn outcome(text: I18n, outcome: RequestOutcome) -> (Tone, icondata_core::Icon, String) {
    let (tone, icon, words) = match outcome {
        RequestOutcome::Ok => (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, settings.outcome_ok),
        ),
        RequestOutcome::Refused => (
            Tone::Bad,
            icondata_lu::LuCircleX,
            tu_string!(text, settings.outcome_refused),
        ),
        RequestOutcome::Throttled => (
            Tone::Warning,
            icondata_lu::LuHourglass,
            tu_string!(text, settings.outcome_throttled),
        ),
        RequestOutcome::Unavailable => (
            Tone::Warning,
            icondata_lu::LuCloudOff,
            tu_string!(text, settings.outcome_unavailable),
        ),
        RequestOutcome::TimedOut => (
            Tone::Warning,
            icondata_lu::LuUnplug,
            tu_string!(text, settings.outcome_timed_out),
        ),
    };
    (tone, icon, words.to_owned())
}
