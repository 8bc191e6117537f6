//! Going over to another key, while everything goes on.

use backend::{
    Backend,
    accounts::passwords,
    secrets::{self, KeyRole, Keyring, Rotated},
};
use domain::{Audience, ForgotPassword, Language};
use sqlx::PgPool;

use crate::test_app::{KEY, TestApp, visitor};

const SECRETS: &str = "SELECT count(*) FROM tenant_secrets";
/// When each of them was saved.
const SAVED: &str = "SELECT string_agg(updated_at::text, ',' ORDER BY tenant, name) FROM tenant_secrets";

/// How many secrets and mails there are by the role of their key.
async fn by_role(backend: &Backend, role: KeyRole) -> (u64, u64) {
    let usage = secrets::usage(backend).await.unwrap();
    let keys: Vec<_> = usage.iter().filter(|key| key.role == role).collect();
    (
        keys.iter().map(|key| key.secrets).sum(),
        keys.iter().map(|key| key.mails).sum(),
    )
}

async fn ask_for_a_mail(app: &TestApp) {
    let form = ForgotPassword {
        audience: Audience::Staff,
        email: "tech@northwind.example".into(),
    };
    passwords::ask(&app.backend, &visitor(), &form, Language::En)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn everything_goes_over_to_the_new_key(pool: PgPool) {
    let app = TestApp::start(pool).await;
    ask_for_a_mail(&app).await;
    let secrets_count = u64::try_from(app.count(SECRETS).await).unwrap();
    let saved = app.text(SAVED).await;
    let new = Keyring::generate();
    // First everybody can read it, then everybody writes with it.
    let ready = app.process_with_keys(&format!("{KEY} {new}"));
    assert_eq!(by_role(&ready, KeyRole::InUse).await, (secrets_count, 1));
    assert_eq!(
        secrets::rotate(&ready).await.unwrap(),
        Rotated::default(),
        "nothing is to be done"
    );
    let switched = app.process_with_keys(&format!("{new} {KEY}"));
    assert_eq!(by_role(&switched, KeyRole::Older).await, (secrets_count, 1));
    let another = app.process_with_keys(&format!("{new} {KEY}"));
    let (one, two) = futures::join!(secrets::rotate(&switched), secrets::rotate(&another));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.done + two.done, secrets_count + 1, "each once");
    assert_eq!(one.unreadable + two.unreadable, 0);
    assert_eq!(app.text(SAVED).await, saved, "they are the same secrets");
    // Who still has both goes on, and who has the new one alone needs no other.
    let after = app.process_with_keys(&new);
    for backend in [&ready, &after] {
        assert_eq!(by_role(backend, KeyRole::Missing).await, (0, 0));
    }
    let grant = app.grant(crate::operations::ADMIN).await;
    let organizer = domain::SaveOrganizer {
        organizer: graph_sim::demo::northwind::ORGANIZER_UPN.into(),
    };
    backend::settings::teams::save_organizer(&after, &grant, &organizer)
        .await
        .unwrap();
    after.deliver_mails().await.unwrap();
    assert_eq!(app.mails().await.len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_no_key_opens_stays_and_is_counted(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let all = u64::try_from(app.count(SECRETS).await).unwrap();
    let stranger = app.process_with_keys(&Keyring::generate());
    assert_eq!(by_role(&stranger, KeyRole::Missing).await, (all, 0));
    let outcome = secrets::rotate(&stranger).await.unwrap();
    assert_eq!((outcome.done, outcome.unreadable), (0, all));
    // Nothing was lost.
    assert_eq!(by_role(&app.backend, KeyRole::InUse).await, (all, 0));
    // One that was tampered with does not hold up the others.
    app.execute("UPDATE tenant_secrets SET nonce = '\\x00' WHERE (tenant, name) = (SELECT tenant, name FROM tenant_secrets ORDER BY 1, 2 LIMIT 1)")
        .await;
    let switched = app.process_with_keys(&format!("{} {KEY}", Keyring::generate()));
    let outcome = secrets::rotate(&switched).await.unwrap();
    assert_eq!((outcome.done, outcome.unreadable), (all - 1, 1));
}
