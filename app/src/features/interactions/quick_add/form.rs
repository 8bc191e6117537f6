use domain::QuickAddForm;
use leptos::{form::FromFormData, html, prelude::*};
use web_sys::SubmitEvent;

use super::{errors::Errors, meeting::Meeting, state::MeetingState};
use crate::{
    features::interactions::{
        api::SubmitQuickAdd,
        form::{QUICK_ADD, RecordFields, RecordForm},
    },
    i18n::tu_string,
    ui::{ActionForm, DialogFoot, failure_of, focus, focus_first, has_text, use_hydrated, use_text},
};

#[component]
pub fn Form(
    form: QuickAddForm,
    /// Whether a type for online meetings is to be chosen from the start.
    schedule: bool,
    action: ServerAction<SubmitQuickAdd>,
    dirty: RwSignal<bool>,
    /// The page without the dialog.
    home: Signal<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let hydrated = use_hydrated();
    let QuickAddForm {
        values,
        choices,
        attendees,
        meetings,
        trouble,
        organizer,
    } = form;
    let ids = &QUICK_ADD;
    let mut record = values.record();
    if schedule && record.type_id.is_empty() {
        let meant = choices.types.iter().find(|kind| kind.is_online_meeting);
        record.type_id = meant.map(|kind| kind.type_id.to_string()).unwrap_or_default();
    }
    let is_online = |id: &str| {
        let known = choices.types.iter().find(|kind| kind.type_id.to_string() == id);
        known.is_some_and(|kind| kind.is_online_meeting)
    };
    let online = is_online(&record.type_id);
    // A form that was refused comes back with its type; whether there was to be a meeting, the switch says.
    let is_fresh = values.type_id.is_empty();
    let teams = if is_fresh {
        online
    } else {
        values.create_teams_meeting.is_some()
    };
    let state = MeetingState::new(meetings, online, teams, &values.attendees, &attendees);
    state.more.set(values.more_attendees.clone());
    let records = values.record.is_some();
    let shared = RecordForm::new(
        ids,
        action.pending(),
        failure_of(action),
        values.client_id.clone(),
        choices.contacts.clone(),
    );
    let node = NodeRef::<html::Form>::new();

    let check = move |event: SubmitEvent| {
        if shared.busy.get_untracked() {
            event.prevent_default();
            return;
        }
        // What cannot be read at all is reported by the form itself.
        if let Ok(Err(failure)) = SubmitQuickAdd::from_event(&event).map(|call| call.input.check()) {
            event.prevent_default();
            shared.local.set(Some(failure));
        } else {
            shared.local.set(None);
            focus(ids.save);
        }
    };
    // The form comes after the dialog has opened, so the dialog could not give it the focus.
    let first = if schedule { ids.title } else { ids.kind };
    Effect::new(move |_| {
        if shared.failure.read_untracked().is_none() {
            focus_first(first);
        }
    });
    // What was typed before hydration, or comes back after it was refused, counts as typed.
    Effect::new(move |_| {
        if [ids.title, ids.notes, ids.attendee].into_iter().any(has_text) {
            dirty.set(true);
        }
    });
    let save_label = Signal::derive(move || match (shared.busy.get(), state.schedules()) {
        (true, true) => tu_string!(text, interactions.qa_saving_meeting),
        (true, false) => tu_string!(text, interactions.qa_saving),
        (false, true) => tu_string!(text, interactions.qa_save_meeting),
        (false, false) => tu_string!(text, interactions.qa_save),
    });
    view! {
        <ActionForm
            action=action
            node_ref=node
            attr:id=ids.form
            attr:class="form"
            attr:novalidate=move || hydrated.get()
            attr:aria-busy=move || shared.busy.get().then_some("true")
            on:submit:capture=check
            on:input=move |_| dirty.set(true)
        >
            <Errors form=shared state=state node=node />
            <input type="hidden" name="input[idempotency_key]" value=values.idempotency_key />
            <div class="form-fields" inert=move || shared.busy.get()>
                <RecordFields
                    form=shared
                    values=record
                    choices=choices
                    no_status=tu_string!(text, interactions.qa_status_default)
                    needs_end=true
                    follows_meeting=false
                    on_type=move |online| state.online.set(online)
                    on_contact=move |contact| state.invite_instead(contact)
                >
                    <Meeting meetings=meetings trouble=trouble organizer=organizer records=records form=shared state=state />
                </RecordFields>
            </div>
            <DialogFoot ids=(ids.cancel, ids.save) label=save_label busy=shared.busy home=home on_close=on_close />
        </ActionForm>
    }
}
