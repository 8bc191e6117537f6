//! Who may come in.

use backend::{
    seed::PASSWORD,
    sessions::{self, Visitor},
};
use domain::{ErrorCode, Failure, SignIn};
use sqlx::PgPool;

use crate::test_app::{DISPATCHER, TestApp, visitor};

async fn knock(app: &TestApp, email: &str, password: &str) -> Result<sessions::Identity, Failure> {
    let form = SignIn {
        email: email.into(),
        password: password.into(),
        next: String::new(),
    };
    sessions::sign_in(&app.backend, &visitor(), &form)
        .await
        .map_err(backend::Error::failure)
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn staff_sign_in_and_out(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let identity = knock(&app, " Dispatcher@Northwind.example ", PASSWORD).await.unwrap();
    let (actor, extended) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
    assert!(!extended);
    let viewer = sessions::viewer(&app.backend, &actor).await.unwrap();
    assert_eq!(
        (viewer.name.as_str(), viewer.tenant_name.as_str(), viewer.zone.as_str()),
        ("Dana Ortiz", "Northwind IT", "Europe/Berlin")
    );

    app.advance(13 * 3600);
    assert!(
        sessions::actor(&app.backend, identity).await.unwrap().unwrap().1,
        "half used: extended"
    );
    app.advance(23 * 3600);
    assert!(
        sessions::actor(&app.backend, identity).await.unwrap().is_some(),
        "the extension holds"
    );
    sessions::sign_out(&app.backend, &actor).await.unwrap();
    sessions::sign_out(&app.backend, &actor).await.unwrap();
    assert!(sessions::actor(&app.backend, identity).await.unwrap().is_none());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_session_ends_by_itself_and_with_the_account(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let identity = knock(&app, DISPATCHER, PASSWORD).await.unwrap();
    app.execute("UPDATE users SET is_inactive = true WHERE email = 'dispatcher@northwind.example'")
        .await;
    assert!(sessions::actor(&app.backend, identity).await.unwrap().is_none());
    app.execute("UPDATE users SET is_inactive = false").await;
    assert!(sessions::actor(&app.backend, identity).await.unwrap().is_some());
    app.advance(25 * 3600);
    assert!(sessions::actor(&app.backend, identity).await.unwrap().is_none());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn strangers_are_refused_alike(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE users SET is_inactive = true WHERE email = 'tech@northwind.example'")
        .await;
    for (email, password) in [
        (DISPATCHER, "wrong"),
        ("nobody@northwind.example", PASSWORD),
        ("tech@northwind.example", PASSWORD),
        // Portal users have a door of their own.
        ("ada@acme.example", PASSWORD),
    ] {
        assert_eq!(
            knock(&app, email, password).await.unwrap_err(),
            ErrorCode::WrongCredentials.into(),
            "{email}"
        );
    }
    assert_eq!(knock(&app, "", "").await.unwrap_err().fields.len(), 2);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn guessing_is_slowed_down(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for _ in 0..5 {
        assert_eq!(
            knock(&app, DISPATCHER, "wrong").await.unwrap_err().code,
            ErrorCode::WrongCredentials
        );
    }
    let refusal = knock(&app, DISPATCHER, PASSWORD).await.unwrap_err();
    assert_eq!((refusal.code, refusal.retry_after), (ErrorCode::RateLimited, Some(900)));
    // Others are not held up, and neither is the same person elsewhere.
    knock(&app, "admin@northwind.example", PASSWORD).await.unwrap();
    let elsewhere = Visitor {
        address: "192.0.2.7".parse().unwrap(),
        user_agent: String::new(),
    };
    let form = SignIn {
        email: DISPATCHER.into(),
        password: PASSWORD.into(),
        next: String::new(),
    };
    sessions::sign_in(&app.backend, &elsewhere, &form).await.unwrap();
    app.advance(901);
    knock(&app, DISPATCHER, PASSWORD).await.unwrap();
}
