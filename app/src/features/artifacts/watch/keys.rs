//! Keys of the player that no button has. The others stand at their buttons as `aria-keyshortcuts`.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::player::Player;
use crate::features::keyboard::{Keys, is_field};

/// Seconds.
const STEP: f64 = 5.0;
const LOUDER: f64 = 0.1;

pub fn install(player: Player) {
    let keys = use_context::<Keys>();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            let signs = keys.is_none_or(Keys::are_singles_on);
            if pressed(player, &event, signs) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn pressed(player: Player, event: &KeyboardEvent, signs: bool) -> bool {
    if event.default_prevented() || event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    if player.node.get_untracked().is_none()
        || document()
            .query_selector("dialog[open]")
            .is_ok_and(|open| open.is_some())
    {
        return false;
    }
    let Some(target) = event.target() else { return false };
    let target = target.dyn_ref::<Element>();
    let is_in = |what: &str| target.is_some_and(|target| target.closest(what).is_ok_and(|found| found.is_some()));
    if target.is_some_and(is_field) {
        return false;
    }
    match event.key().as_str() {
        // What has the focus is used by it.
        " " if !is_in("a, button, summary, [role=button]") => player.toggle(),
        "ArrowLeft" => player.skip(-STEP),
        "ArrowRight" => player.skip(STEP),
        // These scroll the lines.
        "ArrowUp" if !is_in("#transcript-lines") => player.louder(LOUDER),
        "ArrowDown" if !is_in("#transcript-lines") => player.louder(-LOUDER),
        "<" if signs => player.faster(false),
        ">" if signs => player.faster(true),
        _ => return false,
    }
    true
}
