//! The process is killed while meetings are made, many times at random points. Afterwards both sides agree.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use graph_sim::{CannedAnswer, Fault, Route};
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server};

const ROUNDS: u64 = 15;
/// Somewhat longer than a meeting takes to be made here, in microseconds.
const SPAN: u64 = 160_000;

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
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let random = u64::from(since_epoch.subsec_nanos());
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

    // The restarted process finds out on its own.
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let events: BTreeSet<String> = server
            .sim
            .events()
            .into_iter()
            .filter(|event| !event.deleted)
            .map(|event| event.id)
            .collect();
        let records = recorded(&server).await;
        let unfinished = unfinished(&server).await;
        if events == records && unfinished == 0 {
            println!(
                "{} meetings of {ROUNDS} survived, {killed_in_the_middle} kills fell into the work",
                records.len()
            );
            return;
        }
        assert!(
            Instant::now() < deadline,
            "events {events:?}, records {records:?}, {unfinished} unfinished"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn recorded(server: &Server) -> BTreeSet<String> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT m.provider_event_id FROM online_meetings m
           JOIN interactions i ON i.tenant = m.tenant AND i.interaction_id = m.interaction_id
          WHERE m.subject = 'Backup review'",
    )
    .fetch_all(&server.pool)
    .await
    .unwrap();
    let distinct: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(distinct.len(), ids.len(), "one record for each event");
    distinct
}

/// Operations whose end is not settled. Those being abandoned are: what they left, if anything, is being removed.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn unfinished(server: &Server) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM meeting_operations WHERE state = 'started'")
        .fetch_one(&server.pool)
        .await
        .unwrap()
}
