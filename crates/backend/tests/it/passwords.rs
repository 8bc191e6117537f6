//! Passwords that are forgotten or changed, and the mails about it.

use backend::{
    accounts::passwords,
    seed::PASSWORD,
    sessions::{self, Identity, SignedIn},
};
use domain::{Audience, ChangePassword, ErrorCode, Field, ForgotPassword, Language, Problem, ResetPassword, SignIn};
use sqlx::PgPool;

use crate::test_app::{DISPATCHER, TestApp, visitor};

const NEW: &str = "correct horse battery";

async fn ask(app: &TestApp, email: &str, audience: Audience) {
    let form = ForgotPassword {
        audience,
        email: email.into(),
    };
    passwords::ask(&app.backend, &visitor(), &form, Language::De)
        .await
        .unwrap();
}

/// The token in the only mail that has a link.
async fn token(app: &TestApp) -> String {
    let mails = app.mails().await;
    let [mail] = mails.iter().filter(|mail| mail.contains("?token=")).collect::<Vec<_>>()[..] else {
        panic!("not one mail: {mails:#?}")
    };
    let (_, rest) = mail.split_once("?token=").unwrap();
    rest.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect()
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Result<(), domain::Failure> {
    let form = ResetPassword {
        token: token.into(),
        password: password.into(),
        confirm: password.into(),
    };
    passwords::reset(&app.backend, &visitor(), &form)
        .await
        .map_err(backend::Error::failure)
}

async fn sign_in(app: &TestApp, password: &str) -> Option<Identity> {
    let form = SignIn {
        email: DISPATCHER.into(),
        password: password.into(),
        next: String::new(),
    };
    match sessions::sign_in(&app.backend, &visitor(), &form).await {
        Ok(SignedIn::Done(identity)) => Some(identity),
        _ => None,
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_link_sets_a_new_password_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let before = sign_in(&app, PASSWORD).await.unwrap();
    ask(&app, " Dispatcher@Northwind.example ", Audience::Staff).await;
    let token = token(&app).await;
    assert_eq!(app.count("SELECT count(*) FROM password_reset_tokens").await, 1);
    passwords::check_link(&app.backend, &visitor(), &token).await.unwrap();
    assert_eq!(
        reset(&app, &token, "short").await.unwrap_err().fields[0].field,
        Field::NewPassword
    );
    reset(&app, &token, NEW).await.unwrap();

    assert!(
        sessions::actor(&app.backend, before).await.unwrap().is_none(),
        "all sessions end"
    );
    assert!(sign_in(&app, PASSWORD).await.is_none());
    assert!(sign_in(&app, NEW).await.is_some());
    assert_eq!(
        reset(&app, &token, "another good password").await.unwrap_err(),
        ErrorCode::LinkExpired.into()
    );
    let mails = app.mails().await;
    assert_eq!(mails.len(), 2, "the owner is told");
    assert!(mails.iter().all(|mail| mail.contains("https://minuted.example")));
    let kept = "SELECT count(*) FROM outgoing_mails WHERE state <> 'sent' OR ciphertext IS NOT NULL";
    assert_eq!(app.count(kept).await, 0, "the text is gone once it is sent");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nobody_learns_who_has_an_account(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE users SET is_inactive = true WHERE email = 'tech@northwind.example'")
        .await;
    for (email, audience) in [
        ("nobody@northwind.example", Audience::Staff),
        ("tech@northwind.example", Audience::Staff),
        ("ada@acme.example", Audience::Staff),
        (DISPATCHER, Audience::Portal),
    ] {
        ask(&app, email, audience).await;
    }
    assert_eq!(app.count("SELECT count(*) FROM outgoing_mails").await, 0);
    for email in ["", " ", "a\u{0}b", &"x".repeat(400)] {
        let form = ForgotPassword {
            audience: Audience::Staff,
            email: email.to_owned(),
        };
        let refused = passwords::ask(&app.backend, &visitor(), &form, Language::En).await;
        assert_eq!(refused.unwrap_err().failure().code, ErrorCode::Invalid, "{email}");
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn portal_users_get_the_portals_link(pool: PgPool) {
    let app = TestApp::start(pool).await;
    ask(&app, "ada@acme.example", Audience::Portal).await;
    let mails = app.mails().await;
    assert!(mails[0].contains("/auth/client-portal/reset-password?token="));
    assert!(
        mails[0].contains("Passwort"),
        "in the language of whoever asked: {}",
        mails[0]
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn links_grow_old_and_are_not_made_up(pool: PgPool) {
    let app = TestApp::start(pool).await;
    ask(&app, DISPATCHER, Audience::Staff).await;
    let good = token(&app).await;
    for bad in ["", "nonsense", &good[1..], &format!("AAAA{}", &good[4..])] {
        assert_eq!(
            reset(&app, bad, NEW).await.unwrap_err(),
            ErrorCode::LinkExpired.into(),
            "{bad}"
        );
    }
    app.advance(3601);
    assert_eq!(
        reset(&app, &good, NEW).await.unwrap_err(),
        ErrorCode::LinkExpired.into()
    );
    assert!(sign_in(&app, PASSWORD).await.is_some());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nobodys_mailbox_is_filled(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = ForgotPassword {
        audience: Audience::Staff,
        email: DISPATCHER.into(),
    };
    for n in 0..8 {
        let visitor = sessions::Visitor {
            address: format!("192.0.2.{n}").parse().unwrap(),
            user_agent: String::new(),
        };
        passwords::ask(&app.backend, &visitor, &form, Language::En)
            .await
            .unwrap();
    }
    assert_eq!(app.count("SELECT count(*) FROM outgoing_mails").await, 5);
    for _ in 0..5 {
        passwords::ask(&app.backend, &visitor(), &form, Language::En)
            .await
            .unwrap();
    }
    let refused = passwords::ask(&app.backend, &visitor(), &form, Language::En)
        .await
        .unwrap_err();
    assert_eq!(refused.failure().code, ErrorCode::RateLimited);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_password_is_changed_by_whoever_knows_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let elsewhere = sign_in(&app, PASSWORD).await.unwrap();
    let here = sign_in(&app, PASSWORD).await.unwrap();
    let actor = sessions::actor(&app.backend, here).await.unwrap().unwrap().0;
    let change = |current: &str, password: &str, confirm: &str| {
        let form = ChangePassword {
            current: current.into(),
            password: password.into(),
            confirm: confirm.into(),
        };
        let (backend, actor) = (app.backend.clone(), actor.clone());
        async move {
            let refused = passwords::change(&backend, &actor, &form)
                .await
                .map_err(backend::Error::failure);
            refused.map_err(|failure| {
                failure
                    .fields
                    .into_iter()
                    .map(|error| (error.field, error.problem))
                    .collect::<Vec<_>>()
            })
        }
    };
    let wrong = |field, problem| Err(vec![(field, problem)]);
    assert_eq!(
        change("wrong", NEW, NEW).await,
        wrong(Field::CurrentPassword, Problem::WrongPassword)
    );
    assert_eq!(
        change("", NEW, NEW).await,
        wrong(Field::CurrentPassword, Problem::Required)
    );
    assert_eq!(
        change(PASSWORD, NEW, "other").await,
        wrong(Field::ConfirmPassword, Problem::NotTheSame)
    );
    change(PASSWORD, NEW, NEW).await.unwrap();
    assert!(sessions::actor(&app.backend, here).await.unwrap().is_some());
    assert!(sessions::actor(&app.backend, elsewhere).await.unwrap().is_none());
    assert!(sign_in(&app, NEW).await.is_some());
    assert_eq!(app.mails().await.len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_mail_that_cannot_be_sent_is_tried_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    ask(&app, DISPATCHER, Audience::Staff).await;
    app.break_mail();
    app.backend.deliver_mails().await.unwrap();
    let waiting =
        "SELECT count(*) FROM outgoing_mails WHERE state = 'waiting' AND attempts = 1 AND last_error IS NOT NULL";
    assert_eq!(app.count(waiting).await, 1);
    app.mend_mail();
    assert!(app.mails().await.is_empty(), "not before its time");
    app.advance(31);
    assert_eq!(app.mails().await.len(), 1);
    // Two processes at once send it once.
    app.advance(3600);
    let other = app.another_process();
    let (a, b) = tokio::join!(app.backend.deliver_mails(), other.deliver_mails());
    a.unwrap();
    b.unwrap();
    assert_eq!(app.count("SELECT attempts::bigint FROM outgoing_mails").await, 2);
}
