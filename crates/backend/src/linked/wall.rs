//! The times of a request stand on the wall of whoever made it.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use crate::{
    store::appointments::{Request, WallTimes},
    zone,
};

/// The zone of a request's times. Old ones name none and mean UTC, as does one that nobody knows.
pub fn wall_zone(request: &Request) -> Tz {
    request
        .zone
        .as_deref()
        .and_then(|name| name.trim().parse().ok())
        .unwrap_or(Tz::UTC)
}

/// Two instants as a request holds them.
pub fn wall_times((start, end): (DateTime<Utc>, DateTime<Utc>), zone: Tz) -> WallTimes {
    let wall = start.with_timezone(&zone).naive_local();
    WallTimes {
        date: wall.date(),
        time: wall.time(),
        duration: i32::try_from((end - start).num_minutes()).unwrap_or(i32::MAX),
    }
}

/// The reverse of [`wall_times`]: nothing where the clocks skip the time.
pub fn instants(request: &Request) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let start = zone::instant(request.date.and_time(request.time), wall_zone(request)).ok()?;
    Some((start, start + Duration::minutes(i64::from(request.duration))))
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};
    use domain::RequestId;
    use proptest::prelude::*;

    use super::*;

    fn request(zone: Option<&str>, times: WallTimes) -> Request {
        Request {
            request_id: RequestId(uuid::Uuid::nil()),
            status: "pending".into(),
            client_id: None,
            contact_id: None,
            zone: zone.map(str::to_owned),
            date: times.date,
            time: times.time,
            duration: times.duration,
            entry_id: None,
            online_meeting_url: None,
            online_meeting_id: None,
            has_meeting: false,
            has_wish: false,
        }
    }

    fn at(date: &str, time: &str) -> WallTimes {
        WallTimes {
            date: date.parse().unwrap(),
            time: time.parse().unwrap(),
            duration: 30,
        }
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn without_a_zone_it_is_utc() {
        for zone in [None, Some(""), Some("Mars/Olympus")] {
            let (start, end) = instants(&request(zone, at("2026-11-25", "14:00:00"))).unwrap();
            assert_eq!((start, end), (utc("2026-11-25T14:00:00Z"), utc("2026-11-25T14:30:00Z")));
        }
    }

    #[test]
    fn zones_west_and_east_change_the_day() {
        let times = (utc("2026-11-25T03:30:00Z"), utc("2026-11-25T04:30:00Z"));
        for (zone, date, time) in [
            ("America/Los_Angeles", "2026-11-24", "19:30:00"),
            ("Pacific/Kiritimati", "2026-11-25", "17:30:00"),
            ("Asia/Kathmandu", "2026-11-25", "09:15:00"),
        ] {
            let wall = wall_times(times, zone.parse().unwrap());
            assert_eq!(
                (wall.date, wall.time),
                (at(date, time).date, at(date, time).time),
                "{zone}"
            );
            assert_eq!(instants(&request(Some(zone), wall)), Some(times), "{zone}");
        }
    }

    #[test]
    fn nights_in_which_the_clocks_change() {
        // Over the change the length is what passes, not what the wall says.
        let wall = wall_times(
            (utc("2026-10-24T23:30:00Z"), utc("2026-10-25T01:30:00Z")),
            chrono_tz::Europe::Berlin,
        );
        assert_eq!((wall.time, wall.duration), (at("2026-10-25", "01:30:00").time, 120));
        // A time that is skipped is none; of one that comes twice the first is meant.
        let berlin = Some("Europe/Berlin");
        assert_eq!(instants(&request(berlin, at("2026-03-29", "02:30:00"))), None);
        let (start, _) = instants(&request(berlin, at("2026-10-25", "02:30:00"))).unwrap();
        assert_eq!(start, utc("2026-10-25T00:30:00Z"));
    }

    proptest! {
        /// What is written back is read again as the same time, except in the hour that the clocks repeat.
        #[test]
        fn the_final_time_survives(
            seconds in 1_700_000_000_i64..2_000_000_000, minutes in 1_i64..1440,
            zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]),
        ) {
            let start = DateTime::from_timestamp(seconds - seconds % 60, 0).unwrap();
            let times = (start, start + Duration::minutes(minutes));
            let wall = wall_times(times, zone.parse().unwrap());
            let (read, end) = instants(&request(Some(zone), wall)).unwrap();
            prop_assert_eq!(end - read, times.1 - times.0);
            let earlier = start - read;
            prop_assert!(earlier >= Duration::zero() && earlier <= Duration::hours(1), "{} of {}", read, start);
        }

        #[test]
        fn any_request_is_read(
            days in -200_000_i32..200_000, seconds in 0_u32..86_400, duration in any::<i32>(), zone in any::<Option<String>>(),
        ) {
            let wall = WallTimes {
                date: NaiveDate::from_num_days_from_ce_opt(days).unwrap(),
                time: NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap(),
                duration,
            };
            let _ = instants(&request(zone.as_deref(), wall));
        }
    }
}
