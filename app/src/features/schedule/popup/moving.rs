use domain::schedule::MoveQuestion;
use leptos::prelude::*;

use super::Home;
use crate::{
    error::ApiError,
    features::schedule::{
        Clash,
        api::{SubmitMove, move_question},
    },
    i18n::tu_string,
    ui::{
        ActionForm, ButtonKind, Decision, Dialog, ErrorPanel, FormFailure, I18n, Skeleton, failure_of, focus_next,
        resource, use_text,
    },
};

const HEADING: &str = "move-entry-dialog-heading";
const CONFIRM: &str = "move-entry-confirm";

/// Asks before an entry is moved on which a meeting hangs.
#[component]
pub fn MoveDialog(moving: Memo<Option<(String, String)>>, home: Home, on_changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<SubmitMove>::new();
    let question = resource(
        move || moving.get(),
        |moving| async move {
            match moving {
                Some((id, to)) => Some(move_question(id, to).await),
                None => None,
            }
        },
    );
    let close = Callback::new(move |()| {
        if !action.pending().get_untracked() {
            action.clear();
            home.leave.run(());
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(_)) = action.value().get() {
            action.clear();
            home.leave.run(());
            on_changed.run(());
        }
    });
    let body = move || {
        Suspend::new(async move {
            match question.await {
                Some(Ok(question)) => view! { <Question question=question action=action home=home.href /> }.into_any(),
                Some(Err(ApiError(failure))) => {
                    view! { <ErrorPanel id="move-entry-load-error" failure=failure /> }.into_any()
                }
                None => view! { <Skeleton rows=2 /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || moving.read().is_some()>
            <Dialog id="move-entry-dialog" labelled_by=HEADING class="dialog dialog-small" on_close=close>
                <Transition fallback=|| view! { <Skeleton rows=2 /> }>{body}</Transition>
            </Dialog>
        </Show>
    }
}

/// Who gets to know of it.
fn told(text: I18n, question: &MoveQuestion) -> Option<String> {
    question.has_meeting.then(|| match question.attendees {
        0 => tu_string!(text, schedule.update_unknown).to_owned(),
        1 => tu_string!(text, schedule.update_one).to_owned(),
        count => tu_string!(text, schedule.update_many, count = count),
    })
}

#[component]
fn Question(question: MoveQuestion, action: ServerAction<SubmitMove>, home: Signal<String>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = failure_of(action);
    Effect::new(move |_| focus_next(CONFIRM));
    let when = question.when.clone();
    let heading = if let Some(there) = question.there.clone() {
        tu_string!(text, schedule.move_there, when = when, there = there)
    } else {
        tu_string!(text, schedule.move_to, when = when)
    };
    let told = told(text, &question);
    let clash = (!question.conflicts.is_empty())
        .then(|| view! { <Clash title=tu_string!(text, schedule.clash) found=question.conflicts.clone() /> });
    let label = move || {
        if busy.get() {
            tu_string!(text, schedule.moving)
        } else {
            tu_string!(text, schedule.move_confirm)
        }
    };
    view! {
        <h2 id=HEADING>{heading}</h2>
        <FormFailure id="move-entry-error" failure=failure />
        <p>
            {question.title} ": " <del>{question.before}</del> " " {told}
        </p>
        {clash}
        <ActionForm action=action attr:id="move-entry-form">
            <input type="hidden" name="input[entry_id]" value=question.entry_id.to_string() />
            <input type="hidden" name="input[version]" value=question.version.to_string() />
            <input type="hidden" name="input[start]" value=question.start />
            <Decision
                keep_id="move-entry-keep"
                confirm_id=CONFIRM
                keep=tu_string!(text, common.cancel)
                home=home
                kind=ButtonKind::Primary
                label=Signal::derive(label)
                busy=busy
            />
        </ActionForm>
    }
}
