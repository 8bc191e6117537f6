//! What the quick-add form accepts, and what it says about the rest.

use backend::{
    access::may::{InteractionCreate, InteractionRead},
    interactions::QuickAddFor,
};
use domain::{ErrorCode, Failure, Field, Permission, PersonKind, Problem, QuickAdd};
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
    for kind in app.form().await.choices.types {
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
        .choices
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
                user_id: app
                    .id("SELECT user_id FROM users WHERE email = $1", CONTOSO_ADMIN)
                    .await
                    .to_string(),
                ..good.clone()
            },
            Field::Owner,
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
        domain::Capability::Unavailable(domain::Unavailable::NotConfigured)
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
        (form.values.start.as_str(), form.values.end.as_str()),
        ("2026-11-24T11:30", "2026-11-24T12:00")
    );
    assert_eq!(form.choices.zone, "Europe/Berlin");
    assert_eq!(form.organizer.as_deref(), Some("meetings@northwind.example"));
    let grant = app.grant(CONTOSO_ADMIN).await;
    let asked = QuickAddFor {
        client_id: &app.client("Initech").await.to_string(),
        ..QuickAddFor::default()
    };
    let form = backend::interactions::form(&app.backend, &grant, asked, None)
        .await
        .unwrap();
    assert_eq!(form.values.start, "2026-11-24T04:30");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn somebody_else_can_be_the_owner(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let tech = app
        .id("SELECT user_id FROM users WHERE email = $1", "tech@northwind.example")
        .await;
    for create_teams_meeting in [None, Some("on".to_owned())] {
        let form = QuickAdd {
            user_id: tech.to_string(),
            create_teams_meeting,
            ..app.meeting().await
        };
        app.add(&form).await.unwrap();
    }
    assert_eq!(
        app.count(
            "SELECT count(*) FROM interactions i JOIN users u USING (tenant, user_id)
              WHERE i.title LIKE '%Backup review' AND u.email = 'tech@northwind.example'"
        )
        .await,
        2
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_form_is_opened_for_a_contact_a_client_or_nobody(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let grant = app.grant::<InteractionCreate>(DISPATCHER).await;
    let form = |asked| backend::interactions::form(&app.backend, &grant, asked, None);
    let ada = app.contact("ada@acme.example").await.to_string();
    let acme = app.client("Acme Manufacturing").await.to_string();
    let of_ada = form(QuickAddFor {
        contact_id: &ada,
        ..QuickAddFor::default()
    })
    .await
    .unwrap();
    assert_eq!((&of_ada.values.client_id, &of_ada.values.contact_id), (&acme, &ada));
    assert_eq!(of_ada.values.attendees, ["ada@acme.example"]);
    assert_eq!(of_ada.attendees[0].kind, PersonKind::Contact);
    let me = app.id("SELECT user_id FROM users WHERE email = $1", DISPATCHER).await;
    assert_eq!(of_ada.values.user_id, me.to_string());

    let of_nobody = form(QuickAddFor::default()).await.unwrap();
    assert_eq!(of_nobody.values.client_id, "");
    assert!(of_nobody.choices.clients.len() > 40 && of_nobody.choices.contacts.is_empty());
    let found = form(QuickAddFor {
        search: "acme",
        ..QuickAddFor::default()
    })
    .await
    .unwrap();
    assert_eq!(found.values.client_id, acme, "who is found alone is chosen");
    assert!(!found.choices.contacts.is_empty());

    let dee = app.contact("dee@initech.example").await.to_string();
    for (client_id, contact_id) in [("globex", ""), ("", "cy"), ("", dee.as_str())] {
        let asked = QuickAddFor {
            client_id,
            contact_id,
            search: "",
        };
        assert_eq!(
            form(asked).await.unwrap_err().failure().code,
            ErrorCode::NotFound,
            "{asked:?}"
        );
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn pickers_find_the_tenants_own(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let creates = app.grant::<InteractionCreate>(DISPATCHER).await;
    let reads = app.grant::<InteractionRead>(DISPATCHER).await;
    let acme = app.client("Acme Manufacturing").await.to_string();
    let people = async |search: &str, client: &str| {
        let found = backend::interactions::find_people(&app.backend, &creates, search, client).await;
        let address = |person: domain::Person| (person.address, person.kind);
        found.unwrap().into_iter().map(address).collect::<Vec<_>>()
    };
    assert_eq!(
        people("ADA@acme", "").await,
        [("ada@acme.example".to_owned(), PersonKind::Contact)]
    );
    assert_eq!(
        people("tomas b", "").await,
        [("tech@northwind.example".to_owned(), PersonKind::Staff)]
    );
    assert_eq!(people("dee@initech", "").await, [], "another tenant's contact");
    assert_eq!(people("casey", "").await, [], "another tenant's staff");
    assert_eq!(people("%", "").await, [], "taken literally");
    assert_eq!(people("", "").await, []);
    assert!(
        people("", &acme)
            .await
            .iter()
            .all(|(address, _)| address.ends_with("acme.example"))
    );
    let first = people("example", &acme).await;
    assert!(first[0].0.ends_with("acme.example") && first.len() <= 16, "{first:?}");

    let clients = async |search: &str| {
        let found = backend::interactions::find_clients(&app.backend, &reads, search)
            .await
            .unwrap();
        found.into_iter().map(|client| client.name).collect::<Vec<_>>()
    };
    assert_eq!(clients("ACME").await, ["Acme Manufacturing"]);
    assert_eq!(clients("Initech").await, Vec::<String>::new());
    assert_eq!(clients("").await.len(), 12);

    let contacts = async |client: &str| {
        backend::interactions::contacts(&app.backend, &reads, client)
            .await
            .map(|contacts| contacts.len())
            .map_err(|error| error.failure().code)
    };
    assert!(contacts(&acme).await.unwrap() >= 2);
    let initech = app.client("Initech").await.to_string();
    assert_eq!(contacts(&initech).await, Err(ErrorCode::NotFound));
    assert_eq!(contacts("1").await, Err(ErrorCode::NotFound));
}
