use std::time::{Duration, Instant};

use futures::future::join_all;
use graph::ErrorKind;
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
