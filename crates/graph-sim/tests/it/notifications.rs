use chrono::TimeDelta;
use graph_sim::{
    ArtifactKind, DeliveryState, End, Endpoint, LifecycleEvent, Message, NewArtifact, PathForm, Session,
    demo::{contoso, northwind},
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    support::*,
    webhook::{Answer, Posted, Webhook},
};

/// A meeting, its subscriber, and the subscription to its recordings.
struct Watched {
    world: World,
    hook: Webhook,
    subscription: String,
    meeting: String,
}

impl Watched {
    async fn new() -> Self {
        let (world, hook) = (world().await, Webhook::start().await);
        world.post(&event("t-1")).await;
        let meeting = world.sim.meetings().remove(0).id;
        let subscription = world.subscribe(&hook, "getAllRecordings", json!({})).await;
        Self {
            world,
            hook,
            subscription,
            meeting,
        }
    }

    /// One that began now.
    fn session(&self) -> Session {
        let start = self.world.sim.now();
        Session {
            correlation_id: Uuid::from_u128(7),
            start,
            end: start,
        }
    }

    fn record(&self) -> String {
        self.world
            .sim
            .add_recording(&self.meeting, self.session(), "mp4")
            .unwrap()
    }

    fn transcribe(&self) -> String {
        self.world
            .sim
            .add_transcript(&self.meeting, self.session(), "WEBVTT\n")
            .unwrap()
    }

    /// What has come, after everything due was sent: for each request the ids of the artifacts.
    async fn came(&mut self) -> Vec<Vec<String>> {
        self.world.sim.settled().await;
        let id = |item: &Value| item["resourceData"]["id"].as_str().unwrap_or_default().to_owned();
        let ids = |body: Value| body["value"].as_array().unwrap().iter().map(id).collect();
        self.hook.so_far().iter().map(|posted| ids(posted.json())).collect()
    }

    fn states(&self) -> Vec<DeliveryState> {
        self.world
            .sim
            .deliveries()
            .iter()
            .map(|delivery| delivery.state)
            .collect()
    }
}

#[tokio::test]
async fn the_basic_form() {
    let mut watched = Watched::new().await;
    let recording = watched.record();
    let posted = watched.hook.next().await;
    assert_eq!((posted.path.as_str(), posted.query.as_str()), ("/hook", ""));
    assert!(posted.content_type.starts_with("application/json"));
    let body = posted.json();
    assert!(body.get("validationTokens").is_none());
    let item = &body["value"][0];
    let path = format!(
        "users/{USER}/onlineMeetings('{}')/recordings('{recording}')",
        watched.meeting
    );
    assert_eq!(item["subscriptionId"], watched.subscription.as_str());
    assert_eq!(
        (&item["changeType"], &item["clientState"]),
        (&json!("created"), &json!("a secret"))
    );
    assert_eq!(
        (&item["tenantId"], &item["resource"]),
        (&json!(northwind::TENANT_ID), &json!(path))
    );
    assert_eq!(
        item["resourceData"],
        json!({ "id": recording, "@odata.type": "#Microsoft.Graph.callRecording", "@odata.id": path })
    );
    assert!(item["id"].as_str().unwrap().parse::<Uuid>().is_ok());
    let expires = item["subscriptionExpirationDateTime"].as_str().unwrap();
    assert_eq!(expires.len(), "2026-11-27T08:29:11.3173971+00:00".len());
    assert!(expires.ends_with("+00:00"));

    watched.world.sim.settled().await;
    let delivery = watched.world.sim.deliveries().remove(0);
    assert_eq!((delivery.state, delivery.status), (DeliveryState::Delivered, Some(202)));
    assert_eq!((delivery.attempts.len(), &delivery.body), (1, &body));
    assert_eq!(delivery.url, watched.hook.url);
    // Nobody subscribed to transcripts.
    watched.transcribe();
    assert!(watched.came().await.is_empty());
}

