use leptos::{html, prelude::*};
use web_sys::Event;

use super::{Field, described_by, invalid};

/// An entry of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

#[component]
pub fn Select(
    id: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional)] aside: &'static str,
    /// The entry for no choice.
    #[prop(into)]
    placeholder: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] selected: String,
    #[prop(optional)] required: bool,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Select>,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let nothing = selected.is_empty();
    let options = choices
        .into_iter()
        .map(move |Choice { value, label }| {
            let selected = value == selected;
            view! {
                <option value=value selected=selected>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <Field id=id label=label aside=aside error=error>
            <select
                id=id
                class="input"
                name=name
                required=required
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
                node_ref=node_ref
                on:change=move |event: Event| on_change.run(event_target_value(&event))
            >
                <option value="" selected=nothing>
                    {placeholder}
                </option>
                {options}
            </select>
        </Field>
    }
}
