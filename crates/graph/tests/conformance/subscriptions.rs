use std::time::SystemTime;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use graph::{ArtifactKind, ErrorKind, NewSubscription, SubscriptionRefusal, SubscriptionResource};

use crate::{tenant::Tenant, tests::Outcome, webhook::Webhook};

const NO_WEBHOOK: Outcome = Outcome::Skipped("Microsoft cannot reach this machine");

fn subscription(tenant: &Tenant, webhook: &Webhook, path: &str) -> NewSubscription {
    let now = DateTime::<Utc>::from(SystemTime::now())
        .duration_trunc(TimeDelta::seconds(1))
        .unwrap();
    NewSubscription {
        resource: SubscriptionResource::organizer(ArtifactKind::Recording, tenant.organizer_id.parse().unwrap()),
        notification_url: webhook.url(path),
        lifecycle_url: Some(webhook.url(&format!("{path}/lifecycle"))),
        expires: now + TimeDelta::hours(24),
        client_state: "a secret of the conformance test".into(),
        encryption: None,
    }
}

pub async fn the_endpoint_is_asked_before_a_subscription_exists(tenant: &Tenant) -> Outcome {
    let Some(webhook) = &tenant.webhook else {
        return NO_WEBHOOK;
    };
    let new = subscription(tenant, webhook, "echo/handshake");
    let made = tenant.session.create_subscription(&new).await.unwrap();
    let asked = webhook.asked();
    tenant.session.delete_subscription(&made.id).await.unwrap();
    for path in ["/echo/handshake", "/echo/handshake/lifecycle"] {
        assert!(asked.iter().any(|asked| asked.ends_with(path)), "{path} in {asked:?}");
    }
    assert_eq!(SubscriptionResource::parse(&made.resource), Some(new.resource));
    Outcome::Held
}

pub async fn an_endpoint_that_does_not_echo_is_refused(tenant: &Tenant) -> Outcome {
    let Some(webhook) = &tenant.webhook else {
        return NO_WEBHOOK;
    };
    let error = tenant
        .session
        .create_subscription(&subscription(tenant, webhook, "deaf"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    assert_eq!(
        error.subscription_refusal(),
        Some(SubscriptionRefusal::EndpointNotValidated),
        "{error}"
    );
    Outcome::Held
}

pub async fn a_subscription_is_listed_renewed_and_deleted(tenant: &Tenant) -> Outcome {
    let Some(webhook) = &tenant.webhook else {
        return NO_WEBHOOK;
    };
    let new = subscription(tenant, webhook, "echo/life");
    let made = tenant.session.create_subscription(&new).await.unwrap();
    let listed = tenant.session.subscriptions().await.unwrap();
    let later = new.expires + TimeDelta::hours(12);
    let renewed = tenant.session.renew_subscription(&made.id, later).await;
    let reauthorized = tenant.session.reauthorize_subscription(&made.id).await;
    for _ in 0..2 {
        tenant.session.delete_subscription(&made.id).await.unwrap();
    }
    assert!(listed.iter().any(|listed| listed.id == made.id));
    assert_eq!(renewed.unwrap().expires, later);
    reauthorized.unwrap();
    let error = tenant.session.renew_subscription(&made.id, later).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
    Outcome::Held
}
