use std::net::{Ipv4Addr, SocketAddr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    NotificationMode, SimArtifact, SimEvent, SimMeeting, TeamsQuirks,
    clock::machine_time,
    demo::{contoso, northwind},
    history::history,
};

/// The state a simulator starts with, and returns to on reset.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    pub apps: Vec<AppConfig>,
    pub users: Vec<UserConfig>,
    /// Tenants whose settings differ from [`TenantConfig::new`].
    pub tenants: Vec<TenantConfig>,
    /// Events that are there from the start.
    pub events: Vec<SimEvent>,
    /// Online meetings of those events, and standalone ones.
    pub meetings: Vec<SimMeeting>,
    pub artifacts: Vec<SimArtifact>,
    /// Ids are made from this; the same seed and the same order of calls make the same ids.
    pub seed: u64,
    /// Largest page of a list, whatever `$top` asks for.
    pub max_page: usize,
    pub join_url: JoinUrlMode,
    pub transactions: TransactionMode,
    pub teams: TeamsQuirks,
    pub notifications: NotificationMode,
}

/// What holds for a whole Microsoft 365 tenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantConfig {
    pub tenant_id: String,
    /// `EnableGraphTranscriptAccess`. Off by default at Microsoft; on here, since most tests are about what comes after.
    pub transcript_access: bool,
    /// `EnableAttributedTranscripts`.
    pub speaker_attribution: bool,
    /// Before this time both transcript switches act as off: a change is on its way through the service.
    pub switches_from: Option<DateTime<Utc>>,
    /// The switches that are on refuse every other request, beginning with the first.
    pub switches_flap: bool,
}

impl TenantConfig {
    /// Both transcript switches on.
    pub fn new(tenant_id: &str) -> Self {
        Self {
            tenant_id: tenant_id.to_owned(),
            transcript_access: true,
            speaker_attribution: true,
            switches_from: None,
            switches_flap: false,
        }
    }
}

/// An app registration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppConfig {
    pub tenant_id: String,
    pub client_id: String,
    pub secret: String,
    pub secret_expired: bool,
    /// What a client assertion may be signed with: certificates as PEM, or as base64 of their DER.
    pub certificates: Vec<String>,
    /// Application permissions consented in Entra. Not `Calendars.ReadWrite` in a well scoped set-up.
    pub roles: Vec<String>,
    /// Seconds a token is valid.
    pub expires_in: u64,
}

impl AppConfig {
    /// A well scoped registration: Teams and directory permissions, calendars through Exchange only.
    pub fn new(tenant_id: &str, client_id: &str, secret: &str) -> Self {
        let roles = [
            "OnlineMeetings.ReadWrite.All",
            "OnlineMeetingRecording.Read.All",
            "OnlineMeetingTranscript.Read.All",
            "User.Read.All",
        ];
        Self {
            tenant_id: tenant_id.to_owned(),
            client_id: client_id.to_owned(),
            secret: secret.to_owned(),
            secret_expired: false,
            certificates: Vec::new(),
            roles: roles.map(str::to_owned).to_vec(),
            expires_in: 3599,
        }
    }
}

/// A directory user and the mailbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of the simulated tenant, each independent of the others"
)]
pub struct UserConfig {
    pub tenant_id: String,
    pub object_id: String,
    pub upn: String,
    pub display_name: String,
    pub enabled: bool,
    pub has_mailbox: bool,
    /// In the scope of the app's Exchange role assignment. The Entra roles `Calendars.*` reach every mailbox without it.
    pub in_calendar_scope: bool,
    /// A legacy Exchange application access policy denies the mailbox to the Entra roles `Calendars.*`, and to nothing else.
    pub access_policy_denied: bool,
    /// A Teams application access policy is granted to the user.
    pub teams_policy: bool,
    /// The policy has no effect before this time.
    pub teams_policy_from: Option<DateTime<Utc>>,
    /// The policy lets only every other request pass, beginning with the second.
    pub teams_policy_flaps: bool,
    /// Licensed for Teams: otherwise events are created without an online meeting.
    pub teams_available: bool,
}

