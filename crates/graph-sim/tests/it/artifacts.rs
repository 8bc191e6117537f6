use graph_sim::{
    CannedAnswer, Fault, Route, Session, SimConfig,
    demo::{BRANCH_1, BRANCH_2, contoso, northwind},
};
use reqwest::header::{ACCEPT, HeaderMap, RANGE};
use serde_json::json;
use uuid::Uuid;

use crate::support::*;

const COLLEAGUE: &str = "77777777-7777-4777-8777-777777777777";

async fn history() -> World {
    world_with(SimConfig::demo_with_history()).await
}

/// The path of the meeting that was recorded twice.
fn meeting(world: &World) -> (String, String) {
    let thread = northwind::PAST[1].thread;
    let mut events = world.sim.events().into_iter();
    let id = events.find(|event| event.id == northwind::PAST[1].event_id).unwrap();
    let id = id.online_meeting_id.unwrap();
    let clear = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, &id).unwrap();
    assert_eq!(
        String::from_utf8(clear).unwrap(),
        format!("1*{USER}*0**19:meeting_{thread}@thread.v2")
    );
    (format!("/users/{USER}/onlineMeetings/{}", segment(&id)), id)
}

async fn bytes(world: &World, path: &str, headers: HeaderMap) -> (u16, HeaderMap, Vec<u8>) {
    let response = world.get_request(path).headers(headers).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.unwrap().to_vec())
}

fn one(name: reqwest::header::HeaderName, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name, value.parse().unwrap())])
}

#[tokio::test]
async fn lists_and_single_ones() {
    let world = history().await;
    let (path, id) = meeting(&world);
    let got = world.get(&path).await;
    assert_eq!(
        (got.status, &got.body["id"], &got.body["subject"]),
        (200, &json!(id), &json!("Onboarding of the new branch"))
    );

    let mut correlations = Vec::new();
    for (collection, url) in [
        ("recordings", "recordingContentUrl"),
        ("transcripts", "transcriptContentUrl"),
    ] {
        let list = world.get(&format!("{path}/{collection}")).await;
        assert_eq!((list.status, &list.body["@odata.count"]), (200, &json!(2)));
        assert!(list.body["@odata.context"].as_str().unwrap().ends_with(collection));
        let mut items = list.body["value"].as_array().unwrap().clone();
        items.sort_by_key(|item| item["createdDateTime"].as_str().unwrap().to_owned());
        for item in &items {
            let artifact = item["id"].as_str().unwrap();
            assert_eq!(item["meetingId"], id.as_str());
            assert!(item["createdDateTime"].as_str() < item["endDateTime"].as_str());
            assert_eq!(
                item["createdDateTime"].as_str().unwrap().len(),
                "2026-11-24T21:02:11.0113199Z".len()
            );
            assert!(item["callId"].as_str().unwrap().parse::<Uuid>().is_ok());
            assert_eq!(item["meetingOrganizer"]["user"]["id"], USER);
            assert_eq!(item["meetingOrganizer"]["user"]["tenantId"], northwind::TENANT_ID);
            let expected = format!("/v1.0/users/{USER}/onlineMeetings/{id}/{collection}/{artifact}/content");
            assert!(item[url].as_str().unwrap().ends_with(&expected));

            let mut single = world.get(&format!("{path}/{collection}/{}", segment(artifact))).await;
            assert!(single.body.as_object_mut().unwrap().remove("@odata.context").is_some());
            assert_eq!((single.status, &single.body), (200, item));
        }
        correlations.push(
            items
                .iter()
                .map(|item| item["contentCorrelationId"].clone())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(correlations[0], correlations[1]);
    assert_ne!(correlations[0][0], correlations[0][1]);

    let chosen = world.get(&format!("{path}/recordings?$select=id,endDateTime")).await;
    assert_eq!(chosen.body["value"][0].as_object().unwrap().len(), 2);
    for option in ["$select=size", "$top=x", "$orderby=id", "$filter=id eq 'x'"] {
        assert_eq!(
            world.get(&format!("{path}/recordings?{option}")).await.code(),
            (400, "BadRequest")
        );
    }
}

#[tokio::test]
async fn recording_content() {
    let world = history().await;
    let (path, _) = meeting(&world);
    let list = world.get(&format!("{path}/recordings")).await;
    let id = segment(list.body["value"][0]["id"].as_str().unwrap());
    let content = format!("{path}/recordings/{id}/content");

    let (status, headers, body) = bytes(&world, &content, HeaderMap::new()).await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "video/mp4"));
    assert!(body == BRANCH_2.mp4, "the newest comes first");
    assert_eq!(&body[4..8], b"ftyp");
    let at = |name: &[u8]| body.windows(4).position(|window| window == name).unwrap();
    assert!(at(b"moov") < at(b"mdat"), "it starts to play before all of it is there");
    assert!(body.len() < 600 * 1024);

    let whole = body.len();
    for (asked, from, to) in [
        ("bytes=4-7", 4, 8),
        ("bytes=-10", whole - 10, whole),
        ("bytes=100-", 100, whole),
    ] {
        let (status, headers, part) = bytes(&world, &content, one(RANGE, asked)).await;
        assert_eq!(status, 206, "{asked}");
        assert_eq!(
            headers["content-range"].to_str().unwrap(),
            format!("bytes {from}-{}/{whole}", to - 1)
        );
        assert_eq!(headers["content-type"].to_str().unwrap(), "video/mp4");
        assert!(part == body[from..to]);
    }
    let (status, headers, part) = bytes(&world, &content, one(RANGE, "bytes=999999-")).await;
    assert_eq!((status, part.len()), (416, 0));
    assert_eq!(headers["content-range"].to_str().unwrap(), format!("bytes */{whole}"));
}

