use std::time::Duration;

use domain::{ErrorCode, InteractionPage, News, NewsKind};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::hooks::use_query_map;

use super::Live;
use crate::error::ApiError;

/// What happens within this time of the first is looked at together.
const TOGETHER: Duration = Duration::from_millis(200);

/// Calls `look` a moment after news that concern what is shown here.
pub fn follow(concerns: Callback<News, bool>, wait: Option<Duration>, look: Callback<()>) {
    let Some(live) = use_context::<Live>() else { return };
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let soon = move || {
        timer.set_value(None);
        look.try_run(());
    };
    let hear = move |news| {
        if concerns.run(news) && timer.with_value(Option::is_none) {
            timer.set_value(set_timeout_with_handle(soon, wait.unwrap_or(TOGETHER)).ok());
        }
    };
    Effect::new(move |_| live.each(Callback::new(hear)));
    on_cleanup(move || {
        if let Some(handle) = timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
}

/// Keeps the page of a record up to date, but not under an open dialog: what is typed there must not be disturbed. Says whether the
/// record was deleted while it was shown.
pub fn follow_record(id: Memo<String>, page: Resource<Result<InteractionPage, ApiError>>) -> Signal<bool> {
    let query = use_query_map();
    let is_free = Memo::new(move |_| query.with(|query| query.get_str("do").is_none()));
    let due = RwSignal::new(false);
    // The record that was shown, and the one that was deleted.
    let shown = StoredValue::new(String::new());
    let deleted = RwSignal::new(String::new());
    let concerns = move |news| match news {
        News::LookAgain => true,
        News::Schedule | News::Request(_) | News::Wish => false,
        News::Change(change) => {
            let ours = id.with_untracked(|id| change.interaction_id.to_string() == *id);
            if ours && change.kind == NewsKind::Deleted && shown.with_value(|shown| id.with_untracked(|id| id == shown))
            {
                deleted.set(id.get_untracked());
            }
            ours
        }
    };
    follow(Callback::new(concerns), None, Callback::new(move |()| due.set(true)));
    Effect::new(move |_| {
        if due.get() && is_free.get() {
            due.set(false);
            // What is not there any more need not be asked for.
            if deleted.with_untracked(|deleted| id.with_untracked(|id| id != deleted)) {
                page.refetch();
            }
        }
    });
    Effect::new(move |_| match page.get() {
        Some(Ok(page)) => shown.set_value(page.interaction_id.to_string()),
        Some(Err(ApiError(failure))) if failure.code == ErrorCode::NotFound => {
            let id = id.get_untracked();
            if shown.with_value(|shown| *shown == id) {
                deleted.set(id);
            }
        }
        _ => {}
    });
    Signal::derive(move || is_free.get() && deleted.with(|deleted| !deleted.is_empty() && id.with(|id| id == deleted)))
}
