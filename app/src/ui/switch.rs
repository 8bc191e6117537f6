use leptos::{html, prelude::*};
use web_sys::Event;

/// A checkbox that reads as a switch. It is not controlled, so that what was switched before hydration stays.
#[component]
pub fn Switch(
    id: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    checked: bool,
    #[prop(into)] disabled: Signal<bool>,
    node_ref: NodeRef<html::Input>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="switch">
            <input
                id=id
                class="switch-input"
                type="checkbox"
                role="switch"
                name=name
                value="on"
                checked=checked
                disabled=disabled
                aria-describedby=hint_id.clone()
                node_ref=node_ref
                on:change=move |event: Event| on_change.run(event_target_checked(&event))
            />
            <div>
                <label class="label" for=id>
                    {label}
                </label>
                <p id=hint_id class="hint">
                    {hint}
                </p>
            </div>
        </div>
    }
}
