//! Whoever observes a session is told of every request, whatever becomes of it.

use std::sync::{Arc, Mutex};

use graph::{ErrorKind, Exchange};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, demo::northwind};

use crate::support::*;

#[tokio::test]
async fn every_attempt_is_told_with_its_ids_and_without_secrets() {
    let World { sim, session, .. } = world().await;
    let seen: Arc<Mutex<Vec<Exchange>>> = Arc::default();
    let told = Arc::clone(&seen);
    let session = session.observed_by(Arc::new(move |exchange| told.lock().unwrap().push(exchange)));
    sim.fault(Fault::new(Route::Users, FaultAnswer::DropBefore));
    sim.fault(Fault::new(Route::Users, CannedAnswer::status(503)));
    session.user(ORGANIZER).await.unwrap();
    sim.fault(Fault::new(Route::Users, CannedAnswer::refusal(403, "Forbidden", "No.")));
    let error = session.user(ORGANIZER).await.unwrap_err();
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let outcomes: Vec<_> = seen
        .iter()
        .map(|exchange| (exchange.call, exchange.status, exchange.refusal.is_none()))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("get-token", Some(200), true),
            ("get-user", None, false),
            ("get-user", Some(503), false),
            ("get-user", Some(200), true),
            ("get-user", Some(403), false),
        ]
    );
    assert!(seen.iter().all(|exchange| exchange.client_request_id.is_some()));
    assert!(matches!(seen[4].refusal, Some(ErrorKind::Forbidden(_))));
    assert_eq!(
        (&seen[4].request_id, seen[4].code.as_deref()),
        (&error.request_id, Some("Forbidden"))
    );
    let all = format!("{seen:?}");
    for secret in [northwind::CLIENT_SECRET, "Bearer", "http"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}
