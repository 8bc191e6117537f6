//! Reading and changing one online meeting. Answers are prepared where the simulator has none of the form.

use chrono::TimeDelta;
use graph::{DialIn, ErrorKind, OnlineMeetingChange};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, Simulator};
use serde_json::{Value, json};

use crate::support::*;

const ID: &str = "MSo1/+'=b==";
const PATH: &str = "/v1.0/users/33333333-3333-4333-8333-333333333333/onlineMeetings/MSo1%2F%2B%27%3Db%3D%3D";

async fn ready() -> World {
    let world = world().await;
    world.session.user(ORGANIZER).await.unwrap();
    world
}

fn next(sim: &Simulator, answer: impl Into<FaultAnswer>) {
    sim.fault(Fault::new(Route::Any, answer));
}

fn full() -> Value {
    json!({
        "@odata.context": "x", "id": ID, "subject": "Review", "joinWebUrl": "https://teams.example/j", "meetingType": "new",
        "startDateTime": "2026-11-24T15:00:00.0000000Z", "endDateTime": "2026-11-24T16:30:00+01:00",
        "participants": { "organizer": { "upn": "u", "identity": { "user": { "id": ORGANIZER_ID, "tenantId": "t" } } }, "attendees": [] },
        "joinMeetingIdSettings": { "joinMeetingId": "123456789", "passcode": "abc", "isPasscodeRequired": true },
        "audioConferencing": {
            "tollNumber": "+43 1 2", "tollFreeNumber": null, "conferenceId": "77", "dialinUrl": "https://dialin.example", "tollNumbers": []
        },
        "recordAutomatically": true, "allowTranscription": false, "allowRecording": true, "chatInfo": { "threadId": "19:x" },
    })
}

#[tokio::test]
async fn a_meeting_is_read_whole() {
    let World { sim, session, .. } = ready().await;
    next(&sim, CannedAnswer::body(200, full().to_string()));
    let meeting = session.online_meeting(ORGANIZER_ID, ID).await.unwrap();
    assert_eq!(sim.requests().pop().unwrap().path, PATH);
    assert_eq!((meeting.id.as_str(), meeting.subject.as_deref()), (ID, Some("Review")));
    assert_eq!(meeting.join_url.as_deref(), Some("https://teams.example/j"));
    assert_eq!(meeting.start, Some(at("2026-11-24T15:00:00Z")));
    assert_eq!(meeting.end, Some(at("2026-11-24T15:30:00Z")));
    assert_eq!(meeting.organizer_id.as_deref(), Some(ORGANIZER_ID));
    assert_eq!(meeting.join_meeting_id.as_deref(), Some("123456789"));
    assert_eq!(meeting.passcode.as_deref(), Some("abc"));
    let dial_in = DialIn {
        toll_number: Some("+43 1 2".to_owned()),
        toll_free_number: None,
        conference_id: Some("77".to_owned()),
        url: Some("https://dialin.example".to_owned()),
    };
    assert_eq!(meeting.dial_in, Some(dial_in));
    let options = (
        meeting.record_automatically,
        meeting.allow_transcription,
        meeting.allow_recording,
    );
    assert_eq!(options, (Some(true), Some(false), Some(true)));
}

