//! Recordings and transcripts, with everything that Microsoft, the operating system and impatient people can do to them.

use std::time::Duration as StdDuration;

use chrono::Duration;
use domain::{Capability, CaptureTrouble, ErrorCode, MeetingStatus, Unavailable};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, PagingMode, Route, Transfer, demo::northwind};
use sqlx::PgPool;

use crate::{
    capture::{Held, VTT, asked, documents, held, planned, sweep, to},
    live::{changed, open_page},
    operations::shown,
    test_app::{DISPATCHER, TestApp},
};

const FOR_EVER: u32 = 9999;

/// One recording with its transcript is here, once.
async fn assert_once(app: &TestApp, held: &Held) {
    assert_eq!(held.artifacts(app).await.len(), 2);
    assert_eq!(documents(app).await.len(), 1);
    assert_eq!(app.files().len(), 1);
    assert_eq!(app.count("SELECT count(*) FROM external_files").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM documents").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM document_associations").await, 2);
}

fn forbidden(message: &str) -> CannedAnswer {
    CannedAnswer::refusal(403, "Forbidden", message)
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_refusal_of_one_kind_does_not_stop_the_other(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let missing = "Missing role permissions on the request.";
    for (route, kept) in [(Route::Recordings, "transcript"), (Route::Transcripts, "recording")] {
        let held = held(&app).await;
        held.captured(&app, 2);
        app.sim.fault(Fault::new(route, forbidden(missing)).times(FOR_EVER));
        sweep(&app).await;
        let [artifact] = held.artifacts(&app).await.try_into().unwrap();
        assert_eq!(artifact.artifact_type, kept);
        assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
        let row = held.row(&app).await;
        let trouble = Some(CaptureTrouble::Permission.as_str().to_owned());
        let expected = if route == Route::Recordings {
            (trouble, None)
        } else {
            (None, trouble)
        };
        assert_eq!((row.recordings_trouble, row.transcripts_trouble), expected);
        assert_eq!(row.recording_fetch_attempts, 0, "somebody has to mend it");
        // For days nobody does.
        app.advance(100 * 3600);
        sweep(&app).await;
        assert_eq!(held.row(&app).await.recording_fetch_attempts, 0);
        app.sim.clear_faults();
        app.advance(24 * 3600);
        sweep(&app).await;
        assert_eq!(held.artifacts(&app).await.len(), 2);
        let row = held.row(&app).await;
        assert_eq!((row.recordings_trouble, row.transcripts_trouble), (None, None));
        assert_eq!(row.next_fetch_at, None, "the window is closed");
        app.advance(-app.now().timestamp() + 1_795_515_000);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_switch_for_transcripts_needs_no_attempt(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    let switch = |on| {
        app.sim
            .change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = on)
    };
    switch(false);
    for _ in 0..6 {
        sweep(&app).await;
        let row = held.row(&app).await;
        assert_eq!(row.recording_fetch_attempts, 0);
        assert_eq!(row.transcripts_trouble.as_deref(), Some("transcripts-off"));
        app.advance((row.next_fetch_at.unwrap() - app.now()).num_seconds());
    }
    switch(true);
    sweep(&app).await;
    let row = held.row(&app).await;
    assert_eq!((row.recording_fetch_attempts, row.transcripts_trouble), (1, None));
    assert_once(&app, &held).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn every_refusal_has_its_reason(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let cases: [(CannedAnswer, CaptureTrouble); 8] = [
        (
            forbidden("Missing role permissions on the request."),
            CaptureTrouble::Permission,
        ),
        (
            forbidden(
                "Application is not allowed to perform operations on the user 'x', neither is allowed access through RSC permission evaluation.",
            ),
            CaptureTrouble::AccessPolicy,
        ),
        (
            forbidden("3003: User does not have access to lookup meeting"),
            CaptureTrouble::MeetingGone,
        ),
        (
            CannedAnswer::refusal(404, "NotFound", "3004: Meeting not found."),
            CaptureTrouble::MeetingGone,
        ),
        (CannedAnswer::status(503), CaptureTrouble::Unavailable),
        (CannedAnswer::body(200, "{}"), CaptureTrouble::Unavailable),
        (CannedAnswer::status(400), CaptureTrouble::Refused),
        (CannedAnswer::status(429).retry_after(3600), CaptureTrouble::Throttled),
    ];
    for (answer, trouble) in cases {
        app.sim.fault(Fault::new(Route::Recordings, answer).times(FOR_EVER));
        let refreshed = held.refresh(&app).await.unwrap();
        assert_eq!(
            (refreshed.recordings_trouble, refreshed.transcripts_trouble),
            (Some(trouble), None)
        );
        app.sim.clear_faults();
    }
    let next = held.row(&app).await.next_fetch_at;
    assert_eq!(
        next,
        Some(app.now() + Duration::hours(1)),
        "the pause that Microsoft asks for"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_wrong_with_the_connection_is_said_of_both(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    let both = async |trouble| {
        let refreshed = held.refresh(&app).await.unwrap();
        assert_eq!(
            (refreshed.recordings_trouble, refreshed.transcripts_trouble),
            (Some(trouble), Some(trouble))
        );
        assert_eq!(held.status(&app).await, MeetingStatus::Ended, "nothing is known of it");
    };
    app.execute("UPDATE teams_integrations SET install_status = 'install_pending'")
        .await;
    assert_eq!(
        shown(&app, &held.saved).await.capture.open().more,
        Some(Capability::Unavailable(Unavailable::NotConfigured)),
        "nor is it offered to ask"
    );
    sweep(&app).await;
    let row = held.row(&app).await;
    let not_set_up = Some(CaptureTrouble::NotSetUp.as_str());
    assert_eq!(
        (row.recordings_trouble.as_deref(), row.transcripts_trouble.as_deref()),
        (not_set_up, not_set_up)
    );
    both(CaptureTrouble::NotSetUp).await;
    app.execute("UPDATE teams_integrations SET install_status = 'active'")
        .await;
    app.sim.revoke_tokens();
    app.sim
        .change_app(northwind::CLIENT_ID, |entra| entra.secret = "another".into());
    both(CaptureTrouble::Credentials).await;
    app.sim.change_app(northwind::CLIENT_ID, |entra| {
        entra.secret = northwind::CLIENT_SECRET.into();
    });
    app.execute("UPDATE online_meetings SET organizer_user_id = '99999999-9999-4999-8999-999999999999'")
        .await;
    both(CaptureTrouble::OrganizerGone).await;
    app.execute("UPDATE online_meetings SET organizer_user_id = NULL, organizer_upn = 'nobody@northwind.example'")
        .await;
    both(CaptureTrouble::OrganizerGone).await;
    app.execute("UPDATE online_meetings SET organizer_upn = 'meetings@northwind.example'")
        .await;
    assert_eq!(held.refresh(&app).await.unwrap().recordings, 1);
    assert_once(&app, &held).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_list_that_never_ends_is_no_list(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    held.refresh(&app).await.unwrap();
    for paging in [
        PagingMode::EndlessEmpty,
        PagingMode::ForeignHost("https://graph.example.net".into()),
        PagingMode::RepeatedLink,
    ] {
        app.sim.change_teams(|teams| teams.paging = paging.clone());
        let refreshed = held.refresh(&app).await.unwrap();
        assert_eq!(
            refreshed.recordings_trouble,
            Some(CaptureTrouble::Unavailable),
            "{paging:?}"
        );
        assert!(
            held.artifacts(&app)
                .await
                .iter()
                .all(|artifact| artifact.gone_at.is_none()),
            "{paging:?}"
        );
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_text_that_breaks_off_is_fetched_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    let cut = Transfer {
        cut_after: Some(10),
        ..Transfer::default()
    };
    app.sim.fault(Fault::new(Route::TranscriptContent, cut).times(FOR_EVER));
    let refreshed = held.refresh(&app).await.unwrap();
    assert_eq!((refreshed.recordings, refreshed.transcripts), (1, 0));
    assert_eq!(refreshed.transcripts_trouble, Some(CaptureTrouble::Unavailable));
    assert!(documents(&app).await.is_empty() && app.files().is_empty());
    app.sim.clear_faults();
    let refreshed = held.refresh(&app).await.unwrap();
    assert_eq!(
        (
            refreshed.recordings,
            refreshed.transcripts,
            refreshed.transcripts_trouble
        ),
        (0, 1, None)
    );
    assert_once(&app, &held).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn fifty_at_once_make_one_document(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    // Slow enough for all fifty to have asked before anything comes: whoever asks later is told of less.
    app.sim.fault(Fault::new(Route::Recordings, CannedAnswer::delay(3_000)));
    app.sim
        .fault(Fault::new(Route::TranscriptContent, CannedAnswer::delay(300)));
    let process = || app.patient_process(StdDuration::from_secs(20));
    let processes = [process(), process()];
    let grant = app.grant(DISPATCHER).await;
    let id = held.saved.interaction_id.to_string();
    let refreshes = (0..50).map(|n| backend::artifacts::refresh(&processes[n % 2], &grant, &id));
    let answers = futures::future::join_all(refreshes).await;
    for answer in answers {
        let (_, refreshed) = answer.unwrap();
        assert_eq!(
            (refreshed.recordings, refreshed.transcripts),
            (1, 1),
            "each has seen it come"
        );
    }
    assert_eq!(
        asked(&app, Route::Recordings),
        1,
        "one has looked, the others have waited"
    );
    assert_once(&app, &held).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_process_that_dies_leaves_nothing_twice(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for milliseconds in [1, 3, 6, 10, 15, 20, 25, 30, 40, 50, 60, 80, 110, 150] {
        let held = held(&app).await;
        held.captured(&app, 2);
        app.sim
            .fault(Fault::new(Route::TranscriptContent, CannedAnswer::delay(15)));
        let grant = app.grant(DISPATCHER).await;
        let id = held.saved.interaction_id.to_string();
        app.killed_after(StdDuration::from_millis(milliseconds), move |backend| async move {
            let refreshes = (0..5).map(|_| backend::artifacts::refresh(&backend, &grant, &id));
            futures::future::join_all(refreshes).await;
        })
        .await;
        // The lease runs out.
        app.advance(11);
        sweep(&app).await;
        held.refresh(&app).await.unwrap();
        app.advance(2 * 3600);
        sweep(&app).await;
        assert_once(&app, &held).await;
        assert_eq!(held.row(&app).await.fetch_leased_until, None);
        crate::operations::delete(&app, &held.saved, "").await.unwrap();
        sweep(&app).await;
        assert!(app.files().is_empty(), "after {milliseconds} ms");
        app.advance(-app.now().timestamp() + 1_795_515_000);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn whoever_sleeps_through_the_lease_writes_nothing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    // The first look hangs at the text while its lease is taken over and the other one gets all.
    app.sim
        .fault(Fault::new(Route::TranscriptContent, CannedAnswer::delay(1500)));
    let slow = app.another_process();
    let grant = app.grant(DISPATCHER).await;
    let id = held.saved.interaction_id.to_string();
    let sleeper = backend::artifacts::refresh(&slow, &grant, &id);
    let other = async {
        while asked(&app, Route::TranscriptContent) == 0 {
            tokio::time::sleep(StdDuration::from_millis(5)).await;
        }
        app.advance(11);
        sweep(&app).await;
        assert_once(&app, &held).await;
    };
    let (slept, ()) = tokio::join!(sleeper, other);
    slept.unwrap();
    assert_once(&app, &held).await;
    assert_eq!(held.row(&app).await.recording_fetch_attempts, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn no_transaction_is_open_while_microsoft_is_asked(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    for route in [Route::Recordings, Route::TranscriptContent] {
        app.sim.fault(Fault::new(route, CannedAnswer::delay(400)));
    }
    let watch = async {
        let mut open = 0;
        for route in [Route::Recordings, Route::TranscriptContent] {
            while asked(&app, route) == 0 {
                tokio::time::sleep(StdDuration::from_millis(5)).await;
            }
            tokio::time::sleep(StdDuration::from_millis(100)).await;
            open += app
                .count(
                    "SELECT count(*) FROM pg_stat_activity
                      WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
                )
                .await;
        }
        open
    };
    let (refreshed, open) = tokio::join!(held.refresh(&app), watch);
    assert_eq!((refreshed.unwrap().transcripts, open), (1, 0));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn impatience_is_limited_and_uses_up_nothing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    for _ in 0..10 {
        held.refresh(&app).await.unwrap();
    }
    let refused = held.refresh(&app).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::RateLimited);
    assert!(refused.retry_after.is_some());
    let row = held.row(&app).await;
    assert_eq!((row.recording_fetch_attempts, row.fetch_leased_until), (0, None));
    assert_eq!(asked(&app, Route::Recordings), 10);
    // The sweep goes on.
    app.advance(3600);
    sweep(&app).await;
    assert_eq!(held.row(&app).await.recording_fetch_attempts, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_tenant_does_not_hold_up_another(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    // A hundred that are not due, a hundred that are, and Contoso's, due last.
    app.execute(
        "INSERT INTO online_meetings (tenant, subject, start_time, end_time, status, next_fetch_at, organizer_user_id, provider_meeting_id)
         SELECT m.tenant, 'Many', m.start_time, m.end_time, 'recording_pending',
                m.end_time + CASE WHEN n % 2 = 0 THEN interval '1 day' ELSE interval '-1 hour' END, m.organizer_user_id, 'MSo' || n
           FROM online_meetings m, generate_series(1, 200) n WHERE m.status = 'scheduled'",
    )
    .await;
    app.execute(
        "UPDATE online_meetings m SET next_fetch_at = '2026-11-25T14:30:00Z', status = 'recording_pending'
           FROM tenants t WHERE t.tenant = m.tenant AND t.client_name = 'Contoso Care' AND m.subject LIKE 'Security%'",
    )
    .await;
    let looked = "SELECT count(*) FROM online_meetings m JOIN tenants t USING (tenant)
                   WHERE t.client_name = 'Contoso Care' AND m.last_fetch_at IS NOT NULL";
    sweep(&app).await;
    assert!(app.count(looked).await > 0, "Contoso is looked for in the first turn");
    let of_northwind = "SELECT count(*) FROM online_meetings WHERE subject = 'Many' AND last_fetch_at IS NOT NULL";
    assert_eq!(app.count(of_northwind).await, 2);
    for _ in 0..60 {
        sweep(&app).await;
    }
    assert_eq!(app.count(of_northwind).await, 100, "those that are due, and no others");
    assert_eq!(held.artifacts(&app).await.len(), 2);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_silent_microsoft_does_not_hold_up_the_turns(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    app.sim
        .fault(Fault::new(Route::Recordings, FaultAnswer::Stall).times(2));
    let begun = tokio::time::Instant::now();
    sweep(&app).await;
    assert!(begun.elapsed() < StdDuration::from_secs(12));
    assert_eq!(held.artifacts(&app).await.len(), 1, "the transcript came");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn open_pages_are_told_when_something_lands(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let (_listening, mut page) = open_page(&app, DISPATCHER).await;
    held.captured(&app, 2);
    sweep(&app).await;
    let change = changed(&mut page).await;
    assert_eq!(change.interaction_id, held.saved.interaction_id);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn cancelled_or_deleted_meanwhile(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for deletes in [false, true] {
        let held = planned(&app).await;
        held.captured(&app, 2);
        to(&app, "2026-11-25T14:20:00Z");
        let before = asked(&app, Route::TranscriptContent);
        app.sim
            .fault(Fault::new(Route::TranscriptContent, CannedAnswer::delay(400)));
        let meanwhile = async {
            while asked(&app, Route::TranscriptContent) == before {
                tokio::time::sleep(StdDuration::from_millis(5)).await;
            }
            if deletes {
                crate::operations::delete(&app, &held.saved, "").await.unwrap();
            } else {
                crate::operations::cancel(&app, &held.saved, "").await.unwrap();
            }
        };
        let (refreshed, ()) = tokio::join!(held.refresh(&app), meanwhile);
        refreshed.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM documents").await, 0);
        app.sweep_to_the_end().await;
        app.advance(2 * 3600);
        sweep(&app).await;
        assert!(app.files().is_empty());
        assert_eq!(app.count("SELECT count(*) FROM external_files").await, 0);
        app.advance(-app.now().timestamp() + 1_795_515_000);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_store_that_fails_is_tried_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    app.break_files();
    sweep(&app).await;
    let row = held.row(&app).await;
    assert_eq!(
        (row.fetch_leased_until, row.next_fetch_at),
        (None, Some(app.now() + Duration::minutes(5)))
    );
    assert_eq!(held.artifacts(&app).await.len(), 2, "what is listed is known");
    assert!(documents(&app).await.is_empty());
    app.mend_files();
    app.advance(300);
    sweep(&app).await;
    assert_once(&app, &held).await;
    assert_eq!(app.files()[0].1, VTT.as_bytes());
}
