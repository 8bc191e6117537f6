use domain::{Field as FieldName, RequestPage, RequestStatus, RequestWork};
use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::SubmitMove,
    approve::WhenFields,
    conflicts::{Slot, SlotLine},
    details::own_failure,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, ButtonKind, Decision, Dialog, FormFailure, I18n, focus_next, use_text},
};

pub const MOVE_BUTTON: &str = "reschedule-request";
const HEADING: &str = "appointment-requests-move-heading";
const START: &str = "reschedule-datetime";
const MINUTES: &str = "reschedule-duration";

/// Moves a request to another time. What is typed is put into a question before it is done.
#[component]
pub fn MoveDialog(page: RequestPage, work: RequestWork, action: ServerAction<SubmitMove>) -> impl IntoView {
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.read().get_str("do") == Some("reschedule"));
    let home = paths::request(page.request_id);
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        if !action.pending().get_untracked() {
            action.clear();
            let options = NavigateOptions {
                scroll: false,
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(&home, options);
            focus_next(MOVE_BUTTON);
        }
    });
    let page = StoredValue::new((page, work));
    view! {
        <Show when=move || is_open.get()>
            <Dialog
                id="appointment-requests-move-dialog"
                labelled_by=HEADING
                class="dialog dialog-small"
                on_close=close
            >
                {page.with_value(|(page, work)| view! { <Form page=page.clone() work=work.clone() action=action /> })}
            </Dialog>
        </Show>
    }
}

#[component]
fn Form(page: RequestPage, work: RequestWork, action: ServerAction<SubmitMove>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = own_failure(action);
    let id = StoredValue::new(page.request_id.to_string());
    let zone = work.slot.times.zone.clone();
    let slot = Slot::new(work.slot);
    let values = work.moving;
    let (start_node, minutes_node) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let look = move |()| {
        let value = |node: NodeRef<html::Input>| node.get_untracked().map(|input| input.value()).unwrap_or_default();
        slot.look(id.get_value(), String::new(), value(start_node), value(minutes_node));
    };
    let told = page
        .meeting
        .as_ref()
        .filter(|_| page.status == RequestStatus::Approved)
        .map(|meeting| told(text, meeting.attendees));
    let question = move || {
        let times = slot.get().ok()?.times;
        let client = times.theirs;
        Some(if let Some(mine) = times.mine {
            tu_string!(text, appointments.move_question_both, mine = mine, client = client)
        } else {
            tu_string!(text, appointments.move_question, when = client)
        })
    };
    let label = move || {
        if busy.get() {
            tu_string!(text, appointments.moving)
        } else {
            tu_string!(text, appointments.reschedule)
        }
    };
    view! {
        <h2 id=HEADING>{tu!(text, appointments.move_heading)}</h2>
        <FormFailure
            id="appointment-requests-move-error"
            failure=failure
            controls=&[(FieldName::Start, START), (FieldName::Duration, MINUTES)]
        />
        <ActionForm action=action attr:id="appointment-requests-move-form" attr:class="form">
            <input type="hidden" name="input[request_id]" value=page.request_id.to_string() />
            <WhenFields
                ids=(START, MINUTES)
                start=values.start
                minutes=values.minutes
                zone=zone
                failure=failure
                nodes=(start_node, minutes_node)
                on_change=look
            />
            <SlotLine about=slot id="appointment-requests-move-slot" conflicts_only=true />
            <p id="appointment-requests-move-question" class="request-question needs-script" aria-live="polite">
                {question}
            </p>
            {told
                .map(|told| {
                    view! {
                        <p id="appointment-requests-move-told" class="hint">
                            {told}
                        </p>
                    }
                })}
            <Decision
                keep_id="cancel-reschedule"
                confirm_id="confirm-reschedule"
                keep=tu_string!(text, common.cancel)
                home=paths::request(page.request_id)
                kind=ButtonKind::Primary
                label=Signal::derive(label)
                busy=busy
            />
        </ActionForm>
    }
}

/// Who is told by Microsoft.
fn told(text: I18n, attendees: u32) -> String {
    match attendees {
        0 => tu_string!(text, appointments.told_none).to_owned(),
        1 => tu_string!(text, appointments.told_one).to_owned(),
        count => tu_string!(text, appointments.told_many, count = count),
    }
}
