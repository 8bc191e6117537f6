use chrono::TimeDelta;
use graph_sim::{
    ContentUrls,
    demo::northwind,
    fixtures::{FIXTURES, fixture},
};
use reqwest::{Method, header::ACCEPT};
use serde_json::{Value, json};

use crate::support::*;

const UNATTRIBUTED: &str = "application/vnd.microsoft.graph.transcript+text";

/// A meeting with a transcript: the path of the transcript.
async fn with(content: Value) -> (World, String) {
    let world = world().await;
    let (path, id) = world.meeting().await;
    let artifact = json!({ "kind": "transcript", "content": content, "start": "2026-11-24T15:00:00Z", "end": "2026-11-24T15:10:00Z" });
    let of_meeting = format!("meetings/{}/artifacts", segment(&id));
    let got = world.control(Method::POST, &of_meeting, artifact).await;
    assert_eq!(got.status, 200, "{:?}", got.body);
    (
        world,
        format!("{path}/transcripts/{}", segment(got.body["id"].as_str().unwrap())),
    )
}

async fn content(world: &World, path: &str, accept: &str) -> Got {
    let request = world.get_request(&format!("{path}/content")).header(ACCEPT, accept);
    read(request.send().await.unwrap()).await
}

fn inner(got: &Got) -> (u16, &str) {
    (
        got.status,
        got.body["error"]["innerError"]["code"].as_str().unwrap_or_default(),
    )
}

async fn tenant(world: &World, change: Value) {
    let path = format!("tenants/{}", northwind::TENANT_ID);
    assert_eq!(world.control(Method::POST, &path, change).await.status, 200);
}

#[tokio::test]
async fn forms() {
    let (world, path) = with(json!({ "fixture": "continuation-lines" })).await;
    let vtt = content(&world, &path, "text/vtt").await;
    assert!(
        vtt.body
            .as_str()
            .unwrap()
            .contains("<v Ada Example>Shall we begin\nwith")
    );
    let text = content(&world, &path, UNATTRIBUTED).await;
    assert_eq!(text.headers["content-type"].to_str().unwrap(), UNATTRIBUTED);
    assert_eq!(
        text.body,
        "00:00:03.120 --> 00:00:06.480\n\nShall we begin with the backup job, or with the invoices?\n\n00:00:07.010 --> 00:00:11.900\n\nThe backup job. It failed twice on Monday night.\n\n"
    );
    let by_option = format!("{path}/content?$format=application%2Fvnd.microsoft.graph.transcript%2Btext");
    assert_eq!(world.get(&by_option).await.status, 406, "only by Accept");

    let metadata = world.get(&format!("{path}/metadataContent")).await;
    assert_eq!(metadata.headers["content-type"].to_str().unwrap(), "text/vtt");
    let lines: Vec<&str> = metadata.body.as_str().unwrap().lines().collect();
    assert_eq!(lines[..3], ["WEBVTT", "", "00:00:03.120 --> 00:00:06.480"]);
    let told: Value = serde_json::from_str(lines[3]).unwrap();
    assert_eq!(
        told,
        json!({
            "startDateTime": "2026-11-24T15:00:03.1200000Z", "endDateTime": "2026-11-24T15:00:06.4800000Z",
            "speakerName": "Ada Example", "spokenText": "Shall we begin with the backup job, or with the invoices?",
            "spokenLanguage": "en-us",
        })
    );
}

#[tokio::test]
async fn the_tenant_keeps_transcripts_to_itself() {
    let (world, path) = with(json!({ "fixture": "plain" })).await;
    let list = path.rsplit_once('/').unwrap().0.to_owned();
    tenant(&world, json!({ "transcript_access": false })).await;
    for closed in [
        list.clone(),
        path.clone(),
        format!("{path}/content"),
        format!("{path}/metadataContent"),
    ] {
        let got = world.get(&closed).await;
        assert_eq!(got.code(), (403, "Forbidden"));
        assert_eq!(inner(&got).1, "GraphAccessToTranscriptsDisabled", "{closed}");
    }
    let all = format!("/users/{USER}/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='{USER}')");
    assert_eq!(inner(&world.get(&all).await).1, "GraphAccessToTranscriptsDisabled");
    assert_eq!(content(&world, &path, UNATTRIBUTED).await.status, 403);
    let recordings = list.replace("/transcripts", "/recordings");
    assert_eq!(world.get(&recordings).await.status, 200, "recordings are not touched");

    let from = world.sim.now() + TimeDelta::minutes(50);
    tenant(&world, json!({ "transcript_access": true, "switches_from": from })).await;
    assert_eq!(world.get(&list).await.status, 403);
    world.sim.advance(TimeDelta::minutes(50));
    assert_eq!(world.get(&list).await.status, 200);
    tenant(&world, json!({ "switches_flap": true })).await;
    for status in [403, 200, 403, 200] {
        assert_eq!(world.get(&list).await.status, status);
    }
}

#[tokio::test]
async fn the_tenant_keeps_the_speakers_to_itself() {
    let (world, path) = with(json!({ "fixture": "plain" })).await;
    tenant(&world, json!({ "speaker_attribution": false })).await;
    assert_eq!(
        inner(&content(&world, &path, "text/vtt").await),
        (403, "SpeakerAttributionNotAllowed")
    );
    let metadata = world.get(&format!("{path}/metadataContent")).await;
    assert_eq!(inner(&metadata), (403, "SpeakerAttributionNotAllowed"));
    assert_eq!(world.get(&path).await.status, 200);
    let text = content(&world, &path, UNATTRIBUTED).await;
    assert_eq!(text.status, 200);
    assert!(!text.body.as_str().unwrap().contains("Ada"));
}

#[tokio::test]
async fn fixtures_by_name() {
    let (world, _) = with(json!("WEBVTT\n")).await;
    let listed = world.control(Method::GET, "fixtures", Value::Null).await.body;
    let names: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|fixture| fixture["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, FIXTURES.each_ref().map(|fixture| fixture.name));
    for name in names {
        let (world, path) = with(json!({ "fixture": name })).await;
        let got = world.get_request(&format!("{path}/content")).send().await.unwrap();
        let kind = if name == "wrong-type" {
            "application/json"
        } else {
            "text/vtt"
        };
        assert_eq!(got.headers()["content-type"].to_str().unwrap(), kind);
        assert!(got.bytes().await.unwrap() == fixture(name).unwrap().content(), "{name}");
        // The other forms are made of it without trouble.
        assert_eq!(content(&world, &path, UNATTRIBUTED).await.status, 200, "{name}");
        assert_eq!(
            world.get(&format!("{path}/metadataContent")).await.status,
            200,
            "{name}"
        );
    }
}

#[tokio::test]
async fn content_urls_are_nothing_to_rely_on() {
    let (world, path) = with(json!("WEBVTT\n")).await;
    for (form, start) in [
        (ContentUrls::Absolute, format!("{}/v1.0/users/", world.sim.graph_url())),
        (ContentUrls::Relative, "users/".to_owned()),
        (
            ContentUrls::Malformed,
            format!("{}/v1.0/$metadata#users/", world.sim.graph_url()),
        ),
        (
            ContentUrls::MediaService,
            "https://eu-prod.asyncgw.teams.example/".to_owned(),
        ),
    ] {
        world.sim.change_teams(|teams| teams.content_urls = form);
        let url = world.get(&path).await.body["transcriptContentUrl"].clone();
        assert!(url.as_str().unwrap().starts_with(&start), "{url}");
    }
}
