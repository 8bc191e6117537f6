//! Change notifications as Graph posts them (Graph docs: "Receive change notifications through webhooks", "Lifecycle
//! notifications", "Set up change notifications that include resource data", "Get change notifications for Teams meeting
//! recording and transcript").
//!
//! Nothing here is true until it is checked: compare the client state ([`Notification::is_from`]) and the tenant with the
//! stored subscription's, and for items with encrypted content check the batch's tokens ([`ValidationTokens`]). Items may
//! come twice, late and in any order; a recording or transcript is told apart by tenant, kind and id.

mod content_certificates;
mod path;
mod resource;
mod rich;
mod signing_keys;
mod tokens;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

pub use content_certificates::ContentCertificates;
pub(crate) use path::{MAX_ID, Parts, is_id};
pub use resource::{ArtifactRef, organizer_of};
pub use rich::{DecryptError, DecryptionKeys, EncryptedContent, KeyRefused};
pub use signing_keys::{SigningKeys, Unverified, ValidationTokens};
pub use tokens::{TokenRefused, TokenRules, VerifiedTenants};

use crate::Secret;
pub use crate::{Artifact, ArtifactKind};

/// Larger posts are refused unread.
pub const MAX_BODY: usize = 1024 * 1024;
/// More items in one post are refused.
pub const MAX_ITEMS: usize = 1000;
const MAX_TEXT: usize = 1024;
const MAX_TOKENS: usize = 100;

/// One post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// In the order of the post. One that cannot be read does not spoil the others.
    pub items: Vec<Result<Notification, BrokenItem>>,
    /// One per pair of app and tenant, sent with encrypted content only.
    pub validation_tokens: Vec<Secret>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Not always sent.
    pub id: Option<String>,
    pub subscription_id: String,
    pub tenant_id: Option<Uuid>,
    /// As it was given when subscribing; proves, when it is compared with [`Notification::is_from`], where this comes from.
    pub client_state: Option<Secret>,
    pub subscription_expires: Option<DateTime<Utc>>,
    pub event: NotificationEvent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotificationEvent {
    /// A recording or transcript is there.
    Artifact {
        /// `created`, the only one documented for artifacts.
        change_type: String,
        artifact: ArtifactRef,
        encrypted_content: Option<EncryptedContent>,
    },
    Lifecycle(LifecycleEvent),
}

/// What happened to a subscription. For artifacts only the first is documented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LifecycleEvent {
    /// Nothing is delivered, and what happens is lost, until [`crate::GraphSession::renew_subscription`] or
    /// [`crate::GraphSession::reauthorize_subscription`].
    ReauthorizationRequired,
    SubscriptionRemoved,
    Missed,
    Other(String),
}

/// An item of a post that could not be read. Microsoft would only send it again: log it and go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("notification {position} was not understood: {reason}")]
pub struct BrokenItem {
    /// From 0.
    pub position: usize,
    pub reason: &'static str,
}

/// A post that could not be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("the notifications are larger than {MAX_BODY} bytes")]
    TooLarge,
    #[error("more than {MAX_ITEMS} notifications in one post")]
    TooMany,
    #[error("the body is not a collection of notifications")]
    NotNotifications,
}

impl Notification {
    /// Compares the client state in constant time. False when the item has none.
    pub fn is_from(&self, client_state: &Secret) -> bool {
        self.client_state.as_ref() == Some(client_state)
    }
}

/// Reads the body of a post: `{"value": […]}`, or one bare notification as in some samples of the docs.
pub fn parse(body: &[u8]) -> Result<Batch, Malformed> {
    if body.len() > MAX_BODY {
        return Err(Malformed::TooLarge);
    }
    let whole: &RawValue = serde_json::from_slice(body).map_err(|_| Malformed::NotNotifications)?;
    let post: wire::Post = object(whole).ok_or(Malformed::NotNotifications)?;
    let items = match post.value {
        Some(value) => serde_json::from_str(value.get()).map_err(|_| Malformed::NotNotifications)?,
        None if post.subscription_id.is_some() => vec![whole],
        None => return Err(Malformed::NotNotifications),
    };
    if items.len() > MAX_ITEMS {
        return Err(Malformed::TooMany);
    }
    let read = |(position, item): (usize, &RawValue)| {
        let item = object::<wire::Item>(item).ok_or("not a notification");
        item.and_then(wire::Item::read)
            .map_err(|reason| BrokenItem { position, reason })
    };
    Ok(Batch {
        items: items.into_iter().enumerate().map(read).collect(),
        validation_tokens: post.validation_tokens.map(tokens_in).unwrap_or_default(),
    })
}

