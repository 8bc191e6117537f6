//! Subscription calls against answers as the docs and reports have them.

use graph::{
    EncryptionCertificate, ErrorKind, Forbidden, NewSubscription, Subscription, SubscriptionRefusal,
    SubscriptionResource, notifications::ArtifactKind,
};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, LoggedRequest, Route, Simulator};
use serde_json::{Value, json};

use crate::support::*;

const ID: &str = "88888888-8888-4888-8888-888888888888";

pub fn told(id: &str) -> Value {
    json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#subscriptions/$entity",
        "id": id, "resource": "communications/onlineMeetings/getAllRecordings", "applicationId": "a",
        "changeType": "created", "clientState": null, "notificationUrl": "https://minuted.example/n",
        "lifecycleNotificationUrl": "https://minuted.example/l", "expirationDateTime": "2026-11-27T08:29:11.3173971Z",
        "creatorId": "c", "latestSupportedTlsVersion": "v1_2", "encryptionCertificate": null,
        "encryptionCertificateId": null, "includeResourceData": null, "notificationUrlAppId": null,
    })
}

fn new() -> NewSubscription {
    NewSubscription {
        resource: SubscriptionResource::tenant(ArtifactKind::Recording),
        notification_url: "https://minuted.example/n?t=1".parse().unwrap(),
        lifecycle_url: Some("https://minuted.example/l".parse().unwrap()),
        expires: at("2026-11-27T08:29:11.31Z"),
        client_state: "the client state".into(),
        encryption: None,
    }
}

fn answers(sim: &Simulator, route: Route, answer: impl Into<FaultAnswer>) {
    sim.fault(Fault::new(route, answer));
}

fn last(sim: &Simulator) -> LoggedRequest {
    sim.requests().pop().unwrap()
}

#[tokio::test]
async fn create_sends_what_graph_wants() {
    let World { sim, session, .. } = world().await;
    answers(
        &sim,
        Route::CreateSubscription,
        CannedAnswer::body(201, told(ID).to_string()),
    );
    let made = session.create_subscription(&new()).await.unwrap();
    let expected = Subscription {
        id: ID.to_owned(),
        resource: "communications/onlineMeetings/getAllRecordings".to_owned(),
        change_type: Some("created".to_owned()),
        notification_url: Some("https://minuted.example/n".to_owned()),
        lifecycle_url: Some("https://minuted.example/l".to_owned()),
        expires: at("2026-11-27T08:29:11.3173971Z"),
        client_state: None,
        encryption_certificate_id: None,
    };
    assert_eq!(made, expected);
    let request = last(&sim);
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1.0/subscriptions")
    );
    let body = json!({
        "changeType": "created", "resource": "communications/onlineMeetings/getAllRecordings",
        "notificationUrl": "https://minuted.example/n?t=1", "lifecycleNotificationUrl": "https://minuted.example/l",
        "expirationDateTime": "2026-11-27T08:29:11Z", "clientState": "the client state", "latestSupportedTlsVersion": "v1_2",
    });
    assert_eq!(request.body, body);
}

#[tokio::test]
async fn create_with_encryption_and_without_lifecycle() {
    let World { sim, session, .. } = world().await;
    let mut answer = told(ID);
    answer["clientState"] = json!("the client state");
    answer["encryptionCertificateId"] = json!("cert-1");
    answers(
        &sim,
        Route::CreateSubscription,
        CannedAnswer::body(201, answer.to_string()),
    );
    let encryption = EncryptionCertificate {
        id: "cert-1".to_owned(),
        certificate: "MIIB".to_owned(),
    };
    let new = NewSubscription {
        lifecycle_url: None,
        encryption: Some(encryption),
        ..new()
    };
    let made = session.create_subscription(&new).await.unwrap();
    assert_eq!(made.client_state, Some("the client state".into()));
    assert_eq!(made.encryption_certificate_id.as_deref(), Some("cert-1"));
    let body = last(&sim).body;
    assert_eq!(
        (
            &body["includeResourceData"],
            &body["encryptionCertificate"],
            &body["encryptionCertificateId"]
        ),
        (&json!(true), &json!("MIIB"), &json!("cert-1"))
    );
    assert_eq!(body.get("lifecycleNotificationUrl"), None);
    assert!(!format!("{new:?}{made:?}").contains("the client state"));
}

