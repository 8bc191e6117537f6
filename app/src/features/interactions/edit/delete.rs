use domain::InteractionPage;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::{
    error::ApiError,
    features::interactions::api::SubmitDelete,
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Dialog, ErrorPanel, focus_next, use_text},
};

pub const DELETE_BUTTON: &str = "interaction-details-delete-button";
const HEADING: &str = "delete-interaction-dialog-heading";

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
    let blocked = page.meeting.as_ref().is_some_and(|meeting| meeting.is_live);
    let consequences = match &page.meeting {
        None => None,
        Some(_) if blocked => Some(view! { <p>{tu!(text, interactions.del_blocked)}</p> }.into_any()),
        Some(meeting) => {
            let captured = (meeting.recordings + meeting.transcripts > 0).then(|| {
                tu_string!(
                    text,
                    interactions.del_captured,
                    recordings = meeting.recordings,
                    transcripts = meeting.transcripts
                )
            });
            let captured = captured.map(|words| view! { <p id="delete-interaction-dialog-captured">{words}</p> });
            Some(view! { <p>{tu!(text, interactions.del_meeting)}</p> {captured} }.into_any())
        }
    };
    let failed = move || match action.value().get() {
        Some(Err(ApiError(failure))) if !busy.get() => {
            Some(view! { <ErrorPanel id="delete-interaction-dialog-error" failure=failure /> })
        }
        _ => None,
    };
    let confirm = (!blocked).then(|| {
        view! {
            <button
                id="delete-interaction-dialog-confirm"
                class=ButtonKind::Danger.class()
                type="submit"
                aria-disabled=move || busy.get().then_some("true")
            >
                {tu!(text, interactions.delete)}
            </button>
        }
    });
    view! {
        <h2 id=HEADING>{tu!(text, interactions.del_heading)}</h2>
        {failed}
        {(!blocked).then(|| view! { <p>{tu_string!(text, interactions.del_text, title = page.title.clone())}</p> })}
        {consequences}
        <ActionForm action=action attr:id="delete-interaction-form">
            <input type="hidden" name="interaction_id" value=page.interaction_id.to_string() />
            <div class="actions actions-end">
                <ButtonLink id="delete-interaction-dialog-cancel" href=home>
                    {if blocked { tu_string!(text, common.close) } else { tu_string!(text, common.cancel) }}
                </ButtonLink>
                {confirm}
            </div>
        </ActionForm>
    }
}
