use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use graph::{ClientAuth, ClientCertificate, Credentials, ErrorKind, Forbidden, GraphSession, Roles};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, demo::northwind};

use super::statuses;
use crate::support::*;

const KEY: &str = include_str!("../../fixtures/certificate/client.key.pem");
const CERTIFICATE: &str = include_str!("../../fixtures/certificate/client.cert.pem");
const OTHER_CERTIFICATE: &str = include_str!("../../fixtures/certificate/other.cert.pem");
const NOBODY: &str = "99999999-9999-4999-8999-999999999999";

async fn refused(session: &GraphSession, status: u16, code: &str) {
    let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status, error.code.as_deref()),
        (ErrorKind::Credentials, Some(status), Some(code))
    );
    assert!(!error.outcome_unknown(), "{code}: nothing was asked of Graph");
    assert!(error.message().unwrap().starts_with(code), "{error}");
    assert!(error.request_id.is_some() && error.client_request_id.is_some());
}

#[tokio::test]
async fn row_01_secret_app_or_tenant_are_refused() {
    let World { sim, client, session } = world().await;
    let with = |change: fn(&mut Credentials)| {
        let mut credentials = credentials();
        change(&mut credentials);
        client.session(credentials)
    };
    let wrong_secret = with(|given| given.auth = ClientAuth::Secret("wrong".into()));
    refused(&wrong_secret, 401, "AADSTS7000215").await;
    let no_app = with(|given| given.client_id = NOBODY.to_owned());
    refused(&no_app, 400, "AADSTS700016").await;
    let no_tenant = with(|given| given.tenant_id = NOBODY.to_owned());
    refused(&no_tenant, 400, "AADSTS90002").await;
    let malformed = with(|given| given.tenant_id = "no tenant/../x?".to_owned());
    refused(&malformed, 400, "AADSTS900023").await;
    sim.change_app(northwind::CLIENT_ID, |app| app.secret_expired = true);
    refused(&session, 401, "AADSTS7000222").await;
    assert_eq!(
        statuses(&sim, Route::Token),
        [401, 400, 400, 400, 401],
        "refusals are not repeated"
    );
    assert_eq!(sim.requests().len(), 5, "Graph is not asked without a token");

    let nameless = with(|given| given.tenant_id.clear());
    let error = nameless.user(ORGANIZER).await.unwrap_err();
    assert_eq!((error.kind, sim.requests().len()), (ErrorKind::Invalid, 5));
}

#[tokio::test]
async fn row_01_a_certificate_is_accepted_or_refused() {
    let World { sim, client, .. } = world().await;
    let register = |certificates: &[&str]| {
        let certificates = certificates.iter().map(|pem| (*pem).to_owned()).collect();
        sim.change_app(northwind::CLIENT_ID, |app| app.certificates = certificates)
    };
    let certificate = ClientCertificate::new(&KEY.into(), CERTIFICATE.as_bytes()).unwrap();
    let with_certificate =
        Credentials::with_certificate(northwind::TENANT_ID, northwind::CLIENT_ID, certificate.clone());
    let session = client.session(with_certificate);

    refused(&session, 401, "AADSTS700027").await;
    register(&[OTHER_CERTIFICATE]);
    refused(&session, 401, "AADSTS700027").await;
    register(&[OTHER_CERTIFICATE, CERTIFICATE]);
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert_eq!(statuses(&sim, Route::Token), [401, 401, 200]);

    let unknown = client.session(Credentials::with_certificate(northwind::TENANT_ID, NOBODY, certificate));
    refused(&unknown, 400, "AADSTS700016").await;
    // The service's clock is ahead by more than what the assertion allows for.
    sim.advance(TimeDelta::hours(1));
    refused(&session, 401, "AADSTS500133").await;
    assert_eq!(sim.events().len(), 1);
}

