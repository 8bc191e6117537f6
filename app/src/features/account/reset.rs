use domain::{Audience, Field as FieldName};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{SubmitReset, check_link},
    forgot::audience_value,
    password::NewPassword,
};
use crate::{
    error::{ApiError, respond_with},
    features::session::Door,
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, ButtonKind, ButtonLink, ErrorPanel, FormFailure, failure_of, resource, use_text},
};

/// Chooses a new password by the link in a mail.
#[component]
pub fn ResetScreen(audience: Audience) -> impl IntoView {
    let text = use_text();
    let token = use_query_map().with_untracked(|query| query.get("token").unwrap_or_default());
    let link = resource(
        {
            let token = token.clone();
            move || token.clone()
        },
        check_link,
    );
    let body = move || {
        let token = token.clone();
        Suspend::new(async move {
            match link.await {
                Ok(()) => view! { <ResetForm audience=audience token=token /> }.into_any(),
                Err(ApiError(failure)) => {
                    respond_with(failure.code.status());
                    view! {
                        <ErrorPanel id="reset-password-error" failure=failure>
                            <AskAgain audience=audience />
                        </ErrorPanel>
                    }
                    .into_any()
                }
            }
        })
    };
    view! {
        <Door title=tu_string!(text, account.reset_title) lead=tu_string!(text, account.reset_lead)>
            <Suspense>{body}</Suspense>
            <a id="password-reset-sign-in-link" class="sign-in-aside" href=paths::door(audience)>
                {tu!(text, session.back)}
            </a>
        </Door>
    }
}

#[component]
fn ResetForm(audience: Audience, token: String) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitReset>::new();
    let failure = failure_of(action);
    view! {
        <FormFailure
            id="reset-password-error"
            failure=failure
            controls=&[(FieldName::NewPassword, "password"), (FieldName::ConfirmPassword, "password-reset-confirm")]
        >
            <AskAgain audience=audience />
        </FormFailure>
        <ActionForm action=action attr:id="reset-password-form" attr:class="form">
            <input type="hidden" name="audience" value=audience_value(audience) />
            <input type="hidden" name="input[token]" value=token />
            <NewPassword
                id="password"
                toggle="toggle-new-password-visibility-button"
                confirm="password-reset-confirm"
                confirm_toggle="toggle-confirm-password-visibility-button"
                email=String::new()
                failure=failure
            />
            <button id="reset-password-button" class="button button-primary button-wide" type="submit">
                {tu!(text, account.reset_submit)}
            </button>
        </ActionForm>
    }
}

#[component]
fn AskAgain(audience: Audience) -> impl IntoView {
    let text = use_text();
    view! {
        <ButtonLink id="reset-password-ask-again-link" href=paths::forgot_password(audience) kind=ButtonKind::Primary>
            {tu!(text, account.ask_again)}
        </ButtonLink>
    }
}
