use domain::{Audience, Field as FieldName};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::SubmitForgot;
use crate::{
    features::session::Door,
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Field, FormFailure, Notice, described_by, failure_of, focus_at_start, invalid, problem_of, use_text,
    },
};

const EMAIL: &str = "email";

/// Asks for a link by which a new password can be chosen.
#[component]
pub fn ForgotScreen(audience: Audience) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let sent = move || query.with(|query| query.get("sent").is_some());
    let body = move || {
        if sent() {
            view! { <Notice id="forgot-password-sent" text=tu_string!(text, account.forgot_sent) /> }.into_any()
        } else {
            view! { <AskForm audience=audience /> }.into_any()
        }
    };
    view! {
        <Door title=tu_string!(text, account.forgot_title) lead=tu_string!(text, account.forgot_lead)>
            {body}
            <a id="forgot-password-back-to-login-link" class="sign-in-aside" href=paths::door(audience)>
                {tu!(text, session.back)}
            </a>
        </Door>
    }
}

#[component]
fn AskForm(audience: Audience) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitForgot>::new();
    let failure = failure_of(action);
    let problem = problem_of(failure, FieldName::Email);
    focus_at_start(EMAIL);
    view! {
        <FormFailure id="forgot-password-error" failure=failure controls=&[(FieldName::Email, EMAIL)] />
        <ActionForm action=action attr:id="forgot-password-form" attr:class="form">
            <input type="hidden" name="input[audience]" value=audience_value(audience) />
            <Field id=EMAIL label=tu_string!(text, session.email) error=problem>
                <input
                    id=EMAIL
                    class="input"
                    type="email"
                    name="input[email]"
                    autocomplete="username"
                    maxlength="320"
                    required
                    autofocus
                    aria-describedby=described_by(EMAIL)
                    aria-invalid=invalid(problem)
                />
            </Field>
            <button id="send-password-reset-button" class="button button-primary button-wide" type="submit">
                {tu!(text, account.forgot_submit)}
            </button>
        </ActionForm>
    }
}

/// As a form field holds it.
pub fn audience_value(audience: Audience) -> &'static str {
    match audience {
        Audience::Staff => "staff",
        Audience::Portal => "portal",
    }
}
