//! Making a subscription that is not there, or adopting one whose making was interrupted.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Duration;
use domain::{SubscriptionTrouble, TenantId};
use graph::{GraphSession, NewSubscription, Secret, Subscription, SubscriptionResource};

use super::{keep::Keeping, wanted::Wanted};
use crate::{
    Result, secrets,
    store::{self, subscriptions::Made},
};

/// How much younger than ours would be one is that may not be written down yet.
const YOUNG: Duration = Duration::minutes(5);

impl Keeping<'_> {
    /// Makes the subscription. One that is there already is adopted if it was surely made by us, else removed: two would tell everything
    /// twice.
    pub async fn make(&mut self, session: &GraphSession, wanted: &Wanted) -> Result<()> {
        let there = match session.subscriptions().await {
            Ok(there) => there,
            Err(error) => return self.failed(&error, "subscriptions could not be listed").await,
        };
        let secret = self.kept_secret().await?;
        let mut ours = None;
        for subscription in there {
            let Some(resource) = SubscriptionResource::parse(&subscription.resource) else {
                continue;
            };
            // The tenant's other one may be in the making.
            if resource.artifacts != wanted.resource.artifacts {
                continue;
            }
            let is_the_same = resource == wanted.resource;
            let is_here = subscription.notification_url.as_deref() == Some(wanted.url.as_str());
            let is_known = subscription.client_state.is_some() && subscription.client_state == secret;
            if ours.is_none() && is_the_same && is_here && is_known && is_whole(&subscription, wanted) {
                ours = Some(subscription);
                continue;
            }
            let owner = self.owner(&subscription).await?;
            if is_the_same && owner.is_some_and(|owner| owner != self.scope.tenant()) {
                return self.refused(SubscriptionTrouble::Taken, None).await;
            }
            // Another tenant of ours, with the same registration, may be about to write down what it has just made.
            let is_new = subscription.expires > self.expiry() - YOUNG;
            if is_the_same || is_here && owner.is_none() && !is_new {
                tracing::warn!(tenant.id = %self.scope.tenant(), is_here, "a subscription that is not known is removed at Microsoft");
                if let Err(error) = session.delete_subscription(&subscription.id).await {
                    return self
                        .failed(&error, "a subscription that is not known was not removed")
                        .await;
                }
            }
        }
        if let Some(found) = ours {
            // It may be old: its life begins anew.
            return match session.renew_subscription(&found.id, self.expiry()).await {
                Ok(renewed) => self.renewed(wanted, &renewed).await,
                Err(error) => self.failed(&error, "a subscription was not renewed").await,
            };
        }
        let Some(secret) = self.write_down(wanted, secret).await? else {
            return Ok(());
        };
        let new = NewSubscription {
            resource: wanted.resource.clone(),
            notification_url: wanted.url.clone(),
            lifecycle_url: Some(wanted.lifecycle_url.clone()),
            expires: self.expiry(),
            client_state: secret,
            encryption: wanted.encryption.clone(),
        };
        match session.create_subscription(&new).await {
            Ok(made) => self.renewed(wanted, &made).await,
            Err(error) => self.failed(&error, "a subscription was not made").await,
        }
    }

    /// The secret of what was about to be made.
    async fn kept_secret(&self) -> Result<Option<Secret>> {
        let Some(made) = &self.plan.made else { return Ok(None) };
        let mut tx = self.backend.db().read(self.scope).await?;
        let secret = self
            .backend
            .secrets()
            .get(&mut tx, self.scope.tenant(), &made.secret)
            .await?;
        Ok(secret.map(Secret::new))
    }

    /// The tenant of ours that has a subscription.
    async fn owner(&self, subscription: &Subscription) -> Result<Option<TenantId>> {
        let mut system = self.backend.db().system().await?;
        let routes = store::subscriptions::routes::find(&mut system, std::slice::from_ref(&subscription.id)).await?;
        Ok(routes.first().map(|route| route.tenant))
    }

    /// Writes down what is about to be made, with a secret of its own; `None` if it is somebody else's by now. What was written down before
    /// stays: its making may yet turn up.
    async fn write_down(&mut self, wanted: &Wanted, secret: Option<Secret>) -> Result<Option<Secret>> {
        if let (Some(_), Some(secret)) = (&self.plan.made, secret) {
            return Ok(Some(secret));
        }
        let tenant = self.scope.tenant();
        let id: uuid::Uuid = self.backend.clock().id();
        let made = Made {
            resource: wanted.resource.to_string(),
            profile: wanted.profile,
            url: wanted.url.to_string(),
            certificate: wanted.certificate_id().map(str::to_owned),
            secret: format!("teams_subscription_{}_{id}", self.plan.kind.as_str()),
        };
        let secret = BASE64_URL_SAFE_NO_PAD.encode(secrets::random::<32>());
        let mut tx = self.backend.db().begin(self.scope).await?;
        self.backend
            .secrets()
            .put(&mut tx, tenant, &made.secret, &secret)
            .await?;
        if !store::subscriptions::making(&mut tx, &self.plan, &made).await? {
            return Ok(None);
        }
        tx.commit().await?;
        self.plan.made = Some(made);
        Ok(Some(Secret::new(secret)))
    }
}

/// Whether a subscription has all that ours have. What it lacks cannot be added.
fn is_whole(subscription: &Subscription, wanted: &Wanted) -> bool {
    subscription.lifecycle_url.as_deref() == Some(wanted.lifecycle_url.as_str())
        && subscription.encryption_certificate_id.as_deref() == wanted.certificate_id()
}
