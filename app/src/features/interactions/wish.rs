//! Another time that a client would like for a meeting.

use domain::{Field, InteractionId, MeetingWished};
use leptos::prelude::*;

use super::api::SubmitAnswerWish;
use crate::{
    features::schedule::Clash,
    i18n::{tu, tu_string},
    ui::{ActionForm, Button, ButtonKind, FormFailure, Icon, failure_of, focus_next, problem_of, use_text},
};

/// When, why, and what can be done about it.
#[component]
pub fn Wish(id: InteractionId, wish: MeetingWished, may_update: bool, on_changed: Callback<()>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitAnswerWish>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(_)) = action.value().get() {
            on_changed.run(());
            focus_next("content");
        }
    });
    let problem = problem_of(failure, Field::Start);
    let note = wish.note.map(|note| view! { <p class="request-text">{note}</p> });
    let theirs = wish
        .theirs
        .map(|theirs| view! { <p class="quiet">{tu_string!(text, interactions.wish_theirs, when = theirs)}</p> });
    let is_past = wish
        .is_past
        .then(|| view! { <p class="quiet">{tu!(text, appointments.is_past)}</p> });
    let disabled = move || action.pending().get().then_some("true");
    let follow = (!wish.is_past).then(|| {
        view! {
            <Button
                id="online-meeting-follow-wish"
                kind=ButtonKind::Primary
                submit=true
                attr:name="follow"
                attr:value="on"
                attr:aria-disabled=disabled
            >
                <Icon icon=icondata_lu::LuCalendarClock />
                {tu!(text, appointments.follow_wish)}
            </Button>
        }
    });
    let clash = (!wish.conflicts.is_empty())
        .then(|| view! { <Clash title=tu_string!(text, schedule.clash) found=wish.conflicts /> });
    let ways_on = may_update.then(|| {
        view! {
            <FormFailure id="online-meeting-wish-error" failure=failure />
            <p id="online-meeting-wish-problem" class="field-error" role="status">
                {problem}
            </p>
            <ActionForm action=action attr:id="online-meeting-wish-form">
                <input type="hidden" name="interaction_id" value=id.to_string() />
                <input type="hidden" name="start" value=wish.start.clone() />
                <div class="actions">
                    {follow}
                    <Button id="online-meeting-keep-time" submit=true attr:aria-disabled=disabled>
                        {tu!(text, appointments.keep_time)}
                    </Button>
                </div>
            </ActionForm>
        }
    });
    view! {
        <div id="online-meeting-wish" class="panel panel-warning" role="group" aria-labelledby="online-meeting-wish-title">
            <Icon icon=icondata_lu::LuCalendarClock />
            <div class="stack">
                <h3 id="online-meeting-wish-title" class="panel-title">
                    {tu_string!(text, interactions.wish_title, name = wish.by)}
                </h3>
                <div>
                    <p id="online-meeting-wish-when">
                        <strong>{wish.when}</strong>
                    </p>
                    {theirs} {is_past}
                </div>
                {note} {clash} {ways_on}
            </div>
        </div>
    }
}
