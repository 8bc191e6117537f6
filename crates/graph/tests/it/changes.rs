//! What is done to an event after its creation. The answers are prepared: these are about what the client sends and how
//! it judges.

use graph::{ErrorKind, Event, EventChange};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, LoggedRequest, Route, Simulator};
use serde_json::json;

use crate::support::*;

const EVENT_ID: &str = "AAMk=a+b/c'd";
const EVENT_PATH: &str = "/v1.0/users/meetings%40northwind.example/events/AAMk%3Da%2Bb%2Fc%27d";

/// A world that has its token, so that every request that follows is a call.
async fn ready() -> World {
    let world = world().await;
    world.session.user(ORGANIZER).await.unwrap();
    world
}

fn next(sim: &Simulator, answer: impl Into<FaultAnswer>) {
    sim.fault(Fault::new(Route::Any, answer));
}

fn sent(sim: &Simulator, method: &str) -> Vec<LoggedRequest> {
    let is_call = |request: &LoggedRequest| request.method == method && request.route != Route::Token;
    sim.requests().into_iter().filter(is_call).collect()
}

fn reschedule() -> EventChange {
    EventChange {
        subject: None,
        times: Some((at("2026-11-25T09:00:00Z"), at("2026-11-25T09:45:00.5Z"))),
    }
}

fn changed() -> CannedAnswer {
    let event = json!({
        "id": EVENT_ID, "subject": "Moved", "isOnlineMeeting": true, "onlineMeeting": { "joinUrl": "https://teams.example/j" },
        "start": { "dateTime": "2026-11-25T09:00:00.0000000", "timeZone": "UTC" },
        "end": { "dateTime": "2026-11-25T09:45:00.5000000", "timeZone": "UTC" },
    });
    CannedAnswer::body(200, event.to_string())
}

#[tokio::test]
async fn a_change_sends_what_changes_and_no_body() {
    let World { sim, session, .. } = ready().await;
    next(&sim, changed());
    let event: Event = session.update_event(ORGANIZER, EVENT_ID, &reschedule()).await.unwrap();
    assert_eq!(
        (event.start, event.end),
        reschedule().times.map(|(s, e)| (Some(s), Some(e))).unwrap()
    );
    let request = &sent(&sim, "PATCH")[0];
    assert_eq!(request.path, EVENT_PATH);
    assert_eq!(request.headers["prefer"], "IdType=\"ImmutableId\"");
    assert_eq!(
        request.body,
        json!({
            "start": { "dateTime": "2026-11-25T09:00:00", "timeZone": "UTC" },
            "end": { "dateTime": "2026-11-25T09:45:00.500", "timeZone": "UTC" },
        })
    );

    next(&sim, changed());
    let rename = EventChange {
        subject: Some("Moved".to_owned()),
        times: None,
    };
    let event = session.update_event(ORGANIZER, EVENT_ID, &rename).await.unwrap();
    assert_eq!(event.subject.as_deref(), Some("Moved"));
    assert_eq!(sent(&sim, "PATCH")[1].body, json!({ "subject": "Moved" }));
}

#[tokio::test]
async fn a_change_of_nothing_is_not_sent() {
    let World { sim, session, .. } = ready().await;
    let nothing = EventChange::default();
    let error = session.update_event(ORGANIZER, EVENT_ID, &nothing).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Invalid, None));
    assert!(sent(&sim, "PATCH").is_empty());
}

#[tokio::test]
async fn a_change_is_repeated_whatever_became_of_the_first_attempt() {
    for fault in [
        FaultAnswer::DropBefore,
        CannedAnswer::status(503).into(),
        CannedAnswer::status(504).into(),
        CannedAnswer::status(408).into(),
        CannedAnswer::status(429).into(),
        CannedAnswer::status(509).into(),
    ] {
        let World { sim, session, .. } = ready().await;
        next(&sim, fault);
        next(&sim, changed());
        session.update_event(ORGANIZER, EVENT_ID, &reschedule()).await.unwrap();
        assert_eq!(sent(&sim, "PATCH").len(), 2);
    }

    let World { sim, session, .. } = ready().await;
    sim.fault(Fault::new(Route::Any, CannedAnswer::status(503)).times(9));
    let error = session
        .update_event(ORGANIZER, EVENT_ID, &reschedule())
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Unavailable, true));
    assert_eq!(sent(&sim, "PATCH").len(), 4);
}

