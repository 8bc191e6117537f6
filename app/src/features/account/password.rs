use domain::{Failure, Field as FieldName, password};
use leptos::prelude::*;

use super::api::SavePassword;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Button, ButtonKind, FormFailure, PasswordField, failure_of, load_when_done, problem_of, use_text,
    },
};

const CURRENT: &str = "profile-current-password";
const NEW: &str = "profile-new-password";
const CONFIRM: &str = "profile-confirm-password";

/// Changes the password of whoever knows it.
#[component]
pub fn ChangePasswordForm(email: String) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SavePassword>::new();
    let failure = failure_of(action);
    load_when_done(action, paths::profile_saved("password"));
    view! {
        <section class="card" aria-labelledby="profile-password-title">
            <h2 id="profile-password-title">{tu!(text, account.password_title)}</h2>
            <p class="quiet">{tu!(text, account.password_lead)}</p>
            <FormFailure
                id="profile-password-error"
                failure=failure
                controls=&[
                    (FieldName::CurrentPassword, CURRENT),
                    (FieldName::NewPassword, NEW),
                    (FieldName::ConfirmPassword, CONFIRM),
                ]
            />
            <ActionForm action=action attr:id="profile-password-form" attr:class="form">
                // For password managers, which want to know whose password this is.
                <input type="hidden" name="username" autocomplete="username" value=email.clone() />
                <PasswordField
                    id=CURRENT
                    toggle="profile-current-password-toggle"
                    name="input[current]"
                    label=tu_string!(text, errors.field.current_password)
                    autocomplete="current-password"
                    error=problem_of(failure, FieldName::CurrentPassword)
                />
                <NewPassword
                    id=NEW
                    toggle="profile-new-password-toggle"
                    confirm=CONFIRM
                    confirm_toggle="profile-confirm-password-toggle"
                    email=email
                    failure=failure
                />
                <div class="actions">
                    <Button id="profile-change-password-button" kind=ButtonKind::Secondary submit=true>
                        {tu!(text, account.password_submit)}
                    </Button>
                </div>
            </ActionForm>
        </section>
    }
}

/// A new password, twice. The hint follows the typing and says how good it is.
#[component]
pub fn NewPassword(
    id: &'static str,
    toggle: &'static str,
    confirm: &'static str,
    confirm_toggle: &'static str,
    /// The person's own address, which makes a password weaker.
    email: String,
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let text = use_text();
    let typed = RwSignal::new(String::new());
    let hint = Signal::derive(move || {
        typed.with(|typed| {
            let length = typed.chars().count();
            if length < password::MIN {
                return tu_string!(text, account.password_rules, min = password::MIN);
            }
            match password::strength(typed, &email) {
                password::Strength::Weak => tu_string!(text, account.strength_weak).to_owned(),
                password::Strength::Fair => tu_string!(text, account.strength_fair).to_owned(),
                password::Strength::Strong => tu_string!(text, account.strength_strong).to_owned(),
            }
        })
    });
    view! {
        <PasswordField
            id=id
            toggle=toggle
            name="input[password]"
            label=tu_string!(text, errors.field.new_password)
            autocomplete="new-password"
            hint=hint
            error=problem_of(failure, FieldName::NewPassword)
            on_input=move |value| typed.set(value)
        />
        <PasswordField
            id=confirm
            toggle=confirm_toggle
            name="input[confirm]"
            label=tu_string!(text, errors.field.confirm_password)
            autocomplete="new-password"
            error=problem_of(failure, FieldName::ConfirmPassword)
        />
    }
}
