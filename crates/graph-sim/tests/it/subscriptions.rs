use chrono::{DateTime, TimeDelta, Utc};
use graph_sim::{
    ClientStateAnswer, End, SimConfig,
    demo::{contoso, northwind},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    support::*,
    webhook::{Answer, Webhook},
};

const ALL: &str = "communications/onlineMeetings/getAllRecordings";
const CERTIFICATE: &[u8] = include_bytes!("../certificates/subscriber.der");

fn base64(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes)
}

fn of_organizer(all: &str) -> String {
    format!("users/{USER}/onlineMeetings/{all}")
}

fn wanted(world: &World, hook: &Webhook, resource: &str, minutes: i64) -> Value {
    json!({
        "changeType": "created", "notificationUrl": hook.url, "lifecycleNotificationUrl": hook.url, "resource": resource,
        "expirationDateTime": at(world, minutes), "clientState": "a secret", "latestSupportedTlsVersion": "v1_2",
    })
}

fn at(world: &World, minutes: i64) -> DateTime<Utc> {
    world.sim.now() + TimeDelta::minutes(minutes)
}

async fn create(world: &World, body: &Value) -> Got {
    world.send(Method::POST, "/subscriptions", body).await
}

async fn patch(world: &World, id: &str, body: Value) -> Got {
    world.send(Method::PATCH, &format!("/subscriptions/{id}"), &body).await
}

fn message(got: &Got) -> &str {
    got.body["error"]["message"].as_str().unwrap()
}