#[tokio::test]
async fn who_is_told() {
    let mut watched = Watched::new().await;
    let session = watched.session();
    let transcripts = watched
        .world
        .subscribe(&watched.hook, "getAllTranscripts", json!({}))
        .await;
    let add = |session| watched.world.sim.add_transcript(&watched.meeting, session, "WEBVTT\n");
    add(session);
    assert!(
        watched.hook.so_far().is_empty() && watched.came().await.is_empty(),
        "transcription began before"
    );
    watched
        .world
        .sim
        .change_notifications(|mode| mode.transcripts_need_earlier_subscription = false);
    watched.world.sim.add_transcript(&watched.meeting, session, "WEBVTT\n");
    let posted = watched.hook.next().await.json();
    assert_eq!(posted["value"][0]["subscriptionId"], transcripts.as_str());
    assert_eq!(
        posted["value"][0]["resourceData"]["@odata.type"],
        "#Microsoft.Graph.callTranscript"
    );

    // The tenant and the meeting; not another meeting.
    watched.world.post(&event("t-2")).await;
    let other = watched.world.sim.meetings().remove(1).id;
    for (resource, told) in [
        ("communications/onlineMeetings/getAllRecordings".to_owned(), 1),
        (
            format!("communications/onlineMeetings/{}/recordings", segment(&watched.meeting)),
            1,
        ),
        (
            format!("communications/onlineMeetings/{}/recordings", segment(&other)),
            0,
        ),
    ] {
        let hook = Webhook::start().await;
        watched
            .world
            .subscribe(&hook, "", json!({ "resource": resource }))
            .await;
        let mut hooked = Watched { hook, ..watched };
        hooked.record();
        let came = hooked.came().await;
        assert_eq!(came.len(), told, "{resource}");
        watched = hooked;
    }
    watched
        .world
        .delete(&format!("/subscriptions/{}", watched.subscription))
        .await;
    let before = watched.world.sim.deliveries().len();
    watched.record();
    watched.world.sim.settled().await;
    assert_eq!(watched.world.sim.deliveries().len(), before + 2);
}

#[tokio::test]
async fn when_it_is_available() {
    let mut watched = Watched::new().await;
    let late = |watched: &Watched| {
        let recording = NewArtifact {
            delay: TimeDelta::minutes(30),
            ..NewArtifact::new(ArtifactKind::Recording, watched.session(), "mp4")
        };
        watched.world.sim.add_artifact(&watched.meeting, recording).unwrap()
    };
    let id = late(&watched);
    assert!(watched.came().await.is_empty());
    // The subscriber that comes in the meantime is told, too; the one that comes afterwards is not.
    let tenant = json!({ "resource": "communications/onlineMeetings/getAllRecordings" });
    watched.world.subscribe(&watched.hook, "", tenant).await;
    watched.world.sim.advance(TimeDelta::minutes(31));
    assert_eq!(watched.came().await, [[id.clone()], [id]]);
    let meeting =
        json!({ "resource": format!("communications/onlineMeetings/{}/recordings", segment(&watched.meeting)) });
    watched.world.subscribe(&watched.hook, "", meeting).await;
    assert!(watched.came().await.is_empty());

    // Told by hand before it is there.
    let early = late(&watched);
    watched
        .world
        .sim
        .send(&Message::new(&watched.subscription, &early))
        .unwrap();
    assert_eq!(watched.came().await, [[early.clone()]]);
    let path = format!(
        "/users/{USER}/onlineMeetings/{}/recordings/{}",
        segment(&watched.meeting),
        segment(&early)
    );
    assert_eq!(watched.world.get(&path).await.status, 404);
}

#[tokio::test]
async fn paths_batches_copies_and_order() {
    let mut watched = Watched::new().await;
    watched.world.sim.change_notifications(|mode| {
        mode.path = PathForm::Mixed;
        mode.item_ids = false;
    });
    let mut paths = Vec::new();
    for _ in 0..2 {
        watched.record();
        let item = watched.hook.next().await.json()["value"][0].clone();
        assert!(item.get("id").is_none());
        paths.push(item["resource"].as_str().unwrap().to_owned());
    }
    assert!(paths[0].starts_with(&format!("users/{USER}/onlineMeetings('")));
    assert!(paths[1].starts_with("communications/onlineMeetings('") && paths[1].contains("/recordings('"));

    watched.world.sim.change_notifications(|mode| {
        mode.delay_seconds = 60;
        mode.batch = 2;
        mode.copies = 2;
    });
    let ids: Vec<String> = (0..3).map(|_| watched.record()).collect();
    assert!(watched.came().await.is_empty(), "it is not time yet");
    watched.world.sim.advance(TimeDelta::seconds(61));
    let (pair, single) = (ids[..2].to_vec(), ids[2..].to_vec());
    assert_eq!(watched.came().await, [pair.clone(), pair, single.clone(), single]);

    watched.world.sim.change_notifications(|mode| {
        mode.batch = 1;
        mode.copies = 1;
        mode.reversed = true;
    });
    let mut ids: Vec<String> = (0..3).map(|_| watched.record()).collect();
    watched.world.sim.advance(TimeDelta::seconds(61));
    ids.reverse();
    let expected: Vec<Vec<String>> = ids.into_iter().map(|id| vec![id]).collect();
    assert_eq!(watched.came().await, expected);
}

