//! Setting up the connection to Microsoft, and what is refused.

use backend::{
    access::may::{SettingsRead, SettingsUpdate},
    settings::teams,
};
use domain::{
    AppProof, Capability, CertificateState, ErrorCode, Field, Problem, SaveOrganizer, SaveProfile, SaveTeamsOptions,
    Unavailable,
};
use graph_sim::{
    CannedAnswer, Fault, Route,
    demo::{contoso, northwind},
};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, TestApp};

const ADMIN: &str = "admin@northwind.example";
/// Takes from Northwind all that a new tenant does not have.
pub const DISCONNECT: &[&str] = &[
    "DELETE FROM teams_integrations WHERE tenant = (SELECT tenant FROM tenants WHERE client_name = 'Northwind IT')",
    "DELETE FROM microsoft_profiles WHERE tenant = (SELECT tenant FROM tenants WHERE client_name = 'Northwind IT')",
    "DELETE FROM tenant_secrets WHERE tenant = (SELECT tenant FROM tenants WHERE client_name = 'Northwind IT')",
];

impl TestApp {
    pub async fn disconnect(&self) {
        for statement in DISCONNECT {
            self.execute(statement).await;
        }
    }

    pub async fn save_profile(&self, form: &SaveProfile) -> backend::Result<()> {
        let grant = self.grant::<SettingsUpdate>(ADMIN).await;
        teams::save_profile(&self.backend, &grant, form).await
    }

    pub async fn save_organizer(&self, organizer: &str) -> backend::Result<domain::OrganizerSaved> {
        let grant = self.grant::<SettingsUpdate>(ADMIN).await;
        let form = SaveOrganizer {
            organizer: organizer.to_owned(),
        };
        teams::save_organizer(&self.backend, &grant, &form).await
    }

    pub async fn set_teams_active(&self, on: bool) -> backend::Result<()> {
        let grant = self.grant::<SettingsUpdate>(ADMIN).await;
        teams::set_active(&self.backend, &grant, on).await
    }

    pub async fn teams_setup(&self) -> domain::TeamsSetup {
        let grant = self.grant::<SettingsRead>(ADMIN).await;
        teams::page(&self.backend, &grant).await.unwrap().setup.unwrap()
    }

    async fn capability(&self) -> Capability {
        let grant = self.grant::<SettingsRead>(ADMIN).await;
        teams::page(&self.backend, &grant).await.unwrap().meetings
    }
}

pub fn registration() -> SaveProfile {
    SaveProfile {
        entra_tenant: northwind::TENANT_ID.into(),
        client_id: northwind::CLIENT_ID.into(),
        client_secret: northwind::CLIENT_SECRET.into(),
        ..SaveProfile::default()
    }
}

pub const CERTIFICATE: &str = include_str!("../../../graph/tests/fixtures/certificate/client.cert.pem");
const KEY: &str = include_str!("../../../graph/tests/fixtures/certificate/client.key.pem");

pub fn certified() -> SaveProfile {
    SaveProfile {
        proof: AppProof::Certificate,
        client_secret: String::new(),
        certificate: format!("{CERTIFICATE}{KEY}"),
        ..registration()
    }
}

fn code(error: backend::Error) -> ErrorCode {
    error.failure().code
}

