mod arrivals;
mod ask;
mod check;
mod options;
mod organizer;
mod parts;
mod profile;
mod requests;
mod state;

use domain::{Capability, StrandedChange, TeamsPage, TeamsSetup};
use leptos::prelude::*;

use super::{
    api::{RetryStranded, SubmitTeamsActive, teams},
    entries::Focus,
    said::Said,
    unsaved::{Unsaved, change_again, changes},
};
use crate::{
    features::interactions::{because, unavailable},
    i18n::{tu, tu_string},
    ui::{ActionForm, FormFailure, I18n, Icon, Loaded, PageHeader, failure_of, once_drawn, resource, use_text},
};

/// Those that are saved.
const FORMS: &[&str] = &["teams-profile-form", "teams-organizer-form", "teams-options-form"];

/// How the tenant reaches Microsoft, whether that works, and what Microsoft has not accepted.
#[component]
pub fn TeamsScreen() -> impl IntoView {
    let text = use_text();
    let page = resource(|| (), |()| teams());
    let said = RwSignal::new(None);
    let focus = Focus::new();
    let checking = check::Checking::new();
    let stays = RwSignal::new(0);
    // The control that has saved something, until the page is drawn anew with it.
    let saved_by = StoredValue::new(None);
    let (retry, activate) = (
        ServerAction::<RetryStranded>::new(),
        ServerAction::<SubmitTeamsActive>::new(),
    );
    // What was done, and which control goes on having the focus.
    let done = Callback::new(move |(what, control): (&'static str, &'static str)| {
        said.set(Some(what));
        focus.set(control);
        saved_by.set_value(Some(control));
        page.refetch();
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = retry.value().get() {
            said.set(Some("retried"));
            saved_by.set_value(Some(""));
            page.refetch();
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = activate.value().get() {
            done.run(("teams-on", "teams-deactivate"));
        }
    });
    let body = move |page: TeamsPage| {
        // What stands in the other forms by now.
        if let Some(control) = saved_by.try_update_value(Option::take).flatten() {
            let mut typed = changes(FORMS, control);
            typed.extend(changes(&[check::FORM], control));
            once_drawn(move || change_again(typed));
        }
        focus.restore("teams-state");
        view! {
            {top(text, &page, activate, checking, (stays, done))}
            {page.arrivals.map(|arrivals| arrivals::cards(text, arrivals))}
            <Stranded changes=page.stranded may_change=page.may_change action=retry />
        }
        .into_any()
    };
    view! {
        <PageHeader
            title=tu_string!(text, settings.teams_title)
            lead=Some(tu!(text, settings.teams_lead).into_any())
        />
        <Said id="teams-said" said=said />
        <FormFailure id="teams-active-failure" failure=failure_of(activate) />
        <FormFailure id="teams-retry-failure" failure=failure_of(retry) />
        <div class="stack">
            <Loaded of=page draw=body rows=4 />
        </div>
        <ask::Question on_done=done />
        <Unsaved forms=FORMS />
    }
}

/// What was done, and the control that goes on having the focus.
type Done = Callback<(&'static str, &'static str)>;

/// How Microsoft is reached, or why it is not.
fn top(
    text: I18n,
    page: &TeamsPage,
    activate: ServerAction<SubmitTeamsActive>,
    checking: check::Checking,
    (stays, done): (RwSignal<u32>, Done),
) -> AnyView {
    let Some(setup) = &page.setup else {
        let Capability::Unavailable(reason) = page.meetings else {
            return ().into_any();
        };
        return view! {
            <p id="teams-state" class="with-icon" tabindex="-1">
                <Icon icon=icondata_lu::LuInfo />
                {unavailable(text, reason)}
            </p>
        }
        .into_any();
    };
    let TeamsSetup { diagnosis, .. } = setup;
    let may_change = page.may_change;
    view! {
        {state::card(text, setup, may_change, activate)}
        <profile::Profile setup=setup.clone() may_change=may_change on_done=done />
        <organizer::Organizer setup=setup.clone() may_change=may_change stays=stays on_done=done />
        <check::Check
            checking=checking
            last=diagnosis.clone()
            second_mailbox=setup.second_mailbox.clone()
            can_check=may_change && setup.has_profile()
        />
        {options::card(text, setup, (page.records, may_change), done)}
    }
    .into_any()
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
