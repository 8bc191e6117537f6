use chrono::TimeDelta;
use graph_sim::{LinkForm, demo::northwind, rules};
use reqwest::Method;
use serde_json::json;

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
    assert_eq!((got.status, &got.body["value"]), (200, &json!([])));
    let broke: Vec<_> = world
        .sim
        .violations()
        .into_iter()
        .map(|request| request.broke)
        .collect();
    assert_eq!(broke, [Some(rules::UNENCODED_FILTER)]);
    // Any other link is simply not there.
    world
        .get(&lookup(USER, "JoinWebUrl%20eq%20%27https%3A%2F%2Fx%27"))
        .await;
    assert_eq!(world.sim.violations().len(), 1);
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
    assert_eq!(world.sim.violations()[0].broke, Some(rules::UPN_IN_PATH));
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

#[tokio::test]
async fn found_by_the_digits_of_the_join_id() {
    let (world, _) = with_meeting().await;
    let digits = world.sim.meetings()[0].join_meeting_id.clone();
    let filter = |digits: &str| format!("joinMeetingIdSettings%2FjoinMeetingId%20eq%20%27{digits}%27");
    let got = world.get(&lookup(USER, &filter(&digits))).await;
    assert_eq!(
        got.body["value"][0]["joinMeetingIdSettings"]["joinMeetingId"],
        digits.as_str()
    );
    let spaced = format!("{}%20{}", &digits[..3], &digits[3..]);
    assert_eq!(
        world.get(&lookup(USER, &filter(&spaced))).await.body["value"],
        json!([])
    );
    world.sim.change_user(COLLEAGUE, |user| user.teams_policy = true);
    assert_eq!(world.get(&lookup(COLLEAGUE, &filter(&digits))).await.status, 403);
}

#[tokio::test]
async fn short_links() {
    let is_short = |link: &str| link.starts_with("https://teams.microsoft.com/meet/") && link.contains("?p=");
    for (form, on_event, on_meeting) in [
        (LinkForm::Classic, false, false),
        (LinkForm::ShortOnEvent, true, false),
        (LinkForm::ShortOnMeeting, false, true),
        (LinkForm::Short, true, true),
    ] {
        let world = world().await;
        world.sim.change_teams(|teams| teams.links = form);
        let posted = world.post(&event("t-1")).await;
        let of_event = posted.body["onlineMeeting"]["joinUrl"].as_str().unwrap();
        let by = |link: &str| lookup(USER, &format!("JoinWebUrl%20eq%20%27{}%27", encode(link)));
        let got = world.get(&by(of_event)).await;
        let of_meeting = got.body["value"][0]["joinWebUrl"].as_str().unwrap();
        assert_eq!(
            (is_short(of_event), is_short(of_meeting)),
            (on_event, on_meeting),
            "{form:?}"
        );
        let again = world.get(&by(of_meeting)).await;
        assert_eq!(again.body["value"][0]["id"], got.body["value"][0]["id"]);
        assert!(world.sim.violations().is_empty());
    }
}

#[tokio::test]
async fn ids_may_hold_what_a_path_does_not() {
    let world = world().await;
    world
        .control(
            Method::POST,
            "teams",
            json!({ "odd_ids": true, "unknown_members": true }),
        )
        .await;
    let (path, id) = world.meeting().await;
    assert!(['+', '/', '='].iter().all(|odd| id.contains(*odd)), "{id}");
    let got = world.get(&path).await;
    assert_eq!((got.status, &got.body["id"]), (200, &id.into()));
    assert!(got.body["addedAfterThisWasWritten"].is_object() && got.body["@microsoft.graph.tips"].is_string());
}

#[tokio::test]
async fn a_policy_takes_its_time() {
    let world = world().await;
    let (path, _) = world.meeting().await;
    let from = world.sim.now() + TimeDelta::minutes(30);
    world.sim.change_user(USER, |user| user.teams_policy_from = Some(from));
    assert_eq!(world.get(&path).await.status, 403);
    assert_eq!(world.get(&format!("{path}/recordings")).await.status, 403);
    world.sim.advance(TimeDelta::minutes(31));
    assert_eq!(world.get(&path).await.status, 200);
    let user = format!("mailboxes/{USER}");
    world
        .control(Method::POST, &user, json!({ "teams_policy_flaps": true }))
        .await;
    for status in [403, 200, 403, 200] {
        assert_eq!(world.get(&path).await.status, status);
    }
}

