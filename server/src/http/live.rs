//! `GET /api/live`, and `/api/portal/live` for portal users: what others did, as [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html).
//!
//! Each event is one [`domain::News`] as JSON. `gap` says how many seconds ago the page saw the database last: what happened since is
//! told first, or that all of it is to be looked at again.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::get,
};
use backend::{
    Backend,
    access::may,
    live::{self, Subscription},
};
use domain::{ErrorCode, Failure};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;

use super::{
    session::{Portal, Staff},
    status::refuse,
};

/// Pages notice a connection that was cut off silently by this not coming.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// For browsers that reconnect by themselves; our pages do it with growing distance.
const RETRY: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
struct Asked {
    gap: Option<String>,
}

impl Asked {
    fn gap(&self) -> Option<Duration> {
        let seconds: f64 = self.gap.as_deref()?.parse().ok()?;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

pub fn routes(backend: &Backend) -> Router {
    Router::new()
        .route("/api/live", get(follow))
        .route("/api/portal/live", get(follow_portal))
        .with_state(backend.clone())
}

async fn follow(State(backend): State<Backend>, Staff(actor): Staff, Query(asked): Query<Asked>) -> Response {
    let grant = match actor.require::<may::InteractionRead>() {
        Ok(grant) => grant,
        Err(failure) => return refuse(failure),
    };
    stream_of(live::subscribe(&backend, &grant, asked.gap(), live::CHECK))
}

async fn follow_portal(State(backend): State<Backend>, Portal(actor): Portal, Query(asked): Query<Asked>) -> Response {
    stream_of(live::subscribe_portal(&backend, &actor, asked.gap(), live::CHECK))
}

fn stream_of(subscription: Option<Subscription>) -> Response {
    let Some(subscription) = subscription else {
        return refuse(Failure::new(ErrorCode::RateLimited).retry_after(Some(60)));
    };
    let keep_alive = KeepAlive::new()
        .interval(KEEP_ALIVE)
        .event(Event::default().comment("alive").event("alive").data("1"));
    // A proxy that collects answers before it passes them on would keep the news to itself.
    let unbuffered = (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    ([unbuffered], Sse::new(events(subscription)).keep_alive(keep_alive)).into_response()
}

fn events(subscription: Subscription) -> impl Stream<Item = Result<Event, Infallible>> {
    let first = Event::default().retry(RETRY).event("alive").data("1");
    let rest = stream::unfold(subscription, async |mut subscription| {
        let news = subscription.next().await?;
        // Ids always have a JSON; should they not, the page looks again all the same.
        let event = Event::default()
            .json_data(news)
            .unwrap_or_else(|_| Event::default().data("\"look_again\""));
        Some((Ok(event), subscription))
    });
    stream::iter([Ok(first)]).chain(rest)
}
