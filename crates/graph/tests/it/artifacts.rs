use graph::{Artifact, ArtifactKind, ErrorKind, Forbidden, GraphSession};
use graph_sim::{CannedAnswer, Fault, Route};
use serde_json::{Value, json};

use crate::support::*;

/// The demo's meeting that was recorded in two parts.
pub fn twice_recorded(sim: &graph_sim::Simulator) -> String {
    let artifacts = sim.artifacts();
    let of = |meeting: &str| {
        artifacts
            .iter()
            .filter(|artifact| artifact.online_meeting_id == meeting)
            .count()
    };
    let found = artifacts.iter().find(|artifact| of(&artifact.online_meeting_id) == 4);
    found.unwrap().online_meeting_id.clone()
}

async fn recordings(session: &GraphSession) -> Result<Vec<Artifact>, graph::GraphError> {
    session.artifacts(ArtifactKind::Recording, ORGANIZER_ID, "a+b/c=").await
}

fn page(items: &[Value], next: Option<String>) -> CannedAnswer {
    let mut page = json!({ "value": items });
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(next);
    }
    CannedAnswer::body(200, page.to_string())
}

fn ids(artifacts: &[Artifact]) -> Vec<&str> {
    artifacts.iter().map(|artifact| artifact.id.as_str()).collect()
}

#[tokio::test]
async fn recordings_and_transcripts_of_a_meeting() {
    let World { sim, session, .. } = recorded_world().await;
    let meeting = twice_recorded(&sim);
    let recordings = session
        .artifacts(ArtifactKind::Recording, ORGANIZER_ID, &meeting)
        .await
        .unwrap();
    let transcripts = session
        .artifacts(ArtifactKind::Transcript, ORGANIZER_ID, &meeting)
        .await
        .unwrap();
    assert_eq!((recordings.len(), transcripts.len()), (2, 2));
    for (recording, transcript) in recordings.iter().zip(&transcripts) {
        assert!(recording.pairing_key().is_some());
        assert_eq!(
            recording.pairing_key(),
            transcript.pairing_key(),
            "both lists are sorted"
        );
        assert!(recording.started < recording.ended && recording.started.is_some());
        assert_eq!(recording.meeting_id.as_deref(), Some(meeting.as_str()));
        assert_eq!(recording.organizer_id.as_deref(), Some(ORGANIZER_ID));
        assert!(recording.call_id.is_some() && recording.call_id == transcript.call_id);
        for known in [recording, transcript] {
            let alone = session
                .artifact(known.kind, ORGANIZER_ID, &meeting, &known.id)
                .await
                .unwrap();
            assert_eq!(&alone, known);
        }
    }
    assert!(recordings[0].started < recordings[1].started);
    let stored = sim.artifacts();
    assert!(
        ids(&recordings)
            .iter()
            .all(|id| stored.iter().any(|artifact| artifact.id == *id))
    );

    let requests = sim.requests();
    let meeting = meeting.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let path = format!("/v1.0/users/{ORGANIZER_ID}/onlineMeetings/{meeting}/recordings");
    assert!(requests.iter().any(|request| request.path == path), "{path}");
    assert!(requests.iter().all(|request| !request.path.contains("$top")));
    assert!(
        !format!("{recordings:?}{transcripts:?}").contains("http"),
        "no address of content"
    );
}

