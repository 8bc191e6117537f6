//! Whether meetings are made at Microsoft, and what is left to do until then.

use domain::{StepState, TeamsSetup};
use leptos::prelude::*;

use super::super::api::SubmitTeamsActive;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, Badge, Button, ButtonKind, ButtonLink, I18n, Icon, Tone},
};

/// One thing to do.
struct Step {
    id: &'static str,
    href: &'static str,
    name: &'static str,
    is_done: bool,
}

pub fn card(text: I18n, setup: &TeamsSetup, may_change: bool, activate: ServerAction<SubmitTeamsActive>) -> AnyView {
    let (tone, icon, words) = if setup.is_active && setup.is_complete() {
        (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, settings.teams_on),
        )
    } else if setup.is_active {
        (
            Tone::Warning,
            icondata_lu::LuTriangleAlert,
            tu_string!(text, settings.teams_incomplete),
        )
    } else {
        (
            Tone::Neutral,
            icondata_lu::LuCircleMinus,
            tu_string!(text, settings.teams_off),
        )
    };
    let about = if setup.is_active && setup.is_complete() {
        tu_string!(text, settings.teams_on_text)
    } else {
        tu_string!(text, settings.teams_off_text)
    };
    let steps = (!(setup.is_active && setup.is_complete())).then(|| steps(text, setup));
    let button = match (may_change, setup.is_active) {
        (true, true) => Some(
            view! {
                <ButtonLink
                    id="teams-deactivate"
                    href=paths::settings_dialog(paths::TEAMS, "do", "deactivate")
                    attr:data-noscroll=""
                >
                    {tu!(text, settings.teams_deactivate)}
                </ButtonLink>
            }
            .into_any(),
        ),
        (true, false) if setup.is_complete() => Some(
            view! {
                <ActionForm action=activate attr:id="teams-active-form">
                    <input type="hidden" name="on" value="true" />
                    <Button id="teams-activate" kind=ButtonKind::Primary submit=true>
                        {tu!(text, settings.teams_activate)}
                    </Button>
                </ActionForm>
            }
            .into_any(),
        ),
        _ => None,
    };
    view! {
        <section id="teams-state" class="card" tabindex="-1" aria-labelledby="teams-state-title">
            <div class="card-head">
                <h2 id="teams-state-title" class="with-badge">
                    {tu!(text, settings.teams_state)}
                    <Badge tone=tone icon=icon text=words />
                </h2>
                {button}
            </div>
            <p class="quiet">{about}</p>
            {steps}
        </section>
    }
    .into_any()
}

fn steps(text: I18n, setup: &TeamsSetup) -> AnyView {
    let is_checked = setup.diagnosis.as_ref().is_some_and(|diagnosis| {
        !diagnosis.is_running && matches!(diagnosis.outcome, StepState::Passed | StepState::Warning)
    });
    let steps = [
        Step {
            id: "teams-wizard-step-microsoft-profile",
            href: "#teams-profile",
            name: tu_string!(text, settings.profile_title),
            is_done: setup.has_profile(),
        },
        Step {
            id: "teams-wizard-step-organizer",
            href: "#teams-organizer",
            name: tu_string!(text, settings.organizer_title),
            is_done: setup.organizer_is_known,
        },
        Step {
            id: "teams-wizard-step-verify",
            href: "#teams-check",
            name: tu_string!(text, settings.check_title),
            is_done: is_checked && setup.is_complete(),
        },
        Step {
            id: "teams-wizard-step-activate",
            href: "#teams-state",
            name: tu_string!(text, settings.teams_activate),
            is_done: setup.is_active,
        },
    ];
    let rows = steps.map(|step| {
        let (icon, words) = if step.is_done {
            (icondata_lu::LuCircleCheck, tu_string!(text, settings.step_done))
        } else {
            (icondata_lu::LuCircle, tu_string!(text, settings.step_open))
        };
        view! {
            <li id=step.id class="setup-step" class:setup-step-done=step.is_done>
                <Icon icon=icon />
                <a href=step.href rel="external">
                    {step.name}
                </a>
                <span class="visually-hidden">{words}</span>
            </li>
        }
    });
    view! {
        <ol id="teams-setup-wizard" class="setup-steps">
            {rows.collect_view()}
        </ol>
    }
    .into_any()
}
