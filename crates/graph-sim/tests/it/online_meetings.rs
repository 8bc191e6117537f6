use graph_sim::demo::northwind;

use crate::support::*;

const COLLEAGUE: &str = "77777777-7777-4777-8777-777777777777";

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect::<Vec<_>>()
        .concat()
}

async fn with_meeting() -> (World, String) {
    let world = world().await;
    world.post(&event("t-1")).await;
    let url = world.sim.events().remove(0).join_url.unwrap();
    (world, url)
}

fn lookup(user: &str, filter: &str) -> String {
    format!("/users/{user}/onlineMeetings?$filter={filter}")
}

#[tokio::test]
async fn found_when_encoded_once_whole() {
    let (world, url) = with_meeting().await;
    let filter = format!("JoinWebUrl%20eq%20%27{}%27", encode(&url));
    let got = world.get(&lookup(USER, &filter)).await;
    assert_eq!(got.status, 200);
    let meeting = &got.body["value"][0];
    assert_eq!(meeting["joinWebUrl"], url.as_str());
    assert_eq!(meeting["startDateTime"], "2026-11-24T15:00:00.0000000Z");
    assert_eq!(meeting["participants"]["organizer"]["identity"]["user"]["id"], USER);
    let id = world.sim.events().remove(0).online_meeting_id.unwrap();
    assert_eq!(meeting["id"], id);
}

#[tokio::test]
async fn other_encodings_miss_or_are_refused() {
    let (world, url) = with_meeting().await;
    // Only the outer characters are encoded: the service decodes the link's own escapes and finds nothing.
    let single = url
        .replace('/', "%2F")
        .replace('?', "%3F")
        .replace('=', "%3D")
        .replace(':', "%3A");
    let got = world
        .get(&lookup(USER, &format!("JoinWebUrl%20eq%20%27{single}%27")))
        .await;
    assert_eq!((got.status, &got.body["value"]), (200, &serde_json::json!([])));
    for filter in [
        format!("JoinWebUrl%20eq%20%27{url}%27"),
        "JoinWebUrl%20eq%20%27https%3A%2F%2Fx?a".to_owned(),
        "JoinWebUrl%20eq%20%27https%3A%2F%2Fx&b=c%27".to_owned(),
        "JoinWebUrl%20eq%20%27https%3A%2F%2Fx".to_owned(),
        "JoinWebUrl%20eq%20%27it's%27".to_owned(),
        "JoinWebUrl%20eq%20%27%zz%27".to_owned(),
        "Subject%20eq%20%27x%27".to_owned(),
    ] {
        assert_eq!(
            world.get(&lookup(USER, &filter)).await.code(),
            (400, "BadRequest"),
            "{filter}"
        );
    }
    assert_eq!(
        world.get(&format!("/users/{USER}/onlineMeetings")).await.code(),
        (400, "InvalidArgument")
    );
}

#[tokio::test]
async fn refusals() {
    let (mut world, url) = with_meeting().await;
    let filter = format!("JoinWebUrl%20eq%20%27{}%27", encode(&url));
    assert_eq!(
        world.get(&lookup("meetings%40northwind.example", &filter)).await.code(),
        (404, "UnknownError")
    );
    let message = |got: &Got| got.body["error"]["message"].as_str().unwrap().to_owned();

    let got = world.get(&lookup(COLLEAGUE, &filter)).await;
    assert_eq!(got.code(), (403, "Forbidden"));
    assert!(message(&got).starts_with("No application access policy found for this app"));
    world.sim.change_user(COLLEAGUE, |user| user.teams_policy = true);
    assert!(message(&world.get(&lookup(COLLEAGUE, &filter)).await).starts_with("3003: "));
    world
        .sim
        .change_app(northwind::CLIENT_ID, |app| app.roles = vec!["User.Read.All".to_owned()]);
    world.renew().await;
    let got = world.get(&lookup(USER, &filter)).await;
    assert!(message(&got).starts_with("Missing role permissions on the request."));
    assert!(message(&got).ends_with("Roles on the request 'User.Read.All'."));
}
