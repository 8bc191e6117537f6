use leptos::prelude::*;

use super::{Field, described_by, invalid, use_text};
use crate::i18n::tu_string;

/// Any zone there is, searched by typing: the browser's own list of suggestions does that without script.
#[component]
pub fn ZoneField(
    id: &'static str,
    name: &'static str,
    /// The id of the suggestions.
    list: &'static str,
    zone: String,
    zones: Vec<String>,
    #[prop(into)] hint: String,
    #[prop(optional, into)] placeholder: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let text = use_text();
    let options = zones.into_iter().map(|zone| view! { <option value=zone></option> });
    view! {
        <Field id=id label=tu_string!(text, errors.field.zone) hint=Signal::stored(hint) error=error>
            <input
                id=id
                class="input"
                name=name
                list=list
                autocomplete="off"
                spellcheck="false"
                maxlength="64"
                value=zone
                placeholder=placeholder
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
            />
            <datalist id=list>{options.collect_view()}</datalist>
        </Field>
    }
}