#[tokio::test]
async fn a_change_of_what_is_gone_or_contested_is_told() {
    let World { sim, session, .. } = ready().await;
    for (status, code, kind) in [
        (404, "ErrorItemNotFound", ErrorKind::NotFound),
        (400, "ErrorPropertyValidationFailure", ErrorKind::Invalid),
        (412, "ErrorIrresolvableConflict", ErrorKind::Conflict),
    ] {
        next(&sim, CannedAnswer::refusal(status, code, "no"));
        let error = session
            .update_event(ORGANIZER, EVENT_ID, &reschedule())
            .await
            .unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)));
        assert!(!error.outcome_unknown());
        assert!(error.request_id.is_some() && error.client_request_id.is_some());
    }
    // It happened, but what came of it cannot be read.
    next(&sim, CannedAnswer::body(200, "<html>"));
    let error = session
        .update_event(ORGANIZER, EVENT_ID, &reschedule())
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Protocol, true));
}

#[tokio::test]
async fn a_cancellation_carries_its_comment() {
    let World { sim, session, .. } = ready().await;
    next(&sim, CannedAnswer::body(202, ""));
    session
        .cancel_event(ORGANIZER, EVENT_ID, "Sorry \"all\"")
        .await
        .unwrap();
    let request = &sent(&sim, "POST")[0];
    assert_eq!(request.path, format!("{EVENT_PATH}/cancel"));
    assert_eq!(request.body, json!({ "comment": "Sorry \"all\"" }));
    assert_eq!(request.headers["prefer"], "IdType=\"ImmutableId\"");
}

#[tokio::test]
async fn cancelling_twice_is_cancelling_once() {
    let World { sim, session, .. } = ready().await;
    let gone = || {
        CannedAnswer::refusal(
            404,
            "ErrorItemNotFound",
            "The specified object was not found in the store.",
        )
    };
    next(&sim, gone());
    session.cancel_event(ORGANIZER, EVENT_ID, "").await.unwrap();

    next(&sim, FaultAnswer::DropBefore);
    next(&sim, CannedAnswer::status(503));
    next(&sim, gone());
    session.cancel_event(ORGANIZER, EVENT_ID, "").await.unwrap();
    assert_eq!(sent(&sim, "POST").len(), 1 + 3);
}

#[tokio::test]
async fn a_cancellation_may_be_refused() {
    let World { sim, session, .. } = ready().await;
    for (status, code, kind) in [
        (400, "ErrorInvalidRequest", ErrorKind::Invalid),
        (404, "ErrorInvalidUser", ErrorKind::NotFound),
        (404, "MailboxNotEnabledForRESTAPI", ErrorKind::NotFound),
    ] {
        next(
            &sim,
            CannedAnswer::refusal(status, code, "You need to be an organizer to cancel a meeting."),
        );
        let error = session.cancel_event(ORGANIZER, EVENT_ID, "").await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)));
        assert!(!error.outcome_unknown());
    }
    sim.fault(Fault::new(Route::Any, CannedAnswer::status(503)).times(9));
    let error = session.cancel_event(ORGANIZER, EVENT_ID, "").await.unwrap_err();
    assert!(error.outcome_unknown());
}

#[tokio::test]
async fn ids_cannot_lead_elsewhere() {
    let World { sim, session, .. } = ready().await;
    let before = sim.requests().len();
    for id in ["", ".", ".."] {
        let error = session.cancel_event(ORGANIZER, id, "").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        let error = session.update_event(ORGANIZER, id, &reschedule()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
    }
    assert_eq!(sim.requests().len(), before);
}
