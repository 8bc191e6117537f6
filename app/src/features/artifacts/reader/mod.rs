//! A transcript to be read: with search, by speaker, and going along with a film where there is one.

mod lines;
mod state;
mod tools;

use std::sync::Arc;

use domain::{
    Reading,
    transcript::{Form, Millis, Transcript},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent, PointerEvent};

use self::tools::Tools;
pub use self::{
    lines::{COLOURS, seconds},
    state::Reader,
};
use crate::{
    i18n::{tu, tu_string},
    ui::{Button, ButtonKind, Icon, use_text},
};

/// Where the lines lead.
#[derive(Clone)]
pub struct Leads {
    /// What a moment in seconds is put behind.
    pub href: String,
    /// What a click does where the film is in the same page.
    pub seek: Option<Callback<Millis>>,
}

/// The words of a transcript.
#[component]
pub fn Words(reading: Reading, reader: Reader, leads: Option<Leads>) -> impl IntoView {
    let text = use_text();
    match reading {
        Reading::Raw(raw) => view! {
            <p id="transcript-unreadable" class="panel panel-warning">
                <Icon icon=icondata_lu::LuTriangleAlert />
                <span>{tu!(text, watch.unreadable)}</span>
            </p>
            <pre id="transcript-raw" class="raw" dir="auto" tabindex="0">
                {raw}
            </pre>
        }
        .into_any(),
        Reading::Lines(transcript) if transcript.cues().is_empty() => {
            view! { <p id="transcript-silent" class="quiet">{tu!(text, watch.nobody_spoke)}</p> }.into_any()
        }
        Reading::Lines(transcript) => {
            let transcript = Arc::new(transcript);
            reader.open(&transcript);
            view! {
                <Tools transcript=transcript.clone() reader=reader />
                <Notices transcript=transcript.clone() />
                <Lines transcript=transcript reader=reader leads=leads />
            }
            .into_any()
        }
    }
}

/// What the reader has to know about this transcript.
#[component]
fn Notices(transcript: Arc<Transcript>) -> impl IntoView {
    let text = use_text();
    let damage = transcript.damage();
    let is_damaged = damage.not_utf8 || damage.skipped + damage.dropped + damage.cut > 0;
    let unattributed = (transcript.form() == Form::Unattributed).then(|| {
        view! {
            <p id="transcript-unattributed" class="transcript-note with-icon">
                <Icon icon=icondata_lu::LuUserX />
                <span>{tu!(text, watch.unattributed)}</span>
            </p>
        }
    });
    let damaged = is_damaged.then(|| {
        view! {
            <p id="transcript-damaged" class="transcript-note with-icon">
                <Icon icon=icondata_lu::LuTriangleAlert />
                <span>{tu!(text, watch.damaged)}</span>
            </p>
        }
    });
    view! {
        {unattributed}
        {damaged}
    }
}

#[component]
fn Lines(transcript: Arc<Transcript>, reader: Reader, leads: Option<Leads>) -> impl IntoView {
    let text = use_text();
    let html = lines::html(&transcript, leads.as_ref().map(|leads| leads.href.as_str()));
    let seek = leads.and_then(|leads| leads.seek);
    let clicked = move |event: MouseEvent| {
        let Some(seek) = seek else { return };
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let is_link = target.closest("a").ok().flatten().is_some();
        // Who selects words does not want to go there.
        if elsewhere || !is_link && has_selection() {
            return;
        }
        if let Some(start) = lines::cue_of(&target).and_then(|cue| reader.start_of(cue)) {
            event.prevent_default();
            reader.follows.set(true);
            seek.run(start);
        }
    };
    let leave = move || reader.leave();
    let pressed = move |event: KeyboardEvent| {
        if ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].contains(&event.key().as_str()) {
            leave();
        }
    };
    // The bar at its side belongs to the region itself.
    let grabbed = move |event: PointerEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.id() == lines::REGION) {
            leave();
        }
    };
    let back = move || {
        (reader.has_current.get() && !reader.follows.get()).then(|| {
            view! {
                <Button id="transcript-back-button" kind=ButtonKind::Primary on:click=move |_| reader.back()>
                    <Icon icon=icondata_lu::LuLocateFixed />
                    {tu!(text, watch.back_to_line)}
                </Button>
            }
        })
    };
    view! {
        <div
            id=lines::REGION
            class="lines-region"
            class:lines-lead=seek.is_some()
            role="region"
            aria-label=tu_string!(text, watch.lines)
            tabindex="0"
            on:click=clicked
            on:wheel=move |_| leave()
            on:touchmove=move |_| leave()
            on:keydown=pressed
            on:pointerdown=grabbed
        >
            <div id="transcript-list" role="list" inner_html=html></div>
        </div>
        <div class="lines-back">{back}</div>
    }
}

fn has_selection() -> bool {
    let select = js_sys::Reflect::get(&window(), &"getSelection".into());
    let selection = select
        .ok()
        .and_then(|select| select.dyn_into::<js_sys::Function>().ok())
        .and_then(|select| select.call0(&window()).ok());
    selection.is_some_and(|selection| selection.is_object() && js_sys::Object::from(selection).to_string().length() > 0)
}
