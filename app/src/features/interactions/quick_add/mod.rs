//! The dialog that adds to a timeline. Whether it is open stands in the URL: it opens without script, and the back button
//! closes it.

mod attendees;
mod errors;
mod form;
mod meeting;
mod selects;
mod state;
mod when;

use domain::{ClientId, Saved};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

pub use self::errors::Summary;
use self::form::Form;
use super::{
    api::{SubmitQuickAdd, quick_add_form},
    discard::{Discard, DiscardIds},
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{Dialog, ErrorPanel, Icon, Skeleton, focus_next, use_text},
};

const ADD_BUTTON: &str = "client-interactions-add-button";
const DISCARD: DiscardIds = DiscardIds {
    dialog: "quick-add-interaction-discard",
    heading: "quick-add-interaction-discard-heading",
    keep: "quick-add-interaction-keep-button",
    discard: "quick-add-interaction-discard-button",
};

/// What the dialog was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Log,
    Schedule,
}

#[component]
pub fn QuickAdd(client_id: Memo<String>, #[prop(into)] on_saved: Callback<Saved>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitQuickAdd>::new();
    let query = use_query_map();
    let purpose = Memo::new(move |_| match query.read().get_str("new") {
        Some("interaction") => Some(Purpose::Log),
        Some("meeting") => Some(Purpose::Schedule),
        _ => None,
    });
    // Asked for anew at each opening: it brings the idempotency key and the next half hour.
    let form = Resource::new_blocking(
        move || purpose.get().map(|_| client_id.get()),
        |client_id| async move {
            match client_id {
                Some(client_id) => Some(quick_add_form(client_id).await),
                None => None,
            }
        },
    );
    let dirty = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let busy = action.pending();

    let home = move || {
        client_id
            .get()
            .parse::<ClientId>()
            .map_or_else(|_| paths::CLIENTS.to_owned(), paths::client)
    };
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        asking.set(false);
        navigate(
            &untrack(home),
            NavigateOptions {
                scroll: false,
                // So that the back button leads on, and does not open the dialog again.
                replace: true,
                ..NavigateOptions::default()
            },
        );
    });
    let close = Callback::new(move |()| {
        if busy.get_untracked() {
            // The answer decides what comes next.
        } else if dirty.get_untracked() {
            asking.set(true);
        } else {
            leave.run(());
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(saved)) = action.value().get() {
            on_saved.run(saved);
            leave.run(());
        }
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = purpose.read().is_some();
        if was_open == Some(true) && !is_open {
            // After saving, the new row takes the focus instead.
            if !matches!(action.value().get_untracked(), Some(Ok(_))) {
                focus_next(ADD_BUTTON);
            }
            action.clear();
        }
        if !is_open {
            dirty.set(false);
        }
        is_open
    });

    let body = move || {
        Suspend::new(async move {
            match form.await {
                Some(Ok(form)) => {
                    let schedule = purpose.get_untracked() == Some(Purpose::Schedule);
                    view! { <Form form=form schedule=schedule action=action dirty=dirty home=home() on_close=close /> }
                        .into_any()
                }
                Some(Err(ApiError(failure))) => {
                    view! { <ErrorPanel id="quick-add-interaction-load-error" failure=failure /> }.into_any()
                }
                None => view! { <Skeleton rows=7 /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || purpose.read().is_some()>
            <Dialog id="quick-add-interaction" labelled_by="quick-add-interaction-heading" on_close=close>
                <Head home=Signal::derive(home) on_close=close />
                <Transition fallback=|| view! { <Skeleton rows=7 /> }>{body}</Transition>
            </Dialog>
        </Show>
        <Show when=move || asking.get()>
            <Discard
                ids=DISCARD
                words=tu_string!(text, interactions.qa_discard_text)
                on_keep=move |()| asking.set(false)
                on_discard=leave
            />
        </Show>
    }
}

#[component]
fn Head(home: Signal<String>, on_close: Callback<()>) -> impl IntoView {
    let text = use_text();
    view! {
        <header class="dialog-head">
            <h2 id="quick-add-interaction-heading">{tu!(text, interactions.qa_heading)}</h2>
            <a
                id="quick-add-interaction-close-button"
                class="button button-quiet button-icon"
                href=home
                aria-label=tu_string!(text, common.close)
                on:click=move |event| {
                    event.prevent_default();
                    on_close.run(());
                }
            >
                <Icon icon=icondata_lu::LuX />
            </a>
        </header>
    }
}
