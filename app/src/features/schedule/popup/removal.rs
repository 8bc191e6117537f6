use domain::{
    MeetingStatus,
    schedule::{EntryKind, EntryPage},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::Home;
use crate::{
    error::ApiError,
    features::{
        interactions::{Message, told},
        schedule::api::{SubmitRemoveEntry, schedule_entry},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, ButtonKind, Decision, Dialog, ErrorPanel, FormFailure, Skeleton, failure_of, resource, use_text},
};

const HEADING: &str = "delete-entry-dialog-heading";
const MESSAGE: &str = "delete-entry-message";

/// Asks before an entry goes, and says what else happens.
#[component]
pub fn RemovalDialog(removal: Memo<Option<String>>, home: Home, on_changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<SubmitRemoveEntry>::new();
    let entry = resource(
        move || removal.get(),
        |id| async move {
            match id {
                Some(id) => Some(schedule_entry(id).await),
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
    let (location, navigate) = (use_location(), use_navigate());
    Effect::new(move |_| {
        let Some(Ok(removed)) = action.value().get() else {
            return;
        };
        action.clear();
        if removed.stays {
            // Where it can be taken back.
            let id = removed.entry_id.to_string();
            let options = NavigateOptions {
                scroll: false,
                replace: true,
                ..NavigateOptions::default()
            };
            let there = untrack(|| paths::here_with(&location, &[("entry", Some(&id)), ("do", None)]));
            navigate(&there, options);
        } else {
            home.leave.run(());
        }
        on_changed.run(());
    });
    let body = move || {
        Suspend::new(async move {
            match entry.await {
                Some(Ok(page)) => view! { <Question page=page action=action home=home.href /> }.into_any(),
                Some(Err(ApiError(failure))) => {
                    view! { <ErrorPanel id="delete-entry-load-error" failure=failure /> }.into_any()
                }
                None => view! { <Skeleton rows=2 /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || removal.read().is_some()>
            <Dialog id="delete-entry-dialog" labelled_by=HEADING class="dialog dialog-small" on_close=close>
                <Transition fallback=|| view! { <Skeleton rows=2 /> }>{body}</Transition>
            </Dialog>
        </Show>
    }
}

#[component]
fn Question(page: EntryPage, action: ServerAction<SubmitRemoveEntry>, home: Signal<String>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = failure_of(action);
    let meeting = page
        .meeting
        .as_ref()
        .filter(|meeting| meeting.is_live && meeting.status == MeetingStatus::Scheduled);
    let attendees = meeting.map(|meeting| meeting.attendees);
    let has_meeting = attendees.is_some();
    let heading = if has_meeting {
        tu_string!(text, schedule.cancel_heading)
    } else {
        tu_string!(text, schedule.delete_heading)
    };
    let consequence = match (has_meeting, page.kind) {
        (true, _) => tu_string!(text, schedule.cancel_text),
        (false, EntryKind::Interaction) => tu_string!(text, schedule.delete_interaction_text),
        (false, EntryKind::Appointment) => tu_string!(text, schedule.delete_request_text),
        (false, _) => tu_string!(text, schedule.delete_text),
    };
    let told = attendees.map(|attendees| told(text, attendees));
    let label = move || match (busy.get(), has_meeting) {
        (true, _) => tu_string!(text, schedule.deleting),
        (false, true) => tu_string!(text, schedule.cancel_confirm),
        (false, false) => tu_string!(text, schedule.delete_confirm),
    };
    let more = has_meeting.then(|| {
        view! {
            <Message id=MESSAGE name="input[message]" typed=page.message failure=failure />
            <label class="check" for="delete-entry-for-good">
                <input id="delete-entry-for-good" type="checkbox" name="input[for_good]" value="on" />
                {tu!(text, schedule.for_good)}
            </label>
        }
    });
    view! {
        <h2 id=HEADING>{heading}</h2>
        <FormFailure id="delete-entry-error" failure=failure />
        <p>
            <strong>{page.title}</strong>
            {format!(", {}. ", page.when)}
            {consequence}
            " "
            {told}
        </p>
        <ActionForm action=action attr:id="delete-entry-form" attr:class="form">
            <input type="hidden" name="input[entry_id]" value=page.entry_id.to_string() />
            <input type="hidden" name="input[version]" value=page.version.to_string() />
            {more}
            <Decision
                keep_id="delete-entry-keep"
                confirm_id=format!("delete-entry-{}", page.entry_id)
                keep=tu_string!(text, schedule.keep)
                home=home
                kind=ButtonKind::Danger
                label=Signal::derive(label)
                busy=busy
            />
        </ActionForm>
    }
}
