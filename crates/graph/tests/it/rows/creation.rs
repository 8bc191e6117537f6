use std::time::Duration;

use chrono::TimeDelta;
use graph::{ErrorKind, RetryPolicy};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, JoinUrlMode, MailKind, Route, SimConfig, TransactionMode};

use super::statuses;
use crate::support::*;

const MODES: [TransactionMode; 3] = [
    TransactionMode::FirstEvent,
    TransactionMode::Conflict,
    TransactionMode::SecondEvent,
];

#[tokio::test]
async fn row_05_the_join_link_comes_late_or_never() {
    let World { sim, session, .. } = world().await;
    sim.set_join_url(JoinUrlMode::AfterGets(2));
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert_eq!((event.join_url.as_deref(), event.is_online_meeting), (None, true));
    let event = session.wait_for_join_url(ORGANIZER, event).await.unwrap();
    assert_eq!(event.join_url, sim.events()[0].join_url);
    assert_eq!(sim.requests_to(Route::GetEvent).len(), 3);
    session.wait_for_join_url(ORGANIZER, event).await.unwrap();
    assert_eq!(
        sim.requests_to(Route::GetEvent).len(),
        3,
        "a link that is there is not read again"
    );

    sim.set_join_url(JoinUrlMode::Never);
    let event = session.create_event(ORGANIZER, &new_event(2)).await.unwrap();
    let id = event.id.clone();
    let error = session.wait_for_join_url(ORGANIZER, event).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status, error.outcome_unknown()),
        (ErrorKind::MissingJoinUrl, None, false)
    );
    assert_eq!(sim.requests_to(Route::GetEvent).len(), 3 + 4);
    session.delete_event(ORGANIZER, &id).await.unwrap();
    assert!(sim.events()[1].deleted, "the caller can take it back");
}

#[tokio::test]
async fn row_05_the_wish_for_a_meeting_is_ignored() {
    let World { sim, session, .. } = world().await;
    let allowed = async || session.calendar(ORGANIZER).await.unwrap().teams_allowed();
    sim.set_join_url(JoinUrlMode::Ignored);
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert_eq!((event.is_online_meeting, event.join_url.as_deref()), (false, None));
    let error = session.wait_for_join_url(ORGANIZER, event).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotOnline);
    assert_eq!(sim.requests_to(Route::GetEvent).len(), 2, "it is not waited for long");
    assert!(allowed().await);

    // The organizer has no licence: this the calendar tells beforehand.
    sim.set_join_url(JoinUrlMode::Normal);
    sim.change_user(ORGANIZER_ID, |user| user.teams_available = false);
    assert!(!allowed().await);
    let event = session.create_event(ORGANIZER, &new_event(2)).await.unwrap();
    let error = session.wait_for_join_url(ORGANIZER, event).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotOnline);
}

/// However Microsoft treats a repeated transaction: one event, one invitation.
#[tokio::test]
async fn row_06_a_commit_that_is_not_told() {
    for mode in MODES {
        for fault in [
            FaultAnswer::DropAfter,
            FaultAnswer::StatusAfterCommit(503),
            FaultAnswer::StatusAfterCommit(504),
        ] {
            let World { sim, session, .. } = world().await;
            sim.set_transactions(mode);
            sim.fault(Fault::new(Route::CreateEvent, fault.clone()));
            let new = new_event(1);
            let event = session.create_event(ORGANIZER, &new).await.unwrap();
            let stored = sim.events();
            assert_eq!(stored.len(), 1, "{mode:?} {fault:?}");
            assert_eq!(stored[0].id, event.id);
            assert_eq!(event.join_url, stored[0].join_url);
            let mails: Vec<_> = stored[0].mails.iter().map(|mail| mail.kind).collect();
            assert_eq!(mails, [MailKind::Invitation]);
            // It was found, not sent again.
            assert_eq!(sim.requests_to(Route::CreateEvent).len(), 1, "{mode:?} {fault:?}");
            assert_eq!(statuses(&sim, Route::CalendarView), [200]);
            let found = session
                .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
                .await;
            assert_eq!(found.unwrap(), [event], "{mode:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn row_06_a_call_that_ends_without_knowing_says_so() {
    for fault in [
        FaultAnswer::DropAfter,
        FaultAnswer::StatusAfterCommit(503),
        FaultAnswer::StatusAfterCommit(504),
    ] {
        let policy = RetryPolicy { attempts: 1, ..quick() };
        let World { sim, session, .. } = world_with(SimConfig::demo(), policy).await;
        sim.fault(Fault::new(Route::CreateEvent, fault));
        let new = new_event(1);
        let error = session.create_event(ORGANIZER, &new).await.unwrap_err();
        assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Unavailable, true));
        let found = session
            .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
            .await
            .unwrap();
        assert_eq!((found.len(), &found[0].id), (1, &sim.events()[0].id));
    }

    // Nothing comes back at all, and nothing has happened.
    let World { sim, client, session } = world().await;
    session.user(ORGANIZER).await.unwrap();
    let hurried = client.with_policy(RetryPolicy {
        attempts: 1,
        attempt_timeout: Duration::from_millis(200),
        ..quick()
    });
    let hurried = hurried.session(credentials());
    sim.fault(Fault::new(Route::CreateEvent, FaultAnswer::Stall));
    let new = new_event(1);
    let error = hurried.create_event(ORGANIZER, &new).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status, error.outcome_unknown()),
        (ErrorKind::Unavailable, None, true)
    );
    let found = session.events_by_transaction(ORGANIZER, around(&new), new.transaction_id);
    assert_eq!(found.await.unwrap(), []);
}

