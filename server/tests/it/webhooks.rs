//! Where Microsoft tells its news, over HTTP: what it tells appears by itself, and what others send does nothing.

use std::time::{Duration, Instant};

use graph_sim::{Ending, Route, SimConfig, SimSubscription, demo::northwind};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::server::{DISPATCHER, Server, http};

const RECORDINGS: &str = "/api/teams/webhooks/recordings";
const LIFECYCLE: &str = "/api/teams/webhooks/lifecycle";

/// A server that has subscribed, and one of its subscriptions.
async fn subscribed(pool: PgPool) -> (Server, SimSubscription) {
    let mut config = SimConfig::demo();
    // Meetings are ended before their time.
    config.notifications.transcripts_need_earlier_subscription = false;
    let server = Server::start_with(pool, config).await;
    server.subscribed().await;
    let subscription = server
        .sim
        .subscriptions()
        .into_iter()
        .find(|made| made.tenant_id == northwind::TENANT_ID && made.resource.contains("Recordings"));
    (server, subscription.unwrap())
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn count(server: &Server, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&server.pool).await.unwrap()
}

/// As often as this was counted, of whomever, once it is written down.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn counted(server: &Server, outcome: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT coalesce(sum(count), 0)::bigint FROM (SELECT outcome, count FROM webhook_counts
         UNION ALL SELECT outcome, count FROM teams_notification_counts) c WHERE outcome = $1",
    )
    .bind(outcome)
    .fetch_one(&server.pool)
    .await
    .unwrap()
}

fn notification(subscription: &SimSubscription, artifact: &str) -> Value {
    let path = format!(
        "users/{}/onlineMeetings('MSpub2JvZHk=')/recordings('{artifact}')",
        northwind::ORGANIZER_OBJECT_ID
    );
    json!({
        "subscriptionId": subscription.id, "clientState": subscription.client_state, "changeType": "created",
        "tenantId": subscription.tenant_id, "resource": path,
        "resourceData": { "id": artifact, "@odata.id": path },
    })
}

/// A client as Microsoft is: nobody who is signed in, and from no page.
fn microsoft() -> Client {
    // A connection that was answered before all was read is closed, and must not be the next request's.
    http().pool_max_idle_per_host(0).build().unwrap()
}

async fn post(server: &Server, client: &Client, body: &Value) -> Response {
    let body = serde_json::to_vec(body).unwrap();
    let request = client.post(format!("{}{RECORDINGS}", server.url)).body(body);
    request.header("content-type", "application/json").send().await.unwrap()
}

#[sqlx::test(migrations = false)]
async fn what_microsoft_tells_appears_by_itself(pool: PgPool) {
    let (server, _) = subscribed(pool).await;
    server.sign_in(DISPATCHER).await;
    let saved = server.add(&server.meeting().await).send().await.unwrap();
    let saved: Value = saved.json().await.unwrap();
    let id = saved["interaction_id"].as_str().unwrap();
    let mut page = server.get("/api/live?gap=0").send().await.unwrap();
    let meeting = server.sim.meetings().last().unwrap().id.clone();
    let told = server
        .sim
        .end_meeting(&meeting, Ending::RecordingFirst, chrono::TimeDelta::zero());
    assert_eq!(told.unwrap().len(), 2);
    let start = Instant::now();
    let mut text = String::new();
    while !text.contains(id) {
        let chunk = tokio::time::timeout(Duration::from_secs(10), page.chunk()).await;
        text.push_str(std::str::from_utf8(&chunk.expect("the page is told").unwrap().unwrap()).unwrap());
    }
    let captured = async || {
        let captured = "SELECT count(*) FROM online_meeting_artifacts a JOIN online_meetings m USING (tenant, meeting_id)
                         WHERE m.subject = 'Backup review' AND (a.artifact_type = 'recording' OR a.document_id IS NOT NULL)";
        count(&server, captured).await == 2
    };
    until("both are captured", captured).await;
    println!("told after {} ms", start.elapsed().as_millis());
    assert!(start.elapsed() < Duration::from_secs(10));
    until("it is counted", async || counted(&server, "received").await == 2).await;
    let handled = async || {
        count(
            &server,
            "SELECT count(*) FROM teams_notifications WHERE outcome = 'captured'",
        )
        .await
            == 2
    };
    until("it is settled", handled).await;
}

