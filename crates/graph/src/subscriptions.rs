use std::{collections::HashSet, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{
    ErrorKind, GraphError, GraphSession, NewSubscription, RetryPolicy, Subscription,
    pages::Time,
    retry::Pacing,
    subscription::instant,
    transport::{Call, Effect},
    urls,
};

/// Graph calls two of our addresses, ten seconds each, before it answers.
const CREATE_TIME: Duration = Duration::from_secs(28);
const CREATE_DEADLINE: Duration = Duration::from_secs(45);

impl GraphSession {
    /// The app's subscriptions in the tenant (Graph docs: "List subscriptions", `subscription-list`), none twice.
    ///
    /// Pages are followed on Graph's own origin only and up to [`RetryPolicy::max_pages`]. Retried on 429, 5xx and lost
    /// connections, because it only reads; all pages share one deadline.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, GraphError> {
        const CALL: &str = "list-subscriptions";
        let url = urls::resource(&self.client.endpoints.graph, CALL, &["subscriptions"])?;
        let mut pacing = Pacing::start(&self.client.policy);
        let mut found: Vec<Subscription> = Vec::new();
        let mut seen = HashSet::new();
        let call = Call::new(CALL, Method::GET, url, Effect::Read);
        // One that cannot be read may be the one to adopt.
        self.pages(call, Time::Shared(&mut pacing), |item| {
            let subscription = Subscription::deserialize(item)?;
            if seen.insert(subscription.id.clone()) {
                found.push(subscription);
            }
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// Subscribes (Graph docs: "Create subscription", `subscription-post-subscriptions`). Graph calls the notification and
    /// the lifecycle address back before it answers, so hold no lock and no transaction meanwhile; it may take half a
    /// minute.
    ///
    /// Retried on 429 and on connections that were refused, because nothing has happened then; never when it may have
    /// been made, because two of them deliver everything twice. After an error with [`GraphError::outcome_unknown`], and
    /// to avoid [`ErrorKind::Conflict`], look in [`GraphSession::subscriptions`] for one of the same resource. Adopt
    /// it if it was surely made with a client state that was kept (write it down before the call: Graph may not tell it), or
    /// else delete it and subscribe anew. [`GraphError::subscription_refusal`] tells what to change.
    pub async fn create_subscription(&self, new: &NewSubscription) -> Result<Subscription, GraphError> {
        const CALL: &str = "create-subscription";
        let url = urls::resource(&self.client.endpoints.graph, CALL, &["subscriptions"])?;
        let call = Call::new(CALL, Method::POST, url, Effect::Create)
            .body(new.to_json(CALL)?)
            .hiding(&new.client_state);
        let policy = &self.client.policy;
        let patient = Arc::new(RetryPolicy {
            attempt_timeout: policy.attempt_timeout.max(CREATE_TIME),
            call_deadline: policy.call_deadline.max(CREATE_DEADLINE),
            ..RetryPolicy::clone(policy)
        });
        self.send_paced(&call, &mut Pacing::start(&patient)).await?.json()
    }

    /// Moves the expiry, and authorizes again as [`GraphSession::reauthorize_subscription`] does (Graph docs: "Update
    /// subscription", `subscription-update`). The limits are those of [`NewSubscription::expires`].
    ///
    /// Retried on 429, 5xx and lost connections: renewing twice is renewing once. [`ErrorKind::NotFound`]:
    /// it has expired or was removed; create it anew, and list what came meanwhile.
    pub async fn renew_subscription(
        &self,
        subscription_id: &str,
        expires: DateTime<Utc>,
    ) -> Result<Subscription, GraphError> {
        const CALL: &str = "renew-subscription";
        let url = self.subscription_url(CALL, subscription_id, &[])?;
        let call =
            Call::new(CALL, Method::PATCH, url, Effect::Update).body(json!({ "expirationDateTime": instant(expires) }));
        self.send(&call).await?.json()
    }

    /// Answers [`crate::notifications::LifecycleEvent::ReauthorizationRequired`] without moving the expiry (Graph docs:
    /// "subscription: reauthorize", `subscription-reauthorize`). Renewing does as much: do one of the two.
    ///
    /// Retried on 429, 5xx and lost connections: doing it twice is doing it once.
    pub async fn reauthorize_subscription(&self, subscription_id: &str) -> Result<(), GraphError> {
        const CALL: &str = "reauthorize-subscription";
        let url = self.subscription_url(CALL, subscription_id, &["reauthorize"])?;
        let call = Call::new(CALL, Method::POST, url, Effect::Update);
        self.send(&call).await.map(drop)
    }

    /// Ends a subscription (Graph docs: "Delete subscription", `subscription-delete`). Notifications on their way still come.
    ///
    /// Retried on 429, 5xx and lost connections: deleting twice is deleting once. One that is not there is success.
    pub async fn delete_subscription(&self, subscription_id: &str) -> Result<(), GraphError> {
        const CALL: &str = "delete-subscription";
        let url = self.subscription_url(CALL, subscription_id, &[])?;
        match self.send(&Call::new(CALL, Method::DELETE, url, Effect::Delete)).await {
            // Not by the status, which may be that of a refused token request.
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Gone) => Ok(()),
            other => other.map(drop),
        }
    }

    fn subscription_url(&self, call: &'static str, id: &str, action: &[&str]) -> Result<Url, GraphError> {
        urls::resource(
            &self.client.endpoints.graph,
            call,
            &[&["subscriptions", id], action].concat(),
        )
    }
}
