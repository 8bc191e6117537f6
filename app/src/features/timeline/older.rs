use domain::{Place, TimelineQuery};
use leptos::prelude::*;
use web_sys::MouseEvent;

use super::{ids::prefix, pages::Pages};
use crate::{
    error::ApiError,
    i18n::tu_string,
    paths,
    ui::{ButtonKind, ErrorPanel, use_text},
};

/// The link to the next page, which is loaded below. Without script it leads to a page of its own.
#[component]
pub fn OlderLink(pages: Pages, place: Place, query: TimelineQuery) -> impl IntoView {
    let text = use_text();
    let busy = pages.is_loading();
    let next = pages.next();
    let label = move || {
        if busy.get() {
            tu_string!(text, interactions.loading_older)
        } else {
            tu_string!(text, interactions.load_older)
        }
    };
    let query = StoredValue::new(query);
    let href = move || {
        next.get().map(|cursor| {
            let query = TimelineQuery {
                after: cursor.to_string(),
                ..query.get_value()
            };
            paths::timeline(place, &query)
        })
    };
    let click = move |event: MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        pages.load_older();
    };
    let is_more = Memo::new(move |_| next.get().is_some());
    // The link stays the same one, with its focus, as long as there is more.
    let link = move || {
        is_more.get().then(|| {
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
    let failed = move || {
        let ApiError(failure) = pages.failure()?;
        Some(view! { <ErrorPanel id=format!("{}-older-error", prefix(place)) failure=failure /> })
    };
    view! { <div class="timeline-foot">{failed} {link}</div> }
}
