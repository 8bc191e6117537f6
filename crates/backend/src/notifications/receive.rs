//! Reading what a request brings, believing what proves itself, and storing that.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use domain::{ArtifactKind, TenantId};
use graph::notifications::{self, LifecycleEvent, Malformed, Notification, NotificationEvent};
use uuid::Uuid;

use super::{MAX_BODY, Received, content::Opened, inbox::Inbox, known::Known};
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, notifications::Told},
};

const _: () = assert!(MAX_BODY == notifications::MAX_BODY, "both have one limit");

/// Stores what a request tells.
pub async fn receive(backend: &Backend, inbox: &Inbox, body: &[u8]) -> Result<Received> {
    let mut batch = match notifications::parse(body) {
        Ok(batch) => batch,
        Err(Malformed::NotNotifications) => {
            inbox.tally.count(None, "malformed", 1);
            return Ok(Received::Malformed);
        }
        Err(Malformed::TooMany | Malformed::TooLarge) => {
            inbox.tally.count(None, "too-large", 1);
            return Ok(Received::TooMany);
        }
    };
    let now = backend.clock().now();
    let all = batch.items.len();
    if all == 0 {
        inbox.tally.count(None, "malformed", 1);
        return Ok(Received::Malformed);
    }
    let items: Vec<Notification> = std::mem::take(&mut batch.items).into_iter().flatten().collect();
    let mut dropped = all - items.len();
    inbox.tally.count(None, "not-understood", as_count(dropped));
    let ids: BTreeSet<String> = items.iter().map(|item| item.subscription_id.clone()).collect();
    let known = inbox.known.find(backend, ids.into_iter().collect()).await?;
    let mut believed: Vec<(Notification, &Known)> = Vec::new();
    for item in items {
        match check(&item, known.get(&item.subscription_id)) {
            Ok(subscription) => believed.push((item, subscription)),
            Err((tenant, why)) => {
                inbox.tally.count(tenant, why, 1);
                dropped += 1;
            }
        }
    }
    let with_subscriptions = believed.iter().map(|(item, subscription)| (item, *subscription));
    let tokens = inbox.content.tokens(batch, with_subscriptions, now).await;
    let mut told: HashMap<TenantId, Vec<Told>> = HashMap::new();
    let mut lifecycle: HashMap<TenantId, HashSet<(ArtifactKind, String, &'static str)>> = HashMap::new();
    for (item, subscription) in believed {
        let content = match inbox.content.open(&item, subscription, &tokens) {
            Some(Opened::Tampered(why)) => {
                inbox.tally.count(Some(subscription.tenant), why, 1);
                dropped += 1;
                continue;
            }
            Some(Opened::Closed(why)) => {
                inbox.tally.count(Some(subscription.tenant), why, 1);
                None
            }
            Some(Opened::Artifact(content)) => Some(content),
            None => None,
        };
        inbox.tally.told(subscription.tenant, subscription.kind, now);
        match item.event {
            NotificationEvent::Artifact { artifact, .. } => {
                // Not every path names the organizer.
                let organizer = content.and_then(|content| Uuid::try_parse(&content.organizer_id?).ok());
                told.entry(subscription.tenant).or_default().push(Told {
                    kind: kind(artifact.kind).as_str(),
                    organizer: artifact.organizer().or(organizer),
                    provider_meeting_id: artifact.meeting_id,
                    provider_artifact_id: artifact.artifact_id,
                    subscription_id: item.subscription_id,
                });
            }
            NotificationEvent::Lifecycle(event) => {
                let events = lifecycle.entry(subscription.tenant).or_default();
                events.insert((subscription.kind, item.subscription_id, word(&event)));
                inbox.tally.count(Some(subscription.tenant), "lifecycle", 1);
            }
        }
    }
    if !told.is_empty() {
        inbox.store(backend, told, now).await?;
    }
    if !lifecycle.is_empty() {
        for (tenant, events) in lifecycle {
            note(backend, tenant, &events).await?;
        }
        inbox.lifecycle.notify_one();
    }
    Ok(Received::Stored { dropped })
}

fn as_count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn kind(kind: graph::ArtifactKind) -> ArtifactKind {
    match kind {
        graph::ArtifactKind::Recording => ArtifactKind::Recording,
        graph::ArtifactKind::Transcript => ArtifactKind::Transcript,
    }
}

/// The subscription, if it is ours, its owner sent this, and it is about the right tenant.
fn check<'a>(
    item: &Notification,
    subscription: Option<&'a Arc<Known>>,
) -> Result<&'a Known, (Option<TenantId>, &'static str)> {
    let subscription = subscription.ok_or((None, "unknown-subscription"))?;
    let tenant = Some(subscription.tenant);
    if !item.is_from(&subscription.secret) {
        Err((tenant, "wrong-secret"))
    } else if subscription.entra_tenant.is_some() && item.tenant_id != subscription.entra_tenant {
        Err((tenant, "wrong-tenant"))
    } else {
        Ok(subscription)
    }
}

fn word(event: &LifecycleEvent) -> &'static str {
    match event {
        LifecycleEvent::ReauthorizationRequired => "reauthorizationRequired",
        LifecycleEvent::SubscriptionRemoved => "subscriptionRemoved",
        LifecycleEvent::Missed => "missed",
        LifecycleEvent::Other(_) => "other",
    }
}

/// Writes down what Microsoft says of a tenant's subscriptions, each thing once.
async fn note(
    backend: &Backend,
    tenant: TenantId,
    events: &HashSet<(ArtifactKind, String, &'static str)>,
) -> Result<()> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
    for (kind, id, event) in events {
        store::subscriptions::lifecycle(&mut tx, *kind, id, event, now).await?;
    }
    tx.commit().await?;
    for (kind, _, event) in events {
        tracing::info!(tenant.id = %tenant, kind = kind.as_str(), event, "Microsoft has told something of a subscription");
    }
    Ok(())
}
