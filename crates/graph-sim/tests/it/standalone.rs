use graph_sim::demo::northwind;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

fn all() -> String {
    format!("/users/{USER}/onlineMeetings")
}

fn path(got: &Got) -> String {
    format!("{}/{}", all(), segment(got.body["id"].as_str().unwrap()))
}

#[tokio::test]
async fn their_life() {
    let world = world().await;
    let posted = json!({
        "subject": "Call", "startDateTime": "2026-12-24T15:00:00Z", "endDateTime": "2026-12-24T16:00:00Z",
        "recordAutomatically": true,
    });
    let got = world.send(Method::POST, &all(), &posted).await;
    assert_eq!((got.status, &got.body["recordAutomatically"]), (201, &true.into()));
    assert!(got.body["joinWebUrl"].as_str().unwrap().contains("/l/meetup-join/"));
    let path = path(&got);
    assert_eq!(world.get(&path).await.body["subject"], "Call");
    assert!(world.sim.events().is_empty(), "it is on no calendar");
    let got = world.send(Method::PATCH, &path, &json!({ "subject": "Talk" })).await;
    assert_eq!((got.status, &got.body["subject"]), (200, &"Talk".into()));
    assert_eq!(world.delete(&path).await.status, 204);
    assert_eq!(world.delete(&path).await.code(), (404, "NotFound"));
    assert_eq!(world.get(&path).await.status, 404);
}

#[tokio::test]
async fn create_or_get() {
    let world = world().await;
    let url = format!("{}/createOrGet", all());
    let first = world.send(Method::POST, &url, &json!({ "externalId": "a" })).await;
    let second = world
        .send(Method::POST, &url, &json!({ "externalId": "a", "subject": "x" }))
        .await;
    let other = world.send(Method::POST, &url, &json!({ "externalId": "b" })).await;
    assert_eq!((first.status, second.status, other.status), (201, 200, 201));
    assert_eq!(first.body["id"], second.body["id"]);
    assert_ne!(first.body["id"], other.body["id"]);
    assert_eq!(world.send(Method::POST, &url, &json!({})).await.status, 400);
    assert_eq!(
        world
            .send(Method::POST, &all(), &json!({ "externalId": "c" }))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn their_artifacts_are_refused() {
    let world = world().await;
    let path = path(&world.send(Method::POST, &all(), &json!({})).await);
    for (status, code) in [(400, "BadRequest"), (404, "NotFound"), (403, "Forbidden")] {
        world
            .control(Method::POST, "teams", json!({ "standalone_status": status }))
            .await;
        for list in ["recordings", "transcripts"] {
            let got = world.get(&format!("{path}/{list}")).await;
            assert_eq!(got.code(), (status, code));
            let message = got.body["error"]["message"].as_str().unwrap();
            assert!(message.starts_with("No iCalUid found for the meeting."));
        }
    }
    world.control(Method::DELETE, "teams", Value::Null).await;
    assert_eq!(world.get(&format!("{path}/recordings")).await.status, 400);
}

#[tokio::test]
async fn writing_needs_its_role_and_the_organizer() {
    let mut world = world().await;
    let (meeting, _) = world.meeting().await;
    let colleague = "77777777-7777-4777-8777-777777777777";
    let elsewhere = meeting.replace(USER, colleague);
    assert_eq!(
        world.send(Method::PATCH, &elsewhere, &json!({})).await.code(),
        (403, "Forbidden")
    );
    world.sim.change_user(colleague, |user| user.teams_policy = true);
    assert_eq!(
        world.send(Method::PATCH, &elsewhere, &json!({})).await.code(),
        (404, "NotFound")
    );
    assert_eq!(world.delete(&elsewhere).await.code(), (404, "NotFound"));
    world.sim.change_app(northwind::CLIENT_ID, |app| {
        app.roles = vec!["OnlineMeetings.Read.All".to_owned()];
    });
    world.renew().await;
    assert_eq!(world.get(&meeting).await.status, 200);
    for (method, path) in [
        (Method::POST, all()),
        (Method::PATCH, meeting.clone()),
        (Method::DELETE, meeting),
    ] {
        assert_eq!(
            world.send(method.clone(), &path, &json!({})).await.code(),
            (403, "Forbidden"),
            "{method}"
        );
    }
}
