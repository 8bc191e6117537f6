use std::{ops::RangeInclusive, time::SystemTime};

use chrono::{DateTime, Datelike, TimeDelta, Utc};

/// Far from where sums of times overflow.
const YEARS: RangeInclusive<i32> = 1601..=4500;

/// The simulator's time: the machine's, moved by what tests and the control interface ask for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    ahead: TimeDelta,
}

impl Clock {
    pub fn now(self) -> DateTime<Utc> {
        machine_time() + self.ahead
    }

    /// False, and nothing moves, when it would leave the years of the calendar.
    pub fn advance(&mut self, by: TimeDelta) -> bool {
        self.now().checked_add_signed(by).is_some_and(|to| self.set(to))
    }

    /// As [`Clock::advance`].
    pub fn set(&mut self, to: DateTime<Utc>) -> bool {
        let known = YEARS.contains(&to.year());
        if known {
            self.ahead = to - machine_time();
        }
        known
    }
}

/// A span as it is told in answers, at most a century and a bit: beyond, sums would leave the calendar.
pub(crate) fn seconds(told: u64) -> TimeDelta {
    TimeDelta::seconds(u32::try_from(told).unwrap_or(u32::MAX).into())
}

pub(crate) fn machine_time() -> DateTime<Utc> {
    SystemTime::now().into()
}
