//! Demo data.

use sqlx::PgPool;

use crate::test_app::TestApp;

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn demo_data_is_complete_and_seeded_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    assert!(
        backend::seed::demo(&app.backend).await.unwrap().is_empty(),
        "a second run adds nothing"
    );
    assert_eq!(
        app.count("SELECT count(*) FROM clients c JOIN tenants t USING (tenant) WHERE t.client_name = 'Northwind IT'")
            .await,
        44
    );
    assert_eq!(app.count("SELECT count(*) FROM users").await, 9);
    assert!(app.count("SELECT count(*) FROM interactions").await >= 2000);
    assert_eq!(
        app.count("SELECT count(DISTINCT status) FROM online_meetings").await,
        8,
        "a meeting in every state"
    );
    assert_eq!(app.count("SELECT count(*) FROM online_meetings WHERE status = 'scheduled' AND start_time <= now() - interval '1 day' * 3000").await, 0);
    assert_eq!(
        app.count("SELECT count(*) FROM tenant_secrets WHERE position('secret'::bytea IN ciphertext) > 0")
            .await,
        0,
        "no secret in clear"
    );
    assert_eq!(
        app.count("SELECT count(*) FROM users u JOIN contacts c ON c.tenant = u.tenant AND c.contact_name_id = u.contact_id WHERE u.user_type = 'client'").await,
        4
    );
}
