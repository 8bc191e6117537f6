//! Deleting what was captured.

use backend::access::may::InteractionDelete;
use domain::{ErrorCode, Failure, InteractionId, MeetingStatus};
use graph_sim::Route;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    capture::{Held, asked, documents, held, sweep},
    operations::ADMIN,
    test_app::{CONTOSO_ADMIN, TestApp},
};

async fn delete(app: &TestApp, email: &str, artifact: &str) -> Result<Option<InteractionId>, Failure> {
    let grant = app.grant::<InteractionDelete>(email).await;
    backend::artifacts::delete(&app.backend, &grant, artifact)
        .await
        .map_err(backend::Error::failure)
}

async fn delete_all(app: &TestApp, email: &str, held: &Held) -> Result<InteractionId, Failure> {
    let grant = app.grant::<InteractionDelete>(email).await;
    backend::artifacts::delete_all(&app.backend, &grant, &held.saved.interaction_id.to_string())
        .await
        .map_err(backend::Error::failure)
}

/// Nothing of any document or file is here.
async fn assert_nothing(app: &TestApp) {
    for table in [
        "SELECT count(*) FROM documents",
        "SELECT count(*) FROM document_block_content",
        "SELECT count(*) FROM document_associations",
        "SELECT count(*) FROM external_files",
    ] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    assert!(app.files().is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_deleted_here_is_not_brought_back(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    held.captured(&app, 10);
    sweep(&app).await;
    assert_eq!(documents(&app).await.len(), 2);
    let transcript = held.artifacts(&app).await.remove(1);
    let id = transcript.artifact_id.to_string();
    for _ in 0..2 {
        let whose = delete(&app, ADMIN, &id).await.unwrap();
        assert_eq!(whose, Some(held.saved.interaction_id), "twice is once");
    }
    assert_eq!(documents(&app).await.len(), 1);
    sweep(&app).await;
    assert_eq!(app.files().len(), 1, "the file goes soon after");
    for _ in 0..3 {
        let refreshed = held.refresh(&app).await.unwrap();
        assert_eq!((refreshed.recordings, refreshed.transcripts), (0, 0));
    }
    assert_eq!(held.artifacts(&app).await.len(), 4, "its row stays, lest it come back");
    let row = held.artifacts(&app).await.remove(1);
    assert_eq!((row.document_id, row.deleted_at), (None, Some(app.now())));
    assert_eq!(asked(&app, Route::TranscriptContent), 2);
    let by = "SELECT count(*) FROM online_meeting_artifacts a JOIN users u ON u.user_id = a.deleted_by WHERE u.email = 'admin@northwind.example'";
    assert_eq!(app.count(by).await, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn all_of_a_meeting_is_deleted(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    held.captured(&app, 10);
    sweep(&app).await;
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    // One of them is in our own store.
    app.execute(
        "INSERT INTO external_files (tenant, file_name, original_name, mime_type, file_size, storage_path, uploaded_by_id)
         SELECT a.tenant, 'x', 'x', 'video/mp4', 1, a.tenant || '/stored', m.created_by
           FROM online_meeting_artifacts a JOIN online_meetings m USING (tenant, meeting_id) WHERE a.artifact_type = 'recording' LIMIT 1",
    )
    .await;
    app.execute(
        "UPDATE online_meeting_artifacts a SET file_id = f.file_id FROM external_files f
          WHERE f.storage_path LIKE '%/stored' AND a.artifact_id = (SELECT artifact_id FROM online_meeting_artifacts
                                                                     WHERE artifact_type = 'recording' AND created_date_time >= '2026-11-25' LIMIT 1)",
    )
    .await;
    for _ in 0..2 {
        assert_eq!(delete_all(&app, ADMIN, &held).await, Ok(held.saved.interaction_id));
    }
    assert_eq!(
        held.status(&app).await,
        MeetingStatus::RecordingPending,
        "more may come"
    );
    sweep(&app).await;
    assert_nothing(&app).await;
    app.advance(48 * 3600);
    sweep(&app).await;
    assert_eq!(held.status(&app).await, MeetingStatus::NoRecording);
    assert!(
        held.artifacts(&app)
            .await
            .iter()
            .all(|artifact| artifact.deleted_at.is_some())
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_interaction_takes_its_documents_and_files_along(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    sweep(&app).await;
    crate::operations::delete(&app, &held.saved, "").await.unwrap();
    assert_eq!(documents(&app).await.len(), 0);
    sweep(&app).await;
    assert_nothing(&app).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn strangers_delete_nothing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    sweep(&app).await;
    let artifact = held.artifacts(&app).await.remove(0).artifact_id.to_string();
    let nobodys = Uuid::from_u128(1).to_string();
    for (email, id) in [
        (CONTOSO_ADMIN, artifact.as_str()),
        (ADMIN, &nobodys),
        (ADMIN, "nonsense"),
        (ADMIN, "\0"),
    ] {
        assert_eq!(
            delete(&app, email, id).await.unwrap_err().code,
            ErrorCode::NotFound,
            "{id}"
        );
    }
    assert_eq!(
        delete_all(&app, CONTOSO_ADMIN, &held).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    assert!(
        held.artifacts(&app)
            .await
            .iter()
            .all(|artifact| artifact.deleted_at.is_none())
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_file_whose_writer_died_is_removed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    sweep(&app).await;
    // Written, and not kept.
    app.execute("UPDATE external_files SET discard_at = '2026-11-25T15:00:00Z'")
        .await;
    app.execute("UPDATE documents SET file_id = NULL").await;
    sweep(&app).await;
    assert_eq!(app.files().len(), 1, "it may still be kept");
    app.advance(1800);
    sweep(&app).await;
    assert!(app.files().is_empty());
    assert_eq!(app.count("SELECT count(*) FROM external_files").await, 0);
}
