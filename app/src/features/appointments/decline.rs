use domain::{Field as FieldName, MAX_REASON, RequestPage, RequestStatus, RequestWork};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{api::SubmitDecline, details::own_failure};
use crate::{
    i18n::tu_string,
    paths,
    ui::{
        ActionForm, ButtonKind, Decision, Dialog, Field, FormFailure, described_by, focus_next, in_text_area, invalid,
        problem_of, use_text,
    },
};

pub const DECLINE_BUTTON: &str = "show-decline-form";
const HEADING: &str = "appointment-requests-decline-heading";
const REASON: &str = "decline-reason";

/// Asks for the reason before a request is declined, or an approval taken back.
#[component]
pub fn DeclineDialog(page: RequestPage, work: RequestWork, action: ServerAction<SubmitDecline>) -> impl IntoView {
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.read().get_str("do") == Some("decline"));
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
            focus_next(DECLINE_BUTTON);
        }
    });
    let page = StoredValue::new((page, work));
    view! {
        <Show when=move || is_open.get()>
            <Dialog
                id="appointment-requests-decline-dialog"
                labelled_by=HEADING
                class="dialog dialog-small"
                on_close=close
            >
                {page
                    .with_value(|(page, work)| {
                        view! { <Question page=page.clone() reason=work.decline.reason.clone() action=action /> }
                    })}
            </Dialog>
        </Show>
    }
}

#[component]
fn Question(page: RequestPage, reason: String, action: ServerAction<SubmitDecline>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = own_failure(action);
    let error = problem_of(failure, FieldName::Reason);
    let was_approved = page.status == RequestStatus::Approved;
    let (heading, says) = if was_approved {
        (
            tu_string!(text, appointments.take_back_heading),
            tu_string!(text, appointments.take_back_text),
        )
    } else {
        (
            tu_string!(text, appointments.decline_heading),
            tu_string!(text, appointments.decline_text),
        )
    };
    let label = move || match (busy.get(), was_approved) {
        (true, _) => tu_string!(text, appointments.declining),
        (false, true) => tu_string!(text, appointments.take_back),
        (false, false) => tu_string!(text, appointments.decline),
    };
    view! {
        <h2 id=HEADING>{heading}</h2>
        <FormFailure
            id="appointment-requests-decline-error"
            failure=failure
            controls=&[(FieldName::Reason, REASON)]
        />
        <p>{says}</p>
        <ActionForm action=action attr:id="appointment-requests-decline-form">
            <input type="hidden" name="input[request_id]" value=page.request_id.to_string() />
            <Field
                id=REASON
                label=tu_string!(text, appointments.reason)
                hint=Signal::stored(tu_string!(text, appointments.reason_hint).to_owned())
                error=error
            >
                <textarea
                    id=REASON
                    class="input"
                    name="input[reason]"
                    rows="4"
                    maxlength=MAX_REASON.to_string()
                    autofocus
                    aria-describedby=described_by(REASON)
                    aria-invalid=invalid(error)
                >
                    {in_text_area(reason)}
                </textarea>
            </Field>
            <Decision
                keep_id="cancel-decline"
                confirm_id="confirm-decline"
                keep=tu_string!(text, interactions.mt_keep)
                home=paths::request(page.request_id)
                kind=ButtonKind::Danger
                label=Signal::derive(label)
                busy=busy
            />
        </ActionForm>
    }
}
