//! The portal's door: who comes in, and that neither side's session opens the other.

use backend::{
    seed::PASSWORD,
    sessions::{self, Identity, SignedIn},
};
use domain::{Audience, ErrorCode, Failure, PortalSignIn};
use sqlx::PgPool;

use crate::test_app::{DISPATCHER, TestApp, visitor};

const ADA: &str = "ada@acme.example";

async fn knock(app: &TestApp, email: &str, tenant: &str) -> Result<Identity, Failure> {
    let form = PortalSignIn {
        email: email.into(),
        password: PASSWORD.into(),
        tenant: tenant.into(),
        next: String::new(),
    };
    match sessions::portal_sign_in(&app.backend, &visitor(), &form).await {
        Ok(SignedIn::Done(identity)) => Ok(identity),
        Ok(SignedIn::CodeNeeded(_)) => panic!("{email} has a second factor"),
        Err(error) => Err(error.failure()),
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn portal_users_come_in_by_their_own_door(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let identity = knock(&app, "Ada@Acme.example", "").await.unwrap();
    let (actor, _) = sessions::portal_actor(&app.backend, identity).await.unwrap().unwrap();
    let viewer = sessions::portal_viewer(&app.backend, &actor).await.unwrap();
    assert_eq!(
        (
            viewer.name.as_str(),
            viewer.client_name.as_str(),
            viewer.tenant_name.as_str()
        ),
        ("Ada Example", "Acme Manufacturing", "Northwind IT")
    );
    assert!(actor.is_client_admin() && actor.client_id().0 == app.client("Acme Manufacturing").await);
    assert_eq!(
        knock(&app, DISPATCHER, "").await.unwrap_err(),
        ErrorCode::WrongCredentials.into()
    );

    let disguised = Identity {
        audience: Audience::Staff,
        ..identity
    };
    assert!(sessions::actor(&app.backend, disguised).await.unwrap().is_none());
    app.actor(DISPATCHER).await;
    let staff = app
        .id(
            "SELECT session_id FROM sessions s JOIN users u USING (tenant, user_id) WHERE u.email = $1",
            DISPATCHER,
        )
        .await;
    let disguised = Identity {
        session_id: staff.into(),
        ..identity
    };
    assert!(sessions::portal_actor(&app.backend, disguised).await.unwrap().is_none());

    sessions::sign_out(&app.backend, &actor).await.unwrap();
    assert!(sessions::portal_actor(&app.backend, identity).await.unwrap().is_none());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_link_may_say_which_provider(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let slug = |name: &'static str| {
        let app = &app;
        async move {
            let id = app
                .id("SELECT tenant FROM tenants WHERE client_name = $1", name)
                .await
                .simple()
                .to_string();
            format!("{}{}", &id[..6], &id[26..])
        }
    };
    let (northwind, contoso) = (slug("Northwind IT").await, slug("Contoso Care").await);
    knock(&app, ADA, &northwind).await.unwrap();
    knock(&app, ADA, &northwind.to_uppercase()).await.unwrap();
    for other in [contoso.as_str(), "nonsense", "%", "'"] {
        assert_eq!(
            knock(&app, ADA, other).await.unwrap_err().code,
            ErrorCode::WrongCredentials,
            "{other}"
        );
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn who_is_no_longer_active_is_out_at_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for (off, on) in [
        (
            "UPDATE users SET is_inactive = true",
            "UPDATE users SET is_inactive = false",
        ),
        (
            "UPDATE contacts SET is_inactive = true",
            "UPDATE contacts SET is_inactive = false",
        ),
        (
            "UPDATE tenants SET suspended_at = now(), suspended_reason = 'tenant_cancelled'",
            "UPDATE tenants SET suspended_at = NULL, suspended_reason = NULL",
        ),
    ] {
        let identity = knock(&app, ADA, "").await.unwrap();
        app.execute(off).await;
        assert!(
            sessions::portal_actor(&app.backend, identity).await.unwrap().is_none(),
            "{off}"
        );
        assert_eq!(
            knock(&app, ADA, "").await.unwrap_err(),
            ErrorCode::WrongCredentials.into(),
            "{off}"
        );
        app.execute(on).await;
    }
}
