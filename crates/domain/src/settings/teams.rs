//! How a tenant uses Teams.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Subscriptions;
use crate::{MeetingCapability, StrandedChange};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamsPage {
    pub meetings: MeetingCapability,
    /// Teams records meetings by itself unless somebody decides otherwise for one of them.
    pub records: bool,
    pub may_change: bool,
    /// What Microsoft has not accepted although here it is done.
    pub stranded: Vec<StrandedChange>,
    /// How recordings and transcripts come in; nothing where this edition does not fetch them.
    pub arrivals: Option<Arrivals>,
}

/// How recordings and transcripts come in: Microsoft tells of them, and Minuted looks by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrivals {
    pub subscriptions: Subscriptions,
    /// When what was due had last been looked for: "14:05". It is no matter of this tenant.
    pub swept: Option<String>,
    /// That was so long ago that nothing seems to do it.
    pub is_asleep: bool,
    /// The latest first.
    pub requests: Vec<MicrosoftRequest>,
    pub zone: String,
}

words! {
    /// What came of a request to Microsoft.
    RequestOutcome {
        Ok = "ok",
        Refused = "refused",
        Throttled = "throttled",
        /// An error of Microsoft's.
        Unavailable = "unavailable",
        /// No answer in time, or no connection.
        TimedOut = "timed-out",
    }
}

/// A request to Microsoft, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MicrosoftRequest {
    pub id: Uuid,
    /// "Tue, 24 Nov 2026, 14:05:07".
    pub when: String,
    /// What was asked, in the words of the log: "list-recordings".
    pub call: String,
    pub outcome: RequestOutcome,
    pub status: Option<u16>,
    /// Microsoft's code for why not.
    pub code: Option<String>,
    pub milliseconds: u32,
    /// Microsoft's id of it, for its support.
    pub request_id: Option<String>,
    /// Ours.
    pub client_request_id: Option<String>,
}