#[tokio::test]
async fn what_cannot_be_right_is_not_sent() {
    let World { sim, session, .. } = world().await;
    let certificate = |id: &str| EncryptionCertificate {
        id: id.to_owned(),
        certificate: String::new(),
    };
    let meeting = |id: &str| SubscriptionResource::meeting(ArtifactKind::Recording, id);
    let wrong = [
        NewSubscription {
            client_state: "".into(),
            ..new()
        },
        NewSubscription {
            client_state: "x".repeat(129).into(),
            ..new()
        },
        NewSubscription {
            encryption: Some(certificate("")),
            ..new()
        },
        NewSubscription {
            encryption: Some(certificate(&"x".repeat(129))),
            ..new()
        },
        NewSubscription {
            resource: meeting(""),
            ..new()
        },
        NewSubscription {
            resource: meeting("../x"),
            ..new()
        },
        NewSubscription {
            resource: meeting("x?y"),
            ..new()
        },
    ];
    for new in wrong {
        let error = session.create_subscription(&new).await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::Invalid, None), "{new:?}");
    }
    for id in ["", ".."] {
        assert_eq!(
            session.delete_subscription(id).await.unwrap_err().kind,
            ErrorKind::Invalid
        );
    }
    assert_eq!(sim.requests().len(), 0);
    answers(
        &sim,
        Route::CreateSubscription,
        CannedAnswer::body(201, told(ID).to_string()),
    );
    let longest = NewSubscription {
        client_state: "x".repeat(128).into(),
        ..new()
    };
    session.create_subscription(&longest).await.unwrap();
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let World { sim, session, .. } = world().await;
    let teams_form = "Operation: Create; Exception: [Status Code: BadRequest; Reason: Expiration time '11/30/2026' \
                      ('6.00:00:00' from now) is beyond allowed max '3.00:00:00'.]";
    let other = ErrorKind::Forbidden(Forbidden::Other);
    let table = [
        (
            409,
            "Conflict",
            "Subscription exists",
            ErrorKind::Conflict,
            Some(SubscriptionRefusal::Exists),
        ),
        (
            400,
            "ValidationError",
            "The operation timed out",
            ErrorKind::Invalid,
            Some(SubscriptionRefusal::EndpointNotValidated),
        ),
        (
            400,
            "InvalidRequest",
            "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.",
            ErrorKind::Invalid,
            Some(SubscriptionRefusal::EndpointNotValidated),
        ),
        (
            400,
            "InvalidRequest",
            "lifecycleNotificationUrl is required for subscription creation on this resource when the \
             expirationDateTime value exceeds 1 hour",
            ErrorKind::Invalid,
            Some(SubscriptionRefusal::LifecycleUrlMissing),
        ),
        (
            400,
            "BadRequest",
            teams_form,
            ErrorKind::Invalid,
            Some(SubscriptionRefusal::ExpiresTooLate),
        ),
        (
            400,
            "ExtensionError",
            "Subscription expiration can only be 10070 minutes in the future.",
            ErrorKind::Invalid,
            Some(SubscriptionRefusal::ExpiresTooLate),
        ),
        (400, "BadRequest", "something", ErrorKind::Invalid, None),
        (
            403,
            "Forbidden",
            "The subscription limit is reached.",
            other,
            Some(SubscriptionRefusal::Quota),
        ),
        (
            403,
            "ExtensionError",
            "Operation: Create; Exception: [Status Code: Forbidden; Reason: x]",
            other,
            None,
        ),
        (
            403,
            "Forbidden",
            "Missing role permissions on the request.",
            ErrorKind::Forbidden(Forbidden::MissingRole),
            None,
        ),
    ];
    for (status, code, message, kind, refusal) in table {
        answers(
            &sim,
            Route::CreateSubscription,
            CannedAnswer::refusal(status, code, message),
        );
        let error = session.create_subscription(&new()).await.unwrap_err();
        assert_eq!((error.kind, error.subscription_refusal()), (kind, refusal), "{message}");
        assert!(!error.outcome_unknown(), "{message}");
        assert_eq!(error.message(), Some(message));
    }
    assert_eq!(sim.requests_to(Route::CreateSubscription).len(), 10, "none is repeated");
}

#[tokio::test]
async fn the_client_state_does_not_come_back_in_errors() {
    let World { sim, session, .. } = world().await;
    let message = "clientState 'the client state' is refused";
    answers(
        &sim,
        Route::CreateSubscription,
        CannedAnswer::refusal(400, "BadRequest", message),
    );
    let error = session.create_subscription(&new()).await.unwrap_err();
    assert_eq!(error.message(), Some("clientState '***' is refused"));
    // Nor a part of it, where the message is cut, nor in a code.
    let message = format!("{}the client state", "x".repeat(490));
    answers(
        &sim,
        Route::CreateSubscription,
        CannedAnswer::refusal(400, "the client state", &message),
    );
    let error = session.create_subscription(&new()).await.unwrap_err();
    assert!(error.message().unwrap().ends_with("x***"), "{error}");
    assert_eq!(error.code.as_deref(), Some("***"));
}

