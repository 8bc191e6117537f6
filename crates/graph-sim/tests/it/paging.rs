use graph_sim::{ArtifactKind, Content, PagingMode, rules};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

/// A meeting with this many recordings, and their ids.
async fn recorded(count: i64) -> (World, String, Vec<String>) {
    let world = world().await;
    let (path, id) = world.meeting().await;
    let ids = (0..count)
        .map(|at| world.sim.add_recording(&id, session(at * 20), "x").unwrap())
        .collect();
    (world, format!("{path}/recordings"), ids)
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["value"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The ids of each page, at most so many.
async fn pages(world: &World, path: &str, most: usize) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut next = path.to_owned();
    while all.len() < most {
        let got = world.get(&next).await;
        assert_eq!(got.status, 200, "{:?}", got.body);
        all.push(ids(&got.body));
        match &got.body["@odata.nextLink"] {
            Value::Null => break,
            link => next = path_of(world, link),
        }
    }
    all
}

async fn set(world: &World, quirks: Value) {
    let got = world.control(Method::POST, "teams", quirks.clone()).await;
    assert_eq!(got.status, 200, "{quirks}");
}

#[tokio::test]
async fn pages_hold_everything_once() {
    let (world, path, mut known) = recorded(5).await;
    set(&world, json!({ "page_size": 2 })).await;
    let all = pages(&world, &format!("{path}?$select=id"), 9).await;
    assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let mut came = all.concat();
    came.sort();
    known.sort();
    assert_eq!(came, known);
    let bad = world.get(&format!("{path}?$skiptoken=guessed")).await;
    assert_eq!(bad.code(), (400, "BadRequest"));
}

#[tokio::test]
async fn pages_that_trap() {
    let (world, path, known) = recorded(3).await;
    set(&world, json!({ "page_size": 2, "paging": { "empty-first": 3 } })).await;
    let all = pages(&world, &path, 9).await;
    assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 0, 2, 1]);

    set(&world, json!({ "paging": "endless-empty" })).await;
    assert_eq!(pages(&world, &path, 20).await.concat(), [""; 0]);

    set(&world, json!({ "paging": "repeated-ids" })).await;
    let all = pages(&world, &path, 9).await;
    assert_eq!(all[0].last(), all[1].first());
    assert_eq!(all.concat().len(), known.len() + 1);

    set(&world, json!({ "paging": "repeated-link" })).await;
    let all = pages(&world, &path, 4).await;
    assert!(all.len() == 4 && all.iter().all(|page| *page == all[0]));

    let foreign = PagingMode::ForeignHost("https://graph.example.net".to_owned());
    world.sim.change_teams(|teams| teams.paging = foreign);
    let link = world.get(&path).await.body["@odata.nextLink"].clone();
    assert!(
        link.as_str()
            .unwrap()
            .starts_with("https://graph.example.net/v1.0/users/")
    );
}

#[tokio::test]
async fn top_loses_the_link() {
    let (world, path, _) = recorded(3).await;
    let got = world.get(&format!("{path}?$top=2")).await;
    assert_eq!((got.status, ids(&got.body).len()), (200, 2));
    assert_eq!(got.body["@odata.nextLink"], Value::Null);
    assert_eq!(world.sim.violations()[0].broke, Some(rules::TOP_ON_ARTIFACTS));
    set(&world, json!({ "top_drops_next_link": false })).await;
    assert!(world.get(&format!("{path}?$top=2")).await.body["@odata.nextLink"].is_string());
}

#[tokio::test]
async fn filtered_by_correlation() {
    let (world, path, known) = recorded(2).await;
    let all = world.get(&path).await.body;
    let item = all["value"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == *known[1])
        .unwrap();
    let wanted = item["contentCorrelationId"].as_str().unwrap();
    let got = world
        .get(&format!("{path}?$filter=contentCorrelationId%20eq%20%27{wanted}%27"))
        .await;
    assert_eq!(ids(&got.body), known[1..]);
    let other = world.get(&format!("{path}?$filter=callId%20eq%20%27{wanted}%27")).await;
    assert_eq!(other.code(), (400, "BadRequest"));
}

#[tokio::test]
async fn of_all_meetings() {
    let world = world().await;
    let (_, first) = world.meeting().await;
    let (_, second) = world.meeting().await;
    let early = world.sim.add_recording(&first, session(0), "x").unwrap();
    let late = world.sim.add_recording(&first, session(60), "x").unwrap();
    let silent = world.sim.add_recording(&second, session(30), "x").unwrap();
    let transcript = world.sim.add_transcript(&first, session(0), "WEBVTT\n").unwrap();
    let root = format!("/users/{USER}/onlineMeetings");
    let call = |name: &str, more: &str| format!("{root}/{name}(meetingOrganizerUserId='{USER}'{more})");
    let all = async |path: String| {
        let mut all = pages(&world, &path, 9).await.concat();
        all.sort();
        all
    };
    let sorted = |ids: &[&String]| {
        let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
        ids.sort();
        ids
    };
    // The meeting that was not transcribed is not told.
    assert_eq!(all(call("getAllRecordings", "")).await, sorted(&[&early, &late]));
    assert_eq!(all(call("getAllTranscripts", "")).await, [transcript]);
    set(
        &world,
        json!({ "all_recordings_need_transcript": false, "page_size": 1 }),
    )
    .await;
    let everything = sorted(&[&early, &late, &silent]);
    assert_eq!(all(call("getAllRecordings", "")).await, everything);
    let filter = format!("$filter=MeetingOrganizer%2FUser%2FId%20eq%20%27{USER}%27");
    assert_eq!(all(format!("{root}/getAllRecordings?{filter}")).await, everything);
    // Dates count as parameters of the function only.
    let dates = "startDateTime=2024-10-04T00:00:00Z,endDateTime=2024-10-04T00:31:00Z";
    assert_eq!(
        all(call("getAllRecordings", &format!(",{dates}"))).await,
        sorted(&[&early, &silent])
    );
    let ignored = format!("{root}/getAllRecordings?{filter}&startDateTime=2030-01-01T00:00:00Z");
    assert_eq!(all(ignored).await, everything);
    let ignored = format!("{root}/getAllRecordings?{filter}%20and%20createdDateTime%20ge%202030-01-01T00:00:00Z");
    assert_eq!(all(ignored).await, everything);

    for bad in [
        format!("{root}/getAllRecordings"),
        format!("{root}/getAllRecordings()"),
        format!("{root}/getAllRecordings(meetingOrganizerUserId={USER})"),
        call("getAllRecordings", ",startDateTime=yesterday"),
        format!("{root}/getAllRecordings(meetingOrganizerUserId='77777777-7777-4777-8777-777777777777')"),
    ] {
        assert_eq!(world.get(&bad).await.code(), (400, "BadRequest"), "{bad}");
    }
}