#[tokio::test]
async fn tenants_in_one_request() {
    let mut watched = Watched::new().await;
    let world = &mut watched.world;
    let credentials = [
        ("client_id", contoso::CLIENT_ID),
        ("client_secret", contoso::CLIENT_SECRET),
    ];
    let token = world.token_with(contoso::TENANT_ID, &credentials).await;
    token.body["access_token"]
        .as_str()
        .unwrap()
        .clone_into(&mut world.token);
    let theirs = json!({ "resource": "communications/onlineMeetings/getAllRecordings" });
    world.subscribe(&watched.hook, "", theirs).await;
    let path = format!("/users/{}/events", contoso::ORGANIZER_OBJECT_ID);
    assert_eq!(world.send(Method::POST, &path, &event("t-2")).await.status, 201);
    let their_meeting = world.sim.meetings().remove(1).id;
    for (mix, requests) in [(false, 2), (true, 1)] {
        watched.world.sim.change_notifications(|mode| {
            mode.batch = 10;
            mode.mix_tenants = mix;
            mode.delay_seconds = 60;
        });
        watched.record();
        watched
            .world
            .sim
            .add_recording(&their_meeting, watched.session(), "mp4");
        watched.world.sim.advance(TimeDelta::seconds(61));
        watched.world.sim.settled().await;
        let posts: Vec<Value> = watched.hook.so_far().iter().map(Posted::json).collect();
        let tenants: Vec<&Value> = posts
            .iter()
            .flat_map(|body| body["value"].as_array().unwrap())
            .map(|item| &item["tenantId"])
            .collect();
        assert_eq!(posts.len(), requests);
        assert_eq!(tenants, [northwind::TENANT_ID, contoso::TENANT_ID]);
    }
}

#[tokio::test]
async fn tried_again_for_four_hours() {
    let mut watched = Watched::new().await;
    watched.hook.answer([Answer::Status(503), Answer::Status(302)]);
    watched.record();
    assert_eq!(watched.came().await.len(), 1);
    assert_eq!(watched.states(), [DeliveryState::Waiting]);
    watched.world.sim.advance(TimeDelta::seconds(5));
    assert_eq!(watched.came().await.len(), 0);
    watched.world.sim.advance(TimeDelta::seconds(6));
    assert_eq!(watched.came().await.len(), 1, "after ten seconds");
    watched.world.sim.advance(TimeDelta::seconds(11));
    assert_eq!(watched.came().await.len(), 0);
    watched.world.sim.advance(TimeDelta::seconds(11));
    assert_eq!(watched.came().await.len(), 1, "after twenty more");
    let statuses = |watched: &Watched, at: usize| -> Vec<Option<u16>> {
        watched.world.sim.deliveries()[at]
            .attempts
            .iter()
            .map(|attempt| attempt.status)
            .collect()
    };
    assert_eq!(statuses(&watched, 0), [Some(503), Some(302), Some(202)]);
    assert_eq!(watched.states(), [DeliveryState::Delivered]);

    // The waits compressed, and nobody there for four hours.
    watched
        .world
        .sim
        .change_notifications(|mode| mode.retry_after_ms = Some(1));
    watched.hook.answer(vec![Answer::Status(500); 99]);
    watched.record();
    let tries = watched.came().await.len();
    assert_eq!((tries, watched.states()[1]), (15, DeliveryState::GivenUp));

    // Late is not taken, whatever would have been answered.
    watched
        .world
        .sim
        .change_notifications(|mode| mode.answer_timeout_ms = 1000);
    watched.hook.answer([Answer::Never]);
    watched.record();
    assert_eq!(watched.came().await.len(), 2);
    assert_eq!(statuses(&watched, 2), [None, Some(202)]);
    assert!(watched.world.sim.deliveries()[2].attempts[0].late);
}

