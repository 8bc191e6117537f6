//! Moving, renaming and cancelling a meeting, with everything that Microsoft and the operating system can do to it.

use std::time::Duration;

use domain::{ChangeKind, MeetingStatus, MeetingTrouble, PendingChange, Saved};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, demo::northwind};
use sqlx::PgPool;

use crate::{
    operations::{
        GRACE, after_grace, cancel, delete, edit, move_to, put_meeting_back, retitle, retry_meeting, scheduled, shown,
    },
    test_app::{DISPATCHER, TestApp},
};

const KINDS: [ChangeKind; 3] = [ChangeKind::Move, ChangeKind::Retitle, ChangeKind::Cancel];

fn route(kind: ChangeKind) -> Route {
    match kind {
        ChangeKind::Move | ChangeKind::Retitle => Route::UpdateEvent,
        ChangeKind::Cancel => Route::CancelEvent,
    }
}

/// Asks for a change and has Microsoft told.
async fn change(app: &TestApp, saved: &Saved, kind: ChangeKind) {
    match kind {
        ChangeKind::Move => move_to(app, saved, 9).await.unwrap(),
        ChangeKind::Retitle => retitle(app, saved, "Online Meeting: Restore test").await.unwrap(),
        ChangeKind::Cancel => {
            cancel(app, saved, "Sorry").await.unwrap();
            after_grace(app).await;
        }
    }
    settled(app).await;
}