#[tokio::test]
async fn nothing_yet_is_an_empty_list() {
    let World { sim, session, .. } = world().await;
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let meeting = sim.events().last().unwrap().online_meeting_id.clone().unwrap();
    for kind in [ArtifactKind::Recording, ArtifactKind::Transcript] {
        assert_eq!(session.artifacts(kind, ORGANIZER_ID, &meeting).await.unwrap(), []);
        let error = session
            .artifact(kind, ORGANIZER_ID, &meeting, "nothing")
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn refusals() {
    let World { sim, session, .. } = recorded_world().await;
    let meeting = twice_recorded(&sim);
    let inner = |code: &str, name: &str| {
        json!({ "error": { "code": "Forbidden", "message": "?", name: { "code": code } } }).to_string()
    };
    let legacy = "No iCalUid found for the meeting. This API is supported only for calendar backed OnlineMeeting.";
    for (answer, expected) in [
        (
            CannedAnswer::refusal(400, "BadRequest", legacy),
            ErrorKind::LegacyMeeting,
        ),
        (
            CannedAnswer::refusal(403, "Forbidden", legacy),
            ErrorKind::LegacyMeeting,
        ),
        (CannedAnswer::refusal(404, "NotFound", legacy), ErrorKind::LegacyMeeting),
        (
            CannedAnswer::refusal(404, "NotFound", "The meeting has expired."),
            ErrorKind::MeetingExpired,
        ),
        (CannedAnswer::status(410), ErrorKind::Gone),
        (
            CannedAnswer::body(403, inner("GraphAccessToTranscriptsDisabled", "innerError")),
            ErrorKind::Forbidden(Forbidden::TranscriptsOff),
        ),
        (
            CannedAnswer::body(403, inner("graphAccessToTranscriptsDisabled", "innererror")),
            ErrorKind::Forbidden(Forbidden::TranscriptsOff),
        ),
    ] {
        sim.fault(Fault::new(Route::Transcripts, answer.clone()));
        let error = session
            .artifacts(ArtifactKind::Transcript, ORGANIZER_ID, &meeting)
            .await
            .unwrap_err();
        assert_eq!(error.kind, expected, "{answer:?}");
        assert!(error.request_id.is_some() && error.client_request_id.is_some());
    }
    assert_eq!(
        sim.requests_to(Route::Transcripts).len(),
        7,
        "none of them was repeated"
    );

    sim.change_app(graph_sim::demo::northwind::CLIENT_ID, |app| app.roles.clear());
    sim.revoke_tokens();
    let error = session
        .artifacts(ArtifactKind::Recording, ORGANIZER_ID, &meeting)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::MissingRole));
}

#[tokio::test]
async fn pages_are_followed_and_ids_told_once() {
    let World { sim, session, .. } = world().await;
    let link = |page: u32| {
        Some(format!(
            "{}/v1.0/users/{ORGANIZER_ID}/onlineMeetings/m/recordings?$skiptoken={page}",
            sim.graph_url()
        ))
    };
    let item =
        |id: &str, day: u32| json!({ "id": id, "createdDateTime": format!("2026-11-{day:02}T10:00:00.0113199Z") });
    let pages = [
        page(&[item("late", 9), item("early", 1)], link(1)),
        page(&[], link(2)),
        page(&[], link(3)),
        page(&[item("early", 1), json!({ "id": "undated" }), item("middle", 5)], None),
    ];
    for page in pages {
        sim.fault(Fault::new(Route::Recordings, page));
    }
    let found = recordings(&session).await.unwrap();
    assert_eq!(ids(&found), ["early", "middle", "late", "undated"]);
    let paths: Vec<String> = sim
        .requests_to(Route::Recordings)
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert!(paths[0].ends_with("/onlineMeetings/a%2Bb%2Fc%3D/recordings") && paths[3].ends_with("$skiptoken=3"));
}

#[tokio::test]
async fn a_broken_item_does_not_hide_the_others() {
    let World { sim, session, .. } = world().await;
    let items = [
        json!({}),
        json!(7),
        json!({ "id": null }),
        json!({ "id": "whole", "unknown": { "deep": [1] } }),
    ];
    sim.fault(Fault::new(Route::Recordings, page(&items, None)));
    assert_eq!(ids(&recordings(&session).await.unwrap()), ["whole"]);

    for body in [
        r#"{"value":null}"#,
        "{}",
        r#"{"value":{}}"#,
        r#"{"value":[],"@odata.nextLink":7}"#,
        "",
        "<html>",
    ] {
        sim.fault(Fault::new(Route::Recordings, CannedAnswer::body(200, body)));
        assert_eq!(
            recordings(&session).await.unwrap_err().kind,
            ErrorKind::Protocol,
            "{body}"
        );
    }
    sim.fault(Fault::new(Route::Recordings, CannedAnswer::body(200, "{}")));
    let error = session
        .artifact(ArtifactKind::Recording, ORGANIZER_ID, "m", "r")
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
}

#[tokio::test]
async fn endless_lists_end() {
    let World { sim, session, .. } = world().await;
    let link = |page: usize| Some(format!("{}/v1.0/endless?{page}", sim.graph_url()));
    let endless = async |items: &dyn Fn(usize) -> Vec<Value>, next: &dyn Fn(usize) -> Option<String>| {
        sim.clear_faults();
        for at in 0..30 {
            sim.fault(Fault::new(Route::Any, page(&items(at), next(at))));
        }
        let before = sim.requests().len();
        let error = recordings(&session).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Protocol);
        (sim.requests().len() - before, error.message().unwrap().to_owned())
    };
    recordings(&session).await.unwrap_err();

    let (read, said) = endless(&|at| vec![json!({ "id": at.to_string() })], &link).await;
    assert_eq!((read, said.as_str()), (5, "the list has no end: 5 pages with 5 items"));

    // One more than three empty ones in a row.
    let (read, said) = endless(&|_| vec![], &link).await;
    assert_eq!(
        (read, said.as_str()),
        (4, "only empty pages come after 4 pages with 0 items")
    );

    let (read, said) = endless(&|_| vec![json!({ "id": "x" })], &|_| link(0)).await;
    assert_eq!(
        (read, said.as_str()),
        (2, "the list leads back to a page after 2 pages with 2 items")
    );
}

