use std::time::Duration;

use domain::{Audience, ErrorCode, News, Permission};
use leptos::{
    leptos_dom::helpers::TimeoutHandle, prelude::*, reactive::send_wrapper_ext::SendOption, serde_json,
    task::spawn_local,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventSource, MessageEvent, VisibilityState};

use crate::{
    error::ApiError,
    features::{portal::api::portal_viewer, session::api::viewer},
    ui::{ViewerResource, use_viewer},
};

/// The server says every 15 seconds that it is there.
const SILENCE: Duration = Duration::from_secs(40);
/// A connection that comes back before is not worth a word.
const WORTH_TELLING: Duration = Duration::from_secs(4);
/// Milliseconds.
const FIRST_WAIT: u32 = 500;
const LONGEST_WAIT: u32 = 30_000;

/// How it stands with the connection, as far as the reader cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    UpToDate,
    /// What is shown may be old.
    Lost,
    /// There is no use in trying.
    SignedOut,
}

/// The news for this page, and how it stands with their coming.
#[derive(Clone, Copy)]
pub struct Live {
    audience: Audience,
    followers: StoredValue<Vec<(u32, Callback<News>)>>,
    /// Whether the person may read what the news are about.
    is_wanted: StoredValue<bool>,
    state: RwSignal<State>,
    /// Of the browser's own things, of which the server has none.
    open: StoredValue<SendOption<Open>>,
    /// The next try while there is no connection, and the end of patience while there is one.
    next: StoredValue<Option<TimeoutHandle>>,
    telling: StoredValue<Option<TimeoutHandle>>,
    tries: StoredValue<u32>,
    /// When everything was known last, in milliseconds since the page was asked for.
    known: StoredValue<f64>,
}

/// Closed when it is dropped.
struct Open {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_alive: Closure<dyn FnMut(Event)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        for handler in [EventSource::set_onmessage, EventSource::set_onerror] {
            handler(&self.source, None);
        }
        self.source.close();
    }
}

impl Live {
    /// Provides the news to what is below. Connects once the page is interactive, for those who may read interactions.
    pub fn provide() -> Self {
        let live = Self::begin(Audience::Staff);
        let who: ViewerResource = use_viewer();
        Effect::new(move |_| {
            spawn_local(async move {
                let viewer = who.get().await;
                live.want(viewer.is_ok_and(|viewer| viewer.may(Permission::InteractionRead)));
            });
        });
        live
    }

    /// The same for portal users, who are only told that something has happened.
    pub fn provide_to_portal() -> Self {
        let live = Self::begin(Audience::Portal);
        Effect::new(move |_| live.want(true));
        live
    }

    fn begin(audience: Audience) -> Self {
        let live = Self {
            audience,
            followers: StoredValue::new(Vec::new()),
            is_wanted: StoredValue::new(false),
            state: RwSignal::new(State::UpToDate),
            open: StoredValue::new(SendOption::new_local(None)),
            next: StoredValue::new(None),
            telling: StoredValue::new(None),
            tries: StoredValue::new(0),
            known: StoredValue::new(0.0),
        };
        provide_context(live);
        let handle = window_event_listener_untyped("visibilitychange", move |_| live.visibility_changed());
        on_cleanup(move || {
            handle.remove();
            live.close();
        });
        live
    }

    fn want(self, may: bool) {
        if self.is_wanted.try_set_value(may).is_none() {
            self.connect();
        }
    }

    pub fn audience(self) -> Audience {
        self.audience
    }

    pub fn state(self) -> Signal<State> {
        self.state.into()
    }

    /// Calls `follower` with each of the news until the owner is gone.
    pub fn each(self, follower: Callback<News>) {
        let id = self
            .followers
            .with_value(|followers| followers.last().map_or(0, |(id, _)| id + 1));
        self.followers.update_value(|followers| followers.push((id, follower)));
        on_cleanup(move || {
            self.followers
                .try_update_value(|followers| followers.retain(|(other, _)| *other != id));
        });
    }

    fn tell(self, news: News) {
        // They may add others or go while they are called.
        for (_, follower) in self.followers.get_value() {
            follower.try_run(news);
        }
    }

