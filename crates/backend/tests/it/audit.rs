//! Who did what: what is written down, how often, and for whom it is to be read.

use backend::{
    access::may::{InteractionDelete, InteractionRead, SettingsRead, SettingsUpdate},
    audit,
    settings::{statuses, teams, types},
};
use domain::{AUDIT_PAGE, Audience, AuditKind, AuditPage, AuditQuery, AuditRow, EntryChange, ErrorCode, SaveStatus};
use futures::TryStreamExt;
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const ADMIN: &str = "admin@northwind.example";
const BO: &str = "bo@acme.example";
/// Gives each transcript of the demo a document.
const WRITTEN_DOWN: [&str; 3] = [
    "INSERT INTO documents (tenant, document_id, document_name, user_id, created_by)
     SELECT a.tenant, a.artifact_id, 'Transcript', u.user_id, u.user_id FROM online_meeting_artifacts a JOIN users u USING (tenant)
      WHERE a.artifact_type = 'transcript' AND u.email = 'admin@northwind.example'",
    r#"INSERT INTO document_block_content (tenant, document_id, block_data)
     SELECT tenant, document_id, '[{"type": "paragraph", "props": {"start": 500, "end": 900, "speaker": "Dana"},
                                    "content": [{"type": "text", "text": "Good morning", "styles": {}}]}]' FROM documents"#,
    "UPDATE online_meeting_artifacts a SET document_id = artifact_id FROM documents d WHERE d.document_id = a.artifact_id",
];

async fn written_down(app: &TestApp) {
    for statement in WRITTEN_DOWN {
        app.execute(statement).await;
    }
}

/// Selects something of a transcript of a meeting with Acme.
macro_rules! transcript {
    ($column:literal) => {
        concat!(
            "SELECT ",
            $column,
            "::text FROM online_meeting_artifacts a JOIN online_meetings m USING (tenant, meeting_id)
               JOIN interactions i USING (tenant, interaction_id) JOIN clients c USING (tenant, client_id)
              WHERE a.document_id IS NOT NULL AND c.client_name = 'Acme Manufacturing' ORDER BY a.artifact_id LIMIT 1"
        )
    };
}

async fn page(app: &TestApp, email: &str, query: &AuditQuery) -> AuditPage {
    let grant = app.grant::<SettingsRead>(email).await;
    audit::page(&app.backend, &grant, query).await.unwrap()
}

async fn all(app: &TestApp) -> Vec<AuditRow> {
    page(app, ADMIN, &AuditQuery::default()).await.rows
}

async fn kinds(app: &TestApp) -> Vec<AuditKind> {
    all(app).await.into_iter().filter_map(|row| row.kind).collect()
}

