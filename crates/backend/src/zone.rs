//! Wall clocks and words for times. All of it happens here, on the server, in the viewer's zone and language.

use chrono::{DateTime, Datelike, Duration, Locale, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{Language, Problem, portal::DayTile, schedule::DayClock};

/// The names of all zones.
pub fn names() -> Vec<String> {
    TZ_VARIANTS.iter().map(|zone| zone.name().to_owned()).collect()
}

/// Whether a zone has this name.
pub fn is_known(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// Reads a wall clock in a zone. A time that the change to summer time skips is a mistake; of one that comes twice, the first is
/// meant.
pub fn instant(wall: NaiveDateTime, zone: Tz) -> Result<DateTime<Utc>, Problem> {
    zone.from_local_datetime(&wall)
        .earliest()
        .map(|time| time.to_utc())
        .ok_or(Problem::NoSuchTime)
}

/// When a day begins. Where the clocks skip its midnight, it begins with the first time there is.
pub fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..=4)
        .find_map(|half_hours| instant(midnight + Duration::minutes(30 * half_hours), zone).ok())
        .unwrap_or_else(|| midnight.and_utc())
}

/// How the clock runs on a day.
pub fn clock(day: NaiveDate, zone: Tz) -> DayClock {
    let start = midnight(day, zone);
    let end = day.succ_opt().map_or(start, |next| midnight(next, zone));
    let minutes = u32::try_from((end - start).num_minutes()).unwrap_or(1440);
    // What the clock shows, less what has passed: another value after a change of clocks.
    let shift = |minute: u32| {
        let wall = (start + Duration::minutes(i64::from(minute)))
            .with_timezone(&zone)
            .naive_local();
        (wall - day.and_time(NaiveTime::MIN)).num_minutes() - i64::from(minute)
    };
    let last = minutes.saturating_sub(1);
    let change = (shift(0) != shift(last)).then(|| {
        let (mut before, mut after) = (0, last);
        while after - before > 1 {
            let middle = u32::midpoint(before, after);
            if shift(middle) == shift(0) {
                before = middle;
            } else {
                after = middle;
            }
        }
        (after, i32::try_from(shift(after) - shift(before)).unwrap_or_default())
    });
    DayClock {
        start: start.timestamp().div_euclid(60),
        first: u32::try_from(shift(0)).unwrap_or_default(),
        minutes,
        change,
    }
}

