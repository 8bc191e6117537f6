//! Server-sent events over HTTP.

use std::time::{Duration, Instant};

use reqwest::{Response, StatusCode};
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server, http};

/// What arrives until the text holds `wanted`; fails after a while.
async fn read_until(answer: &mut Response, wanted: &str) -> String {
    let mut text = String::new();
    let reading = async {
        while !text.contains(wanted) {
            let chunk = answer.chunk().await.unwrap().expect("the stream goes on");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    let outcome = tokio::time::timeout(Duration::from_secs(10), reading).await;
    assert!(outcome.is_ok(), "{wanted} is not in: {text}");
    text
}

async fn follow(server: &Server) -> Response {
    let answer = server
        .get("/api/live?gap=0")
        .header("accept-encoding", "br, gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer
}

#[sqlx::test(migrations = false)]
async fn what_one_adds_others_of_the_tenant_are_told(pool: PgPool) {
    let server = Server::start(pool).await;
    let strangers = server.get("/api/live").send().await.unwrap();
    assert_eq!(strangers.status(), StatusCode::UNAUTHORIZED);
    assert!(strangers.text().await.unwrap().contains("unauthenticated"));

    server.sign_in("admin@contoso.example").await;
    let mut theirs = follow(&server).await;
    server.sign_in(DISPATCHER).await;
    let mut ours = follow(&server).await;
    let header = |name: &str| ours.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
    assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
    assert_eq!(header("content-encoding"), None);
    assert!(header("cache-control").unwrap().starts_with("no-"));
    assert!(read_until(&mut ours, "alive").await.contains("retry: 3000"));
    read_until(&mut theirs, "alive").await;

    let saved = server.add(&server.meeting().await).send().await.unwrap();
    assert_eq!(saved.status(), StatusCode::OK);
    let saved: serde_json::Value = saved.json().await.unwrap();
    let id = saved["interaction_id"].as_str().unwrap();
    let told = read_until(&mut ours, id).await;
    assert!(
        told.contains(r#""kind":"added""#) && !told.contains("Backup review"),
        "{told}"
    );
    let theirs = tokio::time::timeout(Duration::from_millis(300), read_until(&mut theirs, id)).await;
    assert!(theirs.is_err(), "another tenant was told");
}

#[sqlx::test(migrations = false)]
async fn who_may_not_read_is_refused(pool: PgPool) {
    let server = Server::start(pool).await;
    let form = [
        ("input[email]", "ada@acme.example"),
        ("input[password]", backend::seed::PASSWORD),
    ];
    let signed_in = server.post("/api/session/portal-sign-in", &form).send().await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::OK);
    assert_eq!(
        server.get("/api/live").send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    server.sign_in("finance@northwind.example").await;
    server
        .execute(
            "DELETE FROM role_permissions WHERE permission_id IN
                 (SELECT permission_id FROM permissions WHERE resource = 'interaction' AND action = 'read')",
        )
        .await;
    let refused = server.get("/api/live").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(refused.text().await.unwrap().contains("forbidden"));
}

#[sqlx::test(migrations = false)]
async fn a_person_has_a_limited_number_of_connections(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let mut open = Vec::new();
    for _ in 0..24 {
        open.push(follow(&server).await);
    }
    let refused = server.get("/api/live").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    drop(open);
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.get("/api/live").send().await.unwrap().status() != StatusCode::OK {
        assert!(Instant::now() < deadline, "closed connections still count");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[sqlx::test(migrations = false)]
async fn the_program_stops_while_pages_are_open(pool: PgPool) {
    let mut server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let mut page = follow(&server).await;
    read_until(&mut page, "alive").await;
    let started = Instant::now();
    server.terminate();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // What was told before the end is still read first; an error would be a stream that was cut.
    let rest = async { while page.chunk().await.expect("the stream ended properly").is_some() {} };
    tokio::time::timeout(Duration::from_secs(5), rest).await.unwrap();
    let gone = http()
        .build()
        .unwrap()
        .get(format!("{}/healthz", server.url))
        .send()
        .await;
    assert!(gone.is_err());
}

#[sqlx::test(migrations = false)]
async fn nonsense_in_the_address_means_to_look_again(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    for gap in ["nan", "-1", "1e300", "%00", "<script>", "999999", ""] {
        let mut answer = server.get(&format!("/api/live?gap={gap}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{gap}");
        read_until(&mut answer, "look_again").await;
    }
}