#[tokio::test]
async fn slow_and_dropped_endpoints() {
    let mut watched = Watched::new().await;
    watched
        .world
        .sim
        .change_notifications(|mode| mode.endpoint = Endpoint::Slow);
    watched.record();
    assert!(watched.came().await.is_empty());
    watched.world.sim.advance(TimeDelta::seconds(11));
    assert_eq!(watched.came().await.len(), 1);
    watched
        .world
        .sim
        .change_notifications(|mode| mode.endpoint = Endpoint::Drop);
    watched.record();
    assert!(watched.came().await.is_empty());
    assert_eq!(watched.states(), [DeliveryState::Delivered, DeliveryState::Dropped]);

    // One late of eight is slow, one of one too many.
    let patience = |watched: &Watched, milliseconds| {
        watched
            .world
            .sim
            .change_notifications(|mode| mode.answer_timeout_ms = milliseconds);
    };
    watched
        .world
        .sim
        .change_notifications(|mode| mode.endpoint = Endpoint::Measured);
    for _ in 0..6 {
        watched.record();
    }
    assert_eq!(watched.came().await.len(), 6);
    watched.hook.answer([Answer::Never]);
    patience(&watched, 50);
    watched.record();
    assert_eq!(watched.came().await.len(), 1, "the eighth attempt is the late one");
    patience(&watched, 20_000);
    watched.record();
    assert!(watched.came().await.is_empty());
    watched.world.sim.advance(TimeDelta::seconds(11));
    assert_eq!(watched.came().await.len(), 2, "the repeated one and the delayed one");
    watched.hook.answer([Answer::Never]);
    patience(&watched, 50);
    watched.world.sim.advance(TimeDelta::minutes(11));
    watched.record();
    watched.came().await;
    watched.record();
    assert_eq!(watched.states().last(), Some(&DeliveryState::Dropped));
}

#[tokio::test]
async fn told_to_reauthorize() {
    let mut watched = Watched::new().await;
    let (sim, hook) = (&watched.world.sim, &mut watched.hook);
    sim.advance(TimeDelta::minutes(4244));
    sim.settled().await;
    assert!(sim.deliveries().is_empty());
    sim.advance(TimeDelta::minutes(1));
    let posted = hook.next().await;
    assert_eq!(posted.path, "/hook/lifecycle");
    let item = posted.json()["value"][0].clone();
    assert_eq!(item["lifecycleEvent"], "reauthorizationRequired");
    assert_eq!(item["subscriptionId"], watched.subscription.as_str());
    assert_eq!(
        (&item["clientState"], &item["tenantId"]),
        (&json!("a secret"), &json!(northwind::TENANT_ID))
    );
    assert!(item["subscriptionExpirationDateTime"].is_string() && item.get("changeType").is_none());

    // Silence until it is done; what happened meanwhile is lost.
    watched.record();
    assert!(watched.came().await.is_empty());
    watched.world.renew().await;
    let path = format!("/subscriptions/{}", watched.subscription);
    let done = watched
        .world
        .send(Method::POST, &format!("{path}/reauthorize"), &Value::Null)
        .await;
    assert_eq!(done.status, 204);
    let recording = watched.record();
    assert_eq!(
        watched.came().await,
        [[recording]],
        "and it is told but once for each expiry"
    );

    assert!(
        watched
            .world
            .sim
            .send_lifecycle(&watched.subscription, LifecycleEvent::ReauthorizationRequired)
    );
    watched.record();
    assert_eq!(watched.came().await, [[""]]);
    let later = json!({ "expirationDateTime": watched.world.sim.now() + TimeDelta::minutes(100) });
    assert_eq!(watched.world.send(Method::PATCH, &path, &later).await.status, 200);
    watched.record();
    assert_eq!(watched.came().await.len(), 1);
    watched.world.sim.advance(TimeDelta::minutes(86));
    let posted = watched.hook.next().await.json();
    assert_eq!(posted["value"][0]["lifecycleEvent"], "reauthorizationRequired");
    watched.world.sim.advance(TimeDelta::minutes(15));
    watched.record();
    assert!(watched.came().await.is_empty());
    assert_eq!(watched.world.sim.subscriptions()[0].ended, Some(End::Expired));
}

#[tokio::test]
async fn missed_and_removed() {
    let mut watched = Watched::new().await;
    for (event, name) in [("missed", "missed"), ("subscriptionRemoved", "subscriptionRemoved")] {
        let path = format!("subscriptions/{}/lifecycle", watched.subscription);
        let got = watched
            .world
            .control(Method::POST, &path, json!({ "event": event }))
            .await;
        assert_eq!(got.status, 204);
        assert_eq!(watched.hook.next().await.json()["value"][0]["lifecycleEvent"], name);
    }
    assert_eq!(watched.world.sim.subscriptions()[0].ended, Some(End::Removed));
    assert!(
        !watched
            .world
            .sim
            .send_lifecycle(&watched.subscription, LifecycleEvent::Missed)
    );
    watched.record();
    assert!(watched.came().await.is_empty());
}