#[tokio::test]
async fn row_01_the_identity_platform_is_down() {
    for fault in [
        CannedAnswer::status(503).into(),
        CannedAnswer::status(429).into(),
        CannedAnswer::refusal(400, "temporarily_unavailable", "Later.").into(),
        FaultAnswer::DropBefore,
    ] {
        let World { sim, session, .. } = world().await;
        sim.fault(Fault::new(Route::Token, fault));
        session.user(ORGANIZER).await.unwrap();
        assert_eq!(sim.requests_to(Route::Token).len(), 2);
    }

    let World { sim, session, .. } = world().await;
    sim.fault(Fault::new(Route::Token, CannedAnswer::status(503)).times(9));
    let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status, error.outcome_unknown()),
        (ErrorKind::Unavailable, Some(503), false)
    );
    assert_eq!(statuses(&sim, Route::Token), [503; 4]);

    let hour = Duration::from_hours(1);
    for (status, kind) in [
        (503, ErrorKind::Unavailable),
        (
            429,
            ErrorKind::Throttled {
                retry_after: Some(hour),
            },
        ),
    ] {
        let World { sim, session, .. } = world().await;
        sim.fault(Fault::new(Route::Token, CannedAnswer::status(status).retry_after(3600)));
        let error = session.user(ORGANIZER).await.unwrap_err();
        assert_eq!((error.kind, error.retry_after()), (kind, Some(hour)));
        assert_eq!(sim.requests_to(Route::Token).len(), 1);
    }
}

#[tokio::test]
async fn row_02_a_token_without_roles_or_with_few() {
    let World { sim, session, .. } = world().await;
    sim.change_app(northwind::CLIENT_ID, |app| app.roles.clear());
    let report = session.renew_token().await.unwrap();
    assert_eq!(
        (report.roles.grant("User.Read.All"), report.roles),
        (Some(false), Roles::NoneGranted)
    );
    let error = session.user(ORGANIZER).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (
            ErrorKind::Forbidden(Forbidden::UserLookup),
            Some("Authorization_RequestDenied")
        )
    );
    let link = "https://teams.microsoft.com/l/meetup-join/x";
    let lookup = async || session.online_meeting_by_join_url(ORGANIZER_ID, link).await;
    let without_role = ErrorKind::Forbidden(Forbidden::MissingRole);
    assert_eq!(lookup().await.unwrap_err().kind, without_role);
    // What Exchange grants is in no token.
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();

    sim.change_app(northwind::CLIENT_ID, |app| app.roles = vec!["User.Read.All".to_owned()]);
    session.user(ORGANIZER).await.unwrap_err();
    let report = session.renew_token().await.unwrap();
    assert_eq!(report.roles, Roles::Listed(["User.Read.All".to_owned()].into()));
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(lookup().await.unwrap_err().kind, without_role);

    sim.change_app(northwind::CLIENT_ID, |app| {
        app.roles.push("OnlineMeetings.Read.All".to_owned());
    });
    session.renew_token().await.unwrap();
    assert_eq!(lookup().await.unwrap(), None);
}

#[tokio::test]
async fn row_02_a_token_with_a_short_life() {
    let World { sim, session, .. } = world().await;
    sim.change_app(northwind::CLIENT_ID, |app| app.expires_in = 60);
    session.user(ORGANIZER).await.unwrap();
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(
        sim.requests_to(Route::Token).len(),
        1,
        "a short life is used, not thrown away"
    );
    pass(55).await;
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(sim.requests_to(Route::Token).len(), 2, "and renewed before its end");
    // It ends sooner by Microsoft's clock than by ours.
    sim.advance(TimeDelta::seconds(61));
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(statuses(&sim, Route::Users), [200, 200, 200, 401, 200]);
    assert_eq!(sim.requests_to(Route::Token).len(), 3);

    sim.change_app(northwind::CLIENT_ID, |app| app.expires_in = 0);
    session.renew_token().await.unwrap();
    let error = session.user(ORGANIZER).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unauthorized, Some(401)));
    assert_eq!(
        sim.requests_to(Route::Token).len(),
        6,
        "one that is refused is replaced once"
    );
}

#[tokio::test]
async fn row_02_a_token_is_revoked_midway() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    sim.revoke_tokens();
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert_eq!(statuses(&sim, Route::CreateEvent), [401, 201]);
    assert_eq!((sim.events().len(), &sim.events()[0].id), (1, &event.id));

    // All of them are refused at once; still one new token.
    sim.revoke_tokens();
    for user in join_all((0..6).map(|_| session.user(ORGANIZER))).await {
        user.unwrap();
    }
    assert_eq!(sim.requests_to(Route::Token).len(), 3);

    sim.fault(Fault::new(Route::Users, CannedAnswer::status(401)).times(100));
    let before = sim.requests_to(Route::Users).len();
    let error = session.user(ORGANIZER).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Unauthorized, Some("InvalidAuthenticationToken"))
    );
    assert_eq!(sim.requests_to(Route::Users).len(), before + 2);
    assert_eq!(sim.requests_to(Route::Token).len(), 4);
}
