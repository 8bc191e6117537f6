//! What portal users see and do: appointments that they asked for, and meetings that staff have made with them. Times come as text, in the
//! viewer's zone.

mod form;
mod state;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use form::{AskAppointment, AskDraft, CancelAppointment, CancelDraft, MAX_DESCRIPTION, WishDraft, WishTime, item};
pub use state::{JOIN_BEFORE, Joining, PortalState, joining};

use crate::{ArtifactId, DocumentId, MeetingId, Reading, RequestId, ServiceId, UserId};

/// How many past ones a page of the list has.
pub const PORTAL_PAGE: usize = 20;

/// What a row of the list, or a page, is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "id")]
pub enum PortalItem {
    Request(RequestId),
    Meeting(MeetingId),
}

impl PortalItem {
    pub fn id(self) -> Uuid {
        match self {
            Self::Request(id) => id.0,
            Self::Meeting(id) => id.0,
        }
    }
}

/// A place among the past ones: when the last row above it was. In addresses it is 32 hexadecimal digits and then microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalCursor {
    pub at: chrono::DateTime<chrono::Utc>,
    pub id: Uuid,
}

impl std::fmt::Display for PortalCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.id.as_simple(), self.at.timestamp_micros())
    }
}

impl std::str::FromStr for PortalCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let cursor: crate::RequestCursor = text.parse()?;
        Ok(Self {
            at: cursor.at.and_utc(),
            id: cursor.id.0,
        })
    }
}

/// The list: what is to come, the soonest first, or what is past, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalList {
    pub rows: Vec<PortalRow>,
    pub is_past: bool,
    /// Where the next page of past ones begins.
    pub next: Option<String>,
    /// All of the client's, not only the viewer's.
    pub is_everybodys: bool,
    pub zone: String,
}

/// A month of appointments and meetings, in whole weeks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalMonth {
    pub days: Vec<MonthDay>,
    /// "November 2026".
    pub title: String,
    /// "Mon" to "Sun".
    pub weekdays: Vec<String>,
    /// The months around it, as addresses have them: "2026-10".
    pub before: String,
    pub after: String,
    pub is_everybodys: bool,
    pub zone: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthDay {
    pub number: u32,
    /// "Monday, 30 November 2026".
    pub full: String,
    /// Of the month before, or after.
    pub is_other: bool,
    pub is_today: bool,
    pub rows: Vec<PortalRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalRow {
    pub item: PortalItem,
    /// Nothing for a service that is not offered any more.
    pub title: Option<String>,
    pub state: PortalState,
    pub day: DayTile,
    /// "09:00 – 09:30".
    pub time: String,
    /// Who comes.
    pub with: Option<String>,
    /// Who of the client it is for, where that is somebody else.
    pub whose: Option<String>,
    /// There is a way in right now.
    pub join_url: Option<String>,
    /// The client has asked for another time.
    pub has_wish: bool,
}

/// A day as a small sheet of a calendar: "Mon", "30", "Nov", and all of it for those who hear it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTile {
    pub weekday: String,
    pub day: String,
    pub month: String,
    /// "Monday, 30 November 2026".
    pub full: String,
}

/// The page of an appointment or of a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalPage {
    pub item: PortalItem,
    /// By what people call a request.
    pub reference: Option<String>,
    pub title: Option<String>,
    pub state: PortalState,
    pub times: PortalTimes,
    pub minutes: u32,
    pub with: Option<String>,
    pub whose: Option<String>,
    pub description: Option<String>,
    /// When it was asked for.
    pub asked: Option<String>,
    /// When it was declined or cancelled, and why.
    pub decided: Option<String>,
    pub reason: Option<String>,
    /// The viewer has cancelled it.
    pub is_by_viewer: bool,
    pub joining: Joining,
    /// When there is a way in: "14:50".
    pub opens: Option<String>,
    /// How long the page shows what is true, in seconds.
    pub fresh_for: Option<u32>,
    pub calendar: Option<CalendarLinks>,
    /// Microsoft has invited the viewer: it is in their calendar already.
    pub is_invited: bool,
    pub wish: Option<PortalWish>,
    /// What the viewer may do about it, if it is theirs to do something about.
    pub rule: Option<ChangeRule>,
    /// Its online meeting, where there is one.
    pub meeting_id: Option<MeetingId>,
    /// What was recorded, the latest first; nothing where the tenant does not show it.
    pub recorded: Vec<PortalSession>,
    /// Something may still be recorded, and would be shown.
    pub may_be_recorded: bool,
    /// Who to turn to.
    pub provider: String,
    pub provider_email: String,
    /// The cancellation that was refused, as it was typed.
    pub cancelling: CancelAppointment,
}

