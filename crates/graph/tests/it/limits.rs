use std::time::{Duration, Instant};

use futures::future::{Either, join_all, select};
use graph::{ErrorKind, EventChange, GraphError, GraphSession, OnlineMeetingChange, RetryPolicy};
use graph_sim::{CannedAnswer, Fault, Route};

use crate::support::*;

fn once(answer: CannedAnswer) -> Fault {
    Fault::new(Route::CreateEvent, answer)
}

#[tokio::test]
async fn retry_after_is_honoured_when_it_fits() {
    let World { sim, session, .. } = world().await;
    sim.fault(once(CannedAnswer::status(429).retry_after(1)));
    let start = Instant::now();
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!((sim.requests_to(Route::CreateEvent).len(), sim.events().len()), (2, 1));
    assert!(
        sim.requests_to(Route::CalendarView).is_empty(),
        "a throttled request has no effect to look for"
    );

    sim.fault(once(CannedAnswer::status(429).retry_after(3600)));
    let start = Instant::now();
    let error = session.create_event(ORGANIZER, &new_event(2)).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_mins(1));
    let hour = Some(Duration::from_hours(1));
    assert_eq!(
        (error.kind, error.retry_after()),
        (ErrorKind::Throttled { retry_after: hour }, hour)
    );
}

#[tokio::test]
async fn attempts_are_bounded() {
    let World { sim, session, .. } = world().await;
    sim.fault(Fault::new(Route::Users, CannedAnswer::status(503)).times(100));
    let error = session.user(ORGANIZER).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(sim.requests_to(Route::Users).len(), 4);
    assert!(!error.outcome_unknown());
}

#[tokio::test]
async fn at_most_four_requests_per_mailbox_at_once() {
    let World {
        sim, client, session, ..
    } = world().await;
    sim.fault(once(CannedAnswer::delay(20)).times(12));
    // Two sessions of the same app share the limit.
    let other = client.session(credentials());
    let events: Vec<_> = (1..=12).map(new_event).collect();
    let calls = events.iter().enumerate().map(|(at, event)| {
        if at % 2 == 0 {
            session.create_event(ORGANIZER, event)
        } else {
            other.create_event(ORGANIZER, event)
        }
    });
    for created in join_all(calls).await {
        created.unwrap();
    }
    assert_eq!((sim.high_water(ORGANIZER_ID), sim.events().len()), (4, 12));
    assert_eq!(
        sim.requests_to(Route::CreateEvent).len(),
        12,
        "nothing was refused and repeated"
    );
}

/// One of each kind of call on a mailbox, and what the kind answers.
async fn call(session: &GraphSession, number: usize) -> Option<GraphError> {
    let change = EventChange {
        subject: Some("x".to_owned()),
        ..EventChange::default()
    };
    let meeting = OnlineMeetingChange {
        record_automatically: Some(true),
        ..OnlineMeetingChange::default()
    };
    let new = new_event(1);
    match number {
        0 => session.create_event(ORGANIZER_ID, &new).await.err(),
        1 => session.event(ORGANIZER_ID, "e").await.err(),
        2 => session.update_event(ORGANIZER_ID, "e", &change).await.err(),
        3 => session.cancel_event(ORGANIZER_ID, "e", "").await.err(),
        4 => session.delete_event(ORGANIZER_ID, "e").await.err(),
        5 => session
            .events_by_transaction(ORGANIZER_ID, around(&new), new.transaction_id)
            .await
            .err(),
        6 => session.calendar(ORGANIZER_ID).await.err(),
        7 => session.online_meeting(ORGANIZER_ID, "m").await.err(),
        8 => session.online_meeting_by_join_url(ORGANIZER_ID, "j").await.err(),
        9 => session.update_online_meeting(ORGANIZER_ID, "m", &meeting).await.err(),
        10 => session.delete_online_meeting(ORGANIZER_ID, "m").await.err(),
        _ => unreachable!("not a kind of call"),
    }
}

const KINDS: usize = 11;

#[tokio::test]
async fn every_kind_of_call_waits_at_the_gate_of_its_mailbox_and_not_for_ever() {
    let World { sim, client, session } = world().await;
    let hurried = client.with_policy(RetryPolicy {
        call_deadline: Duration::from_millis(50),
        ..quick()
    });
    let hurried = hurried.session(credentials());
    session.user(ORGANIZER).await.unwrap();
    for kind in 0..KINDS {
        sim.fault(Fault::new(Route::Any, CannedAnswer::delay(60_000)).times(100));
        let holders = join_all((0..4).map(|_| session.event(ORGANIZER_ID, "e")));
        let Either::Right((error, holders)) = select(holders, Box::pin(call(&hurried, kind))).await else {
            panic!("{kind}: the four ended first");
        };
        let error = error.unwrap();
        assert_eq!(
            (error.kind, error.message()),
            (ErrorKind::Unavailable, Some("the mailbox is busy")),
            "{kind}"
        );
        assert!(!error.outcome_unknown());
        drop(holders);
        sim.clear_faults();
    }
}

#[tokio::test]
async fn every_kind_of_call_gets_one_new_token_when_refused() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    let body = r#"{"id":"x","value":[]}"#;
    for kind in 0..KINDS {
        let (tokens, before) = (sim.requests_to(Route::Token).len(), sim.requests().len());
        sim.fault(Fault::new(Route::Any, CannedAnswer::status(401)));
        // The token request between the two is answered as usual.
        sim.fault(Fault::new(Route::Any, CannedAnswer::body(200, body)).skip(1));
        assert!(call(&session, kind).await.is_none(), "{kind}");
        assert_eq!(sim.requests_to(Route::Token).len(), tokens + 1, "{kind}");
        assert_eq!(sim.requests().len(), before + 3, "{kind}");

        // Refused for good: nothing has happened.
        sim.fault(Fault::new(Route::Any, CannedAnswer::status(401)));
        sim.fault(Fault::new(Route::Any, CannedAnswer::status(401)).skip(1));
        let error = call(&session, kind).await.unwrap();
        assert_eq!(
            (error.kind, error.outcome_unknown()),
            (ErrorKind::Unauthorized, false),
            "{kind}"
        );
        assert_eq!(sim.requests_to(Route::Token).len(), tokens + 2, "{kind}");
        assert_eq!(sim.requests().len(), before + 6, "{kind}");
    }
}
