use domain::MAX_SEARCH;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

use super::{
    Keys,
    commands::{Does, Group, Item, commands},
    finder::Finder,
};
use crate::{
    i18n::{tu, tu_string},
    ui::{Button, Dialog, ErrorPanel, I18n, Icon, focus, on_next_frame, use_text},
};

const INPUT: &str = "command-palette-input";
const LIST: &str = "command-palette-list";

/// Goes anywhere and does anything by a few letters: a [combobox with a list](https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
#[component]
pub fn Palette(keys: Keys) -> impl IntoView {
    let text = use_text();
    let finder = Finder::new(commands(text));
    let close = Callback::new(move |()| keys.palette.set(false));
    let choose = Callback::new(move |does: Does| {
        close.run(());
        match does {
            Does::Open(path) => {
                on_next_frame(move || {
                    follow(&path);
                    // Where the reader goes on, unless something on the page wants the focus.
                    on_next_frame(|| {
                        focus("content");
                    });
                });
            }
            Does::Click(selector) => on_next_frame(move || click(selector)),
            Does::Help => keys.help.set(true),
        }
    });
    view! {
        <Dialog
            id="command-palette"
            labelled_by="command-palette-heading"
            class="dialog palette"
            returns_focus=true
            on_close=close
        >
            <h2 id="command-palette-heading" class="visually-hidden">
                {tu!(text, keyboard.palette)}
            </h2>
            <SearchBox finder=finder choose=choose close=close />
            <Outcome finder=finder />
            <div id=LIST class="palette-list" role="listbox" aria-label=tu_string!(text, keyboard.palette)>
                {move || groups(text, &finder.items.get(), finder.active, choose)}
            </div>
        </Dialog>
    }
}

