use base64::{Engine, prelude::BASE64_STANDARD};
use graph::{EncryptionCertificate, ErrorKind, Forbidden, NewSubscription, SubscriptionRefusal, SubscriptionResource};
use graph_sim::{ClientStateAnswer, Route, rules};

use super::{subscriber::STATE, *};
use crate::{support::*, webhook::Webhook};

fn wanted(sim: &Simulator, hook: &Webhook) -> NewSubscription {
    NewSubscription {
        resource: SubscriptionResource::organizer(graph::ArtifactKind::Recording, ORGANIZER_ID.parse().unwrap()),
        notification_url: hook.url("echo/recordings?tenant=7"),
        lifecycle_url: Some(hook.url("echo/lifecycle")),
        expires: sim.now().trunc_subsecs(0) + NewSubscription::RECOMMENDED_LIFE,
        client_state: STATE.into(),
        encryption: None,
    }
}

#[tokio::test]
async fn row_21_both_endpoints_are_validated_even_when_they_are_one() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let new = wanted(&sim, &hook);
    let made = session.create_subscription(&new).await.unwrap();
    assert_eq!(hook.asked(), ["/echo/recordings", "/echo/lifecycle"]);
    assert_eq!(made.expires, new.expires);
    assert_eq!(SubscriptionResource::parse(&made.resource), Some(new.resource.clone()));
    session.delete_subscription(&made.id).await.unwrap();

    let same = NewSubscription {
        lifecycle_url: Some(new.notification_url.clone()),
        ..new
    };
    session.create_subscription(&same).await.unwrap();
    assert_eq!(hook.asked().len(), 4, "two calls although the addresses are equal");
}

#[tokio::test]
async fn row_21_an_endpoint_that_is_not_ours_is_told_as_such() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    sim.change_notifications(|mode| mode.validation_timeout_ms = 300);
    // Nobody reads from this one.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}/", silent.local_addr().unwrap()).parse().unwrap();
    for url in [
        hook.url("deaf"),
        hook.url("page"),
        hook.url("other"),
        silent,
        "http://127.0.0.1:1/".parse().unwrap(),
    ] {
        let good = wanted(&sim, &hook);
        let notifications = NewSubscription {
            notification_url: url.clone(),
            ..good.clone()
        };
        let lifecycle = NewSubscription {
            lifecycle_url: Some(url),
            ..good
        };
        for new in [notifications, lifecycle] {
            let error = session.create_subscription(&new).await.unwrap_err();
            assert_eq!((error.kind, error.status), (ErrorKind::Invalid, Some(400)), "{error}");
            let refusal = error.subscription_refusal();
            assert_eq!(refusal, Some(SubscriptionRefusal::EndpointNotValidated), "{error}");
            assert!(!error.outcome_unknown() && !format!("{error} {error:?}").contains(STATE));
        }
    }
    assert!(session.subscriptions().await.unwrap().is_empty());
}

#[tokio::test]
async fn row_21_a_life_too_long_or_without_lifecycle_address_is_refused() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let new = wanted(&sim, &hook);
    let too_long = NewSubscription {
        expires: sim.now() + NewSubscription::MAX_LIFE + TimeDelta::minutes(2),
        ..new.clone()
    };
    let no_lifecycle = NewSubscription {
        lifecycle_url: None,
        ..new.clone()
    };
    for (new, refusal) in [
        (too_long, SubscriptionRefusal::ExpiresTooLate),
        (no_lifecycle, SubscriptionRefusal::LifecycleUrlMissing),
    ] {
        let error = session.create_subscription(&new).await.unwrap_err();
        assert_eq!(
            (error.kind, error.subscription_refusal()),
            (ErrorKind::Invalid, Some(refusal)),
            "{error}"
        );
    }
    assert_eq!(broken(&sim), [rules::EXPIRY_TOO_LONG, rules::NO_LIFECYCLE_URL]);
    let secret = "x".repeat(129);
    let long_state = NewSubscription {
        client_state: secret.as_str().into(),
        ..new.clone()
    };
    let error = session.create_subscription(&long_state).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status),
        (ErrorKind::Invalid, None),
        "it is not even sent"
    );
    assert!(!format!("{error} {error:?}").contains(&secret));

    let short = NewSubscription {
        expires: sim.now() + TimeDelta::minutes(10),
        lifecycle_url: None,
        ..new
    };
    let made = session.create_subscription(&short).await.unwrap();
    let life = made.expires - sim.now();
    assert!(
        life > TimeDelta::minutes(44),
        "anything below 45 minutes is raised: {life}"
    );
}

