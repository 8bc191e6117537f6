use domain::{ErrorCode, Failure};
use leptos::prelude::*;

use crate::{
    features::interactions::form::EDIT,
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ErrorPanel, Summary, use_text},
};

/// What stands in the way of saving, at the top of the form.
#[component]
pub fn Errors(
    failure: Signal<Option<Failure>>,
    /// The interaction.
    id: StoredValue<String>,
    /// Who was faster; known a moment after the conflict.
    changed: Signal<Option<String>>,
    /// Saves over the other version.
    on_overwrite: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    move || {
        failure.get().map(|failure| match failure.code {
            ErrorCode::Invalid => {
                view! { <Summary id=EDIT.errors fields=failure.fields control=|field| EDIT.control(field) /> }
                    .into_any()
            }
            ErrorCode::Conflict => {
                let who = move || {
                    changed
                        .get()
                        .map(|who| tu_string!(text, interactions.ed_changed, who = who))
                };
                view! {
                    <ErrorPanel id=EDIT.errors failure=failure>
                        <p id="edit-interaction-changed">{who}</p>
                        <a
                            id="edit-interaction-theirs-link"
                            class="button"
                            href=id.with_value(|id| format!("{}/{id}", paths::INTERACTIONS))
                            target="_blank"
                        >
                            {tu!(text, interactions.ed_theirs)}
                        </a>
                        <Button
                            id="edit-interaction-overwrite-button"
                            needs_script=true
                            on:click=move |_| on_overwrite.run(())
                        >
                            {tu!(text, interactions.ed_over)}
                        </Button>
                    </ErrorPanel>
                }
                .into_any()
            }
            _ => view! { <ErrorPanel id=EDIT.errors failure=failure /> }.into_any(),
        })
    }
}
