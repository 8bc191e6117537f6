use chrono::TimeDelta;
use graph_sim::{
    ArtifactKind, CannedAnswer, Fault, Route, SimConfig,
    demo::{DIALOGUES, contoso, northwind},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{support::*, webhook::Webhook};

impl World {
    async fn page(&self) -> String {
        let answer = self.http.get(self.sim.graph_url()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    async fn make(&self, calls: &Value) {
        for call in calls.as_array().unwrap() {
            let method: Method = call[0].as_str().unwrap().parse().unwrap();
            let got = self.control(method, call[1].as_str().unwrap(), call[2].clone()).await;
            assert!([200, 204].contains(&got.status), "{call}: {} {}", got.status, got.body);
        }
    }
}

fn plain(escaped: &str) -> String {
    let text = escaped
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

/// Label and calls of every button.
fn buttons(page: &str) -> Vec<(String, Value)> {
    let of = |button: &str| {
        let calls = button.split_once("data-calls=\"")?.1.split_once('"')?.0;
        let label = button.split_once('>')?.1.split_once("</button>")?.0;
        Some((plain(label), serde_json::from_str(&plain(calls)).unwrap()))
    };
    page.split("<button").skip(1).filter_map(of).collect()
}

fn button(page: &str, label: &str) -> Value {
    let found = buttons(page).into_iter().find(|(known, _)| known == label);
    found.unwrap_or_else(|| panic!("no button {label}")).1
}

#[tokio::test]
async fn the_page_shows_what_there_is_and_loads_nothing_from_elsewhere() {
    let world = world_with(SimConfig::demo_with_history()).await;
    let answer = world.http.get(world.sim.graph_url()).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'self';") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    let page = answer.text().await.unwrap();
    for shown in [
        northwind::PAST[1].subject,
        "northwind.example",
        "Conny Contoso",
        "dee@initech.example",
        "<b>5</b> recordings",
        "all is well",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains(northwind::CLIENT_SECRET) && !page.contains(&world.token));
    assert!(
        !page.contains("style=\"") && !page.contains("onclick"),
        "the policy forbids it"
    );

    for attribute in ["src=\"", "href=\""] {
        for target in page.split(attribute).skip(1) {
            let target = target.split_once('"').unwrap().0;
            if let Some(id) = target.strip_prefix('#') {
                assert!(page.contains(&format!("id=\"{id}\"")), "{target}");
                continue;
            }
            assert!(target.starts_with("/_sim/page/"), "{target}");
            let url = format!("{}{target}", world.sim.graph_url());
            let answer = world.http.get(url).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{target}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        }
    }
    for unknown in ["page/page.rs", "page/content/none", "page/"] {
        assert_eq!(
            world.control(Method::GET, unknown, Value::Null).await.status,
            404,
            "{unknown}"
        );
    }
    assert_eq!(
        world.control(Method::POST, "page/page.css", Value::Null).await.status,
        405
    );
    assert_eq!(
        world.sim.requests_to(Route::Unknown).len(),
        0,
        "the page is not in the log"
    );
}

#[tokio::test]
async fn recordings_play_and_transcripts_read() {
    let world = world_with(SimConfig::demo_with_history()).await;
    let kinds = world.sim.artifacts();
    assert_eq!(
        kinds
            .iter()
            .filter(|artifact| artifact.kind == ArtifactKind::Recording)
            .count(),
        5
    );
    for artifact in kinds {
        let url = format!("{}/_sim/page/content/{}", world.sim.graph_url(), segment(&artifact.id));
        let answer = world.http.get(url).send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let bytes = answer.bytes().await.unwrap();
        match artifact.kind {
            ArtifactKind::Recording => assert_eq!((kind.as_str(), &bytes[4..8]), ("video/mp4", b"ftyp".as_slice())),
            ArtifactKind::Transcript => assert!(kind.starts_with("text/plain") && bytes.starts_with(b"WEBVTT\n\n")),
        }
    }
}

#[tokio::test]
async fn what_clients_send_stays_text() {
    let world = world().await;
    let evil = "\"><script>alert('1')</script>&lt;";
    let mut meeting = event("t");
    meeting["subject"] = json!(evil);
    meeting["attendees"] = json!([{ "emailAddress": { "address": "<script>@x.example" } }]);
    assert_eq!(world.post(&meeting).await.status, 201);
    world.get("/users/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    world
        .sim
        .change_user(USER, |user| evil.clone_into(&mut user.display_name));
    let page = world.page().await;
    assert_eq!(page.matches("<script").count(), 1, "the page's own");
    assert!(
        page.matches("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;lt;")
            .count()
            >= 3
    );
}

#[tokio::test]
async fn every_button_does_what_the_control_interface_knows() {
    let world = world_with(SimConfig::demo_with_history()).await;
    assert_eq!(world.post(&event("t")).await.status, 201);
    let page = world.page().await;
    let all = buttons(&page);
    assert!(all.len() > 50, "{}", all.len());
    for (_, calls) in all.into_iter().filter(|(label, _)| label != "Start over") {
        assert!(!calls.as_array().unwrap().is_empty());
        world.make(&calls).await;
    }
    world.make(&button(&world.page().await, "Start over")).await;
    assert!(world.page().await.contains("all is well"));
}

#[tokio::test]
async fn what_was_broken_is_mended_and_nothing_else() {
    let world = world_with(SimConfig::demo_with_history()).await;
    assert_eq!(world.post(&event("t")).await.status, 201);
    let (events, token) = (world.sim.events().len(), world.token.clone());
    world.make(&button(&world.page().await, "Microsoft is down")).await;
    world.sim.fault(Fault::new(Route::Users, CannedAnswer::delay(1)));
    for switch in [
        "Client secret is valid",
        "May read recordings",
        "Apps may fetch transcripts",
        "Mailbox is in the app’s scope",
        "Teams access policy is granted",
    ] {
        world.make(&button(&world.page().await, switch)).await;
    }
    world.make(&button(&world.page().await, "Never")).await;
    assert_eq!(world.get(&format!("/users/{USER}")).await.status, 503);
    let refused = world.token_with(northwind::TENANT_ID, &[]).await;
    assert_eq!(refused.status, 503);
    let broken = world.page().await;
    assert!(broken.contains("503, for any request, once") && broken.contains("aria-checked=\"false\""));
    assert!(!broken.contains(contoso::CLIENT_SECRET));

    world.make(&button(&broken, "Mend everything")).await;
    let page = world.page().await;
    assert!(page.contains("all is well"));
    assert_eq!(world.sim.events().len(), events, "mending is not starting over");
    assert_eq!(token, world.token);
    assert_eq!(world.token_with(northwind::TENANT_ID, &[]).await.status, 200);
    assert_eq!(
        world.post(&event("u")).await.body["onlineMeeting"]["joinUrl"]
            .as_str()
            .map(|_| ()),
        Some(())
    );
}

#[tokio::test]
async fn a_meeting_runs_its_course() {
    let world = world().await;
    let start = world.sim.now() + TimeDelta::hours(5);
    let mut meeting = event("t");
    for (property, time) in [("start", start), ("end", start + TimeDelta::minutes(30))] {
        meeting[property]["dateTime"] = json!(time.format("%Y-%m-%dT%H:%M:%S").to_string());
    }
    let event = world.post(&meeting).await.body["id"].as_str().unwrap().to_owned();
    let id = world.sim.meetings()[0].id.clone();
    let badge = |stage: &str| format!("<span class=\"badge\">{stage}</span>");

    assert!(world.page().await.contains(&badge("upcoming")));
    world.sim.advance(TimeDelta::minutes(310));
    let page = world.page().await;
    assert!(page.contains(&badge("running")) && page.contains("5 h 10 min ahead of the real time"));
    world.make(&button(&page, "Recorded")).await;
    let page = world.page().await;
    assert!(
        page.contains(&badge("ended")) && page.contains(">comes "),
        "the transcript is on its way"
    );
    world.make(&button(&page, "+ 10 minutes")).await;
    assert!(!world.page().await.contains(">comes "));
    world
        .make(&button(&world.page().await, "Recording and transcript"))
        .await;

    let artifacts = world.sim.artifacts();
    assert_eq!(artifacts.len(), 4);
    assert!(artifacts.iter().all(|artifact| artifact.online_meeting_id == id));
    assert_eq!(artifacts[2].session, artifacts[3].session, "they belong together");
    assert_ne!(artifacts[1].session.correlation_id, artifacts[2].session.correlation_id);
    let said = DIALOGUES
        .iter()
        .find(|dialogue| artifacts[2].content == dialogue.mp4.into());
    assert_eq!(artifacts[3].content, said.unwrap().vtt.into());

    world.sim.advance(TimeDelta::days(61));
    assert!(world.page().await.contains(&badge("expired")));
    world.cancel(&event).await;
    assert!(world.page().await.contains(&badge("cancelled")));
}

#[tokio::test]
async fn a_meeting_can_be_held_before_its_time() {
    let world = world().await;
    let mut meeting = event("t");
    for (property, hours) in [("start", 30), ("end", 31)] {
        let time = world.sim.now() + TimeDelta::hours(hours);
        meeting[property]["dateTime"] = json!(time.format("%Y-%m-%dT%H:%M:%S").to_string());
    }
    assert_eq!(world.post(&meeting).await.status, 201);
    world.make(&button(&world.page().await, "In two parts")).await;
    let artifacts = world.sim.artifacts();
    assert_eq!(artifacts.len(), 4);
    let now = world.sim.now();
    for artifact in artifacts {
        assert!(artifact.session.start < artifact.session.end && artifact.session.end <= now);
    }
    assert!(
        world.page().await.contains("<span>the real time</span>"),
        "time did not move for it"
    );
}

#[tokio::test]
async fn subscriptions_and_what_they_were_told() {
    let (world, mut hook) = (world().await, Webhook::start().await);
    // Before the meeting, on whatever day this runs: one that is over has other buttons.
    let moved = world
        .control(Method::POST, "clock", json!({ "now": "2026-11-24T14:00:00Z" }))
        .await;
    assert_eq!(moved.status, 200);
    world.post(&event("t")).await;
    let lifecycle = json!({ "lifecycleNotificationUrl": hook.url, "clientState": "kept-from-the-page" });
    world.subscribe(&hook, "getAllRecordings", lifecycle).await;
    world.make(&button(&world.page().await, "Only recorded")).await;
    assert!(hook.next().await.json()["value"][0]["resource"].is_string());
    world.sim.settled().await;
    let page = world.page().await;
    for shown in [
        "getAllRecordings",
        "badge good\">active",
        "badge good\">delivered",
        "badge good\">202",
        "<b>1</b> notification<",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("kept-from-the-page"));

    for (label, event) in [
        ("Ask to reauthorize", "reauthorizationRequired"),
        ("Remove", "subscriptionRemoved"),
    ] {
        world.make(&button(&world.page().await, label)).await;
        assert_eq!(hook.next().await.json()["value"][0]["lifecycleEvent"], event);
    }
    let page = world.page().await;
    assert!(page.contains("removed by Microsoft") && !page.contains("Let it vanish"));
    world.subscribe(&hook, "getAllTranscripts", json!({})).await;
    world.make(&button(&world.page().await, "Let it vanish")).await;
    assert!(world.page().await.contains("badge bad\">vanished"));
}

impl World {
    /// With a new token: after two months the old one is no longer valid.
    async fn cancel(&self, event: &str) {
        let token = self.token_with(northwind::TENANT_ID, &[]).await.body["access_token"].clone();
        let url = format!("{}/v1.0/users/{USER}/events/{}", self.sim.graph_url(), segment(event));
        let request = self.http.delete(url).bearer_auth(token.as_str().unwrap());
        assert_eq!(request.send().await.unwrap().status(), 204);
    }
}