#[tokio::test]
async fn row_21_renewals_have_the_same_limits() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let short = NewSubscription {
        expires: sim.now() + TimeDelta::minutes(50),
        lifecycle_url: None,
        ..wanted(&sim, &hook)
    };
    let made = session.create_subscription(&short).await.unwrap();
    for (life, refusal) in [
        (
            NewSubscription::MAX_LIFE + TimeDelta::minutes(2),
            SubscriptionRefusal::ExpiresTooLate,
        ),
        (
            NewSubscription::MAX_LIFE_WITHOUT_LIFECYCLE_URL + TimeDelta::minutes(2),
            SubscriptionRefusal::LifecycleUrlMissing,
        ),
    ] {
        let expires = sim.now() + life;
        let error = session.renew_subscription(&made.id, expires).await.unwrap_err();
        assert_eq!(
            (error.kind, error.subscription_refusal()),
            (ErrorKind::Invalid, Some(refusal)),
            "{error}"
        );
    }
    let expires = sim.now().trunc_subsecs(0) + TimeDelta::minutes(59);
    let renewed = session.renew_subscription(&made.id, expires).await.unwrap();
    assert_eq!((renewed.id, renewed.expires), (made.id, expires));
    assert_eq!(hook.asked().len(), 1, "no address has changed, none is asked again");
}

#[tokio::test]
async fn row_21_what_does_not_exist_and_what_cannot_be_encrypted_for_is_refused() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let kind = graph::ArtifactKind::Recording;
    for resource in [
        SubscriptionResource::organizer(kind, uuid::Uuid::from_u128(1)),
        SubscriptionResource::meeting(kind, "MSp1bmtub3du"),
    ] {
        let new = NewSubscription {
            resource,
            ..wanted(&sim, &hook)
        };
        let error = session.create_subscription(&new).await.unwrap_err();
        assert_eq!(
            (error.kind, error.subscription_refusal()),
            (ErrorKind::NotFound, None),
            "{error}"
        );
    }
    let weak: &[u8] = include_bytes!("../../../../graph-sim/tests/certificates/weak.der");
    let elliptic: &[u8] = include_bytes!("../../../../graph-sim/tests/certificates/elliptic.der");
    for certificate in [weak, elliptic, b"no certificate"] {
        let new = NewSubscription {
            encryption: Some(EncryptionCertificate {
                id: "autumn".to_owned(),
                certificate: BASE64_STANDARD.encode(certificate),
            }),
            ..wanted(&sim, &hook)
        };
        let error = session.create_subscription(&new).await.unwrap_err();
        assert_eq!(
            (error.kind, error.subscription_refusal()),
            (ErrorKind::Invalid, None),
            "{error}"
        );
    }
    assert!(sim.subscriptions().is_empty() && hook.asked().is_empty());
}

#[tokio::test]
async fn row_21_a_duplicate_is_found_and_adopted() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let new = wanted(&sim, &hook);
    let made = session.create_subscription(&new).await.unwrap();
    let error = session.create_subscription(&new).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(error.subscription_refusal(), Some(SubscriptionRefusal::Exists));
    let listed = session.subscriptions().await.unwrap();
    let known = listed
        .iter()
        .find(|known| SubscriptionResource::parse(&known.resource) == Some(new.resource.clone()));
    assert_eq!(known.map(|known| &known.id), Some(&made.id));
}

