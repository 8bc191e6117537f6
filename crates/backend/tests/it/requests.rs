//! The last requests to Microsoft, as an administrator sees them.

use backend::access::may::SettingsRead;
use domain::{MicrosoftRequest, RequestOutcome};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route};
use sqlx::PgPool;

use crate::{
    capture::{held, sweep},
    operations::ADMIN,
    test_app::{CONTOSO_ADMIN, TestApp},
};

async fn seen(app: &TestApp, email: &str) -> Vec<MicrosoftRequest> {
    app.backend.note_requests().await;
    let grant = app.grant::<SettingsRead>(email).await;
    let page = backend::settings::teams::page(&app.backend, &grant).await.unwrap();
    page.arrivals.unwrap().requests
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_was_asked_is_told_with_its_ids_and_nothing_else(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    held.captured(&app, 2);
    sweep(&app).await;
    let requests = seen(&app, ADMIN).await;
    for call in ["get-token", "list-recordings", "list-transcripts"] {
        let request = requests.iter().find(|request| request.call == call);
        let request = request.unwrap_or_else(|| panic!("{call} is not among {requests:?}"));
        assert_eq!((request.outcome, request.status), (RequestOutcome::Ok, Some(200)));
        assert!(request.client_request_id.is_some() && request.code.is_none());
        assert!(call == "get-token" || request.request_id.is_some(), "{request:?}");
    }
    assert_eq!(seen(&app, CONTOSO_ADMIN).await, [], "each tenant sees its own");
    let all = app
        .text("SELECT string_agg(r::text, E'\\n') FROM microsoft_requests r")
        .await;
    for secret in ["http", "Bearer", "northwind-demo-secret", &held.at_microsoft] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn outcomes_are_told_apart(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    let answers: [(FaultAnswer, RequestOutcome, Option<&str>); 4] = [
        (
            CannedAnswer::refusal(403, "Forbidden", "No.").into(),
            RequestOutcome::Refused,
            Some("Forbidden"),
        ),
        (
            CannedAnswer {
                retry_after: Some(3600),
                ..CannedAnswer::refusal(429, "TooManyRequests", "Slow down.")
            }
            .into(),
            RequestOutcome::Throttled,
            Some("TooManyRequests"),
        ),
        (
            CannedAnswer::refusal(503, "ServiceUnavailable", "Later.").into(),
            RequestOutcome::Unavailable,
            Some("ServiceUnavailable"),
        ),
        (FaultAnswer::DropBefore, RequestOutcome::TimedOut, None),
    ];
    for (answer, outcome, code) in answers {
        app.sim.clear_faults();
        app.execute("DELETE FROM microsoft_requests").await;
        app.sim.fault(Fault::new(Route::Recordings, answer).times(u32::MAX));
        held.refresh(&app).await.unwrap();
        let requests = seen(&app, ADMIN).await;
        let request = requests
            .iter()
            .find(|request| request.call == "list-recordings")
            .unwrap();
        assert_eq!((request.outcome, request.code.as_deref()), (outcome, code));
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_last_fifty_are_kept_for_a_week(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = held(&app).await;
    app.execute("UPDATE rate_limits SET count = 0").await;
    for _ in 0..10 {
        for _ in 0..3 {
            held.refresh(&app).await.unwrap();
        }
        app.advance(900);
        app.backend.note_requests().await;
    }
    let requests = seen(&app, ADMIN).await;
    assert_eq!(requests.len(), 50);
    assert!(
        !requests.iter().any(|request| request.call == "get-token"),
        "that was long ago"
    );
    app.advance(8 * 24 * 3600);
    app.backend.clear_expired().await.unwrap();
    assert_eq!(seen(&app, ADMIN).await, []);
}