#[tokio::test]
async fn a_create_is_repeated_only_if_nothing_has_happened() {
    let World { sim, session, .. } = world().await;
    for answer in [
        FaultAnswer::DropBefore,
        CannedAnswer::status(503).into(),
        CannedAnswer::status(504).into(),
        CannedAnswer::body(201, "{").into(),
    ] {
        let before = sim.requests_to(Route::CreateSubscription).len();
        answers(&sim, Route::CreateSubscription, answer.clone());
        let error = session.create_subscription(&new()).await.unwrap_err();
        assert!(error.outcome_unknown(), "{answer:?}");
        let after = sim.requests_to(Route::CreateSubscription).len();
        assert_eq!(after - before, 1, "{answer:?}");
    }
    answers(
        &sim,
        Route::CreateSubscription,
        CannedAnswer::status(429).retry_after(1),
    );
    answers(
        &sim,
        Route::CreateSubscription,
        CannedAnswer::body(201, told(ID).to_string()),
    );
    session.create_subscription(&new()).await.unwrap();
    assert_eq!(sim.requests_to(Route::CreateSubscription).len(), 6);
}

/// Graph's calls to our addresses take their time.
#[tokio::test]
async fn a_create_outlasts_other_calls() {
    let policy = graph::RetryPolicy {
        attempt_timeout: std::time::Duration::from_millis(50),
        ..quick()
    };
    let World { sim, session, .. } = world_with(graph_sim::SimConfig::demo(), policy).await;
    session.user(ORGANIZER).await.unwrap();
    let slow = CannedAnswer {
        delay_ms: 200,
        ..CannedAnswer::body(201, told(ID).to_string())
    };
    answers(&sim, Route::CreateSubscription, slow);
    session.create_subscription(&new()).await.unwrap();
}

#[tokio::test]
async fn renewing_and_reauthorizing_are_repeated() {
    let World { sim, session, .. } = world().await;
    let expires = at("2026-11-24T15:00:00Z") + NewSubscription::RECOMMENDED_LIFE;
    answers(&sim, Route::UpdateSubscription, FaultAnswer::DropBefore);
    answers(&sim, Route::UpdateSubscription, CannedAnswer::status(503));
    answers(
        &sim,
        Route::UpdateSubscription,
        CannedAnswer::body(200, told(ID).to_string()),
    );
    assert_eq!(session.renew_subscription(ID, expires).await.unwrap().id, ID);
    let requests = sim.requests_to(Route::UpdateSubscription);
    assert_eq!(requests.len(), 3);
    assert_eq!(
        (requests[2].method.as_str(), &requests[2].path, &requests[2].body),
        (
            "PATCH",
            &format!("/v1.0/subscriptions/{ID}"),
            &json!({ "expirationDateTime": "2026-11-27T14:00:00Z" })
        )
    );

    answers(&sim, Route::Reauthorize, CannedAnswer::status(503));
    answers(&sim, Route::Reauthorize, CannedAnswer::body(204, ""));
    session.reauthorize_subscription(ID).await.unwrap();
    let requests = sim.requests_to(Route::Reauthorize);
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].path, format!("/v1.0/subscriptions/{ID}/reauthorize"));
    assert_eq!(requests[1].method, "POST");
}

#[tokio::test]
async fn what_is_gone() {
    let World { sim, session, .. } = world().await;
    let gone = || CannedAnswer::refusal(404, "ResourceNotFound", "The object was not found.");
    answers(&sim, Route::UpdateSubscription, gone());
    let error = session.renew_subscription(ID, new().expires).await.unwrap_err();
    assert_eq!((error.kind, error.subscription_refusal()), (ErrorKind::NotFound, None));
    answers(&sim, Route::Reauthorize, gone());
    let error = session.reauthorize_subscription(ID).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    answers(&sim, Route::DeleteSubscription, FaultAnswer::DropBefore);
    answers(&sim, Route::DeleteSubscription, gone());
    session.delete_subscription(ID).await.unwrap();
    answers(&sim, Route::DeleteSubscription, CannedAnswer::body(204, ""));
    session.delete_subscription("a/b").await.unwrap();
    assert_eq!(last(&sim).path, "/v1.0/subscriptions/a%2Fb");
    answers(
        &sim,
        Route::DeleteSubscription,
        CannedAnswer::refusal(403, "Forbidden", "no"),
    );
    let error = session.delete_subscription(ID).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::Other));
}
