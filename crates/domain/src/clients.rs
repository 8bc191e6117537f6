//! What the client list, the client page and its timeline show. Times come as text: they are formatted on the server, in the
//! viewer's zone and language, so that the browser needs neither and the two renderings cannot differ.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, ContactId, InteractionId, MeetingStatus};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    pub rows: Vec<ClientRow>,
    /// How many clients there are in all, before the search and the cut.
    pub total: u32,
    /// How many match the search.
    pub matching: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    pub client_id: ClientId,
    pub name: String,
    pub contacts: u32,
    pub last_interaction: Option<String>,
    pub next_meeting: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientPage {
    pub client_id: ClientId,
    pub name: String,
    pub url: Option<String>,
    /// IANA name, if the client has one of its own.
    pub zone: Option<String>,
    pub is_inactive: bool,
    pub contacts: Vec<ContactOption>,
    pub timeline: TimelinePage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactOption {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
}

/// One page of a timeline: what is to come first, then what was, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePage {
    /// Soonest first. Only on the first page.
    pub upcoming: Vec<TimelineRow>,
    pub days: Vec<TimelineDay>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// How many interactions there are in all.
    pub total: u32,
    /// The zone in which the times are given, as a reader knows it: "Europe/Berlin".
    pub zone: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineDay {
    /// "Tuesday, 24 November 2026".
    pub label: String,
    pub rows: Vec<TimelineRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    pub contact_name: Option<String>,
    pub user_name: String,
    pub status_name: Option<String>,
    pub status_is_closed: bool,
    pub meeting: Option<TimelineMeeting>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineMeeting {
    pub status: MeetingStatus,
    /// Present while the meeting can be joined.
    pub join_url: Option<String>,
}

/// A place in a timeline: the date and id of the last row above it. Written into URLs as `<microseconds>.<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub before: DateTime<Utc>,
    pub id: InteractionId,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.before.timestamp_micros(), self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (micros, id) = text.split_once('.').ok_or(())?;
        let before = DateTime::from_timestamp_micros(micros.parse().map_err(drop)?).ok_or(())?;
        Ok(Self {
            before,
            id: id.parse().map_err(drop)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_survives_the_url(micros in -62_000_000_000_000_000i64..253_000_000_000_000_000, id in any::<u128>()) {
            let cursor = Cursor {
                before: DateTime::from_timestamp_micros(micros).unwrap(),
                id: InteractionId(Uuid::from_u128(id)),
            };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = text.parse::<Cursor>();
        }
    }
}
