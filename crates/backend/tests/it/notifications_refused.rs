//! What somebody else sends: nothing happens but a count.

use backend::notifications::{MAX_BODY, Received};
use graph_sim::{Message, Route, demo::contoso};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{listening::Listening, notifications::listening};

const STORED: &str = "SELECT count(*) FROM teams_notifications";

fn count(counted: &[(String, i64)], outcome: &str) -> i64 {
    let found = counted.iter().find(|(known, _)| known == outcome);
    found.map_or(0, |(_, count)| *count)
}

/// A true notification of a recording, as Microsoft sends it.
async fn true_one(app: &Listening) -> Value {
    let held = listening(app).await;
    let id = held.recorded(app, 1);
    app.sim.settled().await;
    // It is put aside: what comes is to be judged by itself.
    app.execute("DELETE FROM teams_notifications").await;
    let body = app.heard().pop().unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["value"][0]["resourceData"]["id"], id.as_str());
    body
}

async fn post(app: &Listening, body: &Value) -> Received {
    app.backend
        .receive_notifications(&serde_json::to_vec(body).unwrap())
        .await
        .unwrap()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_proves_nothing_is_dropped(pool: PgPool) {
    let app = Listening::start(pool).await;
    let body = true_one(&app).await;
    let with = |name: &str, value: Value| {
        let mut body = body.clone();
        body["value"][0][name] = value;
        body
    };
    let forgeries = [
        ("wrong-secret", with("clientState", json!("a guess"))),
        ("wrong-secret", with("clientState", json!(""))),
        ("wrong-secret", with("clientState", Value::Null)),
        ("wrong-tenant", with("tenantId", json!(contoso::TENANT_ID))),
        ("wrong-tenant", with("tenantId", Value::Null)),
        (
            "unknown-subscription",
            with("subscriptionId", json!("00000000-0000-4000-8000-000000000000")),
        ),
        ("not-understood", with("resource", json!("users('x')/messages('y')"))),
        ("not-understood", with("subscriptionId", json!("../../etc/passwd"))),
        ("not-understood", with("changeType", json!(["created"]))),
    ];
    for (outcome, mut body) in forgeries {
        if outcome == "not-understood" && body["value"][0]["resource"] == json!("users('x')/messages('y')") {
            body["value"][0]["resourceData"] = json!({});
        }
        let before = count(&app.counted().await, outcome);
        assert_eq!(post(&app, &body).await, Received::Stored { dropped: 1 }, "{body}");
        assert_eq!(count(&app.counted().await, outcome), before + 1, "{body}");
    }
    assert_eq!(app.count(STORED).await, 0);
    app.turn().await;
    assert_eq!(app.asked(Route::Recordings), 0);
    // The others of the same post count all the same.
    let mut mixed = with("clientState", json!("a guess"));
    mixed["value"].as_array_mut().unwrap().push(body["value"][0].clone());
    assert_eq!(post(&app, &mixed).await, Received::Stored { dropped: 1 });
    assert_eq!(app.count(STORED).await, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_comes_again_is_counted_and_not_looked_for(pool: PgPool) {
    let app = Listening::start(pool).await;
    let body = true_one(&app).await;
    assert_eq!(post(&app, &body).await, Received::Stored { dropped: 0 });
    app.turn().await;
    let looks = app.looks();
    assert_eq!(looks, 1);
    for _ in 0..50 {
        assert_eq!(post(&app, &body).await, Received::Stored { dropped: 0 });
    }
    app.turn().await;
    assert_eq!(app.looks(), looks);
    assert_eq!(count(&app.counted().await, "repeated"), 50);
    assert_eq!(app.count(STORED).await, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_no_notification_is_refused(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let receive = async |body: &[u8]| app.backend.receive_notifications(body).await.unwrap();
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "no JSON",
        "null",
        "[]",
        "{}",
        "42",
        "{\"value\": 1}",
        "{\"value\": {}}",
        "\u{0}",
        &deep,
    ] {
        assert_eq!(receive(body.as_bytes()).await, Received::Malformed, "{body:.40}");
    }
    assert_eq!(receive(&[0xff, 0xfe, b'{', b'}']).await, Received::Malformed);
    assert_eq!(count(&app.counted().await, "malformed"), 11);
    let many = json!({ "value": vec![json!({}); 1001] });
    assert_eq!(post(&app, &many).await, Received::TooMany);
    assert_eq!(receive(&vec![b' '; MAX_BODY + 1]).await, Received::TooMany);
    assert_eq!(
        post(&app, &json!({ "value": vec![json!({}); 1000] })).await,
        Received::Stored { dropped: 1000 }
    );
    // Nobody sends nothing by mistake.
    assert_eq!(post(&app, &json!({ "value": [] })).await, Received::Malformed);
    assert_eq!(app.count(STORED).await, 0);
    assert_eq!(count(&app.counted().await, "not-understood"), 1000);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn lifecycle_events_of_others_do_nothing(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let [recordings, _] = app.alive().try_into().unwrap();
    for (name, value) in [
        ("clientState", json!("a guess")),
        ("subscriptionId", json!("nobody's")),
        ("tenantId", json!(contoso::TENANT_ID)),
    ] {
        let message = Message {
            subscription: Some(recordings.id.clone()),
            url: recordings.lifecycle_url.clone(),
            lifecycle: Some(graph_sim::LifecycleEvent::SubscriptionRemoved),
            ..Message::default()
        };
        app.sim.send(&message.with(name, value)).unwrap();
        app.pass(chrono::Duration::minutes(2));
        app.turn().await;
    }
    assert_eq!(app.heard().len(), 3);
    assert_eq!(app.asked(Route::UpdateSubscription), 0);
    let told = "SELECT count(*) FROM teams_subscriptions WHERE lifecycle_at IS NOT NULL OR gap_since IS NOT NULL";
    assert_eq!(app.count(told).await, 0);
}
