//! The drawer: an interaction beside the timeline it stands on. Which one stands in the address, over that of the timeline.

use domain::{ErrorCode, InteractionId, InteractionPage, Permission, Place};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::{
    api::interaction_page,
    record::{Lead, Record},
};
use crate::{
    areas,
    error::ApiError,
    features::{artifacts::Refreshing, timeline::row_id},
    i18n::{tu, tu_string},
    paths,
    ui::{
        Button, ButtonLink, Dialog, Empty, ErrorPanel, Icon, Skeleton, focus, on_next_frame, resource, use_text,
        use_viewer,
    },
};

const TITLE: &str = "interaction-drawer-title";
const PREVIOUS: &str = "interaction-drawer-previous";
const NEXT: &str = "interaction-drawer-next";

/// What a click on a row does: the record opens in the drawer, unless another tab or window is asked for.
pub fn open_in_drawer(id: InteractionId) -> impl Fn(MouseEvent) + 'static {
    let navigate = use_navigate();
    let location = use_location();
    move |event| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if elsewhere || event.button() != 0 || event.default_prevented() {
            return;
        }
        event.prevent_default();
        let id = id.to_string();
        let address = untrack(|| paths::here_with(&location, &[("open", Some(&id))]));
        navigate(&address, without_scrolling(false));
    }
}

fn without_scrolling(replace: bool) -> NavigateOptions {
    NavigateOptions {
        scroll: false,
        replace,
        ..NavigateOptions::default()
    }
}

/// The rows before and behind one, of those that are on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Neighbours {
    previous: Option<String>,
    next: Option<String>,
}

impl Neighbours {
    /// Asks the page: it knows what was loaded since, and what came in from others.
    fn find(place: Place, id: &str) -> Self {
        let Ok(interaction) = id.parse::<InteractionId>() else {
            return Self::default();
        };
        let row = row_id(place, interaction);
        let Some(start) = row.strip_suffix(&interaction.to_string()) else {
            return Self::default();
        };
        let Ok(rows) = document().query_selector_all(&format!(".row[id^=\"{start}\"]")) else {
            return Self::default();
        };
        let ids: Vec<String> = (0..rows.length())
            .filter_map(|at| rows.item(at)?.dyn_into::<Element>().ok())
            .filter_map(|row| row.id().strip_prefix(start).map(str::to_owned))
            .collect();
        let Some(at) = ids.iter().position(|known| *known == interaction.to_string()) else {
            return Self::default();
        };
        Self {
            previous: at.checked_sub(1).and_then(|at| ids.get(at).cloned()),
            next: ids.get(at + 1).cloned(),
        }
    }
}

