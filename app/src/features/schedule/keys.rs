//! The days by keys: arrows walk over times and entries, Shift and arrows move an entry, Enter puts it down, Escape gives it back.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::drag::{Drag, SNAP, Stage, What, columns};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
    Left,
    Right,
}

fn way(key: &str) -> Option<Way> {
    match key {
        "ArrowUp" => Some(Way::Up),
        "ArrowDown" => Some(Way::Down),
        "ArrowLeft" => Some(Way::Left),
        "ArrowRight" => Some(Way::Right),
        _ => None,
    }
}

pub fn pressed(stage: Stage, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let Ok(Some(item)) = target.closest(".cal-slot, .cal-entry") else {
        return;
    };
    let is_used = match (way(&event.key()), stage.held()) {
        (Some(way), Some(held)) => shift(stage, held, way),
        (Some(way), None) if event.shift_key() => take(stage, &item).is_some_and(|held| shift(stage, held, way)),
        (Some(way), None) => walk(&item, way),
        (None, Some(_)) if event.key() == "Enter" => {
            stage.commit();
            true
        }
        _ => false,
    };
    if is_used {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Takes up the entry that has the focus.
fn take(stage: Stage, item: &Element) -> Option<Drag> {
    let key = item.get_attribute("data-key")?;
    let column = column_of(item)?;
    let block = stage.block(column, &key).filter(|block| block.moves.is_some())?;
    Some(Drag {
        column,
        from: block.from,
        to: block.to,
        what: What::Entry {
            block: Box::new(block),
            grip: 0,
        },
        sent: false,
    })
}

fn shift(stage: Stage, held: Drag, way: Way) -> bool {
    let What::Entry { block, .. } = held.what else {
        return false;
    };
    let (first, last) = stage.range();
    let (mut column, mut from) = (held.column, held.from);
    match way {
        Way::Up => from = from.saturating_sub(SNAP).max(first),
        Way::Down => from = (from + SNAP).min(last.saturating_sub(SNAP)),
        Way::Left if stage.has_days => column = column.saturating_sub(1),
        Way::Right if stage.has_days => column = (column + 1).min(stage.column_count().saturating_sub(1)),
        Way::Left | Way::Right => {}
    }
    let mut drag = stage.entry_at(block.clone(), 0, column, from);
    // Over an hour that the day does not have.
    if way == Way::Up && drag.from >= held.from && held.from > first {
        let before = (first..held.from).rev().find(|at| {
            let tried = stage.entry_at(block.clone(), 0, column, *at);
            tried.from == *at && at % SNAP == 0
        });
        if let Some(before) = before {
            drag = stage.entry_at(block, 0, column, before);
        }
    }
    stage.hold(drag);
    true
}

fn column_of(item: &Element) -> Option<usize> {
    let column = item.closest(".cal-column").ok()??;
    let body = column.parent_element()?;
    columns(&body).iter().position(|known| *known == column)
}

struct Item {
    at: u32,
    is_entry: bool,
    element: HtmlElement,
}

fn at(element: &Element) -> u32 {
    let at = element.get_attribute("data-at");
    at.and_then(|at| at.parse().ok()).unwrap_or_default()
}

/// The times and entries of a column, from top to bottom.
fn items(column: &Element) -> Vec<Item> {
    let Ok(found) = column.query_selector_all(".cal-slot, .cal-entry") else {
        return Vec::new();
    };
    let mut items: Vec<Item> = (0..found.length())
        .filter_map(|n| {
            let element: HtmlElement = found.item(n)?.dyn_into().ok()?;
            Some(Item {
                at: at(&element),
                is_entry: element.has_attribute("data-key"),
                element,
            })
        })
        .collect();
    items.sort_by_key(|item| (item.at, item.is_entry));
    items
}

fn walk(item: &Element, way: Way) -> bool {
    let Some(column) = item.closest(".cal-column").ok().flatten() else {
        return false;
    };
    let next = match way {
        Way::Up | Way::Down => {
            let items = items(&column);
            let Some(here) = items.iter().position(|known| *known.element == *item) else {
                return false;
            };
            let next = if way == Way::Down {
                here.checked_add(1)
            } else {
                here.checked_sub(1)
            };
            next.and_then(|next| items.into_iter().nth(next))
        }
        Way::Left | Way::Right => {
            let body = column.parent_element();
            let all = body.map(|body| columns(&body)).unwrap_or_default();
            let Some(here) = all.iter().position(|known| *known == column) else {
                return false;
            };
            let next = if way == Way::Right {
                here.checked_add(1)
            } else {
                here.checked_sub(1)
            };
            let (from, is_entry) = (at(item), item.has_attribute("data-key"));
            next.and_then(|next| all.get(next)).and_then(|column| {
                let mut items = items(column);
                if is_entry && items.iter().any(|item| item.is_entry) {
                    items.retain(|item| item.is_entry);
                } else {
                    items.retain(|item| !item.is_entry);
                }
                items.into_iter().min_by_key(|item| item.at.abs_diff(from))
            })
        }
    };
    if let Some(next) = next {
        let _ = next.element.focus();
    }
    true
}