async fn history(app: &TestApp, email: &str, id: &str) -> backend::Result<AuditPage> {
    let (grant, reads) = (app.grant(email).await, app.grant(email).await);
    audit::of_interaction(&app.backend, &grant, &reads, id, "").await
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn who_changes_settings_is_written_down(pool: PgPool) {
    let app = TestApp::start(pool).await;
    assert_eq!(all(&app).await, [], "demo data is nobody's doing");
    let grant = app.grant::<SettingsUpdate>(ADMIN).await;
    let status = |status_id: &str, name: &str| SaveStatus {
        status_id: status_id.into(),
        name: name.into(),
        ..SaveStatus::default()
    };
    statuses::save(&app.backend, &grant, &status("", "On hold"))
        .await
        .unwrap();
    // What is refused is not done.
    statuses::save(&app.backend, &grant, &status("", "on HOLD"))
        .await
        .unwrap_err();
    let id = app
        .id("SELECT status_id FROM statuses WHERE name = $1", "On hold")
        .await;
    app.advance(1);
    statuses::save(&app.backend, &grant, &status(&id.to_string(), "Parked"))
        .await
        .unwrap();
    app.advance(1);
    statuses::change(&app.backend, &grant, &id.to_string(), EntryChange::Delete)
        .await
        .unwrap();
    app.advance(1);
    let own = types::page(&app.backend, &app.grant::<SettingsRead>(ADMIN).await)
        .await
        .unwrap();
    types::change(
        &app.backend,
        &grant,
        &own.types[0].type_id.to_string(),
        EntryChange::Down,
    )
    .await
    .unwrap();
    app.advance(1);
    for on in [true, true, false] {
        teams::show_in_portal(&app.backend, &grant, on).await.unwrap();
        app.advance(1);
    }
    let rows = all(&app).await;
    let told: Vec<_> = rows
        .iter()
        .rev()
        .map(|row| (row.kind.unwrap(), row.subject.as_deref(), row.details.fields.join(",")))
        .collect();
    assert_eq!(
        told,
        [
            (AuditKind::StatusAdded, Some("On hold"), String::new()),
            (AuditKind::StatusChanged, Some("Parked"), "name".into()),
            (AuditKind::StatusDeleted, Some("Parked"), String::new()),
            (AuditKind::TypeMoved, Some(own.types[0].name.as_str()), String::new()),
            (AuditKind::PortalShown, None, String::new()),
            (AuditKind::PortalHidden, None, String::new()),
        ]
    );
    assert!(
        rows.iter()
            .all(|row| row.email == ADMIN && row.audience == Audience::Staff && !row.name.is_empty())
    );
    // Another tenant sees nothing of it.
    assert_eq!(page(&app, CONTOSO_ADMIN, &AuditQuery::default()).await.rows, []);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn secrets_are_told_by_their_field_alone(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = crate::connecting::registration();
    app.save_profile(&form).await.unwrap();
    app.disconnect().await;
    app.advance(1);
    app.save_profile(&form).await.unwrap();
    let rows = all(&app).await;
    assert_eq!(rows[0].kind, Some(AuditKind::TeamsProfile));
    assert_eq!(rows[0].details.fields, ["entra_tenant", "client_id", "client_secret"]);
    let text = app.text("SELECT string_agg(e::text, ' ') FROM audit_entries e").await;
    assert!(
        !form.client_secret.is_empty() && !text.contains(&form.client_secret),
        "{text}"
    );
    assert!(!text.contains(&form.client_id), "{text}");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_read_is_written_down_once_in_a_while(pool: PgPool) {
    let app = TestApp::start(pool).await;
    written_down(&app).await;
    let (document, interaction) = (
        app.text(transcript!("a.document_id")).await,
        app.text(transcript!("m.interaction_id")).await,
    );
    let grant = app.grant::<InteractionRead>(DISPATCHER).await;
    let other = app.another_process();
    for backend in [&app.backend, &app.backend, &other] {
        backend::artifacts::document(backend, &grant, &document).await.unwrap();
    }
    // Whatever is refused is read by nobody.
    let foreign = app.grant::<InteractionRead>(CONTOSO_ADMIN).await;
    backend::artifacts::document(&app.backend, &foreign, &document)
        .await
        .unwrap_err();
    assert_eq!(kinds(&app).await, [AuditKind::TranscriptViewed]);
    app.advance(30 * 60);
    backend::artifacts::document(&app.backend, &grant, &document)
        .await
        .unwrap();
    assert_eq!(kinds(&app).await, [AuditKind::TranscriptViewed; 2]);
    // To save it is something else.
    let id = document.parse().unwrap();
    let form = backend::recordings::Form::Text;
    backend::recordings::transcript_for_staff(&app.backend, &grant, id, form)
        .await
        .unwrap();
    let page = history(&app, ADMIN, &interaction).await.unwrap();
    assert_eq!(page.rows.len(), 3);
    assert!(
        page.rows
            .iter()
            .all(|row| row.email == DISPATCHER && row.interaction.is_some())
    );
    assert_eq!(
        history(&app, CONTOSO_ADMIN, &interaction)
            .await
            .unwrap_err()
            .failure()
            .code,
        ErrorCode::NotFound
    );
    // The page on which it is watched shows it, too.
    app.advance(30 * 60);
    backend::artifacts::watch(&app.backend, &grant, &interaction, "")
        .await
        .unwrap();
    assert_eq!(kinds(&app).await.len(), 4);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn portal_users_are_written_down_too(pool: PgPool) {
    let app = TestApp::start(pool).await;
    written_down(&app).await;
    app.execute("UPDATE teams_integrations SET expose_recordings_in_portal = true")
        .await;
    let document = app.text(transcript!("a.document_id")).await;
    let interaction = app.text(transcript!("m.interaction_id")).await;
    // An administrator of the client sees all of its meetings.
    let actor = app.portal("ada@acme.example").await;
    let form = backend::recordings::Form::Text;
    backend::recordings::transcript_for_portal(&app.backend, &actor, document.parse().unwrap(), form)
        .await
        .unwrap();
    let stranger = app.portal("dee@initech.example").await;
    backend::recordings::transcript_for_portal(&app.backend, &stranger, document.parse().unwrap(), form)
        .await
        .err()
        .unwrap();
    let rows = history(&app, ADMIN, &interaction).await.unwrap().rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].audience, rows[0].kind, rows[0].email.as_str()),
        (
            Audience::Portal,
            Some(AuditKind::TranscriptDownloaded),
            "ada@acme.example"
        )
    );
    assert!(rows.iter().all(|row| row.email != BO));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_deleted_is_told_when_it_is_gone(pool: PgPool) {
    let app = TestApp::start(pool).await;
    written_down(&app).await;
    let interaction = app.text(transcript!("m.interaction_id")).await;
    let artifact = app.text(transcript!("a.artifact_id")).await;
    let grant = app.grant::<InteractionDelete>(ADMIN).await;
    for _ in 0..2 {
        backend::artifacts::delete(&app.backend, &grant, &artifact)
            .await
            .unwrap();
    }
    assert_eq!(kinds(&app).await, [AuditKind::TranscriptDeleted], "twice is once");
    app.advance(1);
    backend::interactions::delete(&app.backend, &grant, &interaction, "")
        .await
        .unwrap();
    let rows = all(&app).await;
    let deleted = |kind| rows.iter().filter(|row| row.kind == Some(kind)).count();
    assert_eq!(deleted(AuditKind::InteractionDeleted), 1);
    assert!(deleted(AuditKind::RecordingDeleted) >= 1);
    assert!(
        rows.iter()
            .all(|row| row.interaction.is_none() && row.subject.is_some()),
        "there is nothing to lead to"
    );
    assert_eq!(
        history(&app, ADMIN, &interaction).await.unwrap_err().failure().code,
        ErrorCode::NotFound
    );
}

/// So many entries of Northwind's administrator, a minute apart, the last of them now.
const MANY: &str = "INSERT INTO audit_entries (tenant, entry_id, at, user_id, user_type, user_name, user_email, kind, subject)
    SELECT u.tenant, gen_random_uuid(), to_timestamp(1795515000) - n / 2 * interval '1 minute', u.user_id, u.user_type,
           CASE WHEN n % 2 = 0 THEN '=Ada 100%' ELSE 'Bo_b' END, u.email, CASE WHEN n % 4 = 0 THEN 'type.added' ELSE 'from.tomorrow' END, n::text
      FROM users u, generate_series(0, 119) AS n WHERE u.email = 'admin@northwind.example'";

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn pages_and_filters_show_each_entry_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(MANY).await;
    let mut query = AuditQuery::default();
    let (mut seen, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let page = page(&app, ADMIN, &query).await;
        sizes.push(page.rows.len());
        seen.extend(page.rows.into_iter().map(|row| row.entry_id));
        match page.next {
            Some(next) => query.after = next,
            None => break,
        }
    }
    assert_eq!(sizes, [AUDIT_PAGE, AUDIT_PAGE, 20]);
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), 120);
    let count = async |query: AuditQuery| page(&app, ADMIN, &query).await.rows.len();
    let with = AuditQuery::default;
    for (query, expected) in [
        (
            AuditQuery {
                kind: "type.added".into(),
                ..with()
            },
            30,
        ),
        (
            AuditQuery {
                person: "100%".into(),
                kind: "type.added".into(),
                ..with()
            },
            30,
        ),
        // What means something to the database is only text here.
        (
            AuditQuery {
                person: "o_".into(),
                from: "2026-11-25".into(),
                ..with()
            },
            0,
        ),
        (
            AuditQuery {
                person: "%' OR".into(),
                ..with()
            },
            0,
        ),
        (
            AuditQuery {
                to: "2026-11-23".into(),
                ..with()
            },
            0,
        ),
        (
            AuditQuery {
                from: "2026-11-24".into(),
                to: "2026-11-24".into(),
                kind: "type.added".into(),
                ..with()
            },
            30,
        ),
        (
            AuditQuery {
                from: "yesterday".into(),
                after: "%".into(),
                ..with()
            },
            AUDIT_PAGE,
        ),
    ] {
        assert_eq!(count(query.clone()).await, expected, "{query:?}");
    }
    let unknown = page(&app, ADMIN, &AuditQuery::default()).await;
    assert!(
        unknown.rows.iter().any(|row| row.kind.is_none()),
        "what another version wrote is shown"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_file_has_every_entry_and_no_formula(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for _ in 0..5 {
        app.execute(MANY).await;
    }
    let grant = app.grant::<SettingsRead>(ADMIN).await;
    let export = audit::export(&app.backend, &grant, &AuditQuery::default())
        .await
        .unwrap();
    assert_eq!(export.file_name, "audit 2026-11-24.csv");
    let chunks: Vec<_> = export.content.try_collect().await.unwrap();
    assert!(chunks.len() > 1, "piece by piece");
    let text = String::from_utf8(chunks.concat()).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    // That it was exported is in it, too.
    assert_eq!(rows.len(), 5 * 120 + 1);
    assert!(rows.iter().any(|row| &row[4] == "audit.exported"));
    let cells = rows.iter().flat_map(|row| row.iter());
    assert!(cells.clone().all(|cell| !cell.starts_with('=')));
    assert!(cells.clone().any(|cell| cell == "'=Ada 100%"));
    let query = AuditQuery {
        kind: "type.added".into(),
        after: "zz".into(),
        ..AuditQuery::default()
    };
    let export = audit::export(&app.backend, &grant, &query).await.unwrap();
    let chunks: Vec<_> = export.content.try_collect().await.unwrap();
    assert_eq!(String::from_utf8(chunks.concat()).unwrap().lines().count(), 5 * 30 + 1);
}
