//! Who may come in.

use backend::{
    seed::PASSWORD,
    sessions::{self, SignedIn, Visitor},
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
    match sessions::sign_in(&app.backend, &visitor(), &form).await {
        Ok(SignedIn::Done(identity)) => Ok(identity),
        Ok(SignedIn::CodeNeeded(_)) => panic!("{email} has a second factor"),
        Err(error) => Err(error.failure()),
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn staff_sign_in_and_out(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let identity = knock(&app, " Dispatcher@Northwind.example ", PASSWORD).await.unwrap();
    let (actor, extended) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
    assert!(!extended);
    let viewer = sessions::viewer(&actor);
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

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_password_of_the_peer_is_accepted_and_hashed_anew(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "UPDATE users SET hashed_password = '00112233445566778899aabb:5fa15691f7d1ac591d83444e360ef9f43a50776c76fc435b544630d2f371d8f5b8cf712ba741c5ca72af01140815f1a243fd6ac915ff9e6cf8a6a44b37b0bcfd'
          WHERE email = 'tech@northwind.example'",
    )
    .await;
    let tech = "tech@northwind.example";
    let refused = ErrorCode::WrongCredentials.into();
    assert_eq!(knock(&app, tech, "wrong").await.unwrap_err(), refused);
    knock(&app, tech, PASSWORD).await.unwrap();
    let renewed =
        "SELECT count(*) FROM users WHERE email = 'tech@northwind.example' AND hashed_password LIKE '$argon2id$%'";
    assert_eq!(app.count(renewed).await, 1);
    knock(&app, tech, PASSWORD).await.unwrap();
    for hash in ["x:y", ":", "", "00:", "$argon2id$broken"] {
        let sql = format!("UPDATE users SET hashed_password = '{hash}' WHERE email = 'tech@northwind.example'");
        app.execute(Box::leak(sql.into_boxed_str())).await;
        assert_eq!(knock(&app, tech, PASSWORD).await.unwrap_err(), refused, "{hash}");
        app.execute("DELETE FROM rate_limits").await;
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_network_counts_as_one_visitor(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = SignIn {
        email: DISPATCHER.into(),
        password: "wrong".into(),
        next: String::new(),
    };
    for n in 0..6 {
        let visitor = Visitor {
            address: format!("2001:db8:0:1:{n}::{n}").parse().unwrap(),
            user_agent: String::new(),
        };
        // Two processes, one count.
        let backend = if n % 2 == 0 {
            app.backend.clone()
        } else {
            app.another_process()
        };
        let code = sessions::sign_in(&backend, &visitor, &form)
            .await
            .unwrap_err()
            .failure()
            .code;
        let expected = if n < 5 {
            ErrorCode::WrongCredentials
        } else {
            ErrorCode::RateLimited
        };
        assert_eq!(code, expected, "try {n}");
    }
}
