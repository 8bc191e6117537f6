//! Where somebody is reading, so that they are still there after rows came and went.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, ScrollBehavior, ScrollToOptions};

/// Links and buttons of a row.
const CONTROLS: &str = "a, button";

pub struct Reader {
    focus: Option<Focus>,
    /// The first row that can be seen, and where its upper edge is; nothing at the top of the page, where new rows are to be seen.
    anchor: Option<(String, f64)>,
}

struct Focus {
    element: HtmlElement,
    row: String,
    /// Which of the row's controls.
    control: usize,
    /// The rows below, then those above, each the nearest first.
    others: Vec<String>,
}

impl Reader {
    pub fn find(section: &str) -> Option<Self> {
        let section = document().get_element_by_id(section)?;
        let rows = all(&section, ".row");
        let focus = document().active_element().and_then(|element| {
            let row = element.closest(".row").ok()??;
            let at = rows.iter().position(|other| *other == row)?;
            let control = all(&row, CONTROLS).iter().position(|other| *other == element)?;
            let others = rows.iter().skip(at + 1).chain(rows.iter().take(at).rev());
            Some(Focus {
                element: element.dyn_into().ok()?,
                row: row.id(),
                control,
                others: others.map(Element::id).collect(),
            })
        });
        let is_at_top = window().scroll_y().is_ok_and(|y| y < 1.0);
        let anchor = rows.iter().filter(|_| !is_at_top).find_map(|row| {
            let edges = row.get_bounding_client_rect();
            (edges.bottom() > 0.0).then(|| (row.id(), edges.top()))
        });
        Some(Self { focus, anchor })
    }

    pub fn put_back(self) {
        if let Some(focus) = self.focus {
            focus.put_back();
        }
        if let Some((row, top)) = self.anchor
            && let Some(row) = document().get_element_by_id(&row)
        {
            let moved = row.get_bounding_client_rect().top() - top;
            if moved.abs() >= 1.0 {
                let options = ScrollToOptions::new();
                options.set_top(moved);
                options.set_behavior(ScrollBehavior::Instant);
                window().scroll_by_with_scroll_to_options(&options);
            }
        }
    }
}

impl Focus {
    fn put_back(self) {
        let now = document().active_element();
        let is_lost = now.is_none_or(|now| now.tag_name() == "BODY");
        if self.element.is_connected() || !is_lost {
            return;
        }
        let control = |row: &str, n: usize| {
            let row = document().get_element_by_id(row)?;
            all(&row, CONTROLS).into_iter().nth(n)?.dyn_into::<HtmlElement>().ok()
        };
        let found = control(&self.row, self.control)
            .or_else(|| control(&self.row, 0))
            .or_else(|| self.others.iter().find_map(|row| control(row, 0)));
        if let Some(found) = found {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = found.focus_with_options(&options);
        }
    }
}

fn all(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|n| list.item(n)?.dyn_into().ok())
        .collect()
}
