use domain::{News, RequestPage};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{error::ApiError, features::live::follow};

/// Keeps the page of a request up to date, but not under an open dialog or a form that somebody has typed into. Says whether there is
/// something newer than what is shown.
pub fn follow_request(
    id: Memo<String>,
    page: Resource<Result<RequestPage, ApiError>>,
    dirty: RwSignal<bool>,
) -> Signal<bool> {
    let query = use_query_map();
    let is_free = Memo::new(move |_| query.with(|query| query.get_str("do").is_none()) && !dirty.get());
    let due = RwSignal::new(false);
    let interaction = move || {
        page.with_untracked(|page| {
            let page = page.as_ref()?.as_ref().ok()?;
            page.interaction.as_ref().map(|interaction| interaction.id)
        })
    };
    let concerns = move |news| match news {
        News::LookAgain => true,
        News::Schedule | News::Wish => false,
        News::Request(request) => id.with_untracked(|id| request.to_string() == *id),
        News::Change(change) => interaction() == Some(change.interaction_id),
    };
    follow(Callback::new(concerns), None, Callback::new(move |()| due.set(true)));
    Effect::new(move |_| {
        if due.get() && is_free.get() {
            due.set(false);
            page.refetch();
        }
    });
    Signal::derive(move || due.get() && dirty.get())
}
