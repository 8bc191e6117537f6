//! What is shown of recordings and transcripts.

use backend::access::may::InteractionRead;
use domain::{
    Capture, CaptureTrouble, DocumentPage, ErrorCode, Failure, InteractionMeeting, Reading, RecordingState,
    TranscriptState, WatchPage,
    transcript::{Millis, Transcript, Wording},
};
use sqlx::{PgPool, types::Json};
use uuid::Uuid;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const VTT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Dana Ortiz>Good morning.</v>\n\n00:01:00.500 --> 00:01:02.000\n<v Bo>Morning!</v>\n";

/// The demo's meeting that was recorded in two parts.
async fn two_parts(app: &TestApp) -> String {
    app.text(
        "SELECT m.interaction_id::text FROM online_meetings m JOIN online_meeting_artifacts a USING (tenant, meeting_id)
          GROUP BY m.interaction_id HAVING count(*) = 4",
    )
    .await
}

async fn watch(app: &TestApp, id: &str, session: &str) -> Result<WatchPage, Failure> {
    let grant = app.grant::<InteractionRead>(DISPATCHER).await;
    backend::artifacts::watch(&app.backend, &grant, id, session)
        .await
        .map_err(backend::Error::failure)
}

async fn document(app: &TestApp, id: &str) -> Result<DocumentPage, Failure> {
    let grant = app.grant::<InteractionRead>(DISPATCHER).await;
    backend::artifacts::document(&app.backend, &grant, id)
        .await
        .map_err(backend::Error::failure)
}

async fn meeting(app: &TestApp, id: &str) -> InteractionMeeting {
    let grant = app.grant::<InteractionRead>(DISPATCHER).await;
    let page = backend::interactions::page(&app.backend, &grant, id).await.unwrap();
    page.meeting.unwrap()
}

/// The artifacts of a kind, in the order of time.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn artifacts(app: &TestApp, id: &str, kind: &str) -> Vec<Uuid> {
    sqlx::query_scalar(
        "SELECT artifact_id FROM online_meeting_artifacts a JOIN online_meetings m USING (tenant, meeting_id)
          WHERE m.interaction_id = $1::uuid AND a.artifact_type = $2 ORDER BY a.created_date_time",
    )
    .bind(id)
    .bind(kind)
    .fetch_all(&app.pool)
    .await
    .unwrap()
}

/// Gives a transcript its document; the document's id is that of the transcript.
#[expect(
    clippy::disallowed_methods,
    reason = "tests change rows with statements of their own"
)]
async fn write_down(app: &TestApp, transcript: Uuid, wording: &Wording) {
    sqlx::query(
        "INSERT INTO documents (tenant, document_id, document_name, user_id, created_by)
         SELECT a.tenant, a.artifact_id, 'Transcript – Onboarding', u.user_id, u.user_id
           FROM online_meeting_artifacts a JOIN users u USING (tenant)
          WHERE a.artifact_id = $1 AND u.email = 'admin@northwind.example'",
    )
    .bind(transcript)
    .execute(&app.pool)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO document_block_content (tenant, document_id, block_data)
         SELECT tenant, document_id, $2 FROM documents WHERE document_id = $1",
    )
    .bind(transcript)
    .bind(Json(wording))
    .execute(&app.pool)
    .await
    .unwrap();
    let sql = "UPDATE online_meeting_artifacts SET document_id = artifact_id WHERE artifact_id = $1";
    sqlx::query(sql).bind(transcript).execute(&app.pool).await.unwrap();
}

