//! The lists of clients and contacts, and adding and changing one.

use backend::access::may;
use domain::{ClientList, ContactList, ErrorCode, Failure, Field, ListQuery, Origin, Problem, SaveClient, SaveContact};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const TECH: &str = "tech@northwind.example";

async fn clients(app: &TestApp, query: ListQuery) -> ClientList {
    let grant = app.grant(DISPATCHER).await;
    backend::clients::list(&app.backend, &grant, &query).await.unwrap()
}

async fn contacts(app: &TestApp, query: ListQuery) -> ContactList {
    let grant = app.grant(DISPATCHER).await;
    backend::contacts::list(&app.backend, &grant, &query).await.unwrap()
}

async fn save_client(app: &TestApp, who: &str, form: &SaveClient) -> Result<domain::ClientId, Failure> {
    let actor = app.actor(who).await;
    let saved = if form.is_new() {
        backend::clients::create(&app.backend, &actor.require()?, form).await
    } else {
        backend::clients::edit(&app.backend, &actor.require()?, form).await
    };
    saved.map_err(backend::Error::failure)
}

async fn save_contact(app: &TestApp, who: &str, form: &SaveContact) -> Result<domain::ContactId, Failure> {
    let actor = app.actor(who).await;
    let saved = if form.is_new() {
        backend::contacts::create(&app.backend, &actor.require()?, form).await
    } else {
        backend::contacts::edit(&app.backend, &actor.require()?, form).await
    };
    saved.map_err(backend::Error::failure)
}

async fn new_client(app: &TestApp, name: &str) -> SaveClient {
    let grant = app.grant(DISPATCHER).await;
    SaveClient {
        name: name.into(),
        ..backend::clients::new_form(&app.backend, &grant).values
    }
}

async fn new_contact(app: &TestApp, name: &str, email: &str) -> SaveContact {
    let grant = app.grant(DISPATCHER).await;
    let form = backend::contacts::new_form(&app.backend, &grant, "").await.unwrap();
    SaveContact {
        name: name.into(),
        email: email.into(),
        ..form.values
    }
}

async fn client_form(app: &TestApp, id: &str) -> SaveClient {
    let grant = app.grant(DISPATCHER).await;
    backend::clients::edit_form(&app.backend, &grant, id)
        .await
        .unwrap()
        .values
}

async fn contact_form(app: &TestApp, id: &str) -> SaveContact {
    let grant = app.grant(DISPATCHER).await;
    backend::contacts::edit_form(&app.backend, &grant, id)
        .await
        .unwrap()
        .values
}

