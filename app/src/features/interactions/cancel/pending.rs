use std::time::Duration;

use domain::{ChangeKind, Failure, InteractionId, MeetingTrouble, PendingChange};
use leptos::prelude::*;

use super::api::{SubmitPutMeetingBack, SubmitRetryMeeting, SubmitUndoCancel};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    ui::{ActionForm, Button, ButtonKind, FormFailure, I18n, Icon, failure_of, focus_at_start, use_text},
};

/// How often the page looks whether Microsoft has confirmed a change.
const LOOK: Duration = Duration::from_secs(2);
const UNDO: &str = "online-meeting-undo-button";

/// A change of the meeting that Microsoft has not confirmed: what it is, what stands in its way, and what can be done about it.
#[expect(clippy::needless_pass_by_value, reason = "components own their props")]
#[component]
pub fn PendingPanel(
    /// The record by which something can be done about it.
    id: Option<InteractionId>,
    change: PendingChange,
    may_update: bool,
    on_changed: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let (undo, retry, back) = (
        ServerAction::<SubmitUndoCancel>::new(),
        ServerAction::<SubmitRetryMeeting>::new(),
        ServerAction::<SubmitPutMeetingBack>::new(),
    );
    let failures = [failure_of(undo), failure_of(retry), failure_of(back)];
    let failure: Signal<Option<Failure>> = Signal::derive(move || failures.iter().find_map(|failure| failure.get()));
    Effect::new(move |_| {
        let answers = [undo.value().get(), retry.value().get(), back.value().get()];
        if answers
            .iter()
            .flatten()
            .any(|answer: &Result<_, ApiError>| answer.is_ok())
        {
            on_changed.run(());
        }
    });
    // What has met no trouble is settled in seconds.
    if change.trouble.is_none() {
        look_again(on_changed, failure);
    }
    // Who has just confirmed the cancellation gets there without the pointer.
    if change.undoable {
        focus_at_start(UNDO);
    }
    let (title, words) = said(text, &change);
    let because = change.trouble.map(|trouble| because(text, trouble));
    let next = change
        .next
        .clone()
        .map(|when| tu_string!(text, interactions.mt_next, when = when));
    let may_update = may_update && id.is_some();
    let hidden = move || view! { <input type="hidden" name="interaction_id" value=id.map(|id| id.to_string()) /> };
    let undo_form = (may_update && change.undoable).then(|| {
        view! {
            <ActionForm action=undo>
                {hidden()} <Button id=UNDO kind=ButtonKind::Primary submit=true attr:aria-disabled=disabled(undo.pending())>
                    <Icon icon=icondata_lu::LuUndo2 />
                    {tu!(text, interactions.mt_undo)}
                </Button>
            </ActionForm>
        }
    });
    let retry_form = (may_update && change.trouble.is_some()).then(|| {
        view! {
            <ActionForm action=retry>
                {hidden()} <Button
                    id="online-meeting-retry-button"
                    kind=ButtonKind::Primary
                    submit=true
                    attr:aria-disabled=disabled(retry.pending())
                >
                    <Icon icon=icondata_lu::LuRefreshCw />
                    {tu!(text, interactions.mt_retry)}
                </Button>
            </ActionForm>
        }
    });
    let back_words = match change.kind {
        ChangeKind::Move => Some(tu_string!(text, interactions.mt_put_time_back)),
        ChangeKind::Retitle => Some(tu_string!(text, interactions.mt_put_title_back)),
        ChangeKind::Cancel => None,
    };
    let back_form = back_words
        .filter(|_| may_update && change.trouble.is_some())
        .map(|words| {
            view! {
                <ActionForm action=back>
                    {hidden()} <Button id="online-meeting-put-back-button" submit=true attr:aria-disabled=disabled(back.pending())>
                        {words}
                    </Button>
                </ActionForm>
            }
        });
    let (class, icon) = if change.trouble.is_some() {
        ("panel panel-bad", icondata_lu::LuCircleAlert)
    } else {
        ("panel", icondata_lu::LuHourglass)
    };
    view! {
        <div id="online-meeting-change" class=class>
            <Icon icon=icon />
            <div>
                <div role="status">
                    <p class="panel-title">{title}</p>
                    <p>{words} {because.map(|because| format!(" {because}"))} {next.map(|next| format!(" {next}"))}</p>
                </div>
                <div class="actions">{undo_form} {retry_form} {back_form}</div>
                <FormFailure id="online-meeting-change-error" failure=failure />
            </div>
        </div>
    }
}

/// Has the page asked for anew after a while, unless somebody is about to do something else with it or reads what went wrong.
fn look_again(on_changed: Callback<()>, failure: Signal<Option<Failure>>) {
    Effect::new(move |_| {
        let handle = set_timeout_with_handle(
            move || {
                let busy = document().query_selector("dialog[open]").ok().flatten().is_some();
                if !busy && failure.get_untracked().is_none() {
                    on_changed.run(());
                }
            },
            LOOK,
        );
        on_cleanup(move || {
            if let Ok(handle) = handle {
                handle.clear();
            }
        });
    });
}

fn disabled(pending: Memo<bool>) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    move || pending.get().then_some("true")
}

/// What is on its way or has failed, and how things are until then.
fn said(text: I18n, change: &PendingChange) -> (&'static str, Option<String>) {
    let still = |words: fn(I18n, String) -> String| change.still_at.clone().map(|when| words(text, when));
    match (change.kind, change.trouble) {
        (ChangeKind::Cancel, None) if change.undoable => (
            tu_string!(text, interactions.mt_soon),
            Some(tu_string!(text, interactions.mt_soon_text).to_owned()),
        ),
        (ChangeKind::Cancel, None) => (
            tu_string!(text, interactions.mt_cancel_underway),
            Some(tu_string!(text, interactions.mt_cancel_underway_text).to_owned()),
        ),
        (ChangeKind::Cancel, Some(_)) => (tu_string!(text, interactions.mt_cancel_failed), None),
        (ChangeKind::Move | ChangeKind::Retitle, None) => (
            tu_string!(text, interactions.mt_move_underway),
            still(|text, when| tu_string!(text, interactions.mt_move_underway_text, when = when)),
        ),
        (ChangeKind::Move, Some(_)) => (
            tu_string!(text, interactions.mt_move_failed),
            still(|text, when| tu_string!(text, interactions.mt_move_failed_text, when = when)),
        ),
        (ChangeKind::Retitle, Some(_)) => (tu_string!(text, interactions.mt_retitle_failed), None),
    }
}

/// What stands in the way, and who can do something about it.
pub fn because(text: I18n, trouble: MeetingTrouble) -> &'static str {
    match trouble {
        MeetingTrouble::Unavailable => tu_string!(text, interactions.mt_because_unavailable),
        MeetingTrouble::Throttled => tu_string!(text, interactions.mt_because_throttled),
        MeetingTrouble::NotSetUp => tu_string!(text, interactions.mt_because_not_set_up),
        MeetingTrouble::Credentials => tu_string!(text, interactions.mt_because_credentials),
        MeetingTrouble::MailboxScope => tu_string!(text, interactions.mt_because_mailbox),
        MeetingTrouble::Permission => tu_string!(text, interactions.mt_because_permission),
        MeetingTrouble::OrganizerGone => tu_string!(text, interactions.mt_because_organizer),
        MeetingTrouble::MeetingGone => tu_string!(text, interactions.mt_because_gone),
        MeetingTrouble::Refused => tu_string!(text, interactions.mt_because_refused),
    }
}
