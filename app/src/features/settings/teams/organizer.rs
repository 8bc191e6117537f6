//! Who organizes the meetings.

use domain::{Field as FieldName, TeamsSetup};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{super::api::SubmitOrganizer, Done, parts};
use crate::{
    i18n::{tu, tu_string},
    ui::{ActionForm, FormFailure, Icon, TextField, failure_of, problem_of, use_text},
};

const ORGANIZER: &str = "teams-default-meeting-organizer-upn";

/// Who organizes the meetings.
#[component]
pub fn Organizer(setup: TeamsSetup, may_change: bool, stays: RwSignal<u32>, on_done: Done) -> impl IntoView {
    let text = use_text();
    let known = setup
        .organizer_name
        .clone()
        .filter(|_| setup.organizer_is_known)
        .map(|name| {
            view! {
                <p id="teams-organizer-name" class="with-icon">
                    <Icon icon=icondata_lu::LuUserCheck />
                    {tu!(text, settings.organizer_known, name = name)}
                </p>
            }
        });
    let badge = parts::saved(text, setup.organizer_is_known);
    let lost = (!setup.organizer_is_known && !setup.organizer.is_empty()).then(|| {
        view! {
            <p class="with-icon">
                <Icon icon=icondata_lu::LuTriangleAlert />
                {tu!(text, settings.organizer_unknown)}
            </p>
        }
    });
    let body = match (may_change, setup.has_profile()) {
        (true, true) => view! { <OrganizerForm setup=setup stays=stays on_done=on_done /> }.into_any(),
        (true, false) => view! { <p class="quiet">{tu!(text, settings.organizer_first)}</p> }.into_any(),
        (false, _) => parts::pairs([(tu_string!(text, errors.field.organizer), setup.organizer)]),
    };
    view! {
        <section id="teams-organizer" class="card" aria-labelledby="teams-organizer-title">
            <h2 id="teams-organizer-title" class="with-badge">
                {tu!(text, settings.organizer_title)}
                {badge}
            </h2>
            <p>{tu!(text, settings.organizer_text)}</p>
            {known}
            {lost}
            <Staying stays=stays />
            {body}
        </section>
    }
}

/// How many meetings stay with earlier organizers, after somebody else was chosen: as a form without script has it in the address, or as a
/// signal has it since.
#[component]
fn Staying(stays: RwSignal<u32>) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let words = move || {
        let posted = query.with(|query| query.get("stay").and_then(|stay| stay.parse::<u32>().ok()));
        match stays.get().max(posted.unwrap_or_default()) {
            0 => String::new(),
            1 => tu_string!(text, settings.organizer_stays).to_owned(),
            stay => tu_string!(text, settings.organizer_stay, count = stay),
        }
    };
    view! {
        <p id="teams-organizer-staying" class="staying" role="status">
            {words}
        </p>
    }
}

#[component]
fn OrganizerForm(setup: TeamsSetup, stays: RwSignal<u32>, on_done: Done) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitOrganizer>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(saved)) = action.value().get() {
            stays.set(saved.stay);
            on_done.run(("organizer", "teams-organizer-save-button"));
        }
    });
    let value = match setup.typed_organizer {
        Some(typed) => typed.organizer,
        None => setup.organizer,
    };
    view! {
        <FormFailure
            id="teams-organizer-failure"
            failure=failure
            controls=&[(FieldName::Organizer, ORGANIZER)]
        />
        <ActionForm action=action attr:id="teams-organizer-form" attr:class="form setup-form">
            <TextField
                id=ORGANIZER
                name="input[organizer]"
                label=tu_string!(text, errors.field.organizer)
                hint=tu_string!(text, settings.organizer_hint)
                value=value
                error=problem_of(failure, FieldName::Organizer)
            />
            {parts::save(text, "teams-organizer-save-button")}
        </ActionForm>
    }
}
