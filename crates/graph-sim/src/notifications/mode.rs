use serde::{Deserialize, Serialize};

/// How subscriptions are answered and notifications are sent from now on. What is not set is as Microsoft does it on a good day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of what is simulated, each independent of the others"
)]
pub struct NotificationMode {
    /// Nobody outside reaches the endpoints: a firewall lets nothing through.
    pub unreachable: bool,
    /// Milliseconds an endpoint has to answer the validation.
    pub validation_timeout_ms: u64,
    pub client_state: ClientStateAnswer,
    /// Subscriptions to the same resource, over all apps.
    pub max_per_resource: usize,
    /// Subscriptions in a tenant.
    pub max_per_tenant: usize,
    /// A transcript is announced to those only who had subscribed before its transcription began.
    pub transcripts_need_earlier_subscription: bool,
    /// Minutes before the expiry at which the owner is told to reauthorize, at a lifecycle URL; none: never by itself.
    pub reauthorize_before_minutes: Option<u32>,
    pub path: PathForm,
    /// Each notification has an id of its own.
    pub item_ids: bool,
    /// Seconds between the arrival of an artifact and its notification, by the simulator's clock.
    pub delay_seconds: u32,
    /// The most notifications in one request: those to the same URL that are due together.
    pub batch: usize,
    /// One request may hold notifications of several apps and tenants.
    pub mix_tenants: bool,
    /// Those that are due together leave in reverse order.
    pub reversed: bool,
    /// Requests sent in place of each one.
    pub copies: u32,
    pub endpoint: Endpoint,
    /// Milliseconds an endpoint has to answer a notification.
    pub answer_timeout_ms: u64,
    /// Milliseconds of real time in place of every wait between two attempts, which still counts against the four hours. None:
    /// the waits pass by the simulator's clock.
    pub retry_after_ms: Option<u64>,
    pub token: TokenVersion,
    /// Spoils every rich notification so.
    pub forgeries: Vec<Forgery>,
}

impl Default for NotificationMode {
    fn default() -> Self {
        Self {
            unreachable: false,
            validation_timeout_ms: 10_000,
            client_state: ClientStateAnswer::Shown,
            max_per_resource: 10,
            max_per_tenant: 10_000,
            transcripts_need_earlier_subscription: true,
            reauthorize_before_minutes: Some(15),
            path: PathForm::Users,
            item_ids: true,
            delay_seconds: 0,
            batch: 1,
            mix_tenants: false,
            reversed: false,
            copies: 1,
            endpoint: Endpoint::Good,
            answer_timeout_ms: 3_000,
            retry_after_ms: None,
            token: TokenVersion::V2,
            forgeries: Vec::new(),
        }
    }
}

/// What answers about a subscription say of its client state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientStateAnswer {
    Shown,
    Null,
    Omitted,
}

/// The two generations of paths in notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathForm {
    /// `users/{organizer}/onlineMeetings('…')/…`
    Users,
    /// `communications/onlineMeetings('…')/…`
    Communications,
    /// One after the other.
    Mixed,
}

/// What Microsoft thinks of the endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    Good,
    /// Notifications are delayed by ten seconds.
    Slow,
    /// New notifications are lost.
    Drop,
    /// As its answers in the last ten minutes were: slow from 10 % late ones on, drop from 15 %.
    Measured,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenVersion {
    V1,
    V2,
}

/// A rich notification that must not be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forgery {
    /// `dataSignature` is of other data.
    DataSignature,
    NoDataSignature,
    /// Names a certificate that the subscriber never gave.
    CertificateId,
    /// `aud` is another app.
    Audience,
    /// `iss` is not of the identity platform.
    Issuer,
    /// `azp` or `appid` is not Microsoft's change tracking.
    Caller,
    /// `tid` and `iss` are of another tenant.
    Tenant,
    Expired,
    NotYetValid,
    /// `kid` is in no key set.
    UnknownKey,
    /// Signed by another key than `kid` says.
    TokenSignature,
    /// Not signed at all, `alg` is `none`.
    Unsigned,
    /// `validationTokens` is null.
    NoTokens,
}
