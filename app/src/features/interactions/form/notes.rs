use domain::{Field as FieldName, SafeHtml, text as limits};
use leptos::{html, prelude::*};

use super::{
    RecordForm,
    toolbar::{Toolbar, shortcut},
};
use crate::{
    error::ApiError,
    features::interactions::api::preview_notes,
    i18n::{tu, tu_string},
    ui::{ErrorPanel, Field, Icon, described_by, focus_next, in_text_area, invalid, problem_text, use_text},
};

/// Notes as they are shown. The HTML is the sanitiser's.
#[component]
pub fn FormattedNotes(notes: SafeHtml) -> impl IntoView {
    view! { <div class="formatted" inner_html=notes.into_string()></div> }
}

/// Notes in Markdown: a box of text, with script also tools for it and a look at what it becomes.
#[component]
pub fn NotesField(form: RecordForm, value: String) -> impl IntoView {
    let text = use_text();
    let ids = form.ids;
    let error = form.error(FieldName::Notes);
    let node = NodeRef::<html::Textarea>::new();
    let shows = RwSignal::new(false);
    let preview = Action::new(|notes: &String| preview_notes(notes.clone()));
    let toggle = move || {
        if shows.get_untracked() {
            shows.set(false);
            focus_next(ids.notes);
        } else if let Some(editor) = node.get_untracked() {
            preview.clear();
            preview.dispatch(editor.value());
            shows.set(true);
        }
    };
    // What is refused is mended in the editor.
    Effect::new(move |_| {
        if error.with(Option::is_some) {
            shows.set(false);
        }
    });
    let page = move || {
        shows.get().then(|| {
            let content = move || match preview.value().get() {
                Some(Ok(Some(notes))) => view! { <FormattedNotes notes=notes /> }.into_any(),
                Some(Ok(None)) => view! { <p class="quiet">{tu!(text, interactions.no_notes)}</p> }.into_any(),
                Some(Err(ApiError(failure))) => match failure.fields.first() {
                    Some(error) => view! { <p class="field-error">{problem_text(text, &error.problem)}</p> }.into_any(),
                    None => {
                        view! { <ErrorPanel id=format!("{}-error", ids.notes_preview) failure=failure /> }.into_any()
                    }
                },
                None => view! { <p class="quiet">{tu!(text, common.loading)}</p> }.into_any(),
            };
            view! {
                <div
                    id=ids.notes_preview
                    class="notes-preview"
                    role="region"
                    tabindex="0"
                    aria-label=tu_string!(text, interactions.notes_preview)
                    aria-live="polite"
                >
                    {content}
                </div>
            }
        })
    };
    view! {
        <Field
            id=ids.notes
            label=tu_string!(text, interactions.qa_notes)
            aside=tu_string!(text, common.optional)
            hint=Signal::stored(tu_string!(text, interactions.notes_hint).to_owned())
            error=error
        >
            <div class="notes-editor">
                <div class="notes-bar needs-script">
                    <Toolbar id=ids.notes_tools node=node disabled=shows />
                    <button
                        id=ids.notes_preview_button
                        class="button button-quiet"
                        type="button"
                        aria-pressed=move || if shows.get() { "true" } else { "false" }
                        on:click=move |_| toggle()
                    >
                        <Icon icon=icondata_lu::LuEye />
                        {tu!(text, interactions.notes_preview)}
                    </button>
                </div>
                <textarea
                    id=ids.notes
                    class="input"
                    name="input[notes]"
                    rows="5"
                    maxlength=limits::MAX_NOTES.to_string()
                    aria-describedby=described_by(ids.notes)
                    aria-invalid=invalid(error)
                    hidden=move || shows.get()
                    node_ref=node
                    on:keydown=move |event| shortcut(&event, node)
                >
                    {in_text_area(value)}
                </textarea>
                {page}
            </div>
        </Field>
    }
}
