use domain::LOCALES;
use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    ui::{Choice, Select, use_text},
};

/// A client's or contact's language. Each is called what it calls itself.
#[component]
pub fn LanguageField(
    id: &'static str,
    /// The entry for no choice.
    nothing: &'static str,
    language: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let text = use_text();
    let choices = LOCALES.map(|(tag, name)| Choice {
        value: tag.to_owned(),
        label: name.to_owned(),
    });
    view! {
        <Select
            id=id
            name="input[language]"
            label=tu_string!(text, errors.field.language)
            placeholder=nothing
            choices=choices.to_vec()
            selected=language
            error=error
            on_change=|_| ()
        />
    }
}
