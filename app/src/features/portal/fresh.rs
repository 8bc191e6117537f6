use domain::News;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use serde::{Serialize, de::DeserializeOwned};

use crate::{error::ApiError, features::live::follow};

/// Looks again when something has happened that may concern what is shown, but not under an open dialog: what is typed there must not be
/// disturbed. The news are of all that the client has, so it is drawn anew only if it has become something else: whoever reads it with the
/// keyboard keeps their place.
pub fn keep_fresh<T, F>(
    shown: Resource<Result<T, ApiError>>,
    load: impl Fn() -> F + 'static,
    is_same: fn(&T, &T) -> bool,
) where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    let query = use_query_map();
    let is_free = Memo::new(move |_| query.with(|query| query.get_str("do").is_none()));
    let due = RwSignal::new(false);
    follow(
        Callback::new(|news| news == News::LookAgain),
        None,
        Callback::new(move |()| due.set(true)),
    );
    Effect::new(move |_| {
        if !due.get() || !is_free.get() {
            return;
        }
        due.set(false);
        let found = load();
        spawn_local(async move {
            let found = found.await;
            let known = shown.try_with_untracked(|known| match (known, &found) {
                (Some(Ok(known)), Ok(found)) => is_same(known, found),
                _ => false,
            });
            match (known, is_free.try_get_untracked(), found) {
                (Some(false), Some(true), Ok(found)) => shown.set(Some(Ok(found))),
                (Some(false), Some(true), Err(_)) => shown.refetch(),
                (Some(false), Some(false), _) => due.set(true),
                _ => {}
            }
        });
    });
}
