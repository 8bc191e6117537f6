use leptos::prelude::*;

use super::Icon;

/// The frame of a control: label above, hint and error below. The control itself is the child; it takes `id`,
/// `aria-describedby=described_by(id)` and `aria-invalid=invalid(error)`.
#[component]
pub fn Field(
    /// The id of the control.
    id: &'static str,
    #[prop(into)] label: String,
    /// Set behind the label, for "optional".
    #[prop(optional)]
    aside: &'static str,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="label" for=id>
                {label}
                {(!aside.is_empty()).then(|| view! { <span class="label-aside">{aside}</span> })}
            </label>
            {children()}
            {hint
                .map(|hint| {
                    view! {
                        <p id=format!("{id}-hint") class="hint">
                            {hint}
                        </p>
                    }
                })}
            <p id=format!("{id}-error") class="field-error">
                {move || {
                    error
                        .get()
                        .map(|error| {
                            view! {
                                <Icon icon=icondata_lu::LuCircleAlert />
                                {error}
                            }
                        })
                }}
            </p>
        </div>
    }
}

/// The ids that explain a control. An id without an element is ignored, an empty element too.
pub fn described_by(id: &str) -> String {
    format!("{id}-error {id}-hint")
}

pub fn invalid(error: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    move || error.with(Option::is_some).then_some("true")
}
