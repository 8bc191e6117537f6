//! Notifications of recordings and transcripts, and what becomes of them.

use chrono::Duration;
use domain::MeetingStatus;
use graph_sim::{CannedAnswer, Fault, FaultAnswer, LifecycleEvent, PathForm, Route, demo::northwind};
use sqlx::PgPool;

use crate::{
    capture::{Held, VTT, planned, session},
    listening::Listening,
    subscriptions::state,
};

/// A meeting that goes on from 14:00 to 14:30, subscriptions, and nobody who looks by himself.
pub async fn listening(app: &Listening) -> Held {
    let held = planned(app).await;
    app.turn().await;
    app.pass_to("2026-11-25T14:20:00Z");
    held
}

fn both(outcome: &str) -> Vec<(String, Option<String>)> {
    ["recording", "transcript"]
        .map(|kind| (kind.to_owned(), Some(outcome.to_owned())))
        .into()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_told_is_captured(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    held.captured(&app, 1);
    app.turn().await;
    // Long before its end: the status is as before.
    assert_eq!(held.artifacts(&app).await.len(), 2);
    assert_eq!(held.status(&app).await, MeetingStatus::Scheduled);
    assert_eq!(app.outcomes().await, both("captured"));
    let row = held.row(&app).await;
    assert_eq!(row.recording_fetch_attempts, 0);
    assert_eq!(
        row.next_fetch_at,
        Some("2026-11-25T14:30:00Z".parse().unwrap()),
        "as planned"
    );
    let shown = state(&app).await;
    assert_eq!(shown.counts.received, 2);
    assert_eq!(shown.recordings.notified.as_deref(), Some("15:20"));
    assert_eq!(shown.counts.waiting + shown.counts.repeated + shown.counts.foreign, 0);
    // After the end, too; and another session of the same meeting.
    app.pass_to("2026-11-25T14:40:00Z");
    held.captured(&app, 20);
    app.turn().await;
    assert_eq!(held.artifacts(&app).await.len(), 4);
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    assert_eq!(held.row(&app).await.recording_fetch_attempts, 0, "nothing is used up");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn in_whatever_form_it_is_told(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.sim.change_teams(|teams| teams.odd_ids = true);
    let held = listening(&app).await;
    app.sim.change_notifications(|mode| {
        mode.path = PathForm::Mixed;
        mode.batch = 20;
        mode.mix_tenants = true;
        mode.reversed = true;
        mode.copies = 3;
        mode.delay_seconds = 5;
    });
    for minutes in [1, 3, 5, 7, 9, 11] {
        held.captured(&app, minutes);
    }
    app.pass(Duration::seconds(10));
    app.turn().await;
    assert!(app.heard().len() < 12, "they came in batches");
    assert_eq!(held.artifacts(&app).await.len(), 12);
    let counts = state(&app).await.counts;
    assert_eq!((counts.received, counts.repeated), (12, 24));
    // One look for all of them.
    assert_eq!(app.looks(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_comes_before_the_content_is_looked_for_again(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    let [recordings, _] = app.alive().try_into().unwrap();
    let id = held.recorded(&app, 1);
    app.sim.settled().await;
    // It is told, and not listed yet.
    let later = app.sim.now() + Duration::seconds(45);
    app.sim.change_artifact(&id, |artifact| artifact.available_at = later);
    app.turn().await;
    assert!(held.artifacts(&app).await.is_empty());
    assert_eq!(app.outcomes().await, [("recording".to_owned(), None)]);
    for _ in 0..9 {
        app.pass(Duration::seconds(10));
        app.turn().await;
    }
    assert_eq!(held.artifacts(&app).await.len(), 1);
    let looks = app.looks();
    assert!((3..=5).contains(&looks), "{looks} looks");
    assert_eq!(held.row(&app).await.recording_fetch_attempts, 0);
    // The same with a transcript of which nothing is there but its entry.
    let id = held.transcribed(&app, 3, VTT);
    let later = app.sim.now() + Duration::seconds(15);
    app.sim.change_artifact(&id, |artifact| artifact.content_at = later);
    app.turn().await;
    let document = |artifacts: &[crate::capture::Artifact]| artifacts[1].document_id;
    assert_eq!(document(&held.artifacts(&app).await), None);
    app.pass(Duration::seconds(40));
    app.turn().await;
    assert!(document(&held.artifacts(&app).await).is_some());
    assert_eq!(app.outcomes().await, both("captured"));
    assert!(!recordings.awaiting_reauthorization);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_cannot_be_kept_here_is_asked_for_ever_more_rarely(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    app.pass_to("2026-11-25T14:40:00Z");
    app.break_files();
    held.transcribed(&app, 1, VTT);
    let before = app.looks();
    for _ in 0..60 {
        app.turn().await;
        app.pass(Duration::minutes(1));
    }
    let looks = app.looks() - before;
    assert!((4..=20).contains(&looks), "{looks} looks in an hour");
    assert_eq!(app.outcomes().await, [("transcript".to_owned(), None)]);
    app.mend_files();
    for _ in 0..6 {
        app.pass(Duration::hours(1));
        app.turn().await;
    }
    assert_eq!(
        app.outcomes().await,
        [("transcript".to_owned(), Some("captured".to_owned()))]
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn microsoft_is_left_alone_for_as_long_as_it_wants(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    app.pass_to("2026-11-25T14:40:00Z");
    let wait = || CannedAnswer::refusal(429, "TooManyRequests", "Wait").retry_after(1200);
    for route in [Route::Recordings, Route::Transcripts] {
        app.sim.fault(Fault::new(route, wait()).times(u32::MAX));
    }
    held.captured(&app, 1);
    app.turn().await;
    let asked = app.looks();
    for _ in 0..19 {
        app.pass(Duration::minutes(1));
        app.turn().await;
    }
    assert_eq!(app.looks(), asked, "it has asked for twenty minutes");
    app.sim.clear_faults();
    app.pass(Duration::minutes(2));
    app.turn().await;
    assert_eq!(app.outcomes().await, both("captured"));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_never_comes_is_given_up(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    let id = held.recorded(&app, 1);
    app.sim.settled().await;
    app.sim.remove_artifact(&id);
    for _ in 0..100 {
        app.turn().await;
        app.pass(Duration::hours(1));
    }
    assert_eq!(
        app.outcomes().await,
        [("recording".to_owned(), Some("given-up".to_owned()))]
    );
    let looks = app.looks();
    assert!((8..30).contains(&looks), "{looks} looks in three days");
    // Some days later nobody remembers.
    app.pass(Duration::days(8));
    app.execute("UPDATE teams_integrations SET install_status = 'not_configured'")
        .await;
    app.backend.forget_settled().await.unwrap();
    assert_eq!(app.outcomes().await, []);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn meetings_of_others_are_none_of_our_business(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    let foreign = crate::operations::scheduled(&app).await;
    let at_microsoft = app.sim.meetings().last().unwrap().id.clone();
    app.sim.add_recording(&at_microsoft, session(1), "film").unwrap();
    app.execute("DELETE FROM online_meetings WHERE provider_meeting_id = (SELECT provider_meeting_id FROM online_meetings ORDER BY created_at DESC LIMIT 1)")
        .await;
    let _ = foreign;
    app.turn().await;
    assert_eq!(
        app.outcomes().await,
        [("recording".to_owned(), Some("foreign".to_owned()))]
    );
    assert_eq!(state(&app).await.counts.foreign, 1);
    assert_eq!(app.asked(Route::Recordings), 0, "Microsoft is not asked");
    // One that is cancelled here is not looked for either.
    held.recorded(&app, 2);
    app.execute("UPDATE online_meetings SET status = 'cancelled' WHERE provider_meeting_id IS NOT NULL")
        .await;
    app.turn().await;
    assert_eq!(app.asked(Route::Recordings), 0);
    assert!(
        app.outcomes()
            .await
            .contains(&("recording".to_owned(), Some("cancelled".to_owned())))
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_is_found_of_which_the_id_was_not_known(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    app.execute("UPDATE online_meetings SET provider_meeting_id = NULL WHERE status = 'scheduled'")
        .await;
    app.sim
        .change_notifications(|mode| mode.path = PathForm::Communications);
    held.captured(&app, 1);
    app.turn().await;
    assert_eq!(held.artifacts(&app).await.len(), 2);
    assert_eq!(app.outcomes().await, both("captured"));
    // One of the organizer's that stays unknown is not asked for with each notification of something else.
    app.execute("UPDATE online_meetings SET provider_meeting_id = NULL, join_url = 'https://teams.example/unknown'")
        .await;
    app.pass(Duration::minutes(2));
    let before = app.asked(Route::OnlineMeetings);
    for minutes in [3, 5, 7, 9] {
        held.recorded(&app, minutes);
        app.turn().await;
    }
    assert_eq!(app.asked(Route::OnlineMeetings) - before, 1);
    app.pass(Duration::minutes(20));
    app.turn().await;
    app.turn().await;
    assert_eq!(state(&app).await.counts.foreign, 4);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_was_stored_is_handled_by_whoever_lives(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    held.captured(&app, 1);
    app.sim.settled().await;
    assert_eq!(
        app.count("SELECT count(*) FROM teams_notifications WHERE handled_at IS NULL")
            .await,
        2
    );
    // Who was told dies over it: Microsoft does not answer in time.
    app.sim.fault(Fault::new(Route::Recordings, FaultAnswer::Stall));
    app.killed_after(std::time::Duration::from_millis(400), |backend| async move {
        backend.handle_notifications().await.unwrap();
    })
    .await;
    app.sim.clear_faults();
    let other = app.another_process();
    other.handle_notifications().await.unwrap();
    assert!(held.artifacts(&app).await.is_empty(), "it is somebody's for a while");
    app.pass(Duration::seconds(59));
    other.handle_notifications().await.unwrap();
    assert_eq!(held.artifacts(&app).await.len(), 2);
    assert_eq!(app.outcomes().await, both("captured"));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn two_processes_handle_each_once(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    for minutes in 1..10 {
        held.captured(&app, minutes);
    }
    app.sim.settled().await;
    let other = app.another_process();
    let (one, two) = tokio::join!(app.backend.handle_notifications(), other.handle_notifications());
    one.unwrap();
    two.unwrap();
    assert_eq!(app.looks(), 1);
    assert_eq!(held.artifacts(&app).await.len(), 18);
    assert_eq!(
        app.count("SELECT count(*) FROM teams_notifications WHERE outcome = 'captured'")
            .await,
        18
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_tenant_does_not_hold_up_another(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    // A thousand of Contoso's for a meeting that Microsoft takes its time with.
    app.execute(
        "INSERT INTO teams_notifications (tenant, artifact_type, provider_artifact_id, provider_meeting_id, subscription_id, received_at,
                                          next_attempt_at)
         SELECT t.tenant, 'recording', 'flood' || n, 'slow' || n % 50, 's', '2026-11-25T14:00:00Z', '2026-11-25T14:00:00Z'
           FROM tenants t, generate_series(1, 1000) n WHERE t.client_name = 'Contoso Care'",
    )
    .await;
    app.execute(
        "INSERT INTO online_meetings (tenant, provider_meeting_id, subject, start_time, end_time, organizer_user_id)
         SELECT t.tenant, 'slow' || n, 'Slow', '2026-11-25T14:00:00Z', '2026-11-25T14:30:00Z', '66666666-6666-4666-8666-666666666666'
           FROM tenants t, generate_series(0, 49) n WHERE t.client_name = 'Contoso Care'",
    )
    .await;
    app.sim
        .fault(Fault::new(Route::Recordings, FaultAnswer::Stall).times(2));
    let backend = app.backend.clone();
    let slow = tokio::spawn(async move { backend.handle_notifications().await });
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while app.asked(Route::Recordings) < 2 {
        assert!(std::time::Instant::now() < deadline, "nobody has begun");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    held.recorded(&app, 1);
    app.sim.settled().await;
    let backend = app.backend.clone();
    let handling = tokio::spawn(async move { backend.handle_notifications().await });
    while held.artifacts(&app).await.is_empty() {
        assert!(!slow.is_finished(), "Northwind waits for Contoso");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    slow.abort();
    handling.abort();
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_lost_while_microsoft_waits_for_a_renewal_is_looked_for(pool: PgPool) {
    let app = Listening::start(pool).await;
    let held = listening(&app).await;
    let [recordings, _] = app.alive().try_into().unwrap();
    app.execute("UPDATE online_meetings SET next_fetch_at = '2026-11-27T14:30:00Z' WHERE next_fetch_at IS NOT NULL")
        .await;
    app.pass_to("2026-11-25T14:31:00Z");
    assert!(
        app.sim
            .send_lifecycle(&recordings.id, LifecycleEvent::ReauthorizationRequired)
    );
    app.sim.settled().await;
    // Lost: it is not sent.
    held.recorded(&app, 1);
    app.turn().await;
    assert!(held.artifacts(&app).await.is_empty());
    app.pass(Duration::seconds(30));
    app.backend.capture().await.unwrap();
    assert_eq!(held.artifacts(&app).await.len(), 1);
    assert_eq!(app.alive()[0].id, recordings.id);
    let _ = northwind::TENANT_ID;
}