#[tokio::test]
async fn transcript_content() {
    let world = history().await;
    let (path, _) = meeting(&world);
    let list = world.get(&format!("{path}/transcripts")).await;
    let id = segment(list.body["value"][0]["id"].as_str().unwrap());
    let content = format!("{path}/transcripts/{id}/content");
    for accept in ["text/vtt", "*/*", "application/json, text/vtt;q=0.5"] {
        let (status, headers, body) = bytes(&world, &content, one(ACCEPT, accept)).await;
        assert_eq!(
            (status, headers["content-type"].to_str().unwrap()),
            (200, "text/vtt"),
            "{accept}"
        );
        let text = String::from_utf8(body).unwrap();
        assert_eq!(text, BRANCH_1.vtt, "the oldest comes first");
        assert_eq!(text.matches(" --> ").count(), 30);
        assert!(
            text.contains("<v Dana Ortiz>") && text.contains("<v Ada Example>") && text.contains("<v Søren Lindqvist>")
        );
    }
    let asked = |format: &str| format!("{content}?$format={format}");
    assert_eq!(world.get(&asked("text/vtt")).await.status, 200);
    assert_eq!(
        world.get(&asked("application%2Fpdf")).await.code(),
        (406, "NotAcceptable")
    );
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    assert_eq!(bytes(&world, &content, one(ACCEPT, docx)).await.0, 406);
}

