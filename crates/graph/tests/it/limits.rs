use std::time::Duration;

use futures::future::{Either, join_all, select};
use graph::{ErrorKind, EventChange, GraphError, GraphSession, OnlineMeetingChange, RetryPolicy};
use graph_sim::{CannedAnswer, Fault, Route};

use crate::support::*;

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
