use domain::{Field as FieldName, SecondFactor};
use leptos::prelude::*;

use super::api::{BeginSecondFactor, SwitchSecondFactorOff};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Badge, Button, ButtonKind, FormFailure, PasswordField, Tone, failure_of, load_when_done,
        problem_of, use_text,
    },
};

const PASSWORD: &str = "second-factor-password";
const TOGGLE: &str = "second-factor-password-toggle";
const ERROR: &str = "second-factor-error";

/// Whether the second factor is on, and the way to change it. Both ask for the password.
#[component]
pub fn SecondFactorCard(state: SecondFactor) -> impl IntoView {
    let text = use_text();
    let badge = if state.is_on {
        view! { <Badge tone=Tone::Good icon=icondata_lu::LuShieldCheck text=tu_string!(text, account.second_factor_on) /> }
    } else {
        view! { <Badge tone=Tone::Neutral icon=icondata_lu::LuShieldOff text=tu_string!(text, account.second_factor_off) /> }
    };
    let body = if state.is_on {
        view! { <SwitchOff codes_left=state.recovery_codes_left /> }.into_any()
    } else {
        view! { <SetUp /> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="second-factor-title">
            <div class="card-head">
                <h2 id="second-factor-title">{tu!(text, account.second_factor_title)}</h2>
                {badge}
            </div>
            {body}
        </section>
    }
}

#[component]
fn SetUp() -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<BeginSecondFactor>::new();
    let failure = failure_of(action);
    load_when_done(action, paths::SECOND_FACTOR.to_owned());
    view! {
        <p class="quiet">{tu!(text, account.second_factor_lead)}</p>
        <FormFailure id=ERROR failure=failure controls=&[(FieldName::CurrentPassword, PASSWORD)] />
        <ActionForm action=action attr:id="second-factor-form" attr:class="form">
            <PasswordField
                id=PASSWORD
                toggle=TOGGLE
                name="password"
                label=tu_string!(text, errors.field.current_password)
                autocomplete="current-password"
                error=problem_of(failure, FieldName::CurrentPassword)
            />
            <div class="actions">
                <Button id="second-factor-begin-button" submit=true>
                    {tu!(text, account.second_factor_begin)}
                </Button>
            </div>
        </ActionForm>
    }
}

#[component]
fn SwitchOff(codes_left: u32) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SwitchSecondFactorOff>::new();
    let failure = failure_of(action);
    load_when_done(action, paths::profile_saved("second-factor-off"));
    view! {
        <p id="recovery-codes-left" class="quiet">
            {tu_string!(text, account.codes_left, count = codes_left)}
        </p>
        <FormFailure id=ERROR failure=failure controls=&[(FieldName::CurrentPassword, PASSWORD)] />
        <ActionForm action=action attr:id="second-factor-form" attr:class="form">
            <PasswordField
                id=PASSWORD
                toggle=TOGGLE
                name="password"
                label=tu_string!(text, errors.field.current_password)
                autocomplete="current-password"
                error=problem_of(failure, FieldName::CurrentPassword)
            />
            <div class="actions">
                <Button id="second-factor-off-button" kind=ButtonKind::Danger submit=true>
                    {tu!(text, account.second_factor_switch_off)}
                </Button>
            </div>
        </ActionForm>
    }
}
