use domain::{Choice as Named, EditForm, ErrorCode, Failure, Field as FieldName, text as limits};
use leptos::{
    form::{ActionForm, FromFormData},
    html,
    prelude::*,
};
use web_sys::SubmitEvent;

use super::{
    errors::{CONTACT, ERRORS, Errors, NOTES, OWNER, STATUS, TITLE, TYPE, control},
    moves::MovesHint,
    when::When,
};
use crate::{
    error::ApiError,
    features::interactions::api::{SubmitEdit, edit_form},
    i18n::{tu, tu_string},
    ui::{
        Choice, Field, I18n, Select, described_by, focus, focus_next, invalid, on_next_frame, problem_text,
        use_hydrated, use_text,
    },
};

const SAVE: &str = "edit-interaction-save-button";

/// What is wrong with a field, if anything.
pub fn error_of(text: I18n, failure: Signal<Option<Failure>>, field: FieldName) -> Signal<Option<String>> {
    Signal::derive(move || {
        failure.with(|failure| {
            let error = failure.as_ref()?.fields.iter().find(|error| error.field == field)?;
            Some(problem_text(text, &error.problem))
        })
    })
}

#[component]
pub fn Form(
    form: EditForm,
    action: ServerAction<SubmitEdit>,
    dirty: RwSignal<bool>,
    /// The page without the dialog.
    home: String,
    on_close: Callback<()>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let busy = action.pending();
    let local = RwSignal::new(None::<Failure>);
    let failure = Signal::derive(move || {
        if busy.get() {
            return None;
        }
        local.get().or_else(|| match action.value().get() {
            Some(Err(ApiError(failure))) => Some(failure),
            _ => None,
        })
    });
    let node = NodeRef::<html::Form>::new();
    let id = StoredValue::new(form.values.interaction_id.clone());
    let version = RwSignal::new(form.values.version.clone());
    let theirs = Action::new(move |(): &()| edit_form(id.get_value()));
    let their_form = move || match theirs.value().get() {
        Some(Ok(form)) => Some(form),
        _ => None,
    };
    let changed = Signal::derive(move || their_form().and_then(|form| form.changed));
    let overwrite = Callback::new(move |()| {
        let Some(form) = untrack(their_form) else { return };
        version.set(form.values.version);
        on_next_frame(move || {
            if let Some(form) = node.get_untracked() {
                let _ = form.request_submit();
            }
        });
    });
    let check = move |event: SubmitEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Ok(Err(failure)) = SubmitEdit::from_event(&event).map(|call| call.input.check()) {
            event.prevent_default();
            local.set(Some(failure));
        } else {
            local.set(None);
            focus(SAVE);
        }
    };
    Effect::new(move |_| {
        if failure.read_untracked().is_none() {
            focus_next(TITLE);
        }
    });
    Effect::new(move |_| {
        if let Some(failure) = failure.get() {
            if failure.code == ErrorCode::Conflict {
                theirs.dispatch(());
            }
            focus_next(failure.fields.first().map_or(ERRORS, |error| control(error.field)));
        }
    });
    view! {
        <ActionForm
            action=action
            node_ref=node
            attr:id="edit-interaction-form"
            attr:class="form"
            attr:novalidate=move || hydrated.get()
            attr:aria-busy=move || busy.get().then_some("true")
            on:submit:capture=check
            on:input=move |_| dirty.set(true)
        >
            <Errors failure=failure id=id changed=changed on_overwrite=overwrite />
            <input type="hidden" name="input[interaction_id]" value=id.get_value() />
            <input type="hidden" name="input[version]" value=version.get_untracked() prop:value=version />
            <div class="form-fields" inert=move || busy.get()>
                <Fields form=form failure=failure />
            </div>
            <Foot home=home busy=busy on_close=on_close />
        </ActionForm>
    }
}

#[component]
fn Foot(home: String, busy: Memo<bool>, on_close: Callback<()>) -> impl IntoView {
    let text = use_text();
    let label = move || {
        if busy.get() {
            tu_string!(text, interactions.qa_saving)
        } else {
            tu_string!(text, interactions.qa_save)
        }
    };
    view! {
        <footer class="dialog-foot">
            <a
                id="edit-interaction-cancel-button"
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
                id=SAVE
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

fn entries<Id: ToString>(choices: Vec<Named<Id>>) -> Vec<Choice> {
    let entry = |choice: Named<Id>| Choice {
        value: choice.id.to_string(),
        label: choice.name,
    };
    choices.into_iter().map(entry).collect()
}

#[component]
fn Fields(form: EditForm, failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    let error = move |field| error_of(text, failure, field);
    let values = form.values;
    view! {
        <Select
            id=TYPE
            name="input[type_id]"
            label=tu_string!(text, interactions.qa_type)
            placeholder=tu_string!(text, interactions.qa_choose_type)
            choices=entries(form.types)
            selected=values.type_id
            required=true
            error=error(FieldName::Type)
            on_change=|_| ()
        />
        <Field id=TITLE label=tu_string!(text, interactions.qa_title) error=error(FieldName::Title)>
            <input
                id=TITLE
                class="input"
                name="input[title]"
                value=values.title
                required
                maxlength=limits::MAX_TITLE.to_string()
                autocomplete="off"
                aria-describedby=described_by(TITLE)
                aria-invalid=invalid(error(FieldName::Title))
            />
        </Field>
        <div class="form-pair">
            <Select
                id=STATUS
                name="input[status_id]"
                label=tu_string!(text, interactions.qa_status)
                placeholder=tu_string!(text, interactions.ed_no_status)
                choices=entries(form.statuses)
                selected=values.status_id
                error=error(FieldName::Status)
                on_change=|_| ()
            />
            <Select
                id=OWNER
                name="input[user_id]"
                label=tu_string!(text, interactions.user)
                placeholder=tu_string!(text, interactions.user)
                choices=entries(form.people)
                selected=values.user_id
                required=true
                error=error(FieldName::Owner)
                on_change=|_| ()
            />
        </div>
        <Select
            id=CONTACT
            name="input[contact_id]"
            label=tu_string!(text, interactions.qa_contact)
            aside=tu_string!(text, common.optional)
            placeholder=tu_string!(text, interactions.qa_no_contact)
            choices=entries(form.contacts)
            selected=values.contact_id
            error=error(FieldName::Contact)
            on_change=|_| ()
        />
        <MovesHint attendees=form.moves_meeting />
        <When start=values.start end=values.end zone=form.zone follows_meeting=form.follows_meeting failure=failure />
        <Field
            id=NOTES
            label=tu_string!(text, interactions.qa_notes)
            aside=tu_string!(text, common.optional)
            error=error(FieldName::Notes)
        >
            <textarea
                id=NOTES
                class="input"
                name="input[notes]"
                rows="6"
                maxlength=limits::MAX_NOTES.to_string()
                aria-describedby=described_by(NOTES)
                aria-invalid=invalid(error(FieldName::Notes))
            >
                {values.notes}
            </textarea>
        </Field>
    }
}
