//! When an appointment is. Requests hold a wall clock in the requester's zone; what has been decided is an instant.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::{Failure, Field, Language, Problem, RequestTimes};

use crate::{Actor, zone};

/// The requester's zone. Who has said none, or one that there is not, counts as being at UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theirs {
    pub zone: Tz,
    pub is_known: bool,
}

impl Theirs {
    pub fn of(name: Option<&str>) -> Self {
        match name.and_then(|name| name.trim().parse().ok()) {
            Some(zone) => Self { zone, is_known: true },
            None => Self {
                zone: chrono_tz::UTC,
                is_known: false,
            },
        }
    }
}

/// From when to when; and whether the clocks skip the time that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub skipped: bool,
}

impl Span {
    pub fn minutes(self) -> u32 {
        u32::try_from((self.end - self.start).num_minutes()).unwrap_or_default()
    }
}

/// What was asked for. Of a wall clock that comes twice the first is meant; one that the clocks skip means the time after the change.
pub fn asked(date: NaiveDate, time: NaiveTime, minutes: i32, theirs: Theirs) -> Span {
    let wall = date.and_time(time);
    let (start, skipped) = match zone::instant(wall, theirs.zone) {
        Ok(start) => (start, false),
        Err(_) => (after_gap(wall, theirs.zone), true),
    };
    Span {
        start,
        end: start + Duration::minutes(i64::from(minutes.max(0))),
        skipped,
    }
}

/// Reads the clock as it went before the change: 02:30 in a night that goes from 02:00 to 03:00 is half an hour after 02:00.
fn after_gap(wall: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let before = Duration::hours(3);
    zone::instant(wall - before, zone).map_or_else(|_| wall.and_utc(), |time| time + before)
}

/// Reads the wall clock of a form in the requester's zone. One that the clocks skip has to be chosen anew.
pub fn chosen(wall: NaiveDateTime, minutes: u32, theirs: Theirs) -> Result<Span, Failure> {
    let start = zone::instant(wall, theirs.zone).map_err(|problem| Failure::field(Field::Start, problem))?;
    Ok(Span {
        start,
        end: start + Duration::minutes(i64::from(minutes)),
        skipped: false,
    })
}

/// Refuses what has begun already, for what can only be to come.
pub fn to_come(span: Span, now: DateTime<Utc>) -> Result<(), Failure> {
    if span.start > now {
        Ok(())
    } else {
        Err(Failure::field(Field::Start, Problem::Past))
    }
}

/// "Thu, 26 Nov 2026, 08:00 – 08:30".
pub fn words(span: Span, zone: Tz, language: Language) -> String {
    let day = zone::short_day(span.start, zone, language);
    format!("{day}, {}", zone::time_span(span.start, Some(span.end), zone, language))
}

/// For the requester and for the viewer.
pub fn shown(span: Span, theirs: Theirs, viewer: &Actor, now: DateTime<Utc>) -> RequestTimes {
    let said = words(span, theirs.zone, viewer.language);
    let mine = words(span, viewer.zone, viewer.language);
    RequestTimes {
        mine: (mine != said).then_some(mine),
        theirs: said,
        zone: theirs.zone.name().to_owned(),
        my_zone: viewer.zone.name().to_owned(),
        no_zone: !theirs.is_known,
        skipped: span.skipped,
        is_past: span.start <= now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn wall(text: &str) -> NaiveDateTime {
        domain::text::line(text, 30).unwrap().parse().unwrap()
    }

    fn asked_at(text: &str, minutes: i32, zone: Option<&str>) -> Span {
        let wall = wall(text);
        asked(wall.date(), wall.time(), minutes, Theirs::of(zone))
    }

    #[test]
    fn zones_west_and_east() {
        for (zone, start) in [
            ("America/New_York", "2026-11-26T13:00:00Z"),
            ("America/Los_Angeles", "2026-11-26T16:00:00Z"),
            ("Asia/Kolkata", "2026-11-26T02:30:00Z"),
            ("Pacific/Auckland", "2026-11-25T19:00:00Z"),
            ("Pacific/Kiritimati", "2026-11-25T18:00:00Z"),
        ] {
            let span = asked_at("2026-11-26T08:00:00", 45, Some(zone));
            assert_eq!((span.start, span.minutes()), (utc(start), 45), "{zone}");
        }
    }

    #[test]
    fn without_a_zone_it_is_utc() {
        for zone in [None, Some(""), Some("Mars/Olympus"), Some("  ")] {
            let theirs = Theirs::of(zone);
            assert!(!theirs.is_known, "{zone:?}");
            let span = asked_at("2026-11-26T08:00:00", 30, zone);
            assert_eq!(span.start, utc("2026-11-26T08:00:00Z"));
        }
        assert!(Theirs::of(Some("UTC")).is_known);
    }

    #[test]
    fn a_time_that_is_skipped_comes_after_the_change() {
        // Berlin goes from 02:00 to 03:00, New York a fortnight earlier; Lord Howe by half an hour.
        for (zone, at, start) in [
            ("Europe/Berlin", "2027-03-28T02:30:00", "2027-03-28T01:30:00Z"),
            ("America/New_York", "2027-03-14T02:30:00", "2027-03-14T07:30:00Z"),
            ("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00Z"),
        ] {
            let span = asked_at(at, 30, Some(zone));
            assert!(span.skipped, "{zone}");
            assert_eq!((span.start, span.minutes()), (utc(start), 30), "{zone}");
            // Typed by somebody who decides, it is to be chosen anew.
            let failure = chosen(wall(at), 30, Theirs::of(Some(zone))).unwrap_err();
            assert_eq!(failure, Failure::field(Field::Start, Problem::NoSuchTime));
        }
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first() {
        let span = asked_at("2026-10-25T02:30:00", 90, Some("Europe/Berlin"));
        assert_eq!(
            (span.start, span.end, span.skipped),
            (utc("2026-10-25T00:30:00Z"), utc("2026-10-25T02:00:00Z"), false)
        );
        assert_eq!(
            words(span, chrono_tz::Europe::Berlin, Language::En),
            "Sun, 25 Oct 2026, 02:30 – 03:00"
        );
        let again = chosen(wall("2026-10-25T02:30:00"), 90, Theirs::of(Some("Europe/Berlin"))).unwrap();
        assert_eq!(again, span);
    }

    #[test]
    fn minutes_are_real_ones_over_a_change() {
        let theirs = Theirs::of(Some("Europe/Berlin"));
        let span = chosen(wall("2027-03-28T01:45:00"), 60, theirs).unwrap();
        assert_eq!(
            words(span, theirs.zone, Language::En),
            "Sun, 28 Mar 2027, 01:45 – 03:45"
        );
    }

    #[test]
    fn what_has_begun_is_not_to_come() {
        let span = asked_at("2026-11-26T08:00:00", 30, None);
        assert!(to_come(span, utc("2026-11-26T07:59:59Z")).is_ok());
        assert!(to_come(span, utc("2026-11-26T08:00:00Z")).is_err());
    }
}