#[tokio::test]
async fn row_21_a_quota_and_a_missing_permission_are_told_apart() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    for (per_tenant, per_resource) in [(0, 10), (10, 0)] {
        sim.change_notifications(|mode| {
            mode.max_per_tenant = per_tenant;
            mode.max_per_resource = per_resource;
        });
        let error = session.create_subscription(&wanted(&sim, &hook)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::Other), "{error}");
        assert_eq!(
            error.subscription_refusal(),
            Some(SubscriptionRefusal::Quota),
            "{error}"
        );
    }
    sim.change_notifications(|mode| mode.max_per_resource = 10);
    sim.change_app(northwind::CLIENT_ID, |app| {
        app.roles.retain(|role| !role.contains("Recording"));
    });
    session.renew_token().await.unwrap();
    let error = session.create_subscription(&wanted(&sim, &hook)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::MissingRole), "{error}");
    assert_eq!(
        (error.status, error.subscription_refusal()),
        (Some(403), None),
        "{error}"
    );
}

#[tokio::test]
async fn row_21_one_that_is_gone_is_not_found_and_deleting_it_is_success() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    for answer in [ClientStateAnswer::Null, ClientStateAnswer::Omitted] {
        sim.change_notifications(|mode| mode.client_state = answer);
        let new = wanted(&sim, &hook);
        let made = session.create_subscription(&new).await.unwrap();
        assert!(made.client_state.is_none(), "Graph does not tell it again");
        assert!(sim.vanish(&made.id));
        let renewed = session.renew_subscription(&made.id, new.expires).await.unwrap_err();
        let reauthorized = session.reauthorize_subscription(&made.id).await.unwrap_err();
        assert_eq!(
            (renewed.kind, reauthorized.kind),
            (ErrorKind::NotFound, ErrorKind::NotFound)
        );
        session.delete_subscription(&made.id).await.unwrap();
    }
    assert_eq!(statuses(&sim, Route::DeleteSubscription), [404, 404]);
}

#[tokio::test]
async fn row_16_the_transcript_switch_stops_subscriptions_too() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let new = NewSubscription {
        resource: SubscriptionResource::organizer(graph::ArtifactKind::Transcript, ORGANIZER_ID.parse().unwrap()),
        ..wanted(&sim, &hook)
    };
    let made = session.create_subscription(&new).await.unwrap();
    sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = false);
    let renewed = session.renew_subscription(&made.id, new.expires).await.unwrap_err();
    session.delete_subscription(&made.id).await.unwrap();
    let created = session.create_subscription(&new).await.unwrap_err();
    for error in [renewed, created] {
        assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::TranscriptsOff), "{error}");
    }
    // Recordings are not affected.
    session.create_subscription(&wanted(&sim, &hook)).await.unwrap();
}

#[tokio::test]
async fn row_16_a_switch_that_flaps_refuses_every_other_call_about_subscriptions() {
    let World { sim, session, .. } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let new = NewSubscription {
        resource: SubscriptionResource::tenant(graph::ArtifactKind::Transcript),
        ..wanted(&sim, &hook)
    };
    sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.switches_flap = true);
    let off = ErrorKind::Forbidden(Forbidden::TranscriptsOff);
    assert_eq!(session.create_subscription(&new).await.unwrap_err().kind, off);
    assert!(hook.asked().is_empty());
    let made = session.create_subscription(&new).await.unwrap();
    for _ in 0..2 {
        let refused = session.renew_subscription(&made.id, new.expires).await.unwrap_err();
        assert_eq!(refused.kind, off);
        session.renew_subscription(&made.id, new.expires).await.unwrap();
        let refused = session.reauthorize_subscription(&made.id).await.unwrap_err();
        assert_eq!(refused.kind, off);
        session.reauthorize_subscription(&made.id).await.unwrap();
    }
}
