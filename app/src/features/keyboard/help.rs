use leptos::{html, prelude::*};

use super::{
    Keys,
    table::{self, Entry},
};
use crate::{
    i18n::{tu, tu_string},
    ui::{Dialog, I18n, Icon, Switch, use_text},
};

/// The keys that do something on this page, and those that do everywhere.
#[component]
pub fn Help(keys: Keys) -> impl IntoView {
    let text = use_text();
    let close = Callback::new(move |()| keys.help.set(false));
    // Opened by a key, so this is the browser, and the page below is there.
    let is_there = |entry: &&Entry| {
        document()
            .query_selector(entry.needs)
            .is_ok_and(|found| found.is_some())
    };
    let list = move |entries: &[Entry]| {
        let lines = entries.iter().filter(is_there);
        lines
            .map(|entry| {
                view! {
                    <div class="key-line">
                        <dt>{entry.name.text(text)}</dt>
                        <dd inner_html=key_names(text, entry.keys, keys.is_apple.get_untracked())></dd>
                    </div>
                }
            })
            .collect_view()
    };
    let single_keys = NodeRef::<html::Input>::new();
    view! {
        <Dialog id="keyboard-help" labelled_by="keyboard-help-heading" class="dialog keyboard-help" returns_focus=true on_close=close>
            <header class="dialog-head">
                <h2 id="keyboard-help-heading">{tu!(text, keyboard.help)}</h2>
                <button
                    id="keyboard-help-close-button"
                    class="button button-quiet button-icon"
                    type="button"
                    aria-label=tu_string!(text, common.close)
                    on:click=move |_| close.run(())
                >
                    <Icon icon=icondata_lu::LuX />
                </button>
            </header>
            <div class="key-columns">
                <section aria-labelledby="keyboard-help-here">
                    <h3 id="keyboard-help-here">{tu!(text, keyboard.here)}</h3>
                    <dl class="keys">{list(&table::HERE)}</dl>
                </section>
                <section aria-labelledby="keyboard-help-everywhere">
                    <h3 id="keyboard-help-everywhere">{tu!(text, keyboard.everywhere)}</h3>
                    <dl class="keys">{list(&table::EVERYWHERE)}</dl>
                </section>
            </div>
            <div class="key-switch">
                <Switch
                    id="keyboard-single-keys"
                    name="single-keys"
                    label=tu_string!(text, keyboard.singles)
                    hint=tu_string!(text, keyboard.singles_hint)
                    checked=keys.singles.get_untracked()
                    disabled=false
                    node_ref=single_keys
                    on_change=move |on| keys.choose_singles(on)
                />
            </div>
        </Dialog>
    }
}

/// "Ctrl + K", "g then i", "j or ↓": HTML of nothing but our own words.
fn key_names(text: I18n, keys: &str, is_apple: bool) -> String {
    let choices = keys.split('|').map(|choice| {
        let steps = choice.split(' ').map(|step| {
            let held = step.split('+').map(|key| {
                let name = match key {
                    "Mod" if is_apple => "⌘",
                    "Mod" => tu_string!(text, keyboard.ctrl),
                    "Space" => tu_string!(text, keyboard.space),
                    // The one sign that HTML does not take as it is.
                    "<" => "&lt;",
                    other => other,
                };
                format!("<kbd class=\"kbd\">{name}</kbd>")
            });
            held.collect::<Vec<_>>().join(" + ")
        });
        steps
            .collect::<Vec<_>>()
            .join(&format!(" {} ", tu_string!(text, keyboard.then)))
    });
    choices
        .collect::<Vec<_>>()
        .join(&format!(" {} ", tu_string!(text, keyboard.or)))
}
