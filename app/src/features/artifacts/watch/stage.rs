//! The film, or what stands in its place.

use std::sync::Arc;

use domain::{
    CapturedRecording, RecordingState,
    artifacts::clock,
    transcript::{Millis, Transcript},
};
use leptos::{ev, prelude::*};

use super::{
    super::reader::Reader,
    player::Player,
    strip::{self, Strip},
    tools::{Resumed, Tools},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonKind, Icon, use_text},
};

/// How long it is, and what is said in it.
#[derive(Clone)]
pub struct Film {
    pub title: String,
    pub recording: CapturedRecording,
    pub length: Option<u32>,
    pub transcript: Option<Arc<Transcript>>,
    /// What a moment in seconds is put behind.
    pub href: String,
    /// The one that the address names.
    pub moment: Option<Millis>,
    /// Under which name its place is remembered.
    pub name: String,
}

#[component]
pub fn Stage(film: Film, player: Player, reader: Reader, on_lost: Callback<()>) -> impl IntoView {
    let text = use_text();
    let Film {
        title,
        recording,
        length,
        transcript,
        href,
        moment,
        name,
    } = film;
    if recording.state == RecordingState::Gone {
        return missing(
            "watch-gone",
            tu_string!(text, watch.gone_title),
            tu_string!(text, watch.gone_text),
        );
    }
    let id = recording.id;
    // Browsers begin at the moment that an address names.
    let source = match moment {
        Some(moment) => format!("{}#t={}", paths::recording(id), moment.0 / 1_000),
        None => paths::recording(id),
    };
    let captions = transcript.is_some().then(|| {
        view! { <track kind="captions" label=tu_string!(text, watch.captions) src=paths::captions(id) /> }
    });
    let has_captions = transcript.is_some();
    let end = length.map(|seconds| Millis(i64::from(seconds) * 1_000)).or_else(|| {
        let last = transcript.as_ref()?.cues().iter().map(|cue| cue.end).max()?;
        Some(last)
    });
    let strip = transcript.zip(end).map(|(transcript, length)| {
        let speakers = strip::speakers(&transcript, length);
        view! { <Strip speakers=speakers length=length player=player reader=reader /> }
    });
    let moved = move || {
        player.moved();
        let now = player.now();
        if let (Some(length), Some(mark)) = (end, document().get_element_by_id(strip::NOW)) {
            let _ = mark.set_attribute("x", &strip::along(now, length).min(998).to_string());
        }
        reader.show(now, false);
    };
    Effect::new(move |_| {
        player.open(name.clone(), moment);
        if moment.is_some() {
            reader.show(player.now(), true);
        }
    });
    // The connection is there again.
    Effect::new(move |_| {
        let listener = window_event_listener(ev::online, move |_| {
            if player.is_lost.get_untracked() {
                player.again();
            }
        });
        on_cleanup(move || listener.remove());
    });
    // Microsoft may have deleted it.
    let lost_now = move |_| {
        player.lost();
        on_lost.run(());
    };
    view! {
        <div id="watch-stage" class="stage">
            <video
                id="watch-video"
                class="video"
                controls=true
                preload="metadata"
                playsinline=true
                src=source
                aria-label=tu_string!(text, watch.video, title = title)
                node_ref=player.node
                on:play=move |_| player.is_playing.set(true)
                on:pause=move |_| player.is_playing.set(false)
                on:timeupdate=move |_| moved()
                on:seeked=move |_| moved()
                on:error=lost_now
            >
                {captions}
            </video>
            {strip}
        </div>
        <Resumed player=player />
        <Lost player=player />
        <Tools player=player recording=id has_captions=has_captions href=href />
    }
    .into_any()
}

/// Where it broke off, and the way on.
#[component]
fn Lost(player: Player) -> impl IntoView {
    let text = use_text();
    move || {
        player.is_lost.get().then(|| {
            view! {
                <div id="watch-lost" class="panel panel-bad" role="alert">
                    <Icon icon=icondata_lu::LuWifiOff />
                    <div>
                        <p class="panel-title">{tu!(text, watch.lost_title)}</p>
                        <p>{tu_string!(text, watch.lost_text, time = clock(player.now()))}</p>
                        <div class="actions">
                            <Button id="watch-again" kind=ButtonKind::Primary on:click=move |_| player.again()>
                                {tu!(text, common.retry)}
                            </Button>
                        </div>
                    </div>
                </div>
            }
        })
    }
}

/// Says why there is no film.
pub fn missing(id: &'static str, title: &'static str, words: &'static str) -> AnyView {
    view! {
        <div id=id class="stage-missing">
            <Icon icon=icondata_lu::LuVideoOff />
            <p class="panel-title">{title}</p>
            <p class="quiet">{words}</p>
        </div>
    }
    .into_any()
}
