//! Changing and deleting interactions, and what is told of it.

use backend::access::may::{InteractionDelete, InteractionUpdate};
use domain::{EditInteraction, ErrorCode, Failure, Field, Problem, QuickAdd, Saved};
use serde_json::Value;
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const ADMIN: &str = "admin@northwind.example";

async fn logged(app: &TestApp) -> Saved {
    let form = QuickAdd {
        create_teams_meeting: None,
        start: "2026-11-20T10:00".into(),
        end: "2026-11-20T10:30".into(),
        ..app.meeting().await
    };
    app.add(&form).await.unwrap()
}

async fn form(app: &TestApp, saved: &Saved) -> EditInteraction {
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    backend::interactions::edit_form(&app.backend, &grant, &saved.interaction_id.to_string(), None)
        .await
        .unwrap()
        .values
}

async fn edit(app: &TestApp, form: &EditInteraction) -> Result<(), Failure> {
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    backend::interactions::edit(&app.backend, &grant, form)
        .await
        .map(drop)
        .map_err(backend::Error::failure)
}

async fn delete(app: &TestApp, id: &str) -> Result<(), Failure> {
    let grant = app.grant::<InteractionDelete>(ADMIN).await;
    backend::interactions::delete(&app.backend, &grant, id, "")
        .await
        .map(drop)
        .map_err(backend::Error::failure)
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn events(app: &TestApp) -> Vec<(String, Value)> {
    sqlx::query_as("SELECT event_type, payload FROM interaction_events ORDER BY occurred_at, event_type DESC")
        .fetch_all(&app.pool)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_saved_is_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = logged(&app).await;
    let [(first, told), (second, created)] = events(&app).await.try_into().unwrap();
    assert_eq!(
        (first.as_str(), second.as_str()),
        ("INTERACTION_LOGGED", "INTERACTION_CREATED")
    );
    assert_eq!(told["channel"], "meeting");
    assert_eq!(told["interactionType"], "online meeting");
    assert_eq!(told["occurredAt"], "2026-11-24T10:10:00.000Z");
    assert_eq!(told["interactionOccurredAt"], "2026-11-20T09:00:00.000Z");
    assert_eq!(told["subject"], "Backup review");
    assert_eq!(told["outcome"], "Completed");
    for payload in [&told, &created] {
        assert_eq!(payload["interactionId"], saved.interaction_id.to_string());
        assert_eq!(payload["clientId"], saved.client_id.to_string());
        assert!(payload["contactId"].is_string() && payload["tenantId"].is_string());
    }
    app.add(&app.meeting().await).await.unwrap();
    assert_eq!(events(&app).await.len(), 4, "a meeting's record is told as well");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn every_field_can_be_changed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = logged(&app).await;
    let before = form(&app, &saved).await;
    assert_eq!(
        (before.start.as_str(), before.end.as_str()),
        ("2026-11-20T10:00", "2026-11-20T10:30")
    );
    let mut after = EditInteraction {
        title: "Another <b>title</b>".into(),
        notes: "One\r\nTwo".into(),
        contact_id: app.contact("bo@acme.example").await.to_string(),
        user_id: app
            .id("SELECT user_id FROM users WHERE email = $1", "tech@northwind.example")
            .await
            .to_string(),
        status_id: String::new(),
        start: "2026-11-19T09:00".into(),
        end: String::new(),
        ..before.clone()
    };
    assert_eq!(
        edit(&app, &after).await.unwrap_err().fields[0].field,
        Field::Status,
        "a status cannot be taken away"
    );
    after.status_id.clone_from(&before.status_id);
    edit(&app, &after).await.unwrap();
    let now = form(&app, &saved).await;
    assert_eq!(now.notes, "One\nTwo");
    assert_ne!(now.version, before.version);
    after.notes.clone_from(&now.notes);
    after.version.clone_from(&now.version);
    assert_eq!(now, after);
    // The same once more changes nothing, and tells nothing.
    edit(&app, &after).await.unwrap();
    let told = events(&app).await;
    assert_eq!(told.len(), 3);
    let updated = told
        .into_iter()
        .find(|(kind, _)| kind == "INTERACTION_UPDATED")
        .unwrap()
        .1;
    assert_eq!(
        updated["changedFields"],
        serde_json::json!(["title", "notes", "contact_name_id", "user_id", "start_time", "end_time"])
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_record_moves_to_another_client(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = logged(&app).await;
    let moved = EditInteraction {
        client_id: app.client("Globex").await.to_string(),
        contact_id: app.contact("cy@globex.example").await.to_string(),
        ..form(&app, &saved).await
    };
    edit(&app, &moved).await.unwrap();
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    let now = backend::interactions::edit_form(&app.backend, &grant, &saved.interaction_id.to_string(), None)
        .await
        .unwrap();
    assert_eq!(
        (&now.values.client_id, &now.values.contact_id),
        (&moved.client_id, &moved.contact_id)
    );
    assert!(now.choices.contacts.iter().any(|contact| contact.name == "Cy Sample"));
    let told = events(&app).await;
    let updated = told.iter().find(|(kind, _)| kind == "INTERACTION_UPDATED").unwrap();
    assert_eq!(
        updated.1["changedFields"],
        serde_json::json!(["client_id", "contact_name_id"])
    );
    assert_eq!(updated.1["clientId"], moved.client_id);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_refused_form_comes_back(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = logged(&app).await;
    let opened = form(&app, &saved).await;
    let typed = EditInteraction {
        title: String::new(),
        client_id: app.client("Globex").await.to_string(),
        ..opened.clone()
    };
    edit(
        &app,
        &EditInteraction {
            title: "Theirs".into(),
            ..opened.clone()
        },
    )
    .await
    .unwrap();
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    let id = saved.interaction_id.to_string();
    let again = |code| backend::interactions::edit_form(&app.backend, &grant, &id, Some((typed.clone(), code)));
    let invalid = again(ErrorCode::Invalid).await.unwrap();
    assert_eq!(invalid.values, typed);
    assert!(
        invalid
            .choices
            .contacts
            .iter()
            .any(|contact| contact.name == "Cy Sample"),
        "those of the chosen client"
    );
    let conflict = again(ErrorCode::Conflict).await.unwrap();
    assert_ne!(conflict.values.version, typed.version, "who was told saves over it");
    assert_eq!(conflict.values.client_id, typed.client_id);
    let other = EditInteraction {
        interaction_id: "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b".into(),
        ..typed.clone()
    };
    let form = backend::interactions::edit_form(&app.backend, &grant, &id, Some((other, ErrorCode::Invalid)))
        .await
        .unwrap();
    assert_eq!(form.values.title, "Theirs", "another record's form is not this one's");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn notes_of_the_peers_editor_are_read_and_left_alone(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = logged(&app).await;
    app.execute(
        r#"UPDATE interactions SET notes = '[{"type":"paragraph","content":[{"type":"text","text":"Old note","styles":{"bold":true}}]}]'
            WHERE title = 'Backup review'"#,
    )
    .await;
    let opened = form(&app, &saved).await;
    assert_eq!(opened.notes, "**Old note**");
    let grant = app.grant(DISPATCHER).await;
    let page = backend::interactions::page(&app.backend, &grant, &saved.interaction_id.to_string())
        .await
        .unwrap();
    assert_eq!(page.notes.unwrap().as_str(), "<p><strong>Old note</strong></p>\n");
    edit(
        &app,
        &EditInteraction {
            title: "Another title".into(),
            ..opened
        },
    )
    .await
    .unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM interactions WHERE title = 'Another title' AND notes LIKE '[{%'")
            .await,
        1
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_second_of_two_is_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = logged(&app).await;
    let opened = form(&app, &saved).await;
    let with_title = |title: &str| EditInteraction {
        title: title.into(),
        ..opened.clone()
    };
    edit(&app, &with_title("First")).await.unwrap();
    let failure = edit(&app, &with_title("Second")).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::Conflict);
    assert_eq!(form(&app, &saved).await.title, "First");
    // Saved over it on purpose, within the same second of the clock.
    let over = EditInteraction {
        version: form(&app, &saved).await.version,
        ..with_title("Second")
    };
    edit(&app, &over).await.unwrap();
    assert_eq!(edit(&app, &over).await.unwrap_err().code, ErrorCode::Conflict);
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    let form = backend::interactions::edit_form(&app.backend, &grant, &saved.interaction_id.to_string(), None)
        .await
        .unwrap();
    assert_eq!(form.changed.as_deref(), Some("Dana Ortiz, Tue, 24 Nov 2026, 11:10"));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn choices_are_the_tenants_own(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = logged(&app).await;
    let good = form(&app, &saved).await;
    let foreign_user = app
        .id("SELECT user_id FROM users WHERE email = $1", CONTOSO_ADMIN)
        .await
        .to_string();
    let portal_user = app
        .id("SELECT user_id FROM users WHERE email = $1", "ada@acme.example")
        .await
        .to_string();
    let cases = [
        (
            EditInteraction {
                user_id: foreign_user,
                ..good.clone()
            },
            Field::Owner,
            Problem::Unknown,
        ),
        (
            EditInteraction {
                user_id: portal_user,
                ..good.clone()
            },
            Field::Owner,
            Problem::Unknown,
        ),
        (
            EditInteraction {
                contact_id: app.contact("cy@globex.example").await.to_string(),
                ..good.clone()
            },
            Field::Contact,
            Problem::OtherClient,
        ),
        (
            EditInteraction {
                contact_id: app.contact("dee@initech.example").await.to_string(),
                ..good.clone()
            },
            Field::Contact,
            Problem::Unknown,
        ),
        (
            EditInteraction {
                client_id: app.client("Initech").await.to_string(),
                contact_id: String::new(),
                ..good.clone()
            },
            Field::Client,
            Problem::Unknown,
        ),
        (
            EditInteraction {
                client_id: app.client("Globex").await.to_string(),
                ..good.clone()
            },
            Field::Contact,
            Problem::OtherClient,
        ),
        (
            EditInteraction {
                client_id: String::new(),
                ..good.clone()
            },
            Field::Client,
            Problem::Required,
        ),
        (
            EditInteraction {
                type_id: saved.client_id.to_string(),
                ..good.clone()
            },
            Field::Type,
            Problem::Unknown,
        ),
        (
            EditInteraction {
                start: "2026-03-29T02:30".into(),
                end: String::new(),
                ..good.clone()
            },
            Field::Start,
            Problem::NoSuchTime,
        ),
    ];
    for (form, field, problem) in cases {
        let failure = edit(&app, &form).await.unwrap_err();
        assert_eq!((failure.fields[0].field, &failure.fields[0].problem), (field, &problem));
    }
    let theirs = app.grant::<InteractionUpdate>(CONTOSO_ADMIN).await;
    let refused = backend::interactions::edit(&app.backend, &theirs, &good)
        .await
        .unwrap_err();
    assert_eq!(refused.failure().code, ErrorCode::NotFound);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_was_captured_goes_with_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "WITH a AS (SELECT a.* FROM online_meeting_artifacts a JOIN online_meetings m USING (tenant, meeting_id)
                     JOIN interactions i USING (tenant, interaction_id) JOIN clients c USING (tenant, client_id)
                     WHERE c.client_name = 'Globex' AND a.artifact_type = 'transcript' LIMIT 1),
              d AS (INSERT INTO documents (tenant, document_name, user_id, created_by)
                    SELECT tenant, 'Transcript', user_id, user_id FROM a JOIN users u USING (tenant)
                     WHERE u.email = 'tech@northwind.example' RETURNING tenant, document_id),
              b AS (INSERT INTO document_block_content (tenant, document_id, block_data) SELECT tenant, document_id, '[]' FROM d)
         INSERT INTO document_associations (tenant, document_id, entity_id, entity_type) SELECT tenant, document_id, tenant, 'tenant' FROM d",
    )
    .await;
    app.execute(
        "UPDATE online_meeting_artifacts a SET document_id = (SELECT document_id FROM documents WHERE document_name = 'Transcript')
           FROM online_meetings m, interactions i, clients c
          WHERE m.meeting_id = a.meeting_id AND i.interaction_id = m.interaction_id AND c.client_id = i.client_id
            AND c.client_name = 'Globex' AND a.artifact_type = 'transcript'",
    )
    .await;
    let id = app
        .id(
            "SELECT i.interaction_id FROM interactions i JOIN clients c USING (tenant, client_id)
              WHERE c.client_name = 'Globex' AND i.title = $1",
            "Online Meeting: Security awareness training",
        )
        .await
        .to_string();
    let page = backend::interactions::page(&app.backend, &app.grant(ADMIN).await, &id)
        .await
        .unwrap();
    let meeting = page.meeting.unwrap();
    assert_eq!(
        (
            meeting.capture.open().recordings(),
            meeting.capture.open().transcripts(),
            meeting.is_live
        ),
        (1, 1, false)
    );
    let theirs = app.grant::<InteractionDelete>(CONTOSO_ADMIN).await;
    let refused = backend::interactions::delete(&app.backend, &theirs, &id, "")
        .await
        .unwrap_err();
    assert_eq!(refused.failure().code, ErrorCode::NotFound);
    delete(&app, &id).await.unwrap();
    assert_eq!(delete(&app, &id).await.unwrap_err().code, ErrorCode::NotFound);
    for table in [
        "SELECT count(*) FROM documents",
        "SELECT count(*) FROM document_block_content",
        "SELECT count(*) FROM document_associations",
        "SELECT count(*) FROM online_meeting_artifacts a WHERE NOT EXISTS
            (SELECT 1 FROM online_meetings m WHERE m.tenant = a.tenant AND m.meeting_id = a.meeting_id)",
    ] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    assert_eq!(events(&app).await[0].0, "INTERACTION_DELETED");
    assert!(
        app.actor(DISPATCHER).await.require::<InteractionDelete>().is_err(),
        "a dispatcher may not delete"
    );
}