/// The value of a `<input type="datetime-local">`.
pub fn input_value(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// The value of a `<input type="date">`.
pub fn date_value(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format("%Y-%m-%d").to_string()
}

/// The next full or half hour of the wall clock.
pub fn next_half_hour(now: DateTime<Utc>) -> DateTime<Utc> {
    let half_hour = 1800;
    let seconds = now.timestamp();
    DateTime::from_timestamp(seconds - seconds.rem_euclid(half_hour) + half_hour, 0).unwrap_or(now)
}

fn locale(language: Language) -> Locale {
    match language {
        Language::En => Locale::en_GB,
        Language::De => Locale::de_DE,
        Language::Fr => Locale::fr_FR,
    }
}

/// "Tuesday, 24 November 2026".
pub fn day(time: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let format = match language {
        Language::De => "%A, %-d. %B %Y",
        Language::En => "%A, %-d %B %Y",
        Language::Fr => "%A %-d %B %Y",
    };
    time.with_timezone(&zone)
        .format_localized(format, locale(language))
        .to_string()
}

/// "Tue, 24 Nov 2026".
pub fn short_day(time: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let format = match language {
        Language::De => "%a, %-d. %b %Y",
        Language::En => "%a, %-d %b %Y",
        Language::Fr => "%a %-d %b %Y",
    };
    time.with_timezone(&zone)
        .format_localized(format, locale(language))
        .to_string()
}

/// A day as a small sheet of a calendar.
pub fn tile(time: DateTime<Utc>, zone: Tz, language: Language) -> DayTile {
    let wall = time.with_timezone(&zone);
    let with = |format: &str| wall.format_localized(format, locale(language)).to_string();
    DayTile {
        weekday: with("%a"),
        day: with("%-d"),
        month: with("%b"),
        full: day(time, zone, language),
    }
}

/// "14:00".
pub fn time(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format("%H:%M").to_string()
}

/// "Mon".
pub fn weekday(day: NaiveDate, language: Language) -> String {
    day.format_localized("%a", locale(language)).to_string()
}

/// "Monday, 30 November 2026".
pub fn date(day: NaiveDate, language: Language) -> String {
    let format = match language {
        Language::De => "%A, %-d. %B %Y",
        Language::En => "%A, %-d %B %Y",
        Language::Fr => "%A %-d %B %Y",
    };
    day.format_localized(format, locale(language)).to_string()
}

/// "November 2026".
pub fn month(day: NaiveDate, language: Language) -> String {
    day.format_localized("%B %Y", locale(language)).to_string()
}

/// "23 – 29 November 2026"; with the months, and the years, where they are not the same.
pub fn days(first: NaiveDate, last: NaiveDate, language: Language) -> String {
    let with = |day: NaiveDate, format: &str| day.format_localized(format, locale(language)).to_string();
    let dot = if language == Language::De { "." } else { "" };
    let end = with(last, &format!("%-d{dot} %B %Y"));
    let start = if first.year() != last.year() {
        with(first, &format!("%-d{dot} %B %Y"))
    } else if first.month() != last.month() {
        with(first, &format!("%-d{dot} %B"))
    } else {
        with(first, &format!("%-d{dot}"))
    };
    format!("{start} – {end}")
}

/// "14:00", or "14:00 – 14:30"; with the day where the end is on another.
pub fn time_span(start: DateTime<Utc>, end: Option<DateTime<Utc>>, zone: Tz, language: Language) -> String {
    let clock = |time: DateTime<Utc>| time.with_timezone(&zone).format("%H:%M").to_string();
    let date = |time: DateTime<Utc>| time.with_timezone(&zone).date_naive();
    match end {
        Some(end) if end > start && date(end) == date(start) => format!("{} – {}", clock(start), clock(end)),
        Some(end) if end > start => format!("{} – {}, {}", clock(start), short_day(end, zone, language), clock(end)),
        _ => clock(start),
    }
}

/// "Tue, 24 Nov 2026, 14:00".
pub fn moment(time: DateTime<Utc>, zone: Tz, language: Language) -> String {
    format!(
        "{}, {}",
        short_day(time, zone, language),
        time.with_timezone(&zone).format("%H:%M")
    )
}

/// "Tue, 24 Nov 2026, 14:00:07".
pub fn exact(time: DateTime<Utc>, zone: Tz, language: Language) -> String {
    format!(
        "{}, {}",
        short_day(time, zone, language),
        time.with_timezone(&zone).format("%H:%M:%S")
    )
}

/// "14:00" where that is today, else "Tue, 24 Nov 2026, 14:00".
pub fn moment_near(time: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let date = |time: DateTime<Utc>| time.with_timezone(&zone).date_naive();
    if date(time) == date(now) {
        self::time(time, zone)
    } else {
        moment(time, zone, language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn wall(text: &str) -> NaiveDateTime {
        domain::text::line(text, 99)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap()
    }

    #[test]
    fn the_change_of_clocks_is_heeded() {
        assert_eq!(instant(wall("2026-03-29T02:30:00"), BERLIN), Err(Problem::NoSuchTime));
        assert_eq!(
            instant(wall("2026-10-25T02:30:00"), BERLIN),
            Ok(utc("2026-10-25T00:30:00Z"))
        );
        assert_eq!(
            instant(wall("2026-07-01T12:00:00"), BERLIN),
            Ok(utc("2026-07-01T10:00:00Z"))
        );
    }

    #[test]
    fn a_day_begins_even_where_midnight_is_skipped() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(midnight(day("2026-11-24"), BERLIN), utc("2026-11-23T23:00:00Z"));
        // Cairo goes from 00:00 to 01:00 on this day.
        assert_eq!(
            midnight(day("2026-04-24"), chrono_tz::Africa::Cairo),
            utc("2026-04-23T22:00:00Z")
        );
    }

    #[test]
    fn the_clock_of_a_day_knows_its_change() {
        let clock_of = |text: &str, zone| {
            let clock = clock(text.parse().unwrap(), zone);
            (clock.first, clock.minutes, clock.change)
        };
        assert_eq!(clock_of("2026-11-24", BERLIN), (0, 1440, None));
        assert_eq!(clock_of("2026-10-25", BERLIN), (0, 1500, Some((180, -60))));
        assert_eq!(clock_of("2026-03-29", BERLIN), (0, 1380, Some((120, 60))));
        assert_eq!(
            clock_of("2026-04-05", chrono_tz::Australia::Lord_Howe),
            (0, 1470, Some((120, -30)))
        );
        // Cairo's clocks show one o'clock when this day begins.
        assert_eq!(clock_of("2026-04-24", chrono_tz::Africa::Cairo), (60, 1380, None));
        assert_eq!(
            clock("2026-11-24".parse().unwrap(), BERLIN).start * 60,
            utc("2026-11-23T23:00:00Z").timestamp()
        );
    }

    #[test]
    fn spans_of_days_say_no_more_than_is_needed() {
        let span = |first: &str, last: &str, language| days(first.parse().unwrap(), last.parse().unwrap(), language);
        assert_eq!(span("2026-11-23", "2026-11-29", Language::En), "23 – 29 November 2026");
        assert_eq!(
            span("2026-11-30", "2026-12-06", Language::De),
            "30. November – 6. Dezember 2026"
        );
        assert_eq!(
            span("2026-12-28", "2027-01-03", Language::Fr),
            "28 décembre 2026 – 3 janvier 2027"
        );
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let late = utc("2026-11-24T23:30:00Z");
        assert_eq!(day(late, chrono_tz::UTC, Language::En), "Tuesday, 24 November 2026");
        assert_eq!(day(late, BERLIN, Language::De), "Mittwoch, 25. November 2026");
        assert_eq!(day(late, BERLIN, Language::Fr), "mercredi 25 novembre 2026");
    }

    #[test]
    fn a_span_over_midnight_names_the_day() {
        let start = utc("2026-11-24T22:00:00Z");
        assert_eq!(
            time_span(start, Some(utc("2026-11-24T22:30:00Z")), BERLIN, Language::En),
            "23:00 – 23:30"
        );
        assert_eq!(
            time_span(start, Some(utc("2026-11-25T00:30:00Z")), BERLIN, Language::En),
            "23:00 – Wed, 25 Nov 2026, 01:30"
        );
        assert_eq!(time_span(start, None, BERLIN, Language::En), "23:00");
    }

    #[test]
    fn a_moment_of_today_needs_no_day() {
        let now = utc("2026-11-24T22:30:00Z");
        let near = |text: &str| moment_near(utc(text), now, BERLIN, Language::En);
        assert_eq!(near("2026-11-24T13:05:00Z"), "14:05");
        assert_eq!(near("2026-11-24T23:05:00Z"), "Wed, 25 Nov 2026, 00:05");
    }

    #[test]
    fn the_next_half_hour_is_ahead() {
        assert_eq!(next_half_hour(utc("2026-11-24T10:00:00Z")), utc("2026-11-24T10:30:00Z"));
        assert_eq!(next_half_hour(utc("2026-11-24T10:29:59Z")), utc("2026-11-24T10:30:00Z"));
        assert_eq!(next_half_hour(utc("2026-11-24T10:30:01Z")), utc("2026-11-24T11:00:00Z"));
    }
}
