//! The one place that asks the operating system for the time and for chance. Everything else is given a [`Clock`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Where time and new ids come from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock for tests, moved by whoever holds what `now` reads.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }

    /// A new random id.
    #[expect(clippy::disallowed_methods, reason = "ids are made here")]
    pub fn id<Id: From<Uuid>>(&self) -> Id {
        Uuid::new_v4().into()
    }
}
