//! From row to row.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const LINKS: &str = "main .row-link";
const OLDER: &str = "main .timeline-foot a";
/// How long the next row is waited for when it is being loaded, and how often it is looked for.
const LOOKS: u32 = 100;
const BETWEEN: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Next,
    Previous,
}

/// Whether the focus is in a row.
pub fn is_in_row() -> bool {
    current(&links()).is_some()
}

/// Moves the focus to the next or previous row; from elsewhere to the first that can be seen. At the end more are loaded. Says whether
/// there are rows.
pub fn step(step: Step) -> bool {
    let links = links();
    let next = match (current(&links), step) {
        (Some(at), Step::Next) => at + 1,
        (Some(at), Step::Previous) => at.saturating_sub(1),
        (None, _) => {
            let is_seen = |link: &HtmlElement| link.get_bounding_client_rect().bottom() > 0.0;
            links.iter().position(is_seen).unwrap_or(0)
        }
    };
    match links.get(next) {
        Some(link) => {
            let _ = link.focus();
        }
        None if !links.is_empty() => load_more(links.len()),
        None => {}
    }
    !links.is_empty()
}

fn links() -> Vec<HtmlElement> {
    let Ok(list) = document().query_selector_all(LINKS) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|n| list.item(n)?.dyn_into().ok())
        .collect()
}

/// The row in which the focus is.
fn current(links: &[HtmlElement]) -> Option<usize> {
    let row = |element: &Element| element.closest(".row, tr").ok().flatten();
    let focused = row(&document().active_element()?)?;
    links
        .iter()
        .position(|link| row(link).is_some_and(|row| row == focused))
}

fn load_more(count: usize) {
    let older = document().query_selector(OLDER).ok().flatten();
    if let Some(older) = older.and_then(|older| older.dyn_into::<HtmlElement>().ok()) {
        older.click();
        look_for(count, LOOKS);
    }
}

/// Focuses the row behind the first `count` as soon as it is there, unless the reader went elsewhere.
fn look_for(count: usize, looks: u32) {
    set_timeout(
        move || {
            let links = links();
            if current(&links).is_none_or(|at| at + 1 != count) {
                return;
            }
            match links.get(count) {
                Some(link) => {
                    let _ = link.focus();
                }
                None if looks > 0 => look_for(count, looks - 1),
                None => {}
            }
        },
        BETWEEN,
    );
}
