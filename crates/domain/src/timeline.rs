//! A timeline: whose it is, what of it is wanted, and what a page of it shows. Times come as text: they are formatted on the
//! server, in the viewer's zone and language, so that the browser needs neither and the two renderings cannot differ.

use std::hash::{Hash, Hasher};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Choice, ClientId, ContactId, InteractionId, MeetingStatus, TypeId, UserId};

/// Longest search that is looked at, in characters.
pub const MAX_SEARCH: usize = 100;

/// Whose timeline. Written into addresses as `all`, `client.<id>` or `contact.<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The whole tenant's.
    All,
    Client(ClientId),
    Contact(ContactId),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Client(id) => write!(f, "client.{id}"),
            Self::Contact(id) => write!(f, "contact.{id}"),
        }
    }
}

impl std::str::FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once('.') {
            None if text == "all" => Ok(Self::All),
            Some(("client", id)) => id.parse().map(Self::Client).map_err(drop),
            Some(("contact", id)) => id.parse().map(Self::Contact).map_err(drop),
            _ => Err(()),
        }
    }
}

/// What the address of a timeline asks for, as it is written there. Anybody can write an address, so all of it is only text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelineQuery {
    pub q: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub person: String,
    pub from: String,
    pub to: String,
    pub has: String,
    pub after: String,
}

impl TimelineQuery {
    /// Reads a query by the names that stand in the address.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name| get(name).unwrap_or_default();
        Self {
            q: read("q"),
            kind: read("type"),
            person: read("person"),
            from: read("from"),
            to: read("to"),
            has: read("has"),
            after: read("after"),
        }
    }

    /// The names and values to write into an address; what is empty is left out.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("q", &self.q),
            ("type", &self.kind),
            ("person", &self.person),
            ("from", &self.from),
            ("to", &self.to),
            ("has", &self.has),
            ("after", &self.after),
        ];
        all.into_iter()
            .map(|(name, value)| (name, value.trim()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// What of it means something. The rest is dropped: a damaged address is no reason to refuse a page.
    pub fn filter(&self) -> TimelineFilter {
        let search: String = self.q.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let search: String = search.trim().chars().take(MAX_SEARCH).collect();
        TimelineFilter {
            search: search.chars().any(char::is_alphanumeric).then_some(search),
            type_id: self.kind.parse().ok(),
            user_id: self.person.parse().ok(),
            from: date(&self.from),
            to: date(&self.to),
            has: Has::find(self.has.trim()),
            after: self.after.parse().ok(),
        }
    }
}

/// Reads the value of a `<input type="date">`.
fn date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    (1900..=2200).contains(&date.year()).then_some(date)
}

/// What is wanted of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineFilter {
    /// Words that title or notes hold, each whole or its beginning.
    pub search: Option<String>,
    pub type_id: Option<TypeId>,
    /// Whose record it is.
    pub user_id: Option<UserId>,
    /// First and last day, in the viewer's zone.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub has: Option<Has>,
    pub after: Option<Cursor>,
}

impl TimelineFilter {
    /// Whether something is left out that the timeline holds, apart from where the page begins.
    pub fn narrows(&self) -> bool {
        Self {
            after: None,
            ..self.clone()
        } != Self::default()
    }
}

/// What an interaction has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Has {
    Recording,
    Transcript,
    /// A meeting that can still be joined.
    Join,
}

impl Has {
    pub const ALL: [Self; 3] = [Self::Recording, Self::Transcript, Self::Join];

    /// As it stands in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Transcript => "transcript",
            Self::Join => "join",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|has| has.name() == name)
    }
}

/// What the filters of a timeline offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineOptions {
    pub types: Vec<Choice<TypeId>>,
    pub people: Vec<Choice<UserId>>,
}