/// Reads an object, and not the array of its fields, which serde takes as well.
fn object<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    let text = raw.get();
    text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

/// None, when they are not understood: content that they were to vouch for is then refused.
fn tokens_in(raw: &RawValue) -> Vec<Secret> {
    let tokens: Vec<String> = serde_json::from_str(raw.get()).unwrap_or_default();
    if tokens.len() > MAX_TOKENS {
        return Vec::new();
    }
    tokens.into_iter().map(Secret::new).collect()
}

mod wire {
    use super::{
        ArtifactRef, DateTime, Deserialize, EncryptedContent, LifecycleEvent, MAX_TEXT, Notification,
        NotificationEvent, RawValue, Secret, Utc, Uuid,
    };

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Post<'a> {
        #[serde(borrow)]
        pub value: Option<&'a RawValue>,
        #[serde(borrow)]
        pub validation_tokens: Option<&'a RawValue>,
        #[serde(borrow)]
        pub subscription_id: Option<&'a RawValue>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Item {
        id: Option<String>,
        subscription_id: String,
        tenant_id: Option<String>,
        client_state: Option<String>,
        change_type: Option<String>,
        subscription_expiration_date_time: Option<String>,
        lifecycle_event: Option<String>,
        resource: Option<String>,
        resource_data: Option<ResourceData>,
        #[serde(alias = "EncryptedContent")]
        encrypted_content: Option<EncryptedContent>,
    }

    #[derive(Deserialize)]
    struct ResourceData {
        #[serde(rename = "@odata.id")]
        odata_id: Option<String>,
    }

    impl Item {
        pub fn read(self) -> Result<Notification, &'static str> {
            let texts = [&self.id, &self.client_state, &self.change_type, &self.lifecycle_event];
            if texts.into_iter().flatten().any(|text| text.len() > MAX_TEXT) {
                return Err("a text is too long");
            }
            if !super::is_id(&self.subscription_id) {
                return Err("the subscription's id is not an id");
            }
            let tenant_id = self.tenant_id.map(|id| Uuid::try_parse(&id)).transpose();
            let expires = self.subscription_expiration_date_time;
            let expires = expires.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
            let event = if let Some(event) = self.lifecycle_event {
                NotificationEvent::Lifecycle(event.into())
            } else {
                let odata_id = self.resource_data.and_then(|data| data.odata_id);
                let mut paths = [self.resource, odata_id].into_iter().flatten();
                NotificationEvent::Artifact {
                    change_type: self.change_type.ok_or("neither a change nor a lifecycle event")?,
                    artifact: paths
                        .find_map(|path| ArtifactRef::parse(&path))
                        .ok_or("the resource is no recording and no transcript")?,
                    encrypted_content: self.encrypted_content,
                }
            };
            Ok(Notification {
                id: self.id,
                subscription_id: self.subscription_id,
                tenant_id: tenant_id.map_err(|_| "the tenant's id is not an id")?,
                client_state: self.client_state.map(Secret::new),
                subscription_expires: expires.map(|time| time.with_timezone(&Utc)),
                event,
            })
        }
    }

    impl From<String> for LifecycleEvent {
        fn from(event: String) -> Self {
            match event.to_ascii_lowercase().as_str() {
                "reauthorizationrequired" => Self::ReauthorizationRequired,
                "subscriptionremoved" => Self::SubscriptionRemoved,
                "missed" => Self::Missed,
                _ => Self::Other(event),
            }
        }
    }
}