#[tokio::test]
async fn create_read_renew_delete() {
    let (world, mut hook) = (world().await, Webhook::start().await);
    let got = create(&world, &wanted(&world, &hook, ALL, 4260)).await;
    assert_eq!(got.status, 201, "{}", got.body);
    let id = got.body["id"].as_str().unwrap().to_owned();
    assert_eq!(got.body["applicationId"], northwind::CLIENT_ID);
    assert_eq!(
        (&got.body["clientState"], &got.body["resource"]),
        (&json!("a secret"), &json!(ALL))
    );
    assert!(
        got.body["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("$metadata#subscriptions/$entity")
    );

    // Both URLs, though they are the same.
    let validations = hook.validations();
    assert_eq!(validations.len(), 2);
    for validation in &validations {
        assert!(
            validation
                .query
                .starts_with("validationToken=Validation%3A+Testing+client")
        );
        assert_eq!((validation.path.as_str(), validation.body.as_str()), ("/hook", ""));
        assert_eq!(validation.content_type, "text/plain; charset=utf-8");
    }
    assert_ne!(validations[0].query, validations[1].query);

    let path = format!("/subscriptions/{id}");
    assert_eq!(world.get(&path).await.body["id"], id.as_str());
    let list = world.get("/subscriptions").await;
    assert_eq!(list.body["value"][0]["id"], id.as_str());
    assert!(list.body.get("@odata.nextLink").is_none());

    let later = at(&world, 4300);
    let renewed = patch(&world, &id, json!({ "expirationDateTime": later })).await;
    assert_eq!(renewed.status, 200);
    assert_eq!(world.sim.subscriptions()[0].expires, later);
    assert!(hook.validations().is_empty());

    let moved = format!("{}/moved?tenant=a%2Fb", hook.url);
    assert_eq!(
        patch(&world, &id, json!({ "notificationUrl": moved })).await.status,
        200
    );
    let validations = hook.validations();
    assert_eq!((validations.len(), validations[0].path.as_str()), (1, "/hook/moved"));
    assert!(
        validations[0].query.starts_with("tenant=a%2Fb&validationToken="),
        "what was there stays"
    );

    let reauthorize = format!("{path}/reauthorize");
    assert_eq!(world.send(Method::POST, &reauthorize, &Value::Null).await.status, 204);
    assert_eq!(world.sim.subscriptions()[0].expires, later);
    assert_eq!(world.delete(&path).await.status, 204);
    assert_eq!(world.sim.subscriptions()[0].ended, Some(End::Deleted));
    for got in [
        world.get(&path).await,
        world.delete(&path).await,
        patch(&world, &id, json!({ "expirationDateTime": later })).await,
        world.send(Method::POST, &reauthorize, &Value::Null).await,
    ] {
        assert_eq!(
            (got.code(), message(&got)),
            ((404, "ResourceNotFound"), "The object was not found.")
        );
    }
    assert_eq!(world.get("/subscriptions").await.body["value"], json!([]));
    assert!(world.sim.violations().is_empty());
}

#[tokio::test]
async fn bodies_that_are_refused() {
    let (world, mut hook) = (world().await, Webhook::start().await);
    let long = "x".repeat(129);
    let weak = base64(include_bytes!("../certificates/weak.der"));
    let elliptic = base64(include_bytes!("../certificates/elliptic.der"));
    let rich = |certificate: &str| json!({ "includeResourceData": true, "encryptionCertificate": certificate, "encryptionCertificateId": "1" });
    let cases: Vec<(Value, u16, &str, Option<&str>)> = vec![
        (json!({ "changeType": "updated" }), 400, "changeType", None),
        (
            json!({ "resource": "users/x/events" }),
            400,
            "does not know the resource",
            None,
        ),
        (json!({ "resource": null }), 400, "'resource' is required", None),
        (
            json!({ "notificationUrl": "http://hooks.example/x" }),
            400,
            "https",
            None,
        ),
        (
            json!({ "lifecycleNotificationUrl": "ftp://127.0.0.1/x" }),
            400,
            "https",
            None,
        ),
        (
            json!({ "clientState": long }),
            400,
            "clientState",
            Some("client-state-too-long"),
        ),
        (json!({ "expirationDateTime": "soon" }), 400, "point in time", None),
        (
            json!({ "expirationDateTime": at(&world, -1) }),
            400,
            "in the future",
            None,
        ),
        (
            json!({ "expirationDateTime": at(&world, 4321) }),
            400,
            "is beyond allowed max '3.00:00:00'.]",
            Some("expiry-too-long"),
        ),
        (
            json!({ "lifecycleNotificationUrl": null }),
            400,
            "lifecycleNotificationUrl is required for subscription creation",
            Some("no-lifecycle-url"),
        ),
        (
            json!({ "includeResourceData": true }),
            400,
            "'encryptionCertificate' is required",
            None,
        ),
        (
            json!({ "includeResourceData": true, "encryptionCertificate": base64(CERTIFICATE) }),
            400,
            "'encryptionCertificateId' is required",
            None,
        ),
        (rich("-----BEGIN CERTIFICATE-----"), 400, "base64", None),
        (rich("AAAA"), 400, "X.509", None),
        (rich(&weak), 400, "2048 to 4096 bits", None),
        (rich(&elliptic), 400, "RSA", None),
        (
            json!({ "resource": "users/meetings@northwind.example/onlineMeetings/getAllRecordings" }),
            400,
            "object id",
            Some("upn-in-online-meetings-path"),
        ),
        (
            json!({ "resource": format!("users/{}/onlineMeetings/getAllRecordings", contoso::ORGANIZER_OBJECT_ID) }),
            404,
            "User not found",
            None,
        ),
        (
            json!({ "resource": "communications/onlineMeetings/MSo/recordings" }),
            404,
            "Meeting not found",
            None,
        ),
        (json!({ "surprise": 1 }), 400, "unknown field", None),
    ];
    for (change, status, text, rule) in cases {
        let mut body = wanted(&world, &hook, ALL, 120);
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let got = create(&world, &body).await;
        assert_eq!(got.status, status, "{change}");
        assert!(message(&got).contains(text), "{change}: {}", message(&got));
        assert_eq!(world.sim.requests().last().unwrap().broke, rule, "{change}");
    }
    assert!(world.sim.subscriptions().is_empty() && hook.validations().is_empty());
    assert_eq!(world.sim.violations().len(), 4);
}

#[tokio::test]
async fn an_hour_does_without_the_lifecycle_url() {
    let (world, hook) = (world().await, Webhook::start().await);
    let mut short = wanted(&world, &hook, ALL, 1);
    short["lifecycleNotificationUrl"] = Value::Null;
    let before = world.sim.now();
    let id = create(&world, &short).await.body["id"].as_str().unwrap().to_owned();
    assert!(world.sim.subscriptions()[0].expires >= before + TimeDelta::minutes(45));
    let got = patch(&world, &id, json!({ "expirationDateTime": at(&world, 90) })).await;
    assert_eq!((got.status, world.sim.violations().len()), (400, 1));
    let got = patch(&world, &id, json!({ "lifecycleNotificationUrl": hook.url })).await;
    assert!(message(&got).contains("cannot be added"));
    let got = patch(&world, &id, json!({ "resource": ALL })).await;
    assert!(message(&got).contains("cannot be updated"));
    assert_eq!(
        patch(&world, &id, json!({ "expirationDateTime": at(&world, 60) }))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn endpoints_that_do_not_validate() {
    let (world, mut hook) = (world().await, Webhook::start().await);
    for (answer, text) in [
        (Answer::Status(404), "HTTP status code is 'NotFound'."),
        (Answer::Status(202), "HTTP status code is 'Accepted'."),
        (Answer::Status(302), "HTTP status code is 'Found'."),
        (
            Answer::Exactly(200, "text/html", "x"),
            "'text/html' and not 'text/plain'",
        ),
        (
            Answer::Exactly(200, "text/plain", "Validation%3A+Testing"),
            "not the validation token",
        ),
        (Answer::Never, "The operation timed out."),
    ] {
        if matches!(answer, Answer::Never) {
            world.sim.change_notifications(|mode| mode.validation_timeout_ms = 50);
        }
        hook.answer([answer.clone()]);
        let got = create(&world, &wanted(&world, &hook, ALL, 120)).await;
        assert_eq!(got.code(), (400, "ValidationError"), "{answer:?}");
        assert!(
            message(&got)
                .starts_with("Subscription validation request failed. Notification endpoint must respond with 200 OK")
        );
        assert!(message(&got).contains(text), "{}", message(&got));
        assert_eq!(hook.validations().len(), 1);
    }
    world
        .sim
        .change_notifications(|mode| mode.validation_timeout_ms = 20_000);
    let mut nowhere = wanted(&world, &hook, ALL, 120);
    nowhere["lifecycleNotificationUrl"] = json!("http://127.0.0.1:9/");
    assert!(message(&create(&world, &nowhere).await).ends_with("cannot be reached."));
    assert_eq!(hook.validations().len(), 1);
    world.sim.change_notifications(|mode| mode.unreachable = true);
    let got = create(&world, &wanted(&world, &hook, ALL, 120)).await;
    assert!(message(&got).ends_with("cannot be reached."));
    assert!(hook.validations().is_empty(), "nobody was called");
    assert!(world.sim.subscriptions().is_empty());
}

#[tokio::test]
async fn others_are_served_during_the_handshake() {
    let (world, hook) = (world().await, Webhook::start().await);
    hook.answer([Answer::Never]);
    let body = wanted(&world, &hook, ALL, 120);
    let creation = create(&world, &body);
    let meanwhile = async {
        let path = format!("/users/{USER}");
        while world.sim.requests_to(graph_sim::Route::CreateSubscription).is_empty() {
            assert_eq!(world.get(&path).await.status, 200);
        }
        world.get(&path).await.status
    };
    tokio::select! {
        got = creation => panic!("answered without the endpoint: {}", got.body),
        status = meanwhile => assert_eq!(status, 200),
    }
}

#[tokio::test]
async fn permissions_and_the_transcript_switch() {
    let (mut world, hook) = (world().await, Webhook::start().await);
    let transcripts = of_organizer("getAllTranscripts");
    let id = create(&world, &wanted(&world, &hook, &transcripts, 120)).await.body["id"].clone();
    let id = id.as_str().unwrap();
    let renewal = json!({ "expirationDateTime": at(&world, 240) });
    world
        .sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = false);
    let all_transcripts = wanted(&world, &hook, "communications/onlineMeetings/getAllTranscripts", 120);
    for got in [
        create(&world, &all_transcripts).await,
        patch(&world, id, renewal.clone()).await,
        world
            .send(Method::POST, &format!("/subscriptions/{id}/reauthorize"), &Value::Null)
            .await,
    ] {
        assert_eq!(got.code(), (403, "Forbidden"));
        assert_eq!(
            got.body["error"]["innerError"]["code"],
            "GraphAccessToTranscriptsDisabled"
        );
    }
    assert_eq!(
        create(&world, &wanted(&world, &hook, ALL, 120)).await.status,
        201,
        "recordings are not concerned"
    );

    world
        .sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = true);
    assert_eq!(patch(&world, id, renewal.clone()).await.status, 200);
    world
        .sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.switches_flap = true);
    for status in [403, 200, 403, 200] {
        assert_eq!(patch(&world, id, renewal.clone()).await.status, status);
    }
    world
        .sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.switches_flap = false);
    world.sim.change_app(northwind::CLIENT_ID, |app| {
        app.roles = vec!["OnlineMeetingRecording.Read.All".into()];
    });
    world.renew().await;
    for (got, operation) in [
        (create(&world, &all_transcripts).await, "Create"),
        (patch(&world, id, renewal).await, "Update"),
    ] {
        assert_eq!(got.code(), (403, "ExtensionError"));
        assert!(message(&got).starts_with(&format!(
            "Operation: {operation}; Exception: [Status Code: Forbidden; Reason: Missing role"
        )));
    }

    // Consent of the meeting's chat.
    world.post(&event("t-1")).await;
    world.sim.change_app(northwind::CLIENT_ID, |app| {
        app.roles = vec!["OnlineMeetingTranscript.Read.Chat".into()];
    });
    world.sim.change_user(USER, |user| user.in_calendar_scope = true);
    world.renew().await;
    let meeting = world.sim.meetings().remove(0).id;
    let of_meeting = format!("communications/onlineMeetings/{}/transcripts", segment(&meeting));
    assert_eq!(
        create(&world, &wanted(&world, &hook, &of_meeting, 120)).await.status,
        403
    );
    let of_chat = format!("{of_meeting}?useResourceSpecificConsentBasedAuthorization=true");
    assert_eq!(create(&world, &wanted(&world, &hook, &of_chat, 120)).await.status, 201);
}

