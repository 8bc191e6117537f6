use domain::{Failure, Field as FieldName, MAX_MESSAGE};
use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    ui::{Field, I18n, described_by, in_text_area, invalid, problem_of, use_text},
};

/// Who is told that a meeting is cancelled.
pub fn told(text: I18n, attendees: u32) -> String {
    match attendees {
        0 => tu_string!(text, interactions.mt_told_unknown).to_owned(),
        1 => tu_string!(text, interactions.mt_told_one).to_owned(),
        count => tu_string!(text, interactions.mt_told_many, count = count),
    }
}

/// What the attendees of a cancelled meeting are told.
#[component]
pub fn Message(
    id: &'static str,
    #[prop(default = "message")] name: &'static str,
    /// What was typed already.
    typed: String,
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let text = use_text();
    let error = problem_of(failure, FieldName::Message);
    view! {
        <Field
            id=id
            label=tu_string!(text, interactions.mt_message)
            aside=tu_string!(text, common.optional)
            hint=Signal::stored(tu_string!(text, interactions.mt_message_hint).to_owned())
            error=error
        >
            <textarea
                id=id
                class="input"
                name=name
                rows="3"
                maxlength=MAX_MESSAGE.to_string()
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
            >
                {in_text_area(typed)}
            </textarea>
        </Field>
    }
}
