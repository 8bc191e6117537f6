use std::time::Duration;

use chrono::TimeDelta;
use futures::future::{Either, join_all, select};
use graph::{ErrorKind, Forbidden, GraphSession, RetryPolicy};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, SimConfig, Simulator, Throttle, rules};

use super::{broken, statuses};
use crate::support::*;

/// Seconds between the requests of a route, by the simulator's clock.
fn pauses(sim: &Simulator, route: Route) -> Vec<TimeDelta> {
    let times: Vec<_> = sim.requests_to(route).iter().map(|request| request.at).collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[tokio::test]
async fn row_19_a_limit_with_retry_after() {
    let World { sim, session, .. } = world().await;
    sim.throttle(Throttle {
        route: Route::Users,
        requests: 1,
        seconds: 2,
    });
    for _ in 0..2 {
        session.user(ORGANIZER).await.unwrap();
    }
    assert_eq!(statuses(&sim, Route::Users), [200, 429, 200]);
    // A throttled creation had no effect, so it is not looked for.
    sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::status(429).retry_after(1)));
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert_eq!(statuses(&sim, Route::CreateEvent), [429, 201]);
    assert!(pauses(&sim, Route::CreateEvent)[0] >= TimeDelta::seconds(1));
    assert!(sim.requests_to(Route::CalendarView).is_empty());
    assert_eq!(sim.events().len(), 1);
    assert!(sim.violations().is_empty(), "never earlier than asked");
}

#[tokio::test]
async fn row_19_a_limit_without_retry_after() {
    let World { sim, session, .. } = world().await;
    sim.fault(Fault::new(Route::Users, CannedAnswer::status(429)).times(2));
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(statuses(&sim, Route::Users), [429, 429, 200]);

    sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::status(429)).times(9));
    let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Throttled { retry_after: None });
    assert_eq!((error.retry_after(), error.outcome_unknown()), (None, false));
    assert_eq!(statuses(&sim, Route::CreateEvent), [429; 4]);
}

#[tokio::test]
async fn row_19_a_huge_retry_after_is_told_and_not_waited_for() {
    let hour = Some(Duration::from_hours(1));
    for (status, kind) in [
        (429, ErrorKind::Throttled { retry_after: hour }),
        (503, ErrorKind::Unavailable),
    ] {
        let World { sim, session, .. } = world().await;
        sim.fault(Fault::new(Route::Users, CannedAnswer::status(status).retry_after(3600)));
        let error = session.user(ORGANIZER).await.unwrap_err();
        assert_eq!((error.kind, error.retry_after()), (kind, hour));
        assert_eq!(statuses(&sim, Route::Users), [status]);
        // A caller who does not heed it is told the rest, and is noted.
        let error = session.user(ORGANIZER).await.unwrap_err();
        let left = error.retry_after().unwrap();
        assert!(left > Duration::from_mins(59) && Some(left) <= hour, "{left:?}");
        assert_eq!(broken(&sim), [rules::RETRY_TOO_EARLY]);
        sim.advance(TimeDelta::hours(1));
        session.user(ORGANIZER).await.unwrap();
    }
}

#[tokio::test]
async fn row_19_outages() {
    for status in [503, 504] {
        let World { sim, session, .. } = world().await;
        sim.fault(Fault::new(Route::Users, CannedAnswer::status(status)).times(3));
        session.user(ORGANIZER).await.unwrap();
        assert_eq!(statuses(&sim, Route::Users), [status, status, status, 200]);

        sim.fault(Fault::new(Route::Users, CannedAnswer::status(status)).times(9));
        let error = session.user(ORGANIZER).await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::Unavailable, Some(status)));
        assert!(!error.outcome_unknown(), "a read has none");
        assert_eq!(sim.requests_to(Route::Users).len(), 4 + 4);

        sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::status(status)).times(9));
        let new = new_event(1);
        let error = session.create_event(ORGANIZER, &new).await.unwrap_err();
        assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Unavailable, true));
        assert!(sim.events().is_empty());
    }
}

/// The event is looked for in between, which is another route.
#[tokio::test]
async fn row_19_an_outage_with_retry_after() {
    for answer in [CannedAnswer::status(503), CannedAnswer::status(429)] {
        let World { sim, session, .. } = world().await;
        let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
        for route in [Route::CreateEvent, Route::DeleteEvent] {
            sim.fault(Fault::new(route, answer.clone().retry_after(1)));
        }
        session.create_event(ORGANIZER, &new_event(2)).await.unwrap();
        session.delete_event(ORGANIZER, &event.id).await.unwrap();
        let stored = sim.events();
        assert_eq!((stored.len(), stored[0].deleted, stored[1].deleted), (2, true, false));
        assert!(pauses(&sim, Route::DeleteEvent)[0] >= TimeDelta::seconds(1));
        assert!(sim.violations().is_empty(), "{:?}", broken(&sim));
    }
}

#[tokio::test]
async fn row_19_the_client_keeps_to_four_per_mailbox() {
    let World {
        sim, client, session, ..
    } = world().await;
    sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::delay(150)).times(12));
    // Two sessions of the same app share the limit.
    let other = client.session(credentials());
    let events: Vec<_> = (1..=12).map(new_event).collect();
    let sessions = [&session, &other].into_iter().cycle();
    let calls = events
        .iter()
        .zip(sessions)
        .map(|(event, session)| session.create_event(ORGANIZER, event));
    for created in join_all(calls).await {
        created.unwrap();
    }
    assert_eq!((sim.high_water(ORGANIZER_ID), sim.events().len()), (4, 12));
    assert_eq!(statuses(&sim, Route::CreateEvent), [201; 12], "nothing was refused");
}

