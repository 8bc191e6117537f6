//! Recordings: copied into our own store, read from Microsoft, deleted.

use std::time::Duration;

use backend::{
    access::may,
    recordings::{self, Content as Bytes},
};
use domain::ArtifactId;
use futures::{TryStreamExt, future::join};
use graph_sim::{CannedAnswer, Content, Fault, Ranges, Route, SimConfig, Transfer, demo::BRANCH_2};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    operations::ADMIN,
    test_app::{DISPATCHER, TestApp},
};

/// The second part of the branch's onboarding: the only recording that these tests leave in place.
async fn world(pool: PgPool) -> (TestApp, ArtifactId, String) {
    let app = TestApp::start_with(pool, SimConfig::demo_with_history()).await;
    app.execute(
        "DELETE FROM online_meeting_artifacts a WHERE artifact_type = 'recording' AND artifact_id <>
             (SELECT b.artifact_id FROM online_meeting_artifacts b JOIN online_meetings m ON m.tenant = b.tenant AND m.meeting_id = b.meeting_id
               WHERE b.artifact_type = 'recording' AND m.subject = 'Onboarding of the new branch'
               ORDER BY b.created_date_time DESC LIMIT 1)",
    )
    .await;
    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    let (id, provider): (Uuid, String) = sqlx::query_as(
        "SELECT artifact_id, provider_artifact_id FROM online_meeting_artifacts WHERE artifact_type = 'recording'",
    )
    .fetch_one(&app.pool)
    .await
    .unwrap();
    (app, ArtifactId(id), provider)
}

async fn keep_copies(app: &TestApp) {
    app.execute("UPDATE teams_integrations SET download_recordings = true")
        .await;
}

async fn read(bytes: Bytes) -> std::io::Result<Vec<u8>> {
    let chunks: Vec<_> = bytes.try_collect().await?;
    Ok(chunks.concat())
}

