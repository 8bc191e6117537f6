use domain::{
    Capability, Choice as Named, ClientId, ConnectionTrouble, Field as FieldName, Person, UserId,
    schedule::{EntryForm, SaveEntry},
    text as limits,
};
use leptos::{form::FromFormData, html, prelude::*};
use web_sys::SubmitEvent;

use super::{
    conflicts::{ClashNote, Clashes},
    dialog::Shared,
    facts::DeleteLink,
};
use crate::{
    features::{
        interactions::{
            Errors, Meeting, MeetingState,
            form::{ClientField, ContactField, ENTRY, NotesField, RecordForm, When},
        },
        schedule::api::SubmitEntry,
    },
    i18n::{tu, tu_string},
    ui::{
        ActionForm, Choice, DialogFoot, Field, I18n, Icon, Select, Switch, described_by, failure_of, focus, focus_next,
        has_text, invalid, use_hydrated, use_text,
    },
};

/// The form of an entry: a new one, or one that is there.
#[component]
pub fn PopupForm(
    form: EntryForm,
    shared: Shared,
    /// The entry that may be deleted.
    delete: Option<String>,
) -> impl IntoView {
    let text = use_text();
    let hydrated = use_hydrated();
    let ids = &ENTRY;
    let Shared {
        action,
        dirty,
        home,
        on_close,
    } = shared;
    let EntryForm {
        values,
        people,
        clients,
        contacts,
        attendees,
        zone,
        meetings,
        trouble,
        organizer,
        may_assign,
        may_add,
        is_linked,
        moves_meeting,
        conflicts,
    } = form;
    let is_new = values.entry_id.is_empty();
    let record = RecordForm::new(
        ids,
        action.pending(),
        failure_of(action),
        values.client_id.clone(),
        contacts,
    );
    let state = meeting_state(&values, meetings, &attendees);
    // The switch is offered as soon as there is somebody to meet.
    Effect::new(move |_| state.online.set(!record.client.read().is_empty()));
    let clashes = Clashes::new(conflicts, values.entry_id.clone());
    let node = NodeRef::<html::Form>::new();
    let check = move |event: SubmitEvent| check(record, &event);
    if is_new {
        begin(record, dirty);
    }
    let for_client = (is_new && may_add).then(|| {
        view! { <ForClient form=record state=state clients=clients contact=values.contact_id.clone() /> }
    });
    let offered = meetings
        .filter(|_| is_new)
        .map(|meetings| (meetings, trouble, organizer));
    let meeting = offered.map(|offered| teams(offered, values.record.is_some(), record, state));
    let label = save_label(text, record.busy, is_new, state);
    let moves = moves_meeting.map(|attendees| view! { <Moves attendees=attendees /> });
    let hidden = hidden([values.idempotency_key, values.entry_id, values.version]);
    view! {
        <ActionForm
            action=action
            node_ref=node
            attr:id=ids.form
            attr:class="form"
            attr:novalidate=move || hydrated.get()
            attr:aria-busy=move || record.busy.get().then_some("true")
            on:submit:capture=check
            on:input=move |_| {
                dirty.set(true);
                clashes.look();
            }
            on:change=move |_| clashes.look()
        >
            <Errors form=record state=state node=node />
            {hidden}
            <div class="form-fields" inert=move || record.busy.get()>
                <TitleField form=record value=values.title linked=is_linked && !is_new />
                {for_client}
                <When
                    form=record
                    start=values.start
                    end=values.end
                    zone=zone
                    needs_end=true
                    follows_meeting=false
                />
                {moves}
                <ClashNote clashes=clashes />
                <div class="form-pair">
                    <Assigned form=record people=people chosen=values.user_id may_assign=may_assign />
                    <Private is_on=values.is_private.is_some() />
                </div>
                {meeting}
                <NotesField form=record value=values.notes />
            </div>
            <DialogFoot ids=(ENTRY.cancel, ENTRY.save) label=label busy=record.busy home=home on_close=on_close>
                {delete.map(|id| view! { <DeleteLink id=id /> })}
            </DialogFoot>
        </ActionForm>
    }
}

/// Whether there is to be a Teams meeting, and with whom.
fn meeting_state(values: &SaveEntry, meetings: Option<Capability>, known: &[Person]) -> MeetingState {
    let state = MeetingState::new(
        meetings.unwrap_or(Capability::Available),
        !values.client_id.is_empty(),
        values.create_teams_meeting.is_some(),
        &values.attendees,
        known,
    );
    state.more.set(values.more_attendees.clone());
    state
}

/// The switch for the Teams meeting.
fn teams(
    (meetings, trouble, organizer): (Capability, Option<ConnectionTrouble>, Option<String>),
    records: bool,
    form: RecordForm,
    state: MeetingState,
) -> AnyView {
    view! {
        <Meeting
            meetings=meetings
            trouble=trouble
            organizer=organizer
            records=records
            form=form
            state=state
            at_once=false
        />
    }
    .into_any()
}