/// When something is: for the viewer, and for the provider where the clocks differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalTimes {
    /// "Monday, 30 November 2026, 09:00 – 09:30".
    pub mine: String,
    pub zone: String,
    pub theirs: Option<String>,
    pub their_zone: String,
}

/// Where an entry is made in a calendar on the web.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarLinks {
    pub outlook: String,
    pub google: String,
}

/// Another time that the client would like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalWish {
    pub when: String,
    pub note: Option<String>,
}

/// Whether the client may still cancel or move it, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRule {
    pub is_open: bool,
    /// Nobody has decided about it yet: it is changed without asking.
    pub is_pending: bool,
    pub hours: u32,
    /// "Sun, 29 Nov 2026, 09:00".
    pub until: String,
}

/// From a start of recording or transcription to its stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalSession {
    pub number: u32,
    pub when: String,
    /// In seconds.
    pub length: Option<u32>,
    pub recording: Option<ArtifactId>,
    pub transcript: Option<DocumentId>,
}

/// The page on which a recording is watched and its transcript read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalWatch {
    pub item: PortalItem,
    pub title: Option<String>,
    pub when: String,
    pub zone: String,
    pub session: PortalSession,
    pub sessions: Vec<PortalSession>,
    pub reading: Option<Reading>,
}

/// What the page for asking is asked for, as its address has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SlotQuery {
    pub service: String,
    pub technician: String,
    /// The day that is looked at, and the first that is offered: "2026-11-30".
    pub day: String,
    pub from: String,
}

/// The page on which an appointment is asked for, or another time for one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskPage {
    pub services: Vec<ServiceOption>,
    pub service: Option<ServiceOption>,
    pub technicians: Vec<crate::Choice<UserId>>,
    pub technician: Option<UserId>,
    pub notice_hours: u32,
    pub advance_days: u32,
    pub days: Vec<SlotDay>,
    /// The day whose times are shown.
    pub day: Option<String>,
    pub day_name: Option<String>,
    pub slots: Vec<SlotOption>,
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub zone: String,
    pub their_zone: String,
    pub values: AskAppointment,
    pub wish: WishTime,
    /// For another time: until now.
    pub current: Option<PortalTimes>,
    pub title: Option<String>,
    /// It is decided about: the provider is asked.
    pub is_approved: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceOption {
    pub id: Option<ServiceId>,
    pub name: String,
    pub description: Option<String>,
    pub minutes: u32,
}

/// A day on which something may be free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotDay {
    /// "2026-11-30".
    pub date: String,
    pub tile: DayTile,
    pub free: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotOption {
    /// The moment, as the form sends it.
    pub value: String,
    /// "09:00", for the viewer, and for the provider where the clocks differ.
    pub label: String,
    pub theirs: Option<String>,
    /// "09-00", for ids.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_survives_the_address(micros in -62_000_000_000_000_000i64..253_000_000_000_000_000, id in any::<u128>()) {
            let cursor = PortalCursor {
                at: chrono::DateTime::from_timestamp_micros(micros).unwrap(),
                id: Uuid::from_u128(id),
            };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = text.parse::<PortalCursor>();
        }
    }
}
