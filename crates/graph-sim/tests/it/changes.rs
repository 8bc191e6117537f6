//! What becomes of an event after it was made.

use chrono::{TimeDelta, TimeZone, Utc};
use graph_sim::{JoinUrlMode, MailKind, SimEvent, SimMeeting, rules};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

const CEO: &str = "77777777-7777-4777-8777-777777777777";

fn path_of(event: &SimEvent) -> String {
    format!("/users/{USER}/events/{}", segment(&event.mutable_id))
}

fn utc(time: &str) -> Value {
    json!({ "dateTime": time, "timeZone": "UTC" })
}

fn people(addresses: &[&str]) -> Value {
    let person = |address: &&str| json!({ "emailAddress": { "address": address } });
    addresses.iter().map(person).collect()
}

async fn with_event() -> (World, String) {
    let world = world().await;
    assert_eq!(world.post(&event("t-1")).await.status, 201);
    let path = path_of(&world.sim.events()[0]);
    (world, path)
}

fn stored(world: &World) -> (SimEvent, SimMeeting) {
    (world.sim.events().remove(0), world.sim.meetings().remove(0))
}

async fn cancel(world: &World, path: &str, body: Value) -> Got {
    let request = world.request(Method::POST, &format!("{path}/cancel"));
    read(request.json(&body).send().await.unwrap()).await
}

#[tokio::test]
async fn a_new_time() {
    let (world, path) = with_event().await;
    let before = world.get(&path).await.body;
    let (_, meeting) = stored(&world);
    world.sim.advance(TimeDelta::minutes(5));
    let change = json!({ "start": utc("2026-12-01T09:00:00"), "end": utc("2026-12-01T10:00:00"), "subject": "Later" });
    let got = world.patch(&path, &change).await;
    assert_eq!((got.status, &got.body["subject"]), (200, &"Later".into()));
    assert_eq!(got.body["start"]["dateTime"], "2026-12-01T09:00:00.0000000");
    for name in ["@odata.etag", "changeKey", "lastModifiedDateTime"] {
        assert_ne!(got.body[name], before[name], "{name}");
    }
    for name in [
        "id",
        "createdDateTime",
        "onlineMeeting",
        "transactionId",
        "iCalUId",
        "attendees",
    ] {
        assert_eq!(got.body[name], before[name], "{name}");
    }
    let (event, moved) = stored(&world);
    let last = event.mails.last().unwrap();
    assert_eq!(
        (last.kind, last.to.as_slice()),
        (MailKind::Update, ["ada@acme.example".to_owned()].as_slice())
    );
    let start = Utc.with_ymd_and_hms(2026, 12, 1, 9, 0, 0).unwrap();
    assert_eq!(
        (moved.subject.as_str(), moved.start, moved.end),
        ("Later", start, start + TimeDelta::hours(1))
    );
    assert_eq!(
        (&moved.id, moved.expires - moved.end),
        (&meeting.id, TimeDelta::days(60))
    );
    assert!(world.sim.violations().is_empty());
    assert_eq!(world.get(&path).await.body["@odata.etag"], got.body["@odata.etag"]);
}

#[tokio::test]
async fn who_hears_of_a_change() {
    let (world, path) = with_event().await;
    let heard = async |change: Value| {
        let before = world.sim.events()[0].mails.len();
        assert_eq!(world.patch(&path, &change).await.status, 200, "{change}");
        let mails = world.sim.events().remove(0).mails;
        mails
            .into_iter()
            .skip(before)
            .flat_map(|mail| mail.to)
            .collect::<Vec<_>>()
    };
    let (ada, bo, cy) = ("ada@acme.example", "bo@acme.example", "cy@acme.example");
    assert_eq!(heard(json!({ "attendees": people(&[ada, bo]) })).await, [bo]);
    assert_eq!(heard(json!({ "attendees": people(&[bo, cy]) })).await, [cy, ada]);
    assert_eq!(heard(json!({ "attendees": people(&[bo, cy]) })).await, [""; 0]);
    assert_eq!(heard(json!({ "subject": "New" })).await, [bo, cy]);
    let both = json!({ "subject": "Newer", "attendees": people(&[bo]) });
    assert_eq!(heard(both).await, [bo, cy]);
    assert_eq!(world.sim.meetings()[0].attendees, [bo]);
}