#[tokio::test]
async fn a_meeting_expires() {
    let (mut world, url) = with_meeting().await;
    let filter = lookup(USER, &format!("JoinWebUrl%20eq%20%27{}%27", encode(&url)));
    let meeting = world.sim.meetings().remove(0);
    let path = format!("/users/{USER}/onlineMeetings/{}", segment(&meeting.id));
    let soon = meeting.expires - world.sim.now() - TimeDelta::seconds(60);
    world.sim.advance(soon);
    world.renew().await;
    assert_eq!(world.get(&filter).await.body["value"].as_array().unwrap().len(), 1);
    // A change makes it live on.
    let got = world.send(Method::PATCH, &path, &json!({ "subject": "Later" })).await;
    assert_eq!((got.status, &got.body["subject"]), (200, &"Later".into()));
    world.sim.advance(TimeDelta::days(59));
    world.renew().await;
    assert_eq!(world.get(&path).await.status, 200);
    world.sim.advance(TimeDelta::days(2));
    world.renew().await;
    let got = world.get(&filter).await;
    assert_eq!((got.status, &got.body["value"]), (200, &json!([])));
    for gone in [
        path.clone(),
        format!("{path}/recordings"),
        format!("{path}/transcripts"),
    ] {
        assert_eq!(world.get(&gone).await.code(), (404, "NotFound"), "{gone}");
    }
}

#[tokio::test]
async fn changes() {
    let world = world().await;
    let (path, _) = world.meeting().await;
    let change = async |body| world.send(Method::PATCH, &path, &body).await;
    let got = change(json!({
        "recordAutomatically": true, "allowTranscription": false, "allowRecording": true, "allowedPresenters": "organizer",
        "participants": { "attendees": [{ "upn": "bo@acme.example", "role": "attendee" }] },
        "startDateTime": "2026-12-24T15:00:00Z", "endDateTime": "2026-12-24T17:00:00+01:00",
    }))
    .await;
    assert_eq!(got.status, 200);
    assert_eq!(got.body["recordAutomatically"], true);
    assert_eq!(got.body["allowTranscription"], false);
    assert_eq!(got.body["allowedPresenters"], "organizer");
    assert_eq!(got.body["endDateTime"], "2026-12-24T16:00:00.0000000Z");
    let attendees = got.body["participants"]["attendees"].as_array().unwrap();
    assert_eq!((attendees.len(), &attendees[0]["upn"]), (1, &"bo@acme.example".into()));
    assert_eq!(world.get(&path).await.body["recordAutomatically"], true);
    assert_ne!(
        world.sim.events()[0].start,
        world.sim.meetings()[0].start,
        "the calendar does not follow"
    );

    for bad in [
        json!({ "startDateTime": "2026-12-24T15:00:00Z" }),
        json!({ "startDateTime": "2026-12-24T15:00:00Z", "endDateTime": "2026-12-24T14:00:00Z" }),
        json!({ "startDateTime": "2026-12-24T15:00:00", "endDateTime": "2026-12-24T16:00:00" }),
        json!({ "recordAutomatically": "yes" }),
        json!({ "joinWebUrl": "https://x" }),
        json!({ "externalId": "x" }),
        json!([]),
    ] {
        assert_eq!(change(bad.clone()).await.code(), (400, "BadRequest"), "{bad}");
    }
    let now = world.sim.now();
    world
        .sim
        .change_meeting(&world.sim.meetings()[0].id.clone(), |meeting| {
            (meeting.start, meeting.end) = (now - TimeDelta::minutes(1), now + TimeDelta::minutes(9));
        });
    assert_eq!(change(json!({ "recordAutomatically": false })).await.status, 400);
    assert_eq!(change(json!({ "allowTranscription": true })).await.status, 200);
}
