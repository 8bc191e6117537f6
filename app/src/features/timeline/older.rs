use domain::{Cursor, Place, TimelinePage, TimelineQuery};
use leptos::prelude::*;
use web_sys::MouseEvent;

use super::{api::timeline_page, ids::prefix, view::Days};
use crate::{
    error::ApiError,
    i18n::tu_string,
    paths,
    ui::{ButtonKind, ErrorPanel, use_text},
};

/// The pages of a timeline that were loaded below the first one.
#[derive(Clone, Copy)]
pub struct Older {
    pages: RwSignal<Vec<TimelinePage>>,
    load: Action<Cursor, Result<(), ApiError>>,
}

impl Older {
    /// They belong to one place, one query and one state of it: with another they are forgotten.
    pub fn new(place: Memo<Option<Place>>, query: Memo<TimelineQuery>, version: Memo<u32>) -> Self {
        let pages = RwSignal::new(Vec::new());
        let load = Action::new(move |cursor: &Cursor| {
            let asked = (place.get_untracked(), query.get_untracked(), version.get_untracked());
            let after = cursor.to_string();
            async move {
                let Some(place_now) = asked.0 else { return Ok(()) };
                let query_now = TimelineQuery {
                    after,
                    ..asked.1.clone()
                };
                let page = timeline_page(place_now.to_string(), query_now).await?;
                let still = place.try_get_untracked() == Some(asked.0)
                    && query.try_get_untracked() == Some(asked.1)
                    && version.try_get_untracked() == Some(asked.2);
                if still {
                    pages.update(|pages| pages.push(page));
                }
                Ok(())
            }
        });
        Effect::new(move |before: Option<(Option<Place>, TimelineQuery, u32)>| {
            let now = (place.get(), query.get(), version.get());
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
    place: Place,
    query: TimelineQuery,
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
                view! { <Days place=place days=page.days above=above /> }
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
        let query = query.clone();
        next.get().map(|cursor| {
            let click = move |event: MouseEvent| {
                if event.ctrl_key() || event.meta_key() || event.shift_key() {
                    return;
                }
                event.prevent_default();
                if !busy.get_untracked() {
                    load.dispatch(cursor);
                }
            };
            let href = paths::timeline(
                place,
                &TimelineQuery {
                    after: cursor.to_string(),
                    ..query
                },
            );
            view! {
                <a
                    id=format!("{}-older-link", prefix(place))
                    class=ButtonKind::Secondary.class()
                    href=href
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
            Some(view! { <ErrorPanel id=format!("{}-older-error", prefix(place)) failure=failure /> })
        }
        _ => None,
    };
    view! {
        {pages_view}
        <div class="timeline-foot">{failed} {link}</div>
    }
}
