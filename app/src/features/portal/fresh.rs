use domain::News;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::features::live::follow;

/// Has what is shown looked at again when something has happened that may concern it, but not under an open dialog: what is typed there
/// must not be disturbed.
pub fn keep_fresh(look: Callback<()>) {
    let query = use_query_map();
    let is_free = Memo::new(move |_| query.with(|query| query.get_str("do").is_none()));
    let due = RwSignal::new(false);
    follow(
        Callback::new(|news| news == News::LookAgain),
        None,
        Callback::new(move |()| due.set(true)),
    );
    Effect::new(move |_| {
        if due.get() && is_free.get() {
            due.set(false);
            look.run(());
        }
    });
}
