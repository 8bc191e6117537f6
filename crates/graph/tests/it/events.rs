use std::time::Duration;

use graph::{ErrorKind, RetryPolicy};
use graph_sim::{CannedAnswer, Fault, Route, SimConfig};
use serde_json::json;
use tokio::{io::AsyncReadExt, net::TcpListener};

use crate::support::*;

#[tokio::test]
async fn a_deletion_with_unknown_outcome_is_told() {
    let World { sim, session, .. } = world().await;
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    sim.fault(Fault::new(Route::DeleteEvent, CannedAnswer::status(503)).times(9));
    let error = session.delete_event(ORGANIZER, &event.id).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.outcome_unknown());

    // What comes after does not make it known.
    sim.clear_faults();
    sim.fault(Fault::new(Route::DeleteEvent, CannedAnswer::status(503)));
    sim.fault(Fault::new(Route::DeleteEvent, CannedAnswer::status(403)));
    let error = session.delete_event(ORGANIZER, &event.id).await.unwrap_err();
    assert_eq!(error.status, Some(403));
    assert!(error.outcome_unknown());
    sim.fault(Fault::new(Route::DeleteEvent, CannedAnswer::status(403)));
    assert!(
        !session
            .delete_event(ORGANIZER, &event.id)
            .await
            .unwrap_err()
            .outcome_unknown()
    );
}

#[tokio::test]
async fn ids_are_encoded() {
    let World { sim, session, .. } = world().await;
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    assert!(
        ["+", "/", "="].iter().all(|sign| event.id.contains(sign)),
        "{}",
        event.id
    );
    session.event(ORGANIZER, &event.id).await.unwrap();
    let path = &sim.requests_to(Route::GetEvent)[0].path;
    let id = event.id.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    assert!(
        path.starts_with(&format!(
            "/v1.0/users/meetings%40northwind.example/events/{id}?$select=id%2C"
        )),
        "{path}"
    );
}

#[tokio::test]
async fn an_empty_id_never_reaches_the_collection() {
    let World { sim, session, .. } = world().await;
    for id in ["", ".", ".."] {
        assert_eq!(
            session.delete_event(ORGANIZER, id).await.unwrap_err().kind,
            ErrorKind::Invalid
        );
        assert_eq!(session.event(id, "x").await.unwrap_err().kind, ErrorKind::Invalid);
    }
    assert!(sim.requests().is_empty());
}

#[tokio::test]
async fn pages_are_followed() {
    let config = SimConfig {
        max_page: 2,
        ..SimConfig::demo()
    };
    let World { sim, session, .. } = world_with(config, quick()).await;
    for number in 1..=5 {
        session.create_event(ORGANIZER, &new_event(number)).await.unwrap();
    }
    let last = new_event(5);
    let found = session
        .events_by_transaction(ORGANIZER, around(&last), last.transaction_id)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let pages = sim.requests_to(Route::CalendarView);
    assert_eq!(pages.len(), 3);
    assert!(
        pages
            .iter()
            .all(|page| page.headers["prefer"] == "IdType=\"ImmutableId\"")
    );
    assert!(
        pages[0]
            .path
            .contains("calendarView?startDateTime=2026-11-24T14%3A00%3A00Z&endDateTime=2026-11-24T16%3A30%3A00Z&")
    );

    let outside = (at("2026-11-25T00:00:00Z"), at("2026-11-26T00:00:00Z"));
    assert!(
        session
            .events_by_transaction(ORGANIZER, outside, last.transaction_id)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn empty_and_endless_pages() {
    let World { sim, session, .. } = world().await;
    let new = new_event(1);
    session.create_event(ORGANIZER, &new).await.unwrap();
    // One empty page, then the real list.
    let link = format!(
        "{}/v1.0/users/{ORGANIZER_ID}/calendarView?startDateTime=2026-11-24T00:00:00Z&endDateTime=2026-11-25T00:00:00Z",
        sim.graph_url()
    );
    let page = json!({ "value": [], "@odata.nextLink": link }).to_string();
    sim.fault(Fault::new(Route::CalendarView, CannedAnswer::body(200, page.clone())));
    assert_eq!(
        session
            .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
            .await
            .unwrap()
            .len(),
        1
    );

    // The page that follows itself.
    sim.fault(Fault::new(Route::CalendarView, CannedAnswer::body(200, page)).times(100));
    let error = session
        .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert_eq!(sim.requests_to(Route::CalendarView).len(), 2 + 2);
}

#[tokio::test]
async fn the_token_never_leaves_for_another_host() {
    let World { sim, session, .. } = world().await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = elsewhere.local_addr().unwrap();
    let new = new_event(1);
    for link in [
        format!("http://{address}/v1.0/users/x/calendarView?$skip=1"),
        format!("https://{}/v1.0/users/x/calendarView", sim.address()),
        format!("http://user@{}@{address}/", sim.address()),
        "/v1.0/relative".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let page = json!({ "value": [], "@odata.nextLink": link }).to_string();
        sim.fault(Fault::new(Route::CalendarView, CannedAnswer::body(200, page)));
        let error = session
            .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::Protocol, "{link}");
    }
    // A redirect is not followed either.
    let mut redirect = CannedAnswer::status(302);
    redirect
        .headers
        .insert("location".to_owned(), format!("http://{address}/"));
    sim.fault(Fault::new(Route::Users, redirect));
    assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, ErrorKind::Protocol);

    // Our own connection is the first one that arrives there.
    let mut probe = tokio::net::TcpStream::connect(address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut probe, b"probe").await.unwrap();
    drop(probe);
    let mut received = String::new();
    elsewhere
        .accept()
        .await
        .unwrap()
        .0
        .read_to_string(&mut received)
        .await
        .unwrap();
    assert_eq!(received, "probe");
}

#[tokio::test]
async fn one_deadline_for_all_attempts() {
    let policy = RetryPolicy {
        call_deadline: Duration::from_millis(500),
        attempts: 100,
        ..quick()
    };
    let World { sim, session, .. } = world_with(SimConfig::demo(), policy).await;
    session.user(ORGANIZER).await.unwrap();
    sim.fault(Fault::new(Route::Users, CannedAnswer::delay(60_000)).times(100));
    let start = std::time::Instant::now();
    assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, ErrorKind::Unavailable);
    assert!(start.elapsed() < Duration::from_secs(30));
}
