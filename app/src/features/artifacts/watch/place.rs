//! Where a film was left. Kept in the browser, for each person and film.

use leptos::prelude::window;

/// What is left before this or within it from the end is not worth to go on from, in seconds.
const WORTH: f64 = 10.0;

fn key(name: &str) -> String {
    format!("minuted-watched-{name}")
}

pub fn left_at(name: &str) -> Option<f64> {
    let stored = window().local_storage().ok()??.get_item(&key(name)).ok()??;
    stored.parse().ok().filter(|at: &f64| at.is_finite() && *at >= WORTH)
}

/// Called several times a second while it plays.
pub fn remember(name: &str, at: f64, length: f64) {
    if name.is_empty() || !length.is_finite() {
        return;
    }
    let Ok(Some(stored)) = window().local_storage() else {
        return;
    };
    // A browser that keeps nothing begins at the beginning.
    let _ = if at < WORTH || at > length - WORTH {
        stored.remove_item(&key(name))
    } else {
        stored.set_item(&key(name), &format!("{at:.1}"))
    };
}
