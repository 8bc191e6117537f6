use domain::{
    Capability, ConnectionTrouble, ErrorCode, Failure, Field as FieldName, MAX_INTERNAL_NOTES, MAX_MINUTES,
    RequestWork, Unavailable,
};
use leptos::{html, prelude::*};
use web_sys::SubmitEvent;

use super::{
    api::SubmitApprove,
    conflicts::{Slot, SlotLine},
    details::own_failure,
};
use crate::{
    features::interactions::{self, RecordChoice, unavailable},
    i18n::{tu, tu_string},
    ui::{
        ActionForm, Button, ButtonKind, Choice, ErrorPanel, Field, FormFailure, I18n, Icon, Select, Switch,
        described_by, focus_next, in_text_area, invalid, problem_of, use_hydrated, use_text,
    },
};

const TECHNICIAN: &str = "assign-technician";
const START: &str = "final-datetime";
const MINUTES: &str = "final-duration";
const NOTES: &str = "internal-notes";
const ALERT: &str = "teams-meeting-failure-alert";

/// Approves the request: who comes, when, and whether there is a Teams meeting.
#[component]
pub fn Approve(work: RequestWork, action: ServerAction<SubmitApprove>, dirty: RwSignal<bool>) -> impl IntoView {
    let text = use_text();
    let hydrated = use_hydrated();
    let busy = action.pending();
    let failure = own_failure(action);
    let zone = work.slot.times.zone.clone();
    let slot = Slot::new(work.slot);
    let values = work.approve;
    let id = StoredValue::new(values.request_id.clone());
    let technician = RwSignal::new(values.technician_id.clone());
    let (start_node, minutes_node) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let look = move || {
        let value = |node: NodeRef<html::Input>| node.get_untracked().map(|input| input.value()).unwrap_or_default();
        slot.look(
            id.get_value(),
            technician.get_untracked(),
            value(start_node),
            value(minutes_node),
        );
    };
    // One post at a time: the first is still being worked on.
    let submit = move |event: SubmitEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        }
    };
    let label = move || {
        if busy.get() {
            tu_string!(text, appointments.approving)
        } else {
            tu_string!(text, appointments.approve)
        }
    };
    let technicians = work
        .technicians
        .into_iter()
        .map(|person| Choice {
            value: person.id.to_string(),
            label: person.name,
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="appointment-requests-approve-title">
            <h2 id="appointment-requests-approve-title">{tu!(text, appointments.approve_title)}</h2>
            <ActionForm
                action=action
                attr:id="appointment-requests-approve-form"
                attr:class="form"
                attr:novalidate=move || hydrated.get()
                attr:aria-busy=move || busy.get().then_some("true")
                on:submit:capture=submit
                on:input=move |_| dirty.set(true)
            >
                <Errors failure=failure />
                <input type="hidden" name="input[request_id]" value=values.request_id />
                <input type="hidden" name="input[idempotency_key]" value=values.idempotency_key />
                <Select
                    id=TECHNICIAN
                    name="input[technician_id]"
                    label=tu_string!(text, errors.field.technician)
                    placeholder=tu_string!(text, appointments.choose_technician)
                    choices=technicians
                    selected=values.technician_id
                    required=true
                    error=problem_of(failure, FieldName::Technician)
                    on_change=move |id| {
                        technician.set(id);
                        look();
                    }
                />
                <WhenFields
                    ids=(START, MINUTES)
                    start=values.start
                    minutes=values.minutes
                    zone=zone
                    failure=failure
                    nodes=(start_node, minutes_node)
                    on_change=move |()| look()
                />
                <SlotLine about=slot id="appointment-requests-slot" />
                <Notes value=values.notes failure=failure />
                <MeetingSwitch meetings=work.meetings trouble=work.trouble.clone() on=values.generate.is_some() records=values.record.is_some() />
                <div class="actions actions-end">
                    <button
                        id="approve-request"
                        class=ButtonKind::Primary.class()
                        type="submit"
                        aria-disabled=move || busy.get().then_some("true")
                    >
                        <span class="spinner" aria-hidden="true"></span>
                        <span aria-live="polite">{label}</span>
                    </button>
                </div>
            </ActionForm>
        </section>
    }
}

/// For colleagues.
#[component]
fn Notes(value: String, failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    let error = problem_of(failure, FieldName::Notes);
    view! {
        <Field
            id=NOTES
            label=tu_string!(text, appointments.internal_notes)
            aside=tu_string!(text, common.optional)
            hint=Signal::stored(tu_string!(text, appointments.internal_notes_hint).to_owned())
            error=error
        >
            <textarea
                id=NOTES
                class="input"
                name="input[notes]"
                rows="3"
                maxlength=MAX_INTERNAL_NOTES.to_string()
                aria-describedby=described_by(NOTES)
                aria-invalid=invalid(error)
            >
                {in_text_area(value)}
            </textarea>
        </Field>
    }
}

