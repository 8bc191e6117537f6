//! Asks before what was changed in the forms of a page is lost: by a link, by going back, or with the tab.

use leptos::{ev, prelude::*, reactive::send_wrapper_ext::SendOption};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Element, Event, HtmlInputElement, HtmlTextAreaElement, MouseEvent};

use crate::{
    features::interactions::{Discard, DiscardIds},
    i18n::tu_string,
    ui::use_text,
};

const DISCARD: DiscardIds = DiscardIds {
    dialog: "unsaved-dialog",
    heading: "unsaved-heading",
    keep: "unsaved-keep-button",
    discard: "unsaved-discard-button",
};
/// The state of an entry of the history that is there to be gone back from.
const MARK: &str = "unsaved";

/// Where somebody was about to go.
#[derive(Clone, PartialEq, Eq)]
enum Exit {
    Link(String),
    Back,
}

/// Guards these forms, for as long as it is rendered. A form is as it was saved if each of its controls is as the page came with it.
#[component]
pub fn Unsaved(forms: &'static [&'static str]) -> impl IntoView {
    let text = use_text();
    let exit = RwSignal::new(None);
    let is_leaving = StoredValue::new(false);
    let is_at_risk = move || !is_leaving.get_value() && forms.iter().any(|form| !changed(form).is_empty());
    guard_links(is_at_risk, exit);
    guard_history(is_at_risk, exit);
    let navigate = use_navigate();
    let keep = Callback::new(move |()| {
        if exit.try_update(Option::take).flatten() == Some(Exit::Back) {
            mark();
        }
    });
    let discard = Callback::new(move |()| {
        let to = exit.try_update(Option::take).flatten();
        is_leaving.set_value(true);
        match to {
            Some(Exit::Link(path)) => navigate(&path, NavigateOptions::default()),
            Some(Exit::Back) => back(),
            None => (),
        }
    });
    view! {
        <Show when=move || exit.read().is_some()>
            <Discard
                ids=DISCARD
                words=tu_string!(text, settings.unsaved_text)
                on_keep=keep
                on_discard=discard
            />
        </Show>
    }
}

/// A control that is not as the page came with it.
#[derive(Clone, Debug)]
pub struct Change {
    id: String,
    value: String,
    is_checked: bool,
}

/// What was changed in these forms, but for the one that was just saved with this button: it is drawn anew with what is saved.
pub fn changes(forms: &[&'static str], saved_by: &str) -> Vec<Change> {
    let holds_button = |form: &str| {
        let button = document().query_selector(&format!("#{form} #{saved_by}"));
        button.is_ok_and(|button| button.is_some())
    };
    let others = forms.iter().filter(|form| !holds_button(form));
    others.flat_map(|form| changed(form)).collect()
}

/// Changes again what was changed before the page was drawn anew.
pub fn change_again(changes: Vec<Change>) {
    for Change { id, value, is_checked } in changes {
        let Some(control) = document().get_element_by_id(&id) else {
            continue;
        };
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            if matches!(input.type_().as_str(), "checkbox" | "radio") {
                input.set_checked(is_checked);
            } else {
                input.set_value(&value);
            }
        } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
            area.set_value(&value);
        }
    }
}

/// The controls of a form that are not as the page came with them.
fn changed(form: &str) -> Vec<Change> {
    let Ok(controls) = document().query_selector_all(&format!("#{form} :is(input, textarea)")) else {
        return Vec::new();
    };
    let controls = (0..controls.length()).filter_map(|at| controls.item(at));
    controls
        .filter_map(|control| {
            if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
                let is_changed = input.checked() != input.default_checked() || input.value() != input.default_value();
                return is_changed.then(|| Change {
                    id: input.id(),
                    value: input.value(),
                    is_checked: input.checked(),
                });
            }
            let area = control.dyn_ref::<HtmlTextAreaElement>()?;
            (area.default_value().ok()? != area.value()).then(|| Change {
                id: area.id(),
                value: area.value(),
                is_checked: false,
            })
        })
        .collect()
}

/// Holds clicks on links that lead elsewhere, before the router hears of them.
fn guard_links(is_at_risk: impl Fn() -> bool + Copy + 'static, exit: RwSignal<Option<Exit>>) {
    // Cleaned up by the server as well, on any of its threads: there nothing is in it.
    let listener = StoredValue::new(SendOption::<Closure<dyn Fn(MouseEvent)>>::new_local(None));
    Effect::new(move |_| {
        let hold = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
            if let Some(path) = leads_elsewhere(&event)
                && is_at_risk()
            {
                event.prevent_default();
                event.stop_propagation();
                exit.set(Some(Exit::Link(path)));
            }
        });
        let _ = document().add_event_listener_with_callback_and_bool("click", hold.as_ref().unchecked_ref(), true);
        listener.update_value(|listener| listener.update(|held| *held = Some(hold)));
    });
    on_cleanup(move || {
        let held = listener.try_update_value(|held| std::mem::replace(held, SendOption::new_local(None)));
        if let Some(hold) = held.and_then(SendOption::take) {
            let _ =
                document().remove_event_listener_with_callback_and_bool("click", hold.as_ref().unchecked_ref(), true);
        }
    });
}

/// The path that a click makes the router go to, if it is another page's.
fn leads_elsewhere(event: &MouseEvent) -> Option<String> {
    let is_plain =
        event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    // What opens the palette leads nowhere; what is chosen in it closes it first, and then follows a link of its own.
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    if link.matches("[role=option], [aria-haspopup=dialog]").ok()? {
        return None;
    }
    // The browser itself asks where it leaves the page.
    let is_routers = !["target", "download", "rel"]
        .iter()
        .any(|name| link.has_attribute(name));
    let path = link.get_attribute("href")?;
    let page = path.split(['?', '#']).next()?.to_owned();
    let here = window().location().pathname().ok()?;
    (is_plain && is_routers && page.starts_with('/') && page != here).then_some(path)
}

/// Going back cannot be held. So something is put on top that can be gone back from, as soon as there is something to lose. The browser
/// asks by itself before a tab is closed.
fn guard_history(is_at_risk: impl Fn() -> bool + Copy + 'static, exit: RwSignal<Option<Exit>>) {
    // The address of the entry that was put on top.
    let marked = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        let typed = window_event_listener(ev::input, move |_| {
            if marked.with_value(Option::is_none) && is_at_risk() {
                mark();
                marked.set_value(address());
            }
        });
        let gone_back = window_event_listener(ev::popstate, move |_| {
            let is_below = marked.with_value(|marked| marked.is_some() && *marked == address()) && !is_marked();
            if !is_below {
                return;
            }
            if is_at_risk() {
                exit.set(Some(Exit::Back));
            } else {
                // Nothing to lose any more, or it shall be lost: what was on top was in nobody's way.
                marked.set_value(None);
                back();
            }
        });
        let closed = window_event_listener_untyped("beforeunload", move |event: Event| {
            if is_at_risk() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            typed.remove();
            gone_back.remove();
            closed.remove();
        });
    });
}

fn mark() {
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::from_str(MARK), "", None);
    }
}

fn is_marked() -> bool {
    let state = window().history().and_then(|history| history.state());
    state.is_ok_and(|state| state.as_string().as_deref() == Some(MARK))
}

fn back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

fn address() -> Option<String> {
    window().location().href().ok()
}