#[tokio::test]
async fn by_hand() {
    let mut watched = Watched::new().await;
    let recording = watched.record();
    watched.hook.next().await;
    let (sim, hook) = (&watched.world.sim, &mut watched.hook);
    let again = Message::new(&watched.subscription, &recording);

    let wrong = again.clone().with("clientState", "a guess").with("id", Value::Null);
    sim.send(&wrong).unwrap();
    let item = hook.next().await.json()["value"][0].clone();
    assert_eq!((&item["clientState"], item.get("id")), (&json!("a guess"), None));
    assert_eq!(item["resourceData"]["id"], recording.as_str());

    sim.send(
        &again
            .clone()
            .with("subscriptionId", "00000000-0000-4000-8000-000000000000"),
    )
    .unwrap();
    assert_ne!(
        hook.next().await.json()["value"][0]["subscriptionId"],
        watched.subscription.as_str()
    );

    let twice = Message {
        copies: Some(2),
        path: Some(PathForm::Communications),
        ..again.clone()
    };
    sim.send(&twice).unwrap();
    let (one, other) = (hook.next().await.body, hook.next().await.body);
    assert!(one == other && one.contains("\"communications/onlineMeetings('"));

    let unknown = Message {
        artifact: Some("MSMjMA==".into()),
        meeting: Some("MSo=".into()),
        organizer: Some(USER.into()),
        kind: Some(ArtifactKind::Transcript),
        ..again.clone()
    };
    sim.send(&unknown).unwrap();
    let item = hook.next().await.json()["value"][0].clone();
    assert_eq!(
        item["resource"],
        format!("users/{USER}/onlineMeetings('MSo=')/transcripts('MSMjMA==')")
    );

    let lifecycle = Message {
        lifecycle: Some(LifecycleEvent::SubscriptionRemoved),
        ..again.clone()
    };
    sim.send(&lifecycle).unwrap();
    assert_eq!(hook.next().await.path, "/hook/lifecycle");
    assert_eq!(sim.subscriptions()[0].ended, None, "only said");

    watched
        .world
        .delete(&format!("/subscriptions/{}", watched.subscription))
        .await;
    let sim = &watched.world.sim;
    sim.send(&again).unwrap();
    assert_eq!(
        hook.next().await.json()["value"][0]["subscriptionId"],
        watched.subscription.as_str()
    );

    let raw = json!({ "url": format!("{}/raw", hook.url), "body": "<no json>" });
    assert_eq!(
        watched.world.control(Method::POST, "notifications", raw).await.status,
        204
    );
    let posted = hook.next().await;
    assert_eq!((posted.path.as_str(), posted.body.as_str()), ("/hook/raw", "<no json>"));

    for nothing in [
        json!({}),
        json!({ "subscription": "unknown", "meeting": "MSo=" }),
        json!({ "surprise": 1 }),
    ] {
        assert_eq!(
            watched
                .world
                .control(Method::POST, "notifications", nothing.clone())
                .await
                .status,
            400,
            "{nothing}"
        );
    }
}

#[tokio::test]
async fn control_mirrors_it() {
    let mut watched = Watched::new().await;
    let control = |method, path: &'static str, body| watched.world.control(method, path, body);
    let mode = control(
        Method::POST,
        "notification-mode",
        json!({ "batch": 5, "path": "communications" }),
    )
    .await;
    assert_eq!((mode.status, &mode.body["batch"]), (200, &json!(5)));
    let got = control(Method::GET, "notification-mode", Value::Null).await;
    assert_eq!(
        (&got.body["path"], &got.body["endpoint"]),
        (&json!("communications"), &json!("good"))
    );
    assert_eq!(
        control(Method::POST, "notification-mode", json!({ "surprise": 5 }))
            .await
            .status,
        400
    );
    watched.record();
    watched.world.sim.settled().await;
    let got = control(Method::GET, "notifications", Value::Null).await;
    assert_eq!(
        (&got.body[0]["state"], &got.body[0]["status"]),
        (&json!("delivered"), &json!(202))
    );
    assert_eq!(control(Method::DELETE, "notifications", Value::Null).await.status, 204);
    assert!(watched.world.sim.deliveries().is_empty());
    let got = control(Method::GET, "subscriptions", Value::Null).await;
    assert_eq!(
        (&got.body[0]["id"], &got.body[0]["ended"]),
        (&json!(watched.subscription), &Value::Null)
    );
    let path = format!("subscriptions/{}", watched.subscription);
    assert_eq!(
        watched.world.control(Method::DELETE, &path, Value::Null).await.status,
        204
    );
    assert_eq!(
        watched.world.control(Method::DELETE, &path, Value::Null).await.status,
        404
    );
    assert_eq!(watched.world.sim.subscriptions()[0].ended, Some(End::Vanished));
    assert_eq!(watched.hook.so_far().len(), 1);

    watched.world.sim.reset();
    assert!(watched.world.sim.subscriptions().is_empty());
    let got = watched
        .world
        .control(Method::GET, "notification-mode", Value::Null)
        .await;
    assert_eq!(got.body["batch"], 1);
}
