//! What stands below the film.

use domain::{ArtifactId, artifacts::clock};
use leptos::prelude::*;
use web_sys::Event;

use super::{
    super::reader::seconds,
    player::{Player, SPEEDS},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonKind, CopyButton, Icon, use_text},
};

/// The buttons. `href` is what a moment in seconds is put behind.
#[component]
pub fn Tools(player: Player, recording: ArtifactId, has_captions: bool, href: String) -> impl IntoView {
    let text = use_text();
    let play = move || {
        if player.is_playing.get() {
            tu_string!(text, watch.pause)
        } else {
            tu_string!(text, watch.play)
        }
    };
    let play_icon = move || {
        if player.is_playing.get() {
            icondata_lu::LuPause.data
        } else {
            icondata_lu::LuPlay.data
        }
    };
    let link = Signal::derive(move || {
        let origin = window().location().origin().unwrap_or_default();
        format!("{origin}{href}{}", seconds(player.now()))
    });
    let captions = has_captions.then(|| {
        view! {
            <Tool
                id="watch-captions"
                label=tu_string!(text, watch.captions)
                key="c"
                icon=icondata_lu::LuCaptions
                run=Callback::new(move |()| player.toggle_captions())
                attr:aria-pressed=move || player.has_captions.get().to_string()
            />
        }
    });
    view! {
        <div class="watch-tools" role="group" aria-label=tu_string!(text, watch.controls)>
            <div class="watch-tools-script needs-script">
                <Tool
                    id="watch-back"
                    label=tu_string!(text, watch.back)
                    key="j"
                    icon=icondata_lu::LuRotateCcw
                    run=Callback::new(move |()| player.skip(-10.0))
                />
                <button
                    id="watch-play"
                    class="button button-primary button-icon"
                    type="button"
                    aria-label=play
                    title=play
                    aria-keyshortcuts="k"
                    on:click=move |_| player.toggle()
                >
                    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" inner_html=play_icon></svg>
                </button>
                <Tool
                    id="watch-forward"
                    label=tu_string!(text, watch.forward)
                    key="l"
                    icon=icondata_lu::LuRotateCw
                    run=Callback::new(move |()| player.skip(10.0))
                />
                <Speed player=player />
                {captions}
                <Tool
                    id="watch-full-screen"
                    label=tu_string!(text, watch.full_screen)
                    key="f"
                    icon=icondata_lu::LuMaximize
                    run=Callback::new(move |()| player.toggle_full_screen())
                />
            </div>
            <div class="watch-tools-links">
                <CopyButton id="watch-copy-moment" link=link label=tu_string!(text, watch.copy_moment) />
                <a
                    id="watch-download"
                    class="button button-quiet"
                    href=format!("{}?download=1", paths::recording(recording))
                    rel="external"
                    download=""
                    aria-label=tu_string!(text, artifacts.download_recording)
                >
                    <Icon icon=icondata_lu::LuDownload />
                    {tu!(text, artifacts.download)}
                </a>
            </div>
        </div>
    }
}

#[component(transparent)]
fn Tool(
    id: &'static str,
    label: &'static str,
    key: &'static str,
    icon: icondata_core::Icon,
    run: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            id=id
            class="button button-quiet button-icon"
            type="button"
            aria-label=label
            title=label
            aria-keyshortcuts=key
            on:click=move |_| run.run(())
        >
            <Icon icon=icon />
        </button>
    }
}

#[component]
fn Speed(player: Player) -> impl IntoView {
    let text = use_text();
    let options = SPEEDS
        .into_iter()
        .map(|percent| {
            view! {
                <option value=percent.to_string() selected=move || player.speed.get() == percent>
                    {times(percent)}
                </option>
            }
        })
        .collect_view();
    let choose = move |event: Event| {
        if let Ok(percent) = event_target_value(&event).parse() {
            player.set_speed(percent);
        }
    };
    view! {
        <label class="visually-hidden" for="watch-speed">
            {tu!(text, watch.speed)}
        </label>
        <select id="watch-speed" class="input select watch-speed" title=tu_string!(text, watch.speed) on:change=choose>
            {options}
        </select>
    }
}

/// "1.25×".
fn times(percent: u32) -> String {
    let (whole, part) = (percent / 100, percent % 100);
    match part {
        0 => format!("{whole}×"),
        part if part % 10 == 0 => format!("{whole}.{}×", part / 10),
        part => format!("{whole}.{part:02}×"),
    }
}

/// Says that the film goes on where it was left, and what to do about it.
#[component]
pub fn Resumed(player: Player) -> impl IntoView {
    let text = use_text();
    let words = move || {
        player.resumed.get().map(|at| {
            view! {
                <span>{tu_string!(text, watch.resumed, time = clock(at))}</span>
                <Button id="watch-start-over" kind=ButtonKind::Quiet on:click=move |_| player.start_over()>
                    {tu!(text, watch.start_over)}
                </Button>
            }
        })
    };
    view! {
        <div id="watch-resumed" class="watch-resumed" role="status">
            {words}
        </div>
    }
}