#[tokio::test]
async fn a_body_without_the_teams_block_ends_the_meeting() {
    let (world, path) = with_event().await;
    let body = world.get(&path).await.body["body"]["content"]
        .as_str()
        .unwrap()
        .to_owned();
    let kept = body.replace("<b>hi</b>", "<b>hello</b>");
    let got = world
        .patch(&path, &json!({ "body": { "contentType": "html", "content": kept } }))
        .await;
    assert_eq!((got.status, &got.body["isOnlineMeeting"]), (200, &true.into()));
    assert_eq!(got.body["body"]["content"], kept.as_str(), "the block is there once");
    assert!(world.sim.violations().is_empty());
    assert_eq!(world.sim.events()[0].body_html, "<b>hello</b>");

    let lost = world
        .patch(
            &path,
            &json!({ "body": { "contentType": "html", "content": "<b>bye</b>" } }),
        )
        .await;
    assert_eq!(lost.status, 200);
    for read in [lost.body, world.get(&path).await.body] {
        assert_eq!(
            (&read["isOnlineMeeting"], &read["onlineMeeting"]),
            (&false.into(), &Value::Null)
        );
        assert_eq!(read["onlineMeetingProvider"], "unknown");
        assert_eq!(read["body"]["content"], "<html><body><b>bye</b></body></html>");
    }
    let (event, meeting) = stored(&world);
    assert_eq!(
        (event.join_url, event.online_meeting_id, meeting.deleted),
        (None, None, true)
    );
    let listed: Vec<_> = world
        .sim
        .violations()
        .into_iter()
        .map(|request| (request.broke, request.status))
        .collect();
    assert_eq!(listed, [(Some(rules::BODY_WITHOUT_TEAMS_BLOCK), Some(200))]);

    // It can be had again, as another meeting.
    let again = world.patch(&path, &json!({ "isOnlineMeeting": true })).await.body;
    assert!(again["onlineMeeting"]["joinUrl"].is_string());
    let meetings = world.sim.meetings();
    assert!(meetings.len() == 2 && meetings[0].id != meetings[1].id && !meetings[1].deleted);
}

#[tokio::test]
async fn what_cannot_be_changed() {
    let (world, path) = with_event().await;
    let before = world.get(&path).await.body;
    let fixed = json!({ "isOnlineMeeting": false, "onlineMeetingProvider": "unknown", "onlineMeeting": null });
    let got = world.patch(&path, &fixed).await;
    assert_eq!(got.status, 200);
    for name in ["isOnlineMeeting", "onlineMeetingProvider", "onlineMeeting"] {
        assert_eq!(got.body[name], before[name], "{name}");
    }
    let cases = [
        (json!({ "transactionId": "t-2" }), "ErrorPropertyValidationFailure"),
        (
            json!({ "end": utc("2026-11-24T14:59:59") }),
            "ErrorPropertyValidationFailure",
        ),
        (json!({ "start": null }), "ErrorPropertyValidationFailure"),
        (json!({ "webLink": "x" }), "RequestBodyRead"),
        (json!([]), "UnableToDeserializePostBody"),
    ];
    for (change, code) in cases {
        assert_eq!(world.patch(&path, &change).await.code(), (400, code), "{change}");
    }
    assert_eq!(world.sim.events()[0].revision, 1);

    // Without Teams there is nothing to switch on.
    world.sim.set_join_url(JoinUrlMode::Ignored);
    world.post(&event("t-3")).await;
    let other = path_of(&world.sim.events()[1]);
    let got = world.patch(&other, &json!({ "isOnlineMeeting": true })).await;
    assert_eq!((got.status, &got.body["isOnlineMeeting"]), (200, &false.into()));
}

#[tokio::test]
async fn stale_changes() {
    let (world, path) = with_event().await;
    let etag = world.get(&path).await.body["@odata.etag"].as_str().unwrap().to_owned();
    let change = async |etag: &str, subject: &str| {
        let request = world.request(Method::PATCH, &path).header("if-match", etag);
        read(request.json(&json!({ "subject": subject })).send().await.unwrap()).await
    };
    assert_eq!(change(&etag, "one").await.status, 200);
    assert_eq!(change(&etag, "two").await.code(), (412, "ErrorIrresolvableConflict"));
    let stale = world.request(Method::DELETE, &path).header("if-match", &etag);
    assert_eq!(stale.send().await.unwrap().status().as_u16(), 412);
    assert_eq!(world.sim.events()[0].subject, "one");
    assert_eq!(change("*", "three").await.status, 200);
}

