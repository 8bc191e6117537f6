//! One request with notifications, until somebody takes it or four hours have passed.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Client;
use serde::Serialize;
use serde_json::Value;

use crate::service::{Shared, lock};

const RETRIED_FOR: TimeDelta = TimeDelta::hours(4);
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(10);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(30);

/// A request with one notification or several, as it was or will be sent.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Counts up in the order in which they became due.
    pub number: u64,
    pub url: String,
    /// JSON, or the text that was sent in its place.
    pub body: Value,
    pub state: DeliveryState,
    /// What was answered last; none for no answer.
    pub status: Option<u16>,
    pub attempts: Vec<Attempt>,
    pub next_attempt: Option<DateTime<Utc>>,
    /// The sum of the waits between the attempts.
    #[serde(skip)]
    pub(super) waited: TimeDelta,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// For its first or its next attempt.
    Waiting,
    Sending,
    Delivered,
    /// Tried for four hours.
    GivenUp,
    /// Never sent.
    Dropped,
}

#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// By the simulator's clock.
    pub at: DateTime<Utc>,
    /// None: no answer in time, or no connection.
    pub status: Option<u16>,
    /// The answer did not come in time.
    pub late: bool,
}

impl Attempt {
    pub(super) fn delivered(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

pub(super) struct Post {
    number: u64,
    url: String,
    body: String,
    limit: Duration,
}

impl Post {
    pub fn of(delivery: &Delivery, timeout_ms: u64) -> Self {
        Self {
            number: delivery.number,
            url: delivery.url.clone(),
            body: match &delivery.body {
                Value::String(text) => text.clone(),
                json => json.to_string(),
            },
            limit: Duration::from_millis(timeout_ms),
        }
    }
}

pub(super) async fn send(shared: Shared, http: Client, post: Post) {
    let at = lock(&shared).clock.now();
    let started = Instant::now();
    let request = http
        .post(&post.url)
        .header(http::header::CONTENT_TYPE, "application/json; charset=utf-8")
        .body(post.body)
        .timeout(post.limit);
    let status = match request.send().await {
        Ok(response) => Some(response.status().as_u16()),
        Err(_) => None,
    };
    let late = started.elapsed() >= post.limit;
    let mut state = lock(&shared);
    let now = state.clock.now();
    state.outbox.note(post.number, Attempt { at, status, late }, now);
}

/// When to try again; none when it was tried for long enough. Microsoft does not tell its waits: here they double.
pub(super) fn retry_at(delivery: &mut Delivery, real_ms: Option<u64>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let tried = i32::try_from(delivery.attempts.len()).unwrap_or(i32::MAX).clamp(1, 16);
    let wait = (FIRST_WAIT * (1 << (tried - 1))).min(LONGEST_WAIT);
    let first = delivery.attempts.first().map_or(now, |first| first.at);
    delivery.waited += wait;
    if delivery.waited.max(now - first + wait) > RETRIED_FOR {
        return None;
    }
    let wait = match real_ms {
        Some(real) => TimeDelta::milliseconds(real.try_into().unwrap_or(i64::from(u32::MAX))),
        None => wait,
    };
    Some(now + wait)
}