impl UserConfig {
    /// A user for whom everything works.
    pub fn organizer(tenant_id: &str, object_id: &str, upn: &str, display_name: &str) -> Self {
        Self {
            in_calendar_scope: true,
            teams_policy: true,
            ..Self::person(tenant_id, object_id, upn, display_name)
        }
    }

    /// A user with mailbox and Teams whom the app was given no access to.
    pub fn person(tenant_id: &str, object_id: &str, upn: &str, display_name: &str) -> Self {
        Self {
            tenant_id: tenant_id.to_owned(),
            object_id: object_id.to_owned(),
            upn: upn.to_owned(),
            display_name: display_name.to_owned(),
            enabled: true,
            has_mailbox: true,
            in_calendar_scope: false,
            access_policy_denied: false,
            teams_policy: false,
            teams_policy_from: None,
            teams_policy_flaps: false,
            teams_available: true,
        }
    }
}

/// What becomes of the join link of events created from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinUrlMode {
    /// There with the event.
    #[default]
    Normal,
    /// `onlineMeeting` stays null.
    Never,
    /// Null in the answer to the creation and to this many reads of the event.
    AfterGets(u32),
    /// `isOnlineMeeting` is silently set to false.
    Ignored,
}

impl JoinUrlMode {
    /// Reads of the event that show no link yet; none: it is never shown.
    pub(crate) fn reads(self) -> Option<u32> {
        match self {
            Self::Never | Self::Ignored => None,
            Self::Normal => Some(0),
            Self::AfterGets(reads) => Some(reads),
        }
    }
}

/// What a second creation with the same `transactionId` in the same mailbox does. Microsoft does not document it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransactionMode {
    /// 201 with the first event.
    #[default]
    #[serde(rename = "A")]
    FirstEvent,
    /// 409.
    #[serde(rename = "B")]
    Conflict,
    /// A second event.
    #[serde(rename = "C")]
    SecondEvent,
}

impl SimConfig {
    /// Nobody in it.
    pub fn empty() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            apps: Vec::new(),
            users: Vec::new(),
            tenants: Vec::new(),
            events: Vec::new(),
            meetings: Vec::new(),
            artifacts: Vec::new(),
            seed: 1,
            max_page: 1000,
            join_url: JoinUrlMode::default(),
            transactions: TransactionMode::default(),
            teams: TeamsQuirks::default(),
            notifications: NotificationMode::default(),
        }
    }

    /// The two tenants of [`crate::demo`], each with its app, its organizer and one colleague out of the app's reach.
    pub fn demo() -> Self {
        let colleague = |tenant: &str, id: &str, upn: &str, name: &str| UserConfig::person(tenant, id, upn, name);
        Self {
            apps: vec![
                AppConfig::new(northwind::TENANT_ID, northwind::CLIENT_ID, northwind::CLIENT_SECRET),
                AppConfig::new(contoso::TENANT_ID, contoso::CLIENT_ID, contoso::CLIENT_SECRET),
            ],
            users: vec![
                UserConfig::organizer(
                    northwind::TENANT_ID,
                    northwind::ORGANIZER_OBJECT_ID,
                    northwind::ORGANIZER_UPN,
                    "Northwind Meetings",
                ),
                colleague(
                    northwind::TENANT_ID,
                    "77777777-7777-4777-8777-777777777777",
                    "ceo@northwind.example",
                    "Nora Northwind",
                ),
                UserConfig::organizer(
                    contoso::TENANT_ID,
                    contoso::ORGANIZER_OBJECT_ID,
                    contoso::ORGANIZER_UPN,
                    "Contoso Meetings",
                ),
                colleague(
                    contoso::TENANT_ID,
                    "88888888-8888-4888-8888-888888888888",
                    "ceo@contoso.example",
                    "Conny Contoso",
                ),
            ],
            ..Self::empty()
        }
    }

    /// [`Self::demo`] with the past meetings of [`crate::demo`], counted back from today, and what was recorded of them.
    pub fn demo_with_history() -> Self {
        let mut config = Self::demo();
        (config.events, config.meetings, config.artifacts) = history(&config.users, machine_time());
        // Meetings ended by hand lie in the half hour before, which may be before somebody subscribed.
        config.notifications.transcripts_need_earlier_subscription = false;
        config
    }
}
