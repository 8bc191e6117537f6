use domain::{Field as FieldName, InteractionMeeting, InteractionPage, MeetingStatus};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::{
    features::interactions::{
        api::SubmitDelete,
        cancel::{Message, told},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, ButtonKind, Decision, Dialog, FormFailure, I18n, failure_of, focus_next, use_text},
};

pub const DELETE_BUTTON: &str = "interaction-details-delete-button";
const HEADING: &str = "delete-interaction-dialog-heading";
const MESSAGE: &str = "delete-interaction-message";

/// Asks before an interaction is deleted, and names what goes with it.
#[component]
pub fn DeleteDialog(page: InteractionPage) -> impl IntoView {
    let action = ServerAction::<SubmitDelete>::new();
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.read().get_str("do") == Some("delete"));
    let home = paths::interaction(page.interaction_id);
    let navigate = use_navigate();
    let go = move |path: &str| {
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(path, options);
    };
    let close = Callback::new({
        let go = go.clone();
        move |()| {
            if !action.pending().get_untracked() {
                action.clear();
                go(&home);
                focus_next(DELETE_BUTTON);
            }
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(client)) = action.value().get() {
            go(&client.map_or_else(|| paths::INTERACTIONS.to_owned(), paths::client));
        }
    });
    let page = StoredValue::new(page);
    view! {
        <Show when=move || is_open.get()>
            <Dialog
                id="delete-interaction-dialog"
                labelled_by=HEADING
                class="dialog dialog-small"
                on_close=close
            >
                <Question page=page.get_value() action=action />
            </Dialog>
        </Show>
    }
}

#[component]
fn Question(page: InteractionPage, action: ServerAction<SubmitDelete>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let home = paths::interaction(page.interaction_id);
    let failure = failure_of(action);
    let meeting = page.meeting.as_ref();
    // Its attendees are told, so there may be something to say.
    let is_cancelled = meeting
        .is_some_and(|meeting| meeting.is_live && meeting.is_managed && meeting.status == MeetingStatus::Scheduled);
    let consequences = meeting.map(|meeting| {
        let words = consequence(text, meeting);
        let capture = meeting.capture.open();
        let captured = (!capture.sessions.is_empty()).then(|| {
            tu_string!(
                text,
                interactions.del_captured,
                recordings = capture.recordings(),
                transcripts = capture.transcripts()
            )
        });
        let captured = captured.map(|words| view! { <p id="delete-interaction-dialog-captured">{words}</p> });
        view! {
            <p id="delete-interaction-dialog-meeting">{words}</p>
            {captured}
        }
    });
    view! {
        <h2 id=HEADING>{tu!(text, interactions.del_heading)}</h2>
        <FormFailure
            id="delete-interaction-dialog-error"
            failure=failure
            controls=&[(FieldName::Message, MESSAGE)]
        />
        <p>{tu_string!(text, interactions.del_text, title = page.title.clone())}</p>
        {consequences}
        <ActionForm action=action attr:id="delete-interaction-form">
            <input type="hidden" name="interaction_id" value=page.interaction_id.to_string() />
            {is_cancelled.then(|| view! { <Message id=MESSAGE typed=page.typed_message failure=failure /> })}
            <Decision
                keep_id="delete-interaction-dialog-cancel"
                confirm_id="delete-interaction-dialog-confirm"
                keep=tu_string!(text, common.cancel)
                home=home
                kind=ButtonKind::Danger
                label=tu_string!(text, interactions.delete)
                busy=busy
            />
        </ActionForm>
    }
}

/// What becomes of the meeting.
fn consequence(text: I18n, meeting: &InteractionMeeting) -> String {
    match meeting.status {
        MeetingStatus::CancelPending => tu_string!(text, interactions.mt_del_underway).to_owned(),
        _ if !meeting.is_live => tu_string!(text, interactions.mt_del_past).to_owned(),
        _ if !meeting.is_managed => tu_string!(text, interactions.mt_del_stays).to_owned(),
        _ => {
            let what = tu_string!(text, interactions.mt_del_live, when = meeting.when.clone());
            format!("{what} {}", told(text, meeting.attendees))
        }
    }
}
