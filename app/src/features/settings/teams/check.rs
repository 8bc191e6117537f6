//! Whether the connection works: line by line, as it is found out.

use std::time::Duration;

use domain::{Diagnosis, DiagnosisLine, Field as FieldName, StepState};
use leptos::{prelude::*, task::spawn_local};

use super::super::api::{StartCheck, diagnosis};
use crate::{
    i18n::{tu, tu_string},
    ui::{
        ActionForm, Badge, Button, ButtonKind, CopyButton, FormFailure, I18n, Icon, TextField, Timer, Tone, failure_of,
        problem_of, use_text,
    },
};

pub const FORM: &str = "teams-check-form";
const SECOND: &str = "teams-second-mailbox";
/// How often the page asks what was found.
const TURN: Duration = Duration::from_millis(800);

/// A check under way, and what was found last. It outlives the page's drawing: who begins one while a change is being saved goes on seeing it
/// when the page is drawn with the change.
#[derive(Clone, Copy)]
pub struct Checking {
    shown: RwSignal<Option<Diagnosis>>,
    action: ServerAction<StartCheck>,
    timer: Timer,
    is_followed: StoredValue<bool>,
}

impl Checking {
    pub fn new() -> Self {
        let checking = Self {
            shown: RwSignal::new(None),
            action: ServerAction::new(),
            timer: Timer::new(),
            is_followed: StoredValue::new(false),
        };
        Effect::new(move |_| {
            if let Some(Ok(())) = checking.action.value().get() {
                checking.follow();
            }
        });
        checking
    }

    /// What the page knows of the last one; an answer from before this one does not count.
    fn was(self, last: Option<Diagnosis>) {
        if !self.is_followed.get_value() && !self.action.pending().get_untracked() {
            self.shown.set(last);
        }
    }

    /// Asks what was found so far, until it is over.
    fn follow(self) {
        self.is_followed.set_value(true);
        spawn_local(async move {
            let found = diagnosis().await;
            // The page may be gone.
            let _ = self.is_followed.try_set_value(false);
            let Ok(found) = found else { return };
            let is_running = found.as_ref().is_some_and(|found| found.is_running);
            if self.shown.try_set(found).is_none() && is_running {
                self.is_followed.set_value(true);
                self.timer.start(TURN, move || self.follow());
            }
        });
    }
}

#[component]
pub fn Check(checking: Checking, last: Option<Diagnosis>, second_mailbox: String, can_check: bool) -> impl IntoView {
    let text = use_text();
    let is_first = last.is_none();
    checking.was(last);
    let Checking { shown, action, .. } = checking;
    let failure = failure_of(action);
    Effect::new(move |_| {
        let is_running = shown.with_untracked(|shown| shown.as_ref().is_some_and(|known| known.is_running));
        if is_running && !checking.is_followed.get_value() {
            checking.follow();
        }
    });
    let form = can_check.then(|| {
        let label = if is_first {
            tu_string!(text, settings.check_now)
        } else {
            tu_string!(text, settings.check_again)
        };
        view! {
            <FormFailure
                id="teams-check-failure"
                failure=failure
                controls=&[(FieldName::SecondMailbox, SECOND)]
            />
            <ActionForm action=action attr:id=FORM attr:class="form setup-form">
                <TextField
                    id=SECOND
                    name="input[second_mailbox]"
                    label=tu_string!(text, errors.field.second_mailbox)
                    aside=tu_string!(text, common.optional)
                    hint=tu_string!(text, settings.second_mailbox_hint)
                    value=second_mailbox
                    error=problem_of(failure, FieldName::SecondMailbox)
                />
                <div class="actions">
                    <Button id="teams-run-diagnostics" kind=ButtonKind::Primary submit=true>
                        {label}
                    </Button>
                </div>
            </ActionForm>
        }
    });
    let is_asked = move || action.pending().get();
    let status = move || shown.with(|shown| told(text, shown.as_ref(), is_asked()));
    view! {
        <section id="teams-check" class="card" aria-labelledby="teams-check-title">
            <h2 id="teams-check-title">{tu!(text, settings.check_title)}</h2>
            <p>{tu!(text, settings.check_text)}</p>
            {form}
            <p id="teams-diagnosis-status" role="status" class="diagnosis-status">
                {status}
            </p>
            {move || shown.get().map(|found| list(text, found))}
        </section>
    }
}

