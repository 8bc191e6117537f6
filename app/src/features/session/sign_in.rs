use domain::{Audience, Failure, Field as FieldName};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{SubmitPortalSignIn, SubmitSignIn},
    door::{Door, for_whom},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Field, FormFailure, Notice, PasswordField, described_by, failure_of, focus_at_start, invalid,
        problem_of, use_text,
    },
};

const EMAIL: &str = "msp-email-field";
const PASSWORD: &str = "msp-password-field";
const PORTAL_EMAIL: &str = "client-email-field";
const PORTAL_PASSWORD: &str = "client-password-field";

/// The staff's door.
#[component]
pub fn SignInScreen() -> impl IntoView {
    let action = ServerAction::<SubmitSignIn>::new();
    let failure = failure_of(action);
    let busy = action.pending();
    view! {
        <SignInDoor audience=Audience::Staff>
            <FormFailure id="sign-in-error" failure=failure controls=&[(FieldName::Email, EMAIL), (FieldName::Password, PASSWORD)] />
            <ActionForm
                action=action
                attr:id="sign-in-form"
                attr:class="form"
                // A second click while the first is on its way changes nothing.
                on:submit:capture=move |event| if busy.get_untracked() { event.prevent_default() }
            >
                <input type="hidden" name="input[next]" value=next() />
                <Credentials email=EMAIL password=PASSWORD failure=failure />
                <Submit id="msp-sign-in-button" busy=busy />
            </ActionForm>
        </SignInDoor>
    }
}

/// The portal's door. A link to it may say in `tenant` which provider is meant.
#[component]
pub fn PortalSignInScreen() -> impl IntoView {
    let action = ServerAction::<SubmitPortalSignIn>::new();
    let failure = failure_of(action);
    let busy = action.pending();
    let tenant = use_query_map().with_untracked(|query| query.get("tenant").unwrap_or_default());
    view! {
        <SignInDoor audience=Audience::Portal>
            <FormFailure
                id="sign-in-error"
                failure=failure
                controls=&[(FieldName::Email, PORTAL_EMAIL), (FieldName::Password, PORTAL_PASSWORD)]
            />
            <ActionForm
                action=action
                attr:id="sign-in-form"
                attr:class="form"
                on:submit:capture=move |event| if busy.get_untracked() { event.prevent_default() }
            >
                <input type="hidden" name="input[next]" value=next() />
                <input id="client-tenant-slug" type="hidden" name="input[tenant]" value=tenant />
                <Credentials email=PORTAL_EMAIL password=PORTAL_PASSWORD failure=failure />
                <Submit id="client-sign-in-button" busy=busy />
            </ActionForm>
        </SignInDoor>
    }
}

/// Where the visitor wanted to go.
fn next() -> String {
    use_query_map().with_untracked(|query| query.get("next").unwrap_or_default())
}

#[component]
fn SignInDoor(audience: Audience, children: Children) -> impl IntoView {
    let text = use_text();
    let changed =
        use_query_map().with_untracked(|query| query.get("notice").is_some_and(|notice| notice == "password-changed"));
    let notice = changed
        .then(|| view! { <Notice id="password-changed-notice" text=tu_string!(text, session.password_changed) /> });
    view! {
        <Door title=tu_string!(text, session.title) lead=for_whom(audience)>
            {notice}
            {children()}
            <a id="forgot-password-link" class="sign-in-aside" href=paths::forgot_password(audience)>
                {tu!(text, session.forgot)}
            </a>
        </Door>
    }
}

#[component]
fn Credentials(email: &'static str, password: &'static str, failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    focus_at_start(email);
    let email_problem = problem_of(failure, FieldName::Email);
    view! {
        <Field id=email label=tu_string!(text, session.email) error=email_problem>
            <input
                id=email
                class="input"
                type="email"
                name="input[email]"
                autocomplete="username"
                required
                autofocus
                aria-describedby=described_by(email)
                aria-invalid=invalid(email_problem)
            />
        </Field>
        <PasswordField
            id=password
            toggle="msp-toggle-password-visibility"
            name="input[password]"
            label=tu_string!(text, session.password)
            autocomplete="current-password"
            error=problem_of(failure, FieldName::Password)
        />
    }
}

#[component]
fn Submit(id: &'static str, #[prop(into)] busy: Signal<bool>) -> impl IntoView {
    let text = use_text();
    let label = move || {
        if busy.get() {
            tu_string!(text, session.submitting)
        } else {
            tu_string!(text, session.submit)
        }
    };
    view! {
        <button
            id=id
            class="button button-primary button-wide"
            type="submit"
            aria-disabled=move || busy.get().then_some("true")
        >
            {label}
        </button>
    }
}
