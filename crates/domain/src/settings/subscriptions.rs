//! Whether Microsoft tells of new recordings and transcripts.

use serde::{Deserialize, Serialize};

words! {
    /// Why a tenant has no subscriptions although nothing has failed.
    NotSubscribed {
        /// Minuted cannot be reached by Microsoft: its public address is not https.
        NotReachable = "not-reachable",
        /// There is no connection to Microsoft for this tenant.
        NotSetUp = "not-set-up",
        /// Nobody organizes the tenant's meetings, or Microsoft's id of whoever does is not known.
        NoOrganizer = "no-organizer",
        NotInThisEdition = "not-in-this-edition",
    }
}

words! {
    /// Why Microsoft has not made or renewed a subscription. Each has a text in every language that says who can do what about it.
    SubscriptionTrouble {
        /// No answer, or none that makes sense.
        Unavailable = "unavailable",
        Throttled = "throttled",
        /// Microsoft does not accept the app registration: its secret, most of the time.
        Credentials = "credentials",
        /// The app registration lacks the permission to read recordings, or transcripts.
        Permission = "permission",
        /// The Microsoft tenant does not let apps read transcripts.
        TranscriptsOff = "transcripts-off",
        /// Microsoft called our public address and got no good answer.
        NotValidated = "not-validated",
        /// The Microsoft tenant has too many subscriptions.
        Quota = "quota",
        /// There is a subscription of somebody else's for the same thing.
        Taken = "taken",
        /// Refused for another reason; the log has Microsoft's words.
        Refused = "refused",
    }
}

/// How it stands with a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionState {
    /// There is none: nobody has come to it yet, or there is to be none.
    None,
    Active,
    /// It was to be renewed some time ago.
    Expiring,
    /// It has expired, and there is no other one.
    Expired,
    /// There is none, because Microsoft has refused it.
    Refused,
}

/// One of the two subscriptions of a tenant. Times are in words, in the viewer's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionStatus {
    pub state: SubscriptionState,
    /// What came of the last attempt to make or renew it, if it failed.
    pub trouble: Option<SubscriptionTrouble>,
    pub expires: Option<String>,
    pub renewed: Option<String>,
    /// When it is made or renewed next.
    pub next: Option<String>,
    /// When Microsoft has last told something by it.
    pub notified: Option<String>,
}

/// How many notifications came for a tenant, ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationCounts {
    /// New ones.
    pub received: u64,
    /// That were known already: Microsoft tells some things twice.
    pub repeated: u64,
    /// About meetings that are not ours.
    pub foreign: u64,
    /// That did not know the secret of their subscription.
    pub wrong_secret: u64,
    /// That named another Microsoft tenant than ours.
    pub wrong_tenant: u64,
    /// With content for which Microsoft's signature does not vouch, or that was tampered with.
    pub wrong_content: u64,
    /// That are taken for what they tell in the clear, because their content could not be opened.
    pub closed_content: u64,
    /// That are stored and not handled yet.
    pub waiting: u64,
}

/// What the settings page shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriptions {
    /// Why there are none; then the rest is what is left of earlier ones.
    pub none: Option<NotSubscribed>,
    /// They are about all organizers of the Microsoft tenant.
    pub is_tenant_wide: bool,
    pub recordings: SubscriptionStatus,
    pub transcripts: SubscriptionStatus,
    pub counts: NotificationCounts,
}