/// The drawer of a timeline.
#[component]
pub fn Drawer(place: Memo<Option<Place>>) -> impl IntoView {
    let query = use_query_map();
    let open = Memo::new(move |_| query.read().get("open").filter(|id| !id.is_empty()));
    let page = resource(
        move || open.get(),
        |id| async move {
            match id {
                Some(id) => Some(interaction_page(id).await),
                None => None,
            }
        },
    );
    let location = use_location();
    let home = Signal::derive(move || paths::here_with(&location, &[("open", None)]));
    let navigate = use_navigate();
    let close = Callback::new(move |()| navigate(&home.get_untracked(), without_scrolling(true)));
    // Who opens it is led to the title; who goes from record to record stays on the way.
    let fresh = StoredValue::new(true);
    // Back to the row, however the drawer was left.
    Effect::new(move |before: Option<Option<String>>| {
        let now = open.get();
        if now.is_none() {
            fresh.set_value(true);
        }
        if let (Some(Some(before)), None) = (before, &now)
            && let (Some(place), Ok(id)) = (place.get_untracked(), before.parse())
        {
            on_next_frame(move || {
                focus(&row_id(place, id));
            });
        }
        now
    });
    let viewer = use_viewer();
    Refreshing::provide();
    let body = move || {
        Suspend::new(async move {
            let viewer = viewer.get().await;
            let may = |permission| viewer.as_ref().is_ok_and(|viewer| viewer.may(permission));
            let (may_edit, may_delete) = (may(Permission::InteractionUpdate), may(Permission::InteractionDelete));
            match page.await {
                Some(Ok(shown)) => {
                    let on_changed = Callback::new(move |()| page.refetch());
                    areas::drawn(draw(shown, fresh, may_edit, may_delete, on_changed).await)
                }
                Some(Err(ApiError(failure))) if failure.code == ErrorCode::NotFound => view! { <Missing /> }.into_any(),
                Some(Err(ApiError(failure))) => {
                    let text = use_text();
                    view! {
                        <ErrorPanel id="interaction-drawer-error" failure=failure>
                            <Button id="interaction-drawer-retry-button" on:click=move |_| page.refetch()>
                                {tu!(text, common.retry)}
                            </Button>
                        </ErrorPanel>
                    }
                    .into_any()
                }
                None => view! { <Skeleton rows=7 /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || open.read().is_some() && place.read().is_some()>
            <Dialog
                id="interaction-drawer"
                labelled_by=TITLE
                class="drawer"
                closes_outside=true
                on_close=close
            >
                <Head open=open place=place home=home fresh=fresh on_close=close />
                <div class="drawer-body">
                    <Transition fallback=|| view! { <Skeleton rows=7 /> }>{body}</Transition>
                </div>
            </Dialog>
        </Show>
    }
}

/// The ways on and out. It stays while records come and go, and so does the focus on it.
#[component]
fn Head(
    open: Memo<Option<String>>,
    place: Memo<Option<Place>>,
    home: Signal<String>,
    fresh: StoredValue<bool>,
    on_close: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let neighbours = RwSignal::new(Neighbours::default());
    Effect::new(move |_| {
        if let (Some(id), Some(place)) = (open.get(), place.get()) {
            on_next_frame(move || {
                let _ = neighbours.try_set(Neighbours::find(place, &id));
            });
        }
    });
    let page_link = move || open.get().map(|id| format!("{}/{id}", paths::INTERACTIONS));
    view! {
        <header class="drawer-head">
            <Step
                id=PREVIOUS
                key="k"
                label=tu_string!(text, interactions.drawer_previous)
                target=Signal::derive(move || neighbours.get().previous)
                fresh=fresh
                icon=icondata_lu::LuChevronUp
            />
            <Step
                id=NEXT
                key="j"
                label=tu_string!(text, interactions.drawer_next)
                target=Signal::derive(move || neighbours.get().next)
                fresh=fresh
                icon=icondata_lu::LuChevronDown
            />
            <a id="interaction-drawer-page-link" class="button button-quiet drawer-page-link" href=page_link>
                <Icon icon=icondata_lu::LuMaximize2 />
                {tu!(text, interactions.drawer_page)}
            </a>
            <a
                id="interaction-drawer-close-button"
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

/// To the record before or behind. At the end of what is loaded it leads nowhere.
#[component]
fn Step(
    id: &'static str,
    key: &'static str,
    label: &'static str,
    target: Signal<Option<String>>,
    fresh: StoredValue<bool>,
    icon: icondata_core::Icon,
) -> impl IntoView {
    let location = use_location();
    let navigate = use_navigate();
    let href = Signal::derive(move || {
        let id = target.get()?;
        Some(paths::here_with(&location, &[("open", Some(&id))]))
    });
    let go = move |event: MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        if let Some(href) = href.get_untracked() {
            fresh.set_value(false);
            // A way back for each record would be a long way back.
            navigate(&href, without_scrolling(true));
        }
    };
    view! {
        <a
            id=id
            class="button button-quiet button-icon needs-script"
            role="link"
            tabindex="0"
            href=move || href.get()
            title=label
            aria-label=label
            aria-keyshortcuts=key
            aria-disabled=move || href.read().is_none().then_some("true")
            on:click=go
        >
            <Icon icon=icon />
        </a>
    }
}

areas::part! {
    /// The record, whose code comes when the drawer is opened.
    record: page: InteractionPage, fresh: StoredValue<bool>, may_edit: bool, may_delete: bool, on_changed: Callback<()> =>
    view! { <Content page=page fresh=fresh may_edit=may_edit may_delete=may_delete on_changed=on_changed /> }
}

#[component]
fn Content(
    page: InteractionPage,
    fresh: StoredValue<bool>,
    may_edit: bool,
    may_delete: bool,
    on_changed: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    Effect::new(move |_| {
        on_next_frame(move || {
            if fresh.try_get_value() == Some(true) {
                fresh.set_value(false);
                focus(TITLE);
            }
        });
    });
    let here = paths::interaction(page.interaction_id);
    let edit = may_edit.then(|| {
        view! {
            <ButtonLink id="interaction-drawer-edit-button" href=format!("{here}?do=edit")>
                <Icon icon=icondata_lu::LuPencil />
                {tu!(text, interactions.edit)}
            </ButtonLink>
        }
    });
    let delete = may_delete.then(|| {
        view! {
            <ButtonLink id="interaction-drawer-delete-button" href=format!("{here}?do=delete")>
                <Icon icon=icondata_lu::LuTrash2 />
                {tu!(text, interactions.delete)}
            </ButtonLink>
        }
    });
    view! {
        <article id="interaction-details" class="drawer-record">
            <h2 id=TITLE tabindex="-1" aria-live="polite">
                {page.title.clone()}
            </h2>
            <div class="page-lead">
                <Lead page=page.clone() />
            </div>
            <div class="actions">{edit} {delete}</div>
            <Record page=page may_update=may_edit may_delete=may_delete on_changed=on_changed />
        </article>
    }
}

/// There is no such record, or it is not this tenant's. The timeline stays.
#[component]
fn Missing() -> impl IntoView {
    let text = use_text();
    view! {
        <h2 id=TITLE class="visually-hidden">
            {tu!(text, interactions.drawer_missing_title)}
        </h2>
        <Empty
            id="interaction-drawer-not-found"
            icon=icondata_lu::LuSearchX
            title=tu_string!(text, interactions.drawer_missing_title)
            text=tu_string!(text, interactions.drawer_missing_text)
        />
    }
}