/// The wall clock of the requester, and for how long.
#[component]
pub fn WhenFields(
    ids: (&'static str, &'static str),
    start: String,
    minutes: String,
    zone: String,
    failure: Signal<Option<Failure>>,
    nodes: (NodeRef<html::Input>, NodeRef<html::Input>),
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let start_error = problem_of(failure, FieldName::Start);
    let minutes_error = problem_of(failure, FieldName::Duration);
    let hint = tu_string!(text, appointments.their_zone, zone = zone);
    view! {
        <div class="form-pair">
            <Field
                id=ids.0
                label=tu_string!(text, appointments.final_time)
                hint=Signal::stored(hint)
                error=start_error
            >
                <input
                    id=ids.0
                    class="input"
                    type="datetime-local"
                    name="input[start]"
                    value=start
                    required
                    aria-describedby=described_by(ids.0)
                    aria-invalid=invalid(start_error)
                    node_ref=nodes.0
                    on:change=move |_| on_change.run(())
                />
            </Field>
            <Field id=ids.1 label=tu_string!(text, errors.field.duration) error=minutes_error>
                <input
                    id=ids.1
                    class="input"
                    type="number"
                    name="input[minutes]"
                    value=minutes
                    min="1"
                    max=MAX_MINUTES.to_string()
                    required
                    aria-describedby=described_by(ids.1)
                    aria-invalid=invalid(minutes_error)
                    node_ref=nodes.1
                    on:change=move |_| on_change.run(())
                />
            </Field>
        </div>
    }
}

/// What stands in the way. Where it is Microsoft, the ways on are right there: buttons of the same form, with what was typed into it.
#[component]
fn Errors(failure: Signal<Option<Failure>>) -> impl IntoView {
    let text = use_text();
    let is_meeting = |failure: &Failure| failure.code.is_meeting();
    let other = Signal::derive(move || failure.get().filter(|failure| !is_meeting(failure)));
    let meeting = Signal::derive(move || failure.get().filter(is_meeting));
    Effect::new(move |_| {
        if meeting.get().is_some() {
            focus_next(ALERT);
        }
    });
    let alert = move || {
        meeting.get().map(|failure| {
            let can_retry = !matches!(failure.code, ErrorCode::MeetingsNotSetUp | ErrorCode::NotInThisEdition);
            let retry = can_retry.then(|| {
                view! {
                    <Button id="retry-teams-meeting" kind=ButtonKind::Primary submit=true>
                        <Icon icon=icondata_lu::LuRefreshCw />
                        {tu!(text, common.retry)}
                    </Button>
                }
            });
            view! {
                <ErrorPanel id=ALERT failure=failure>
                    {retry}
                    <Button
                        id="approve-without-meeting"
                        submit=true
                        attr:name="input[without_meeting]"
                        attr:value="on"
                    >
                        {tu!(text, appointments.without_meeting)}
                    </Button>
                </ErrorPanel>
            }
        })
    };
    view! {
        <FormFailure
            id="appointment-requests-approve-error"
            failure=other
            controls=&[
                (FieldName::Technician, TECHNICIAN),
                (FieldName::Start, START),
                (FieldName::Duration, MINUTES),
                (FieldName::Notes, NOTES),
            ]
        />
        {alert}
    }
}

#[component]
fn MeetingSwitch(meetings: Capability, trouble: Option<ConnectionTrouble>, on: bool, records: bool) -> impl IntoView {
    let text = use_text();
    let is_available = meetings == Capability::Available;
    let is_on = on;
    let on = RwSignal::new(is_on);
    // Where there is no Teams at all there is nothing to switch.
    if meetings == Capability::Unavailable(Unavailable::NotInThisEdition) {
        return None;
    }
    Some(view! {
        <div class="form-group">
            <Switch
                id="generate-teams-meeting"
                name="input[generate]"
                label=tu_string!(text, appointments.generate)
                hint=meeting_hint(text, meetings)
                checked=is_on
                disabled=Signal::stored(!is_available)
                node_ref=NodeRef::new()
                on_change=move |is_on| on.set(is_on)
            />
            {trouble.map(|found| interactions::trouble(text, "generate-teams-meeting-trouble".to_owned(), found))}
            {is_available
                .then(|| {
                    view! {
                        <div hidden=move || !on.get()>
                            <RecordChoice id="appointment-requests-record" on=records />
                        </div>
                    }
                })}
        </div>
    })
}

fn meeting_hint(text: I18n, meetings: Capability) -> &'static str {
    match meetings {
        Capability::Available => tu_string!(text, appointments.generate_hint),
        Capability::Unavailable(reason) => unavailable(text, reason),
    }
}
