//! Recordings and transcripts, when Microsoft does as it is asked.

use backend::access::may::InteractionUpdate;
use chrono::{DateTime, Duration, Utc};
use domain::{Failure, MeetingStatus, Refreshed, Saved, transcript::Wording};
use graph_sim::{
    ArtifactKind, Content, Missing, NewArtifact, PagingMode, Route, Session, demo::northwind, fixtures::fixture,
};
use sqlx::{FromRow, PgPool};
use uuid::Uuid;

use crate::{
    operations::{cancel, move_to, scheduled, shown, undo_cancel},
    test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp},
};

pub const VTT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Ada Example>Shall we begin?</v>\n";
const HOUR: i64 = 3600;

/// A meeting of ours and its id at Microsoft.
pub struct Held {
    pub saved: Saved,
    pub at_microsoft: String,
}

/// A meeting tomorrow from 14:00 to 14:30 UTC, and nothing else to look for.
pub async fn planned(app: &TestApp) -> Held {
    app.execute("UPDATE online_meetings SET next_fetch_at = NULL, status = 'cancelled' WHERE status <> 'cancelled'")
        .await;
    let saved = scheduled(app).await;
    let at_microsoft = app.sim.meetings().last().unwrap().id.clone();
    Held { saved, at_microsoft }
}

/// One that has just ended.
pub async fn held(app: &TestApp) -> Held {
    let held = planned(app).await;
    to(app, "2026-11-25T14:30:00Z");
    held
}

pub fn to(app: &TestApp, time: &str) {
    let time: DateTime<Utc> = time.parse().unwrap();
    app.advance((time - app.now()).num_seconds());
}

/// How often Microsoft was asked for something.
pub fn asked(app: &TestApp, route: Route) -> usize {
    app.sim.requests_to(route).len()
}

/// A session that began so many minutes into the meeting.
pub fn session(minutes: i64) -> Session {
    let start: DateTime<Utc> = "2026-11-25T14:00:00Z".parse().unwrap();
    Session {
        correlation_id: Uuid::from_u128(u128::try_from(minutes).unwrap() + 7),
        start: start + Duration::minutes(minutes),
        end: start + Duration::minutes(minutes + 5),
    }
}

impl Held {
    pub fn recorded(&self, app: &TestApp, minutes: i64) -> String {
        app.sim
            .add_recording(&self.at_microsoft, session(minutes), "film")
            .unwrap()
    }

    pub fn transcribed(&self, app: &TestApp, minutes: i64, text: impl Into<Content>) -> String {
        let new = NewArtifact::new(ArtifactKind::Transcript, session(minutes), text);
        app.sim.add_artifact(&self.at_microsoft, new).unwrap()
    }

    /// Both.
    pub fn captured(&self, app: &TestApp, minutes: i64) {
        self.recorded(app, minutes);
        self.transcribed(app, minutes, VTT);
    }

    pub async fn status(&self, app: &TestApp) -> MeetingStatus {
        shown(app, &self.saved).await.status
    }

