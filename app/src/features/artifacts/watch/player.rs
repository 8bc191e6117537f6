//! The film: what the page does with it beyond the browser's own controls.

use domain::transcript::Millis;
use js_sys::Reflect;
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::place;

/// How fast it can be played, in percent.
pub const SPEEDS: [u32; 7] = [50, 75, 100, 125, 150, 175, 200];
const USUAL: u32 = 100;

/// It outlives the page's data, which may be loaded anew while somebody watches.
#[derive(Clone, Copy)]
pub struct Player {
    pub node: NodeRef<html::Video>,
    pub is_playing: RwSignal<bool>,
    pub speed: RwSignal<u32>,
    pub has_captions: RwSignal<bool>,
    /// It does not come any more.
    pub is_lost: RwSignal<bool>,
    /// Where it was left the last time, and goes on from.
    pub resumed: RwSignal<Option<Millis>>,
    /// Where it is, also when the browser has lost it.
    at: StoredValue<f64>,
    /// Under which name the place is remembered.
    name: StoredValue<String>,
}

impl Player {
    pub fn new() -> Self {
        Self {
            node: NodeRef::new(),
            is_playing: RwSignal::new(false),
            speed: RwSignal::new(USUAL),
            has_captions: RwSignal::new(false),
            is_lost: RwSignal::new(false),
            resumed: RwSignal::new(None),
            at: StoredValue::new(0.0),
            name: StoredValue::new(String::new()),
        }
    }

    /// Makes what the page shows the film. Where the address names no moment it goes on where it was left.
    pub fn open(self, name: String, moment: Option<Millis>) {
        let is_known = self.name.with_value(|known| *known == name);
        self.name.set_value(name);
        if is_known {
            return;
        }
        match moment {
            Some(moment) => self.at.set_value(seconds(moment)),
            None => {
                if let Some(left) = self.name.with_value(|name| place::left_at(name)) {
                    self.go(left);
                    self.resumed.set(Some(millis(left)));
                }
            }
        }
    }

    fn video(self) -> Option<web_sys::HtmlVideoElement> {
        self.node.get_untracked()
    }

    pub fn now(self) -> Millis {
        millis(self.at.get_value())
    }

    /// To a moment, and on from there.
    pub fn play_from(self, time: Millis) {
        self.go(seconds(time));
        self.play();
    }

    pub fn start_over(self) {
        self.resumed.set(None);
        self.go(0.0);
    }

    fn go(self, seconds: f64) {
        if let Some(video) = self.video() {
            let end = video.duration();
            let seconds = if end.is_finite() { seconds.min(end) } else { seconds }.max(0.0);
            video.set_current_time(seconds);
            self.at.set_value(seconds);
        }
    }

    pub fn skip(self, seconds: f64) {
        self.go(self.at.get_value() + seconds);
    }

    pub fn play(self) {
        let Some(playing) = self.video().and_then(|video| video.play().ok()) else {
            return;
        };
        // A browser may refuse, or be told to stop before it has begun.
        spawn_local(async move {
            let _ = JsFuture::from(playing).await;
        });
    }

    pub fn toggle(self) {
        if let Some(video) = self.video() {
            if video.paused() {
                self.play();
            } else {
                let _ = video.pause();
            }
        }
    }

    pub fn louder(self, by: f64) {
        if let Some(video) = self.video() {
            if by > 0.0 {
                video.set_muted(false);
            }
            video.set_volume((video.volume() + by).clamp(0.0, 1.0));
        }
    }

    pub fn set_speed(self, percent: u32) {
        if let Some(video) = self.video() {
            video.set_default_playback_rate(f64::from(percent) / 100.0);
            video.set_playback_rate(f64::from(percent) / 100.0);
        }
        self.speed.set(percent);
    }

    pub fn faster(self, is_faster: bool) {
        let now = self.speed.get_untracked();
        let next = if is_faster {
            SPEEDS.into_iter().find(|speed| *speed > now)
        } else {
            SPEEDS.into_iter().rev().find(|speed| *speed < now)
        };
        if let Some(next) = next {
            self.set_speed(next);
        }
    }

    fn captions(self) -> Option<JsValue> {
        let tracks = Reflect::get(self.video()?.as_ref(), &"textTracks".into()).ok()?;
        Reflect::get_u32(tracks.dyn_ref::<js_sys::Object>()?, 0)
            .ok()
            .filter(JsValue::is_object)
    }

    pub fn toggle_captions(self) {
        if let Some(track) = self.captions() {
            let on = !self.has_captions.get_untracked();
            let _ = Reflect::set(&track, &"mode".into(), &if on { "showing" } else { "disabled" }.into());
            self.has_captions.set(on);
        }
    }

    pub fn toggle_full_screen(self) {
        let Some(video) = self.video() else { return };
        let document = document();
        if document.fullscreen_element().is_some() {
            document.exit_fullscreen();
        } else {
            let _ = video.request_fullscreen();
        }
    }

    /// What the browser says about the film.
    pub fn moved(self) {
        let Some(video) = self.video() else { return };
        // A film that is asked for anew is at its beginning for a moment.
        if self.is_lost.get_untracked() || video.ready_state() == 0 {
            return;
        }
        let at = video.current_time();
        self.at.set_value(at);
        let shows = self
            .captions()
            .and_then(|track| Reflect::get(&track, &"mode".into()).ok());
        let shows = shows.is_some_and(|mode| mode.as_string().as_deref() == Some("showing"));
        if shows != self.has_captions.get_untracked() {
            self.has_captions.set(shows);
        }
        self.name.with_value(|name| place::remember(name, at, video.duration()));
    }

    pub fn lost(self) {
        self.is_lost.set(true);
        self.is_playing.set(false);
    }

    /// Asks for it once more, and goes on where it was.
    pub fn again(self) {
        let Some(video) = self.video() else { return };
        let at = self.at.get_value();
        self.is_lost.set(false);
        video.load();
        video.set_current_time(at);
        self.play();
    }
}

fn seconds(time: Millis) -> f64 {
    // A day has few enough of them.
    #[expect(
        clippy::cast_precision_loss,
        reason = "times of films are far below 2^52 milliseconds"
    )]
    let millis = time.0 as f64;
    millis / 1_000.0
}

fn millis(seconds: f64) -> Millis {
    #[expect(clippy::cast_possible_truncation, reason = "it is cut where it does not fit")]
    let millis = (seconds * 1_000.0).round() as i64;
    Millis(millis)
}
