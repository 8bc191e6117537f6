//! The command palette finds by a few letters what the person may read, in one tenant.

use domain::PaletteHits;
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

async fn found(app: &TestApp, email: &str, search: &str) -> PaletteHits {
    let actor = app.actor(email).await;
    backend::palette::search(&app.backend, &actor, search).await.unwrap()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn clients_contacts_and_interactions_are_found(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let hits = found(&app, DISPATCHER, "acme m").await;
    assert_eq!(hits.clients.len(), 1, "{hits:?}");
    assert_eq!(hits.clients[0].name, "Acme Manufacturing");
    let hits = found(&app, DISPATCHER, " ADA@acme ").await;
    assert_eq!(hits.contacts.len(), 1, "{hits:?}");
    assert_eq!(
        (hits.contacts[0].name.as_str(), hits.contacts[0].client.as_str()),
        ("Ada Example", "Acme Manufacturing")
    );
    let hits = found(&app, DISPATCHER, "rest backup").await;
    assert!(
        hits.interactions
            .iter()
            .all(|hit| hit.title.to_lowercase().contains("backup"))
    );
    assert!(
        hits.interactions
            .iter()
            .any(|hit| hit.title == "Online Meeting: Backup restore test" && !hit.day.is_empty()),
        "{hits:?}"
    );
    // Never more than five of each; what begins with it comes first.
    let hits = found(&app, DISPATCHER, "printer").await;
    assert_eq!(hits.interactions.len(), 5);
    let hits = found(&app, DISPATCHER, "e").await;
    assert_eq!(hits.clients.len(), 5);
    assert!(hits.interactions.is_empty(), "one letter is in too many");
    let hits = found(&app, DISPATCHER, "g").await;
    assert!(hits.clients[0].name.starts_with('G'), "{hits:?}");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nothing_else_is_found(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for search in ["acme", "ada@acme", "globex"] {
        assert_eq!(
            found(&app, CONTOSO_ADMIN, search).await,
            PaletteHits::default(),
            "{search}"
        );
    }
    assert_eq!(found(&app, CONTOSO_ADMIN, "initech").await.clients.len(), 1);
    let long = "x".repeat(10_000);
    for search in [
        "",
        "  ",
        "%",
        "_",
        "\\",
        "\u{0}",
        "'",
        "':* | !",
        "<script>alert(1)</script>",
        &long,
    ] {
        assert_eq!(
            found(&app, DISPATCHER, search).await,
            PaletteHits::default(),
            "{search:?}"
        );
    }
    app.execute("UPDATE clients SET is_inactive = true WHERE client_name = 'Globex'")
        .await;
    app.execute("UPDATE contacts SET is_inactive = true WHERE email = 'cy@globex.example'")
        .await;
    let hits = found(&app, DISPATCHER, "cy@globex").await;
    assert!(hits.contacts.is_empty());
    assert!(found(&app, DISPATCHER, "globex").await.clients.is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn only_what_the_person_may_read_is_found(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let all = |hits: &PaletteHits| (hits.clients.len(), hits.contacts.len(), hits.interactions.len());
    let before = found(&app, DISPATCHER, "acme").await;
    assert!(all(&before).0 > 0 && all(&before).1 > 0, "{before:?}");
    app.execute(
        "DELETE FROM role_permissions WHERE permission_id IN
             (SELECT permission_id FROM permissions WHERE resource IN ('client', 'interaction') AND action = 'read')",
    )
    .await;
    // Somebody who signs in only now has what the roles grant now.
    let tech = "tech@northwind.example";
    let hits = found(&app, tech, "acme").await;
    assert_eq!((hits.clients.len(), hits.interactions.len()), (0, 0));
    assert_eq!(hits.contacts, before.contacts);
    assert!(found(&app, tech, "backup").await.interactions.is_empty());
    assert!(!found(&app, DISPATCHER, "backup").await.interactions.is_empty());
}
