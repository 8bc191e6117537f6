use std::time::Duration;

use domain::ClientRow;
use leptos::prelude::*;

use super::api::list_clients;
use crate::ui::{Field, Timer, described_by, invalid};

/// A client by name: nobody picks one of ten thousand from a list. With script names are suggested while one types.
#[component]
pub fn ClientPicker(
    id: &'static str,
    name: &'static str,
    /// The id of the suggestions.
    list: &'static str,
    value: String,
    label: &'static str,
    #[prop(optional)] placeholder: &'static str,
    /// In a form: what is wrong. Without it the label is not shown.
    #[prop(optional)]
    error: Option<Signal<Option<String>>>,
    #[prop(optional)] hint: &'static str,
    #[prop(into)] on_input: Callback<String>,
) -> impl IntoView {
    let names = RwSignal::new(Vec::<String>::new());
    let ask = Action::new(move |typed: &String| {
        let typed = typed.clone();
        async move {
            if let Ok(found) = list_clients(typed, String::new(), String::new()).await {
                let found = found.rows.into_iter().map(|ClientRow { name, .. }| name);
                names.try_set(found.take(20).collect());
            }
        }
    });
    let timer = Timer::new();
    let typed = move |event| {
        let typed = event_target_value(&event);
        let asked = typed.clone();
        timer.start(Duration::from_millis(200), move || {
            ask.dispatch(asked);
        });
        on_input.run(typed);
    };
    let shown = error.unwrap_or_else(|| Signal::stored(None));
    let input = view! {
        <input
            id=id
            class="input"
            name=name
            value=value
            list=list
            maxlength="255"
            autocomplete="off"
            placeholder=placeholder
            aria-describedby=described_by(id)
            aria-invalid=invalid(shown)
            on:input=typed
        />
        <datalist id=list>
            {move || names.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
        </datalist>
    };
    if error.is_none() {
        return view! {
            <div class="list-client">
                <label class="visually-hidden" for=id>
                    {label}
                </label>
                {input}
            </div>
        }
        .into_any();
    }
    view! {
        <Field id=id label=label hint=Signal::stored(hint.to_owned()) error=shown>
            {input}
        </Field>
    }
    .into_any()
}
