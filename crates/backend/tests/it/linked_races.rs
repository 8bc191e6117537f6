//! Two people at once, and Microsoft slow: one outcome, and nobody waits in a transaction.

use std::time::Duration;

use backend::{
    Result,
    access::may::InteractionUpdate,
    linked::{self, Anchor, Ending},
};
use domain::ErrorCode;
use graph_sim::{CannedAnswer, Fault, Route};
use sqlx::PgPool;

use crate::{
    linked::{approval, asked, at, code, end, entry, move_to, planned, request, requested, schedule},
    operations::{delete, form},
    test_app::{DISPATCHER, TestApp},
};

/// As often as each race is run: who is first is up to chance.
const RACES: usize = 8;

/// Moves what is still where it was seen, as somebody who drags it does.
async fn drag(app: &TestApp, anchor: Anchor, hour: u32) -> Result<()> {
    let actor = app.actor(DISPATCHER).await;
    let seen = (at("2026-11-25T14:00:00Z"), at("2026-11-25T14:30:00Z"));
    let [start, end] = [0, 30].map(|minute| at(&format!("2026-11-25T{hour:02}:{minute:02}:00Z")));
    let mut tx = app.backend.db().begin(actor.scope()).await?;
    let linked = linked::hold(&app.backend, &mut tx, anchor).await?;
    linked.is_still_at(seen)?;
    let told = linked::move_to(&app.backend, &mut tx, actor.user_id(), &linked, (start, end)).await?;
    tx.commit().await?;
    linked::prompt(&app.backend, actor.scope(), told).await;
    Ok(())
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn two_drag_at_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for _ in 0..RACES {
        let (scheduled, saved) = planned(&app).await;
        let interaction = Anchor::Interaction(saved.interaction_id);
        let answers = tokio::join!(drag(&app, entry(&scheduled), 9), drag(&app, interaction, 10));
        let (hour, refused) = match answers {
            (Ok(()), refused @ Err(_)) => (9, refused),
            (refused @ Err(_), Ok(())) => (10, refused),
            both => panic!("{both:?}"),
        };
        assert_eq!(code(refused), ErrorCode::Conflict);
        let event = app.live_events().remove(0);
        assert_eq!(event.start, at(&format!("2026-11-25T{hour:02}:00:00Z")));
        app.assert_agreement().await;
        delete(&app, &saved, "").await.unwrap();
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_moves_and_another_cancels(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for round in 0..RACES {
        let (scheduled, saved) = planned(&app).await;
        let interaction = Anchor::Interaction(saved.interaction_id);
        let how = if round % 2 == 0 {
            Ending::Cancelled { message: None }
        } else {
            Ending::EntryDeleted { message: None }
        };
        let (moved, cancelled) = tokio::join!(
            move_to(&app, entry(&scheduled), "09:00", "10:00"),
            end(&app, interaction, how)
        );
        cancelled.unwrap();
        if let Err(error) = moved {
            let told = error.failure().code;
            assert!(matches!(told, ErrorCode::MeetingOver | ErrorCode::NotFound), "{told:?}");
        }
        app.advance(9);
        app.sweep_to_the_end().await;
        assert_eq!(app.live_events().len(), 0);
        app.assert_agreement().await;
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_moves_and_another_deletes(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for _ in 0..RACES {
        let (scheduled, saved) = planned(&app).await;
        let mut opened = form(&app, &saved).await;
        opened.start = "2026-11-26T08:00".into();
        opened.end = "2026-11-26T08:30".into();
        let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
        let edited = backend::interactions::edit(&app.backend, &grant, &opened);
        let (moved, edited, deleted) = tokio::join!(
            move_to(&app, entry(&scheduled), "09:00", "10:00"),
            edited,
            delete(&app, &saved, "Gone")
        );
        deleted.unwrap();
        if let Err(error) = moved {
            assert_eq!(error.failure().code, ErrorCode::NotFound);
        }
        if let Err(error) = edited {
            let told = error.failure().code;
            assert!(matches!(told, ErrorCode::NotFound | ErrorCode::Conflict), "{told:?}");
        }
        app.sweep_to_the_end().await;
        assert_eq!(app.live_events().len(), 0);
        assert_eq!(
            app.count("SELECT count(*) FROM schedule_entries WHERE title = 'Backup review'")
                .await,
            0
        );
        app.assert_agreement().await;
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_approves_and_another_declines(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    for _ in 0..RACES {
        let reason = "Nobody is free";
        let (approved, declined) = tokio::join!(
            schedule(&app, approval(&app).await),
            end(&app, request(), Ending::RequestDeclined { reason })
        );
        match (approved, declined) {
            // Declined before or after the approval.
            (Ok(_) | Err(_), Ok(())) => {
                assert_eq!((asked(&app).await.0.as_str(), app.live_events().len()), ("declined", 0));
            }
            (Ok(_), Err(error)) => {
                let told = error.failure().code;
                assert!(matches!(told, ErrorCode::InProgress | ErrorCode::Conflict), "{told:?}");
                assert_eq!((asked(&app).await.0.as_str(), app.live_events().len()), ("approved", 1));
                end(&app, request(), Ending::RequestDeclined { reason }).await.unwrap();
            }
            both => panic!("{both:?}"),
        }
        app.sweep_to_the_end().await;
        app.assert_agreement().await;
        app.execute("UPDATE appointment_requests SET status = 'pending'").await;
    }
}

/// Looks, from when Microsoft is asked until it answers, whether anybody has a transaction open.
async fn nothing_is_open(app: &TestApp, route: Route, asked_before: usize) {
    while app.sim.requests_to(route).len() == asked_before {
        tokio::task::yield_now().await;
    }
    let mut looks = 0;
    loop {
        let open = "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                       AND (state LIKE 'idle in transaction%'
                            OR state = 'active' AND xact_start < clock_timestamp() - interval '100 milliseconds')";
        let open = app.count(open).await;
        // What was counted after the answer says nothing.
        if app.sim.requests_to(route)[asked_before].answered.is_some() {
            break;
        }
        assert_eq!(open, 0, "a transaction is open while {route:?} waits");
        looks += 1;
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    assert!(looks > 0, "nobody looked while {route:?} waited");
}

/// Runs `work` while Microsoft is slow to answer on `route`, and looks meanwhile.
async fn slowly<T>(app: &TestApp, route: Route, work: impl Future<Output = T>) -> T {
    let before = app.sim.requests_to(route).len();
    app.sim.fault(Fault::new(route, CannedAnswer::delay(700)));
    let (done, ()) = tokio::join!(work, nothing_is_open(app, route, before));
    done
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn no_transaction_is_open_while_microsoft_is_slow(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    let (scheduled, saved) = slowly(&app, Route::CreateEvent, planned(&app)).await;
    slowly(
        &app,
        Route::UpdateEvent,
        move_to(&app, entry(&scheduled), "09:00", "10:00"),
    )
    .await
    .unwrap();
    slowly(&app, Route::CancelEvent, delete(&app, &saved, "Off"))
        .await
        .unwrap();
    // Approved, with the second of the two calls slow.
    slowly(&app, Route::OnlineMeetings, schedule(&app, approval(&app).await))
        .await
        .unwrap();
    slowly(&app, Route::UpdateEvent, move_to(&app, request(), "16:00", "16:30"))
        .await
        .unwrap();
    let how = Ending::RequestDeclined { reason: "Off" };
    slowly(&app, Route::CancelEvent, end(&app, request(), how))
        .await
        .unwrap();
    app.assert_agreement().await;
}