fn problem(error: backend::Error) -> (Field, Problem) {
    let error = error.failure().fields.remove(0);
    (error.field, error.problem)
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_new_tenant_is_connected_step_by_step(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.disconnect().await;
    let setup = app.teams_setup().await;
    assert!(!setup.has_profile() && !setup.is_active && setup.client_id.is_empty());
    assert_eq!(
        code(app.save_organizer(northwind::ORGANIZER_UPN).await.unwrap_err()),
        ErrorCode::MeetingsNotSetUp
    );
    assert_eq!(
        code(app.set_teams_active(true).await.unwrap_err()),
        ErrorCode::MeetingsNotSetUp
    );

    app.save_profile(&registration()).await.unwrap();
    let setup = app.teams_setup().await;
    assert!(setup.has_profile() && setup.secret_saved.is_some() && !setup.is_complete());
    assert_eq!(setup.client_id, northwind::CLIENT_ID);
    assert_eq!(
        problem(app.set_teams_active(true).await.unwrap_err()),
        (Field::Organizer, Problem::Required)
    );

    let saved = app.save_organizer("Meetings@Northwind.example").await.unwrap();
    assert_eq!(saved.name, "Northwind Meetings");
    let setup = app.teams_setup().await;
    assert!(setup.is_complete() && !setup.is_active);
    assert_eq!(setup.organizer, northwind::ORGANIZER_UPN, "as Microsoft writes it");
    assert_eq!(
        app.capability().await,
        Capability::Unavailable(Unavailable::NotConfigured)
    );

    app.set_teams_active(true).await.unwrap();
    assert_eq!(app.capability().await, Capability::Available);
    app.add(&app.meeting().await).await.unwrap();
    assert_eq!(app.live_events().len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_secret_is_nowhere_in_clear(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.disconnect().await;
    let form = SaveProfile {
        client_secret: "Tr8~very-secret-value".into(),
        ..registration()
    };
    app.save_profile(&form).await.unwrap();
    let columns = "SELECT count(*) FROM tenant_secrets WHERE position('very-secret'::bytea in ciphertext) > 0";
    assert_eq!(app.count(columns).await, 0);
    let held = "SELECT count(*) FROM microsoft_profiles WHERE microsoft_profiles::text LIKE '%very-secret%'";
    assert_eq!(app.count(held).await, 0);
    let shown = serde_json::to_string(&app.teams_setup().await).unwrap();
    assert!(!shown.contains("very-secret"), "{shown}");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_certificate_takes_the_place_of_the_secret(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.sim.change_app(northwind::CLIENT_ID, |app| {
        app.certificates.push(CERTIFICATE.to_owned());
        app.secret = "not-used-any-more".into();
    });
    app.sim.revoke_tokens();
    let without = SaveProfile {
        certificate: String::new(),
        ..certified()
    };
    let missing = (Field::Certificate, Problem::Required);
    assert_eq!(
        problem(app.save_profile(&without).await.unwrap_err()),
        missing,
        "a secret is no certificate"
    );
    app.save_profile(&certified()).await.unwrap();
    let setup = app.teams_setup().await;
    let shown = setup.certificate.clone().unwrap();
    assert_eq!(
        (setup.proof, shown.state),
        (AppProof::Certificate, CertificateState::Good)
    );
    assert_eq!(shown.subject, "CN=minuted graph tests");
    assert!(shown.sha256.starts_with("970B2AAF") && shown.thumbprint.len() == 40 && shown.expires.contains("2126"));
    app.save_organizer(northwind::ORGANIZER_UPN).await.unwrap();

    let held = "SELECT count(*) FROM tenant_secrets WHERE position('PRIVATE'::bytea in ciphertext) > 0";
    assert_eq!(app.count(held).await, 0);
    let held = "SELECT count(*) FROM microsoft_profiles WHERE microsoft_profiles::text LIKE '%PRIVATE%'";
    assert_eq!(app.count(held).await, 0);
    assert!(!serde_json::to_string(&setup).unwrap().contains("PRIVATE"));

    app.save_profile(&without).await.unwrap();
    assert_eq!(app.teams_setup().await.certificate, setup.certificate, "it is kept");
    let secret = SaveProfile {
        client_secret: String::new(),
        ..registration()
    };
    assert_eq!(
        problem(app.save_profile(&secret).await.unwrap_err()),
        (Field::ClientSecret, Problem::Required),
        "a certificate is no secret"
    );
    app.sim.change_app(northwind::CLIENT_ID, |app| {
        app.certificates.clear();
        app.secret = northwind::CLIENT_SECRET.into();
    });
    app.sim.revoke_tokens();
    app.save_profile(&registration()).await.unwrap();
    let setup = app.teams_setup().await;
    assert_eq!((setup.proof, setup.certificate), (AppProof::Secret, None));
    app.save_organizer(northwind::ORGANIZER_UPN).await.unwrap();
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_certificate_that_is_good_for_nothing_is_refused(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let refused = async |certificate: String| {
        let form = SaveProfile {
            certificate,
            ..certified()
        };
        problem(app.save_profile(&form).await.unwrap_err())
    };
    macro_rules! file {
        ($name:literal) => {
            include_str!(concat!("../../../graph/tests/fixtures/certificate/", $name))
        };
    }
    for (key, certificate, expected) in [
        (file!("ec.key.pem"), CERTIFICATE, Problem::KeyKind),
        (file!("small.key.pem"), CERTIFICATE, Problem::KeySize),
        (file!("encrypted.key.pem"), CERTIFICATE, Problem::KeyEncrypted),
        (&KEY.replace("MII", "MIJ"), CERTIFICATE, Problem::NoPrivateKey),
        (KEY, file!("other.cert.pem"), Problem::KeyMismatch),
        (KEY, &CERTIFICATE.replace("MII", "!!!"), Problem::NoCertificate),
        (KEY, "", Problem::NoCertificate),
        ("", CERTIFICATE, Problem::NoPrivateKey),
    ] {
        assert_eq!(
            refused(format!("{certificate}{key}")).await,
            (Field::Certificate, expected),
            "{key} {certificate}"
        );
    }
    assert_eq!(app.teams_setup().await.proof, AppProof::Secret, "what was there stays");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn another_app_is_another_profile(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let profiles =
        "SELECT count(*) FROM microsoft_profiles JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT'";
    let archived = "SELECT count(*) FROM microsoft_profiles WHERE is_archived";
    // Nothing new.
    let same = SaveProfile {
        client_secret: String::new(),
        ..registration()
    };
    app.save_profile(&same).await.unwrap();
    // A new secret of the same app.
    app.save_profile(&registration()).await.unwrap();
    assert_eq!((app.count(profiles).await, app.count(archived).await), (1, 0));
    // Another app has no secret yet.
    let other = SaveProfile {
        client_id: contoso::CLIENT_ID.into(),
        client_secret: String::new(),
        ..registration()
    };
    assert_eq!(
        problem(app.save_profile(&other).await.unwrap_err()),
        (Field::ClientSecret, Problem::Required)
    );
    let other = SaveProfile {
        client_secret: "another~secret".into(),
        ..other
    };
    app.save_profile(&other).await.unwrap();
    assert_eq!((app.count(profiles).await, app.count(archived).await), (2, 1));
    assert!(app.teams_setup().await.organizer_is_known, "the tenant is the same");
    // Another tenant has other people.
    let elsewhere = SaveProfile {
        entra_tenant: contoso::TENANT_ID.into(),
        ..other
    };
    app.save_profile(&elsewhere).await.unwrap();
    let setup = app.teams_setup().await;
    assert!(!setup.organizer_is_known && setup.is_active);
    assert_eq!(
        app.capability().await,
        Capability::Unavailable(Unavailable::NoOrganizer)
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_organizer_whom_microsoft_does_not_know_is_refused(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let refused = async |upn: &str| problem(app.save_organizer(upn).await.unwrap_err());
    let organizer = |problem| (Field::Organizer, problem);
    assert_eq!(
        refused("nobody@northwind.example").await,
        organizer(Problem::NotAtMicrosoft)
    );
    assert_eq!(
        refused(northwind::ORGANIZER_OBJECT_ID).await,
        organizer(Problem::IsAGuid)
    );
    assert_eq!(refused("meetings").await, organizer(Problem::NotAUpn));
    app.sim
        .change_user(northwind::ORGANIZER_OBJECT_ID, |user| user.enabled = false);
    assert_eq!(
        refused(northwind::ORGANIZER_UPN).await,
        organizer(Problem::DisabledAtMicrosoft)
    );
    app.sim.change_app(northwind::CLIENT_ID, |app| app.roles.clear());
    app.sim.revoke_tokens();
    assert_eq!(
        refused(northwind::ORGANIZER_UPN).await,
        organizer(Problem::LookupRefused)
    );
    app.sim
        .change_app(northwind::CLIENT_ID, |app| app.secret_expired = true);
    app.sim.revoke_tokens();
    assert_eq!(refused(northwind::ORGANIZER_UPN).await, organizer(Problem::AppRefused));
    app.sim
        .fault(Fault::new(Route::Token, CannedAnswer::status(503)).times(50));
    let error = app.save_organizer(northwind::ORGANIZER_UPN).await.unwrap_err();
    assert_eq!(code(error), ErrorCode::MeetingUnavailable);
    let setup = app.teams_setup().await;
    assert_eq!(setup.organizer, northwind::ORGANIZER_UPN, "what was there stays");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn meetings_stay_with_whoever_organizes_them(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.add(&app.meeting().await).await.unwrap();
    let saved = app.save_organizer(northwind::ORGANIZER_UPN).await.unwrap();
    let before = saved.stay;
    let saved = app.save_organizer("ceo@northwind.example").await.unwrap();
    assert_eq!(saved.name, "Nora Northwind");
    assert!(saved.stay > before, "the meeting that was just made stays");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn options_and_exposure_are_decided(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let grant = app.grant::<SettingsUpdate>(ADMIN).await;
    let options = SaveTeamsOptions {
        records: true,
        invites: true,
        downloads: true,
        tenant_wide: true,
    };
    teams::save_options(&app.backend, &grant, options).await.unwrap();
    let setup = app.teams_setup().await;
    assert!(setup.invites && setup.downloads && setup.tenant_wide && !setup.shows_in_portal);
    let effect = teams::effect(&app.backend, &grant).await.unwrap();
    let recordings = "SELECT count(*) FROM online_meeting_artifacts JOIN tenants USING (tenant)
                       WHERE client_name = 'Northwind IT' AND artifact_type = 'recording' AND deleted_at IS NULL";
    assert_eq!(i64::from(effect.recordings), app.count(recordings).await);
    assert!(
        effect.recordings > 0 && effect.clients > 0 && effect.portal_users > 0,
        "{effect:?}"
    );
    teams::show_in_portal(&app.backend, &grant, true).await.unwrap();
    assert!(app.teams_setup().await.shows_in_portal);
    app.set_teams_active(false).await.unwrap();
    assert_eq!(
        app.capability().await,
        Capability::Unavailable(Unavailable::NotConfigured)
    );
    // Nothing of it concerns others.
    let other = app.grant::<SettingsRead>(CONTOSO_ADMIN).await;
    let setup = teams::page(&app.backend, &other).await.unwrap().setup.unwrap();
    assert!(setup.is_active && !setup.shows_in_portal && !setup.invites);
}
