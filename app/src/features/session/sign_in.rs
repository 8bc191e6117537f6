use domain::{Failure, Field as FieldName};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{api::SubmitSignIn, language::LanguageForm};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    ui::{ErrorPanel, Field, Icon, described_by, invalid, problem_text, use_text},
};

const EMAIL: &str = "msp-email-field";
const PASSWORD: &str = "msp-password-field";

#[component]
pub fn SignInScreen() -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitSignIn>::new();
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    let failure = Signal::derive(move || match action.value().get() {
        Some(Err(ApiError(failure))) => Some(failure),
        _ => None,
    });
    let panel = move || {
        failure
            .get()
            .map(|failure| view! { <ErrorPanel id="sign-in-error" failure=failure /> })
    };
    let busy = action.pending();
    let submit_label = move || {
        if busy.get() {
            tu_string!(text, session.submitting)
        } else {
            tu_string!(text, session.submit)
        }
    };
    view! {
        <Title text=tu_string!(text, session.title) />
        <main class="sign-in">
            <div class="sign-in-card">
                <div class="brand">
                    <span class="brand-mark" aria-hidden="true"></span>
                    <span>{tu!(text, common.app_name)}</span>
                </div>
                <h1>{tu!(text, session.title)}</h1>
                <p class="sign-in-lead">{tu!(text, session.audience)}</p>
                {panel}
                <ActionForm
                    action=action
                    attr:id="sign-in-form"
                    attr:class="form"
                    // A second click while the first is on its way changes nothing.
                    on:submit:capture=move |event| if busy.get_untracked() { event.prevent_default() }
                >
                    <input type="hidden" name="input[next]" value=next />
                    <Field id=EMAIL label=tu_string!(text, session.email) error=problem(failure, FieldName::Email)>
                        <input
                            id=EMAIL
                            class="input"
                            type="email"
                            name="input[email]"
                            autocomplete="username"
                            required
                            autofocus
                            aria-describedby=described_by(EMAIL)
                            aria-invalid=invalid(problem(failure, FieldName::Email))
                        />
                    </Field>
                    <PasswordField failure=failure />
                    <button
                        id="msp-sign-in-button"
                        class="button button-primary button-wide"
                        type="submit"
                        aria-disabled=move || busy.get().then_some("true")
                    >
                        {submit_label}
                    </button>
                </ActionForm>
            </div>
            <LanguageForm />
        </main>
    }
}

#[component]
fn PasswordField(failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    let shown = RwSignal::new(false);
    let icon = move || {
        let icon = if shown.get() {
            icondata_lu::LuEyeOff
        } else {
            icondata_lu::LuEye
        };
        view! { <Icon icon /> }
    };
    view! {
        <Field id=PASSWORD label=tu_string!(text, session.password) error=problem(failure, FieldName::Password)>
            <div class="input-with-button">
                <input
                    id=PASSWORD
                    class="input"
                    type=move || if shown.get() { "text" } else { "password" }
                    name="input[password]"
                    autocomplete="current-password"
                    required
                    aria-describedby=described_by(PASSWORD)
                    aria-invalid=invalid(problem(failure, FieldName::Password))
                />
                <button
                    id="msp-toggle-password-visibility"
                    class="button button-quiet button-icon needs-script"
                    type="button"
                    aria-label=tu_string!(text, session.show_password)
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {icon}
                </button>
            </div>
        </Field>
    }
}

fn problem(failure: Signal<Option<Failure>>, field: FieldName) -> Signal<Option<String>> {
    let text = use_text();
    Signal::derive(move || {
        failure.with(|failure| {
            let error = failure.as_ref()?.fields.iter().find(|error| error.field == field)?;
            Some(problem_text(text, &error.problem))
        })
    })
}
