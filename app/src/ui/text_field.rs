use leptos::prelude::*;

use super::{Field, described_by, invalid};

/// A box for one line.
#[component]
pub fn TextField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    value: String,
    error: Signal<Option<String>>,
    /// Set behind the label, for "optional".
    #[prop(optional)]
    aside: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] required: bool,
    /// The id of a `<datalist>`.
    #[prop(optional)]
    list: Option<&'static str>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
    let typed = move |event| {
        if let Some(on_input) = on_input {
            on_input.run(event_target_value(&event));
        }
    };
    let input = view! {
        <input
            id=id
            class="input"
            type=kind
            name=name
            value=value
            list=list
            required=required
            maxlength="255"
            autocomplete=autocomplete
            aria-describedby=described_by(id)
            aria-invalid=invalid(error)
            on:input=typed
        />
    };
    if hint.is_empty() {
        view! {
            <Field id=id label=label aside=aside error=error>
                {input}
            </Field>
        }
        .into_any()
    } else {
        view! {
            <Field id=id label=label aside=aside hint=Signal::stored(hint) error=error>
                {input}
            </Field>
        }
        .into_any()
    }
}