#[tokio::test]
async fn cancelling() {
    for name in ["comment", "Comment"] {
        let (world, path) = with_event().await;
        let got = cancel(&world, &path, json!({ name: "Ill" })).await;
        assert_eq!((got.status, got.body), (202, "".into()));
        let event = world.sim.events().remove(0);
        let last = event.mails.last().unwrap();
        assert_eq!(
            (last.kind, last.comment.as_deref()),
            (MailKind::Cancellation, Some("Ill"))
        );
        assert_eq!(world.get(&path).await.code(), (404, "ErrorItemNotFound"));
        assert_eq!(
            cancel(&world, &path, json!({})).await.code(),
            (404, "ErrorItemNotFound")
        );
        assert_eq!(world.delete(&path).await.status, 404);
        assert_eq!(world.sim.events()[0].mails.len(), 2);
        assert!(!world.sim.meetings()[0].deleted, "the meeting lives on");
    }
    let (world, path) = with_event().await;
    assert_eq!(
        cancel(&world, &path, json!({ "reason": "x" })).await.code(),
        (400, "RequestBodyRead")
    );
    let bare = world.request(Method::POST, &format!("{path}/cancel"));
    assert_eq!(bare.send().await.unwrap().status().as_u16(), 202);
}

#[tokio::test]
async fn an_attendees_copy() {
    let world = world().await;
    world.sim.change_user(CEO, |user| user.in_calendar_scope = true);
    let mut invitation = event("t-1");
    invitation["attendees"] = people(&["CEO@northwind.example", "ada@acme.example"]);
    let original = world.post(&invitation).await.body;
    let view = format!("/users/{CEO}/calendarView?startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z");
    let seen = world.get(&view).await.body["value"].clone();
    assert_eq!(seen.as_array().unwrap().len(), 1);
    let copy = &seen[0];
    assert_ne!(copy["id"], original["id"]);
    assert_eq!(
        (&copy["isOrganizer"], &copy["iCalUId"]),
        (&false.into(), &original["iCalUId"])
    );
    assert!(copy.get("transactionId").is_none());
    assert_eq!(copy["onlineMeeting"], original["onlineMeeting"]);

    let id = segment(copy["id"].as_str().unwrap());
    let path = format!("/users/{CEO}/events/{id}");
    assert_eq!(
        world.get(&path).await.body["responseStatus"]["response"],
        "notResponded"
    );
    assert_eq!(world.get(&format!("/users/{USER}/events/{id}")).await.status, 404);
    let refused = cancel(&world, &path, json!({})).await;
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.body["error"]["message"],
        "Your request can't be completed. You need to be an organizer to cancel a meeting."
    );
    assert_eq!(world.patch(&path, &json!({ "subject": "Mine" })).await.status, 400);

    let own = path_of(&world.sim.events()[0]);
    world.patch(&own, &json!({ "subject": "Moved" })).await;
    assert_eq!(world.get(&path).await.body["subject"], "Moved");
    assert_eq!(world.delete(&path).await.status, 204);
    assert_eq!(world.get(&path).await.code(), (404, "ErrorItemNotFound"));
    assert_eq!(world.get(&view).await.body["value"], json!([]));
    let event = world.sim.events().remove(0);
    assert!(!event.deleted && event.mails.iter().all(|mail| mail.kind != MailKind::Cancellation));
    assert_eq!(world.get(&own).await.status, 200);
}

#[tokio::test]
async fn copies_follow_the_invitations() {
    let world = world().await;
    world.sim.change_user(CEO, |user| user.in_calendar_scope = true);
    let view = format!("/users/{CEO}/calendarView?startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z");
    let seen = async || {
        let value = world.get(&view).await.body["value"].clone();
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["subject"].clone())
            .collect::<Vec<_>>()
    };
    world.post(&event("t-1")).await;
    let path = path_of(&world.sim.events()[0]);
    assert!(seen().await.is_empty());
    world
        .patch(&path, &json!({ "attendees": people(&["ceo@northwind.example"]) }))
        .await;
    assert_eq!(seen().await, ["Review"]);
    world.patch(&path, &json!({ "attendees": [] })).await;
    assert!(seen().await.is_empty());
    world
        .patch(&path, &json!({ "attendees": people(&["ceo@northwind.example"]) }))
        .await;
    assert_eq!(cancel(&world, &path, json!({})).await.status, 202);
    assert_eq!(seen().await, ["Canceled: Review"]);
}
