use domain::{ErrorCode, Failure, Field};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{Button, ErrorPanel, Summary, use_text},
};

/// The ids around the fields of a form.
#[derive(Clone, Copy)]
pub struct FormIds {
    pub form: &'static str,
    pub errors: &'static str,
    pub changed: &'static str,
    pub theirs: &'static str,
    pub overwrite: &'static str,
    pub cancel: &'static str,
    pub save: &'static str,
}

/// What stands in the way of saving, at the top of the form.
#[component]
pub fn Errors(
    ids: FormIds,
    failure: Signal<Option<Failure>>,
    /// The control to mend a field with.
    control: fn(Field) -> &'static str,
    /// Where the other version is to be seen.
    home: Signal<String>,
    /// Who was faster; known a moment after the conflict.
    changed: Signal<Option<String>>,
    /// Saves over the other version.
    on_overwrite: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    move || {
        failure.get().map(|failure| match failure.code {
            ErrorCode::Invalid => view! { <Summary id=ids.errors fields=failure.fields control=control /> }.into_any(),
            ErrorCode::Conflict => {
                let who = move || {
                    changed
                        .get()
                        .map(|who| tu_string!(text, interactions.ed_changed, who = who))
                };
                view! {
                    <ErrorPanel id=ids.errors failure=failure>
                        <p id=ids.changed>{who}</p>
                        <a id=ids.theirs class="button" href=home target="_blank">
                            {tu!(text, interactions.ed_theirs)}
                        </a>
                        <Button id=ids.overwrite needs_script=true on:click=move |_| on_overwrite.run(())>
                            {tu!(text, interactions.ed_over)}
                        </Button>
                    </ErrorPanel>
                }
                .into_any()
            }
            _ => view! { <ErrorPanel id=ids.errors failure=failure /> }.into_any(),
        })
    }
}

#[component]
pub fn Foot(ids: FormIds, home: Signal<String>, busy: Memo<bool>, on_close: Callback<()>) -> impl IntoView {
    let text = use_text();
    let label = move || {
        if busy.get() {
            tu_string!(text, clients.saving)
        } else {
            tu_string!(text, clients.save)
        }
    };
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