#[tokio::test]
async fn everything_but_the_id_may_be_missing() {
    let World { sim, session, .. } = ready().await;
    let nulls: Value = full()
        .as_object()
        .unwrap()
        .keys()
        .map(|name| (name.clone(), Value::Null))
        .collect();
    let hollow = json!({ "participants": { "organizer": { "identity": {} } }, "audioConferencing": {}, "startDateTime": "soon" });
    for mut body in [json!({}), nulls, hollow] {
        body["id"] = json!(ID);
        next(&sim, CannedAnswer::body(200, body.to_string()));
        let meeting = session.online_meeting(ORGANIZER_ID, ID).await.unwrap();
        assert_eq!(
            (meeting.start, meeting.organizer_id, meeting.dial_in),
            (None, None, None),
            "{body}"
        );
    }
    next(&sim, CannedAnswer::body(200, json!({ "subject": "no id" }).to_string()));
    let error = session.online_meeting(ORGANIZER_ID, ID).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    next(&sim, CannedAnswer::refusal(404, "UnknownError", ""));
    let error = session.online_meeting(ORGANIZER_ID, ID).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn the_join_meeting_id_is_a_second_way() {
    let World { sim, session, .. } = ready().await;
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let known = sim.meetings().remove(0);
    let (head, tail) = known.join_meeting_id.split_at(3);
    let spaced = format!("{head} {tail}\u{a0}");
    let found = session.online_meeting_by_join_meeting_id(ORGANIZER_ID, &spaced).await;
    assert_eq!(found.unwrap().unwrap().id, known.id);
    let filter = |sim: &Simulator| {
        sim.requests()
            .pop()
            .unwrap()
            .path
            .split_once("?$filter=")
            .unwrap()
            .1
            .to_owned()
    };
    assert_eq!(
        filter(&sim),
        format!(
            "joinMeetingIdSettings%2FjoinMeetingId%20eq%20%27{}%27",
            known.join_meeting_id
        )
    );

    let found = session
        .online_meeting_by_join_meeting_id(ORGANIZER_ID, "1' or '1'='1")
        .await;
    assert_eq!(found.unwrap(), None);
    let filter = filter(&sim);
    assert!(
        filter.ends_with("%20eq%20%271%27%27or%27%271%27%27%3D%27%271%27"),
        "{filter}"
    );
    assert!(sim.violations().is_empty());
}

#[tokio::test]
async fn a_change_is_repeated_and_one_of_nothing_is_not_sent() {
    let World { sim, session, .. } = ready().await;
    let mut new = new_event(1);
    (new.start, new.end) = (sim.now() + TimeDelta::hours(1), sim.now() + TimeDelta::hours(2));
    session.create_event(ORGANIZER, &new).await.unwrap();
    let id = sim.meetings().remove(0).id;
    let change = OnlineMeetingChange {
        record_automatically: Some(true),
        allow_transcription: Some(false),
        ..OnlineMeetingChange::default()
    };
    for fault in [FaultAnswer::DropAfter, CannedAnswer::status(503).into()] {
        sim.fault(Fault::new(Route::UpdateOnlineMeeting, fault));
        let meeting = session.update_online_meeting(ORGANIZER_ID, &id, &change).await.unwrap();
        assert_eq!(
            (meeting.id.as_str(), meeting.record_automatically),
            (id.as_str(), Some(true))
        );
    }
    let sent = sim.requests_to(Route::UpdateOnlineMeeting);
    assert_eq!(sent.len(), 4);
    let body = json!({ "recordAutomatically": true, "allowTranscription": false });
    assert!(
        sent.iter()
            .all(|request| request.method == "PATCH" && request.body == body)
    );

    let nothing = OnlineMeetingChange::default();
    let error = session
        .update_online_meeting(ORGANIZER_ID, &id, &nothing)
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Invalid, None));

    // Not while it goes on.
    sim.advance(TimeDelta::minutes(90));
    let error = session
        .update_online_meeting(ORGANIZER_ID, &id, &change)
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Invalid, false));
    assert!(error.message().unwrap().contains("in progress"), "{error}");
}

#[tokio::test]
async fn a_meeting_is_deleted_once() {
    let World { sim, session, .. } = ready().await;
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let id = sim.meetings().remove(0).id;
    sim.fault(Fault::new(Route::DeleteOnlineMeeting, FaultAnswer::DropAfter));
    session.delete_online_meeting(ORGANIZER_ID, &id).await.unwrap();
    assert!(sim.meetings()[0].deleted);
    assert_eq!(sim.requests_to(Route::DeleteOnlineMeeting).len(), 2);

    next(&sim, CannedAnswer::refusal(404, "Request_ResourceNotFound", ""));
    let error = session.delete_online_meeting(ORGANIZER_ID, &id).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    // Teams would answer 404 here, too, which must not pass for a deletion.
    let before = sim.requests().len();
    let error = session.delete_online_meeting(ORGANIZER, &id).await.unwrap_err();
    assert_eq!((error.kind, sim.requests().len()), (ErrorKind::Invalid, before));
}
