mod arrivals;
mod requests;

use domain::{MeetingCapability, StrandedChange, TeamsPage};
use leptos::{form::ActionForm, prelude::*};

use super::{
    api::{RetryStranded, SubmitRecording, teams},
    said::Said,
};
use crate::{
    features::interactions::{because, unavailable},
    i18n::{tu, tu_string},
    ui::{Button, ButtonKind, Failed, FormFailure, I18n, Icon, PageHeader, Skeleton, failure_of, use_text},
};

/// How the tenant uses Teams, and what Microsoft has not accepted.
#[component]
pub fn TeamsScreen() -> impl IntoView {
    let text = use_text();
    let page = Resource::new_blocking(|| (), |()| teams());
    let said = RwSignal::new(None);
    let (record, retry) = (
        ServerAction::<SubmitRecording>::new(),
        ServerAction::<RetryStranded>::new(),
    );
    Effect::new(move |_| {
        if let Some(Ok(())) = record.value().get() {
            said.set(Some("saved"));
            page.refetch();
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = retry.value().get() {
            said.set(Some("retried"));
            page.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match page.await {
                Ok(page) => view! {
                    <Recording page=page.clone() action=record />
                    {page.arrivals.map(|arrivals| arrivals::cards(text, arrivals))}
                    <Stranded changes=page.stranded may_change=page.may_change action=retry />
                }
                .into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| page.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <PageHeader
            title=tu_string!(text, settings.teams_title)
            lead=Some(tu!(text, settings.teams_lead).into_any())
        />
        <Said id="teams-said" said=said />
        <FormFailure id="teams-recording-failure" failure=failure_of(record) />
        <FormFailure id="teams-retry-failure" failure=failure_of(retry) />
        <Transition fallback=|| view! { <Skeleton rows=4 /> }>
            <div class="stack">{body}</div>
        </Transition>
    }
}

#[component]
fn Recording(page: TeamsPage, action: ServerAction<SubmitRecording>) -> impl IntoView {
    let text = use_text();
    let why_not = match page.meetings {
        MeetingCapability::Available => None,
        MeetingCapability::Unavailable(reason) => Some(unavailable(text, reason)),
    };
    let is_fixed = why_not.is_some() || !page.may_change;
    let why_not = why_not.map(|reason| {
        view! {
            <p class="with-icon">
                <Icon icon=icondata_lu::LuTriangleAlert />
                {reason}
            </p>
        }
    });
    let save = (!is_fixed).then(|| {
        view! {
            <div class="actions">
                <Button id="teams-recording-save-button" kind=ButtonKind::Primary submit=true>
                    {tu!(text, settings.save)}
                </Button>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="teams-recording-title">
            <h2 id="teams-recording-title">{tu!(text, settings.teams_recording)}</h2>
            {why_not}
            <ActionForm action=action attr:id="teams-recording-form" attr:class="form">
                <label class="check" for="teams-record-automatically">
                    <input
                        id="teams-record-automatically"
                        type="checkbox"
                        name="on"
                        value="true"
                        checked=page.records
                        disabled=is_fixed
                        aria-describedby="teams-record-automatically-hint"
                    />
                    {tu!(text, settings.teams_record)}
                </label>
                <p id="teams-record-automatically-hint" class="hint">
                    {tu!(text, settings.teams_record_hint)}
                </p>
                {save}
            </ActionForm>
        </section>
    }
}

#[component]
fn Stranded(changes: Vec<StrandedChange>, may_change: bool, action: ServerAction<RetryStranded>) -> impl IntoView {
    let text = use_text();
    let body = if changes.is_empty() {
        view! { <p class="quiet">{tu!(text, settings.stranded_none)}</p> }.into_any()
    } else {
        let rows = changes
            .into_iter()
            .map(|change| view! { <StrandedRow change=change may_change=may_change action=action /> })
            .collect_view();
        view! {
            <p>{tu!(text, settings.stranded_text)}</p>
            <ul id="teams-stranded" class="entries">
                {rows}
            </ul>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="teams-stranded-title">
            <h2 id="teams-stranded-title">{tu!(text, settings.stranded_title)}</h2>
            {body}
        </section>
    }
}

#[component]
fn StrandedRow(change: StrandedChange, may_change: bool, action: ServerAction<RetryStranded>) -> impl IntoView {
    let text = use_text();
    let id = change.operation_id.to_string();
    let row = format!("teams-stranded-{id}");
    let button = format!("{row}-retry-button");
    let name = change
        .subject
        .unwrap_or_else(|| tu_string!(text, settings.stranded_nameless).to_owned());
    let label = tu_string!(text, settings.stranded_retry, name = name.clone());
    let retry = may_change.then(|| {
        view! {
            <ActionForm action=action attr:class="entry-buttons">
                <input type="hidden" name="operation_id" value=id />
                <button id=button class="button" type="submit" aria-label=label>
                    <Icon icon=icondata_lu::LuRefreshCw />
                    {tu!(text, common.retry)}
                </button>
            </ActionForm>
        }
    });
    let whose = change.organizer.map(|organizer| format!(" · {organizer}"));
    view! {
        <li id=row class="entry">
            <span class="entry-icon">
                <Icon icon=icondata_lu::LuCalendarX />
            </span>
            <span class="entry-text">
                <span class="entry-name">{name}</span>
                <span class="quiet">{change.when} {whose}</span>
                <span>{change.trouble.map(|trouble| because(text, trouble))}</span>
                <span class="quiet">{tried(text, change.attempts, change.next)}</span>
            </span>
            {retry}
        </li>
    }
}

fn tried(text: I18n, attempts: u32, next: String) -> String {
    match attempts {
        1 => tu_string!(text, settings.stranded_tried_once, next = next),
        attempts => tu_string!(text, settings.stranded_tried, attempts = attempts, next = next),
    }
}