#[component]
fn SearchBox(finder: Finder, choose: Callback<Does>, close: Callback<()>) -> impl IntoView {
    let text = use_text();
    let Finder {
        items, count, active, ..
    } = finder;
    let input = NodeRef::<html::Input>::new();
    // Who is faster than the server means what it will find.
    let is_hasty = RwSignal::new(false);
    let take = Callback::new(move |()| {
        is_hasty.set(finder.answer.with_untracked(|answer| answer.is_awaited));
        if !is_hasty.get_untracked()
            && let Some(item) = items.with_untracked(|items| items.get(active.get_untracked()).cloned())
        {
            choose.run(item.does);
        }
    });
    Effect::new(move |_| {
        if is_hasty.get() && finder.answer.with(|answer| !answer.is_awaited) {
            take.run(());
        }
    });
    let typed = move |_| {
        is_hasty.set(false);
        if let Some(input) = input.get_untracked() {
            finder.type_in(input.value());
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let (count, at) = (count.get_untracked(), active.get_untracked());
        let next = match event.key().as_str() {
            "ArrowDown" if count > 0 => (at + 1) % count,
            "ArrowUp" if count > 0 => (at + count - 1) % count,
            "PageDown" if count > 0 => (at + 5).min(count - 1),
            "PageUp" => at.saturating_sub(5),
            "Enter" if !event.is_composing() => {
                event.prevent_default();
                take.run(());
                return;
            }
            _ => return,
        };
        event.prevent_default();
        active.set(next);
        if let Some(option) = document().get_element_by_id(&option_id(next)) {
            option.scroll_into_view_with_scroll_into_view_options(&nearest());
        }
    };
    view! {
        <div class="palette-search">
            <Icon icon=icondata_lu::LuSearch />
            <input
                id=INPUT
                class="palette-input"
                type="text"
                role="combobox"
                autofocus
                autocomplete="off"
                spellcheck="false"
                maxlength=MAX_SEARCH.to_string()
                placeholder=tu_string!(text, keyboard.palette_hint)
                aria-label=tu_string!(text, keyboard.palette_hint)
                aria-autocomplete="list"
                aria-controls=LIST
                aria-expanded=move || (count.get() > 0).to_string()
                aria-activedescendant=move || (count.get() > 0).then(|| option_id(active.get()))
                node_ref=input
                on:input=typed
                on:keydown=pressed
            />
            <button
                id="command-palette-close-button"
                class="button button-quiet button-icon"
                type="button"
                aria-label=tu_string!(text, common.close)
                on:click=move |_| close.run(())
            >
                <Icon icon=icondata_lu::LuX />
            </button>
        </div>
    }
}

/// What came of the search: said to those who do not see the list, and shown where there is none.
#[component]
fn Outcome(finder: Finder) -> impl IntoView {
    let text = use_text();
    let Finder {
        search, answer, count, ..
    } = finder;
    let status = move || {
        let is_awaited = answer.with(|answer| answer.is_awaited);
        match (is_awaited, count.get()) {
            (true, _) => tu_string!(text, keyboard.searching).to_owned(),
            (false, 0) => String::new(),
            (false, 1) => tu_string!(text, keyboard.one_hit).to_owned(),
            (false, count) => tu_string!(text, keyboard.hits, count = count),
        }
    };
    let nothing = move || {
        let is_nothing = count.get() == 0 && answer.with(|answer| !answer.is_awaited && answer.failure.is_none());
        is_nothing.then(|| {
            view! {
                <p id="command-palette-no-hit" class="palette-nothing" role="status">
                    {tu_string!(text, keyboard.no_hit, query = search.get().trim().to_owned())}
                </p>
            }
        })
    };
    let retry = move |_| {
        finder.ask();
        focus(INPUT);
    };
    let failed = move || {
        answer.with(|answer| answer.failure.clone()).map(|failure| {
            view! {
                <ErrorPanel id="command-palette-error" failure=failure>
                    <Button id="command-palette-retry-button" on:click=retry>
                        {tu!(text, common.retry)}
                    </Button>
                </ErrorPanel>
            }
        })
    };
    view! {
        <p class="visually-hidden" role="status">
            {status}
        </p>
        {failed}
        {nothing}
    }
}

fn groups(text: I18n, items: &[Item], active: RwSignal<usize>, choose: Callback<Does>) -> impl IntoView + use<> {
    let mut views = Vec::new();
    let mut at = 0;
    for group in Group::ALL {
        let of_group: Vec<_> = items.iter().filter(|item| item.group == group).cloned().collect();
        if of_group.is_empty() {
            continue;
        }
        let name = group.name(text);
        let first = at;
        at += of_group.len();
        let options = of_group
            .into_iter()
            .enumerate()
            .map(|(n, item)| option(first + n, item, active, choose))
            .collect_view();
        views.push(view! {
            <div class="palette-group" role="group" aria-label=name>
                <p class="palette-group-name" aria-hidden="true">
                    {name}
                </p>
                {options}
            </div>
        });
    }
    views
}

fn option(at: usize, item: Item, active: RwSignal<usize>, choose: Callback<Does>) -> AnyView {
    let Item {
        icon,
        label,
        detail,
        does,
        ..
    } = item;
    let is_active = move || (active.get() == at).to_string();
    let href = match &does {
        Does::Open(path) => Some(path.clone()),
        Does::Click(_) | Does::Help => None,
    };
    let click = move |event: MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        choose.run(does.clone());
    };
    // The focus stays in the box; the mouse must not take it away.
    let keep = |event: MouseEvent| event.prevent_default();
    let detail = (!detail.is_empty()).then(|| view! { <span class="palette-detail">{detail}</span> });
    // Without an address it is no link, and still an option.
    view! {
        <a
            id=option_id(at)
            class="palette-option"
            role="option"
            tabindex="-1"
            href=href
            aria-selected=is_active
            on:mousedown=keep
            on:click=click
        >
            <Icon icon=icon />
            <span class="palette-label">{label}</span>
            {detail}
        </a>
    }
    .into_any()
}

fn option_id(at: usize) -> String {
    format!("command-palette-option-{at}")
}

fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}

/// Goes there as by a link of the page, so that a page with something to lose is asked, too.
fn follow(path: &str) {
    let (Some(body), Ok(link)) = (document().body(), document().create_element("a")) else {
        return;
    };
    let Ok(link) = link.dyn_into::<HtmlElement>() else {
        return;
    };
    if link.set_attribute("href", path).is_ok() && body.append_child(&link).is_ok() {
        link.click();
        link.remove();
    }
}

fn click(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        found.click();
    }
}
