//! Importing clients and contacts from a file.

use backend::import::{Rights, confirm, preview, stage};
use domain::{
    ErrorCode, Failure, Field, Problem,
    import::{ConfirmImport, Counts, ImportKind, ImportPreview, Outcome, Refusal},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const TECH: &str = "tech@northwind.example";
const CLIENTS: &str = "Client Name;URL;E-Mail;Phone;address_line1;City;Time zone;Language;Shoe size\r\n\
    Zwerg & Söhne;zwerg.example;hello@zwerg.example;+49 30 1;\"Hof 1\r\nHinterhaus\";Berlin;Europe/Berlin;de;37\r\n\
    globex;;;;;Bonn;;;\r\n\
    =1+1;;;;;;;;\r\n\
    Initech;javascript:alert(1);nobody;;;;Mars/Olympus;tlh;\r\n\
    zwerg & söhne;;;;;;;;\r\n\
    ;;;;Somewhere;;;;\r\n";

async fn rights(app: &TestApp, who: &str, kind: ImportKind) -> Rights {
    Rights::of(&app.actor(who).await, kind).unwrap()
}

async fn upload(app: &TestApp, rights: &Rights, text: &str) -> Uuid {
    stage(&app.backend, rights, "list.csv", text.as_bytes())
        .await
        .unwrap()
        .unwrap()
}

async fn look(app: &TestApp, rights: &Rights, id: Uuid, create: bool) -> ImportPreview {
    preview(&app.backend, rights, &id.to_string(), create).await.unwrap()
}

fn form(preview: &ImportPreview) -> ConfirmImport {
    ConfirmImport {
        upload_id: preview.upload_id.to_string(),
        seen: preview.counts.token(),
        create_clients: preview.creates_clients.then(|| "on".to_owned()),
        leave_out: None,
    }
}

async fn import(app: &TestApp, rights: &Rights, form: &ConfirmImport) -> Result<Counts, Failure> {
    confirm(&app.backend, rights, form)
        .await
        .map_err(backend::Error::failure)
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn clients_are_shown_line_by_line_and_then_imported_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let rights = rights(&app, DISPATCHER, ImportKind::Clients).await;
    let id = upload(&app, &rights, CLIENTS).await;
    let seen = look(&app, &rights, id, false).await;
    assert_eq!(seen.counts.token(), "2.1.0.3.0");
    assert_eq!(seen.ignored, ["Shoe size"]);
    assert_eq!(seen.rows[0].cells[4], "Hof 1, Hinterhaus");
    let outcomes: Vec<_> = seen.rows.iter().map(|row| (row.line, row.outcome)).collect();
    assert_eq!(
        outcomes,
        [
            (2, Outcome::Added),
            (4, Outcome::Updated),
            (5, Outcome::Added),
            (6, Outcome::Wrong),
            (7, Outcome::Wrong),
            (8, Outcome::Wrong)
        ]
    );
    let problems: Vec<_> = seen
        .problems
        .iter()
        .map(|problem| (problem.line, problem.field, problem.problem.clone()))
        .collect();
    let value = "nobody".to_owned();
    assert_eq!(
        problems,
        [
            (6, Field::Website, Problem::NotAUrl),
            (6, Field::Email, Problem::NotAnEmail { value }),
            (6, Field::Language, Problem::NotALanguage),
            (7, Field::Name, Problem::Repeats { line: 2 }),
            (8, Field::Name, Problem::Required),
        ]
    );
    assert_eq!(
        app.count("SELECT count(*) FROM clients WHERE client_name LIKE 'Zwerg%'")
            .await,
        0
    );

    // Wrong lines stand in the way of all, unless they are left out.
    let refused = import(&app, &rights, &form(&seen)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Invalid);
    assert_eq!(
        app.count("SELECT count(*) FROM clients WHERE client_name LIKE 'Zwerg%'")
            .await,
        0
    );
    let without = ConfirmImport {
        leave_out: Some("on".into()),
        ..form(&seen)
    };
    let done = import(&app, &rights, &without).await.unwrap();
    assert_eq!((done.added, done.updated, done.wrong), (2, 1, 3));
    assert_eq!(
        import(&app, &rights, &without).await.unwrap(),
        done,
        "once, however often"
    );
    assert_eq!(look(&app, &rights, id, false).await.done, Some(done));
    assert_eq!(
        app.count(
            "SELECT count(*) FROM clients c JOIN client_locations l USING (tenant, client_id)
              WHERE client_name = 'Zwerg & Söhne' AND url = 'https://zwerg.example' AND timezone = 'Europe/Berlin'
                AND properties->>'defaultLocale' = 'de' AND l.email = 'hello@zwerg.example' AND l.address_line1 = 'Hof 1, Hinterhaus'"
        )
        .await,
        1
    );
    assert_eq!(
        app.count(
            "SELECT count(*) FROM clients c JOIN client_locations l USING (tenant, client_id)
                    WHERE client_name = 'Globex' AND url IS NOT NULL AND l.city = 'Bonn'"
        )
        .await,
        1,
        "an empty cell leaves what is there, and the name keeps its spelling"
    );
    assert_eq!(
        app.count("SELECT count(*) FROM clients WHERE client_name = '=1+1'")
            .await,
        1
    );

    // The same file again changes nothing.
    let again = look(&app, &rights, upload(&app, &rights, CLIENTS).await, false).await;
    assert_eq!(
        (again.counts.added, again.counts.updated, again.counts.unchanged),
        (0, 0, 3)
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn contacts_are_imported_with_their_clients(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let text = "full_name,email,phone_number,client_name,is_inactive,locale\n\
        Ada Lovelace,ADA@acme.example,+1 2,,,\n\
        Eve,eve@globex.example,,globex,no,fr\n\
        Finn,finn@new.example,,New Ltd,,\n\
        Gil,gil@new.example,,NEW LTD,yes,\n\
        Hal,,,,,\n";
    let tech = rights(&app, TECH, ImportKind::Contacts).await;
    let id = upload(&app, &tech, text).await;
    let seen = look(&app, &tech, id, true).await;
    assert!(
        !seen.may_create_clients && !seen.creates_clients,
        "technicians add no clients"
    );
    assert_eq!(seen.counts.token(), "1.1.0.3.0");
    assert_eq!(seen.unknown_clients, ["New Ltd"]);
    let forced = ConfirmImport {
        create_clients: Some("on".into()),
        ..form(&seen)
    };
    assert_eq!(
        import(&app, &tech, &forced).await.unwrap_err().code,
        ErrorCode::Forbidden
    );

    let dispatcher = rights(&app, DISPATCHER, ImportKind::Contacts).await;
    let seen = look(&app, &dispatcher, upload(&app, &dispatcher, text).await, true).await;
    assert_eq!(seen.counts.token(), "3.1.0.1.1");
    let all = ConfirmImport {
        leave_out: Some("on".into()),
        ..form(&seen)
    };
    import(&app, &dispatcher, &all).await.unwrap();
    assert_eq!(
        app.count(
            "SELECT count(*) FROM contacts k JOIN clients c USING (tenant, client_id)
              WHERE c.client_name = 'New Ltd' AND k.email IN ('finn@new.example', 'gil@new.example')"
        )
        .await,
        2
    );
    assert_eq!(
        app.count(
            "SELECT count(*) FROM contacts k JOIN contact_phone_numbers p USING (tenant, contact_name_id)
              WHERE k.full_name = 'Ada Lovelace' AND k.email = 'ada@acme.example' AND k.client_id IS NOT NULL AND p.phone_number = '+1 2'"
        )
        .await,
        1
    );
    assert_eq!(
        app.count("SELECT count(*) FROM contacts WHERE email = 'gil@new.example' AND is_inactive")
            .await,
        1
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nothing_is_imported_when_something_changed_meanwhile(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let rights = rights(&app, DISPATCHER, ImportKind::Clients).await;
    let seen = look(
        &app,
        &rights,
        upload(&app, &rights, "name\nFirst\nSecond\n").await,
        false,
    )
    .await;
    app.execute("INSERT INTO clients (tenant, client_name) SELECT tenant, 'second' FROM tenants WHERE client_name = 'Northwind IT'")
        .await;
    let refused = import(&app, &rights, &form(&seen)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert_eq!(
        app.count("SELECT count(*) FROM clients WHERE client_name = 'First'")
            .await,
        0
    );
    let seen = look(&app, &rights, seen.upload_id, false).await;
    assert_eq!(import(&app, &rights, &form(&seen)).await.unwrap().added, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn ten_confirmations_at_once_import_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let rights = rights(&app, DISPATCHER, ImportKind::Clients).await;
    let seen = look(
        &app,
        &rights,
        upload(&app, &rights, "name\nFirst\nSecond\n").await,
        false,
    )
    .await;
    let form = form(&seen);
    let all = futures::future::join_all((0..10).map(|_| import(&app, &rights, &form))).await;
    assert!(all.iter().all(|done| done.as_ref().unwrap().added == 2));
    assert_eq!(
        app.count("SELECT count(*) FROM clients WHERE client_name IN ('First', 'Second')")
            .await,
        2
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_upload_is_its_authors_and_expires(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mine = rights(&app, DISPATCHER, ImportKind::Clients).await;
    let id = upload(&app, &mine, "name\nFirst\n").await;
    let missing = async |who: &str, kind| {
        let rights = rights(&app, who, kind).await;
        let shown = preview(&app.backend, &rights, &id.to_string(), false).await;
        let form = ConfirmImport {
            upload_id: id.to_string(),
            seen: "1.0.0.0.0".into(),
            ..ConfirmImport::default()
        };
        let done = confirm(&app.backend, &rights, &form).await;
        [shown.err(), done.err()].map(|error| error.map(|error| error.failure().code))
    };
    let not_there = [Some(ErrorCode::NotFound), Some(ErrorCode::NotFound)];
    for who in ["admin@northwind.example", CONTOSO_ADMIN] {
        assert_eq!(missing(who, ImportKind::Clients).await, not_there, "{who}");
    }
    assert_eq!(
        missing(DISPATCHER, ImportKind::Contacts).await,
        not_there,
        "of another kind"
    );
    app.advance(25 * 3600);
    let rights = Rights::of(&app.actor(DISPATCHER).await, ImportKind::Clients).unwrap();
    let late = preview(&app.backend, &rights, &id.to_string(), false).await;
    assert_eq!(late.unwrap_err().failure().code, ErrorCode::NotFound);
    assert_eq!(app.count("SELECT count(*) FROM import_uploads").await, 1);
    tokio::time::timeout(std::time::Duration::from_secs(2), app.backend.keep_house())
        .await
        .expect_err("it keeps house until it is stopped");
    assert_eq!(app.count("SELECT count(*) FROM import_uploads").await, 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn files_are_refused_as_a_whole(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let rights = rights(&app, DISPATCHER, ImportKind::Contacts).await;
    let lines = format!("name,email\n{}", "a,b@c.example\n".repeat(100_000));
    for (bytes, refusal) in [
        (lines.as_bytes(), Refusal::TooManyLines(100_000)),
        (b"name\nAda", Refusal::Missing(domain::import::Column::Email)),
        (b"PK\x03\x04", Refusal::Workbook),
        (b"", Refusal::Empty),
    ] {
        let refused = stage(&app.backend, &rights, "x.csv", bytes).await.unwrap();
        assert_eq!(refused, Err(refusal));
    }
    assert_eq!(app.count("SELECT count(*) FROM import_uploads").await, 0);
    let tech = app.actor(TECH).await;
    assert!(Rights::of(&tech, ImportKind::Clients).is_err());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn twenty_thousand_lines_go_in_one_transaction(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let rights = rights(&app, DISPATCHER, ImportKind::Contacts).await;
    let rows: String = (0..20_000)
        .map(|n| format!("Person {n},p{n}@bulk.example,Bulk {}\n", n / 10))
        .collect();
    let text = format!("name,email,client\n{rows}");
    let seen = look(&app, &rights, upload(&app, &rights, &text).await, true).await;
    assert_eq!(seen.counts.token(), "20000.0.0.0.2000");
    assert_eq!((seen.rows.len(), seen.unknown_clients.len()), (50, 20));
    import(&app, &rights, &form(&seen)).await.unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM contacts WHERE email LIKE '%@bulk.example'")
            .await,
        20_000
    );
    let many_wrong = look(
        &app,
        &rights,
        upload(&app, &rights, &text.replace("@bulk", "")).await,
        false,
    )
    .await;
    assert_eq!(
        (
            many_wrong.problems.len(),
            many_wrong.more_problems,
            many_wrong.counts.wrong
        ),
        (100, 19_900, 20_000)
    );
}
