//! When staff can be asked for an appointment. What is a wall clock elsewhere arrives here as moments.

mod form;
mod shown;

pub use form::{
    AddException, DayHours, DeleteException, ExceptionDraft, Hours, HoursDraft, LONGEST_PAUSE, LimitsDraft,
    MAX_DAY_REASON, MOST_ADVANCE_DAYS, MOST_DAYS, MOST_NOTICE_HOURS, MOST_PER_DAY, SaveHours, SaveLimits,
    SaveServiceRules, ServiceDraft, WEEK,
};
pub use shown::{AvailabilityPage, BookingRules, ExceptionRow, HoursSource, PersonHours, ServiceRules};

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveTime, Utc, Weekday};

use crate::{Failure, Field, Problem, UserId};

/// Whole minutes that an appointment can last.
pub const SHORTEST: u32 = 15;
pub const LONGEST: u32 = 480;

/// What holds where a tenant has decided nothing, as in the existing product.
pub const USUAL_MINUTES: u32 = 30;
pub const USUAL_NOTICE_HOURS: u32 = 24;
pub const USUAL_ADVANCE_DAYS: u32 = 90;

/// The hours of a working day where nobody has any.
pub fn usual_hours(day: Weekday) -> Option<(NaiveTime, NaiveTime)> {
    let is_workday = !matches!(day, Weekday::Sat | Weekday::Sun);
    is_workday.then(usual_day)
}

/// From nine to five.
pub fn usual_day() -> (NaiveTime, NaiveTime) {
    let hour = |hours: i64| NaiveTime::MIN + Duration::hours(hours);
    (hour(9), hour(17))
}

/// Between which moments an appointment can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub notice_hours: u32,
    pub advance_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            notice_hours: USUAL_NOTICE_HOURS,
            advance_days: USUAL_ADVANCE_DAYS,
        }
    }
}

impl Limits {
    /// As the tenant's rows have them; what makes no sense counts as the nearest that does.
    pub fn of(notice_hours: Option<i32>, advance_days: Option<i32>) -> Self {
        let within = |value: Option<i32>, usual: u32, max: u32| {
            value.map_or(usual, |value| u32::try_from(value).unwrap_or_default().min(max))
        };
        Self {
            notice_hours: within(notice_hours, USUAL_NOTICE_HOURS, MOST_NOTICE_HOURS),
            advance_days: within(advance_days, USUAL_ADVANCE_DAYS, MOST_ADVANCE_DAYS).max(1),
        }
    }

    pub fn earliest(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + Duration::hours(i64::from(self.notice_hours))
    }

    pub fn latest(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + Duration::days(i64::from(self.advance_days))
    }

    /// Refuses what is too soon, or too far ahead.
    pub fn check(self, start: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Failure> {
        if start <= now {
            return Err(Failure::field(Field::Slot, Problem::Past));
        }
        if start < self.earliest(now) {
            let hours = self.notice_hours;
            return Err(Failure::field(Field::Slot, Problem::ShortNotice { hours }));
        }
        if start > self.latest(now) {
            let days = self.advance_days;
            return Err(Failure::field(Field::Slot, Problem::TooFarAhead { days }));
        }
        Ok(())
    }

    /// Whether a client may still cancel, or ask for another time, of an appointment that stands.
    pub fn lets_change(self, start: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        start > now && start >= self.earliest(now)
    }
}

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

impl Span {
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Somebody who can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub user_id: UserId,
    /// When they work.
    pub open: Vec<Span>,
    /// What they have, with the pauses around it.
    pub busy: Vec<Span>,
}

/// A moment at which an appointment can begin, and with whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub start: DateTime<Utc>,
    pub people: Vec<UserId>,
}