fn lines(reading: Option<Reading>) -> Transcript {
    match reading {
        Some(Reading::Lines(transcript)) => transcript,
        other => panic!("{other:?} has no lines"),
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_was_captured_is_shown_the_latest_first(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = two_parts(&app).await;
    app.execute(
        "UPDATE online_meetings SET last_fetch_at = '2026-11-24 10:06Z', next_fetch_at = '2026-11-24 10:15Z',
                                    transcripts_trouble = 'transcripts-off'",
    )
    .await;
    let Capture {
        more,
        looked,
        next,
        recordings,
        transcripts,
        sessions,
        portal,
    } = meeting(&app, &id).await.capture.open();
    assert_eq!(
        portal,
        Some(domain::PortalShare {
            is_on: false,
            access: domain::PortalAccess::Default
        })
    );
    assert_eq!(more, Some(domain::Capability::Available));
    assert_eq!((looked.as_deref(), next.as_deref()), (Some("11:06"), Some("11:15")));
    assert_eq!((recordings, transcripts), (None, Some(CaptureTrouble::TranscriptsOff)));
    assert_eq!(
        sessions.iter().map(|session| session.number).collect::<Vec<_>>(),
        [2, 1]
    );
    for session in &sessions {
        let recording = session.recording.as_ref().unwrap();
        assert_eq!(recording.state, RecordingState::AtMicrosoft);
        let expires = recording.expires.as_deref().unwrap();
        assert!(expires.contains("March 2027"), "{expires}");
    }
    // What Microsoft keeps longer than usual it keeps for a time that nobody knows.
    app.advance(200 * 24 * 3600);
    let sessions = meeting(&app, &id).await.capture.open().sessions;
    assert_eq!(sessions[0].recording.as_ref().unwrap().expires, None);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_has_become_of_it_is_said(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = two_parts(&app).await;
    app.execute(
        "UPDATE online_meeting_artifacts SET content_size = 1000, copied_bytes = 405, copy_lease = gen_random_uuid()",
    )
    .await;
    let sessions = meeting(&app, &id).await.capture.open().sessions;
    let recording = sessions[0].recording.as_ref().unwrap();
    let copying = RecordingState::Copying { percent: Some(40) };
    assert_eq!((recording.state, recording.size), (copying, Some(1_000)));
    app.execute(
        "WITH f AS (INSERT INTO external_files (tenant, file_id, file_name, original_name, mime_type, file_size, storage_path, uploaded_by_id)
                    SELECT DISTINCT ON (a.artifact_id) a.tenant, a.artifact_id, 'x.mp4', 'x.mp4', 'video/mp4', 538651, 'x', u.user_id
                      FROM online_meeting_artifacts a JOIN users u USING (tenant) WHERE a.artifact_type = 'recording'
                    RETURNING tenant, file_id)
         UPDATE online_meeting_artifacts a SET file_id = f.file_id FROM f WHERE f.tenant = a.tenant AND f.file_id = a.artifact_id",
    )
    .await;
    app.execute("UPDATE online_meeting_artifacts SET gone_at = now()").await;
    let sessions = meeting(&app, &id).await.capture.open().sessions;
    let recording = sessions[0].recording.as_ref().unwrap();
    assert_eq!(
        (recording.state, recording.size),
        (RecordingState::Stored, Some(538_651))
    );
    app.execute("UPDATE external_files SET is_deleted = true").await;
    let sessions = meeting(&app, &id).await.capture.open().sessions;
    let recording = sessions[0].recording.as_ref().unwrap();
    assert_eq!((recording.state, recording.size), (RecordingState::Gone, Some(1_000)));
    // What was deleted here is not there at all.
    app.execute("UPDATE online_meeting_artifacts SET deleted_at = now() WHERE artifact_type = 'recording'")
        .await;
    let capture = meeting(&app, &id).await.capture.open();
    assert_eq!(capture.recordings(), 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_session_is_read_by_the_clock_of_its_film(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = two_parts(&app).await;
    let second = artifacts(&app, &id, "transcript").await[1];
    app.execute("DELETE FROM document_block_content").await;
    app.execute("UPDATE online_meeting_artifacts SET document_id = NULL")
        .await;
    let waiting = watch(&app, &id, "2").await.unwrap();
    assert_eq!(waiting.reading, None);
    assert_eq!(
        waiting.session.unwrap().transcript.unwrap().state,
        TranscriptState::Waiting
    );
    write_down(&app, second, &Wording::of_file(VTT.as_bytes())).await;
    app.execute(
        "UPDATE online_meeting_artifacts SET created_date_time = created_date_time + interval '7.5 s' WHERE artifact_type = 'transcript'",
    )
    .await;
    let page = watch(&app, &id, "2").await.unwrap();
    assert_eq!(page.session.unwrap().number, 2);
    assert_eq!(page.capture.sessions.len(), 2);
    let transcript = lines(page.reading);
    assert_eq!(transcript.cues()[0].start, Millis(8_500));
    assert_eq!(transcript.speakers(), ["Dana Ortiz", "Bo"]);
    // The first part where none is asked for.
    assert_eq!(watch(&app, &id, "").await.unwrap().session.unwrap().number, 1);
    let alone = document(&app, &second.to_string()).await.unwrap();
    assert_eq!(
        (alone.session, alone.name.as_str()),
        (Some(2), "Transcript – Onboarding")
    );
    assert_eq!(alone.client.unwrap().name, "Acme Manufacturing");
    assert_eq!(alone.interaction.unwrap().id.to_string(), id);
    assert_eq!(lines(Some(alone.reading)).cues()[0].start, Millis(8_500));
    // Captions by the same clock, with the names that a browser would not show.
    let grant = app.grant::<InteractionRead>(DISPATCHER).await;
    let recording = artifacts(&app, &id, "recording").await[1].to_string();
    let captions = backend::artifacts::captions(&app.backend, &grant, &recording)
        .await
        .unwrap();
    assert_eq!(
        captions,
        "WEBVTT\n\n00:00:08.500 --> 00:00:10.500\nDana Ortiz: Good morning.\n\n00:01:08.000 --> 00:01:09.500\nBo: Morning!\n"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_could_not_be_read_is_shown_as_it_came(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = two_parts(&app).await;
    app.execute("UPDATE online_meeting_artifacts SET document_id = NULL")
        .await;
    let first = artifacts(&app, &id, "transcript").await[0];
    let page = "<html>Bad gateway</html>";
    write_down(&app, first, &Wording::of_file(page.as_bytes())).await;
    assert_eq!(
        watch(&app, &id, "1").await.unwrap().reading,
        Some(Reading::Raw(page.into()))
    );
    let grant = app.grant::<InteractionRead>(DISPATCHER).await;
    let recording = artifacts(&app, &id, "recording").await[0].to_string();
    let captions = backend::artifacts::captions(&app.backend, &grant, &recording).await;
    assert_eq!(captions.unwrap_err().failure().code, ErrorCode::NotFound);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_not_there_or_somebody_elses_is_not_found(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = two_parts(&app).await;
    app.execute("UPDATE online_meeting_artifacts SET document_id = NULL")
        .await;
    let first = artifacts(&app, &id, "transcript").await[0];
    write_down(&app, first, &Wording::of_file(VTT.as_bytes())).await;
    let without_meeting = app
        .text(
            "SELECT interaction_id::text FROM interactions i WHERE NOT EXISTS
                 (SELECT 1 FROM online_meetings m WHERE m.interaction_id = i.interaction_id) LIMIT 1",
        )
        .await;
    for (id, session) in [
        (id.as_str(), "3"),
        (id.as_str(), "0"),
        (id.as_str(), "-1"),
        (id.as_str(), "x"),
        (without_meeting.as_str(), ""),
        ("nonsense", ""),
    ] {
        assert_eq!(
            watch(&app, id, session).await.unwrap_err().code,
            ErrorCode::NotFound,
            "{session}"
        );
    }
    assert_eq!(document(&app, "nonsense").await.unwrap_err().code, ErrorCode::NotFound);
    let foreign = app.grant::<InteractionRead>(CONTOSO_ADMIN).await;
    let recording = artifacts(&app, &id, "recording").await[0].to_string();
    let answers = [
        backend::artifacts::watch(&app.backend, &foreign, &id, "")
            .await
            .map(drop),
        backend::artifacts::document(&app.backend, &foreign, &first.to_string())
            .await
            .map(drop),
        backend::artifacts::captions(&app.backend, &foreign, &recording)
            .await
            .map(drop),
    ];
    for answer in answers {
        assert_eq!(answer.unwrap_err().failure().code, ErrorCode::NotFound);
    }
    // A document that is no transcript is not for this page, nor one whose transcript was deleted.
    app.execute("UPDATE online_meeting_artifacts SET deleted_at = now()")
        .await;
    assert_eq!(
        document(&app, &first.to_string()).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    let page = watch(&app, &id, "").await.unwrap();
    assert_eq!((page.session, page.reading), (None, None));
}