    pub async fn refresh(&self, app: &TestApp) -> Result<Refreshed, Failure> {
        let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
        backend::artifacts::refresh(&app.backend, &grant, &self.saved.interaction_id.to_string())
            .await
            .map(|(_, refreshed)| refreshed)
            .map_err(backend::Error::failure)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn row(&self, app: &TestApp) -> Row {
        sqlx::query_as(
            "SELECT recording_fetch_attempts, last_fetch_at, next_fetch_at, fetch_leased_until, recordings_trouble, transcripts_trouble
               FROM online_meetings WHERE interaction_id = $1",
        )
        .bind(self.saved.interaction_id.0)
        .fetch_one(&app.pool)
        .await
        .unwrap()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn artifacts(&self, app: &TestApp) -> Vec<Artifact> {
        sqlx::query_as(
            "SELECT a.artifact_id, a.artifact_type, a.document_id, a.created_date_time, a.end_date_time,
                    a.content_correlation_id, a.gone_at, a.deleted_at, a.content_url
               FROM online_meeting_artifacts a JOIN online_meetings m USING (tenant, meeting_id)
              WHERE m.interaction_id = $1 ORDER BY a.created_date_time, a.artifact_type",
        )
        .bind(self.saved.interaction_id.0)
        .fetch_all(&app.pool)
        .await
        .unwrap()
    }
}

#[derive(Debug, FromRow)]
pub struct Row {
    pub recording_fetch_attempts: i32,
    pub last_fetch_at: Option<DateTime<Utc>>,
    pub next_fetch_at: Option<DateTime<Utc>>,
    pub fetch_leased_until: Option<DateTime<Utc>>,
    pub recordings_trouble: Option<String>,
    pub transcripts_trouble: Option<String>,
}

#[derive(Debug, FromRow)]
pub struct Artifact {
    pub artifact_id: Uuid,
    pub artifact_type: String,
    pub document_id: Option<Uuid>,
    pub created_date_time: Option<DateTime<Utc>>,
    pub end_date_time: Option<DateTime<Utc>>,
    pub content_correlation_id: Option<String>,
    pub gone_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub content_url: Option<String>,
}

#[derive(Debug, FromRow)]
pub struct Document {
    pub document_id: Uuid,
    pub document_name: String,
    pub mime_type: String,
    pub file_size: i64,
    pub block_data: serde_json::Value,
    pub entities: Vec<String>,
    pub storage_path: String,
    pub discard_at: Option<DateTime<Utc>>,
}

impl Document {
    pub fn wording(&self) -> Wording {
        serde_json::from_value(self.block_data.clone()).unwrap()
    }

    pub fn text(&self) -> String {
        match self.wording() {
            Wording::Read(transcript) => transcript.into_cues().into_iter().map(|cue| cue.text).collect(),
            Wording::Unread(text) => format!("unread: {text}"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
pub async fn documents(app: &TestApp) -> Vec<Document> {
    sqlx::query_as(
        "SELECT d.document_id, d.document_name, d.mime_type, d.file_size, b.block_data, f.storage_path, f.discard_at,
                ARRAY(SELECT a.entity_type || ' ' || a.entity_id FROM document_associations a
                       WHERE a.tenant = d.tenant AND a.document_id = d.document_id ORDER BY 1) AS entities
           FROM documents d
           JOIN document_block_content b USING (tenant, document_id)
           JOIN external_files f ON f.tenant = d.tenant AND f.file_id = d.file_id
          ORDER BY d.order_number",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap()
}

pub async fn sweep(app: &TestApp) {
    app.backend.capture().await.unwrap();
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_there_when_a_meeting_ends_is_captured(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = planned(&app).await;
    held.captured(&app, 2);
    sweep(&app).await;
    assert_eq!(asked(&app, Route::Recordings), 0, "it is not over");
    to(&app, "2026-11-25T14:30:00Z");
    sweep(&app).await;
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    let row = held.row(&app).await;
    assert_eq!(row.recording_fetch_attempts, 1);
    assert_eq!(
        (row.last_fetch_at, row.next_fetch_at),
        (Some(app.now()), Some(app.now() + Duration::hours(1)))
    );
    assert_eq!(
        (row.fetch_leased_until, row.recordings_trouble, row.transcripts_trouble),
        (None, None, None)
    );

    let [recording, transcript] = held.artifacts(&app).await.try_into().unwrap();
    assert_eq!(
        (recording.artifact_type.as_str(), transcript.artifact_type.as_str()),
        ("recording", "transcript")
    );
    assert_eq!(
        recording.content_correlation_id,
        Some(session(2).correlation_id.to_string())
    );
    assert_eq!(
        recording.content_correlation_id, transcript.content_correlation_id,
        "they belong together"
    );
    for artifact in [&recording, &transcript] {
        assert_eq!(artifact.created_date_time, Some(session(2).start));
        assert_eq!(artifact.end_date_time, Some(session(2).end));
        assert_eq!(artifact.content_url, None, "addresses are not kept");
    }
    let [document] = documents(&app).await.try_into().unwrap();
    assert_eq!(Some(document.document_id), transcript.document_id);
    assert_eq!(
        (document.document_name.as_str(), document.mime_type.as_str()),
        ("Transcript – Backup review", "text/vtt")
    );
    assert_eq!(document.text(), "Shall we begin?");
    let (client, contact) = (
        app.client("Acme Manufacturing").await,
        app.contact("ada@acme.example").await,
    );
    assert_eq!(
        document.entities,
        [format!("client {client}"), format!("contact {contact}")]
    );
    assert_eq!(
        app.files(),
        [(document.storage_path, VTT.as_bytes().to_vec())],
        "as Microsoft sent it"
    );
    assert_eq!(document.discard_at, None);

    // What is here is not fetched again.
    app.advance(HOUR);
    sweep(&app).await;
    assert_eq!(held.row(&app).await.recording_fetch_attempts, 2);
    assert_eq!(asked(&app, Route::TranscriptContent), 1);
    assert_eq!(
        (
            documents(&app).await.len(),
            app.files().len(),
            held.artifacts(&app).await.len()
        ),
        (1, 1, 2)
    );
    assert!(app.sim.violations().is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nothing_comes_and_the_window_closes(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let mut seen = vec![held.status(&app).await];
    for _ in 0..40 {
        sweep(&app).await;
        let status = held.status(&app).await;
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        let Some(next) = held.row(&app).await.next_fetch_at else {
            break;
        };
        assert!(next > app.now());
        app.advance((next - app.now()).num_seconds());
    }
    let (pending, none) = (MeetingStatus::RecordingPending, MeetingStatus::NoRecording);
    assert_eq!(seen, [MeetingStatus::Scheduled, pending, none]);
    assert_eq!(app.now().to_rfc3339(), "2026-11-27T15:30:00+00:00");
    let before = asked(&app, Route::Recordings);
    assert_eq!(
        usize::try_from(held.row(&app).await.recording_fetch_attempts).unwrap(),
        before
    );
    app.advance(30 * 24 * HOUR);
    sweep(&app).await;
    assert_eq!(asked(&app, Route::Recordings), before, "nobody looks any more");
    // Whoever wants to know can still look.
    held.captured(&app, 2);
    let refreshed = held.refresh(&app).await.unwrap();
    assert_eq!((refreshed.recordings, refreshed.transcripts), (1, 1));
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    assert_eq!(held.row(&app).await.next_fetch_at, None);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn before_the_end_a_refresh_changes_no_status(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = planned(&app).await;
    to(&app, "2026-11-25T14:29:59Z");
    let end = held.row(&app).await.next_fetch_at;
    assert_eq!(held.refresh(&app).await.unwrap(), Refreshed::default());
    assert_eq!(held.status(&app).await, MeetingStatus::Scheduled);
    held.captured(&app, 2);
    let refreshed = held.refresh(&app).await.unwrap();
    assert_eq!((refreshed.recordings, refreshed.transcripts), (1, 1));
    assert_eq!(held.status(&app).await, MeetingStatus::Scheduled);
    let row = held.row(&app).await;
    assert_eq!((row.recording_fetch_attempts, row.next_fetch_at), (0, end));
    app.advance(1);
    sweep(&app).await;
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn lists_are_followed_to_their_end(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for paging in [PagingMode::Regular, PagingMode::EmptyFirst(2), PagingMode::RepeatedIds] {
        let held = planned(&app).await;
        app.sim.change_teams(|teams| {
            teams.page_size = 2;
            teams.paging = paging.clone();
            teams.odd_ids = true;
        });
        for n in [15, 0, 5, 10, 20] {
            held.captured(&app, n);
        }
        let refreshed = held.refresh(&app).await.unwrap();
        assert_eq!((refreshed.recordings, refreshed.transcripts), (5, 5), "{paging:?}");
        let artifacts = held.artifacts(&app).await;
        let sessions: Vec<_> = artifacts
            .chunks(2)
            .map(|pair| pair[0].content_correlation_id.clone())
            .collect();
        let expected: Vec<_> = [0, 5, 10, 15, 20]
            .map(|n| Some(session(n).correlation_id.to_string()))
            .into();
        assert_eq!(sessions, expected, "several sessions, each with its pair");
        assert!(
            artifacts
                .chunks(2)
                .all(|pair| pair[0].content_correlation_id == pair[1].content_correlation_id)
        );
    }
    assert_eq!(documents(&app).await.len(), 15);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_transcript_that_comes_an_hour_after_the_recording_appears(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.recorded(&app, 2);
    sweep(&app).await;
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    assert!(documents(&app).await.is_empty());
    app.advance(HOUR);
    // Listed, and its content is not there yet.
    let id = held.transcribed(&app, 2, VTT);
    let later = app.sim.now() + Duration::hours(1);
    app.sim.change_artifact(&id, |artifact| artifact.content_at = later);
    sweep(&app).await;
    let [_, transcript] = held.artifacts(&app).await.try_into().unwrap();
    assert_eq!((transcript.document_id, transcript.gone_at), (None, None));
    assert_eq!(held.row(&app).await.transcripts_trouble, None);
    app.sim.advance(Duration::hours(1));
    app.advance(2 * HOUR);
    sweep(&app).await;
    assert_eq!(documents(&app).await.len(), 1);
    // Another recording, hours later.
    app.advance(24 * HOUR);
    held.recorded(&app, 20);
    sweep(&app).await;
    assert_eq!(held.artifacts(&app).await.len(), 3);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn every_kind_of_text_becomes_a_document(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let script = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v &lt;b&gt;Ada&lt;/b&gt;>&lt;script&gt;alert(1)&lt;/script&gt;<script>alert(2)</script></v>\n";
    let rtl = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v \u{202e}דנה>שלום\u{202e} עולם</v>\n";
    let long = format!(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>{}</v>\n",
        "x".repeat(1_000_000)
    );
    let texts: [(&str, Content); 7] = [
        ("unread: <html>Sorry</html>", "<html>Sorry</html>".into()),
        ("", fixture("header-only").unwrap().content().into()),
        ("<script>alert(1)</script>alert(2)", script.to_owned().into()),
        ("שלום\u{202e} עולם", rtl.to_owned().into()),
        (&"x".repeat(20_000), long.clone().into()),
        ("unread: \u{fffd}\u{fffd}", vec![0xff, 0x00, 0xfe].into()),
        ("Shall we begin?", VTT.into()),
    ];
    for (n, (_, content)) in texts.iter().enumerate() {
        held.transcribed(&app, i64::try_from(n).unwrap(), content.clone());
    }
    let refreshed = held.refresh(&app).await.unwrap();
    assert_eq!((refreshed.transcripts, refreshed.transcripts_trouble), (7, None));
    let documents = documents(&app).await;
    let found: std::collections::BTreeSet<String> = documents.iter().map(Document::text).collect();
    let expected: std::collections::BTreeSet<String> = texts.iter().map(|(text, _)| (*text).to_owned()).collect();
    assert_eq!(found, expected);
    assert!(
        app.files().iter().any(|(_, bytes)| *bytes == long.as_bytes()),
        "the original is whole"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_empty_file_is_waited_for(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.transcribed(&app, 2, Content::from(""));
    sweep(&app).await;
    assert!(documents(&app).await.is_empty());
    app.advance(48 * HOUR);
    sweep(&app).await;
    let [document] = documents(&app).await.try_into().unwrap();
    assert_eq!((document.text(), document.file_size), (String::new(), 0));
    assert_eq!(held.row(&app).await.next_fetch_at, None);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn without_names_it_is_marked(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    app.sim
        .change_tenant(northwind::TENANT_ID, |tenant| tenant.speaker_attribution = false);
    held.transcribed(&app, 2, VTT);
    let refreshed = held.refresh(&app).await.unwrap();
    assert_eq!((refreshed.transcripts, refreshed.transcripts_trouble), (1, None));
    let [document] = documents(&app).await.try_into().unwrap();
    assert_eq!(
        (document.text().as_str(), document.mime_type.as_str()),
        ("Shall we begin?", "text/plain")
    );
    assert_eq!(document.wording().form(), domain::transcript::Form::Unattributed);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_microsoft_does_not_tell_may_come_later(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let id = held.recorded(&app, 2);
    app.sim.change_artifact(&id, |artifact| {
        artifact.missing = vec![Missing::End, Missing::Correlation, Missing::CallId];
    });
    held.refresh(&app).await.unwrap();
    let [recording] = held.artifacts(&app).await.try_into().unwrap();
    assert_eq!(
        (recording.end_date_time, recording.content_correlation_id),
        (None, None)
    );
    app.sim.change_artifact(&id, |artifact| artifact.missing.clear());
    held.refresh(&app).await.unwrap();
    let [recording] = held.artifacts(&app).await.try_into().unwrap();
    assert_eq!(recording.end_date_time, Some(session(2).end));
    assert_eq!(
        recording.content_correlation_id,
        Some(session(2).correlation_id.to_string())
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn deleted_at_microsoft_is_a_state(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let recording = held.recorded(&app, 2);
    let transcript = held.transcribed(&app, 2, VTT);
    held.refresh(&app).await.unwrap();
    let gone = async || {
        held.artifacts(&app)
            .await
            .iter()
            .map(|artifact| artifact.gone_at.is_some())
            .collect::<Vec<_>>()
    };
    app.sim.remove_artifact(&recording);
    app.sim.remove_artifact(&transcript);
    app.advance(HOUR);
    held.refresh(&app).await.unwrap();
    assert_eq!(gone().await, [true, true]);
    assert_eq!(documents(&app).await.len(), 1, "what is here is read on");
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);

    // One that was never fetched, and that retention has deleted: listed on, without its content.
    let expired = held.transcribed(&app, 10, VTT);
    app.sim.change_artifact(&expired, |artifact| artifact.expired = true);
    held.refresh(&app).await.unwrap();
    assert_eq!(gone().await, [true, true, false], "it may be on its way");
    app.advance(48 * HOUR);
    held.refresh(&app).await.unwrap();
    assert_eq!(gone().await, [true, true, true]);
    app.sim.change_artifact(&expired, |artifact| artifact.expired = false);
    held.refresh(&app).await.unwrap();
    assert_eq!(gone().await, [true, true, false]);
    assert_eq!(documents(&app).await.len(), 2);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_recording_that_is_listed_again_must_be_there(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let id = held.recorded(&app, 2);
    held.refresh(&app).await.unwrap();
    let gone = async || held.artifacts(&app).await[0].gone_at.is_some();
    // Whoever wanted to play it found nothing.
    app.execute("UPDATE online_meeting_artifacts SET gone_at = now()").await;
    app.sim.change_artifact(&id, |artifact| artifact.expired = true);
    held.refresh(&app).await.unwrap();
    assert!(gone().await);
    app.sim.change_artifact(&id, |artifact| artifact.expired = false);
    held.refresh(&app).await.unwrap();
    assert!(!gone().await);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn moved_and_cancelled_meetings_are_followed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = planned(&app).await;
    let next = async || held.row(&app).await.next_fetch_at.map(|next| next.to_rfc3339());
    assert_eq!(next().await.as_deref(), Some("2026-11-25T14:30:00+00:00"));
    move_to(&app, &held.saved, 9).await.unwrap();
    assert_eq!(next().await.as_deref(), Some("2026-11-25T09:00:00+00:00"));
    cancel(&app, &held.saved, "").await.unwrap();
    assert_eq!(next().await, None);
    undo_cancel(&app, &held.saved).await.unwrap();
    assert_eq!(next().await.as_deref(), Some("2026-11-25T09:00:00+00:00"));
    cancel(&app, &held.saved, "").await.unwrap();
    app.sweep_to_the_end().await;
    to(&app, "2026-11-25T09:00:00Z");
    sweep(&app).await;
    assert_eq!(asked(&app, Route::Recordings), 0);
    let refused = held.refresh(&app).await.unwrap_err();
    assert_eq!(refused.code, domain::ErrorCode::MeetingOver);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn meetings_that_were_brought_along_are_looked_for(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    // Without anything but the link, and by an organizer who is known by name.
    app.execute(
        "UPDATE online_meetings SET next_fetch_at = NULL, provider_meeting_id = NULL, provider_event_id = NULL,
                organizer_user_id = NULL WHERE status = 'scheduled'",
    )
    .await;
    sweep(&app).await;
    assert_eq!(held.status(&app).await, MeetingStatus::RecordingReady);
    assert_eq!(held.artifacts(&app).await.len(), 2);
    let known =
        "SELECT count(*) FROM online_meetings WHERE provider_meeting_id IS NOT NULL AND status = 'recording_ready'";
    assert_eq!(app.count(known).await, 1);
    // What is settled stays settled.
    app.execute("UPDATE online_meetings SET next_fetch_at = NULL").await;
    let before = asked(&app, Route::Recordings);
    sweep(&app).await;
    assert_eq!(asked(&app, Route::Recordings), before);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn each_meeting_keeps_its_organizer(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    app.execute(
        "UPDATE teams_integrations SET default_meeting_organizer_upn = 'ceo@northwind.example',
                default_meeting_organizer_object_id = '77777777-7777-4777-8777-777777777777'",
    )
    .await;
    assert_eq!(held.refresh(&app).await.unwrap().recordings, 1);
    let requests = app.sim.requests_to(Route::Recordings);
    assert!(
        requests
            .iter()
            .all(|request| request.path.contains(northwind::ORGANIZER_OBJECT_ID))
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_on_nobodys_calendar_has_nothing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for status in [400, 404, 403] {
        let held = held(&app).await;
        app.sim.change_teams(|teams| teams.standalone_status = status);
        app.sim
            .change_meeting(&held.at_microsoft, |meeting| meeting.ical_uid = None);
        sweep(&app).await;
        assert_eq!(held.status(&app).await, MeetingStatus::NoRecording);
        let row = held.row(&app).await;
        assert_eq!(
            (row.next_fetch_at, row.recordings_trouble, row.transcripts_trouble),
            (None, None, None)
        );
        app.advance(-app.now().timestamp() + 1_795_515_000);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn strangers_find_nothing_to_refresh(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let grant = app.grant::<InteractionUpdate>(CONTOSO_ADMIN).await;
    for id in [
        held.saved.interaction_id.to_string(),
        Uuid::from_u128(1).to_string(),
        "nonsense".into(),
        "\0".into(),
    ] {
        let refused = backend::artifacts::refresh(&app.backend, &grant, &id)
            .await
            .unwrap_err();
        assert_eq!(refused.failure().code, domain::ErrorCode::NotFound);
    }
    assert_eq!(asked(&app, Route::Recordings), 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_document_follows_its_interaction(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    held.refresh(&app).await.unwrap();
    let bo = app.contact("bo@acme.example").await;
    crate::operations::edit(&app, &held.saved, |form| form.contact_id = bo.to_string())
        .await
        .unwrap();
    let client = app.client("Acme Manufacturing").await;
    let [document] = documents(&app).await.try_into().unwrap();
    assert_eq!(document.entities, [format!("client {client}"), format!("contact {bo}")]);
}
