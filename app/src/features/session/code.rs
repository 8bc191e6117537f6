use domain::{Audience, Field as FieldName};
use leptos::prelude::*;

use super::{api::SubmitCode, door::Door};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, Field, FormFailure, described_by, failure_of, focus_at_start, invalid, problem_of, use_text},
};

const CODE: &str = "two-factor-code-field";

/// The second step of signing in. Whose it is stands in the browser's session, so the page needs no data.
#[component]
pub fn CodeScreen(audience: Audience) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitCode>::new();
    let failure = failure_of(action);
    let problem = problem_of(failure, FieldName::Code);
    focus_at_start(CODE);
    let hint = Signal::stored(tu_string!(text, session.code_hint).to_owned());
    view! {
        <Door title=tu_string!(text, session.code_title) lead=tu_string!(text, session.code_lead)>
            <FormFailure id="two-factor-error" failure=failure controls=&[(FieldName::Code, CODE)] />
            <ActionForm action=action attr:id="two-factor-form" attr:class="form">
                <Field id=CODE label=tu_string!(text, session.code) hint=hint error=problem>
                    <input
                        id=CODE
                        class="input input-code"
                        name="code"
                        autocomplete="one-time-code"
                        autocapitalize="none"
                        spellcheck="false"
                        maxlength="40"
                        required
                        autofocus
                        aria-describedby=described_by(CODE)
                        aria-invalid=invalid(problem)
                    />
                </Field>
                <button id="two-factor-submit-button" class="button button-primary button-wide" type="submit">
                    {tu!(text, session.submit)}
                </button>
            </ActionForm>
            <a id="two-factor-back-link" class="sign-in-aside" href=paths::door(audience)>
                {tu!(text, session.back)}
            </a>
        </Door>
    }
}
