use domain::{ErrorCode, Failure, Field};
use leptos::prelude::*;

use crate::{
    features::interactions::quick_add::Summary,
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ErrorPanel, use_text},
};

pub const TYPE: &str = "edit-interaction-type-select";
pub const TITLE: &str = "edit-interaction-title-input";
pub const CONTACT: &str = "edit-interaction-contact-picker";
pub const OWNER: &str = "edit-interaction-user-picker";
pub const STATUS: &str = "edit-interaction-status-select";
pub const START: &str = "edit-interaction-start-time";
pub const END: &str = "edit-interaction-end-time";
pub const NOTES: &str = "edit-interaction-notes-editor";
pub const ERRORS: &str = "edit-interaction-errors";

/// The control to mend a field with.
pub fn control(field: Field) -> &'static str {
    match field {
        Field::Type => TYPE,
        Field::Title => TITLE,
        Field::Contact => CONTACT,
        Field::Owner => OWNER,
        Field::Status => STATUS,
        Field::Start => START,
        Field::End => END,
        Field::Notes => NOTES,
        _ => ERRORS,
    }
}

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
            ErrorCode::Invalid => view! { <Summary id=ERRORS fields=failure.fields control=control /> }.into_any(),
            ErrorCode::Conflict => {
                let who = move || {
                    changed
                        .get()
                        .map(|who| tu_string!(text, interactions.ed_changed, who = who))
                };
                view! {
                    <ErrorPanel id=ERRORS failure=failure>
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
            _ => view! { <ErrorPanel id=ERRORS failure=failure /> }.into_any(),
        })
    }
}