/// How far it is, for those who listen.
fn told(text: I18n, found: Option<&Diagnosis>, is_asked: bool) -> String {
    if is_asked {
        return tu_string!(text, settings.check_begins).to_owned();
    }
    let Some(found) = found else {
        return tu_string!(text, settings.check_never).to_owned();
    };
    if found.is_running {
        return tu_string!(text, settings.check_runs, done = found.lines.len());
    }
    if found.was_interrupted {
        return tu_string!(text, settings.check_interrupted).to_owned();
    }
    let count = |state| found.lines.iter().filter(|line| line.state == state).count();
    let when = found.when.clone();
    match found.outcome {
        StepState::Failed => tu_string!(
            text,
            settings.check_failed,
            count = count(StepState::Failed),
            when = when
        ),
        StepState::Waiting => tu_string!(text, settings.check_waits, when = when),
        StepState::Warning => tu_string!(text, settings.check_warns, when = when),
        StepState::Passed | StepState::Skipped => tu_string!(text, settings.check_passed, when = when),
    }
}

fn list(text: I18n, found: Diagnosis) -> AnyView {
    let copy = (!found.is_running && !found.lines.is_empty()).then(|| {
        view! {
            <div class="actions">
                <CopyButton
                    id="teams-diagnosis-copy-button"
                    link=found.text
                    label=tu_string!(text, settings.check_copy)
                    copied=tu_string!(text, settings.requests_copied)
                />
            </div>
        }
    });
    let lines = found.lines.into_iter().map(|found| line(text, found)).collect_view();
    view! {
        <ol id="teams-diagnosis" class="entries arrivals diagnosis">
            {lines}
        </ol>
        {copy}
    }
    .into_any()
}

fn line(text: I18n, found: DiagnosisLine) -> AnyView {
    let id = format!("teams-diagnosis-{}", found.step.as_str());
    let (tone, icon, state) = state(text, found.state);
    let commands = found.commands.map(|commands| {
        view! {
            <div class="commands">
                <pre tabindex="0">
                    <code>{commands.clone()}</code>
                </pre>
                <CopyButton
                    id=format!("{id}-commands-copy-button")
                    link=commands
                    label=tu_string!(text, settings.commands_copy)
                    copied=tu_string!(text, settings.requests_copied)
                />
            </div>
        }
    });
    let link = found.link.map(|link| {
        let href = link.clone();
        view! {
            <p class="diagnosis-link">
                <a href=href target="_blank" rel="noreferrer noopener external">
                    {link}
                </a>
            </p>
        }
    });
    let ids = [
        (tu_string!(text, settings.requests_id), found.request_id),
        (tu_string!(text, settings.requests_client_id), found.client_request_id),
    ];
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
    let known = found.how.map(|how| {
        view! {
            <details class="diagnosis-known">
                <summary>{tu!(text, settings.check_how)}</summary>
                <p>{how}</p>
                <p class="request-ids">
                    {ids} <span class="quiet">{found.at}</span>
                </p>
            </details>
        }
    });
    view! {
        <li id=id class="entry" data-state=found.state.as_str()>
            <span class="entry-icon">
                <Icon icon=icon />
            </span>
            <div class="entry-text arrival-text">
                <p class="arrival-head">
                    <span class="entry-name">{found.title}</span>
                    <Badge tone=tone icon=icon text=state />
                </p>
                <p>{found.what}</p>
                {found.fix.map(|fix| view! { <p class="diagnosis-fix">{fix}</p> })}
                {commands}
                {link}
                {known}
            </div>
        </li>
    }
    .into_any()
}

fn state(text: I18n, state: StepState) -> (Tone, icondata_core::Icon, &'static str) {
    match state {
        StepState::Passed => (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, settings.step_passed),
        ),
        StepState::Warning => (
            Tone::Warning,
            icondata_lu::LuTriangleAlert,
            tu_string!(text, settings.step_warning),
        ),
        StepState::Failed => (
            Tone::Bad,
            icondata_lu::LuCircleX,
            tu_string!(text, settings.step_failed),
        ),
        StepState::Skipped => (
            Tone::Neutral,
            icondata_lu::LuCircleMinus,
            tu_string!(text, settings.step_skipped),
        ),
        StepState::Waiting => (
            Tone::Warning,
            icondata_lu::LuHourglass,
            tu_string!(text, settings.step_waiting),
        ),
    }
}
