//! What the sweeps find although its row was lost, whoever died over it, and that nobody waits for somebody else's Microsoft.

use std::time::Duration as StdDuration;

use backend::access::may::InteractionRead;
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead, Payload},
};
use domain::{JobState, MeetingStatus};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, SimConfig, Transfer};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    capture::{asked, held, sweep},
    test_app::{DISPATCHER, TestApp},
};

/// As long as in production.
const PATIENCE: StdDuration = StdDuration::from_secs(20);
/// A tenant of the demo's with a meeting that can be asked about.
const CONTOSOS: &str = "SELECT count(*) FROM online_meetings m JOIN tenants t USING (tenant)
                         WHERE t.client_name = 'Contoso Care' AND m.last_fetch_at >= '2026-11-25'";

async fn contosos_is_due(app: &TestApp) {
    app.execute(
        "UPDATE online_meetings m SET next_fetch_at = '2026-11-25T14:30:00Z', status = 'recording_pending', last_fetch_at = NULL
           FROM tenants t WHERE t.tenant = m.tenant AND t.client_name = 'Contoso Care' AND m.subject LIKE 'Security%'",
    )
    .await;
}

/// Tenants like Northwind, each with two meetings that are due, at a Microsoft of their own.
#[expect(
    clippy::disallowed_methods,
    reason = "tests change rows with statements of their own"
)]
async fn more_tenants(app: &TestApp, count: u128) {
    let key = b"01234567890123456789012345678901";
    let id: [u8; 32] = Sha256::digest(key).into();
    let key_id = id[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for tenant in (0..count).map(|n| Uuid::from_u128(0xfeed + n)) {
        let aad = format!("{tenant}/secret");
        let nonce = [7; 12];
        let sealed = Payload {
            msg: b"s3cret",
            aad: aad.as_bytes(),
        };
        let ciphertext = ChaCha20Poly1305::new(key.into())
            .encrypt(&nonce.into(), sealed)
            .unwrap();
        let statements: [&'static str; 5] = [
            "INSERT INTO tenants (tenant, client_name, email) VALUES ($1, 'Silent', 'silent@silent.example')",
            "INSERT INTO tenant_secrets (tenant, name, ciphertext, nonce, key_id) VALUES ($1, 'secret', $2, $3, $4)",
            "INSERT INTO microsoft_profiles (tenant, profile_id, display_name, display_name_normalized, client_id, tenant_id, client_secret_ref)
             VALUES ($1, $1, 'Silent', 'silent', $1, $1, 'secret')",
            "INSERT INTO teams_integrations (tenant, selected_profile_id, install_status, default_meeting_organizer_object_id)
             VALUES ($1, $1, 'active', $1::text)",
            "INSERT INTO online_meetings (tenant, subject, start_time, end_time, status, next_fetch_at, organizer_user_id, provider_meeting_id)
             SELECT $1, 'Silent', '2026-11-25T13:00:00Z', '2026-11-25T14:00:00Z', 'ended', '2026-11-25T14:00:00Z', $1::text, 'MSo' || n
               FROM generate_series(1, 2) n",
        ];
        for sql in statements {
            let mut query = sqlx::query(sql).bind(tenant);
            if sql.contains("tenant_secrets") {
                query = query.bind(&ciphertext).bind(nonce.as_slice()).bind(&key_id);
            }
            query.execute(&app.pool).await.unwrap();
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn tenants_whose_microsoft_is_silent_hold_up_nobody(pool: PgPool) {
    let app = TestApp::start(pool).await;
    held(&app).await;
    let process = app.patient_process(PATIENCE);
    // Contoso has its token.
    contosos_is_due(&app).await;
    process.capture().await.unwrap();
    assert!(app.count(CONTOSOS).await > 0);
    app.execute("UPDATE online_meetings SET next_fetch_at = NULL, status = 'cancelled'")
        .await;
    more_tenants(&app, 6).await;
    contosos_is_due(&app).await;
    let silence = Fault::new(Route::Token, FaultAnswer::Stall).times(u32::MAX);
    app.sim.fault(silence);
    // Twelve looks that last twenty seconds, eight places, and Contoso's is due last.
    let begun = Instant::now();
    process.capture().await.unwrap();
    assert!(app.count(CONTOSOS).await > 0, "in the very first turn");
    assert!(begun.elapsed() < StdDuration::from_secs(12), "{:?}", begun.elapsed());
    let still =
        "SELECT count(*) FROM online_meetings WHERE subject = 'Silent' AND fetch_leased_until > '2026-11-25T14:30:00Z'";
    assert!(app.count(still).await >= 8, "they are still waited for");
    // While they are, Contoso does not have to wait at all.
    contosos_is_due(&app).await;
    app.advance(1);
    let begun = Instant::now();
    process.capture().await.unwrap();
    assert!(app.count(CONTOSOS).await > 0);
    assert!(begun.elapsed() < StdDuration::from_secs(7), "{:?}", begun.elapsed());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_long_download_holds_up_nobody(pool: PgPool) {
    let app = TestApp::start_with(pool, SimConfig::demo_with_history()).await;
    app.execute("UPDATE teams_integrations SET download_recordings = true")
        .await;
    let recordings = app
        .count("SELECT count(*) FROM online_meeting_artifacts WHERE artifact_type = 'recording'")
        .await;
    assert!(recordings >= 4, "{recordings} recordings");
    // The first two that are begun come a few bytes at a time.
    let slow = Transfer {
        slow: Some(200),
        ..Transfer::default()
    };
    app.sim.fault(Fault::new(Route::RecordingContent, slow).times(2));
    let stored =
        "SELECT count(*) FROM online_meeting_artifacts WHERE artifact_type = 'recording' AND file_id IS NOT NULL";
    let running =
        "SELECT count(*) FROM online_meeting_artifacts WHERE artifact_type = 'recording' AND copy_lease IS NOT NULL";
    let begun = Instant::now();
    while app.count(stored).await < recordings - 2 {
        app.backend.copy_recordings().await.unwrap();
        assert!(begun.elapsed() < StdDuration::from_secs(40), "the others wait");
    }
    assert_eq!(app.count(running).await, 2, "the two are still on their way");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn lost_rows_are_derived_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    app.execute("DELETE FROM online_meeting_artifacts").await;
    held.captured(&app, 2);
    // Nobody has planned a look.
    app.execute(
        "UPDATE online_meetings SET next_fetch_at = NULL, fetch_leased_until = NULL WHERE status = 'scheduled'",
    )
    .await;
    sweep(&app).await;
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    // Nobody has planned a copy, and whoever was at it is dead.
    app.execute("UPDATE teams_integrations SET download_recordings = true")
        .await;
    app.execute(
        "UPDATE online_meeting_artifacts SET next_copy_at = NULL, copy_lease = gen_random_uuid(),
                copy_leased_until = '2026-11-25T14:31:00Z' WHERE artifact_type = 'recording'",
    )
    .await;
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.stored().len(), 1, "the transcript's file only");
    app.advance(61);
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.stored().len(), 2);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_copy_that_was_given_up_has_a_last_chance(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    app.execute("DELETE FROM online_meeting_artifacts").await;
    held.recorded(&app, 2);
    sweep(&app).await;
    app.execute("UPDATE teams_integrations SET download_recordings = true")
        .await;
    app.execute("UPDATE online_meeting_artifacts SET copy_attempts = 10, copy_trouble = 'no answer' WHERE artifact_type = 'recording'")
        .await;
    let of_copies = async || {
        let which = backend::jobs::Which {
            kind: Some(domain::JobKind::Copy),
            ..Default::default()
        };
        backend::jobs::list(&app.backend, &which).await.unwrap()
    };
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.stored().len(), 0, "it was given up");
    let [job] = of_copies().await.try_into().unwrap();
    assert_eq!(
        (job.state, job.next, job.reason.as_deref()),
        (JobState::Failed, None, Some("no answer"))
    );
    app.advance(107 * 24 * 3600);
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.stored().len(), 1);
    assert_eq!(of_copies().await.len(), 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn whoever_opens_the_page_need_not_wait_for_the_next_day(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let visit = async || {
        let grant = app.grant::<InteractionRead>(DISPATCHER).await;
        let id = held.saved.interaction_id.to_string();
        let page = backend::interactions::page(&app.backend, &grant, &id).await.unwrap();
        page.meeting.unwrap().capture.open()
    };
    sweep(&app).await;
    app.advance(3600);
    sweep(&app).await;
    assert_eq!(asked(&app, Route::Recordings), 2);
    held.captured(&app, 2);
    app.advance(299);
    visit().await;
    sweep(&app).await;
    assert_eq!(asked(&app, Route::Recordings), 2, "it was looked at just now");
    app.advance(1);
    let capture = visit().await;
    assert_eq!((capture.recordings(), capture.next.as_deref()), (0, Some("16:35")));
    sweep(&app).await;
    assert_eq!(held.artifacts(&app).await.len(), 2);
    // Nothing is waited for any more.
    app.advance(100 * 3600);
    sweep(&app).await;
    assert_eq!(held.row(&app).await.next_fetch_at, None);
    let before = asked(&app, Route::Recordings);
    visit().await;
    sweep(&app).await;
    assert_eq!(asked(&app, Route::Recordings), before);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_end_of_a_sweep_is_noted(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let marks = "SELECT count(*) FROM process_marks WHERE name = 'capture' AND at = to_timestamp(1795515000)";
    assert_eq!(app.count(marks).await, 0);
    sweep(&app).await;
    assert_eq!(app.count(marks).await, 1);
    app.advance(20);
    sweep(&app).await;
    assert_eq!(app.count(marks).await, 1, "not all the time");
    app.advance(20);
    sweep(&app).await;
    assert_eq!(app.count(marks).await, 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_tenants_changes_do_not_wait_for_anothers(pool: PgPool) {
    let mut app = TestApp::start(pool).await;
    app.leaves_operations = true;
    let held = crate::capture::planned(&app).await;
    let answer = CannedAnswer {
        status: Some(503),
        ..CannedAnswer::delay(1500)
    };
    app.sim.fault(Fault::new(Route::UpdateEvent, answer).times(u32::MAX));
    // A hundred changes of Northwind that fail slowly, and one of Contoso's, due last, that cannot even begin.
    crate::operations::move_to(&app, &held.saved, 9).await.unwrap();
    app.execute(
        "INSERT INTO meeting_operations (tenant, operation_id, kind, state, meeting_id, payload, organizer_user_id, organizer_upn,
                                         provider_event_id, start_time, end_time, next_attempt_at, created_by)
         SELECT o.tenant, gen_random_uuid(), 'move', 'waiting', gen_random_uuid(), o.payload, o.organizer_user_id, o.organizer_upn,
                o.provider_event_id, o.start_time, o.end_time, '2026-11-24T10:00:00Z', o.created_by
           FROM meeting_operations o, generate_series(1, 100) WHERE o.kind = 'move'",
    )
    .await;
    app.execute(
        "INSERT INTO meeting_operations (tenant, operation_id, kind, state, meeting_id, payload, start_time, end_time, next_attempt_at, created_by)
         SELECT t.tenant, gen_random_uuid(), 'move', 'waiting', gen_random_uuid(), o.payload, o.start_time, o.end_time,
                '2026-11-24T10:00:01Z', o.created_by
           FROM meeting_operations o, tenants t WHERE t.client_name = 'Contoso Care' AND o.kind = 'move' LIMIT 1",
    )
    .await;
    app.advance(2);
    app.backend.sweep().await.unwrap();
    let tried = "SELECT count(*) FROM meeting_operations o JOIN tenants t USING (tenant) WHERE t.client_name = 'Contoso Care' AND o.attempts = 1";
    assert_eq!(app.count(tried).await, 1, "in the first turn");
}
