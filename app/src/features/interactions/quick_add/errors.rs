use domain::{ErrorCode, Failure};
use leptos::{html, prelude::*};

use super::state::MeetingState;
use crate::{
    features::interactions::form::{Ids, RecordForm},
    i18n::tu,
    ui::{Button, ErrorPanel, Icon, Summary, use_text},
};

/// What stands in the way of saving, at the top of the form.
#[component]
pub fn Errors(form: RecordForm, state: MeetingState, node: NodeRef<html::Form>) -> impl IntoView {
    let ids = form.ids;
    move || {
        form.failure.get().map(|failure| {
            if failure.code == ErrorCode::Invalid {
                view! { <Summary id=ids.errors fields=failure.fields control=move |field| ids.control(field) /> }
                    .into_any()
            } else if failure.code.is_meeting() {
                view! { <NoMeeting ids=ids failure=failure state=state form=node /> }.into_any()
            } else {
                view! { <ErrorPanel id=ids.errors failure=failure /> }.into_any()
            }
        })
    }
}

/// Microsoft's side failed: try again, or keep the record and go without the meeting. Either way it is the same form with the same
/// idempotency key.
#[component]
fn NoMeeting(ids: &'static Ids, failure: Failure, state: MeetingState, form: NodeRef<html::Form>) -> impl IntoView {
    let text = use_text();
    let submit = move || {
        if let Some(form) = form.get_untracked() {
            let _ = form.request_submit();
        }
    };
    let without = move |_| {
        state.teams.set(false);
        // The switch is turned off in an effect, which runs before the next frame.
        request_animation_frame(submit);
    };
    view! {
        <ErrorPanel id=ids.errors failure=failure>
            <Button id=ids.retry needs_script=true on:click=move |_| submit()>
                <Icon icon=icondata_lu::LuRefreshCw />
                {tu!(text, common.retry)}
            </Button>
            <Button id=ids.without needs_script=true on:click=without>
                {tu!(text, interactions.qa_without_meeting)}
            </Button>
        </ErrorPanel>
    }
}
