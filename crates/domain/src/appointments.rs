//! What clients ask for: appointment requests, as the list and a request's page show them, and what the list's address asks for. Times come
//! as text: they are formatted on the server, in the requester's zone and in the viewer's.

mod form;
mod mails;

pub use form::{
    ApproveDraft, ApproveRequest, DeclineDraft, DeclineRequest, MAX_INTERNAL_NOTES, MAX_MINUTES, MAX_REASON, MoveDraft,
    MoveRequest,
};
pub(crate) use form::{about, note};
pub use mails::{RequestMail, RequestMailKind, RequestMailState};

use chrono::{DateTime, NaiveDateTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Capability, Choice, ClientId, ConnectionTrouble, ContactId, InteractionId, MeetingStatus, PendingChange, RequestId,
    UserId, WishRow, schedule::Conflict,
};

/// Up to here what is pending is counted; beyond it "99+" has to do.
pub const PENDING_COUNTED: u32 = 99;

/// How it stands with a request, as `appointment_requests.status` holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    Pending,
    Approved,
    Declined,
    Cancelled,
}

impl RequestStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Declined, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    pub fn can_be_approved(self) -> bool {
        self == Self::Pending
    }

    /// Saying no takes an approval back, too.
    pub fn can_be_declined(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }

    pub fn can_be_moved(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

/// By what people call a request: the first eight digits of its id.
pub fn reference(id: RequestId) -> String {
    let digits = id.0.simple().to_string().to_uppercase();
    digits.chars().take(8).collect()
}

/// What the address of the list asks for, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestQuery {
    pub status: String,
    pub after: String,
}

impl RequestQuery {
    /// The name in addresses for requests of every status.
    pub const EVERY: &str = "all";

    /// Reads a query by the names that stand in the address.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            status: get("status").unwrap_or_default(),
            after: get("after").unwrap_or_default(),
        }
    }

    /// The names and values to write into an address; what is empty or usual is left out.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let status = Some(self.status.trim()).filter(|status| *status != RequestStatus::Pending.as_str());
        [("status", status.unwrap_or_default()), ("after", self.after.as_str())]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// What of it means something: pending ones unless it says otherwise.
    pub fn filter(&self) -> RequestFilter {
        let status = self.status.trim();
        RequestFilter {
            status: (status != Self::EVERY).then(|| RequestStatus::find(status).unwrap_or(RequestStatus::Pending)),
            after: self.after.parse().ok(),
        }
    }
}

/// What is wanted of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestFilter {
    /// Nothing for every status.
    pub status: Option<RequestStatus>,
    pub after: Option<RequestCursor>,
}

/// A place in the list: the wall clock of the last row above it. In addresses it is 32 hexadecimal digits and then microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCursor {
    pub at: NaiveDateTime,
    pub id: RequestId,
}

impl std::fmt::Display for RequestCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.id.0.as_simple(), self.at.and_utc().timestamp_micros())
    }
}

impl std::str::FromStr for RequestCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, micros) = text.split_at_checked(32).ok_or(())?;
        if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(());
        }
        let at = DateTime::from_timestamp_micros(micros.parse().map_err(drop)?).ok_or(())?;
        // Years that PostgreSQL reads.
        if !(0..=9999).contains(&chrono::Datelike::year(&at)) {
            return Err(());
        }
        Ok(Self {
            at: at.naive_utc(),
            id: RequestId(Uuid::try_parse(id).map_err(drop)?),
        })
    }
}

/// When an appointment is: for the requester, and for whoever reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestTimes {
    /// "Thu, 26 Nov 2026, 08:00 – 08:30" in `zone`.
    pub theirs: String,
    pub zone: String,
    /// The same in the viewer's zone; nothing where the clocks agree.
    pub mine: Option<String>,
    pub my_zone: String,
    /// The requester has said no zone: it counts as UTC.
    pub no_zone: bool,
    /// The clocks go forward over the time that was asked for, so it is a little later.
    pub skipped: bool,
    pub is_past: bool,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestList {
    /// What clients would like at another time, on the first page.
    pub wishes: Vec<WishRow>,
    pub rows: Vec<RequestRow>,
    /// Only those that are for the viewer are listed.
    pub own_only: bool,
    /// Where the next page begins.
    pub next: Option<RequestCursor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    pub request_id: RequestId,
    pub reference: String,
    pub status: RequestStatus,
    pub service: Option<String>,
    /// Who asks: a person, and for whom.
    pub requester: Option<String>,
    pub client: Option<String>,
    pub times: RequestTimes,
    pub minutes: u32,
    /// Who is wished for.
    pub technician: Option<String>,
    pub has_link: bool,
    /// The client would like another time.
    pub has_wish: bool,
}

