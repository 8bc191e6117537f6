//! Who played and saved what, over HTTP.

use graph_sim::SimConfig;
use reqwest::{Method, StatusCode};
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server};

const RECORDING: &str = "SELECT a.artifact_id::text FROM online_meeting_artifacts a
    JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
    JOIN interactions i ON i.tenant = a.tenant AND i.interaction_id = m.interaction_id
    JOIN clients c ON c.tenant = a.tenant AND c.client_id = i.client_id
    WHERE a.artifact_type = 'recording' AND m.subject = 'Security awareness training' AND c.client_name = 'Acme Manufacturing'";
const KINDS: &str =
    "SELECT coalesce(string_agg(user_email || ' ' || kind, ', ' ORDER BY at, kind), '') FROM audit_entries";

#[sqlx::test(migrations = false)]
async fn a_recording_is_noted_once_however_many_parts_are_asked_for(pool: PgPool) {
    let server = Server::start_with(pool, SimConfig::demo_with_history()).await;
    let path = format!("/api/online-meetings/recordings/{}", server.text(RECORDING).await);
    let refused = server.get(&path).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    server.sign_in(DISPATCHER).await;
    let head = server.request(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    let beyond = server
        .get(&path)
        .header("range", "bytes=999999999999-")
        .send()
        .await
        .unwrap();
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(server.text(KINDS).await, "", "nobody got anything");
    // All at once, as a player does.
    let parts = (0..8).map(|n| server.get(&path).header("range", format!("bytes={n}-{n}")).send());
    for part in futures::future::join_all(parts).await {
        assert_eq!(part.unwrap().status(), StatusCode::PARTIAL_CONTENT);
    }
    assert_eq!(server.text(KINDS).await, format!("{DISPATCHER} recording.opened"));
    let saved = server.get(&format!("{path}?download=1")).send().await.unwrap();
    assert_eq!(saved.status(), StatusCode::OK);
    drop(saved.bytes().await.unwrap());
    assert_eq!(
        server.text(KINDS).await,
        format!("{DISPATCHER} recording.opened, {DISPATCHER} recording.downloaded")
    );
    // The file of the audit is for administrators, and says so itself.
    let export = server.get("/api/settings/audit-export").send().await.unwrap();
    assert_eq!(export.status(), StatusCode::FORBIDDEN);
    let admin = server.person("admin@northwind.example").await;
    let export = admin
        .get(format!("{}/api/settings/audit-export?person=dispatcher", server.url))
        .send()
        .await
        .unwrap();
    assert_eq!(export.status(), StatusCode::OK);
    assert_eq!(export.headers()["content-type"], "text/csv; charset=utf-8");
    assert!(
        export.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"audit 20")
    );
    let text = export.text().await.unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("recording.opened,Security awareness training"), "{text}");
}
