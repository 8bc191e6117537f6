//! Foreign rows are not there.

use backend::interactions::QuickAddFor;
use domain::{ErrorCode, ListQuery};
use sqlx::PgPool;
use uuid::Uuid;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn pages_of_another_tenant_answer_as_if_there_were_none(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let interaction = app
        .id(
            "SELECT interaction_id FROM interactions WHERE title = $1 ORDER BY interaction_id LIMIT 1",
            "Planning the server move",
        )
        .await;
    let acme = app.client("Acme Manufacturing").await;
    for (email, code) in [(DISPATCHER, None), (CONTOSO_ADMIN, Some(ErrorCode::NotFound))] {
        let page = backend::clients::page(&app.backend, &app.grant(email).await, &acme.to_string()).await;
        assert_eq!(page.err().map(|error| error.failure().code), code, "{email} and Acme");
        let form = backend::interactions::form(
            &app.backend,
            &app.grant(email).await,
            QuickAddFor {
                client_id: &acme.to_string(),
                ..QuickAddFor::default()
            },
            None,
        )
        .await;
        assert_eq!(
            form.err().map(|error| error.failure().code),
            code,
            "{email} and Acme's form"
        );
    }
    let ours = app
        .count("SELECT count(*) FROM interactions i JOIN tenants t USING (tenant) WHERE t.client_name = 'Northwind IT'")
        .await;
    assert!(ours >= 2000);
    let seen_by_both = [DISPATCHER, CONTOSO_ADMIN].map(|email| {
        let app = &app;
        async move {
            backend::interactions::page(&app.backend, &app.grant(email).await, &interaction.to_string())
                .await
                .is_ok()
        }
    });
    let [northwind, contoso] = seen_by_both;
    assert_ne!(northwind.await, contoso.await, "one interaction belongs to one tenant");
    let missing =
        backend::interactions::page(&app.backend, &app.grant(DISPATCHER).await, &Uuid::nil().to_string()).await;
    assert_eq!(missing.unwrap_err().failure().code, ErrorCode::NotFound);
    let nonsense = backend::interactions::page(&app.backend, &app.grant(DISPATCHER).await, "../1").await;
    assert_eq!(nonsense.unwrap_err().failure().code, ErrorCode::NotFound);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_client_list_holds_the_tenants_own(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let list = async |q: &str| {
        let query = ListQuery {
            q: q.into(),
            ..ListQuery::default()
        };
        backend::clients::list(&app.backend, &app.grant(DISPATCHER).await, &query)
            .await
            .unwrap()
    };
    let all = list("").await;
    assert_eq!((all.total, all.rows.len()), (44, 44));
    let none = list("Initech").await;
    assert_eq!((none.total, none.rows.len()), (44, 0));
    let acme = list("acme m").await;
    assert_eq!(acme.rows[0].name, "Acme Manufacturing");
    assert!(acme.rows[0].next_meeting.is_some() && acme.rows[0].last_interaction.is_some());
    assert!(list("%").await.rows.is_empty());
}