fn problems(failure: Failure) -> Vec<(Field, Problem)> {
    let fields = failure.fields.into_iter();
    fields.map(|error| (error.field, error.problem)).collect()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_list_is_paged_without_a_loss_and_without_a_repetition(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "INSERT INTO clients (tenant, client_name, is_inactive)
         SELECT tenant, CASE WHEN n % 2 = 0 THEN 'BULK ' ELSE 'bulk ' END || n || CASE WHEN n % 10 = 0 THEN ' Größe' ELSE '' END, n % 3 = 0
           FROM tenants, generate_series(1, 300) n WHERE client_name = 'Northwind IT'",
    )
    .await;
    for (show, expected) in [("", 44 + 200), ("inactive", 100), ("all", 344)] {
        let mut query = ListQuery {
            show: show.into(),
            ..ListQuery::default()
        };
        let mut names = Vec::new();
        for _ in 0..20 {
            let page = clients(&app, query.clone()).await;
            assert_eq!(page.total, expected, "{show}");
            assert!(page.rows.len() <= 50);
            names.extend(page.rows.into_iter().map(|row| row.name.to_lowercase()));
            match page.next {
                // As it comes back from the address.
                Some(next) => query.after = next.to_string(),
                None => break,
            }
        }
        assert_eq!(names.len(), expected as usize, "{show}");
        assert!(names.is_sorted(), "by name, whatever its case");
        names.dedup();
        assert_eq!(names.len(), expected as usize, "each once");
    }
    let found = clients(
        &app,
        ListQuery {
            q: "größe".into(),
            show: "all".into(),
            ..ListQuery::default()
        },
    )
    .await;
    assert_eq!(found.rows.len(), 30);
    let nowhere = ListQuery {
        after: "zz".into(),
        ..ListQuery::default()
    };
    assert_eq!(
        clients(&app, nowhere).await.rows.len(),
        50,
        "a damaged place is the top"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn more_than_a_thousand_are_not_counted(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "INSERT INTO clients (tenant, client_name) SELECT tenant, 'Bulk ' || n FROM tenants, generate_series(1, 2000) n
          WHERE client_name = 'Northwind IT'",
    )
    .await;
    assert_eq!(clients(&app, ListQuery::default()).await.total, 1001);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn contacts_are_found_by_part_of_name_or_address_and_by_client(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let query = |q: &str, client: &str| ListQuery {
        q: q.into(),
        client: client.into(),
        ..ListQuery::default()
    };
    let names = |list: ContactList| list.rows.into_iter().map(|row| row.name).collect::<Vec<_>>();
    assert_eq!(names(contacts(&app, query("ada ex", "")).await), ["Ada Example"]);
    assert_eq!(names(contacts(&app, query("DA@ACME", "")).await), ["Ada Example"]);
    assert!(
        names(contacts(&app, query("dee", "")).await).is_empty(),
        "another tenant's"
    );
    assert!(
        names(contacts(&app, query("%", "")).await).is_empty(),
        "taken literally"
    );
    let acme = contacts(&app, query("", "acme manufacturing")).await;
    assert!(acme.rows.len() >= 2);
    assert!(
        acme.rows
            .iter()
            .all(|row| row.client.as_ref().unwrap().name == "Acme Manufacturing")
    );
    assert!(contacts(&app, query("", "Initech")).await.rows.is_empty());
    assert!(names(contacts(&app, query("cy", "Acme Manufacturing")).await).is_empty());
    let page = contacts(&app, ListQuery::default()).await;
    assert_eq!(page.rows.len(), 50);
    let next = ListQuery {
        after: page.next.unwrap().to_string(),
        ..ListQuery::default()
    };
    let more = contacts(&app, next).await;
    assert!(!more.rows.is_empty() && more.rows.iter().all(|row| !page.rows.contains(row)));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_client_is_added_once_and_changed_in_all_its_fields(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = SaveClient {
        url: "zwerg.example".into(),
        email: "Hello@Zwerg.example".into(),
        phone: "+49 30 1234".into(),
        street: "<b>Hof</b> 1".into(),
        postcode: "10115".into(),
        city: "Berlin".into(),
        country: "Germany".into(),
        zone: "Europe/Berlin".into(),
        language: "de".into(),
        ..new_client(&app, "Zwerg & Söhne").await
    };
    let id = save_client(&app, DISPATCHER, &form).await.unwrap();
    assert_eq!(save_client(&app, DISPATCHER, &form).await.unwrap(), id, "posted twice");
    assert_eq!(
        app.count("SELECT count(*) FROM clients WHERE client_name LIKE 'Zwerg%'")
            .await,
        1
    );
    let page = async || {
        let grant = app.grant(DISPATCHER).await;
        backend::clients::page(&app.backend, &grant, &id.to_string())
            .await
            .unwrap()
    };
    let seen = page().await;
    assert_eq!(seen.url.as_deref(), Some("https://zwerg.example"));
    assert_eq!(seen.email.as_deref(), Some("hello@zwerg.example"));
    assert_eq!(seen.address, ["<b>Hof</b> 1", "10115 Berlin", "Germany"]);
    assert_eq!(
        (seen.language.as_deref(), seen.zone.as_deref()),
        (Some("Deutsch"), Some("Europe/Berlin"))
    );

    app.execute("UPDATE clients SET properties = properties || '{\"logo\": \"kept\"}' WHERE client_name LIKE 'Zwerg%'")
        .await;
    let edit = client_form(&app, &id.to_string()).await;
    let emptied = SaveClient {
        name: "Riese".into(),
        url: String::new(),
        email: String::new(),
        street: String::new(),
        language: String::new(),
        zone: String::new(),
        active: None,
        ..edit
    };
    save_client(&app, DISPATCHER, &emptied).await.unwrap();
    let seen = page().await;
    assert_eq!(
        (seen.name.as_str(), seen.url, seen.email, seen.language, seen.zone),
        ("Riese", None, None, None, None)
    );
    assert_eq!(seen.address, ["10115 Berlin", "Germany"]);
    assert!(seen.is_inactive);
    assert_eq!(
        app.count("SELECT count(*) FROM clients WHERE client_name = 'Riese' AND properties = '{\"logo\": \"kept\"}' AND updated_by IS NOT NULL")
            .await,
        1,
        "what the peer keeps there stays"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn names_of_clients_are_unique_and_nearly_the_same_is_asked_about(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let taken = new_client(&app, "Globex").await;
    assert_eq!(
        problems(save_client(&app, DISPATCHER, &taken).await.unwrap_err()),
        [(Field::Name, Problem::Taken)]
    );
    let similar = new_client(&app, "GLOBEX").await;
    let value = "Globex".to_owned();
    assert_eq!(
        problems(save_client(&app, DISPATCHER, &similar).await.unwrap_err()),
        [(Field::Name, Problem::Similar { value })]
    );
    let meant = SaveClient {
        similar: Some("on".into()),
        ..similar
    };
    let id = save_client(&app, DISPATCHER, &meant).await.unwrap();
    // Whoever changes something else of it is not asked again.
    let edit = SaveClient {
        phone: "112".into(),
        ..client_form(&app, &id.to_string()).await
    };
    save_client(&app, DISPATCHER, &edit).await.unwrap();
    let initech = new_client(&app, "Initech").await;
    save_client(&app, DISPATCHER, &initech)
        .await
        .expect("another tenant's name is free");
    let bad = SaveClient {
        zone: "Mars/Olympus".into(),
        ..new_client(&app, "Acme Manufacturing").await
    };
    assert_eq!(
        problems(save_client(&app, DISPATCHER, &bad).await.unwrap_err()),
        [(Field::Name, Problem::Taken), (Field::Zone, Problem::NotAZone)]
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn who_saves_second_is_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (acme, ada) = (
        app.client("Acme Manufacturing").await.to_string(),
        app.contact("ada@acme.example").await.to_string(),
    );
    let (mine, theirs) = (client_form(&app, &acme).await, client_form(&app, &acme).await);
    let with_phone = |form: &SaveClient, phone: &str| SaveClient {
        phone: phone.into(),
        ..form.clone()
    };
    save_client(&app, DISPATCHER, &with_phone(&theirs, "1")).await.unwrap();
    let late = save_client(&app, DISPATCHER, &with_phone(&mine, "2")).await;
    assert_eq!(late.unwrap_err().code, ErrorCode::Conflict);
    let grant = app.grant(DISPATCHER).await;
    let form = backend::clients::edit_form(&app.backend, &grant, &acme).await.unwrap();
    assert!(form.changed.unwrap().starts_with("Dana Ortiz, "));
    assert_eq!(form.values.phone, "1");

    let form = contact_form(&app, &ada).await;
    let role = |role: &str| SaveContact {
        role: role.into(),
        ..form.clone()
    };
    save_contact(&app, TECH, &role("Boss")).await.unwrap();
    let late = save_contact(&app, TECH, &role("Clerk")).await;
    assert_eq!(late.unwrap_err().code, ErrorCode::Conflict);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_contact_is_added_once_and_changed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = SaveContact {
        phone: "+49 30 99".into(),
        role: "=Boss".into(),
        client: "globex".into(),
        ..new_contact(&app, "Eve <script>", "Eve@Globex.example").await
    };
    let id = save_contact(&app, TECH, &form).await.unwrap();
    assert_eq!(save_contact(&app, TECH, &form).await.unwrap(), id, "posted twice");
    let grant = app.grant::<may::ContactRead>(DISPATCHER).await;
    let page = async || {
        backend::contacts::page(&app.backend, &grant, &id.to_string())
            .await
            .unwrap()
    };
    let seen = page().await;
    assert_eq!(
        (seen.name.as_str(), seen.role.as_deref(), seen.email.as_deref()),
        ("Eve <script>", Some("=Boss"), Some("eve@globex.example"))
    );
    assert_eq!(seen.client.as_ref().unwrap().name, "Globex");
    assert_eq!(seen.phones.len(), 1);

    let again = new_contact(&app, "Eve", "EVE@globex.example").await;
    assert_eq!(
        problems(save_contact(&app, TECH, &again).await.unwrap_err()),
        [(Field::Email, Problem::Taken)]
    );
    let value = "Initech".to_owned();
    let nowhere = SaveContact {
        client: value.clone(),
        ..new_contact(&app, "Foe", "").await
    };
    assert_eq!(
        problems(save_contact(&app, TECH, &nowhere).await.unwrap_err()),
        [(Field::Client, Problem::NoSuchClient { value })],
        "another tenant's client"
    );
    let edit = SaveContact {
        client: String::new(),
        phone: String::new(),
        active: None,
        ..contact_form(&app, &id.to_string()).await
    };
    save_contact(&app, TECH, &edit).await.unwrap();
    let seen = page().await;
    assert!(seen.client.is_none() && seen.phones.is_empty() && seen.is_inactive);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn zone_and_language_of_a_contact_come_from_the_first_who_knows(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let grant = app.grant::<may::ContactRead>(DISPATCHER).await;
    let ada = app.contact("ada@acme.example").await.to_string();
    let known = async || {
        let page = backend::contacts::page(&app.backend, &grant, &ada).await.unwrap();
        let (zone, language) = (page.zone.unwrap(), page.language.unwrap());
        (zone.value, zone.origin, language.value, language.origin)
    };
    let text = |text: &str| text.to_owned();
    assert_eq!(
        known().await,
        (
            text("Europe/Berlin"),
            Origin::Organisation,
            text("English"),
            Origin::Organisation
        )
    );
    app.execute(
        "UPDATE clients SET timezone = 'Europe/London', properties = '{\"defaultLocale\": \"pt_BR\"}' WHERE client_name = 'Acme Manufacturing'",
    )
    .await;
    assert_eq!(
        known().await,
        (text("Europe/London"), Origin::Client, text("Português"), Origin::Client)
    );
    let edit = SaveContact {
        zone: "Asia/Tokyo".into(),
        language: "fr".into(),
        ..contact_form(&app, &ada).await
    };
    save_contact(&app, TECH, &edit).await.unwrap();
    assert_eq!(
        known().await,
        (text("Asia/Tokyo"), Origin::Contact, text("Français"), Origin::Contact)
    );
    app.execute("UPDATE users SET timezone = 'America/New_York' WHERE email = 'ada@acme.example'")
        .await;
    let (zone, origin, ..) = known().await;
    assert_eq!((zone, origin), (text("America/New_York"), Origin::Portal));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn roles_and_tenants_bound_what_may_be_changed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = new_client(&app, "Nobody's").await;
    assert_eq!(
        save_client(&app, TECH, &form).await.unwrap_err().code,
        ErrorCode::Forbidden,
        "technicians read clients only"
    );
    save_client(&app, "finance@northwind.example", &form).await.unwrap();
    let (acme, ada) = (
        app.client("Acme Manufacturing").await.to_string(),
        app.contact("ada@acme.example").await.to_string(),
    );
    let (client, contact) = (client_form(&app, &acme).await, contact_form(&app, &ada).await);
    let foreign = app.actor(CONTOSO_ADMIN).await;
    assert_eq!(
        save_client(&app, CONTOSO_ADMIN, &client).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    assert_eq!(
        save_contact(&app, CONTOSO_ADMIN, &contact).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    for id in [acme.as_str(), "nonsense"] {
        let form = backend::clients::edit_form(&app.backend, &foreign.require().unwrap(), id).await;
        assert_eq!(form.unwrap_err().failure().code, ErrorCode::NotFound);
        let form = backend::contacts::new_form(&app.backend, &foreign.require().unwrap(), id).await;
        assert_eq!(form.unwrap_err().failure().code, ErrorCode::NotFound);
        let form = backend::contacts::edit_form(&app.backend, &foreign.require().unwrap(), id).await;
        assert_eq!(form.unwrap_err().failure().code, ErrorCode::NotFound);
    }
}