/// Waits until nobody is at an operation any more: what takes longer than its author waits goes on by itself.
async fn settled(app: &TestApp) {
    let at_one = || app.count("SELECT count(*) FROM meeting_operations WHERE leased_until IS NOT NULL");
    let nobody = async {
        while at_one().await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let settled = tokio::time::timeout(Duration::from_secs(30), nobody).await;
    assert!(settled.is_ok(), "somebody is still at an operation");
}

async fn pending(app: &TestApp, saved: &Saved) -> PendingChange {
    shown(app, saved).await.change.expect("a change on its way")
}

/// Both sides agree, and it is the change that was asked for.
async fn arrived(app: &TestApp, saved: &Saved, kind: ChangeKind) {
    let meeting = shown(app, saved).await;
    assert_eq!(meeting.change, None, "{kind:?}");
    match kind {
        ChangeKind::Move => assert_eq!(meeting.when, "Wed, 25 Nov 2026, 09:00"),
        ChangeKind::Retitle => assert_eq!(meeting.subject, "Restore test"),
        ChangeKind::Cancel => assert_eq!(meeting.status, MeetingStatus::Cancelled),
    }
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn passing_failures_are_overcome_in_the_call(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for kind in KINDS {
        for answer in [
            FaultAnswer::from(CannedAnswer::status(503)),
            FaultAnswer::DropBefore,
            FaultAnswer::DropAfter,
            FaultAnswer::StatusAfterCommit(504),
            FaultAnswer::from(CannedAnswer::html(502)),
        ] {
            let saved = scheduled(&app).await;
            app.sim.fault(Fault::new(route(kind), answer));
            change(&app, &saved, kind).await;
            arrived(&app, &saved, kind).await;
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_outage_is_waited_out(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for kind in KINDS {
        let saved = scheduled(&app).await;
        // The first one takes effect, and nobody learns of it.
        app.sim.fault(Fault::new(route(kind), FaultAnswer::DropAfter));
        app.sim
            .fault(Fault::new(route(kind), CannedAnswer::status(503)).times(99));
        change(&app, &saved, kind).await;
        let stuck = pending(&app, &saved).await;
        assert_eq!((stuck.kind, stuck.trouble), (kind, Some(MeetingTrouble::Unavailable)));
        assert!(stuck.next.is_some() && !stuck.undoable);
        // The distance grows.
        for _ in 0..3 {
            let before = app.count("SELECT max(attempts)::bigint FROM meeting_operations").await;
            let wait = 5 << (before - 1);
            app.advance(wait - 1);
            app.backend.sweep().await.unwrap();
            assert_eq!(
                app.count("SELECT max(attempts)::bigint FROM meeting_operations").await,
                before
            );
            app.advance(1);
            app.backend.sweep().await.unwrap();
            assert_eq!(
                app.count("SELECT max(attempts)::bigint FROM meeting_operations").await,
                before + 1
            );
        }
        app.sim.clear_faults();
        app.sweep_to_the_end().await;
        arrived(&app, &saved, kind).await;
        app.execute("UPDATE meeting_operations SET attempts = 0").await;
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_wait_that_microsoft_asks_for_is_kept(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for kind in KINDS {
        let saved = scheduled(&app).await;
        app.sim
            .fault(Fault::new(route(kind), CannedAnswer::status(429).retry_after(300)));
        change(&app, &saved, kind).await;
        assert_eq!(pending(&app, &saved).await.trouble, Some(MeetingTrouble::Throttled));
        let asked = app.sim.requests_to(route(kind)).len();
        app.advance(299);
        app.backend.sweep().await.unwrap();
        assert_eq!(app.sim.requests_to(route(kind)).len(), asked);
        app.advance(1);
        // Microsoft's clock has to be told as well: who comes back early is sent away again.
        app.sim.advance(chrono::TimeDelta::seconds(300));
        app.backend.sweep().await.unwrap();
        arrived(&app, &saved, kind).await;
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_refusal_is_shown_and_tried_again_when_asked_or_now_and_then(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let scope = |in_scope| {
        app.sim
            .change_user(northwind::ORGANIZER_OBJECT_ID, |user| user.in_calendar_scope = in_scope);
    };
    for kind in KINDS {
        for by_hand in [true, false] {
            let saved = scheduled(&app).await;
            scope(false);
            change(&app, &saved, kind).await;
            let stuck = pending(&app, &saved).await;
            assert_eq!((stuck.kind, stuck.trouble), (kind, Some(MeetingTrouble::MailboxScope)));
            app.advance(3599);
            app.backend.sweep().await.unwrap();
            assert_eq!(pending(&app, &saved).await.trouble, Some(MeetingTrouble::MailboxScope));
            scope(true);
            if by_hand {
                retry_meeting(&app, &saved).await.unwrap();
            } else {
                app.advance(1);
                app.backend.sweep().await.unwrap();
            }
            arrived(&app, &saved, kind).await;
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn every_refusal_has_its_reason(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let refusals = [
        (
            CannedAnswer::refusal(403, "ErrorAccessDenied", "Access to OData is disabled."),
            MeetingTrouble::MailboxScope,
        ),
        (
            CannedAnswer::refusal(403, "Forbidden", "Missing role permissions on the request."),
            MeetingTrouble::Permission,
        ),
        (
            CannedAnswer::refusal(404, "ErrorInvalidUser", "The requested user is invalid."),
            MeetingTrouble::OrganizerGone,
        ),
        (
            CannedAnswer::refusal(404, "MailboxNotEnabledForRESTAPI", "No mailbox."),
            MeetingTrouble::OrganizerGone,
        ),
        (CannedAnswer::status(401), MeetingTrouble::Credentials),
    ];
    for kind in KINDS {
        for (answer, trouble) in refusals.clone() {
            let saved = scheduled(&app).await;
            app.sim.fault(Fault::new(route(kind), answer).times(2));
            change(&app, &saved, kind).await;
            let stuck = pending(&app, &saved).await;
            assert_eq!(stuck.trouble, Some(trouble), "{kind:?}");
            app.sim.clear_faults();
            retry_meeting(&app, &saved).await.unwrap();
            arrived(&app, &saved, kind).await;
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_wrong_secret_is_no_cancellation(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for kind in KINDS {
        let saved = scheduled(&app).await;
        app.sim.revoke_tokens();
        app.sim
            .change_app(northwind::CLIENT_ID, |entra| entra.secret = "another".into());
        change(&app, &saved, kind).await;
        assert_eq!(
            pending(&app, &saved).await.trouble,
            Some(MeetingTrouble::Credentials),
            "{kind:?}"
        );
        app.sim.change_app(northwind::CLIENT_ID, |entra| {
            entra.secret = northwind::CLIENT_SECRET.into();
        });
        retry_meeting(&app, &saved).await.unwrap();
        arrived(&app, &saved, kind).await;
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn without_a_connection_it_waits_for_one(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for kind in KINDS {
        let saved = scheduled(&app).await;
        app.execute("UPDATE teams_integrations SET install_status = 'install_pending'")
            .await;
        change(&app, &saved, kind).await;
        assert_eq!(pending(&app, &saved).await.trouble, Some(MeetingTrouble::NotSetUp));
        app.execute("UPDATE teams_integrations SET install_status = 'active'")
            .await;
        retry_meeting(&app, &saved).await.unwrap();
        arrived(&app, &saved, kind).await;
    }
}

/// Somebody deleted the event in Outlook.
async fn delete_in_outlook(app: &TestApp, saved: &Saved) {
    cancel(app, saved, "").await.unwrap();
    after_grace(app).await;
    app.execute(
        "WITH gone AS (DELETE FROM meeting_operations WHERE kind = 'cancel')
         UPDATE online_meetings SET status = 'scheduled' WHERE status = 'cancelled' AND subject = 'Backup review'",
    )
    .await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_event_that_is_gone_is_cancelled_but_not_moved(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    delete_in_outlook(&app, &saved).await;
    move_to(&app, &saved, 9).await.unwrap();
    let stuck = pending(&app, &saved).await;
    assert_eq!(stuck.trouble, Some(MeetingTrouble::MeetingGone));
    assert_eq!(stuck.still_at.as_deref(), Some("Wed, 25 Nov 2026, 15:00"));
    put_meeting_back(&app, &saved).await.unwrap();
    assert_eq!(shown(&app, &saved).await.change, None);
    cancel(&app, &saved, "").await.unwrap();
    after_grace(&app).await;
    assert_eq!(shown(&app, &saved).await.status, MeetingStatus::Cancelled);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn not_found_at_a_guessed_organizer_is_not_gone(pool: PgPool) {
    let mut app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    delete_in_outlook(&app, &saved).await;
    for without_event in [false, true] {
        app.execute("UPDATE online_meetings SET organizer_user_id = NULL, organizer_upn = NULL")
            .await;
        if without_event {
            app.execute("UPDATE online_meetings SET provider_event_id = NULL, provider_meeting_id = 'MSo=', status = 'scheduled' WHERE subject = 'Backup review'")
                .await;
            app.execute("DELETE FROM meeting_operations WHERE kind = 'cancel'")
                .await;
        }
        cancel(&app, &saved, "").await.unwrap();
        after_grace(&app).await;
        assert_eq!(pending(&app, &saved).await.trouble, Some(MeetingTrouble::MeetingGone));
        assert_eq!(shown(&app, &saved).await.status, MeetingStatus::CancelPending);
    }
    app.leaves_operations = true;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_time_is_put_back(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    // Refused for sure: there is nothing to tell Microsoft.
    app.sim.fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(403)));
    edit(&app, &saved, |form| {
        form.title = "Online Meeting: Restore test".into();
        form.start = "2026-11-25T09:00".into();
        form.end = "2026-11-25T10:00".into();
    })
    .await
    .unwrap();
    put_meeting_back(&app, &saved).await.unwrap();
    assert_eq!(app.sim.requests_to(Route::UpdateEvent).len(), 1);
    let form = crate::operations::form(&app, &saved).await;
    assert_eq!(
        (form.start.as_str(), form.title.as_str()),
        ("2026-11-25T15:00", "Online Meeting: Backup review")
    );
    app.assert_agreement().await;
    assert_eq!(
        app.count("SELECT count(*) FROM interaction_events WHERE event_type = 'INTERACTION_UPDATED'")
            .await,
        2
    );

    // Carried out, though nobody was told: then Microsoft is told to put it back, too.
    app.sim.fault(Fault::new(Route::UpdateEvent, FaultAnswer::DropAfter));
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(503)).times(99));
    move_to(&app, &saved, 9).await.unwrap();
    settled(&app).await;
    assert_eq!(app.live_events()[0].start.to_rfc3339(), "2026-11-25T08:00:00+00:00");
    app.sim.clear_faults();
    put_meeting_back(&app, &saved).await.unwrap();
    app.assert_agreement().await;
    assert_eq!(app.live_events()[0].start.to_rfc3339(), "2026-11-25T14:00:00+00:00");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_later_change_replaces_the_waiting_one(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(503)).times(99));
    move_to(&app, &saved, 9).await.unwrap();
    settled(&app).await;
    retitle(&app, &saved, "Online Meeting: Restore test").await.unwrap();
    settled(&app).await;
    move_to(&app, &saved, 17).await.unwrap();
    settled(&app).await;
    assert_eq!(
        app.count("SELECT count(*) FROM meeting_operations WHERE state = 'waiting'")
            .await,
        1
    );
    app.sim.clear_faults();
    app.sweep_to_the_end().await;
    app.assert_agreement().await;
    let event = app.live_events().remove(0);
    assert_eq!(
        (event.start.to_rfc3339().as_str(), event.subject.as_str()),
        ("2026-11-25T16:00:00+00:00", "Restore test")
    );

    // A cancellation replaces a move.
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(503)).times(99));
    move_to(&app, &saved, 18).await.unwrap();
    settled(&app).await;
    let patches = app.sim.requests_to(Route::UpdateEvent).len();
    cancel(&app, &saved, "").await.unwrap();
    app.sim.clear_faults();
    app.sweep_to_the_end().await;
    assert_eq!(app.sim.requests_to(Route::UpdateEvent).len(), patches);
    assert_eq!(app.live_events().len(), 0);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn changes_of_one_meeting_are_told_one_after_the_other(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.sim.fault(Fault::new(Route::UpdateEvent, CannedAnswer::delay(700)));
    let second = async {
        while app.sim.requests_to(Route::UpdateEvent).is_empty() {
            tokio::task::yield_now().await;
        }
        move_to(&app, &saved, 17).await.unwrap();
        // The first is still being told, so this one waits.
        assert_eq!(app.sim.requests_to(Route::UpdateEvent).len(), 1);
        assert_eq!(pending(&app, &saved).await.kind, ChangeKind::Move);
    };
    let (first, ()) = tokio::join!(move_to(&app, &saved, 9), second);
    first.unwrap();
    app.sweep_to_the_end().await;
    assert_eq!(app.live_events()[0].start.to_rfc3339(), "2026-11-25T16:00:00+00:00");
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_move_that_waited_too_long_is_given_up(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(403)).times(99));
    move_to(&app, &saved, 9).await.unwrap();
    app.advance(3 * 24 * 3600);
    app.backend.sweep().await.unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM meeting_operations WHERE last_error = 'over'")
            .await,
        1
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_deleted_record_does_not_stop_its_cancellation(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(503)).times(99));
    move_to(&app, &saved, 9).await.unwrap();
    settled(&app).await;
    app.sim
        .change_user(northwind::ORGANIZER_OBJECT_ID, |user| user.in_calendar_scope = false);
    delete(&app, &saved, "Off").await.unwrap();
    settled(&app).await;
    assert_eq!(app.live_events().len(), 1);
    let refused = "SELECT count(*) FROM meeting_operations WHERE state = 'refused' AND last_error = 'mailbox-scope'";
    assert_eq!(app.count(refused).await, 1);
    app.sim
        .change_user(northwind::ORGANIZER_OBJECT_ID, |user| user.in_calendar_scope = true);
    app.advance(3600);
    app.another_process().sweep().await.unwrap();
    let event = app.sim.events().remove(0);
    assert!(event.deleted);
    assert_eq!(event.mails.last().unwrap().comment.as_deref(), Some("Off"));
}

/// Puts a change back to where a killed process leaves it, and lets the lease run out. Microsoft was told already, or not.
async fn die(app: &TestApp) {
    app.execute(
        "WITH undone AS (UPDATE meeting_operations SET state = 'waiting', attempts = 1, leased_until = next_attempt_at
                          WHERE kind <> 'create' AND state = 'done' RETURNING tenant, meeting_id, kind)
         UPDATE online_meetings m
            SET status = CASE u.kind WHEN 'cancel' THEN 'cancel_pending' ELSE m.status END,
                subject = 'Backup review', start_time = '2026-11-25 14:00Z', end_time = '2026-11-25 14:30Z'
           FROM undone u WHERE u.tenant = m.tenant AND u.meeting_id = m.meeting_id",
    )
    .await;
    app.advance(60);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_was_cut_off_is_told_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for kind in KINDS {
        // After the call.
        let saved = scheduled(&app).await;
        change(&app, &saved, kind).await;
        die(&app).await;
        let (one, two) = (app.another_process(), app.another_process());
        let (first, second) = tokio::join!(one.sweep(), two.sweep());
        first.and(second).unwrap();
        arrived(&app, &saved, kind).await;
        app.execute("DELETE FROM meeting_operations WHERE kind <> 'create'")
            .await;

        // Before it, and during it.
        for delay in [0, 2000] {
            let saved = scheduled(&app).await;
            if delay == 0 {
                app.sim.fault(Fault::new(Route::Token, CannedAnswer::delay(2000)));
                app.sim.revoke_tokens();
            }
            app.sim.fault(Fault::new(route(kind), CannedAnswer::delay(delay)));
            if kind == ChangeKind::Cancel {
                cancel(&app, &saved, "Sorry").await.unwrap();
                app.advance(GRACE);
            }
            let form = crate::operations::form(&app, &saved).await;
            let grant = app.grant(DISPATCHER).await;
            app.killed_after(Duration::from_millis(700), move |backend| async move {
                let edited = domain::EditInteraction {
                    title: if kind == ChangeKind::Retitle {
                        "Online Meeting: Restore test".into()
                    } else {
                        form.title.clone()
                    },
                    start: if kind == ChangeKind::Move {
                        "2026-11-25T09:00".into()
                    } else {
                        form.start.clone()
                    },
                    end: if kind == ChangeKind::Move {
                        "2026-11-25T10:00".into()
                    } else {
                        form.end.clone()
                    },
                    ..form
                };
                if kind == ChangeKind::Cancel {
                    backend.sweep().await.unwrap();
                } else {
                    backend::interactions::edit(&backend, &grant, &edited).await.unwrap();
                }
            })
            .await;
            app.sim.clear_faults();
            assert!(shown(&app, &saved).await.change.is_some(), "cut off in the middle");
            app.advance(60);
            app.backend.sweep().await.unwrap();
            arrived(&app, &saved, kind).await;
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_answer_that_cannot_be_noted_is_asked_for_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.execute("ALTER TABLE online_meetings ADD CONSTRAINT full_disk CHECK (subject <> 'Restore test')")
        .await;
    retitle(&app, &saved, "Online Meeting: Restore test").await.unwrap();
    assert_eq!(app.live_events()[0].subject, "Restore test");
    assert_eq!(pending(&app, &saved).await.trouble, None);
    app.execute("ALTER TABLE online_meetings DROP CONSTRAINT full_disk")
        .await;
    app.sweep_to_the_end().await;
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_secret_that_does_not_open_holds_a_change_up(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.execute("CREATE TABLE kept AS SELECT * FROM tenant_secrets").await;
    app.execute("UPDATE tenant_secrets SET ciphertext = 'x'").await;
    move_to(&app, &saved, 9).await.unwrap();
    assert!(shown(&app, &saved).await.change.is_some());
    assert_eq!(app.live_events()[0].start.to_rfc3339(), "2026-11-25T14:00:00+00:00");
    app.execute("DELETE FROM tenant_secrets").await;
    app.execute("INSERT INTO tenant_secrets SELECT * FROM kept").await;
    app.sweep_to_the_end().await;
    app.assert_agreement().await;
}
