//! The process is killed while meetings are made and changed, many times at random points. Afterwards both sides agree.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use graph_sim::{CannedAnswer, Fault, Route};
use serde_json::Value;
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server};

const ADMIN: &str = "admin@northwind.example";
/// The id of the event, and when it begins in seconds since 1970.
type Meeting = (String, i64);

const ROUNDS: u64 = 15;
/// Somewhat longer than a meeting takes to be made here, in microseconds.
const SPAN: u64 = 160_000;
/// The same for a change.
const CHANGE_SPAN: u64 = 240_000;

#[sqlx::test(migrations = false)]
async fn killed_at_random_points_both_sides_agree(pool: PgPool) {
    let mut server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    // Slow enough that kills fall before, between and after the steps.
    for route in [Route::CreateEvent, Route::OnlineMeetings] {
        server
            .sim
            .fault(Fault::new(route, CannedAnswer::delay(40)).times(u32::MAX));
    }
    let random = random();
    println!("the points of this run come from {random}");
    let mut killed_in_the_middle = 0;
    for round in 0..ROUNDS {
        let form = server.meeting().await;
        let request = server.add(&form).send();
        // Anything from at once to after the answer: a random point in each part of the time that the work takes.
        let part = SPAN / ROUNDS;
        let moment = Duration::from_micros(round * part + random.wrapping_mul(2 * round + 1) % part);
        if tokio::time::timeout(moment, request).await.is_err() {
            killed_in_the_middle += 1;
        }
        server.kill();
        server.launch().await;
    }
    assert!(
        killed_in_the_middle >= ROUNDS / 5,
        "kills must fall into the work, but {killed_in_the_middle} did"
    );

    both_sides_agree(&server).await;
    println!("{killed_in_the_middle} kills of {ROUNDS} fell into the work");
}

#[sqlx::test(migrations = false)]
async fn killed_while_meetings_change_both_sides_agree(pool: PgPool) {
    let mut server = Server::start(pool).await;
    server.sign_in(ADMIN).await;
    for route in [Route::UpdateEvent, Route::CancelEvent] {
        server
            .sim
            .fault(Fault::new(route, CannedAnswer::delay(60)).times(u32::MAX));
    }
    let random = random();
    println!("the points of this run come from {random}");
    for round in 0..ROUNDS {
        let form = server.meeting().await;
        let saved: Value = server.add(&form).send().await.unwrap().json().await.unwrap();
        let id = saved["interaction_id"].as_str().unwrap();
        let request = match round % 3 {
            0 => moved(&server, id).await,
            1 => server.post(
                "/api/interactions/delete",
                &[("interaction_id", id), ("message", "Off")],
            ),
            _ => server.post("/api/meetings/cancel", &[("interaction_id", id), ("message", "Off")]),
        };
        let part = CHANGE_SPAN / ROUNDS;
        let moment = Duration::from_micros(round * part + random.wrapping_mul(2 * round + 1) % part);
        let _ = tokio::time::timeout(moment, request.send()).await;
        server.kill();
        server.launch().await;
    }
    both_sides_agree(&server).await;
}

/// The form that moves a meeting far into the future.
async fn moved(server: &Server, id: &str) -> reqwest::RequestBuilder {
    let answer = server
        .get(&format!("/api/interactions/edit-form?interaction_id={id}"))
        .send()
        .await
        .unwrap();
    let form: Value = answer.json().await.unwrap();
    let values = form["values"].as_object().unwrap();
    let pairs: Vec<(String, &str)> = values
        .iter()
        .map(|(name, value)| {
            let value = match name.as_str() {
                "start" => "2031-05-06T10:00",
                "end" => "2031-05-06T10:30",
                _ => value.as_str().unwrap(),
            };
            (format!("input[{name}]"), value)
        })
        .collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    server.post("/api/interactions/edit", &pairs)
}

/// The restarted process finds out on its own.
async fn both_sides_agree(server: &Server) {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let events: BTreeSet<Meeting> = server
            .sim
            .events()
            .into_iter()
            .filter(|event| !event.deleted && event.subject == "Backup review")
            .map(|event| (event.id, event.start.timestamp()))
            .collect();
        let records = recorded(server).await;
        let unfinished = unfinished(server).await;
        if events == records && unfinished == 0 {
            println!("{} meetings survived", records.len());
            return;
        }
        assert!(
            Instant::now() < deadline,
            "events {events:?}, records {records:?}, {unfinished} unfinished"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn random() -> u64 {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    u64::from(since_epoch.subsec_nanos())
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn recorded(server: &Server) -> BTreeSet<Meeting> {
    let ids: Vec<Meeting> = sqlx::query_as(
        "SELECT m.provider_event_id, extract(epoch FROM i.start_time)::bigint FROM online_meetings m
           JOIN interactions i ON i.tenant = m.tenant AND i.interaction_id = m.interaction_id
          WHERE m.subject = 'Backup review' AND m.status <> 'cancelled'",
    )
    .fetch_all(&server.pool)
    .await
    .unwrap();
    let distinct: BTreeSet<Meeting> = ids.iter().cloned().collect();
    assert_eq!(distinct.len(), ids.len(), "one record for each event");
    distinct
}

/// Operations whose end is not settled. Those being abandoned are: what they left, if anything, is being removed.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn unfinished(server: &Server) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM meeting_operations WHERE state IN ('started', 'waiting', 'refused')")
        .fetch_one(&server.pool)
        .await
        .unwrap()
}