/// Another process takes all four.
#[tokio::test]
async fn row_19_the_mailbox_is_busy_with_somebody_else() {
    let holding = RetryPolicy {
        attempt_timeout: Duration::from_mins(1),
        call_deadline: Duration::from_mins(1),
        ..quick()
    };
    let World { sim, session, .. } = world_with(SimConfig::demo(), holding).await;
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let patient = RetryPolicy {
        attempts: 1000,
        ..quick()
    };
    let own = |policy| client(&sim, policy).session(credentials());
    let (hasty, patient): (GraphSession, GraphSession) = (own(quick()), own(patient));
    for session in [&hasty, &patient] {
        session.user(ORGANIZER).await.unwrap();
    }
    sim.fault(Fault::new(Route::GetEvent, FaultAnswer::Stall).times(4));
    let holders = join_all((0..4).map(|_| session.event(ORGANIZER_ID, &event.id)));
    let refused = Box::pin(async {
        while sim.high_water(ORGANIZER_ID) < 4 {
            tokio::task::yield_now().await;
        }
        hasty.delete_event(ORGANIZER, &event.id).await.unwrap_err()
    });
    let Either::Right((error, holders)) = select(holders, refused).await else {
        panic!("the four ended first");
    };
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Throttled { retry_after: None }, Some("ApplicationThrottled"))
    );
    assert_eq!(
        error.message(),
        Some("Application is over its MailboxConcurrency limit.")
    );
    assert!(!error.outcome_unknown() && !sim.events()[0].deleted);
    assert_eq!(sim.high_water(ORGANIZER_ID), 5);

    // Once they are done it goes on by itself.
    let before = sim.requests_to(Route::DeleteEvent).len();
    let deletion = patient.delete_event(ORGANIZER, &event.id);
    let release = async {
        while sim.requests_to(Route::DeleteEvent).len() == before {
            tokio::task::yield_now().await;
        }
        drop(holders);
    };
    let (deleted, ()) = futures::join!(deletion, release);
    deleted.unwrap();
    assert!(sim.events()[0].deleted);
}

#[tokio::test]
async fn row_20_error_bodies_in_every_form() {
    let World { sim, session, .. } = world().await;
    let known = ("Forbidden", "Missing role permissions on the request.");
    let by_case = CannedAnswer::refusal(403, "FORBIDDEN", known.1).inner_key("innererror");
    for (answer, kind, code) in [
        (CannedAnswer::empty(404), ErrorKind::NotFound, None),
        (CannedAnswer::html(404), ErrorKind::NotFound, None),
        (CannedAnswer::empty(403), ErrorKind::Forbidden(Forbidden::Other), None),
        (CannedAnswer::html(403), ErrorKind::Forbidden(Forbidden::Other), None),
        (CannedAnswer::empty(400), ErrorKind::Invalid, None),
        (CannedAnswer::html(502), ErrorKind::Unavailable, None),
        (CannedAnswer::empty(504), ErrorKind::Unavailable, None),
        (
            CannedAnswer::html(429),
            ErrorKind::Throttled { retry_after: None },
            None,
        ),
        (
            CannedAnswer::refusal(403, known.0, known.1).inner_key("innererror"),
            ErrorKind::Forbidden(Forbidden::MissingRole),
            Some("Forbidden"),
        ),
        (by_case, ErrorKind::Forbidden(Forbidden::MissingRole), Some("FORBIDDEN")),
        (
            CannedAnswer::refusal(403, "Surprise", "New in 2027.").inner_code("Inside"),
            ErrorKind::Forbidden(Forbidden::Other),
            Some("Surprise"),
        ),
        (
            CannedAnswer::refusal(418, "Surprise", "New in 2027."),
            ErrorKind::Invalid,
            Some("Surprise"),
        ),
        (CannedAnswer::refusal(404, "", ""), ErrorKind::NotFound, Some("")),
    ] {
        sim.fault(Fault::new(Route::Users, answer.clone()).times(4));
        let error = session.user(ORGANIZER).await.unwrap_err();
        sim.clear_faults();
        assert_eq!((error.kind, error.code.as_deref()), (kind, code), "{answer:?}");
        assert_eq!(error.status, answer.status);
        assert!(error.request_id.is_some() && error.client_request_id.is_some());
    }
    // Where the header is of no use, the id in the body is taken, however its place is called.
    for name in ["innerError", "innererror"] {
        let answer = CannedAnswer::status(404).inner_key(name).header("request-id", "é");
        sim.fault(Fault::new(Route::Users, answer));
        let error = session.user(ORGANIZER).await.unwrap_err();
        assert_eq!(error.request_id.map(|id| id.len()), Some(36), "{name}");
    }
}

#[tokio::test]
async fn row_20_a_page_in_place_of_an_answer() {
    let World { sim, session, .. } = world().await;
    for answer in [CannedAnswer::html(200), CannedAnswer::empty(200)] {
        sim.fault(Fault::new(Route::Users, answer));
        let error = session.user(ORGANIZER).await.unwrap_err();
        assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Protocol, false));
    }
    // A gateway's page says nothing about the write behind it.
    for (number, answer) in [
        (1, CannedAnswer::html(502)),
        (2, CannedAnswer::empty(504)),
        (3, CannedAnswer::html(201)),
    ] {
        let World { sim, session, .. } = world_with(SimConfig::demo(), quick()).await;
        sim.fault(Fault::new(Route::CreateEvent, answer));
        let new = new_event(number);
        session.create_event(ORGANIZER, &new).await.unwrap();
        assert_eq!(sim.requests_to(Route::CalendarView).len(), 1, "it is looked for");
        assert_eq!((sim.events().len(), sim.events()[0].mails.len()), (1, 1));
    }
    sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::html(403)));
    let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome_unknown()),
        (ErrorKind::Forbidden(Forbidden::Other), false)
    );
}
