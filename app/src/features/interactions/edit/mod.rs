//! The dialogs that change an interaction and that delete it. Whether one is open stands in the address.

mod delete;
mod errors;
mod form;
mod moves;

use domain::EditForm;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

pub use delete::{DELETE_BUTTON, DeleteDialog};

use self::form::Form;
use super::{
    api::{SubmitEdit, edit_form},
    discard::{Discard, DiscardIds},
};
use crate::{
    areas,
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{Dialog, ErrorPanel, Icon, Skeleton, focus_next, resource, use_text},
};

pub const EDIT_BUTTON: &str = "interaction-details-edit-button";
const DISCARD: DiscardIds = DiscardIds {
    dialog: "edit-interaction-discard",
    heading: "edit-interaction-discard-heading",
    keep: "edit-interaction-keep-button",
    discard: "edit-interaction-discard-button",
};

/// Changes the interaction whose page it stands on.
#[component]
pub fn EditDialog(id: Memo<String>, #[prop(into)] on_saved: Callback<()>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitEdit>::new();
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.read().get_str("do") == Some("edit"));
    // Asked for anew at each opening.
    let form = resource(
        move || is_open.get().then(|| id.get()),
        |id| async move {
            match id {
                Some(id) => Some(edit_form(id).await),
                None => None,
            }
        },
    );
    let dirty = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let busy = action.pending();
    let home = Signal::derive(move || format!("{}/{}", paths::INTERACTIONS, id.get()));
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        asking.set(false);
        dirty.set(false);
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&home.get_untracked(), options);
        focus_next(EDIT_BUTTON);
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
        if let Some(Ok(_)) = action.value().get() {
            action.clear();
            on_saved.run(());
            leave.run(());
        }
    });
    let body = move || {
        Suspend::new(async move {
            match form.await {
                Some(Ok(form)) => areas::drawn(draw(form, action, dirty, home, close).await),
                Some(Err(ApiError(failure))) => {
                    view! { <ErrorPanel id="edit-interaction-load-error" failure=failure /> }.into_any()
                }
                None => view! { <Skeleton rows=7 /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || is_open.get()>
            <Dialog id="edit-interaction" labelled_by="edit-interaction-heading" on_close=close>
                <header class="dialog-head">
                    <h2 id="edit-interaction-heading">{tu!(text, interactions.ed_heading)}</h2>
                    <a
                        id="edit-interaction-close-button"
                        class="button button-quiet button-icon"
                        href=home
                        aria-label=tu_string!(text, common.close)
                        on:click=move |event| {
                            event.prevent_default();
                            close.run(());
                        }
                    >
                        <Icon icon=icondata_lu::LuX />
                    </a>
                </header>
                <Transition fallback=|| view! { <Skeleton rows=7 /> }>{body}</Transition>
            </Dialog>
        </Show>
        <Show when=move || asking.get()>
            <Discard
                ids=DISCARD
                words=tu_string!(text, interactions.ed_discard_text)
                on_keep=move |()| asking.set(false)
                on_discard=leave
            />
        </Show>
    }
}

areas::part! {
    /// The form, whose code comes when it is opened.
    edit: form: EditForm, action: ServerAction<SubmitEdit>, dirty: RwSignal<bool>, home: Signal<String>, on_close: Callback<()> =>
    view! { <Form form=form action=action dirty=dirty home=home on_close=on_close /> }
}