/// All of it, as a member of staff gets it.
async fn whole(app: &TestApp, id: ArtifactId) -> std::io::Result<Vec<u8>> {
    let grant = app.grant::<may::InteractionRead>(DISPATCHER).await;
    let mut player = recordings::for_staff(&app.backend, &grant, id).await.unwrap();
    let size = player.facts(None).await.unwrap().size.unwrap();
    let content = player.content(Some(0..size)).await.unwrap().unwrap();
    read(player.into_reading(content)).await
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn copies_are_made_once_and_for_who_wants_them(pool: PgPool) {
    let (app, id, _) = world(pool).await;
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(
        app.sim.requests_to(Route::RecordingContent).len(),
        0,
        "nobody wants copies"
    );
    keep_copies(&app).await;
    let other = app.another_process();
    let (one, two) = join(app.backend.copy_recordings(), other.copy_recordings()).await;
    one.unwrap();
    two.unwrap();
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.sim.requests_to(Route::RecordingContent).len(), 1);
    let files = app.stored();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].1, BRANCH_2.mp4.len() as u64);
    assert_eq!(std::fs::read(&files[0].0).unwrap(), BRANCH_2.mp4);
    assert_eq!(
        app.count(
            "SELECT count(*) FROM online_meeting_artifacts a JOIN external_files f ON f.tenant = a.tenant AND f.file_id = a.file_id
              WHERE f.file_size = a.content_size AND length(f.content_sha256) = 64 AND NOT f.is_deleted AND a.copy_lease IS NULL
                AND f.original_name LIKE 'Onboarding of the new branch 20%.mp4'"
        )
        .await,
        1
    );
    assert!(whole(&app, id).await.unwrap() == BRANCH_2.mp4);
    assert_eq!(
        app.sim.requests_to(Route::RecordingContent).len(),
        1,
        "read from our own"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_copy_survives_what_microsoft_does(pool: PgPool) {
    let (app, _, provider) = world(pool).await;
    keep_copies(&app).await;
    for ranges in [Ranges::Honoured, Ranges::Ignored] {
        let cut = Transfer {
            ranges,
            cut_after: Some(100_000),
            without_length: ranges == Ranges::Ignored,
            ..Transfer::default()
        };
        app.sim.clear_faults();
        app.sim.fault(Fault::new(Route::RecordingContent, cut.clone()).times(1));
        app.sim.change_artifact(&provider, |artifact| {
            artifact.transfer = Transfer { cut_after: None, ..cut };
        });
        app.execute("UPDATE online_meeting_artifacts SET file_id = NULL, content_size = NULL, copied_bytes = NULL")
            .await;
        app.execute("DELETE FROM external_files").await;
        app.backend.copy_recordings().await.unwrap();
        let files = app.stored();
        assert_eq!(files.len(), 1, "{ranges:?}");
        assert!(std::fs::read(&files[0].0).unwrap() == BRANCH_2.mp4, "{ranges:?}");
        std::fs::remove_file(&files[0].0).unwrap();
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn refusals_cost_attempts_or_not(pool: PgPool) {
    let (app, _, _) = world(pool).await;
    keep_copies(&app).await;
    let turn = async |answer: CannedAnswer| {
        app.sim.clear_faults();
        app.sim.fault(Fault::new(Route::RecordingContent, answer).times(9));
        app.backend.copy_recordings().await.unwrap();
    };
    let attempts = async || {
        app.count("SELECT sum(copy_attempts)::bigint FROM online_meeting_artifacts WHERE copy_leased_until IS NULL")
            .await
    };
    turn(CannedAnswer::refusal(403, "Forbidden", "no")).await;
    assert_eq!(attempts().await, 0);
    let asked = app.sim.requests_to(Route::RecordingContent).len();
    app.advance(59 * 60);
    turn(CannedAnswer::refusal(403, "Forbidden", "no")).await;
    assert_eq!(
        app.sim.requests_to(Route::RecordingContent).len(),
        asked,
        "not before an hour"
    );
    app.advance(2 * 60);
    turn(CannedAnswer::refusal(429, "TooManyRequests", "wait").retry_after(3600)).await;
    assert_eq!(attempts().await, 0);
    app.advance(3601);
    for attempt in 1..=10 {
        turn(CannedAnswer::refusal(400, "BadRequest", "what?")).await;
        assert_eq!(attempts().await, attempt);
        app.advance(7 * 3600);
    }
    let asked = app.sim.requests_to(Route::RecordingContent).len();
    turn(CannedAnswer::refusal(400, "BadRequest", "what?")).await;
    assert_eq!(
        app.sim.requests_to(Route::RecordingContent).len(),
        asked,
        "enough is enough"
    );
    app.execute("UPDATE online_meeting_artifacts SET copy_attempts = 0")
        .await;
    turn(CannedAnswer::refusal(404, "NotFound", "gone")).await;
    assert_eq!(
        app.count("SELECT count(*) FROM online_meeting_artifacts WHERE gone_at IS NOT NULL")
            .await,
        1
    );
    assert_eq!(app.stored().len(), 0);
}

/// Whoever was killed between the store and the row is not in the way, and nothing is fetched twice.
#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_file_that_nobody_named_yet_is_named(pool: PgPool) {
    let (app, _, _) = world(pool).await;
    keep_copies(&app).await;
    app.backend.copy_recordings().await.unwrap();
    // As it stands when the process dies before the last step.
    app.execute("UPDATE online_meeting_artifacts SET file_id = NULL, copy_lease = NULL")
        .await;
    app.execute("UPDATE external_files SET discard_at = '2027-01-01'").await;
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.sim.requests_to(Route::RecordingContent).len(), 1);
    assert_eq!(
        app.count("SELECT count(*) FROM online_meeting_artifacts a JOIN external_files f USING (tenant, file_id) WHERE f.discard_at IS NULL")
            .await,
        1
    );
    assert_eq!(app.stored().len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_stalls_is_read_on(pool: PgPool) {
    let (app, id, _) = world(pool).await;
    let stall = Transfer {
        stall_after: Some(50_000),
        ..Transfer::default()
    };
    app.sim
        .fault(Fault::new(Route::RecordingContent, stall.clone()).times(1));
    let read = tokio::time::timeout(Duration::from_secs(30), whole(&app, id));
    assert!(read.await.unwrap().unwrap() == BRANCH_2.mp4);
    // Again and again is an error, and not the end.
    app.sim.fault(
        Fault::new(
            Route::RecordingContent,
            Transfer {
                stall_after: Some(0),
                ..stall
            },
        )
        .times(99),
    );
    let read = tokio::time::timeout(Duration::from_mins(1), whole(&app, id));
    assert!(read.await.unwrap().is_err());
}

/// A recording that became another one is given from its beginning.
#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn facts_that_are_outdated_are_learned_anew(pool: PgPool) {
    let (app, id, provider) = world(pool).await;
    assert!(whole(&app, id).await.unwrap() == BRANCH_2.mp4);
    app.sim
        .change_artifact(&provider, |artifact| artifact.content = Content::Pattern(5000));
    let grant = app.grant::<may::InteractionRead>(DISPATCHER).await;
    let mut player = recordings::for_staff(&app.backend, &grant, id).await.unwrap();
    let before = player.facts(None).await.unwrap();
    assert_eq!(before.size, Some(BRANCH_2.mp4.len() as u64));
    assert!(player.content(Some(0..100)).await.unwrap().is_none());
    let after = player.facts(None).await.unwrap();
    assert_eq!(after.size, Some(5000));
    assert_ne!(before.tag, after.tag);
    let content = player.content(Some(0..5000)).await.unwrap().unwrap();
    assert_eq!(read(content).await.unwrap().len(), 5000);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_deleted_leaves_nothing(pool: PgPool) {
    let (app, id, _) = world(pool).await;
    keep_copies(&app).await;
    // Nothing else comes in.
    app.execute("UPDATE online_meetings SET next_fetch_at = NULL, status = 'recording_ready'")
        .await;
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.stored().len(), 1);
    // One that was announced, and that nobody came back to.
    app.execute("UPDATE external_files SET discard_at = created_at + interval '1 hour'")
        .await;
    app.execute("UPDATE online_meeting_artifacts SET file_id = NULL WHERE file_id IS NOT NULL")
        .await;
    app.backend.capture().await.unwrap();
    assert_eq!(app.stored().len(), 1, "it may be about to be named");
    app.advance(3700);
    app.backend.capture().await.unwrap();
    assert_eq!(app.stored().len(), 0);
    assert_eq!(app.count("SELECT count(*) FROM external_files").await, 0);

    app.execute("UPDATE online_meeting_artifacts SET copied_bytes = NULL, content_size = NULL, next_copy_at = NULL")
        .await;
    app.backend.copy_recordings().await.unwrap();
    assert_eq!(app.stored().len(), 1);
    let grant = app.grant::<may::InteractionDelete>(ADMIN).await;
    backend::artifacts::delete(&app.backend, &grant, &id.to_string())
        .await
        .unwrap();
    app.backend.capture().await.unwrap();
    assert_eq!(app.stored().len(), 0);
    assert_eq!(app.count("SELECT count(*) FROM external_files").await, 0);
}
