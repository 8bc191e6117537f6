use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};

/// The simulator's time: the machine's, moved by what tests and the control interface ask for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    ahead: TimeDelta,
}

impl Clock {
    pub fn now(self) -> DateTime<Utc> {
        machine_time() + self.ahead
    }

    pub fn advance(&mut self, by: TimeDelta) {
        self.ahead += by;
    }

    pub fn set(&mut self, to: DateTime<Utc>) {
        self.ahead = to - machine_time();
    }
}

pub(crate) fn machine_time() -> DateTime<Utc> {
    SystemTime::now().into()
}
