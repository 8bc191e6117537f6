//! The app registration and the organizer.

use domain::{Field as FieldName, TeamsSetup};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    super::api::{SubmitOrganizer, SubmitProfile},
    Done,
};
use crate::{
    i18n::{tu, tu_string},
    ui::{
        ActionForm, Badge, Button, ButtonKind, Field, FormFailure, Icon, TextField, Tone, described_by, failure_of,
        invalid, problem_of, use_text,
    },
};

const TENANT: &str = "teams-entra-tenant";
const CLIENT: &str = "teams-client-id";
const SECRET: &str = "teams-client-secret";
const ORGANIZER: &str = "teams-default-meeting-organizer-upn";

/// A pair of what is set up, for who may not change it.
fn pair(name: &'static str, value: String) -> AnyView {
    let value = if value.is_empty() { "–".to_owned() } else { value };
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

/// The app registration at Microsoft.
#[component]
pub fn Profile(setup: TeamsSetup, may_change: bool, on_done: Done) -> impl IntoView {
    let text = use_text();
    let badge = setup.has_profile().then(|| {
        view! { <Badge tone=Tone::Good icon=icondata_lu::LuCircleCheck text=tu_string!(text, settings.step_saved) /> }
    });
    let body = if may_change {
        view! { <ProfileForm setup=setup on_done=on_done /> }.into_any()
    } else {
        let secret = if setup.has_secret {
            tu_string!(text, settings.secret_kept)
        } else {
            ""
        };
        view! {
            <dl class="pairs">
                {pair(tu_string!(text, errors.field.entra_tenant), setup.entra_tenant)}
                {pair(tu_string!(text, errors.field.client_id), setup.client_id)}
                {pair(tu_string!(text, errors.field.client_secret), secret.to_owned())}
            </dl>
        }
        .into_any()
    };
    view! {
        <section id="teams-profile" class="card" aria-labelledby="teams-profile-title">
            <h2 id="teams-profile-title" class="with-badge">
                {tu!(text, settings.profile_title)}
                {badge}
            </h2>
            <p>{tu!(text, settings.profile_text)}</p>
            {body}
        </section>
    }
}

#[component]
fn ProfileForm(setup: TeamsSetup, on_done: Done) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitProfile>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            on_done.run(("profile", "teams-profile-save-button"));
        }
    });
    let problem = problem_of(failure, FieldName::ClientSecret);
    let secret_hint = match &setup.secret_saved {
        Some(when) => tu_string!(text, settings.secret_saved, when = when.clone()),
        None => tu_string!(text, settings.secret_hint).to_owned(),
    };
    let (tenant, client) = match setup.typed_profile {
        Some(typed) => (typed.entra_tenant, typed.client_id),
        None => (setup.entra_tenant, setup.client_id),
    };
    view! {
        <FormFailure
            id="teams-profile-failure"
            failure=failure
            controls=&[(FieldName::EntraTenant, TENANT), (FieldName::ClientId, CLIENT), (FieldName::ClientSecret, SECRET)]
        />
        <ActionForm action=action attr:id="teams-profile-form" attr:class="form setup-form">
            <TextField
                id=TENANT
                name="input[entra_tenant]"
                label=tu_string!(text, errors.field.entra_tenant)
                hint=tu_string!(text, settings.tenant_hint)
                value=tenant
                error=problem_of(failure, FieldName::EntraTenant)
            />
            <TextField
                id=CLIENT
                name="input[client_id]"
                label=tu_string!(text, errors.field.client_id)
                hint=tu_string!(text, settings.client_hint)
                value=client
                error=problem_of(failure, FieldName::ClientId)
            />
            <Field
                id=SECRET
                label=tu_string!(text, errors.field.client_secret)
                hint=Signal::stored(secret_hint)
                error=problem
            >
                <input
                    id=SECRET
                    class="input"
                    type="password"
                    name="input[client_secret]"
                    maxlength="255"
                    autocomplete="new-password"
                    spellcheck="false"
                    aria-describedby=described_by(SECRET)
                    aria-invalid=invalid(problem)
                />
            </Field>
            <p class="hint">{tu!(text, settings.permissions_hint)}</p>
            <div class="actions">
                <Button id="teams-profile-save-button" kind=ButtonKind::Primary submit=true>
                    {tu!(text, settings.save)}
                </Button>
            </div>
        </ActionForm>
    }
}

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
    let badge = setup.organizer_is_known.then(|| {
        view! { <Badge tone=Tone::Good icon=icondata_lu::LuCircleCheck text=tu_string!(text, settings.step_saved) /> }
    });
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
        (false, _) => view! {
            <dl class="pairs">{pair(tu_string!(text, errors.field.organizer), setup.organizer)}</dl>
        }
        .into_any(),
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
            <div class="actions">
                <Button id="teams-organizer-save-button" kind=ButtonKind::Primary submit=true>
                    {tu!(text, settings.save)}
                </Button>
            </div>
        </ActionForm>
    }
}