#[sqlx::test(migrations = false)]
async fn the_handshake_answers_with_text(pool: PgPool) {
    let (server, _) = subscribed(pool).await;
    for path in [RECORDINGS, LIFECYCLE] {
        let ask = async |token: &str| {
            let url = url::Url::parse_with_params(&format!("{}{path}", server.url), [("validationToken", token)]);
            let request = microsoft().post(url.unwrap());
            request
                .header("content-type", "text/plain; charset=utf-8")
                .send()
                .await
                .unwrap()
        };
        for token in ["Validation: a+b & c%20d", "<script>alert(1)</script>", "ü\u{202e}", ""] {
            let answer = ask(token).await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
            assert!(answer.headers().get("set-cookie").is_none());
            assert_eq!(answer.text().await.unwrap(), token);
        }
        assert_eq!(ask(&"x".repeat(5_000)).await.status(), StatusCode::BAD_REQUEST);
        let read = server.request(Method::GET, path).send().await.unwrap();
        assert_eq!(
            (read.status(), &read.headers()["allow"]),
            (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
        );
    }
}

#[sqlx::test(migrations = false)]
async fn what_others_send_does_nothing(pool: PgPool) {
    let (server, subscription) = subscribed(pool).await;
    let client = microsoft();
    let forged = |name: &str, value: Value| {
        let mut body = json!({ "value": [notification(&subscription, "VjIjIzE=")] });
        body["value"][0][name] = value;
        body
    };
    for (outcome, body) in [
        ("wrong-secret", forged("clientState", json!("a guess"))),
        (
            "wrong-tenant",
            forged("tenantId", json!("99999999-9999-4999-8999-999999999999")),
        ),
        (
            "unknown-subscription",
            forged("subscriptionId", json!("99999999-9999-4999-8999-999999999999")),
        ),
        ("not-understood", json!({ "value": [{ "subscriptionId": "<script>" }] })),
    ] {
        let answer = post(&server, &client, &body).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{outcome}");
        assert_eq!(answer.text().await.unwrap(), "");
        until(outcome, async || counted(&server, outcome).await == 1).await;
    }
    assert_eq!(
        post(&server, &client, &json!("no")).await.status(),
        StatusCode::BAD_REQUEST
    );
    until("malformed", async || counted(&server, "malformed").await == 1).await;
    let large = json!({ "value": [], "padding": "x".repeat(1 << 20) });
    assert_eq!(
        post(&server, &client, &large).await.status(),
        StatusCode::PAYLOAD_TOO_LARGE
    );
    // Without telling beforehand how much it is.
    let parts = (0..20).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1 << 16]));
    let streamed = client
        .post(format!("{}{RECORDINGS}", server.url))
        .body(reqwest::Body::wrap_stream(futures::stream::iter(parts)));
    // The server need not read to the end of it.
    if let Ok(answer) = streamed.send().await {
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
    let many = json!({ "value": vec![json!({}); 1001] });
    assert_eq!(
        post(&server, &client, &many).await.status(),
        StatusCode::PAYLOAD_TOO_LARGE
    );
    until("too large", async || counted(&server, "too-large").await == 3).await;
    assert_eq!(count(&server, "SELECT count(*) FROM teams_notifications").await, 0);
    assert!(server.sim.requests_to(Route::UpdateSubscription).is_empty());
    assert_eq!(server.sim.subscriptions().len(), 4);
}

#[sqlx::test(migrations = false)]
async fn who_sends_slowly_holds_up_nobody(pool: PgPool) {
    let (server, subscription) = subscribed(pool).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head = format!("POST {RECORDINGS} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 1000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let start = Instant::now();
    // One byte now and then, as long as it is taken.
    let dribble = async |mut stream: TcpStream| {
        let mut answer = Vec::new();
        let mut ticks = tokio::time::interval(Duration::from_millis(200));
        loop {
            let mut chunk = [0; 1024];
            tokio::select! {
                read = stream.read(&mut chunk) => match read {
                    Ok(read) if read > 0 => answer.extend_from_slice(&chunk[..read]),
                    _ => return String::from_utf8_lossy(&answer).into_owned(),
                },
                _ = ticks.tick() => drop(stream.write_all(b" ").await),
            }
            assert!(start.elapsed() < Duration::from_secs(20), "it is never cut off");
        }
    };
    let dribbling = futures::future::join_all(slow.into_iter().map(dribble));
    let client = microsoft();
    let served = async {
        for n in 0..50 {
            let start = Instant::now();
            let body = json!({ "value": [notification(&subscription, &format!("VjIjIz{n}="))] });
            assert_eq!(post(&server, &client, &body).await.status(), StatusCode::ACCEPTED);
            assert!(start.elapsed() < Duration::from_secs(3), "others wait");
        }
    };
    let (answers, ()) = tokio::join!(dribbling, served);
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    until("too slow", async || counted(&server, "too-slow").await == 20).await;
    assert_eq!(count(&server, "SELECT count(*) FROM teams_notifications").await, 50);
}

#[sqlx::test(migrations = false)]
async fn who_sends_nonsense_waits(pool: PgPool) {
    let (server, subscription) = subscribed(pool).await;
    let client = microsoft();
    let mut refused = 0;
    for _ in 0..100 {
        let answer = post(&server, &client, &json!(1)).await;
        match answer.status() {
            StatusCode::BAD_REQUEST => {}
            StatusCode::TOO_MANY_REQUESTS => {
                assert!(answer.headers().contains_key("retry-after"));
                refused += 1;
            }
            status => panic!("{status}"),
        }
    }
    assert!((1..=50).contains(&refused), "{refused} were refused");
    until("refused", async || counted(&server, "rate-limited").await >= refused).await;
    // It passes.
    let body = json!({ "value": [notification(&subscription, "VjIjIzE=")] });
    until("it is taken again", async || {
        post(&server, &client, &body).await.status() == StatusCode::ACCEPTED
    })
    .await;
}

#[sqlx::test(migrations = false)]
async fn what_was_answered_is_kept_when_the_process_is_killed(pool: PgPool) {
    let (mut server, subscription) = subscribed(pool).await;
    let client = microsoft();
    let mut answered = 0i64;
    for n in 0..20 {
        let items: Vec<Value> = (0..10)
            .map(|item| notification(&subscription, &format!("VjIjIz{n}x{item}=")))
            .collect();
        if post(&server, &client, &json!({ "value": items })).await.status() == StatusCode::ACCEPTED {
            answered += 10;
        }
    }
    server.kill();
    assert_eq!(answered, 200);
    assert_eq!(
        count(&server, "SELECT count(*) FROM teams_notifications").await,
        answered
    );
    server.launch().await;
    let left = "SELECT count(*) FROM teams_notifications WHERE outcome IS DISTINCT FROM 'foreign'";
    until("the next one handles them", async || count(&server, left).await == 0).await;
    // It does not subscribe a second time.
    assert_eq!(server.sim.subscriptions().len(), 4);
}
