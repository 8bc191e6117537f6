use leptos::prelude::*;
use web_sys::Event;

use super::{Field, Icon, described_by, invalid, use_text};
use crate::i18n::tu_string;

/// A password with a button that shows it.
#[component]
pub fn PasswordField(
    id: &'static str,
    /// The id of the button.
    toggle: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    /// What the browser should offer: `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
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
    let input = move |event: Event| {
        if let Some(on_input) = on_input {
            on_input.run(event_target_value(&event));
        }
    };
    let control = view! {
        <div class="input-with-button">
            <input
                id=id
                class="input"
                type=move || if shown.get() { "text" } else { "password" }
                name=name
                autocomplete=autocomplete
                required
                maxlength="1000"
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
                on:input=input
            />
            <button
                id=toggle
                class="button button-quiet button-icon needs-script"
                type="button"
                aria-label=tu_string!(text, session.show_password)
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {icon}
            </button>
        </div>
    };
    match hint {
        Some(hint) => view! {
            <Field id=id label=label error=error hint=hint>
                {control}
            </Field>
        }
        .into_any(),
        None => view! {
            <Field id=id label=label error=error>
                {control}
            </Field>
        }
        .into_any(),
    }
}
