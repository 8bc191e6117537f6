use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use tokio::time::Instant;

/// How failed attempts are repeated. The default is for production; tests shorten it.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    /// Attempts per call, the first one included.
    pub attempts: u32,
    /// Upper bound of the first wait; it doubles with each attempt, with jitter.
    pub base_delay: Duration,
    pub max_delay: Duration,
    /// A longer `Retry-After` is not waited for; the call ends with it.
    pub max_retry_after: Duration,
    /// One attempt without a complete answer is given up after this time.
    pub attempt_timeout: Duration,
    /// All attempts of one call, waits included, end within this time.
    pub call_deadline: Duration,
    /// Waits before each read while the join link of a new event is missing.
    pub join_url_delays: Vec<Duration>,
    /// Pages of one list that are read before giving up.
    pub max_pages: u32,
    /// Pages without content, one after the other, that are read before giving up. A few of them are usual.
    pub max_empty_pages: u32,
    /// A recording or transcript that is being read is given up when nothing more of it comes for this time. That of
    /// [`crate::http_client`], 30 seconds, holds too.
    pub content_idle_timeout: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(15),
            attempt_timeout: Duration::from_secs(10),
            call_deadline: Duration::from_secs(20),
            join_url_delays: [1, 2, 4, 8].map(Duration::from_secs).to_vec(),
            max_pages: 50,
            max_empty_pages: 15,
            content_idle_timeout: Duration::from_secs(20),
        }
    }
}

/// The attempts and the time one call has left.
pub(crate) struct Pacing {
    policy: Arc<RetryPolicy>,
    deadline: Instant,
    made: u32,
}

impl Pacing {
    pub fn start(policy: &Arc<RetryPolicy>) -> Self {
        Self {
            policy: Arc::clone(policy),
            deadline: Instant::now() + policy.call_deadline,
            made: 0,
        }
    }

    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// How long the next attempt may take.
    pub fn attempt_timeout(&self) -> Duration {
        self.policy.attempt_timeout.min(self.remaining())
    }

    /// Waits before the next attempt: what the service asked for and a little more, or else with exponential back-off.
    /// False, without waiting, when no attempt or not enough time is left.
    pub async fn pause(&mut self, asked: Option<Duration>) -> bool {
        self.made += 1;
        if self.made >= self.policy.attempts {
            return false;
        }
        let delay = match asked {
            Some(asked) if asked > self.policy.max_retry_after => return false,
            // Those that were told the same shall not come back at the same moment.
            Some(asked) if !asked.is_zero() => asked + self.policy.base_delay.mul_f64(rand::random_range(0.0..=1.0)),
            _ => self.backoff(),
        };
        if delay >= self.remaining() {
            return false;
        }
        tokio::time::sleep(delay).await;
        true
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Between half of the exponential delay and all of it.
    fn backoff(&self) -> Duration {
        let doublings = self.made.saturating_sub(1).min(16);
        let full = self
            .policy
            .base_delay
            .saturating_mul(1 << doublings)
            .min(self.policy.max_delay);
        full.mul_f64(rand::random_range(0.5..=1.0))
    }
}

/// More than a century: longer waits are told as this one, which can still be added to any time of ours.
const LONGEST_WAIT: Duration = Duration::from_secs(u32::MAX as u64);

/// `Retry-After` in seconds or as a date. A date is held against the clock it was read from, if the answer shows it.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().map_or(LONGEST_WAIT, Duration::from_secs)
    } else {
        let at = http_date(headers, RETRY_AFTER)?;
        let wait = at - date(headers).unwrap_or_else(|| SystemTime::now().into());
        wait.to_std().unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

/// When the answer was made, by the clock of its maker.
pub(crate) fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    http_date(headers, DATE)
}

fn http_date(headers: &HeaderMap, name: HeaderName) -> Option<DateTime<Utc>> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    DateTime::parse_from_rfc2822(value).ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Arc<RetryPolicy> {
        Arc::new(RetryPolicy {
            base_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(4),
            ..RetryPolicy::default()
        })
    }

    #[test]
    fn backoff_doubles_up_to_the_cap() {
        let mut pacing = Pacing::start(&policy());
        for (made, full) in [(1, 1), (2, 2), (3, 4), (4, 4), (60, 4)] {
            pacing.made = made;
            let delay = pacing.backoff();
            assert!(
                delay <= Duration::from_secs(full) && delay >= Duration::from_secs(full) / 2,
                "{made}: {delay:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_only_what_fits() {
        let mut pacing = Pacing::start(&policy());
        let start = Instant::now();
        assert!(pacing.pause(Some(Duration::from_secs(7))).await);
        let waited = start.elapsed();
        assert!(
            waited >= Duration::from_secs(7) && waited <= Duration::from_secs(8),
            "{waited:?}"
        );
        assert!(
            !pacing.pause(Some(Duration::from_secs(16))).await,
            "longer than max_retry_after"
        );
        assert!(
            !pacing.pause(Some(Duration::from_secs(14))).await,
            "beyond the deadline"
        );
        assert_eq!(start.elapsed(), waited);
        assert!(pacing.pause(Some(Duration::ZERO)).await, "zero means back-off");
        assert!(start.elapsed() > waited);
        assert!(!pacing.pause(None).await, "attempts are used up");
    }

    #[test]
    fn retry_after_forms() {
        let parse = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(parse("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            parse("99999999999999999999"),
            Some(LONGEST_WAIT),
            "not a reason to come back at once"
        );
        assert_eq!(parse("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(parse("Wed, 21 Oct 2099 07:28:00 GMT").unwrap() > Duration::from_secs(1_000_000));
        assert_eq!(
            (parse("soon"), parse("-1"), retry_after(&HeaderMap::new())),
            (None, None, None)
        );
    }

    #[test]
    fn a_date_is_measured_by_the_clock_that_set_it() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "Wed, 21 Oct 2015 07:28:30 GMT".parse().unwrap());
        headers.insert(DATE, "Wed, 21 Oct 2015 07:28:00 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(30)));
    }
}
