use std::time::Duration;

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{
    Keys,
    chord::Chord,
    rows::{self, Step},
    table::PLACES,
};

/// How long the second key of two may take.
const SECOND_KEY: Duration = Duration::from_millis(1500);

/// What is done with the keys that are pressed.
#[derive(Clone, Copy)]
pub struct Handler {
    keys: Keys,
    /// `g` was pressed; forgotten after a moment.
    going: StoredValue<Option<TimeoutHandle>>,
}

impl Handler {
    pub fn install(keys: Keys) {
        let handler = Self {
            keys,
            going: StoredValue::new(None),
        };
        Effect::new(move |_| {
            let listener = window_event_listener(ev::keydown, move |event| handler.pressed(&event));
            on_cleanup(move || listener.remove());
        });
    }

    fn pressed(self, event: &KeyboardEvent) {
        // What a control has used already, and what belongs to a character that is still being put together.
        if event.default_prevented() || event.is_composing() || event.key_code() == 229 {
            return;
        }
        let modifiers = [
            ("Control", event.ctrl_key()),
            ("Meta", event.meta_key()),
            ("Alt", event.alt_key()),
            ("Shift", event.shift_key()),
        ];
        let chord = Chord {
            key: event.key(),
            held: modifiers
                .into_iter()
                .filter_map(|(name, held)| held.then_some(name))
                .collect(),
        };
        let is_held = chord.is_command();
        let is_typing = event
            .target()
            .is_some_and(|target| target.dyn_ref::<Element>().is_some_and(is_field));
        if is_typing && !is_held || chord.is_character() && !self.keys.singles.get_untracked() {
            return;
        }
        let is_used = if event.repeat() {
            !is_held && step_rows(&chord)
        } else {
            chord.is_among("Control+Enter Meta+Enter Control+S Meta+S") && save()
                || !is_held && (self.go(&chord) || self.open_help(&chord))
                || press(&chord)
                || !is_held && step_rows(&chord)
        };
        if is_used {
            event.prevent_default();
        }
    }

    /// `g`, then where to.
    fn go(self, chord: &Chord) -> bool {
        let was_going = self.going.try_update_value(Option::take).flatten();
        if top_dialog().is_some() || !chord.is_character() {
            return false;
        }
        if let Some(timer) = was_going {
            timer.clear();
            let place = PLACES.iter().find(|(key, _)| chord.is_among(key));
            return place.is_some_and(|(_, link)| {
                let link = document().get_element_by_id(link);
                link.is_some_and(|link| use_it(&link))
            });
        }
        if chord.is_among("g") {
            let forget = move || {
                self.going.try_update_value(Option::take);
            };
            self.going.set_value(set_timeout_with_handle(forget, SECOND_KEY).ok());
            return true;
        }
        false
    }

    fn open_help(self, chord: &Chord) -> bool {
        let opens = chord.is_among("?") && !self.keys.help.get_untracked() && !self.keys.palette.get_untracked();
        if opens {
            self.keys.help.set(true);
        }
        opens
    }
}

/// Where characters are typed or chosen by typing.
pub fn is_field(element: &Element) -> bool {
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => element
            .dyn_ref::<HtmlInputElement>()
            .is_none_or(|input| !["button", "checkbox", "radio", "reset", "submit"].contains(&input.type_().as_str())),
        _ => element
            .dyn_ref::<HtmlElement>()
            .is_some_and(HtmlElement::is_content_editable),
    }
}

/// The dialog above everything else.
fn top_dialog() -> Option<Element> {
    let open = document().query_selector_all("dialog[open]").ok()?;
    open.item(open.length().checked_sub(1)?)?.dyn_into().ok()
}

/// Uses what is declared for this key in the topmost dialog, else in the page. What is typed into a dialog is not to be lost by a key that
/// is meant for the page below it.
fn press(chord: &Chord) -> bool {
    let dialog = top_dialog();
    if let Some(dialog) = &dialog
        && let Some(found) = declared(dialog, chord)
    {
        return use_it(&found);
    }
    let is_free = dialog.is_none_or(|dialog| chord.is_command() && matches!(dialog.query_selector("form"), Ok(None)));
    is_free
        && document()
            .body()
            .and_then(|body| declared(&body, chord))
            .is_some_and(|found| use_it(&found))
}

fn declared(within: &Element, chord: &Chord) -> Option<Element> {
    let all = within.query_selector_all("[aria-keyshortcuts]").ok()?;
    (0..all.length()).find_map(|n| {
        let element: Element = all.item(n)?.dyn_into().ok()?;
        let shortcuts = element.get_attribute("aria-keyshortcuts")?;
        let is_shown = element
            .dyn_ref::<HtmlElement>()
            .is_some_and(|element| element.offset_width() > 0);
        (is_shown && chord.is_among(&shortcuts)).then_some(element)
    })
}

/// Clicks it, or goes there where there is something to type.
fn use_it(element: &Element) -> bool {
    let Some(control) = element.dyn_ref::<HtmlElement>() else {
        return false;
    };
    if is_field(element) {
        let _ = control.focus();
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            input.select();
        }
    } else {
        control.click();
    }
    true
}

fn step_rows(chord: &Chord) -> bool {
    if top_dialog().is_some() {
        return false;
    }
    if chord.is_among("j") || chord.is_among("ArrowDown") && rows::is_in_row() {
        rows::step(Step::Next)
    } else if chord.is_among("k") || chord.is_among("ArrowUp") && rows::is_in_row() {
        rows::step(Step::Previous)
    } else {
        false
    }
}

/// Sends the form in which the focus is, or that of the topmost dialog. A form that only asks for a page has nothing to save.
fn save() -> bool {
    let around = document()
        .active_element()
        .and_then(|focused| focused.closest("form[method='post']").ok().flatten());
    let form = around.or_else(|| top_dialog()?.query_selector("form[method='post']").ok().flatten());
    let button = form.and_then(|form| form.query_selector("button[type='submit']").ok().flatten());
    button.is_some_and(|button| use_it(&button))
}
