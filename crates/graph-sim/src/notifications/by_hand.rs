//! Notifications that somebody asked for: true ones again, and ones that Microsoft would never send.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Forgery, PathForm,
    outbox::Item,
    payload::{Subject, created, lifecycle_item},
};
use crate::{ArtifactKind, SimSubscription, state::State};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LifecycleEvent {
    /// Nothing is sent any more until the owner renews or reauthorizes the subscription.
    ReauthorizationRequired,
    /// The subscription is no more.
    SubscriptionRemoved,
    /// Something was lost.
    Missed,
}

/// A notification to be sent at once, whatever the truth is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Message {
    /// Whose URL, client state, tenant and certificate are taken; it may have ended. None: the first one there was.
    pub subscription: Option<String>,
    /// In place of the subscription's.
    pub url: Option<String>,
    /// The artifact it is about, by id.
    pub artifact: Option<String>,
    /// The online meeting of an artifact that does not exist, or not yet.
    pub meeting: Option<String>,
    pub organizer: Option<String>,
    /// Of an artifact that does not exist; otherwise it is what it is.
    pub kind: Option<ArtifactKind>,
    pub path: Option<PathForm>,
    /// A lifecycle event in place of all that, without its effect.
    pub lifecycle: Option<LifecycleEvent>,
    /// Properties of the notification to be replaced, or taken away with null: `clientState`, `subscriptionId`, `tenantId`, …
    pub change: Map<String, Value>,
    /// Spoils a rich notification so.
    pub forgeries: Vec<Forgery>,
    /// Sent as it is in place of the whole: text as text, anything else as JSON.
    pub body: Option<Value>,
    /// Requests to be sent; none is one.
    pub copies: Option<u32>,
}

impl Message {
    /// For a subscription, about an artifact; both by id.
    pub fn new(subscription: &str, artifact: &str) -> Self {
        Self {
            subscription: Some(subscription.to_owned()),
            artifact: Some(artifact.to_owned()),
            ..Self::default()
        }
    }

    /// Replaces a property of the notification.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.change.insert(name.to_owned(), value.into());
        self
    }
}

impl State {
    /// Says what is missing when it cannot be sent.
    pub(crate) fn send_by_hand(&mut self, message: &Message) -> Result<(), &'static str> {
        let to = match &message.subscription {
            Some(id) => self.subscriptions.iter().find(|known| known.id == *id),
            None => self.subscriptions.first(),
        };
        let to = to.cloned();
        let url = message.url.clone().or_else(|| match (&to, message.lifecycle) {
            (Some(to), Some(_)) => to.lifecycle_url.clone(),
            (Some(to), None) => Some(to.notification_url.clone()),
            (None, _) => None,
        });
        let url = url.ok_or("There is neither a URL nor such a subscription with one.")?;
        let body = match &message.body {
            Some(body) => body.clone(),
            None => self.body_by_hand(message, &to.ok_or("There is no such subscription.")?)?,
        };
        let now = self.clock.now();
        for _ in 0..message.copies.unwrap_or(1) {
            self.outbox.post(&url, body.clone(), now);
        }
        self.due.notify_one();
        Ok(())
    }

    fn body_by_hand(&mut self, message: &Message, to: &SimSubscription) -> Result<Value, &'static str> {
        let now = self.clock.now();
        let known = message.artifact.as_ref();
        let known = known.and_then(|id| self.artifacts.iter().find(|artifact| artifact.id == *id));
        let mode = self.outbox.mode.clone();
        let mut item = match (message.lifecycle, known.cloned()) {
            (Some(event), _) => lifecycle_item(to, event, now)
                .unwrap_or_else(|| Item::new(to, json!({ "lifecycleEvent": event }), "", now)),
            (None, Some(artifact)) => {
                self.outbox.mode.forgeries.extend(&message.forgeries);
                self.outbox.mode.path = message.path.unwrap_or(mode.path);
                let item = self.artifact_item(to, &artifact, now);
                self.outbox.mode = mode;
                item
            }
            (None, None) => {
                let subject = Subject {
                    kind: message.kind.unwrap_or(ArtifactKind::Recording),
                    organizer: message
                        .organizer
                        .as_deref()
                        .unwrap_or("99999999-9999-4999-8999-999999999999"),
                    meeting: message
                        .meeting
                        .as_deref()
                        .ok_or("Neither such an artifact nor a meeting is given.")?,
                    id: message.artifact.as_deref().unwrap_or("VjIjIzE="),
                };
                let value = created(to, subject, message.path.unwrap_or(PathForm::Users));
                Item::new(to, value, "", now)
            }
        };
        for (name, value) in &message.change {
            match value {
                Value::Null => {
                    item.value.as_object_mut().map(|properties| properties.remove(name));
                }
                value => item.value[name.as_str()] = value.clone(),
            }
        }
        Ok(self.envelope(vec![item]))
    }
}
