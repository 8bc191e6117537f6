use domain::{
    Field as FieldName, MAX_REASON,
    portal::{PortalItem, PortalPage},
};
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
pub fn CancelDialog(page: PortalPage, action: ServerAction<SubmitCancel>, on_changed: Callback<()>) -> impl IntoView {
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.read().get_str("do") == Some("cancel"));
    let navigate = use_navigate();
    let item = page.item;
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
                navigate(&paths::portal_item(item), options());
                focus_next(CANCEL_BUTTON);
            }
        })
    };
    Effect::new(move |_| {
        if let Some(Ok(item)) = action.value().get() {
            action.clear();
            navigate(&paths::portal_said(item, "cancelled"), options());
            on_changed.run(());
            focus_next("content");
        }
    });
    let page = StoredValue::new(page);
    view! {
        <Show when=move || is_open.get()>
            <Dialog id="portal-cancel-dialog" labelled_by=HEADING class="dialog dialog-small" on_close=close>
                {page.with_value(|page| view! { <Question page=page.clone() action=action /> })}
            </Dialog>
        </Show>
    }
}

#[component]
fn Question(page: PortalPage, action: ServerAction<SubmitCancel>) -> impl IntoView {
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
    let says = match page.item {
        PortalItem::Request(_) => tu_string!(text, portal.cancel_text, provider = page.provider),
        PortalItem::Meeting(_) => tu_string!(text, portal.cancel_meeting_text, provider = page.provider),
    };
    let form = page.cancelling;
    view! {
        <h2 id=HEADING>{tu!(text, portal.cancel_heading)}</h2>
        <FormFailure id="portal-cancel-error" failure=failure controls=&[(FieldName::Reason, REASON)] />
        <p>
            <strong>{page.times.mine}</strong>
        </p>
        <p>{says}</p>
        <ActionForm action=action attr:id="portal-cancel-form">
            <input type="hidden" name="input[request_id]" value=form.request_id />
            <input type="hidden" name="input[meeting_id]" value=form.meeting_id />
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
                    {in_text_area(form.reason)}
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
