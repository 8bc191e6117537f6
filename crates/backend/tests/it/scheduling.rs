//! Scheduling a Teams meeting, with everything that Microsoft and the operating system can do to it.

use domain::ErrorCode;
use graph_sim::{CannedAnswer, Fault, FaultAnswer, JoinUrlMode, Route, TransactionMode, demo::northwind};
use sqlx::PgPool;

use crate::test_app::TestApp;

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_is_one_event_and_one_record(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = app.add(&app.meeting().await).await.unwrap();

    let [event] = app.live_events().try_into().unwrap();
    assert_eq!(saved.join_url, event.join_url);
    assert_eq!(event.subject, "Backup review");
    assert_eq!(event.organizer_object_id, northwind::ORGANIZER_OBJECT_ID);
    assert_eq!(event.start.to_rfc3339(), "2026-11-25T14:00:00+00:00", "15:00 in Berlin");
    let addresses: Vec<&str> = event
        .attendees
        .iter()
        .map(|attendee| attendee["emailAddress"]["address"].as_str().unwrap())
        .collect();
    assert_eq!(addresses, ["ada@acme.example", "bo@acme.example"]);

    let [posted] = app.sim.requests_to(Route::CreateEvent).try_into().unwrap();
    assert_eq!(posted.body["isOnlineMeeting"], true);
    assert_eq!(posted.body["onlineMeetingProvider"], "teamsForBusiness");
    assert_eq!(posted.body["start"]["timeZone"], "UTC");
    assert!(posted.body["transactionId"].is_string());

    app.assert_agreement().await;
    let row = "SELECT count(*) FROM interactions i
                 JOIN online_meetings m ON m.tenant = i.tenant AND m.interaction_id = i.interaction_id
                WHERE i.title = 'Online Meeting: Backup review'
                  AND i.notes = 'Bring the report' || E'\n\n' || 'Join Teams Meeting: ' || m.join_url
                  AND i.interaction_date = '2026-11-25 14:00Z' AND i.start_time = m.start_time AND i.end_time = m.end_time
                  AND i.duration = 30 AND m.status = 'scheduled' AND m.provider = 'teams' AND m.provider_meeting_id IS NOT NULL
                  AND m.provider_event_id IS NOT NULL AND m.organizer_upn = 'meetings@northwind.example'";
    assert_eq!(app.count(row).await, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_same_form_makes_one_meeting(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = app.meeting().await;
    let first = app.add(&form).await.unwrap();
    assert_eq!(app.add(&form).await.unwrap(), first);

    let form = app.meeting().await;
    let posts = (0..10).map(|_| app.add(&form));
    let answers: Vec<_> = futures::future::join_all(posts)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(
        answers.windows(2).all(|pair| pair[0] == pair[1]),
        "all ten get the same answer"
    );
    assert_eq!(app.live_events().len(), 2);
    app.assert_agreement().await;
}

/// What a refusal is answered with, and that nothing stays behind.
async fn refused(app: &TestApp, code: ErrorCode) {
    let failure = app.add(&app.meeting().await).await.unwrap_err();
    assert_eq!(failure.code, code);
    assert_eq!(app.live_events().len(), 0);
    app.assert_agreement().await;
    assert_eq!(
        app.count("SELECT count(*) FROM interactions WHERE title LIKE '%Backup review'")
            .await,
        0
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_refusal_leaves_nothing_behind(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim.change_user(northwind::ORGANIZER_OBJECT_ID, |organizer| {
        organizer.in_calendar_scope = false;
    });
    refused(&app, ErrorCode::MeetingRefused).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_wrong_secret_is_a_refusal(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim
        .change_app(northwind::CLIENT_ID, |entra| entra.secret = "another".into());
    refused(&app, ErrorCode::MeetingRefused).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn throttling_says_when_to_come_back(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim
        .fault(Fault::new(Route::CreateEvent, CannedAnswer::status(429).retry_after(120)).times(9));
    let failure = app.add(&app.meeting().await).await.unwrap_err();
    assert_eq!(
        (failure.code, failure.retry_after),
        (ErrorCode::MeetingThrottled, Some(120))
    );
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_mailbox_without_teams_makes_no_event(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim.set_join_url(JoinUrlMode::Ignored);
    refused(&app, ErrorCode::MeetingNotOnline).await;
    app.sim.set_join_url(JoinUrlMode::Never);
    refused(&app, ErrorCode::MeetingNotOnline).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_late_join_link_is_waited_for(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim.set_join_url(JoinUrlMode::AfterGets(2));
    assert!(app.add(&app.meeting().await).await.unwrap().join_url.is_some());
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_passing_failure_is_overcome(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for answer in [
        FaultAnswer::from(CannedAnswer::status(503)),
        FaultAnswer::DropBefore,
        FaultAnswer::DropAfter,
        FaultAnswer::StatusAfterCommit(504),
        FaultAnswer::from(CannedAnswer::body(502, "<html>Bad gateway</html>")),
    ] {
        app.sim.fault(Fault::new(Route::CreateEvent, answer));
        app.add(&app.meeting().await).await.unwrap();
    }
    assert_eq!(app.live_events().len(), 5);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_repeated_creation_is_told_apart(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim.set_transactions(TransactionMode::Conflict);
    app.sim.fault(Fault::new(Route::CreateEvent, FaultAnswer::DropAfter));
    app.add(&app.meeting().await).await.unwrap();
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_outage_leaves_nothing_behind(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim
        .fault(Fault::new(Route::CreateEvent, CannedAnswer::status(503)).times(99));
    let failure = app.add(&app.meeting().await).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::MeetingUnavailable);
    app.assert_agreement().await;
    // An answer that was lost may stand for an event that turns up later: the sweep looks until that is out of the question.
    app.sweep_to_the_end().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_event_behind_a_lost_answer_is_removed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    // The first request commits and is cut off; then Microsoft is down for as long as we are patient.
    app.sim.fault(Fault::new(Route::CreateEvent, FaultAnswer::DropAfter));
    app.sim
        .fault(Fault::new(Route::CreateEvent, CannedAnswer::status(503)).times(99));
    app.sim
        .fault(Fault::new(Route::CalendarView, CannedAnswer::status(503)).times(99));
    let failure = app.add(&app.meeting().await).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::MeetingUnavailable);
    assert_eq!(app.live_events().len(), 1, "the event that nobody knows of yet");

    app.sim.clear_faults();
    app.sweep_to_the_end().await;
    assert_eq!(app.live_events().len(), 0);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn trying_again_after_a_failure_makes_one_meeting(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = app.meeting().await;
    app.sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::status(403)));
    app.add(&form).await.unwrap_err();
    app.add(&form).await.unwrap();
    assert_eq!(app.live_events().len(), 1);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn saving_without_a_meeting_after_a_failure(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut form = app.meeting().await;
    app.sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::status(403)));
    app.add(&form).await.unwrap_err();
    form.create_teams_meeting = None;
    let saved = app.add(&form).await.unwrap();
    assert_eq!(saved.join_url, None);
    assert_eq!(app.add(&form).await.unwrap(), saved);
    assert_eq!(
        app.count("SELECT count(*) FROM interactions WHERE title = 'Backup review'")
            .await,
        1
    );
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_record_that_cannot_be_written_undoes_the_event(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("ALTER TABLE online_meetings ADD CONSTRAINT full_disk CHECK (subject <> 'Backup review')")
        .await;
    let failure = app.add(&app.meeting().await).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::Internal);
    assert_eq!(app.sim.events().len(), 1);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_policy_for_recordings_is_not_the_users_trouble(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim.change_user(northwind::ORGANIZER_OBJECT_ID, |organizer| {
        organizer.teams_policy = false;
    });
    app.add(&app.meeting().await).await.unwrap();
    assert_eq!(
        app.count(
            "SELECT count(*) FROM online_meetings m JOIN meeting_operations o ON o.meeting_id = m.meeting_id
                           WHERE m.provider_meeting_id IS NULL"
        )
        .await,
        1
    );
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn no_transaction_is_open_while_microsoft_is_asked(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::delay(600)));
    let form = app.meeting().await;
    let watch = async {
        while app.sim.requests_to(Route::CreateEvent).is_empty() {
            tokio::task::yield_now().await;
        }
        app.count(
            "SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .await
    };
    let (saved, open) = tokio::join!(app.add(&form), watch);
    saved.unwrap();
    assert_eq!(open, 0);
}

/// Puts an operation back to where a killed process leaves it: begun, with or without its event, and the lease run out.
async fn die_before_recording(app: &TestApp) {
    app.execute(
        "WITH gone AS (UPDATE meeting_operations SET state = 'started', leased_until = NULL
                       RETURNING tenant, meeting_id, interaction_id),
              keys AS (DELETE FROM idempotency_keys k USING gone g WHERE k.tenant = g.tenant AND k.interaction_id = g.interaction_id),
              attendees AS (DELETE FROM online_meeting_attendees a USING gone g WHERE a.tenant = g.tenant AND a.meeting_id = g.meeting_id),
              meetings AS (DELETE FROM online_meetings m USING gone g WHERE m.tenant = g.tenant AND m.meeting_id = g.meeting_id)
         DELETE FROM interactions i USING gone g WHERE i.tenant = g.tenant AND i.interaction_id = g.interaction_id",
    )
    .await;
    app.advance(60);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_was_cut_off_after_the_event_is_finished(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.add(&app.meeting().await).await.unwrap();
    die_before_recording(&app).await;
    assert_eq!(app.recorded().await.len(), 0);

    // Two processes start at once.
    let (one, two) = (app.another_process(), app.another_process());
    let (first, second) = tokio::join!(one.sweep(), two.sweep());
    first.and(second).unwrap();
    assert_eq!(app.recorded().await.len(), 1);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_was_cut_off_before_the_event_is_undone(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.add(&app.meeting().await).await.unwrap();
    die_before_recording(&app).await;
    app.sim.reset();

    app.sweep_to_the_end().await;
    assert_eq!(app.recorded().await.len(), 0);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_tenants_trouble_does_not_hold_up_another(pool: PgPool) {
    let mut app = TestApp::start(pool).await;
    app.add(&app.meeting().await).await.unwrap();
    app.add(&app.meeting().await).await.unwrap();
    die_before_recording(&app).await;
    // One operation cannot even be read; it is older, so it comes first.
    app.execute(
        "UPDATE meeting_operations SET payload = '{}', next_attempt_at = next_attempt_at - interval '1 hour'
          WHERE operation_id = (SELECT operation_id FROM meeting_operations LIMIT 1)",
    )
    .await;
    app.backend.sweep().await.unwrap();
    assert_eq!(app.recorded().await.len(), 1);
    app.leaves_operations = true;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_passing_failure_while_resuming_deletes_nothing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.add(&app.meeting().await).await.unwrap();
    die_before_recording(&app).await;
    // The event has no link yet, and for a while it cannot be read.
    let [posted] = app.sim.requests_to(Route::CreateEvent).try_into().unwrap();
    app.sim.reset();
    app.sim.set_join_url(JoinUrlMode::AfterGets(1));
    app.post_again(&posted.body).await;
    app.sim
        .fault(Fault::new(Route::GetEvent, CannedAnswer::status(503)).times(99));
    app.backend.sweep().await.unwrap();
    assert_eq!(app.live_events().len(), 1);
    assert_eq!(
        app.count("SELECT count(*) FROM meeting_operations WHERE state = 'started'")
            .await,
        1
    );
    app.sim.clear_faults();
    app.advance(60);
    app.backend.sweep().await.unwrap();
    app.assert_agreement().await;
    assert_eq!(app.recorded().await.len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_second_event_of_one_meeting_is_removed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.add(&app.meeting().await).await.unwrap();
    die_before_recording(&app).await;
    // Microsoft carried the request out twice.
    app.sim.set_transactions(TransactionMode::SecondEvent);
    let [posted] = app.sim.requests_to(Route::CreateEvent).try_into().unwrap();
    app.post_again(&posted.body).await;
    assert_eq!(app.live_events().len(), 2);
    app.backend.sweep().await.unwrap();
    assert_eq!(app.live_events().len(), 1);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_secret_that_does_not_open_leaves_nothing_behind(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE tenant_secrets SET ciphertext = 'x'").await;
    let form = app.meeting().await;
    for _ in 0..2 {
        assert_eq!(app.add(&form).await.unwrap_err().code, ErrorCode::Internal);
    }
    assert_eq!(app.count("SELECT count(*) FROM meeting_operations").await, 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn who_slept_through_the_lease_leaves_no_event_behind(pool: PgPool) {
    let app = TestApp::start(pool).await;
    // The answer takes long enough for the heartbeat to notice that the operation was taken away.
    app.sim
        .fault(Fault::new(Route::OnlineMeetings, CannedAnswer::delay(8000)));
    let form = app.meeting().await;
    let taken_away = async {
        while app.sim.requests_to(Route::OnlineMeetings).is_empty() {
            tokio::task::yield_now().await;
        }
        app.execute("UPDATE meeting_operations SET state = 'undone', attempts = attempts + 1")
            .await;
    };
    let (answer, ()) = tokio::join!(app.add(&form), taken_away);
    answer.unwrap_err();
    app.sweep_to_the_end().await;
    assert_eq!(app.sim.events().len(), 1);
    assert_eq!(app.live_events().len(), 0);
    app.assert_agreement().await;
}
