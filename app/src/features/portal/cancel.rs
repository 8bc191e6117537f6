use domain::{Field as FieldName, MAX_REASON, RequestId, portal::PortalPage};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::api::SubmitCancel;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, ButtonKind, Decision, Dialog, Field, FormFailure, described_by, failure_of, focus_next,
        in_text_area, invalid, problem_of, use_text,
    },
};

pub const CANCEL_BUTTON: &str = "cancel-appointment-button";
const HEADING: &str = "portal-cancel-heading";
const REASON: &str = "portal-cancel-reason";

/// Asks whether to cancel, and for a reason, which need not be given.
#[component]
pub fn CancelDialog(
    id: RequestId,
    page: PortalPage,
    action: ServerAction<SubmitCancel>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.read().get_str("do") == Some("cancel"));
    let navigate = use_navigate();
    let options = || NavigateOptions {
        scroll: false,
        replace: true,
        ..NavigateOptions::default()
    };
    let close = {
        let navigate = navigate.clone();
        Callback::new(move |()| {
            if !action.pending().get_untracked() {
                action.clear();
                navigate(&paths::portal_item(domain::portal::PortalItem::Request(id)), options());
                focus_next(CANCEL_BUTTON);
            }
        })
    };
    Effect::new(move |_| {
        if let Some(Ok(id)) = action.value().get() {
            action.clear();
            navigate(&paths::portal_said(id, "cancelled"), options());
            on_changed.run(());
            focus_next("content");
        }
    });
    let page = StoredValue::new(page);
    view! {
        <Show when=move || is_open.get()>
            <Dialog id="portal-cancel-dialog" labelled_by=HEADING class="dialog dialog-small" on_close=close>
                {page.with_value(|page| view! { <Question page=page.clone() id=id action=action /> })}
            </Dialog>
        </Show>
    }
}

#[component]
fn Question(page: PortalPage, id: RequestId, action: ServerAction<SubmitCancel>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = failure_of(action);
    let error = problem_of(failure, FieldName::Reason);
    let label = move || {
        if busy.get() {
            tu_string!(text, portal.cancelling)
        } else {
            tu_string!(text, portal.cancel)
        }
    };
    view! {
        <h2 id=HEADING>{tu!(text, portal.cancel_heading)}</h2>
        <FormFailure id="portal-cancel-error" failure=failure controls=&[(FieldName::Reason, REASON)] />
        <p>
            <strong>{page.times.mine}</strong>
        </p>
        <p>{tu_string!(text, portal.cancel_text, provider = page.provider)}</p>
        <ActionForm action=action attr:id="portal-cancel-form">
            <input type="hidden" name="input[request_id]" value=id.to_string() />
            <Field
                id=REASON
                label=tu_string!(text, errors.field.reason)
                aside=tu_string!(text, portal.optional)
                error=error
            >
                <textarea
                    id=REASON
                    class="input"
                    name="input[reason]"
                    rows="3"
                    maxlength=MAX_REASON.to_string()
                    autofocus
                    aria-describedby=described_by(REASON)
                    aria-invalid=invalid(error)
                >
                    {in_text_area(page.cancelling.reason)}
                </textarea>
            </Field>
            <Decision
                keep_id="portal-keep-button"
                confirm_id="portal-confirm-cancel"
                keep=tu_string!(text, portal.keep)
                home=paths::portal_item(page.item)
                kind=ButtonKind::Danger
                label=Signal::derive(label)
                busy=busy
            />
        </ActionForm>
    }
}
