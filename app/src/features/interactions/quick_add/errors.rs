use domain::{ErrorCode, Failure, Field, FieldError};
use leptos::{html, prelude::*};

use super::state::{ERRORS, FormState, control};
use crate::{
    i18n::{tu, tu_string},
    ui::{Button, ErrorPanel, Icon, error_text, field_name, focus, problem_text, use_text},
};

/// What stands in the way of saving, at the top of the form.
#[component]
pub fn Errors(state: FormState, form: NodeRef<html::Form>) -> impl IntoView {
    move || {
        state.failure.get().map(|failure| {
            if failure.code == ErrorCode::Invalid {
                view! { <Summary id=ERRORS fields=failure.fields control=control /> }.into_any()
            } else if failure.code.is_meeting() {
                view! { <NoMeeting failure=failure state=state form=form /> }.into_any()
            } else {
                view! { <ErrorPanel id=ERRORS failure=failure /> }.into_any()
            }
        })
    }
}

/// All fields to mend, each a link to its control.
#[component]
pub fn Summary(
    id: &'static str,
    fields: Vec<FieldError>,
    /// The control to mend a field with.
    control: fn(Field) -> &'static str,
) -> impl IntoView {
    let text = use_text();
    let said = error_text(text, ErrorCode::Invalid);
    let links = fields
        .into_iter()
        .map(|FieldError { field, problem }| {
            let target = control(field);
            let words = tu_string!(
                text,
                errors.summary,
                field = field_name(text, field),
                problem = problem_text(text, &problem)
            );
            view! {
                <li>
                    <a
                        href=format!("#{target}")
                        rel="external"
                        on:click=move |event| {
                            event.prevent_default();
                            focus(target);
                        }
                    >
                        {words}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div id=id class="panel panel-bad" role="alert" tabindex="-1">
            <Icon icon=icondata_lu::LuCircleAlert />
            <div>
                <p class="panel-title">{said.what}</p>
                <p>{said.why} " " {said.next}</p>
                <ul class="panel-list">{links}</ul>
            </div>
        </div>
    }
}

/// Microsoft's side failed: try again, or keep the record and go without the meeting. Either way it is the same form with the same
/// idempotency key.
#[component]
fn NoMeeting(failure: Failure, state: FormState, form: NodeRef<html::Form>) -> impl IntoView {
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
        <ErrorPanel id=ERRORS failure=failure>
            <Button id="quick-add-interaction-retry-button" needs_script=true on:click=move |_| submit()>
                <Icon icon=icondata_lu::LuRefreshCw />
                {tu!(text, common.retry)}
            </Button>
            <Button id="quick-add-interaction-save-without-meeting-button" needs_script=true on:click=without>
                {tu!(text, interactions.qa_without_meeting)}
            </Button>
        </ErrorPanel>
    }
}
