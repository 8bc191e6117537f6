//! The popup of an entry: looking at it, changing it, adding one, moving one with a meeting, and deleting. Which is open stands in the
//! address.

mod conflicts;
mod dialog;
mod facts;
mod form;
mod moving;
mod removal;

use domain::schedule::ScheduleQuery;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

pub use self::dialog::load;
use self::{dialog::EntryDialog, moving::MoveDialog, removal::RemovalDialog};
use crate::{paths, ui::focus_next};

/// What the address says is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    Entry(String),
    New { start: String, until: String, who: String },
}

/// The page without the popup, and the way there.
#[derive(Clone, Copy)]
pub struct Home {
    pub href: Signal<String>,
    pub leave: Callback<()>,
}

#[component]
pub fn Popup(query: Memo<ScheduleQuery>, on_changed: Callback<()>) -> impl IntoView {
    let map = use_query_map();
    let named = move |name: &'static str| map.read().get(name).filter(|value| !value.is_empty());
    let entry = Memo::new(move |_| named("entry"));
    let does = Memo::new(move |_| named("do").unwrap_or_default());
    let open = Memo::new(move |_| match (entry.get(), named("new")) {
        (Some(id), _) if does.read().is_empty() => Some(Open::Entry(id)),
        (None, Some(start)) => Some(Open::New {
            start,
            until: named("until").unwrap_or_default(),
            who: named("for").unwrap_or_else(|| query.read().who.clone()),
        }),
        _ => None,
    });
    let moving = Memo::new(move |_| {
        let to = named("to")?;
        entry.get().filter(|_| *does.read() == "move").map(|id| (id, to))
    });
    let removal = Memo::new(move |_| entry.get().filter(|_| *does.read() == "delete"));
    let location = use_location();
    let href = Signal::derive(move || paths::here_with(&location, &paths::ENTRY_POPUP.map(|name| (name, None))));
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        let left = entry.get_untracked();
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&href.get_untracked(), options);
        match left {
            Some(id) => back_to(id),
            None => focus_next("schedule-new-button"),
        }
    });
    let home = Home { href, leave };
    view! {
        <EntryDialog open=open home=home on_changed=on_changed />
        <MoveDialog moving=moving home=home on_changed=on_changed />
        <RemovalDialog removal=removal home=home on_changed=on_changed />
    }
}

/// The focus goes back to the entry, wherever it stands now.
fn back_to(id: String) {
    crate::ui::on_next_frame(move || {
        let selector = ["schedule-entry", "agenda-entry", "month-entry"]
            .map(|prefix| format!("[id^='{prefix}-{id}']"))
            .join(",");
        let Ok(found) = document().query_selector_all(&selector) else {
            return;
        };
        for at in 0..found.length() {
            let element = found
                .item(at)
                .and_then(|node| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(node).ok());
            if let Some(element) = element.filter(|element| element.offset_width() > 0) {
                let _ = element.focus();
                return;
            }
        }
    });
}
