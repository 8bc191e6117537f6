//! Everything by keyboard. Whatever has `aria-keyshortcuts` is reached by that key; the rest stands in one table, from which the help
//! is made.

pub mod api;
mod chord;
mod commands;
mod finder;
mod handler;
mod help;
mod palette;
mod rows;
mod table;

use leptos::prelude::*;
use web_sys::MouseEvent;

pub use self::handler::is_field;
use self::{handler::Handler, help::Help, palette::Palette};
use crate::{
    i18n::tu_string,
    paths,
    ui::{Icon, use_text},
};

/// Where the choice to do without single keys is kept in the browser.
const SINGLE_KEYS: &str = "minuted-single-keys";

/// What is open, and what the person has chosen.
#[derive(Clone, Copy)]
pub struct Keys {
    palette: RwSignal<bool>,
    help: RwSignal<bool>,
    /// Whether single letters are shortcuts. Who speaks to the computer may want them off.
    singles: RwSignal<bool>,
    /// A computer of Apple's, whose keys have other names.
    is_apple: RwSignal<bool>,
}

impl Keys {
    pub fn provide() -> Self {
        let keys = Self {
            palette: RwSignal::new(false),
            help: RwSignal::new(false),
            singles: RwSignal::new(true),
            is_apple: RwSignal::new(false),
        };
        provide_context(keys);
        Effect::new(move |_| {
            let stored = window().local_storage().ok().flatten();
            let choice = stored.and_then(|stored| stored.get_item(SINGLE_KEYS).ok().flatten());
            keys.singles.set(choice.as_deref() != Some("off"));
            let agent = window().navigator().user_agent().unwrap_or_default();
            keys.is_apple
                .set(agent.contains("Macintosh") || agent.contains("iPhone") || agent.contains("iPad"));
        });
        keys
    }

    /// Whether single letters and signs are shortcuts.
    pub fn are_singles_on(self) -> bool {
        self.singles.get_untracked()
    }

    fn choose_singles(self, on: bool) {
        self.singles.set(on);
        if let Ok(Some(stored)) = window().local_storage() {
            // A browser that keeps nothing asks again next time.
            let _ = stored.set_item(SINGLE_KEYS, if on { "on" } else { "off" });
        }
    }
}

/// Listens to the keys, and shows the palette and the help. Stands once in a page.
#[component]
pub fn Keyboard(keys: Keys) -> impl IntoView {
    Handler::install(keys);
    view! {
        <Show when=move || keys.palette.get()>
            <Palette keys=keys />
        </Show>
        <Show when=move || keys.help.get()>
            <Help keys=keys />
        </Show>
    }
}

/// Opens the palette. Without script, and before there is one, it leads to the search for clients.
#[component]
pub fn PaletteButton(keys: Keys) -> impl IntoView {
    let text = use_text();
    let open = move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            keys.palette.set(true);
        }
    };
    let key = move || {
        if keys.is_apple.get() {
            "⌘\u{a0}K"
        } else {
            tu_string!(text, keyboard.ctrl_k)
        }
    };
    view! {
        <a
            id="command-palette-button"
            class="palette-button"
            href=paths::CLIENTS
            aria-label=tu_string!(text, keyboard.palette_button)
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=open
        >
            <Icon icon=icondata_lu::LuSearch />
            <span class="palette-button-text">{tu_string!(text, keyboard.palette_button)}</span>
            <kbd class="kbd" aria-hidden="true">
                {key}
            </kbd>
        </a>
    }
}
