use domain::{Field as FieldName, QuickAddForm, text as limits};
use leptos::{
    form::{ActionForm, FromFormData},
    html,
    prelude::*,
};
use web_sys::SubmitEvent;

use super::{
    errors::Errors,
    meeting::Meeting,
    selects::{ContactSelect, TypeSelect},
    state::{ERRORS, FormState, MORE, NOTES, SAVE, STATUS, TITLE, TYPE, control},
    when::When,
};
use crate::{
    features::interactions::api::SubmitQuickAdd,
    i18n::{tu, tu_string},
    ui::{Choice, Field, Select, described_by, focus, focus_next, has_text, invalid, use_hydrated, use_text},
};

#[component]
pub fn Form(
    form: QuickAddForm,
    /// Whether a type for online meetings is to be chosen from the start.
    schedule: bool,
    action: ServerAction<SubmitQuickAdd>,
    dirty: RwSignal<bool>,
    /// The page without the dialog.
    home: String,
    on_close: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let hydrated = use_hydrated();
    let preselected = form
        .types
        .iter()
        .find(|kind| schedule && kind.is_online_meeting)
        .map(|kind| kind.type_id);
    let state = FormState::new(action, form.meetings, preselected.is_some());
    let node = NodeRef::<html::Form>::new();

    let check = move |event: SubmitEvent| {
        if state.busy.get_untracked() {
            event.prevent_default();
            return;
        }
        // What cannot be read at all is reported by the form itself.
        if let Ok(Err(failure)) = SubmitQuickAdd::from_event(&event).map(|call| call.input.check()) {
            event.prevent_default();
            state.local.set(Some(failure));
        } else {
            state.local.set(None);
            focus(SAVE);
        }
    };
    // The form comes after the dialog has opened, so the dialog could not give it the focus.
    let first = if schedule { TITLE } else { TYPE };
    Effect::new(move |_| {
        if state.failure.read_untracked().is_none() {
            focus_next(first);
        }
    });
    // What was typed before hydration counts as typed.
    Effect::new(move |_| {
        if [TITLE, NOTES, MORE].into_iter().any(has_text) {
            dirty.set(true);
        }
    });
    // The first thing to mend gets the focus; what is no field's fault, the panel that explains it.
    Effect::new(move |_| {
        if let Some(failure) = state.failure.get() {
            let target = failure.fields.first().map_or(ERRORS, |error| control(error.field));
            focus_next(target);
        }
    });
    let save_label = move || match (state.busy.get(), state.schedules()) {
        (true, true) => tu_string!(text, interactions.qa_saving_meeting),
        (true, false) => tu_string!(text, interactions.qa_saving),
        (false, true) => tu_string!(text, interactions.qa_save_meeting),
        (false, false) => tu_string!(text, interactions.qa_save),
    };
    let lead = tu_string!(text, interactions.qa_for, client = form.client_name.clone());
    let (idempotency_key, client_id) = (form.idempotency_key.to_string(), form.client_id.to_string());
    view! {
        <p class="dialog-lead">{lead}</p>
        <ActionForm
            action=action
            node_ref=node
            attr:id="quick-add-interaction-form"
            attr:class="form"
            attr:novalidate=move || hydrated.get()
            attr:aria-busy=move || state.busy.get().then_some("true")
            on:submit:capture=check
            on:input=move |_| dirty.set(true)
        >
            <Errors state=state form=node />
            <input type="hidden" name="input[idempotency_key]" value=idempotency_key />
            <input type="hidden" name="input[client_id]" value=client_id />
            <div class="form-fields" inert=move || state.busy.get()>
                <Fields form=form selected=preselected.map(|id| id.to_string()).unwrap_or_default() state=state />
            </div>
            <footer class="dialog-foot">
                <a
                    id="cancel-interaction-button"
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
                    aria-disabled=move || state.busy.get().then_some("true")
                >
                    <span class="spinner" aria-hidden="true"></span>
                    <span aria-live="polite">{save_label}</span>
                </button>
            </footer>
        </ActionForm>
    }
}

/// The fields, in the order in which they are checked.
#[component]
fn Fields(
    form: QuickAddForm,
    /// The type that is chosen from the start.
    selected: String,
    state: FormState,
) -> impl IntoView {
    let text = use_text();
    let QuickAddForm {
        contacts,
        types,
        statuses,
        start,
        end,
        zone,
        meetings,
        organizer,
        ..
    } = form;
    let statuses = statuses
        .into_iter()
        .map(|status| Choice {
            value: status.id.to_string(),
            label: status.name,
        })
        .collect::<Vec<_>>();
    view! {
        <TypeSelect
            types=types
            selected=selected
            state=state
        />
        <Field id=TITLE label=tu_string!(text, interactions.qa_title) error=state.error(text, FieldName::Title)>
            <input
                id=TITLE
                class="input"
                name="input[title]"
                required
                maxlength=limits::MAX_TITLE.to_string()
                autocomplete="off"
                aria-describedby=described_by(TITLE)
                aria-invalid=invalid(state.error(text, FieldName::Title))
            />
        </Field>
        <ContactSelect contacts=contacts.clone() state=state />
        <When start=start end=end zone=zone state=state />
        <Meeting
            meetings=meetings
            organizer=organizer
            contacts=contacts
            state=state
        />
        <Select
            id=STATUS
            name="input[status_id]"
            label=tu_string!(text, interactions.qa_status)
            placeholder=tu_string!(text, interactions.qa_status_default)
            choices=statuses
            error=state.error(text, FieldName::Status)
            on_change=|_| ()
        />
        <Field
            id=NOTES
            label=tu_string!(text, interactions.qa_notes)
            aside=tu_string!(text, common.optional)
            error=state.error(text, FieldName::Notes)
        >
            <textarea
                id=NOTES
                class="input"
                name="input[notes]"
                rows="4"
                maxlength=limits::MAX_NOTES.to_string()
                aria-describedby=described_by(NOTES)
                aria-invalid=invalid(state.error(text, FieldName::Notes))
            ></textarea>
        </Field>
    }
}
