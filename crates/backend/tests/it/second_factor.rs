//! The second factor: set up, asked for, replayed, lost.

use backend::{
    accounts::{profile, second_factor},
    seed::PASSWORD,
    sessions::{self, Identity, PendingSignIn, SignedIn},
};
use domain::{ErrorCode, Failure, Field, Problem, SignIn};
use sqlx::PgPool;
use totp_rs::{Builder, Secret};

use crate::test_app::{DISPATCHER, TestApp, visitor};

async fn password_step(app: &TestApp, email: &str) -> PendingSignIn {
    let form = SignIn {
        email: email.into(),
        password: PASSWORD.into(),
        next: "/msp/clients?q=a".into(),
    };
    match sessions::sign_in(&app.backend, &visitor(), &form).await.unwrap() {
        SignedIn::CodeNeeded(pending) => pending,
        SignedIn::Done(_) => panic!("no code was asked for"),
    }
}

async fn code_step(app: &TestApp, pending: Option<&PendingSignIn>, code: &str) -> Result<Identity, Failure> {
    sessions::second_step(&app.backend, &visitor(), pending, code)
        .await
        .map_err(backend::Error::failure)
}

/// What an app shows for the secret now.
fn code(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let now = u64::try_from(app.backend.clock().now().timestamp()).unwrap();
    Builder::new()
        .with_secret(secret)
        .build()
        .unwrap()
        .generate(now)
        .to_string()
}

