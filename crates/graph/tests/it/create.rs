use std::time::Duration;

use chrono::{DateTime, Utc};
use graph::{Endpoints, ErrorKind, GraphClient, NewEvent, RetryPolicy};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, SimConfig, TransactionMode};
use serde_json::json;

use crate::support::*;

const MODES: [TransactionMode; 3] = [
    TransactionMode::FirstEvent,
    TransactionMode::Conflict,
    TransactionMode::SecondEvent,
];

fn once(answer: impl Into<FaultAnswer>) -> Fault {
    Fault::new(Route::CreateEvent, answer)
}

#[tokio::test]
async fn creates_an_online_event() {
    let World { sim: _sim, session, .. } = world().await;
    let new = new_event(7);
    let event = session.create_event(ORGANIZER, &new).await.unwrap();

    assert_eq!(event.transaction_id, Some(new.transaction_id));
    assert_eq!((event.start, event.end), (Some(new.start), Some(new.end)));
    assert!(event.is_online_meeting && !event.is_cancelled);
    assert!(
        event
            .join_url
            .as_deref()
            .unwrap()
            .contains("/l/meetup-join/19%3ameeting_")
    );
    assert_eq!(session.event(ORGANIZER, &event.id).await.unwrap(), event);
    assert_eq!(
        session.wait_for_join_url(ORGANIZER, event.clone()).await.unwrap(),
        event
    );
}

#[tokio::test]
async fn no_attendees_no_mail() {
    let World { sim, session, .. } = world().await;
    let mut new = new_event(1);
    new.attendees.clear();
    new.body_html = None;
    session.create_event(ORGANIZER, &new).await.unwrap();
    assert!(sim.events()[0].mails.is_empty());
}

/// The first attempt had no effect, which the client cannot know: one event, one invitation.
#[tokio::test]
async fn one_event_after_an_attempt_without_effect() {
    for mode in MODES {
        for fault in [
            FaultAnswer::DropBefore,
            CannedAnswer::status(503).into(),
            CannedAnswer::status(429).into(),
            CannedAnswer::body(201, "<html>").into(),
        ] {
            let World { sim, session, .. } = world().await;
            sim.set_transactions(mode);
            sim.fault(once(fault.clone()));
            let new = new_event(1);
            let event = session.create_event(ORGANIZER, &new).await.unwrap();
            let stored = sim.events();
            assert_eq!(stored.len(), 1, "{mode:?} {fault:?}");
            assert_eq!(
                (&stored[0].id, stored[0].mails.len()),
                (&event.id, 1),
                "{mode:?} {fault:?}"
            );
            let found = session
                .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
                .await
                .unwrap();
            assert_eq!(found, [event], "{mode:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_again_when_reading_back_fails() {
    let World { sim, session, .. } = world().await;
    // Where a repeated transaction makes a second event, a blind repetition would.
    sim.set_transactions(TransactionMode::SecondEvent);
    sim.fault(once(FaultAnswer::DropAfter));
    sim.fault(Fault::new(Route::CalendarView, CannedAnswer::status(403)));
    let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
    assert!(error.outcome_unknown());
    assert_eq!(sim.requests_to(Route::CreateEvent).len(), 1);
    assert_eq!(sim.events().len(), 1);
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_is_told() {
    let World { sim, session, .. } = world().await;
    sim.fault(
        Fault::new(Route::Any, FaultAnswer::StatusAfterCommit(503))
            .skip(1)
            .times(100),
    );
    let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unavailable, Some(503)));
    assert!(error.outcome_unknown());

    // A refusal after an attempt that may have been committed does not make it known.
    sim.clear_faults();
    sim.fault(once(CannedAnswer::status(503)));
    sim.fault(once(CannedAnswer::status(400)));
    let error = session.create_event(ORGANIZER, &new_event(2)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.outcome_unknown());
}

#[tokio::test]
async fn looking_for_the_event_does_not_extend_the_call() {
    let config = SimConfig {
        max_page: 1,
        ..SimConfig::demo()
    };
    let World { sim, session, .. } = world_with(config, quick()).await;
    for number in 1..=3 {
        session.create_event(ORGANIZER, &new_event(number)).await.unwrap();
    }
    sim.fault(once(CannedAnswer::status(503)).times(1000));
    let error = session.create_event(ORGANIZER, &new_event(9)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(sim.requests_to(Route::CreateEvent).len(), 3 + 4);
}

#[tokio::test]
async fn an_outcome_that_is_known_is_told() {
    let World { sim, session, .. } = world().await;
    for answer in [
        CannedAnswer::status(400),
        CannedAnswer::status(403),
        CannedAnswer::status(429).retry_after(60),
    ] {
        sim.fault(once(answer.clone()));
        let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
        assert!(!error.outcome_unknown(), "{answer:?}");
    }
    assert!(sim.events().is_empty());
}

#[tokio::test]
async fn without_a_connection_nothing_has_happened() {
    let World { sim, .. } = world().await;
    // The login service stands; nobody listens where Graph should be.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let endpoints = Endpoints {
        graph: format!("http://{port}").parse().unwrap(),
        login: sim.login_url().parse().unwrap(),
    };
    let client = GraphClient::new(graph::http_client().unwrap(), endpoints).with_policy(quick());
    // The scope names the absent host, which the login service of the simulator would refuse: answer for it.
    let token = json!({ "access_token": "abc", "expires_in": 3599 }).to_string();
    sim.fault(Fault::new(Route::Token, CannedAnswer::body(200, token)));
    let error = client
        .session(credentials())
        .create_event(ORGANIZER, &new_event(1))
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unavailable, None));
    assert!(!error.outcome_unknown());
}

#[tokio::test]
async fn a_timeout_is_retried_and_bounded() {
    let policy = RetryPolicy {
        attempt_timeout: Duration::from_millis(250),
        ..quick()
    };
    let World { sim, session, .. } = world_with(SimConfig::demo(), policy).await;
    sim.fault(once(CannedAnswer::delay(60_000)));
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert_eq!(sim.events().len(), 1);

    let policy = RetryPolicy {
        attempt_timeout: Duration::from_millis(250),
        attempts: 2,
        ..quick()
    };
    let World { sim, session, .. } = world_with(SimConfig::demo(), policy).await;
    sim.fault(once(CannedAnswer::delay(60_000)).times(9));
    let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unavailable, None));
    assert!(error.outcome_unknown());
}

#[tokio::test]
async fn times_at_the_ends_of_the_calendar_are_survived() {
    let World { session, sim, .. } = world().await;
    let event = NewEvent {
        start: DateTime::<Utc>::MIN_UTC,
        end: DateTime::<Utc>::MAX_UTC,
        ..new_event(1)
    };
    sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::status(400)));
    let error = session.create_event(ORGANIZER, &event).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
}