#[tokio::test]
async fn refusals() {
    let mut world = history().await;
    let (path, id) = meeting(&world);
    let message = |got: &Got| got.body["error"]["message"].as_str().unwrap().to_owned();
    for unknown in [
        format!("/users/{USER}/onlineMeetings/MSo"),
        format!("/users/{USER}/onlineMeetings/MSo/recordings"),
        format!("{path}/recordings/VjI"),
        format!("{path}/transcripts/VjI/content"),
    ] {
        assert_eq!(world.get(&unknown).await.code(), (404, "NotFound"), "{unknown}");
    }
    let by_upn = path.replace(USER, northwind::ORGANIZER_UPN);
    assert_eq!(world.get(&by_upn).await.code(), (404, "UnknownError"));
    assert_eq!(
        world.get(&format!("{by_upn}/recordings")).await.code(),
        (404, "UnknownError")
    );
    // A recording is no transcript.
    let list = world.get(&format!("{path}/recordings")).await;
    let recording = segment(list.body["value"][0]["id"].as_str().unwrap());
    assert_eq!(world.get(&format!("{path}/transcripts/{recording}")).await.status, 404);
    assert_eq!(
        world.get(&format!("{path}/recordings/{recording}/other")).await.code(),
        (400, "BadRequest")
    );

    // Another user, first without a policy; another tenant's meeting.
    let colleague = format!("/users/{COLLEAGUE}/onlineMeetings/{}", segment(&id));
    let got = world.get(&format!("{colleague}/recordings")).await;
    assert_eq!(got.code(), (403, "Forbidden"));
    assert!(message(&got).contains("RSC permission evaluation"));
    assert!(message(&world.get(&colleague).await).starts_with("No application access policy found"));
    world.sim.change_user(COLLEAGUE, |user| user.teams_policy = true);
    assert_eq!(
        world.get(&format!("{colleague}/transcripts")).await.code(),
        (400, "BadRequest")
    );
    assert_eq!(world.get(&colleague).await.code(), (404, "NotFound"));
    let mut events = world.sim.events().into_iter();
    let foreign = events.find(|event| event.tenant_id == contoso::TENANT_ID).unwrap();
    let foreign = segment(&foreign.online_meeting_id.unwrap());
    assert_eq!(
        world
            .get(&format!("/users/{USER}/onlineMeetings/{foreign}/recordings"))
            .await
            .status,
        404
    );

    for (role, refused) in [
        ("OnlineMeetingRecording.Read.All", "transcripts"),
        ("OnlineMeetingTranscript.Read.All", "recordings"),
    ] {
        world
            .sim
            .change_app(northwind::CLIENT_ID, |app| app.roles = vec![role.to_owned()]);
        world.renew().await;
        let got = world.get(&format!("{path}/{refused}")).await;
        assert_eq!(got.code(), (403, "Forbidden"));
        assert!(message(&got).starts_with("Missing role permissions on the request."));
        let other = if refused == "recordings" {
            "transcripts"
        } else {
            "recordings"
        };
        assert_eq!(world.get(&format!("{path}/{other}")).await.status, 200);
        assert!(message(&world.get(&path).await).contains("OnlineMeetings.Read.All"));
    }
}

#[tokio::test]
async fn added_while_it_runs() {
    let world = world().await;
    assert!(world.sim.events().is_empty() && world.sim.artifacts().is_empty());
    world.post(&event("t-1")).await;
    let event = world.sim.events().remove(0);
    let id = event.online_meeting_id.unwrap();
    let path = format!("/users/{USER}/onlineMeetings/{}", segment(&id));
    let empty = world.get(&format!("{path}/recordings")).await;
    assert_eq!((empty.status, &empty.body["value"]), (200, &json!([])));

    let session = Session {
        correlation_id: Uuid::from_u128(7),
        start: event.start,
        end: event.end,
    };
    assert!(world.sim.add_recording("MSo", session, "x").is_none());
    let recording = world.sim.add_recording(&id, session, "ab").unwrap();
    let transcript = world.sim.add_transcript(&id, session, "WEBVTT\n").unwrap();
    let listed = world.get(&format!("{path}/recordings")).await;
    assert_eq!(listed.body["value"][0]["id"], recording.as_str());

    let content = format!("{path}/transcripts/{}/content", segment(&transcript));
    world
        .sim
        .fault(Fault::new(Route::TranscriptContent, CannedAnswer::status(503)));
    assert_eq!(world.get(&format!("{path}/transcripts")).await.status, 200);
    assert_eq!(world.get(&content).await.status, 503);
    assert_eq!(world.get(&content).await.body, "WEBVTT\n");
    assert_eq!(world.sim.requests_to(Route::Recordings).len(), 2);
    assert_eq!(world.sim.requests_to(Route::TranscriptContent).len(), 2);

    world.sim.reset();
    assert!(world.sim.events().is_empty() && world.sim.artifacts().is_empty());
}