#[tokio::test]
async fn links_to_other_places_are_not_followed() {
    let World { sim, session, .. } = world().await;
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = elsewhere.local_addr().unwrap();
    for link in [
        format!("http://{address}/v1.0/next"),
        format!("https://{}/v1.0/next", sim.address()),
        format!("http://user@{address}/next"),
        format!("http://user:word@{}/v1.0/next", sim.address()),
        "/v1.0/relative".to_owned(),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ] {
        sim.fault(Fault::new(
            Route::Recordings,
            page(&[json!({ "id": "x" })], Some(link.clone())),
        ));
        assert_eq!(
            recordings(&session).await.unwrap_err().kind,
            ErrorKind::Protocol,
            "{link}"
        );
    }
    assert_eq!(sim.requests_to(Route::Recordings).len(), 7);
    // Our own connection is the first one that arrives there.
    let probe = tokio::net::TcpStream::connect(address).await.unwrap();
    assert_eq!(elsewhere.accept().await.unwrap().1, probe.local_addr().unwrap());
}

#[tokio::test]
async fn all_of_an_organizer() {
    let World { sim, session, .. } = world().await;
    let item = json!({ "id": "x", "meetingId": "m" });
    let span = (at("2026-11-01T00:00:00Z"), at("2026-11-30T12:30:00.5Z"));
    for (kind, name) in [
        (ArtifactKind::Recording, "getAllRecordings"),
        (ArtifactKind::Transcript, "getAllTranscripts"),
    ] {
        sim.fault(
            Fault::new(Route::Any, page(std::slice::from_ref(&item), None))
                .skip(u32::from(name.ends_with("Recordings"))),
        );
        let found = session.all_artifacts(kind, ORGANIZER_ID, span).await.unwrap();
        assert_eq!((found[0].kind, found[0].meeting_id.as_deref()), (kind, Some("m")));
        let path = sim.requests().last().unwrap().path.clone();
        assert_eq!(
            path,
            format!(
                "/v1.0/users/{ORGANIZER_ID}/onlineMeetings/{name}(meetingOrganizerUserId='{ORGANIZER_ID}',startDateTime=2026-11-01T00:00:00Z,endDateTime=2026-11-30T12:30:00.500Z)"
            )
        );
    }
}

#[tokio::test]
async fn changes_since_the_last_look() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    let link = format!(
        "{}/v1.0/users/{ORGANIZER_ID}/onlineMeetings/getAllTranscripts/delta?$deltatoken=abc",
        sim.graph_url()
    );
    let last =
        |items: &[Value]| CannedAnswer::body(200, json!({ "value": items, "@odata.deltaLink": link }).to_string());
    sim.fault(Fault::new(Route::Any, last(&[json!({ "id": "old" })])));
    let first = session
        .artifact_changes(ArtifactKind::Transcript, ORGANIZER_ID, None)
        .await
        .unwrap();
    assert_eq!(ids(&first.artifacts), ["old"]);
    assert!(sim.requests().last().unwrap().path.ends_with(&format!(
        "/getAllTranscripts(meetingOrganizerUserId='{ORGANIZER_ID}')/delta"
    )));
    let place = graph::DeltaPlace::from(first.next.unwrap().as_str().to_owned());

    sim.fault(Fault::new(Route::Any, last(&[json!({ "id": "new" })])));
    let then = session
        .artifact_changes(ArtifactKind::Transcript, ORGANIZER_ID, Some(&place))
        .await
        .unwrap();
    assert_eq!((ids(&then.artifacts), then.next), (vec!["new"], Some(place.clone())));
    assert!(
        sim.requests()
            .last()
            .unwrap()
            .path
            .ends_with("/getAllTranscripts/delta?$deltatoken=abc")
    );

    sim.fault(Fault::new(
        Route::Any,
        CannedAnswer::refusal(410, "syncStateNotFound", "?"),
    ));
    let error = session
        .artifact_changes(ArtifactKind::Transcript, ORGANIZER_ID, Some(&place))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Gone);

    let foreign = graph::DeltaPlace::from("https://elsewhere.example/v1.0/delta".to_owned());
    let error = session
        .artifact_changes(ArtifactKind::Transcript, ORGANIZER_ID, Some(&foreign))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
}
