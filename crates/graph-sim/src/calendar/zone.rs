//! Time zones, by the names of IANA and of Windows.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use serde_json::{Value, json};

use super::windows;
use crate::{event::seven_digits, reply::Reply, request::Request};

#[derive(Clone, Debug)]
pub(crate) struct Zone {
    /// As the client wrote it.
    pub name: String,
    tz: Tz,
}

impl Zone {
    pub fn utc() -> Self {
        let name = "UTC".to_owned();
        Self { name, tz: Tz::UTC }
    }

    pub fn named(name: &str) -> Option<Self> {
        let iana = || {
            TZ_VARIANTS
                .iter()
                .find(|tz| tz.name().eq_ignore_ascii_case(name))
                .copied()
        };
        let tz = windows::named(name).or_else(iana)?;
        Some(Self {
            name: name.to_owned(),
            tz,
        })
    }

    /// What `Prefer: outlook.timezone` asks for.
    pub fn preferred(request: &Request) -> Result<Option<Self>, Reply> {
        let Some(name) = request.preference("outlook.timezone") else {
            return Ok(None);
        };
        Self::named(name).map(Some).ok_or_else(|| {
            let message = format!("The following TimeZone value '{name}' is not supported.");
            Reply::refusal(400, "TimeZoneNotSupportedException", message)
        })
    }

    /// None for a time that the clocks skip. One that they show twice is taken as standard time, as .NET does.
    pub fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        self.tz.from_local_datetime(&local).latest().map(|time| time.to_utc())
    }

    pub fn local(&self, time: DateTime<Utc>) -> NaiveDateTime {
        time.with_timezone(&self.tz).naive_local()
    }

    /// `dateTimeTimeZone`: seven digits and no offset.
    pub fn json(&self, time: DateTime<Utc>) -> Value {
        json!({ "dateTime": seven_digits(self.local(time).and_utc()), "timeZone": self.name })
    }
}

/// A time as it was posted.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub time: DateTime<Utc>,
    pub zone: Zone,
}

impl Moment {
    /// The time of an event and the name of its zone, which was checked when it came.
    pub fn stored(time: DateTime<Utc>, zone: &str) -> Self {
        let zone = Zone::named(zone).unwrap_or_else(Zone::utc);
        Self { time, zone }
    }

    fn is_midnight(&self) -> bool {
        self.zone.local(self.time).time() == chrono::NaiveTime::MIN
    }
}

/// An end is not before its start; days are whole, in one zone.
pub(super) fn sound(start: &Moment, end: &Moment, all_day: bool) -> bool {
    let whole = start.is_midnight()
        && end.is_midnight()
        && start.zone.name.eq_ignore_ascii_case(&end.zone.name)
        && start.time < end.time;
    start.time <= end.time && (whole || !all_day)
}
