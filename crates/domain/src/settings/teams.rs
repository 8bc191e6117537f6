//! How a tenant uses Teams.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AppProof, Diagnosis, SaveOrganizer, Subscriptions, TypedProfile};
use crate::{Capability, StrandedChange};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamsPage {
    pub meetings: Capability,
    /// Teams records meetings by itself unless somebody decides otherwise for one of them.
    pub records: bool,
    pub may_change: bool,
    /// How Microsoft is reached; nothing where this edition does not reach it.
    pub setup: Option<TeamsSetup>,
    /// What Microsoft has not accepted although here it is done.
    pub stranded: Vec<StrandedChange>,
    /// How recordings and transcripts come in; nothing where this edition does not fetch them.
    pub arrivals: Option<Arrivals>,
}

/// How Microsoft is reached, and what is done there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings of the tenant, each independent of the others"
)]
pub struct TeamsSetup {
    /// The Microsoft Entra tenant; empty while nothing was saved.
    pub entra_tenant: String,
    /// The app registration.
    pub client_id: String,
    /// By what the app proves that it is itself.
    pub proof: AppProof,
    /// There is a client secret, or a certificate with its key. It is never shown.
    pub has_secret: bool,
    /// When it was saved.
    pub secret_saved: Option<String>,
    /// The certificate, if there is one.
    pub certificate: Option<CertificateShown>,
    /// Who organizes the meetings, as typed, and who Microsoft says that it is.
    pub organizer: String,
    pub organizer_name: Option<String>,
    /// Microsoft's id of the organizer is known.
    pub organizer_is_known: bool,
    pub is_active: bool,
    pub invites: bool,
    pub downloads: bool,
    /// Microsoft tells of the meetings of all organizers.
    pub tenant_wide: bool,
    pub shows_in_portal: bool,
    /// The mailbox that Microsoft has to refuse, as last typed.
    pub second_mailbox: String,
    pub diagnosis: Option<Diagnosis>,
    /// What was typed into a form before it was refused.
    pub typed_profile: Option<TypedProfile>,
    pub typed_organizer: Option<SaveOrganizer>,
}

impl TeamsSetup {
    /// Everything is there that meetings need.
    pub fn is_complete(&self) -> bool {
        self.has_profile() && self.organizer_is_known
    }

    pub fn has_profile(&self) -> bool {
        self.has_secret && !self.client_id.is_empty()
    }
}

/// What people know a certificate by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateShown {
    pub subject: String,
    /// The SHA-1 of it in hexadecimal, as Entra shows it, and the SHA-256.
    pub thumbprint: String,
    pub sha256: String,
    /// "Tue, 24 Nov 2026".
    pub expires: String,
    pub state: CertificateState,
}

words! {
    /// Whether a certificate is good for long.
    CertificateState {
        Good = "good",
        /// For some weeks.
        Expiring = "expiring",
        Expired = "expired",
    }
}

/// How much a decision is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamsEffect {
    pub recordings: u32,
    pub transcripts: u32,
    /// The clients that they are of, and how many people can sign in for them.
    pub clients: u32,
    pub portal_users: u32,
    /// Meetings to come.
    pub upcoming: u32,
}

/// Who organizes meetings from now on, and what stays with whoever did before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizerSaved {
    pub name: String,
    /// How many meetings to come stay with earlier organizers.
    pub stay: u32,
}

/// What is decided about meetings that are made from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings of the tenant, each independent of the others"
)]
#[serde(default)]
pub struct SaveTeamsOptions {
    /// Teams records by itself.
    pub records: bool,
    /// Approved requests invite through Microsoft.
    pub invites: bool,
    /// Minuted keeps copies of recordings.
    pub downloads: bool,
    /// Microsoft tells of the meetings of all organizers, not of this one's only.
    pub tenant_wide: bool,
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
