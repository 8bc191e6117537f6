use std::fmt;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::{
    ErrorKind, GraphError, Secret,
    notifications::{ArtifactKind, MAX_ID, Parts, is_id},
};

/// Longest text of a client state and of a certificate's id.
const MAX_TEXT: usize = 128;
/// In the ids of meetings the docs leave `=` as it is.
const ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'=');

/// A subscription to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSubscription {
    pub resource: SubscriptionResource,
    /// Public https address. Graph posts a validation token there, and to the other one, before the call returns.
    pub notification_url: Url,
    /// Needed for a life of more than [`NewSubscription::MAX_LIFE_WITHOUT_LIFECYCLE_URL`]; cannot be added later. May be
    /// the same address.
    pub lifecycle_url: Option<Url>,
    /// At most [`NewSubscription::MAX_LIFE`] from now by Graph's clock; less than 45 minutes are raised to 45.
    pub expires: DateTime<Utc>,
    /// 1 to 128 bytes that nobody can guess, told back in each notification. Keep it: Graph's answers may leave it out.
    pub client_state: Secret,
    /// Asks for metadata inside of the notifications, encrypted for this certificate.
    pub encryption: Option<EncryptionCertificate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionCertificate {
    /// Our own name for it, 1 to 128 bytes, told back with what is encrypted.
    pub id: String,
    /// X.509 with an RSA key of 2048 to 4096 bits; base64 of DER, without PEM armour.
    pub certificate: String,
}

/// What a subscription is about: artifacts that come to be. Transcripts are told only if it existed before transcription
/// began.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubscriptionResource {
    pub artifacts: ArtifactKind,
    pub scope: SubscriptionScope,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SubscriptionScope {
    Tenant,
    /// By object id.
    Organizer(Uuid),
    /// By the id of the online meeting.
    Meeting(String),
}

/// A subscription as Graph tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub id: String,
    /// As it was sent; see [`SubscriptionResource::parse`].
    pub resource: String,
    pub change_type: Option<String>,
    pub notification_url: Option<String>,
    pub lifecycle_url: Option<String>,
    pub expires: DateTime<Utc>,
    /// Often left out.
    pub client_state: Option<Secret>,
    pub encryption_certificate_id: Option<String>,
}

impl NewSubscription {
    /// Longest life of a subscription to recordings or transcripts: 4,320 minutes (Graph docs: "subscription resource type",
    /// `resources/subscription`, "Subscription lifetime").
    pub const MAX_LIFE: TimeDelta = TimeDelta::minutes(4_320);
    /// What to ask for: some way below, as clocks differ and other resources were seen to refuse their documented maximum.
    pub const RECOMMENDED_LIFE: TimeDelta = TimeDelta::minutes(4_260);
    /// A longer life needs a lifecycle URL (Graph docs: "Lifecycle notifications", `change-notifications-lifecycle-events`).
    pub const MAX_LIFE_WITHOUT_LIFECYCLE_URL: TimeDelta = TimeDelta::hours(1);

    pub(crate) fn to_json(&self, call: &'static str) -> Result<Value, GraphError> {
        let invalid = |message| GraphError::new(ErrorKind::Invalid, call).with_message(message);
        let fits = |text: &str| (1..=MAX_TEXT).contains(&text.len());
        if !fits(self.client_state.expose()) {
            return Err(invalid("the client state must have 1 to 128 bytes"));
        }
        if let SubscriptionScope::Meeting(id) = &self.resource.scope
            && !is_id(id)
        {
            return Err(invalid("the meeting's id is not an id"));
        }
        let mut body = json!({
            "changeType": "created",
            "resource": self.resource.to_string(),
            "notificationUrl": self.notification_url.as_str(),
            "expirationDateTime": instant(self.expires),
            "clientState": self.client_state.expose(),
            "latestSupportedTlsVersion": "v1_2",
        });
        if let Some(url) = &self.lifecycle_url {
            body["lifecycleNotificationUrl"] = json!(url.as_str());
        }
        if let Some(EncryptionCertificate { id, certificate }) = &self.encryption {
            if !fits(id) {
                return Err(invalid("the certificate's id must have 1 to 128 bytes"));
            }
            body["includeResourceData"] = json!(true);
            body["encryptionCertificate"] = json!(certificate);
            body["encryptionCertificateId"] = json!(id);
        }
        Ok(body)
    }
}

pub(crate) fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl SubscriptionResource {
    pub fn tenant(artifacts: ArtifactKind) -> Self {
        Self {
            artifacts,
            scope: SubscriptionScope::Tenant,
        }
    }

    pub fn organizer(artifacts: ArtifactKind, object_id: Uuid) -> Self {
        Self {
            artifacts,
            scope: SubscriptionScope::Organizer(object_id),
        }
    }

    pub fn meeting(artifacts: ArtifactKind, meeting_id: impl Into<String>) -> Self {
        Self {
            artifacts,
            scope: SubscriptionScope::Meeting(meeting_id.into()),
        }
    }

    /// Reads a subscription's resource, in whatever form Graph tells it. `None`: about something else.
    pub fn parse(resource: &str) -> Option<Self> {
        if resource.len() > 4 * MAX_ID {
            return None;
        }
        let mut parts = Parts::of(resource.split('?').next()?);
        let (organizer, meetings) = parts.meetings()?;
        let all = |artifacts| {
            let scope = organizer.map_or(SubscriptionScope::Tenant, SubscriptionScope::Organizer);
            Some(Self { artifacts, scope })
        };
        if meetings.key.is_none() {
            match parts.0.to_ascii_lowercase().as_str() {
                "getallrecordings" => return all(ArtifactKind::Recording),
                "getalltranscripts" => return all(ArtifactKind::Transcript),
                _ => {}
            }
        }
        let meeting_id = parts.key(&meetings).filter(|id| is_id(id))?;
        let artifacts = match parts.0.to_ascii_lowercase().as_str() {
            "recordings" => ArtifactKind::Recording,
            "transcripts" => ArtifactKind::Transcript,
            _ => return None,
        };
        Some(Self::meeting(artifacts, meeting_id))
    }
}

/// The resource string that Graph takes.
impl fmt::Display for SubscriptionResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, one) = match self.artifacts {
            ArtifactKind::Recording => ("getAllRecordings", "recordings"),
            ArtifactKind::Transcript => ("getAllTranscripts", "transcripts"),
        };
        match &self.scope {
            SubscriptionScope::Tenant => write!(f, "communications/onlineMeetings/{all}"),
            SubscriptionScope::Organizer(id) => write!(f, "users/{id}/onlineMeetings/{all}"),
            SubscriptionScope::Meeting(id) => {
                let id = utf8_percent_encode(id, ID);
                write!(f, "communications/onlineMeetings/{id}/{one}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Subscription {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Ok(Self {
            id: wire.id,
            resource: wire.resource,
            change_type: wire.change_type,
            notification_url: wire.notification_url,
            lifecycle_url: wire.lifecycle_notification_url,
            expires: wire.expiration_date_time,
            client_state: wire.client_state.map(Secret::new),
            encryption_certificate_id: wire.encryption_certificate_id,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    resource: String,
    change_type: Option<String>,
    notification_url: Option<String>,
    lifecycle_notification_url: Option<String>,
    expiration_date_time: DateTime<Utc>,
    client_state: Option<String>,
    encryption_certificate_id: Option<String>,
}