#[tokio::test]
async fn deltas() {
    let world = world().await;
    let (_, meeting) = world.meeting().await;
    world.sim.add_transcript(&meeting, session(0), "WEBVTT\n").unwrap();
    let first = world.sim.add_recording(&meeting, session(0), "x").unwrap();
    let start = format!("/users/{USER}/onlineMeetings/getAllRecordings(meetingOrganizerUserId='{USER}')/delta");
    let got = world.get(&start).await;
    assert_eq!(ids(&got.body), [first.as_str()]);
    let delta = path_of(&world, &got.body["@odata.deltaLink"]);
    let again = world.get(&delta).await;
    assert_eq!((again.status, ids(&again.body)), (200, Vec::new()));
    let second = world.sim.add_recording(&meeting, session(60), "x").unwrap();
    let got = world.get(&path_of(&world, &again.body["@odata.deltaLink"])).await;
    assert_eq!(ids(&got.body), [second.as_str()]);
    world.sim.change_teams(|teams| teams.delta_repeats = true);
    assert_eq!(ids(&world.get(&delta).await.body), [first, second]);

    let filtered = format!("{delta}&$filter=MeetingOrganizer%2FUser%2FId%20eq%20%27{USER}%27");
    let got = world.get(&filtered).await;
    assert_eq!(got.code(), (400, "BadRequest"));
    assert_eq!(got.body["error"]["innerError"]["code"], "DeltaFilterNotAllowed");
}

#[tokio::test]
async fn artifacts_by_control() {
    let world = world().await;
    let (path, id) = world.meeting().await;
    let of_meeting = format!("meetings/{}/artifacts", segment(&id));
    let add = async |body| world.control(Method::POST, &of_meeting, body).await;
    let correlation = "00000000-0000-4000-8000-000000000007";
    let got = add(json!({
        "kind": "recording", "delay_seconds": 600, "start": "2026-11-24T15:00:00Z", "end": "2026-11-24T15:20:00Z",
        "correlation": correlation, "content": { "pattern_bytes": 5 }, "missing": ["end", "call-id", "correlation-suffix"],
    }))
    .await;
    assert_eq!((got.status, &got.body["correlation"]), (200, &correlation.into()));
    let list = format!("{path}/recordings");
    assert_eq!(world.get(&list).await.body["value"], json!([]));
    world.sim.advance(chrono::TimeDelta::minutes(10));
    let item = world.get(&list).await.body["value"][0].clone();
    assert_eq!((&item["id"], &item["endDateTime"]), (&got.body["id"], &Value::Null));
    assert_eq!(
        (&item["contentCorrelationId"], item.get("callId")),
        (&correlation.into(), None)
    );
    let chosen = world.get(&format!("{list}?$select=id,callId")).await.body["value"][0].clone();
    assert_eq!(chosen, json!({ "id": item["id"] }));
    let summary = world.control(Method::GET, &of_meeting, Value::Null).await.body;
    assert_eq!(
        (&summary[0]["bytes"], &summary[0]["kind"]),
        (&5.into(), &"recording".into())
    );

    // Listed before its content is there.
    let got = add(json!({ "kind": "recording", "content_delay_seconds": 60, "content": { "base64": "AAEC" } })).await;
    let content = format!("{list}/{}/content", segment(got.body["id"].as_str().unwrap()));
    assert_eq!(world.get(&content).await.code(), (404, "NotFound"));
    world.sim.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(world.get(&content).await.body, "\u{0}\u{1}\u{2}");
    assert_eq!(world.sim.artifacts()[1].content, Content::from(&[0_u8, 1, 2][..]));
    assert_eq!(world.sim.artifacts()[1].kind, ArtifactKind::Recording);

    for bad in [
        json!({ "kind": "film" }),
        json!({ "kind": "recording", "colour": 1 }),
        json!({ "kind": "transcript", "content": { "fixture": "none" } }),
        json!({ "kind": "recording", "content": { "base64": "?" } }),
    ] {
        assert_eq!(add(bad.clone()).await.status, 400, "{bad}");
    }
    let unknown = world
        .control(Method::POST, "meetings/none/artifacts", json!({ "kind": "recording" }))
        .await;
    assert_eq!(unknown.status, 404);
    assert_eq!(
        world
            .control(Method::GET, "artifacts", Value::Null)
            .await
            .body
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
