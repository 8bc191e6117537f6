//! When subscriptions are renewed, what is tried again when, and when a notification is looked into once more.

use chrono::{DateTime, Duration, Utc};

/// The renewals of all tenants are spread over this time.
const SPREAD: Duration = Duration::hours(4);
/// How long before the end of its life, at the latest, a subscription is renewed.
const MARGIN: Duration = Duration::hours(1);
/// However little Microsoft grants.
const SOONEST: Duration = Duration::minutes(1);
/// The longest time until the next renewal. A life has nearly three of them, so Microsoft may be silent for almost two days.
const RENEWED_AFTER: Duration = Duration::hours(24);

const FIRST_RETRY: Duration = Duration::seconds(30);
const LAST_RETRY: Duration = Duration::hours(1);
/// The longest wait that Microsoft may ask for.
const LONGEST_ASKED: Duration = Duration::hours(6);

const FIRST_LOOK: Duration = Duration::seconds(10);
const LAST_LOOK: Duration = Duration::hours(6);
/// For how long something is looked for that was told and is not there. Afterwards the sweep is left to find it.
pub const LOOKED_FOR: Duration = Duration::days(3);

/// When a subscription is renewed that was made or renewed now. `place` is the tenant's in the crowd: any number.
pub fn renewal(now: DateTime<Utc>, expires: DateTime<Utc>, place: u64) -> DateTime<Utc> {
    let life = (expires - now).max(Duration::zero());
    // A short life has its renewals spread less.
    let latest = RENEWED_AFTER.min(life / 2).min(life - MARGIN).max(SOONEST);
    let spread = SPREAD.min(latest / 4);
    let thousandths = i32::try_from(place % 1000).unwrap_or_default();
    now + latest - spread * thousandths / 1000
}

/// Whether the renewal of a subscription is overdue by more than its retries explain.
pub fn is_expiring(now: DateTime<Utc>, expires: DateTime<Utc>) -> bool {
    expires - now < Duration::hours(24)
}

/// When something is tried again at Microsoft that was refused so many times in a row before, or earlier, if somebody has mended it.
pub fn retry(now: DateTime<Utc>, failures: u32, asked: Option<Duration>) -> DateTime<Utc> {
    let wait = doubled(FIRST_RETRY, failures, LAST_RETRY);
    now + wait.max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

/// When something is looked for again that was told and was not there, `looks` times before; `None` when it is given up.
pub fn next_look(now: DateTime<Utc>, told: DateTime<Utc>, looks: u32) -> Option<DateTime<Utc>> {
    let next = now + doubled(FIRST_LOOK, looks, LAST_LOOK);
    (now - told < LOOKED_FOR).then_some(next)
}

fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    let factor = 2i32.saturating_pow(times.min(20));
    first.checked_mul(factor).unwrap_or(most).min(most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_515_000, 0).unwrap()
    }

    /// What Minuted asks for.
    const LIFE: Duration = Duration::minutes(4260);

    #[test]
    fn two_days_of_silence_are_nearly_borne() {
        let latest = renewal(now(), now() + LIFE, 0) - now();
        let earliest = renewal(now(), now() + LIFE, 999) - now();
        assert_eq!(latest, Duration::hours(24));
        assert!(earliest > Duration::hours(20) && earliest < Duration::minutes(20 * 60 + 1));
        assert!(LIFE - latest >= Duration::hours(47));
    }

    #[test]
    fn tenants_are_spread_evenly() {
        let times: Vec<_> = (0..1000).map(|place| renewal(now(), now() + LIFE, place)).collect();
        let busiest = (0..240).map(|minute| {
            let from = now() + Duration::minutes(20 * 60 + minute);
            times
                .iter()
                .filter(|at| **at > from && **at <= from + Duration::minutes(1))
                .count()
        });
        assert!(busiest.max().unwrap() <= 5);
    }

    #[test]
    fn what_was_refused_is_tried_ever_more_rarely() {
        let waits: Vec<i64> = (0..10)
            .map(|failures| (retry(now(), failures, None) - now()).num_seconds())
            .collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        let asked = |asked| retry(now(), 0, Some(asked)) - now();
        assert_eq!(asked(Duration::seconds(5)), FIRST_RETRY);
        assert_eq!(asked(Duration::minutes(20)), Duration::minutes(20));
        assert_eq!(asked(Duration::days(400)), LONGEST_ASKED);
    }

    #[test]
    fn what_was_told_is_looked_for_until_it_is_given_up() {
        let (mut at, mut looks) = (now(), 0);
        while let Some(next) = next_look(at, now(), looks) {
            (at, looks) = (next, looks + 1);
        }
        assert!((20..30).contains(&looks), "{looks} looks");
        assert!(at - now() >= LOOKED_FOR && at - now() < LOOKED_FOR + LAST_LOOK);
        assert_eq!(next_look(now(), now(), 0), Some(now() + FIRST_LOOK));
    }

    proptest! {
        #[test]
        fn a_renewal_is_before_the_end_and_never_at_once(life in 0i64..1_000_000, place in any::<u64>()) {
            let expires = now() + Duration::seconds(life);
            let at = renewal(now(), expires, place);
            prop_assert!(at > now() && at <= expires.max(now() + SOONEST));
            // It leaves time for retries.
            prop_assert!(life < 7200 || expires - at >= MARGIN);
        }

        #[test]
        fn every_wait_is_bounded(failures in any::<u32>(), asked in 0i64..i64::from(u32::MAX)) {
            let at = retry(now(), failures, Some(Duration::seconds(asked)));
            prop_assert!(at >= now() + FIRST_RETRY && at <= now() + LONGEST_ASKED);
            let look = next_look(now(), now(), failures).unwrap();
            prop_assert!(look >= now() + FIRST_LOOK && look <= now() + LAST_LOOK);
        }
    }
}