fn wrong() -> Failure {
    Failure::field(Field::Code, Problem::WrongCode)
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn it_is_set_up_and_asked_for(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let actor = app.actor(DISPATCHER).await;
    assert_eq!(
        second_factor::enrolment(&app.backend, &actor)
            .await
            .unwrap_err()
            .failure()
            .code,
        ErrorCode::NotFound
    );
    let refused = second_factor::begin(&app.backend, &actor, "wrong")
        .await
        .unwrap_err()
        .failure();
    assert_eq!(refused, Failure::field(Field::CurrentPassword, Problem::WrongPassword));
    second_factor::begin(&app.backend, &actor, PASSWORD).await.unwrap();
    let enrolment = second_factor::enrolment(&app.backend, &actor).await.unwrap();
    assert_eq!(enrolment.recovery_codes.len(), 10);
    assert_eq!(
        second_factor::enrolment(&app.backend, &actor).await.unwrap(),
        enrolment,
        "loaded again"
    );
    let refused = second_factor::confirm(&app.backend, &actor, "000000")
        .await
        .unwrap_err()
        .failure();
    assert_eq!(refused, wrong());
    let shown = code(&app, &enrolment.secret);
    second_factor::confirm(&app.backend, &actor, &shown).await.unwrap();
    let page = profile::page(&app.backend, &actor).await.unwrap();
    assert!(page.second_factor.is_on && page.second_factor.recovery_codes_left == 10);
    let in_clear = "SELECT count(*) FROM users WHERE two_factor_secret IS NOT NULL";
    assert_eq!(app.count(in_clear).await, 0);

    let pending = password_step(&app, DISPATCHER).await;
    assert_eq!(pending.destination(), "/msp/clients?q=a");
    assert_eq!(
        code_step(&app, Some(&pending), &shown).await.unwrap_err(),
        wrong(),
        "used when it was set up"
    );
    app.advance(60);
    let shown = code(&app, &enrolment.secret);
    let identity = code_step(&app, Some(&pending), &format!(" {} {} ", &shown[..3], &shown[3..]))
        .await
        .unwrap();
    assert!(sessions::actor(&app.backend, identity).await.unwrap().is_some());
    let again = password_step(&app, DISPATCHER).await;
    assert_eq!(
        code_step(&app, Some(&again), &shown).await.unwrap_err(),
        wrong(),
        "no code counts twice"
    );
    assert_eq!(
        code_step(&app, None, &shown).await.unwrap_err(),
        ErrorCode::SignInExpired.into()
    );
    app.advance(601);
    assert_eq!(
        code_step(&app, Some(&again), &shown).await.unwrap_err(),
        ErrorCode::SignInExpired.into()
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_recovery_code_works_once_and_it_can_be_switched_off(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let actor = app.actor(DISPATCHER).await;
    second_factor::begin(&app.backend, &actor, PASSWORD).await.unwrap();
    let enrolment = second_factor::enrolment(&app.backend, &actor).await.unwrap();
    second_factor::confirm(&app.backend, &actor, &code(&app, &enrolment.secret))
        .await
        .unwrap();
    let pending = password_step(&app, DISPATCHER).await;
    let recovery = enrolment.recovery_codes[3].to_uppercase();
    code_step(&app, Some(&pending), &recovery).await.unwrap();
    assert_eq!(code_step(&app, Some(&pending), &recovery).await.unwrap_err(), wrong());
    assert_eq!(
        profile::page(&app.backend, &actor)
            .await
            .unwrap()
            .second_factor
            .recovery_codes_left,
        9
    );

    assert!(second_factor::switch_off(&app.backend, &actor, "wrong").await.is_err());
    second_factor::switch_off(&app.backend, &actor, PASSWORD).await.unwrap();
    let page = profile::page(&app.backend, &actor).await.unwrap();
    assert!(!page.second_factor.is_on && page.second_factor.recovery_codes_left == 0);
    assert_eq!(
        app.count("SELECT count(*) FROM tenant_secrets WHERE name LIKE 'totp%'")
            .await,
        0
    );
    assert_eq!(
        code_step(&app, Some(&pending), &enrolment.recovery_codes[4])
            .await
            .unwrap_err(),
        wrong()
    );
    app.execute("DELETE FROM sessions").await;
    let form = SignIn {
        email: DISPATCHER.into(),
        password: PASSWORD.into(),
        next: String::new(),
    };
    let outcome = sessions::sign_in(&app.backend, &visitor(), &form).await.unwrap();
    assert!(matches!(outcome, SignedIn::Done(_)));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_brought_from_the_peer_works_and_is_encrypted(pool: PgPool) {
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let app = TestApp::start(pool).await;
    app.execute(
        "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
          WHERE email = 'tech@northwind.example'",
    )
    .await;
    let pending = password_step(&app, "tech@northwind.example").await;
    assert_eq!(code_step(&app, Some(&pending), "123456").await.unwrap_err(), wrong());
    code_step(&app, Some(&pending), &code(&app, SECRET)).await.unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM users WHERE two_factor_secret IS NOT NULL")
            .await,
        0
    );
    assert_eq!(
        app.count("SELECT count(*) FROM tenant_secrets WHERE name LIKE 'totp/%'")
            .await,
        1
    );
    app.advance(60);
    code_step(&app, Some(&pending), &code(&app, SECRET)).await.unwrap();
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn codes_are_not_guessed_and_one_without_a_secret_lets_nobody_in(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE users SET two_factor_enabled = true WHERE email = 'tech@northwind.example'")
        .await;
    let pending = password_step(&app, "tech@northwind.example").await;
    assert_eq!(
        code_step(&app, Some(&pending), "  ").await.unwrap_err(),
        Failure::field(Field::Code, Problem::Required)
    );
    for n in 0..5 {
        assert_eq!(
            code_step(&app, Some(&pending), &format!("00000{n}")).await.unwrap_err(),
            wrong()
        );
    }
    let elsewhere = sessions::Visitor {
        address: "192.0.2.9".parse().unwrap(),
        user_agent: String::new(),
    };
    let refused = sessions::second_step(&app.backend, &elsewhere, Some(&pending), "000009")
        .await
        .unwrap_err();
    assert_eq!(refused.failure().code, ErrorCode::RateLimited);
    app.advance(901);
    let pending = password_step(&app, "tech@northwind.example").await;
    app.execute("UPDATE users SET is_inactive = true WHERE email = 'tech@northwind.example'")
        .await;
    assert_eq!(code_step(&app, Some(&pending), "000000").await.unwrap_err(), wrong());
}