    fn connect(self) {
        let is_open = self.open.try_with_value(|open| open.is_some());
        if is_open != Some(false)
            || !self.is_wanted.get_value()
            || document().visibility_state() == VisibilityState::Hidden
        {
            return;
        }
        // Whole seconds, and one more than it was, so that nothing falls between the clocks.
        let gap = whole((now() - self.known.get_value()) / 1000.0) + 2;
        let path = match self.audience {
            Audience::Staff => "/api/live",
            Audience::Portal => "/api/portal/live",
        };
        let Ok(source) = EventSource::new(&format!("{path}?gap={gap}")) else {
            return;
        };
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            self.is_alive();
            let news = event
                .data()
                .as_string()
                .and_then(|data| serde_json::from_str(&data).ok());
            self.tell(news.unwrap_or(News::LookAgain));
        });
        let on_alive = Closure::<dyn FnMut(Event)>::new(move |_| self.is_alive());
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| self.lost());
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let _ = source.add_event_listener_with_callback("alive", on_alive.as_ref().unchecked_ref());
        let open = Open {
            source,
            _on_message: on_message,
            _on_alive: on_alive,
            _on_error: on_error,
        };
        self.open
            .update_value(|place| place.update(|place| *place = Some(open)));
        self.after(SILENCE, Self::lost);
    }

    /// Something came: all that happened before has come, too.
    fn is_alive(self) {
        self.known.set_value(now());
        self.tries.set_value(0);
        stop(self.telling);
        if self.state.get_untracked() != State::UpToDate {
            self.state.set(State::UpToDate);
        }
        self.after(SILENCE, Self::lost);
    }

    /// The connection does not work. Tries again, with growing distance.
    fn lost(self) {
        self.drop_connection();
        if self.telling.with_value(Option::is_none) {
            let tell = move || self.state.set(State::Lost);
            self.telling
                .set_value(set_timeout_with_handle(tell, WORTH_TELLING).ok());
        }
        let tries = self.tries.get_value();
        self.tries.set_value(tries + 1);
        let wait = f64::from((FIRST_WAIT << tries.min(10)).min(LONGEST_WAIT));
        // So that not all pages come back at once.
        let wait = wait * (0.75 + js_sys::Math::random() / 2.0);
        self.after(Duration::from_millis(whole(wait).into()), Self::try_again);
    }

    /// A connection that is refused does not say why, so somebody else is asked first.
    fn try_again(self) {
        stop(self.next);
        spawn_local(async move {
            let answer = match self.audience {
                Audience::Staff => viewer().await.map(|_| ()),
                Audience::Portal => portal_viewer().await.map(|_| ()),
            };
            if self.state.try_get_untracked().is_none() {
                return;
            }
            match answer {
                Ok(()) => self.connect(),
                Err(ApiError(failure)) if failure.code == ErrorCode::Unauthenticated => {
                    stop(self.telling);
                    self.state.set(State::SignedOut);
                }
                Err(_) => self.lost(),
            }
        });
    }

    /// Browsers have few connections for each site, so only the pages that somebody looks at keep one.
    fn visibility_changed(self) {
        if document().visibility_state() == VisibilityState::Hidden {
            self.drop_connection();
            stop(self.telling);
        } else if self.is_wanted.get_value() {
            self.try_again();
        }
    }

    fn after(self, wait: Duration, then: fn(Self)) {
        stop(self.next);
        self.next
            .set_value(set_timeout_with_handle(move || then(self), wait).ok());
    }

    fn drop_connection(self) {
        stop(self.next);
        self.open.try_update_value(|open| open.update(|open| *open = None));
    }

    fn close(self) {
        self.drop_connection();
        stop(self.telling);
    }
}

fn stop(timer: StoredValue<Option<TimeoutHandle>>) {
    if let Some(handle) = timer.try_update_value(Option::take).flatten() {
        handle.clear();
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what does not fit becomes the nearest that does"
)]
fn whole(number: f64) -> u32 {
    number as u32
}

/// In milliseconds since the page was asked for.
fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
