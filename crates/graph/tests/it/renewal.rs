//! Certificates in place of secrets, and tokens got anew for diagnostics.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use graph::{ClientCertificate, Credentials, GraphSession, Roles};
use graph_sim::{CannedAnswer, Fault, LoggedRequest, Route, Simulator, demo::northwind};
use serde_json::json;

use crate::support::*;

const KEY: &str = include_str!("../fixtures/certificate/client.key.pem");
const CERTIFICATE: &str = include_str!("../fixtures/certificate/client.cert.pem");

fn with_certificate(world: &World) -> GraphSession {
    world.sim.change_app(northwind::CLIENT_ID, |app| {
        app.certificates = vec![CERTIFICATE.to_owned()];
    });
    let certificate = ClientCertificate::new(&KEY.into(), CERTIFICATE.as_bytes()).unwrap();
    let credentials = Credentials::with_certificate(northwind::TENANT_ID, northwind::CLIENT_ID, certificate);
    assert!(!format!("{credentials:?}").contains("PRIVATE"));
    world.client.session(credentials)
}

fn issue(sim: &Simulator, token: &str) {
    let body = json!({ "token_type": "Bearer", "access_token": token, "expires_in": 3599 });
    sim.fault(Fault::new(Route::Token, CannedAnswer::body(200, body.to_string())));
}

fn token_requests(sim: &Simulator) -> Vec<LoggedRequest> {
    sim.requests_to(Route::Token)
}

#[tokio::test]
async fn a_certificate_takes_the_place_of_the_secret() {
    let world = world().await;
    let session = with_certificate(&world);
    session.user(ORGANIZER).await.unwrap();
    let asked = &token_requests(&world.sim)[0];
    let body = asked.body.as_object().unwrap();
    let names: Vec<_> = body.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "client_assertion",
            "client_assertion_type",
            "client_id",
            "grant_type",
            "scope"
        ]
    );
    assert_eq!(
        body["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert_eq!(body["client_id"], northwind::CLIENT_ID);

    // The token does not serve the session with the secret, nor the other way round.
    world.session.user(ORGANIZER).await.unwrap();
    assert_eq!(token_requests(&world.sim).len(), 2);
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(token_requests(&world.sim).len(), 3);
}

#[tokio::test]
async fn a_new_token_shows_new_permissions_and_serves_the_calls_after() {
    let World { sim, session, .. } = world().await;
    sim.change_app(northwind::CLIENT_ID, |app| app.roles.clear());
    assert_eq!(session.renew_token().await.unwrap().roles, Roles::NoneGranted);
    sim.change_app(northwind::CLIENT_ID, |app| app.roles = vec!["User.Read.All".to_owned()]);

    session.user(ORGANIZER).await.unwrap_err();
    assert_eq!(token_requests(&sim).len(), 1, "the cached token goes on");
    let report = session.renew_token().await.unwrap();
    assert_eq!(report.roles, Roles::Listed(["User.Read.All".to_owned()].into()));
    assert_eq!(report.roles.grant("Calendars.ReadWrite"), Some(false));
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(token_requests(&sim).len(), 2);

    let life = report.expires_at - DateTime::<Utc>::from(SystemTime::now());
    assert!(
        life > TimeDelta::seconds(3500) && life <= TimeDelta::seconds(3599),
        "{life}"
    );
    let offset = report.clock_offset.unwrap();
    assert!(offset.abs() < TimeDelta::minutes(1), "{offset}");
}

#[tokio::test]
async fn tokens_that_cannot_be_read_are_no_obstacle() {
    let World { sim, session, .. } = world().await;
    for token in ["opaque", "a.b.c", "a.bnVsbA.c"] {
        issue(&sim, token);
        assert_eq!(session.renew_token().await.unwrap().roles, Roles::Unknown, "{token}");
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_shows() {
    let World { sim, session, .. } = world().await;
    let body = json!({ "access_token": "opaque", "expires_in": 3599 });
    let mut answer = CannedAnswer::body(200, body.to_string());
    answer
        .headers
        .insert("date".to_owned(), "Wed, 21 Oct 2015 07:28:00 GMT".to_owned());
    sim.fault(Fault::new(Route::Token, answer));
    let offset = session.renew_token().await.unwrap().clock_offset.unwrap();
    assert!(offset < TimeDelta::days(-365), "{offset}");
}

#[tokio::test]
async fn a_failed_renewal_leaves_the_cached_token() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    sim.change_app(northwind::CLIENT_ID, |app| app.secret_expired = true);
    let error = session.renew_token().await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("AADSTS7000222"));
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(token_requests(&sim).len(), 2);
}
