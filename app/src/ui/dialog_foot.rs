use leptos::prelude::*;

use super::use_text;
use crate::i18n::tu;

/// Cancel and save, at the foot of a dialog's form. The label of the button says what is under way.
#[component]
pub fn DialogFoot(
    /// Of the link that leaves, and of the button that saves.
    ids: (&'static str, &'static str),
    #[prop(into)] label: Signal<&'static str>,
    busy: Memo<bool>,
    /// The page without the dialog.
    home: Signal<String>,
    on_close: Callback<()>,
    /// What stands apart from the two.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let text = use_text();
    let (cancel, save) = ids;
    view! {
        <footer class="dialog-foot">
            {children.map(|children| children())}
            <a
                id=cancel
                class="button"
                href=home
                on:click=move |event| {
                    event.prevent_default();
                    on_close.run(());
                }
            >
                {tu!(text, common.cancel)}
            </a>
            <button
                id=save
                class="button button-primary"
                type="submit"
                aria-disabled=move || busy.get().then_some("true")
            >
                <span class="spinner" aria-hidden="true"></span>
                <span aria-live="polite">{label}</span>
            </button>
        </footer>
    }
}