/// The page of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestPage {
    pub request_id: RequestId,
    pub reference: String,
    pub status: RequestStatus,
    /// Nothing for a service that is not offered any more.
    pub service: Option<String>,
    pub requester: Option<String>,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub client: Option<Choice<ClientId>>,
    pub contact: Option<Choice<ContactId>>,
    /// Somebody without an account asked.
    pub is_public: bool,
    pub times: RequestTimes,
    pub minutes: u32,
    /// Who is wished for.
    pub preferred: Option<String>,
    pub description: Option<String>,
    /// When it was asked: "Tue, 24 Nov 2026, 14:00".
    pub asked: String,
    pub decision: Option<RequestDecision>,
    /// Who comes, as the schedule has it.
    pub technicians: Option<String>,
    /// Its record on the timeline.
    pub interaction: Option<Choice<InteractionId>>,
    pub meeting: Option<RequestMeeting>,
    /// Only while there is something to join.
    pub join_url: Option<String>,
    /// Another time that the client would like.
    pub wish: Option<RequestWish>,
    /// What was told by mail, the latest first.
    pub mails: Vec<RequestMail>,
    /// For those who may decide.
    pub work: Option<RequestWork>,
}

/// Another time that a client would like for an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestWish {
    pub times: RequestTimes,
    pub note: Option<String>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDecision {
    pub by: Option<String>,
    pub at: Option<String>,
    pub reason: Option<String>,
    /// By whoever looks at it.
    pub is_mine: bool,
}

/// The online meeting of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestMeeting {
    pub status: MeetingStatus,
    pub subject: String,
    pub organizer: Option<String>,
    /// How many were invited.
    pub attendees: u32,
    pub change: Option<PendingChange>,
}

/// What is needed to decide about a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestWork {
    pub approve: ApproveRequest,
    pub moving: MoveRequest,
    pub decline: DeclineRequest,
    pub technicians: Vec<Choice<UserId>>,
    pub meetings: Capability,
    /// What the last check of the connection found.
    pub trouble: Option<ConnectionTrouble>,
    /// It is approved and has no link yet.
    pub can_generate: bool,
    /// What the forms' times mean.
    pub slot: RequestSlot,
}

/// What a time in a form means, and what stands against it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSlot {
    pub times: RequestTimes,
    /// What the technician has at that time.
    pub conflicts: Vec<Conflict>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    #[test]
    fn a_reference_is_the_beginning_of_the_id() {
        assert_eq!(reference(ID.parse().unwrap()), "0B2F4E5C");
    }

    #[test]
    fn statuses_survive_the_database() {
        for status in RequestStatus::ALL {
            assert_eq!(RequestStatus::find(status.as_str()), Some(status));
        }
        assert_eq!(RequestStatus::find("all"), None);
    }

    #[test]
    fn what_can_be_done_depends_on_the_status() {
        let can = |status: RequestStatus| {
            (
                status.can_be_approved(),
                status.can_be_declined(),
                status.can_be_moved(),
            )
        };
        assert_eq!(can(RequestStatus::Pending), (true, true, true));
        assert_eq!(can(RequestStatus::Approved), (false, true, true));
        assert_eq!(can(RequestStatus::Declined), (false, false, false));
        assert_eq!(can(RequestStatus::Cancelled), (false, false, false));
    }

    #[test]
    fn pending_ones_are_usual() {
        let query = |status: &str| RequestQuery {
            status: status.into(),
            after: String::new(),
        };
        let status = |text: &str| query(text).filter().status;
        assert_eq!(status(""), Some(RequestStatus::Pending));
        assert_eq!(status("nonsense"), Some(RequestStatus::Pending));
        assert_eq!(status(" declined "), Some(RequestStatus::Declined));
        assert_eq!(status("all"), None);
        assert!(query("pending").pairs().is_empty());
        assert_eq!(query("all").pairs(), [("status", "all")]);
    }

    proptest! {
        #[test]
        fn a_cursor_survives_the_address(micros in -62_000_000_000_000_000i64..253_000_000_000_000_000, id in any::<u128>()) {
            let cursor = RequestCursor {
                at: DateTime::from_timestamp_micros(micros).unwrap().naive_utc(),
                id: RequestId(Uuid::from_u128(id)),
            };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>(), digits in "[0-9a-f]{32}-?[0-9]{0,24}") {
            let _ = (text.parse::<RequestCursor>(), digits.parse::<RequestCursor>());
            let _ = RequestQuery { status: text.clone(), after: text }.filter();
        }
    }
}
