//! Whoever asked for an appointment hears what becomes of it, from wherever it is done.

use backend::linked::Ending;
use domain::{InteractionId, Saved};
use sqlx::PgPool;

use crate::{
    linked::{approval, end, move_to, request, requested, schedule},
    operations::{GRACE, cancel, delete, undo_cancel},
    test_app::TestApp,
};

/// An approved request, with its record.
async fn approved(app: &TestApp) -> Saved {
    requested(app).await;
    let new = approval(app).await;
    let client_id = new.client_id.unwrap();
    let scheduled = schedule(app, new).await.unwrap();
    Saved {
        interaction_id: scheduled.interaction_id.unwrap(),
        client_id,
        join_url: scheduled.join_url,
    }
}

/// How many mails were sent to Ada in which this stands.
async fn to_ada(app: &TestApp, what: &str) -> usize {
    let mails = app.mails().await;
    let is_hers = |mail: &&String| {
        mail.lines()
            .any(|line| line.starts_with("To:") && line.contains("ada@acme.example"))
    };
    mails.iter().filter(is_hers).filter(|mail| mail.contains(what)).count()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_request_that_is_moved_by_its_record_is_told_of(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = approved(&app).await;
    assert_eq!(to_ada(&app, "").await, 1);
    let record = backend::linked::Anchor::Interaction(InteractionId(saved.interaction_id.0));
    move_to(&app, record, "16:00", "16:45").await.unwrap();
    assert_eq!(to_ada(&app, "DTSTART:20261125T160000Z").await, 1);
    move_to(&app, record, "16:00", "16:45").await.unwrap();
    assert_eq!(to_ada(&app, "").await, 2, "it is there already");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_cancellation_is_told_once_it_cannot_be_taken_back(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = approved(&app).await;
    cancel(&app, &saved, "Not this week").await.unwrap();
    assert_eq!(to_ada(&app, "METHOD:CANCEL").await, 0, "not yet");
    undo_cancel(&app, &saved).await.unwrap();
    app.advance(60);
    assert_eq!(to_ada(&app, "METHOD:CANCEL").await, 0, "it was taken back");
    cancel(&app, &saved, "Not this week").await.unwrap();
    cancel(&app, &saved, "Not this week").await.unwrap();
    app.advance(GRACE);
    assert_eq!(to_ada(&app, "METHOD:CANCEL").await, 1);
    assert_eq!(to_ada(&app, "Not this week").await, 1);
    app.sweep_to_the_end().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_deleted_is_told_at_once_and_a_refusal_only_by_who_refuses(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = approved(&app).await;
    delete(&app, &saved, "").await.unwrap();
    assert_eq!(to_ada(&app, "METHOD:CANCEL").await, 1);
    approved(&app).await;
    end(&app, request(), Ending::RequestDeclined { reason: "Off" })
        .await
        .unwrap();
    assert_eq!(to_ada(&app, "METHOD:CANCEL").await, 1, "declining has words of its own");
}