/// The moments, in order, at which an appointment of so many minutes can begin between two moments. What was asked for without naming
/// anybody takes somebody's time, too, although nobody knows yet whose.
pub fn slots(people: &[Person], asked_of_anybody: &[Span], minutes: u32, between: Span) -> Vec<Slot> {
    let minutes = minutes.clamp(SHORTEST, LONGEST);
    let lasts = Duration::minutes(i64::from(minutes));
    let step = Duration::minutes(i64::from(minutes.min(30)));
    let at = |start: DateTime<Utc>| Span {
        start,
        end: start + lasts,
    };
    let mut found: BTreeMap<DateTime<Utc>, Vec<UserId>> = BTreeMap::new();
    for person in people {
        for open in &person.open {
            let mut start = open.start;
            while start + lasts <= open.end {
                let is_free = start >= between.start
                    && start <= between.end
                    && !person.busy.iter().any(|busy| busy.overlaps(at(start)));
                if is_free {
                    let known = found.entry(start).or_default();
                    if !known.contains(&person.user_id) {
                        known.push(person.user_id);
                    }
                }
                start += step;
            }
        }
    }
    found
        .into_iter()
        .filter(|(start, people)| {
            let taken = asked_of_anybody.iter().filter(|asked| asked.overlaps(at(*start)));
            people.len() > taken.count()
        })
        .map(|(start, people)| Slot { start, people })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn span(start: &str, end: &str) -> Span {
        let at = |time: &str| utc(&format!("2026-11-30T{time}:00Z"));
        Span {
            start: at(start),
            end: at(end),
        }
    }

    fn person(id: u128, busy: Vec<Span>) -> Person {
        Person {
            user_id: UserId(Uuid::from_u128(id)),
            open: vec![span("09:00", "12:00")],
            busy,
        }
    }

    fn whole_day() -> Span {
        span("00:00", "23:59")
    }

    fn times(slots: &[Slot]) -> Vec<String> {
        slots
            .iter()
            .map(|slot| slot.start.format("%H:%M").to_string())
            .collect()
    }

    #[test]
    fn slots_lie_in_the_hours_beside_what_there_is() {
        let tomas = person(1, vec![span("09:40", "10:10")]);
        let found = slots(std::slice::from_ref(&tomas), &[], 30, whole_day());
        assert_eq!(times(&found), ["09:00", "10:30", "11:00", "11:30"]);
        // A long one needs a gap that is long enough, and begins each half hour.
        let found = slots(std::slice::from_ref(&tomas), &[], 60, whole_day());
        assert_eq!(times(&found), ["10:30", "11:00"]);
        let found = slots(&[tomas], &[], 15, span("11:15", "11:30"));
        assert_eq!(times(&found), ["11:15", "11:30"]);
    }

    #[test]
    fn what_nobody_was_named_for_takes_somebody() {
        let people = [person(1, Vec::new()), person(2, vec![span("10:00", "12:00")])];
        let asked = [span("09:30", "10:30")];
        let found = slots(&people, &asked, 30, whole_day());
        // At half past nine one of two is left, at ten the one who is free may have to take it.
        assert_eq!(times(&found), ["09:00", "09:30", "10:30", "11:00", "11:30"]);
        assert_eq!(found[1].people.len(), 2);
        assert_eq!(
            slots(&people, &[span("09:00", "12:00"); 2], 30, whole_day()),
            Vec::new()
        );
    }

    #[test]
    fn limits_are_told_apart() {
        let now = utc("2026-11-24T10:00:00Z");
        let limits = Limits::of(Some(4), Some(10));
        let problem = |start: &str| {
            limits
                .check(utc(start), now)
                .map_err(|failure| failure.fields[0].problem.clone())
        };
        assert_eq!(problem("2026-11-24T14:00:00Z"), Ok(()));
        assert_eq!(problem("2026-11-24T13:59:59Z"), Err(Problem::ShortNotice { hours: 4 }));
        assert_eq!(problem("2026-11-24T10:00:00Z"), Err(Problem::Past));
        assert_eq!(problem("2026-12-04T10:00:01Z"), Err(Problem::TooFarAhead { days: 10 }));
        assert!(limits.lets_change(utc("2026-11-24T14:00:00Z"), now));
        assert!(!limits.lets_change(utc("2026-11-24T13:00:00Z"), now));
        assert_eq!(Limits::of(None, None), Limits::default());
        let odd = Limits::of(Some(-5), Some(-1));
        assert_eq!((odd.notice_hours, odd.advance_days), (0, 1));
        assert!(!odd.lets_change(now, now), "what has begun is over");
    }

    #[test]
    fn the_usual_week_has_five_days() {
        assert!(usual_hours(Weekday::Sat).is_none());
        let (start, end) = usual_hours(Weekday::Fri).unwrap();
        assert_eq!(
            (start.to_string(), end.to_string()),
            ("09:00:00".into(), "17:00:00".into())
        );
    }

    prop_compose! {
        fn any_span()(start in 0_i64..3000, lasts in 0_i64..600) -> Span {
            let at = |minutes: i64| DateTime::from_timestamp(1_790_000_000 + minutes * 60, 0).unwrap();
            Span { start: at(start), end: at(start + lasts) }
        }
    }

    prop_compose! {
        fn any_person()(id in 1_u128..5, open in prop::collection::vec(any_span(), 0..4), busy in prop::collection::vec(any_span(), 0..6)) -> Person {
            Person { user_id: UserId(Uuid::from_u128(id)), open, busy }
        }
    }

    proptest! {
        #[test]
        fn nobody_is_promised_twice(
            people in prop::collection::vec(any_person(), 0..4), asked in prop::collection::vec(any_span(), 0..4),
            minutes in any::<u32>(), between in any_span(),
        ) {
            let lasts = Duration::minutes(i64::from(minutes.clamp(SHORTEST, LONGEST)));
            let found = slots(&people, &asked, minutes, between);
            prop_assert!(found.windows(2).all(|pair| pair[0].start < pair[1].start));
            for slot in found {
                let taken = Span { start: slot.start, end: slot.start + lasts };
                prop_assert!(slot.start >= between.start && slot.start <= between.end);
                let others = asked.iter().filter(|asked| asked.overlaps(taken)).count();
                prop_assert!(slot.people.len() > others);
                for id in slot.people {
                    let fits = people.iter().filter(|person| person.user_id == id).any(|person| {
                        person.open.iter().any(|open| open.start <= taken.start && taken.end <= open.end)
                            && !person.busy.iter().any(|busy| busy.overlaps(taken))
                    });
                    prop_assert!(fits);
                }
            }
        }
    }
}
