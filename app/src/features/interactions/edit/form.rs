use domain::{EditForm, ErrorCode};
use leptos::{form::FromFormData, html, prelude::*};
use web_sys::SubmitEvent;

use super::{errors::Errors, moves::MovesHint};
use crate::{
    features::interactions::{
        api::{SubmitEdit, edit_form},
        form::{EDIT, RecordFields, RecordForm},
    },
    i18n::tu_string,
    ui::{ActionForm, DialogFoot, failure_of, focus, focus_first, on_next_frame, use_hydrated, use_text},
};

#[component]
pub fn Form(
    form: EditForm,
    action: ServerAction<SubmitEdit>,
    dirty: RwSignal<bool>,
    /// The page without the dialog.
    home: Signal<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let hydrated = use_hydrated();
    let ids = &EDIT;
    let EditForm {
        values,
        choices,
        follows_meeting,
        moves_meeting,
        changed,
    } = form;
    let shared = RecordForm::new(
        ids,
        action.pending(),
        failure_of(action),
        values.client_id.clone(),
        choices.contacts.clone(),
    );
    let node = NodeRef::<html::Form>::new();
    let id = StoredValue::new(values.interaction_id.clone());
    let version = RwSignal::new(values.version.clone());
    let theirs = Action::new(move |(): &()| edit_form(id.get_value()));
    let their_form = move || match theirs.value().get() {
        Some(Ok(form)) => Some(form),
        _ => None,
    };
    // Without script the page that tells of the conflict knows it already.
    let changed = changed.filter(|_| action.value().with_untracked(Option::is_some));
    let changed = Signal::derive(move || match their_form() {
        Some(form) => form.changed,
        None => changed.clone(),
    });
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
        if shared.busy.get_untracked() {
            event.prevent_default();
        } else if let Ok(Err(failure)) = SubmitEdit::from_event(&event).map(|call| call.input.check()) {
            event.prevent_default();
            shared.local.set(Some(failure));
        } else {
            shared.local.set(None);
            focus(ids.save);
        }
    };
    Effect::new(move |_| {
        if shared.failure.read_untracked().is_none() {
            focus_first(ids.title);
        }
    });
    Effect::new(move |_| match shared.failure.get() {
        Some(failure) if failure.code == ErrorCode::Conflict => drop(theirs.dispatch(())),
        // What comes back after it was refused counts as typed.
        Some(_) => dirty.set(true),
        None => {}
    });
    let label = Signal::derive(move || {
        if shared.busy.get() {
            tu_string!(text, interactions.qa_saving)
        } else {
            tu_string!(text, interactions.qa_save)
        }
    });
    let record = values.record();
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
            <Errors failure=shared.failure id=id changed=changed on_overwrite=overwrite />
            <input type="hidden" name="input[interaction_id]" value=id.get_value() />
            <input type="hidden" name="input[version]" value=version.get_untracked() prop:value=version />
            <div class="form-fields" inert=move || shared.busy.get()>
                <RecordFields
                    form=shared
                    values=record
                    choices=choices
                    no_status=tu_string!(text, interactions.ed_no_status)
                    needs_end=false
                    follows_meeting=follows_meeting
                    on_type=|_| ()
                    on_contact=|_| ()
                >
                    <MovesHint attendees=moves_meeting />
                </RecordFields>
            </div>
            <DialogFoot ids=(ids.cancel, ids.save) label=label busy=shared.busy home=home on_close=on_close />
        </ActionForm>
    }
}
