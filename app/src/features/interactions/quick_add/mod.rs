//! The dialog that adds to a timeline. Whether it is open stands in the URL: it opens without script, and the back button
//! closes it.

mod attendees;
mod errors;
mod form;
mod meeting;
mod state;
mod trouble;

use domain::{Permission, Place, QuickAddForm, Saved, Viewer};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

pub use self::{
    errors::Errors,
    meeting::{Meeting, RecordChoice, unavailable},
    state::MeetingState,
    trouble::trouble,
};

use self::form::Form;
use super::{
    api::{SubmitQuickAdd, quick_add_form},
    discard::{Discard, DiscardIds},
};
use crate::{
    areas,
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, Dialog, ErrorPanel, ForViewer, Icon, Skeleton, focus_next, resource, use_text},
};

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

fn add_button(place: Option<Place>) -> &'static str {
    match place {
        Some(Place::Client(_)) => "client-interactions-add-button",
        Some(Place::Contact(_)) => "contact-interactions-add-button",
        Some(Place::All) | None => "overall-interactions-add-button",
    }
}

/// Opens the dialog over the timeline as it is.
#[component]
pub fn AddButton(place: Place) -> impl IntoView {
    let text = use_text();
    let location = use_location();
    view! {
        <a
            id=add_button(Some(place))
            class=ButtonKind::Primary.class()
            href=move || paths::here_with(&location, &[("new", Some("interaction"))])
            data-noscroll=""
            aria-keyshortcuts="c"
        >
            <Icon icon=icondata_lu::LuPlus />
            {tu!(text, interactions.add)}
        </a>
    }
}

/// The same for those who may add.
#[component]
pub fn AddAction(place: Place) -> impl IntoView {
    let button = move |viewer: Viewer| {
        let may_add = viewer.may(Permission::InteractionCreate);
        may_add.then(|| view! { <AddButton place=place /> }.into_any())
    };
    view! { <ForViewer draw=button /> }
}

/// The dialog at a timeline. With a client or a contact they are filled in.
#[component]
pub fn QuickAdd(place: Memo<Option<Place>>, #[prop(into)] on_saved: Callback<Saved>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitQuickAdd>::new();
    let query = use_query_map();
    let purpose = Memo::new(move |_| match query.read().get_str("new") {
        Some("interaction") => Some(Purpose::Log),
        Some("meeting") => Some(Purpose::Schedule),
        _ => None,
    });
    let named = Memo::new(move |_| query.read().get("client").unwrap_or_default());
    let search = Memo::new(move |_| query.read().get("client_q").unwrap_or_default());
    // Asked for anew at each opening: it brings the idempotency key and the next half hour.
    let form = resource(
        move || (purpose.get().and_then(|_| place.get()), named.get(), search.get()),
        |(place, named, search)| async move {
            match place? {
                Place::All => Some(quick_add_form(named, String::new(), search).await),
                Place::Client(id) => Some(quick_add_form(id.to_string(), String::new(), search).await),
                Place::Contact(id) => Some(quick_add_form(String::new(), id.to_string(), search).await),
            }
        },
    );
    let dirty = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let busy = action.pending();
    let location = use_location();
    let home = Signal::derive(move || paths::here_with(&location, &paths::QUICK_ADD.map(|name| (name, None))));
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        asking.set(false);
        navigate(
            &home.get_untracked(),
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
                focus_next(add_button(place.get_untracked()));
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
                    areas::drawn(draw(form, schedule, action, dirty, home, close).await)
                }
                Some(Err(ApiError(failure))) => {
                    view! { <ErrorPanel id="quick-add-interaction-load-error" failure=failure /> }.into_any()
                }
                None => view! { <Skeleton rows=7 /> }.into_any(),
            }
        })
    };
    let needs_client = move || place.get() == Some(Place::All);
    view! {
        <Show when=move || purpose.read().is_some() && place.read().is_some()>
            <Dialog id="quick-add-interaction" labelled_by="quick-add-interaction-heading" on_close=close>
                <Head home=home on_close=close />
                <Show when=needs_client>
                    <FindClient search=search />
                </Show>
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

areas::part! {
    /// The form, whose code comes when it is opened.
    quick_add: form: QuickAddForm, schedule: bool, action: ServerAction<SubmitQuickAdd>, dirty: RwSignal<bool>, home: Signal<String>, on_close: Callback<()> =>
    view! { <Form form=form schedule=schedule action=action dirty=dirty home=home on_close=on_close /> }
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

/// Without script: narrows the clients that the form lists, before anything is typed into it. Who is found alone is chosen, with their
/// contacts.
#[component]
fn FindClient(search: Memo<String>) -> impl IntoView {
    let text = use_text();
    let location = use_location();
    let mut others = location.query.get_untracked();
    for name in ["client", "client_q", "__path", "__err"] {
        others.remove(name);
    }
    let others = others
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form
            id="quick-add-interaction-client-search-form"
            class="find-client no-script-only"
            method="get"
            action=location.pathname.get_untracked()
        >
            {others}
            <label class="label" for="quick-add-interaction-client-search">
                {tu!(text, interactions.find_client)}
            </label>
            <div class="input-row">
                <input
                    id="quick-add-interaction-client-search"
                    class="input"
                    type="search"
                    name="client_q"
                    maxlength="100"
                    value=search.get_untracked()
                />
                <button id="quick-add-interaction-client-search-button" class="button" type="submit">
                    {tu!(text, interactions.find_client_button)}
                </button>
            </div>
        </form>
    }
}
