use domain::{Field as FieldName, InteractionMeeting, InteractionPage};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::SubmitCancelMeeting,
    message::{Message, told},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, ButtonKind, Decision, Dialog, FormFailure, failure_of, focus_next, use_text},
};

pub const CANCEL_BUTTON: &str = "online-meeting-cancel-button";
const HEADING: &str = "cancel-meeting-dialog-heading";
const MESSAGE: &str = "cancel-meeting-message";

/// Asks before the meeting of an interaction is cancelled, and what to tell its attendees.
#[component]
pub fn CancelDialog(page: InteractionPage, on_changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<SubmitCancelMeeting>::new();
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.read().get_str("do") == Some("cancel"));
    let home = paths::interaction(page.interaction_id);
    let navigate = use_navigate();
    let leave = move || {
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&home, options);
    };
    let close = Callback::new({
        let leave = leave.clone();
        move |()| {
            if !action.pending().get_untracked() {
                action.clear();
                leave();
                focus_next(CANCEL_BUTTON);
            }
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(_)) = action.value().get() {
            action.clear();
            leave();
            on_changed.run(());
        }
    });
    let page = StoredValue::new(page);
    view! {
        <Show when=move || is_open.get()>
            <Dialog
                id="cancel-meeting-dialog"
                labelled_by=HEADING
                class="dialog dialog-small"
                on_close=close
            >
                {page
                    .with_value(|page| {
                        page.meeting
                            .clone()
                            .map(|meeting| {
                                let home = paths::interaction(page.interaction_id);
                                let id = page.interaction_id.to_string();
                                let typed = page.typed_message.clone();
                                view! { <Question id=id home=home meeting=meeting typed=typed action=action /> }
                            })
                    })}
            </Dialog>
        </Show>
    }
}

#[component]
fn Question(
    id: String,
    home: String,
    meeting: InteractionMeeting,
    /// The message, if it was typed already.
    typed: String,
    action: ServerAction<SubmitCancelMeeting>,
) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = failure_of(action);
    let what = tu_string!(
        text,
        interactions.mt_cancel_text,
        subject = meeting.subject,
        when = meeting.when
    );
    let label = move || {
        if busy.get() {
            tu_string!(text, interactions.mt_cancelling)
        } else {
            tu_string!(text, interactions.mt_confirm)
        }
    };
    view! {
        <h2 id=HEADING>{tu!(text, interactions.mt_cancel_heading)}</h2>
        <FormFailure
            id="cancel-meeting-dialog-error"
            failure=failure
            controls=&[(FieldName::Message, MESSAGE)]
        />
        <p>{what} " " {told(text, meeting.attendees)}</p>
        <ActionForm action=action attr:id="cancel-meeting-form">
            <input type="hidden" name="interaction_id" value=id />
            <Message id=MESSAGE typed=typed failure=failure />
            <Decision
                keep_id="cancel-meeting-dialog-keep"
                confirm_id="cancel-meeting-dialog-confirm"
                keep=tu_string!(text, interactions.mt_keep)
                home=home
                kind=ButtonKind::Danger
                label=Signal::derive(label)
                busy=busy
            />
        </ActionForm>
    }
}
