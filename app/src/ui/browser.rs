//! What only a browser can do. Everything here is called from effects and event handlers, never while rendering.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// Whether the page is interactive. False while the server renders and during hydration, so that both draw the same.
#[derive(Clone, Default)]
pub struct Hydrated(ArcRwSignal<bool>);

impl Hydrated {
    /// Says that everything is hydrated, in `html[data-hydrated]` too.
    pub fn set(self) {
        // A task of its own: what waits for resources is hydrated in micro-tasks before it.
        set_timeout(
            move || {
                self.0.set(true);
                if let Some(root) = document().document_element() {
                    let _ = root.set_attribute("data-hydrated", "");
                }
            },
            Duration::ZERO,
        );
    }
}

/// The same where nothing can be followed.
pub fn is_hydrated() -> bool {
    document()
        .document_element()
        .is_some_and(|root| root.has_attribute("data-hydrated"))
}

/// Lets links lead on as they do without script until the page is hydrated. The router takes clicks from its first moment, but cannot draw
/// another page before it has got hold of this one, which is never where the code of this page does not come.
pub fn keep_links_plain() {
    let pass = Closure::<dyn Fn(Event)>::new(|event: Event| {
        if !is_hydrated() {
            event.stop_propagation();
        }
    });
    // Before it reaches the window, where the router listens.
    let _ = document().add_event_listener_with_callback_and_bool("click", pass.as_ref().unchecked_ref(), true);
    pass.forget();
}

pub fn use_hydrated() -> Signal<bool> {
    use_context::<Hydrated>().map_or_else(|| Signal::stored(false), |Hydrated(flag)| flag.into())
}

/// Runs once what changed is in the page.
pub fn on_next_frame(run: impl FnOnce() + 'static) {
    request_animation_frame(run);
}

/// Runs once what is being drawn is in the page, before anybody can do anything there.
pub fn once_drawn(run: impl FnOnce() + 'static) {
    let mut run = Some(run);
    Effect::new(move |_| {
        if let Some(run) = run.take() {
            run();
        }
    });
}

/// Moves the focus once what changed is in the page.
pub fn focus_next(id: &'static str) {
    on_next_frame(move || {
        focus(id);
    });
}

/// Moves the focus there when the page is shown, unless the reader is somewhere already. `autofocus` does the same where a page is loaded,
/// but not where a link leads to it within the page.
pub fn focus_at_start(id: &'static str) {
    Effect::new(move |_| {
        on_next_frame(move || {
            if focused_id().is_none() {
                focus(id);
            }
        });
    });
}

/// Gives a form that comes after its page or dialog the focus, unless somebody was quicker and is at one of its fields: what they type
/// would go on elsewhere.
pub fn focus_first(id: &'static str) {
    on_next_frame(move || {
        let is_at_a_field =
            focused().is_some_and(|element| element.matches("input, select, textarea").unwrap_or(false));
        if !is_at_a_field {
            focus(id);
        }
    });
}

/// Whether something stands in the text box with this id.
pub fn has_text(id: &str) -> bool {
    document().get_element_by_id(id).is_some_and(|element| {
        let box_of_one_line = element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
        let text = box_of_one_line.or_else(|| element.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value));
        text.is_some_and(|text| !text.is_empty())
    })
}

/// What stands in a box or is chosen in a list.
pub fn value_of(id: &str) -> Option<String> {
    let element = document().get_element_by_id(id)?;
    let typed = element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
    typed.or_else(|| element.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value))
}

/// Changes what stands in a box or is chosen in a list, unless somebody is at it.
pub fn set_value(id: &str, value: &str) {
    let Some(element) = document().get_element_by_id(id) else {
        return;
    };
    if focused_id().as_deref() == Some(id) {
        return;
    }
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    }
}

/// Empties a box whose text is nobody's business any more.
pub fn clear(id: &str) {
    let Some(element) = document().get_element_by_id(id) else {
        return;
    };
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.set_value("");
    } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value("");
    }
}

/// The element that has the focus.
pub fn focused() -> Option<HtmlElement> {
    document()
        .active_element()
        .filter(|element| element.tag_name() != "BODY")
        .and_then(|element| element.dyn_into().ok())
}

/// Gives the focus back to an element, or to the one that has taken its place, unless it has gone elsewhere.
pub fn give_back(element: &HtmlElement) {
    if focused().is_some() {
        return;
    }
    if element.is_connected() {
        let _ = element.focus();
    } else {
        focus(&element.id());
    }
}

/// The id of the element that has the focus.
pub fn focused_id() -> Option<String> {
    document()
        .active_element()
        .map(|element| element.id())
        .filter(|id| !id.is_empty())
}

/// Moves the focus to the element with this id, or to the first link in it when it is a row. Says whether it is there.
pub fn focus(id: &str) -> bool {
    let Some(element) = document().get_element_by_id(id) else {
        return false;
    };
    let target = if element.tag_name() == "LI" {
        element.query_selector("a").ok().flatten().unwrap_or(element)
    } else {
        element
    };
    let Ok(target) = target.dyn_into::<HtmlElement>() else {
        return false;
    };
    target.focus().is_ok()
}

/// Where somebody is on the page: at which element, and what is marked of what stands in it.
pub struct Spot {
    pub id: String,
    marked: Option<(u32, u32)>,
}

impl Spot {
    pub fn now() -> Option<Self> {
        let id = focused_id()?;
        let marked = focused()
            .and_then(|element| element.dyn_into::<HtmlInputElement>().ok())
            .and_then(|input| Some((input.selection_start().ok()??, input.selection_end().ok()??)));
        Some(Self { id, marked })
    }

    /// The same in what has taken its place. Says whether that is there.
    pub fn take_up(&self) -> bool {
        let is_there = focus(&self.id);
        if let Some((start, end)) = self.marked
            && let Some(input) = focused().and_then(|element| element.dyn_into::<HtmlInputElement>().ok())
        {
            let _ = input.set_selection_range(start, end);
        }
        is_there
    }
}
