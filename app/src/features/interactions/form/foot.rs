use leptos::prelude::*;

use super::Ids;
use crate::{i18n::tu, ui::use_text};

/// Cancel and save. The label of the button says what is under way.
#[component]
pub fn Foot(
    ids: &'static Ids,
    #[prop(into)] label: Signal<&'static str>,
    busy: Memo<bool>,
    /// The page without the dialog.
    home: Signal<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    view! {
        <footer class="dialog-foot">
            <a
                id=ids.cancel
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
                id=ids.save
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
