//! Who is held back, and until when.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{Route, clock};

/// At most so many requests of a route in a span of time, which starts with the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    pub route: Route,
    pub requests: u32,
    pub seconds: u32,
}

/// The app, what it asks for, and the user in the path, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub client_id: String,
    /// Empty when a token is asked for.
    pub tenant_id: String,
    pub route: Route,
    pub user: Option<String>,
}

impl Asked {
    /// `x-ms-throttle-scope`
    pub fn scope(&self) -> String {
        format!("Tenant_Application/ReadWrite/{}/{}", self.client_id, self.tenant_id)
    }
}

/// Client and simulator may read different clocks.
const SLACK: TimeDelta = TimeDelta::milliseconds(20);

#[derive(Debug, Default)]
pub(crate) struct Throttles {
    told: Vec<(Asked, DateTime<Utc>)>,
    scripted: Vec<(Throttle, Option<Span>)>,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: DateTime<Utc>,
    requests: u32,
}

impl Throttles {
    /// An answer told to come back later.
    pub fn tell(&mut self, asked: Asked, seconds: u64, now: DateTime<Utc>) {
        let wait = clock::seconds(seconds);
        // An early request is told the rest of the same span, rounded up; that must not lengthen it.
        let told =
            |(other, until): &(Asked, DateTime<Utc>)| *other == asked && *until + TimeDelta::seconds(1) > now + wait;
        if self.told.iter().any(told) {
            return;
        }
        self.told.retain(|(other, until)| *other != asked && *until > now);
        self.told.push((asked, now + wait));
    }

    /// Seconds still to wait, of which an earlier answer told.
    pub fn told(&self, asked: &Asked, now: DateTime<Utc>) -> Option<u64> {
        let (_, until) = self.told.iter().find(|(other, _)| other == asked)?;
        seconds_to(*until, now)
    }

    pub fn script(&mut self, throttle: Throttle) {
        self.scripted.retain(|(other, _)| other.route != throttle.route);
        self.scripted.push((throttle, None));
    }

    pub fn scripted(&self) -> Vec<Throttle> {
        self.scripted.iter().map(|(throttle, _)| *throttle).collect()
    }

    /// Counts a request; the seconds to wait when it is one too many.
    pub fn count(&mut self, route: Route, now: DateTime<Utc>) -> Option<u64> {
        let of_route = |throttle: &Throttle| throttle.route == route || throttle.route == Route::Any;
        let (throttle, span) = self.scripted.iter_mut().find(|(throttle, _)| of_route(throttle))?;
        let length = TimeDelta::seconds(throttle.seconds.into());
        let open = span.filter(|span| span.start + length > now);
        let mut current = open.unwrap_or(Span {
            start: now,
            requests: 0,
        });
        current.requests += 1;
        *span = Some(current);
        if current.requests <= throttle.requests {
            return None;
        }
        seconds_to(current.start + length, now)
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Whole seconds, rounded up.
fn seconds_to(until: DateTime<Utc>, now: DateTime<Utc>) -> Option<u64> {
    let left = until - now;
    (left > SLACK).then(|| u64::try_from((left.num_milliseconds() + 999) / 1000).unwrap_or(1))
}
