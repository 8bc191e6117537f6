//! Search and the choice of a speaker.

use std::sync::Arc;

use domain::transcript::Transcript;
use leptos::{html, prelude::*};
use web_sys::KeyboardEvent;

use super::state::{Reader, TYPING};
use crate::{
    i18n::{tu, tu_string},
    ui::{Icon, Timer, use_text},
};

const SEARCH: &str = "transcript-search";

/// What can be done with the lines where there is script.
#[component]
pub fn Tools(transcript: Arc<Transcript>, reader: Reader) -> impl IntoView {
    view! {
        <div class="transcript-tools needs-script" role="search">
            <Search reader=reader />
            <Speakers transcript=transcript reader=reader />
        </div>
    }
}

#[component]
fn Search(reader: Reader) -> impl IntoView {
    let text = use_text();
    let input = NodeRef::<html::Input>::new();
    let timer = Timer::new();
    let typed = move || input.get_untracked().map(|input| input.value()).unwrap_or_default();
    let look = move || reader.search(&typed());
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            timer.stop();
            // What was typed a moment ago was not looked for yet.
            if reader.is_searched(&typed()) {
                reader.step(!event.shift_key());
            } else {
                look();
            }
        }
        "Escape" => {
            event.prevent_default();
            timer.stop();
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
            reader.search("");
        }
        _ => {}
    };
    let said = move || {
        reader.found.get().map(|found| match found.count {
            0 => tu_string!(text, watch.no_hit).to_owned(),
            count => tu_string!(text, watch.hit_of, at = found.at + 1, count = count),
        })
    };
    let none = move || reader.found.get().is_none_or(|found| found.count == 0);
    view! {
        <div class="transcript-search">
            <Icon icon=icondata_lu::LuSearch />
            <input
                id=SEARCH
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                placeholder=tu_string!(text, watch.search)
                aria-label=tu_string!(text, watch.search)
                aria-keyshortcuts="/"
                aria-describedby="transcript-search-count"
                node_ref=input
                on:input=move |_| timer.start(TYPING, look)
                on:keydown=pressed
            />
            <span id="transcript-search-count" class="transcript-count" role="status">
                {said}
            </span>
            <button
                id="transcript-search-previous"
                class="button button-quiet button-icon button-small"
                type="button"
                disabled=none
                aria-label=tu_string!(text, watch.previous_hit)
                title=tu_string!(text, watch.previous_hit)
                on:click=move |_| reader.step(false)
            >
                <Icon icon=icondata_lu::LuChevronUp />
            </button>
            <button
                id="transcript-search-next"
                class="button button-quiet button-icon button-small"
                type="button"
                disabled=none
                aria-label=tu_string!(text, watch.next_hit)
                title=tu_string!(text, watch.next_hit)
                on:click=move |_| reader.step(true)
            >
                <Icon icon=icondata_lu::LuChevronDown />
            </button>
        </div>
    }
}

/// Nothing where there is no choice.
#[component]
fn Speakers(transcript: Arc<Transcript>, reader: Reader) -> impl IntoView {
    let text = use_text();
    let speakers: Vec<String> = transcript.speakers().into_iter().map(str::to_owned).collect();
    (speakers.len() > 1).then(|| {
        let chosen = reader.speaker.get_untracked();
        let options = speakers
            .into_iter()
            .enumerate()
            .map(|(n, name)| {
                view! {
                    <option value=n.to_string() selected=chosen == Some(n)>
                        {name}
                    </option>
                }
            })
            .collect_view();
        let choose = move |event: web_sys::Event| {
            reader.filter(event_target_value(&event).parse().ok());
            let typed = crate::ui::value_of(SEARCH).unwrap_or_default();
            reader.search(&typed);
        };
        view! {
            <label class="visually-hidden" for="transcript-speaker">
                {tu!(text, watch.speaker)}
            </label>
            <select id="transcript-speaker" class="input select" on:change=choose>
                <option value="">{tu!(text, watch.everybody)}</option>
                {options}
            </select>
        }
    })
}
