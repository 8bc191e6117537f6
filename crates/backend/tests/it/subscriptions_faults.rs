//! Subscriptions when Microsoft refuses, is silent, or has others already; and what is looked at again afterwards.

use chrono::Duration;
use domain::{MeetingStatus, SubscriptionState, SubscriptionTrouble};
use graph_sim::{CannedAnswer, ClientStateAnswer, Fault, FaultAnswer, Route, demo::northwind};
use sqlx::PgPool;

use crate::{
    capture::{Held, planned},
    listening::Listening,
    subscriptions::{of_organizer, state},
};

/// Nothing of Microsoft answers.
fn silence(app: &Listening) {
    app.sim
        .fault(Fault::new(Route::Any, FaultAnswer::DropBefore).times(u32::MAX));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_refused_is_told_and_tried_again(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = false);
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID)[..1]);
    let shown = state(&app).await;
    assert_eq!(shown.recordings.state, SubscriptionState::Active);
    assert_eq!(
        (shown.transcripts.state, shown.transcripts.trouble),
        (SubscriptionState::Refused, Some(SubscriptionTrouble::TranscriptsOff))
    );
    // Ever more rarely.
    let before = app.asked(Route::CreateSubscription);
    for _ in 0..48 {
        app.pass(Duration::minutes(10));
        app.turn().await;
    }
    let tries = app.asked(Route::CreateSubscription) - before;
    assert!((8..16).contains(&tries), "{tries} tries in eight hours");
    app.sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = true);
    app.pass(Duration::hours(1));
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    let shown = state(&app).await;
    assert_eq!(
        (shown.transcripts.state, shown.transcripts.trouble),
        (SubscriptionState::Active, None)
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn each_refusal_has_its_word(pool: PgPool) {
    let app = Listening::start(pool).await;
    let refused = async |answer: CannedAnswer| {
        app.sim
            .fault(Fault::new(Route::CreateSubscription, answer).times(u32::MAX));
        app.pass(Duration::hours(7));
        app.turn().await;
        app.sim.clear_faults();
        let shown = state(&app).await.recordings;
        assert_eq!(shown.state, SubscriptionState::Refused);
        shown.trouble.unwrap()
    };
    let refusal = CannedAnswer::refusal;
    let quota = refused(refusal(403, "ExtensionError", "The limit of subscriptions is reached.")).await;
    assert_eq!(quota, SubscriptionTrouble::Quota);
    let permission = refused(refusal(403, "ExtensionError", "Forbidden")).await;
    assert_eq!(permission, SubscriptionTrouble::Permission);
    assert_eq!(
        refused(refusal(409, "Conflict", "It exists.")).await,
        SubscriptionTrouble::Taken
    );
    let throttled = refused(refusal(429, "TooManyRequests", "Wait").retry_after(3600)).await;
    assert_eq!(throttled, SubscriptionTrouble::Throttled);
    assert_eq!(
        refused(CannedAnswer::status(503)).await,
        SubscriptionTrouble::Unavailable
    );
    assert_eq!(
        refused(refusal(400, "BadRequest", "No.")).await,
        SubscriptionTrouble::Refused
    );
    // It cannot call us.
    app.deafen(true);
    app.pass(Duration::hours(7));
    app.turn().await;
    assert_eq!(
        state(&app).await.recordings.trouble,
        Some(SubscriptionTrouble::NotValidated)
    );
    app.deafen(false);
    app.sim
        .change_app(northwind::CLIENT_ID, |app| app.secret = "another".to_owned());
    app.sim.revoke_tokens();
    app.pass(Duration::hours(7));
    app.turn().await;
    assert_eq!(
        state(&app).await.recordings.trouble,
        Some(SubscriptionTrouble::Credentials)
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_wrong_from_the_start_is_told(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.sim
        .change_app(northwind::CLIENT_ID, |app| app.secret = "another".to_owned());
    app.turn().await;
    let shown = state(&app).await;
    for kind in [shown.recordings, shown.transcripts] {
        assert_eq!(
            (kind.state, kind.trouble),
            (SubscriptionState::Refused, Some(SubscriptionTrouble::Credentials))
        );
    }
}

/// Two tenants of ours may use one registration: what one has just made stands nowhere yet when the other looks at Microsoft's list.
#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_somebody_else_has_just_made_is_left_alone(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let [recordings, _] = app.alive().try_into().unwrap();
    let others = |app: &Listening| app.alive().iter().any(|alive| alive.id == recordings.id);
    // From now on these are those of another organizer, whom nobody here knows.
    app.execute(
        "UPDATE teams_integrations SET recordings_subscription_id = NULL, transcripts_subscription_id = NULL,
                default_meeting_organizer_object_id = '44444444-4444-4444-8444-444444444444'
          WHERE recordings_subscription_id IS NOT NULL",
    )
    .await;
    app.execute("DELETE FROM teams_subscriptions").await;
    app.execute("DELETE FROM teams_subscription_routes").await;
    app.turn().await;
    assert!(others(&app), "it may be written down any moment");
    // Whatever was never written down goes when there is something to be made again.
    app.pass(Duration::minutes(6));
    app.execute("UPDATE teams_subscriptions SET resource = NULL, profile_id = NULL, notification_url = NULL, secret_ref = NULL, settings = NULL")
        .await;
    app.turn().await;
    assert!(!others(&app));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_whose_answer_was_lost_is_adopted(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.sim
        .fault(Fault::new(Route::CreateSubscription, FaultAnswer::DropAfter).times(2));
    app.turn().await;
    let first = app.sim.subscriptions();
    app.pass(Duration::minutes(2));
    app.turn().await;
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    let all = app.sim.subscriptions();
    assert_eq!(all.len(), 4, "none was made twice");
    assert!(first.iter().all(|known| known.ended.is_none()));
    let routes = "SELECT count(*) FROM teams_subscription_routes";
    assert_eq!(app.count(routes).await, 4);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_that_may_be_anybodys_is_replaced(pool: PgPool) {
    let app = Listening::start(pool).await;
    // Microsoft does not tell which secret it has.
    app.sim
        .change_notifications(|mode| mode.client_state = ClientStateAnswer::Omitted);
    app.sim
        .fault(Fault::new(Route::CreateSubscription, FaultAnswer::DropAfter).times(4));
    app.turn().await;
    let first = app.alive();
    assert_eq!(first.len(), 2);
    app.pass(Duration::minutes(2));
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    let ids: Vec<String> = app.alive().into_iter().map(|alive| alive.id).collect();
    assert!(first.iter().all(|old| !ids.contains(&old.id)));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_the_peer_has_left_is_replaced(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    // As if the peer had made them: of their secrets nothing is known here.
    app.execute("DELETE FROM teams_subscriptions").await;
    app.execute("DELETE FROM teams_subscription_routes").await;
    app.execute("UPDATE teams_integrations SET meeting_artifact_webhook_secret = repeat('0', 64)")
        .await;
    let old = app.alive();
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    let ids: Vec<String> = app.alive().into_iter().map(|alive| alive.id).collect();
    assert!(old.iter().all(|old| !ids.contains(&old.id)));
    let kept = "SELECT string_agg(recordings_subscription_id, ' ') FROM teams_integrations";
    assert!(app.text(kept).await.contains(&ids[0]));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_that_cannot_be_removed_is_forgotten_when_it_has_expired(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    app.execute("UPDATE teams_integrations SET install_status = 'not_configured'")
        .await;
    app.sim
        .fault(Fault::new(Route::DeleteSubscription, CannedAnswer::status(503)).times(u32::MAX));
    let waiting = "SELECT count(*) FROM teams_subscriptions_to_end";
    for _ in 0..14 {
        app.turn().await;
        app.pass(Duration::hours(5));
    }
    assert_eq!(app.count(waiting).await, 4);
    for _ in 0..3 {
        app.pass(Duration::hours(1));
        app.turn().await;
    }
    assert_eq!(app.count(waiting).await, 0);
    let sealed = "SELECT count(*) FROM tenant_secrets WHERE name LIKE 'teams_subscription_%'";
    assert_eq!(app.count(sealed).await, 0);
}

/// A meeting from 14:00 to 14:30 of the next day, and of another day before it one that is over and done with.
async fn with_meeting(app: &Listening) -> Held {
    let held = planned(app).await;
    app.turn().await;
    assert_eq!(app.alive().len(), 2);
    held
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn two_days_of_silence_lose_nothing(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = with_meeting(&app).await;
    app.pass_to("2026-11-25T13:00:00Z");
    app.turn().await;
    silence(&app);
    app.sim
        .change_notifications(|mode| mode.endpoint = graph_sim::Endpoint::Drop);
    let mut is_over = false;
    for turn in 0..16 {
        app.pass(Duration::hours(3));
        if turn == 0 {
            // It happens all the same, and nobody is told.
            held.captured(&app, 1);
            is_over = true;
        }
        app.turn().await;
        app.backend.capture().await.unwrap();
    }
    assert!(is_over && held.artifacts(&app).await.is_empty());
    assert_eq!(
        state(&app).await.recordings.trouble,
        Some(SubscriptionTrouble::Unavailable)
    );
    app.sim.clear_faults();
    app.sim
        .change_notifications(|mode| mode.endpoint = graph_sim::Endpoint::Good);
    // Within the six hours after which what was not answered is asked for again at the latest.
    for _ in 0..13 {
        app.pass(Duration::minutes(30));
        app.turn().await;
        app.backend.capture().await.unwrap();
    }
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    assert_eq!(held.artifacts(&app).await.len(), 2);
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    assert_eq!(
        app.count("SELECT count(*) FROM teams_subscriptions WHERE gap_since IS NOT NULL")
            .await,
        0
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_meetings_of_a_gap_are_looked_at_again(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = with_meeting(&app).await;
    app.pass_to("2026-11-25T14:30:00Z");
    app.backend.capture().await.unwrap();
    // Microsoft has forgotten the subscription, and something comes of which nobody is told; the sweep would come to it hours later.
    let [recordings, _] = app.alive().try_into().unwrap();
    assert!(app.sim.vanish(&recordings.id));
    app.execute("UPDATE online_meetings SET next_fetch_at = '2026-11-26T14:30:00Z' WHERE next_fetch_at IS NOT NULL")
        .await;
    held.recorded(&app, 1);
    app.execute("UPDATE teams_subscriptions SET next_attempt_at = '2026-11-25T14:31:00Z'")
        .await;
    app.pass(Duration::minutes(1));
    app.turn().await;
    assert_eq!(
        app.resources(),
        of_organizer(northwind::ORGANIZER_OBJECT_ID),
        "made anew"
    );
    app.backend.capture().await.unwrap();
    assert!(held.artifacts(&app).await.is_empty(), "not all at once");
    app.pass(Duration::seconds(10));
    app.backend.capture().await.unwrap();
    assert_eq!(held.artifacts(&app).await.len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn when_nobody_has_listened_everything_is_looked_at_again(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = with_meeting(&app).await;
    app.pass_to("2026-11-25T14:00:00Z");
    app.turn().await;
    app.execute("UPDATE process_marks SET at = '2026-11-25T14:00:00Z'")
        .await;
    // The program does not run for six hours: Microsoft gives up.
    app.deafen(true);
    app.pass_to("2026-11-25T14:30:00Z");
    held.captured(&app, 1);
    app.execute("UPDATE online_meetings SET next_fetch_at = '2026-11-27T14:30:00Z' WHERE next_fetch_at IS NOT NULL")
        .await;
    for _ in 0..12 {
        app.pass(Duration::minutes(30));
        app.sim.settled().await;
    }
    app.deafen(false);
    let started_again = app.another_process();
    started_again.note_listening().await.unwrap();
    for _ in 0..10 {
        app.pass(Duration::minutes(1));
        started_again.keep_subscriptions().await.unwrap();
        started_again.capture().await.unwrap();
    }
    assert_eq!(held.artifacts(&app).await.len(), 2);
    assert!(app.outcomes().await.is_empty(), "nothing was told");
    // A short while is nothing.
    let renewals = app.asked(Route::UpdateSubscription);
    app.another_process().note_listening().await.unwrap();
    app.turn().await;
    assert_eq!(app.asked(Route::UpdateSubscription), renewals);
}
