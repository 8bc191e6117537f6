//! What is done to an event after its creation.

use graph::{ErrorKind, Event, EventChange};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, MailKind, Route};
use serde_json::json;

use crate::support::*;

async fn with_event() -> (World, Event) {
    let world = world().await;
    let event = world.session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    (world, event)
}

fn reschedule() -> EventChange {
    EventChange {
        subject: None,
        times: Some((at("2026-11-25T09:00:00Z"), at("2026-11-25T09:45:00.5Z"))),
    }
}

#[tokio::test]
async fn a_change_sends_what_changes_and_no_body() {
    let (World { sim, session, .. }, event) = with_event().await;
    let moved = session.update_event(ORGANIZER, &event.id, &reschedule()).await.unwrap();
    let rename = EventChange {
        subject: Some("Moved".to_owned()),
        times: None,
    };
    let renamed = session.update_event(ORGANIZER, &event.id, &rename).await.unwrap();
    let (start, end) = reschedule().times.unwrap();
    let expected = Event {
        start: Some(start),
        end: Some(end),
        ..event
    };
    assert_eq!(moved, expected);
    let expected = Event {
        subject: Some("Moved".to_owned()),
        ..expected
    };
    assert_eq!(renamed, expected);

    let sent = sim.requests_to(Route::UpdateEvent);
    assert!(sent.iter().all(|request| request.method == "PATCH"));
    assert!(
        sent.iter()
            .all(|request| request.headers["prefer"] == "IdType=\"ImmutableId\"")
    );
    assert_eq!(
        sent[0].body,
        json!({
            "start": { "dateTime": "2026-11-25T09:00:00", "timeZone": "UTC" },
            "end": { "dateTime": "2026-11-25T09:45:00.500", "timeZone": "UTC" },
        })
    );
    assert_eq!(sent[1].body, json!({ "subject": "Moved" }));
    let mails: Vec<_> = sim.events()[0].mails.iter().map(|mail| mail.kind).collect();
    assert_eq!(mails, [MailKind::Invitation, MailKind::Update, MailKind::Update]);
}

#[tokio::test]
async fn a_change_of_nothing_is_not_sent() {
    let (World { sim, session, .. }, event) = with_event().await;
    let nothing = EventChange::default();
    let error = session.update_event(ORGANIZER, &event.id, &nothing).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Invalid, None));
    assert!(sim.requests_to(Route::UpdateEvent).is_empty());
}

#[tokio::test]
async fn a_change_is_repeated_whatever_became_of_the_first_attempt() {
    for fault in [
        FaultAnswer::DropBefore,
        FaultAnswer::DropAfter,
        FaultAnswer::StatusAfterCommit(503),
        CannedAnswer::status(503).into(),
        CannedAnswer::status(504).into(),
        CannedAnswer::status(408).into(),
        CannedAnswer::status(429).into(),
        CannedAnswer::status(509).into(),
    ] {
        let (World { sim, session, .. }, event) = with_event().await;
        sim.fault(Fault::new(Route::UpdateEvent, fault.clone()));
        session.update_event(ORGANIZER, &event.id, &reschedule()).await.unwrap();
        assert_eq!(sim.requests_to(Route::UpdateEvent).len(), 2);
        let stored = &sim.events()[0];
        assert_eq!(Some((stored.start, stored.end)), reschedule().times);
        // Setting what is set already tells nobody anything.
        assert_eq!(stored.mails.len(), 2, "{fault:?}");
    }

    let (World { sim, session, .. }, event) = with_event().await;
    sim.fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(503)).times(9));
    let error = session
        .update_event(ORGANIZER, &event.id, &reschedule())
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Unavailable, true));
    assert_eq!(sim.requests_to(Route::UpdateEvent).len(), 4);
}

#[tokio::test]
async fn a_contested_change_and_one_without_readable_answer_are_told() {
    let (World { sim, session, .. }, event) = with_event().await;
    let update = async || session.update_event(ORGANIZER, &event.id, &reschedule()).await;
    let contested = CannedAnswer::refusal(412, "ErrorIrresolvableConflict", "The change key is old.");
    sim.fault(Fault::new(Route::UpdateEvent, contested));
    let error = update().await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref(), error.outcome_unknown()),
        (ErrorKind::Conflict, Some("ErrorIrresolvableConflict"), false)
    );
    // It happened, but what came of it cannot be read.
    sim.fault(Fault::new(Route::UpdateEvent, CannedAnswer::body(200, "<html>")));
    let error = update().await.unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Protocol, true));
}

#[tokio::test]
async fn a_cancellation_with_unknown_outcome_is_told() {
    let (World { sim, session, .. }, event) = with_event().await;
    sim.fault(Fault::new(Route::CancelEvent, CannedAnswer::status(503)).times(9));
    let error = session.cancel_event(ORGANIZER, &event.id, "").await.unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Unavailable, true));
    assert!(!sim.events()[0].deleted);
}

#[tokio::test]
async fn ids_cannot_lead_elsewhere() {
    let (World { sim, session, .. }, _) = with_event().await;
    let before = sim.requests().len();
    for id in ["", ".", ".."] {
        let error = session.cancel_event(ORGANIZER, id, "").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        let error = session.update_event(ORGANIZER, id, &reschedule()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
    }
    assert_eq!(sim.requests().len(), before);
}
