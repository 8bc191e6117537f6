//! What is asked before it is done, with what it means in numbers. The question stands in the address.

use domain::TeamsEffect;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    super::api::{SubmitShowInPortal, SubmitTeamsActive, teams_effect},
    Done,
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, ButtonKind, ButtonLink, Decision, Dialog, ErrorPanel, FormFailure, I18n, Skeleton, failure_of,
        focus, on_next_frame, resource, use_text,
    },
};

const HEADING: &str = "teams-question-heading";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Show,
    Hide,
    Deactivate,
}

impl Asked {
    fn find(word: &str) -> Option<Self> {
        Some(match word {
            "show" => Self::Show,
            "hide" => Self::Hide,
            "deactivate" => Self::Deactivate,
            _ => return None,
        })
    }

    /// The control that asks, which gets the focus back.
    fn control(self) -> &'static str {
        match self {
            Self::Show | Self::Hide => "teams-expose-recordings-in-portal",
            Self::Deactivate => "teams-deactivate",
        }
    }
}

/// The question that is open, if one is.
#[component]
pub fn Question(on_done: Done) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| Asked::find(&query.read().get("do")?));
    let effect = resource(
        move || asked.get().is_some(),
        |is_open| async move { if is_open { Some(teams_effect().await) } else { None } },
    );
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let control = asked.get_untracked().map(Asked::control);
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(paths::TEAMS, options);
        on_next_frame(move || {
            if let Some(control) = control {
                focus(control);
            }
        });
    });
    let body = move || {
        Suspend::new(async move {
            match (effect.await, asked.get_untracked()) {
                (Some(Ok(effect)), Some(asked)) => {
                    view! { <Asking asked=asked effect=effect close=close on_done=on_done /> }.into_any()
                }
                (Some(Err(ApiError(failure))), _) => view! {
                    <h2 id=HEADING>{tu!(use_text(), settings.teams_title)}</h2>
                    <ErrorPanel id="teams-question-error" failure=failure />
                    <div class="actions actions-end">
                        <ButtonLink id="teams-question-back-link" href=paths::TEAMS>
                            {tu!(use_text(), common.close)}
                        </ButtonLink>
                    </div>
                }
                .into_any(),
                _ => view! { <Skeleton rows=3 /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || asked.read().is_some()>
            <Dialog id="teams-question" labelled_by=HEADING class="dialog dialog-small" on_close=close>
                <Transition fallback=|| view! { <Skeleton rows=3 /> }>{body}</Transition>
            </Dialog>
        </Show>
    }
}

#[component]
fn Asking(asked: Asked, effect: TeamsEffect, close: Callback<()>, on_done: Done) -> impl IntoView {
    let text = use_text();
    let show = ServerAction::<SubmitShowInPortal>::new();
    let activate = ServerAction::<SubmitTeamsActive>::new();
    Effect::new(move |_| {
        if let Some(Ok(())) = show.value().get() {
            close.run(());
            on_done.run(("saved", asked.control()));
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = activate.value().get() {
            close.run(());
            on_done.run(("teams-off", "teams-activate"));
        }
    });
    let (heading, what, label, kind) = match asked {
        Asked::Show => (
            tu_string!(text, settings.ask_show),
            shown(text, effect),
            tu_string!(text, settings.portal_show),
            ButtonKind::Primary,
        ),
        Asked::Hide => (
            tu_string!(text, settings.ask_hide),
            hidden(text, effect),
            tu_string!(text, settings.portal_hide),
            ButtonKind::Danger,
        ),
        Asked::Deactivate => (
            tu_string!(text, settings.ask_deactivate),
            tu_string!(text, settings.ask_deactivate_text, count = effect.upcoming),
            tu_string!(text, settings.teams_deactivate),
            ButtonKind::Danger,
        ),
    };
    let is_busy = Memo::new(move |_| show.pending().get() || activate.pending().get());
    let ends = move || {
        view! {
            <Decision
                keep_id="teams-question-keep-link"
                confirm_id="teams-question-confirm-button"
                keep=tu_string!(text, common.cancel)
                home=Signal::stored(paths::TEAMS.to_owned())
                kind=kind
                label=label
                busy=is_busy
            />
        }
    };
    let form = match asked {
        Asked::Show | Asked::Hide => view! {
            <ActionForm action=show attr:id="teams-portal-form">
                <input type="hidden" name="on" value=(asked == Asked::Show).to_string() />
                {ends()}
            </ActionForm>
        }
        .into_any(),
        Asked::Deactivate => view! {
            <ActionForm action=activate attr:id="teams-deactivate-form">
                <input type="hidden" name="on" value="false" />
                {ends()}
            </ActionForm>
        }
        .into_any(),
    };
    view! {
        <h2 id=HEADING>{heading}</h2>
        <p id="teams-question-effect">{what}</p>
        <FormFailure id="teams-portal-failure" failure=failure_of(show) />
        <FormFailure id="teams-deactivate-failure" failure=failure_of(activate) />
        {form}
    }
}

fn shown(text: I18n, effect: TeamsEffect) -> String {
    tu_string!(
        text,
        settings.ask_show_text,
        recordings = effect.recordings,
        transcripts = effect.transcripts,
        clients = effect.clients,
        people = effect.portal_users
    )
}

fn hidden(text: I18n, effect: TeamsEffect) -> String {
    tu_string!(
        text,
        settings.ask_hide_text,
        recordings = effect.recordings,
        transcripts = effect.transcripts,
        people = effect.portal_users
    )
}
