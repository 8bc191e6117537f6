use domain::{Cursor, TimelinePage};
use leptos::prelude::*;
use web_sys::MouseEvent;

use super::{api::client_page, timeline::Days};
use crate::{
    error::ApiError,
    i18n::tu_string,
    paths,
    ui::{ButtonKind, ErrorPanel, use_text},
};

/// The pages of the timeline that were loaded below the first one.
#[derive(Clone, Copy)]
pub struct Older {
    pages: RwSignal<Vec<TimelinePage>>,
    load: Action<String, Result<(), ApiError>>,
}

impl Older {
    /// They belong to one client and one starting point: with another they are forgotten.
    pub fn new(client_id: Memo<String>, after: Memo<String>) -> Self {
        let pages = RwSignal::new(Vec::new());
        let load = Action::new(move |cursor: &String| {
            let (id, cursor) = (client_id.get_untracked(), cursor.clone());
            async move {
                let page = client_page(id.clone(), cursor).await?;
                if client_id.try_get_untracked() == Some(id) {
                    pages.update(|pages| pages.push(page.timeline));
                }
                Ok(())
            }
        });
        Effect::new(move |before: Option<(String, String)>| {
            let now = (client_id.get(), after.get());
            if before.is_some_and(|before| before != now) {
                pages.set(Vec::new());
                load.clear();
            }
            now
        });
        Self { pages, load }
    }
}

/// The older pages and the link to the next one. Without script the link leads to a page of its own.
#[component]
pub fn OlderPages(
    older: Older,
    client_id: domain::ClientId,
    /// The last day above, which is not announced a second time.
    last_day: Option<String>,
    next: Option<Cursor>,
) -> impl IntoView {
    let text = use_text();
    let Older { pages, load } = older;
    let busy = load.pending();
    let pages_view = move || {
        let mut above = last_day.clone();
        pages
            .get()
            .into_iter()
            .map(|page| {
                let last = page.days.last().map(|day| day.label.clone());
                let above = std::mem::replace(&mut above, last);
                view! { <Days days=page.days above=above /> }
            })
            .collect_view()
    };
    let next = Memo::new(move |_| pages.with(|pages| pages.last().map_or(next, |page| page.next)));
    let label = move || {
        if busy.get() {
            tu_string!(text, interactions.loading_older)
        } else {
            tu_string!(text, interactions.load_older)
        }
    };
    let link = move || {
        next.get().map(|cursor| {
            let click = move |event: MouseEvent| {
                if event.ctrl_key() || event.meta_key() || event.shift_key() {
                    return;
                }
                event.prevent_default();
                if !busy.get_untracked() {
                    load.dispatch(cursor.to_string());
                }
            };
            view! {
                <a
                    id="client-interactions-older-link"
                    class=ButtonKind::Secondary.class()
                    href=paths::client_older(client_id, cursor)
                    aria-busy=move || busy.get().then_some("true")
                    on:click=click
                >
                    {label}
                </a>
            }
        })
    };
    let failed = move || match load.value().get() {
        Some(Err(ApiError(failure))) => {
            Some(view! { <ErrorPanel id="client-interactions-older-error" failure=failure /> })
        }
        _ => None,
    };
    view! {
        {pages_view}
        <div class="timeline-foot">{failed} {link}</div>
    }
}
