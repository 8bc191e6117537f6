//! The profile page.

use backend::{
    accounts::profile,
    seed::PASSWORD,
    sessions::{self, SignedIn, Visitor},
};
use domain::{EditProfile, ErrorCode, Field, Language, SignIn};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

fn edit() -> EditProfile {
    EditProfile {
        first_name: " Dána ".into(),
        last_name: "O'Ortiz <b>".into(),
        language: "de".into(),
        zone: "America/New_York".into(),
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn details_are_saved(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let actor = app.actor(DISPATCHER).await;
    let before = profile::page(&app.backend, &actor).await.unwrap();
    assert_eq!(
        (before.zone.as_str(), before.tenant_zone.as_str()),
        ("Europe/Berlin", "Europe/Berlin")
    );
    assert!(before.zones.len() > 400);
    assert_eq!(
        profile::save(&app.backend, &actor, &edit()).await.unwrap(),
        Language::De
    );
    let after = profile::page(&app.backend, &actor).await.unwrap();
    assert_eq!(
        (after.first_name.as_str(), after.last_name.as_str(), after.zone.as_str()),
        ("Dána", "O'Ortiz <b>", "America/New_York")
    );
    let without = EditProfile {
        zone: String::new(),
        ..edit()
    };
    profile::save(&app.backend, &actor, &without).await.unwrap();
    assert_eq!(profile::page(&app.backend, &actor).await.unwrap().zone, "");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn bad_details_are_refused_by_field(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let actor = app.actor(DISPATCHER).await;
    for (form, field) in [
        (
            EditProfile {
                first_name: "x".repeat(101),
                ..edit()
            },
            Field::FirstName,
        ),
        (
            EditProfile {
                last_name: "a\u{7}".into(),
                ..edit()
            },
            Field::LastName,
        ),
        (
            EditProfile {
                first_name: String::new(),
                last_name: " ".into(),
                ..edit()
            },
            Field::FirstName,
        ),
        (
            EditProfile {
                language: "tlh".into(),
                ..edit()
            },
            Field::Language,
        ),
        (
            EditProfile {
                zone: "Mars/Olympus".into(),
                ..edit()
            },
            Field::Zone,
        ),
    ] {
        let failure = profile::save(&app.backend, &actor, &form).await.unwrap_err().failure();
        assert_eq!(
            failure.fields.iter().map(|error| error.field).collect::<Vec<_>>(),
            [field]
        );
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn sign_ins_are_listed_and_ended(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let actor = app.actor(DISPATCHER).await;
    let phone = Visitor {
        address: "2001:db8::7".parse().unwrap(),
        user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1".into(),
    };
    let form = SignIn {
        email: DISPATCHER.into(),
        password: PASSWORD.into(),
        next: String::new(),
    };
    app.advance(60);
    let SignedIn::Done(other) = sessions::sign_in(&app.backend, &phone, &form).await.unwrap() else {
        panic!()
    };
    let page = profile::page(&app.backend, &actor).await.unwrap();
    let [first, second] = &page.sign_ins[..] else {
        panic!("{:?}", page.sign_ins)
    };
    assert!(!first.is_this && second.is_this);
    assert_eq!(
        (first.device.system.as_deref(), first.address.as_str()),
        (Some("iPhone"), "2001:db8::7")
    );
    assert!(
        first.last_seen.contains("11:11"),
        "in the viewer's zone: {}",
        first.last_seen
    );

    // Neither a stranger's nor a made-up one is there to be ended.
    let contoso = app.actor(CONTOSO_ADMIN).await;
    for (who, id) in [(&contoso, first.session_id.to_string()), (&actor, "nonsense".into())] {
        let refused = profile::end_sign_in(&app.backend, who, &id).await.unwrap_err();
        assert_eq!(refused.failure().code, ErrorCode::NotFound);
    }
    let tech = app.actor("tech@northwind.example").await;
    let refused = profile::end_sign_in(&app.backend, &tech, &first.session_id.to_string())
        .await
        .unwrap_err();
    assert_eq!(refused.failure().code, ErrorCode::NotFound);
    profile::end_sign_in(&app.backend, &actor, &first.session_id.to_string())
        .await
        .unwrap();
    assert!(sessions::actor(&app.backend, other).await.unwrap().is_none());
    assert_eq!(profile::page(&app.backend, &actor).await.unwrap().sign_ins.len(), 1);
    profile::sign_out_everywhere(&app.backend, &actor).await.unwrap();
    assert!(profile::page(&app.backend, &actor).await.unwrap().sign_ins.is_empty());
}
