use domain::schedule::{EntryForm, EntryKind, EntryPage};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Home, Open, facts::Facts, form::PopupForm};
use crate::{
    areas,
    error::ApiError,
    features::{
        interactions::{Discard, DiscardIds},
        schedule::api::{SubmitEntry, new_entry_form, schedule_entry},
    },
    i18n::tu_string,
    ui::{Dialog, ErrorPanel, Icon, Skeleton, resource, use_text},
};

const HEADING: &str = "entry-popup-heading";
const DISCARD: DiscardIds = DiscardIds {
    dialog: "entry-popup-discard",
    heading: "entry-popup-discard-heading",
    keep: "entry-popup-keep-button",
    discard: "entry-popup-discard-button",
};

/// What the popup shows.
#[derive(Clone, Serialize, Deserialize)]
pub enum Content {
    Entry(Box<EntryPage>),
    New(Box<EntryForm>),
}

/// What the forms need of the dialog.
#[derive(Clone, Copy)]
pub struct Shared {
    pub action: ServerAction<SubmitEntry>,
    pub dirty: RwSignal<bool>,
    /// The page without the popup.
    pub home: Signal<String>,
    pub on_close: Callback<()>,
}

areas::part! {
    /// What the popup shows, whose code comes when it is opened.
    entry_popup: content: Option<Result<Content, ApiError>>, shared: Shared, on_changed: Callback<()> =>
    shown(content, shared, on_changed)
}

fn shown(content: Option<Result<Content, ApiError>>, shared: Shared, on_changed: Callback<()>) -> AnyView {
    match content {
        Some(Ok(Content::Entry(page))) => {
            let form = page.form.clone();
            let delete = page.rights.may_delete.then(|| page.entry_id.to_string());
            let form = form.map(|form| view! { <PopupForm form=form shared=shared delete=delete.clone() /> });
            // What is cancelled has no form, but can be deleted.
            let delete = delete.filter(|_| form.is_none());
            view! {
                <Facts page=*page home=shared.home delete=delete on_changed=on_changed />
                {form}
            }
            .into_any()
        }
        Some(Ok(Content::New(form))) => view! { <PopupForm form=*form shared=shared delete=None /> }.into_any(),
        Some(Err(ApiError(failure))) => view! { <ErrorPanel id="entry-popup-load-error" failure=failure /> }.into_any(),
        None => view! { <Skeleton rows=6 /> }.into_any(),
    }
}

/// An entry, or the form for a new one.
#[component]
pub fn EntryDialog(open: Memo<Option<Open>>, home: Home, on_changed: Callback<()>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitEntry>::new();
    // Asked for anew at each opening.
    let content = resource(
        move || open.get(),
        |open| async move {
            match open? {
                Open::Entry(id) => Some(schedule_entry(id).await.map(|page| Content::Entry(Box::new(page)))),
                Open::New { start, until, who } => {
                    let form = new_entry_form(start, until, who).await;
                    Some(form.map(|form| Content::New(Box::new(form))))
                }
            }
        },
    );
    let dirty = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let leave = Callback::new(move |()| {
        asking.set(false);
        dirty.set(false);
        home.leave.run(());
    });
    let close = Callback::new(move |()| {
        if action.pending().get_untracked() {
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
            leave.run(());
            on_changed.run(());
        }
    });
    Effect::new(move |_| {
        if open.read().is_none() {
            action.clear();
            dirty.set(false);
        }
    });
    let again = Callback::new(move |()| {
        content.refetch();
        on_changed.run(());
    });
    let form = Shared {
        action,
        dirty,
        home: home.href,
        on_close: close,
    };
    let body = move || Suspend::new(async move { areas::drawn(draw(content.await, form, again).await) });
    let heading = move || {
        let shown = content.get().flatten();
        match shown {
            Some(Ok(Content::Entry(page))) if page.kind == EntryKind::Busy => {
                tu_string!(text, schedule.busy).to_owned()
            }
            Some(Ok(Content::Entry(page))) => page.title,
            _ if matches!(*open.read(), Some(Open::New { .. })) => tu_string!(text, schedule.new_entry).to_owned(),
            _ => tu_string!(text, schedule.entry).to_owned(),
        }
    };
    view! {
        <Show when=move || open.read().is_some()>
            <Dialog id="entry-popup" labelled_by=HEADING closes_outside=true on_close=close>
                <header class="dialog-head">
                    <h2 id=HEADING>
                        <Transition>{heading}</Transition>
                    </h2>
                    <a
                        id="close-entry-btn"
                        class="button button-quiet button-icon"
                        href=home.href
                        aria-label=tu_string!(text, common.close)
                        on:click=move |event| {
                            event.prevent_default();
                            close.run(());
                        }
                    >
                        <Icon icon=icondata_lu::LuX />
                    </a>
                </header>
                <Transition fallback=|| view! { <Skeleton rows=6 /> }>{body}</Transition>
            </Dialog>
        </Show>
        <Show when=move || asking.get()>
            <Discard
                ids=DISCARD
                words=tu_string!(text, schedule.discard_text)
                on_keep=move |()| asking.set(false)
                on_discard=leave
            />
        </Show>
    }
}