#[tokio::test]
async fn duplicates_quotas_pages_and_other_apps() {
    let config = SimConfig {
        max_page: 1,
        ..SimConfig::demo()
    };
    let (mut world, hook) = (world_with(config).await, Webhook::start().await);
    assert_eq!(create(&world, &wanted(&world, &hook, ALL, 120)).await.status, 201);
    let again = wanted(&world, &hook, &format!("/{ALL}"), 120);
    assert_eq!(create(&world, &again).await.code(), (409, "Conflict"));
    assert_eq!(
        create(&world, &wanted(&world, &hook, &of_organizer("getAllRecordings"), 120))
            .await
            .status,
        201
    );

    let page = world.get("/subscriptions").await;
    assert_eq!(page.body["value"].as_array().unwrap().len(), 1);
    let next = page.body["@odata.nextLink"].as_str().unwrap();
    let next = world.get(next.split_once("/v1.0").unwrap().1).await;
    assert_eq!(next.body["value"].as_array().unwrap().len(), 1);
    assert_ne!(next.body["value"][0]["id"], page.body["value"][0]["id"]);
    assert!(next.body.get("@odata.nextLink").is_none());

    world.sim.change_notifications(|mode| {
        mode.max_per_tenant = 2;
        mode.client_state = ClientStateAnswer::Null;
    });
    let transcripts = wanted(&world, &hook, &of_organizer("getAllTranscripts"), 120);
    let got = create(&world, &transcripts).await;
    assert_eq!(got.code(), (403, "ExtensionError"));
    assert!(message(&got).contains("limit of 2 subscriptions per organization"));

    // Another tenant's app neither sees nor is hindered.
    let foreign = world.sim.subscriptions().remove(0).id;
    let credentials = [
        ("client_id", contoso::CLIENT_ID),
        ("client_secret", contoso::CLIENT_SECRET),
    ];
    let token = world.token_with(contoso::TENANT_ID, &credentials).await;
    token.body["access_token"]
        .as_str()
        .unwrap()
        .clone_into(&mut world.token);
    assert_eq!(world.get("/subscriptions").await.body["value"], json!([]));
    assert_eq!(world.get(&format!("/subscriptions/{foreign}")).await.status, 404);
    assert_eq!(world.delete(&format!("/subscriptions/{foreign}")).await.status, 404);
    let got = create(&world, &wanted(&world, &hook, ALL, 120)).await;
    assert_eq!((got.status, &got.body["clientState"]), (201, &Value::Null));
    world
        .sim
        .change_notifications(|mode| mode.client_state = ClientStateAnswer::Omitted);
    let got = world.get("/subscriptions").await;
    assert!(got.body["value"][0].get("clientState").is_none());

    // Expired without a word.
    world.sim.advance(TimeDelta::minutes(121));
    world.sim.settled().await;
    assert!(
        world
            .sim
            .subscriptions()
            .iter()
            .all(|known| known.ended == Some(End::Expired))
    );
}

#[tokio::test]
async fn expiry_without_a_word() {
    let (world, hook) = (world().await, Webhook::start().await);
    let mut short = wanted(&world, &hook, ALL, 45);
    short["lifecycleNotificationUrl"] = Value::Null;
    create(&world, &short).await;
    world.sim.advance(TimeDelta::minutes(46));
    assert_eq!(world.get("/subscriptions").await.body["value"], json!([]));
    world.sim.settled().await;
    assert_eq!(world.sim.subscriptions()[0].ended, Some(End::Expired));
    assert!(world.sim.deliveries().is_empty());
    // Its place is free again.
    assert_eq!(create(&world, &wanted(&world, &hook, ALL, 45)).await.status, 201);
    assert!(world.sim.vanish(&world.sim.subscriptions()[1].id));
    assert!(!world.sim.vanish("unknown"));
    assert_eq!(world.get("/subscriptions").await.body["value"], json!([]));
}