/// Which form, which entry, and which state of it.
fn hidden(values: [String; 3]) -> impl IntoView {
    let names = ["input[idempotency_key]", "input[entry_id]", "input[version]"];
    let inputs = names.into_iter().zip(values);
    inputs
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
}

/// What can be told without asking the server is told before anything is sent.
fn check(form: RecordForm, event: &SubmitEvent) {
    if form.busy.get_untracked() {
        event.prevent_default();
        return;
    }
    // What cannot be read at all is reported by the form itself.
    if let Ok(Err(failure)) = SubmitEntry::from_event(event).map(|call| call.input.check()) {
        event.prevent_default();
        form.local.set(Some(failure));
    } else {
        form.local.set(None);
        focus(ENTRY.save);
    }
}

fn save_label(text: I18n, busy: Memo<bool>, is_new: bool, state: MeetingState) -> Signal<&'static str> {
    Signal::derive(move || match (busy.get(), is_new && state.schedules()) {
        (true, _) => tu_string!(text, schedule.saving),
        (false, true) => tu_string!(text, schedule.save_meeting),
        (false, false) => tu_string!(text, schedule.save),
    })
}

/// The first field gets the focus. What was typed before hydration, or comes back after it was refused, counts as typed.
fn begin(form: RecordForm, dirty: RwSignal<bool>) {
    let ids = &ENTRY;
    Effect::new(move |_| {
        if form.failure.read_untracked().is_none() {
            focus_next(ids.title);
        }
    });
    Effect::new(move |_| {
        if [ids.title, ids.notes, ids.attendee].into_iter().any(has_text) {
            dirty.set(true);
        }
    });
}

/// For whom it is done.
#[component]
fn ForClient(form: RecordForm, state: MeetingState, clients: Vec<Named<ClientId>>, contact: String) -> impl IntoView {
    let text = use_text();
    let invite = move |contact| state.invite_instead(contact);
    view! {
        <div class="form-pair">
            <ClientField form=form clients=clients optional=true on_contact=Callback::new(invite) />
            <ContactField form=form selected=contact on_change=invite />
        </div>
        <p class="hint">{tu!(text, schedule.client_hint)}</p>
    }
}

#[component]
fn TitleField(
    form: RecordForm,
    value: String,
    /// It names more than the entry.
    linked: bool,
) -> impl IntoView {
    let text = use_text();
    let hint = if linked {
        tu_string!(text, schedule.title_hint)
    } else {
        ""
    };
    let error = form.error(FieldName::Title);
    view! {
        <Field
            id=ENTRY.title
            label=tu_string!(text, interactions.qa_title)
            hint=Signal::stored(hint.to_owned())
            error=error
        >
            <input
                id=ENTRY.title
                class="input"
                name="input[title]"
                value=value
                required
                maxlength=limits::MAX_TITLE.to_string()
                autocomplete="off"
                aria-describedby=described_by(ENTRY.title)
                aria-invalid=invalid(error)
            />
        </Field>
    }
}

/// Whose entry it is; for those who may not put it on another's schedule their own.
#[component]
fn Assigned(form: RecordForm, people: Vec<Named<UserId>>, chosen: String, may_assign: bool) -> impl IntoView {
    let text = use_text();
    if !may_assign {
        let name = people.into_iter().find(|person| person.id.to_string() == chosen);
        return view! {
            <div class="field">
                <span class="label">{tu!(text, schedule.assigned)}</span>
                <input id=ENTRY.owner type="hidden" name="input[user_id]" value=chosen />
                <span class="field-fixed">{name.map(|person| person.name)}</span>
            </div>
        }
        .into_any();
    }
    let choices = people
        .into_iter()
        .map(|person| Choice {
            value: person.id.to_string(),
            label: person.name,
        })
        .collect::<Vec<_>>();
    view! {
        <Select
            id=ENTRY.owner
            name="input[user_id]"
            label=tu_string!(text, schedule.assigned)
            placeholder=tu_string!(text, schedule.assigned)
            choices=choices
            selected=chosen
            required=true
            error=form.error(FieldName::Owner)
            on_change=|_| ()
        />
    }
    .into_any()
}

#[component]
fn Private(is_on: bool) -> impl IntoView {
    let text = use_text();
    view! {
        <Switch
            id="entry-popup-is-private"
            name="input[is_private]"
            label=tu_string!(text, schedule.private_label)
            hint=tu_string!(text, schedule.private_hint)
            checked=is_on
            disabled=false
            node_ref=NodeRef::new()
            on_change=|_| ()
        />
    }
}

/// Says that the Teams meeting moves with the entry, and how many attendees are told.
#[component]
fn Moves(attendees: u32) -> impl IntoView {
    let text = use_text();
    let words = match attendees {
        0 => tu_string!(text, schedule.follows).to_owned(),
        1 => tu_string!(text, schedule.follows_one).to_owned(),
        count => tu_string!(text, schedule.follows_many, count = count),
    };
    view! {
        <p id="entry-popup-moves-hint" class="hint with-icon">
            <Icon icon=icondata_lu::LuVideo />
            {words}
        </p>
    }
}
