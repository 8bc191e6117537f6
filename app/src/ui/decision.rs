use leptos::prelude::*;

use super::{ButtonKind, close_by};

/// The two ends of a question: leaving things as they are, and doing what is asked. The label of the button says what is under way.
#[component]
pub fn Decision(
    /// Of the link that leaves, and of the button that does it.
    keep_id: &'static str,
    #[prop(into)] confirm_id: String,
    keep: &'static str,
    /// The page without the question.
    #[prop(into)]
    home: Signal<String>,
    kind: ButtonKind,
    #[prop(into)] label: Signal<&'static str>,
    busy: Memo<bool>,
) -> impl IntoView {
    view! {
        <div class="actions actions-end">
            <a id=keep_id class="button" href=home data-noscroll="" on:click=|event| close_by(&event)>
                {keep}
            </a>
            <button
                id=confirm_id
                class=kind.class()
                type="submit"
                aria-disabled=move || busy.get().then_some("true")
            >
                <span class="spinner" aria-hidden="true"></span>
                <span aria-live="polite">{label}</span>
            </button>
        </div>
    }
}
