//! What the quick-add form accepts, and what it says about the rest.

use domain::{ErrorCode, Failure, Field, Permission, Problem, QuickAdd};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

fn problems(failure: Failure) -> Vec<(Field, Problem)> {
    assert_eq!(failure.code, ErrorCode::Invalid);
    failure
        .fields
        .into_iter()
        .map(|error| (error.field, error.problem))
        .collect()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn every_type_can_be_logged(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for kind in app.form().await.types {
        let form = QuickAdd {
            type_id: kind.type_id.to_string(),
            title: format!("Logged as {}", kind.name),
            create_teams_meeting: None,
            ..app.meeting().await
        };
        app.add(&form).await.unwrap();
    }
    assert_eq!(
        app.count("SELECT count(*) FROM interactions WHERE title LIKE 'Logged as %'")
            .await,
        6
    );
    assert!(app.live_events().is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_does_not_exist_or_belong_together_is_named(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let good = app.meeting().await;
    let nobody = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b".to_owned();
    let call = app
        .form()
        .await
        .types
        .iter()
        .find(|kind| kind.name == "Call")
        .unwrap()
        .type_id
        .to_string();
    let cases = [
        (
            QuickAdd {
                contact_id: nobody.clone(),
                ..good.clone()
            },
            Field::Contact,
            Problem::Unknown,
        ),
        (
            QuickAdd {
                contact_id: app.contact("cy@globex.example").await.to_string(),
                ..good.clone()
            },
            Field::Contact,
            Problem::OtherClient,
        ),
        (
            QuickAdd {
                contact_id: app.contact("dee@initech.example").await.to_string(),
                ..good.clone()
            },
            Field::Contact,
            Problem::Unknown,
        ),
        (
            QuickAdd {
                type_id: nobody.clone(),
                ..good.clone()
            },
            Field::Type,
            Problem::Unknown,
        ),
        (
            QuickAdd {
                type_id: call,
                ..good.clone()
            },
            Field::Type,
            Problem::NotAnOnlineMeeting,
        ),
        (
            QuickAdd {
                status_id: nobody.clone(),
                ..good.clone()
            },
            Field::Status,
            Problem::Unknown,
        ),
        (
            QuickAdd {
                start: "2026-03-29T02:30".into(),
                end: "2026-03-29T03:30".into(),
                ..good.clone()
            },
            Field::Start,
            Problem::NoSuchTime,
        ),
        (
            QuickAdd {
                title: "x".repeat(10_000),
                ..good.clone()
            },
            Field::Title,
            Problem::TooLong { max: 255 },
        ),
        (
            QuickAdd {
                title: "bad \u{FFFD} bytes".into(),
                ..good.clone()
            },
            Field::Title,
            Problem::NotText,
        ),
        (
            QuickAdd {
                more_attendees: "not-an-address".into(),
                ..good.clone()
            },
            Field::Attendees,
            Problem::NotAnEmail {
                value: "not-an-address".into(),
            },
        ),
    ];
    for (form, field, problem) in cases {
        assert_eq!(problems(app.add(&form).await.unwrap_err()), [(field, problem)]);
    }
    assert!(
        app.sim.requests().is_empty(),
        "Microsoft is not asked about a form that cannot be saved"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn another_tenants_client_is_not_there(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = app.meeting().await;
    for client in [
        app.client("Initech").await.to_string(),
        "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b".to_owned(),
    ] {
        let failure = app
            .add(&QuickAdd {
                client_id: client,
                contact_id: String::new(),
                ..form.clone()
            })
            .await
            .unwrap_err();
        assert_eq!(failure.code, ErrorCode::NotFound);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn without_the_permission_there_is_no_grant(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("DELETE FROM role_permissions p USING permissions c WHERE c.permission_id = p.permission_id AND c.resource = 'interaction' AND c.action = 'create'").await;
    let actor = app.actor(DISPATCHER).await;
    let refusal = actor.require::<backend::access::may::InteractionCreate>().unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Forbidden);
    assert!(actor.require::<backend::access::may::InteractionRead>().is_ok());
    let viewer = backend::sessions::viewer(&actor);
    assert!(!viewer.may(Permission::InteractionCreate) && viewer.may(Permission::InteractionRead));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_tenant_without_teams_is_told_so(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE teams_integrations SET install_status = 'not_configured'")
        .await;
    let form = app.form().await;
    assert_eq!(
        form.meetings,
        domain::MeetingCapability::Unavailable(domain::Unavailable::NotConfigured)
    );
    assert_eq!(
        app.add(&app.meeting().await).await.unwrap_err().code,
        ErrorCode::MeetingsNotSetUp
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_form_knows_the_viewers_clock(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = app.form().await;
    assert_eq!(
        (form.start.as_str(), form.end.as_str()),
        ("2026-11-24T11:30", "2026-11-24T12:00")
    );
    assert_eq!(form.zone, "Europe/Berlin");
    assert_eq!(form.organizer.as_deref(), Some("meetings@northwind.example"));
    let grant = app.grant(CONTOSO_ADMIN).await;
    let form = backend::interactions::form(&app.backend, &grant, &app.client("Initech").await.to_string())
        .await
        .unwrap();
    assert_eq!(form.start, "2026-11-24T04:30");
}