/// One page of a timeline: what is to come first, then what was, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePage {
    /// Soonest first. Only on the first page.
    pub upcoming: Vec<TimelineRow>,
    /// More is to come than is shown, from this day on: `YYYY-MM-DD`, as [`TimelineQuery::from`] takes it.
    pub later: Option<String>,
    pub days: Vec<TimelineDay>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// The zone in which the times are given, as a reader knows it: "Europe/Berlin".
    pub zone: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineDay {
    /// "Tuesday, 24 November 2026".
    pub label: String,
    pub rows: Vec<TimelineRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimelineRow {
    pub interaction_id: InteractionId,
    pub title: String,
    pub type_name: String,
    /// Name of a Lucide icon.
    pub icon: String,
    /// "14:00", or "14:00 – 14:30".
    pub time: String,
    /// "Tue, 24 Nov": shown where rows are not under the head of their day.
    pub day: String,
    pub client: Option<Choice<ClientId>>,
    pub contact: Option<Choice<ContactId>>,
    pub user_name: String,
    pub status_name: Option<String>,
    pub status_is_closed: bool,
    pub meeting: Option<TimelineMeeting>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineMeeting {
    pub status: MeetingStatus,
    pub has_recording: bool,
    pub has_transcript: bool,
    /// Present until the meeting ends.
    pub join_url: Option<String>,
    /// Seconds until the link is offered: ten minutes before the start. 0 when it is time.
    pub opens_in: u32,
}

/// The hash tells one state of a row from another. Not by the seconds until the meeting opens, which are fewer each time: a row counts them
/// itself once it is a matter of a day.
impl Hash for TimelineMeeting {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        const DAY: u32 = 24 * 60 * 60;
        let Self {
            status,
            has_recording,
            has_transcript,
            join_url,
            opens_in,
        } = self;
        (status, has_recording, has_transcript, join_url, opens_in / DAY).hash(hasher);
    }
}

/// A place in a timeline: the date and id of the last row above it. In addresses it is 48 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub before: DateTime<Utc>,
    pub id: InteractionId,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{}", self.before.timestamp_micros(), self.id.0.as_simple())
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_cursor = text.len() == 48 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (micros, id) = text.split_at_checked(16).filter(|_| is_cursor).ok_or(())?;
        let micros = u64::from_str_radix(micros, 16).map_err(drop)?.cast_signed();
        let before = DateTime::from_timestamp_micros(micros)
            // What the database can hold, by far.
            .filter(|before| (1..=9999).contains(&before.year()))
            .ok_or(())?;
        Ok(Self {
            before,
            id: InteractionId(Uuid::try_parse(id).map_err(drop)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    #[test]
    fn a_meeting_that_comes_nearer_is_in_the_same_state_until_it_is_a_matter_of_a_day() {
        let state = |opens_in: u32| {
            let mut hasher = std::hash::DefaultHasher::new();
            TimelineMeeting {
                status: MeetingStatus::Scheduled,
                has_recording: false,
                has_transcript: false,
                join_url: None,
                opens_in,
            }
            .hash(&mut hasher);
            hasher.finish()
        };
        let day = 24 * 60 * 60;
        assert_eq!(state(2 * day + 60), state(2 * day + 1));
        assert_eq!(state(day - 1), state(0));
        assert_ne!(state(day), state(day - 1));
    }

    #[test]
    fn a_place_survives_the_address() {
        let id = ID.parse().unwrap();
        for place in [Place::All, Place::Client(ClientId(id)), Place::Contact(ContactId(id))] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", "ALL", "client", "client.", "client.1", "tenant.0"] {
            assert_eq!(text.parse::<Place>(), Err(()), "{text}");
        }
    }

    #[test]
    fn what_means_nothing_is_dropped() {
        let query = TimelineQuery {
            q: " \u{0}„“ % ".into(),
            kind: "call".into(),
            person: "me".into(),
            from: "2026-02-30".into(),
            to: "9999-12-31".into(),
            has: "everything".into(),
            after: "zz".into(),
        };
        assert_eq!(query.filter(), TimelineFilter::default());
        assert!(!query.filter().narrows());
    }

    #[test]
    fn what_means_something_is_kept() {
        let query = TimelineQuery {
            q: "  backup\treport ".into(),
            kind: ID.into(),
            from: "2026-11-01".into(),
            has: "recording".into(),
            ..TimelineQuery::default()
        };
        let filter = query.filter();
        assert_eq!(filter.search.as_deref(), Some("backup report"));
        assert_eq!(filter.type_id, ID.parse().ok());
        assert_eq!(filter.from, NaiveDate::from_ymd_opt(2026, 11, 1));
        assert_eq!(filter.has, Some(Has::Recording));
        assert!(filter.narrows());
        let names: Vec<_> = query.pairs().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["q", "type", "from", "has"]);
    }

    proptest! {
        #[test]
        fn a_cursor_survives_the_address(micros in -62_000_000_000_000_000i64..253_000_000_000_000_000, id in any::<u128>()) {
            let cursor = Cursor {
                before: DateTime::from_timestamp_micros(micros).unwrap(),
                id: InteractionId(Uuid::from_u128(id)),
            };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = text.parse::<Cursor>();
            let query = TimelineQuery { q: text.clone(), kind: text.clone(), from: text.clone(), after: text, ..TimelineQuery::default() };
            let search = query.filter().search.unwrap_or_default();
            prop_assert!(search.chars().count() <= MAX_SEARCH && !search.chars().any(char::is_control));
        }

        #[test]
        fn any_digits_are_answered(text in "[0-9a-f]{48}") {
            let _ = text.parse::<Cursor>();
        }
    }
}