/// The caller starts over with the same transaction, as after a crash.
#[tokio::test]
async fn row_07_a_repeated_transaction() {
    for (mode, status, events) in [
        (TransactionMode::FirstEvent, 201, 1),
        (TransactionMode::Conflict, 409, 1),
        (TransactionMode::SecondEvent, 201, 2),
    ] {
        let World { sim, session, .. } = world().await;
        sim.set_transactions(mode);
        let new = new_event(1);
        let first = session.create_event(ORGANIZER, &new).await.unwrap();
        let second = session.create_event(ORGANIZER, &new).await.unwrap();
        assert_eq!(statuses(&sim, Route::CreateEvent), [201, status], "{mode:?}");
        let found = session
            .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
            .await
            .unwrap();
        assert_eq!((sim.events().len(), found.len()), (events, events), "{mode:?}");
        assert_eq!(first == second, events == 1, "{mode:?}");
        let looks = sim.requests_to(Route::CalendarView).len() - 1;
        assert_eq!(looks, usize::from(status == 409), "a conflict is resolved by a look");
    }
}

/// Nobody has written down which refusal a repetition meets.
#[tokio::test]
async fn row_07_a_repetition_that_is_refused_otherwise() {
    let World { sim, session, .. } = world().await;
    let new = new_event(1);
    let first = session.create_event(ORGANIZER, &new).await.unwrap();
    let refusal = CannedAnswer::refusal(400, "ErrorInvalidRequest", "The transactionId was used before.");
    sim.fault(Fault::new(Route::CreateEvent, refusal));
    let second = session.create_event(ORGANIZER, &new).await.unwrap();
    assert_eq!((second, sim.events().len()), (first, 1));

    // Where nothing is found it is the refusal that it seems to be.
    let mut backwards = new_event(2);
    backwards.end = backwards.start - TimeDelta::hours(1);
    let error = session.create_event(ORGANIZER, &backwards).await.unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Invalid, false));
    assert_eq!(statuses(&sim, Route::CalendarView), [200, 200]);
    // Where it cannot be looked for, it may be either.
    sim.fault(Fault::new(Route::CalendarView, CannedAnswer::status(403)));
    let error = session.create_event(ORGANIZER, &backwards).await.unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Invalid, true));
}

/// A conflict about an event that is not where the caller says it must be.
#[tokio::test]
async fn row_07_a_conflict_that_finds_nothing() {
    let World { sim, session, .. } = world().await;
    sim.set_transactions(TransactionMode::Conflict);
    let mut new = new_event(1);
    session.create_event(ORGANIZER, &new).await.unwrap();
    (new.start, new.end) = (at("2026-12-24T15:00:00Z"), at("2026-12-24T16:00:00Z"));
    let error = session.create_event(ORGANIZER, &new).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status, error.outcome_unknown()),
        (ErrorKind::Conflict, Some(409), true)
    );
    assert_eq!(sim.events().len(), 1);
}
