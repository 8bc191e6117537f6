//! The process is killed again and again while several people make, move, rename, cancel and delete meetings at once, and Microsoft fails at
//! random. In the end nothing is at Microsoft that Minuted does not know, nothing on record without its event, and nothing twice.
//!
//! `CHAOS_KILLS` and `CHAOS_SEED` make it longer, or the same again: `./dev bench chaos`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use graph_sim::{CannedAnswer, Fault, FaultAnswer, LoggedRequest, Route};
use reqwest::StatusCode;
use serde_json::Value;
use sqlx::PgPool;

use crate::server::Server;

const ADMIN: &str = "admin@northwind.example";
const KILLS: u64 = 15;
/// The longest that a process lives after it has become ready, in milliseconds.
const LIFE: u64 = 700;
/// Beginning and end in seconds since 1970, by the event's id and what it is called.
type Meetings = BTreeMap<(String, String), (i64, i64)>;

/// Small, and the same sequence for the same seed ([splitmix64](https://prng.di.unimi.it/splitmix64.c)).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let bound = u64::try_from(from.len()).ok().filter(|len| *len > 0)?;
        from.get(usize::try_from(self.below(bound)).ok()?).cloned()
    }
}

/// What was done and what came of it.
#[derive(Default)]
struct Log {
    begun: AtomicU64,
    answered: AtomicU64,
    refused: AtomicU64,
    /// Interactions that were answered as made.
    made: Mutex<BTreeSet<String>>,
    /// Interactions that somebody has asked to delete.
    deleted: Mutex<BTreeSet<String>>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long and from which seed, for whoever runs it by hand"
)]
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn random() -> u64 {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    u64::from(since_epoch.subsec_nanos())
}

#[sqlx::test(migrations = false)]
async fn killed_again_and_again_both_sides_agree(pool: PgPool) {
    let kills = setting("CHAOS_KILLS").unwrap_or(KILLS);
    let seed = setting("CHAOS_SEED").unwrap_or_else(random);
    println!("{kills} kills with CHAOS_SEED={seed}");
    let started = Instant::now();
    let mut dice = Dice(seed);
    let mut server = Server::start(pool).await;
    server.sign_in(ADMIN).await;
    let log = Log::default();
    for kill in 1..=kills {
        faults(&server, &mut dice);
        let known = interactions(&server).await;
        let seeds = [(); 4].map(|()| dice.below(u64::MAX));
        let [one, two, three, four] = seeds.map(|seed| person(&server, &log, &known, Dice(seed)));
        let life = Duration::from_millis(dice.below(LIFE));
        let work = async { tokio::join!(one, two, three, four) };
        let _ = tokio::time::timeout(life, work).await;
        server.kill();
        server.launch().await;
        if kill.is_multiple_of(50) {
            println!("{kill} kills after {} s", started.elapsed().as_secs());
        }
    }
    server.sim.clear_faults();
    both_sides_agree(&server, kills).await;
    nothing_is_lost(&server, &log).await;
    let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let (begun, answered, refused) = (count(&log.begun), count(&log.answered), count(&log.refused));
    println!(
        "{kills} kills in {} s: {begun} requests begun, {answered} answered, {refused} of them refused, {} cut off",
        started.elapsed().as_secs(),
        begun - answered
    );
    assert!(answered > 0 && begun > answered, "the kills must fall into the work");
}

/// What Microsoft does wrong until the next kill. Everything is slow enough for kills to fall between the steps.
fn faults(server: &Server, dice: &mut Dice) {
    const ROUTES: [Route; 7] = [
        Route::Token,
        Route::CreateEvent,
        Route::OnlineMeetings,
        Route::CalendarView,
        Route::UpdateEvent,
        Route::CancelEvent,
        Route::DeleteEvent,
    ];
    server.sim.clear_faults();
    for route in ROUTES {
        if dice.below(3) == 0 {
            let answer = match dice.below(8) {
                0 => FaultAnswer::DropBefore,
                1 => FaultAnswer::DropAfter,
                2 => FaultAnswer::StatusAfterCommit(504),
                3 => FaultAnswer::from(CannedAnswer::status(429).retry_after(1)),
                4 => FaultAnswer::from(CannedAnswer::status(403)),
                5 => FaultAnswer::Stall,
                _ => FaultAnswer::from(CannedAnswer::status(503)),
            };
            let times = u32::try_from(dice.below(3)).unwrap() + 1;
            server.sim.fault(Fault::new(route, answer).times(times));
        }
        if route != Route::Token {
            let slow = CannedAnswer::delay(10 + dice.below(60));
            server.sim.fault(Fault::new(route, slow).times(u32::MAX));
        }
    }
}

/// Somebody who works until the process is killed.
async fn person(server: &Server, log: &Log, known: &[String], mut dice: Dice) {
    loop {
        let meeting = dice.pick(known);
        match (dice.below(10), meeting) {
            (0..=3, _) | (_, None) => make(server, log, &mut dice).await,
            (4..=6, Some(id)) => change(server, log, &mut dice, &id).await,
            (7, Some(id)) => {
                let form = [("interaction_id", id.as_str()), ("message", "Off")];
                send(log, server.post("/api/meetings/cancel", &form)).await;
            }
            (8, Some(id)) => {
                let verb = dice.pick(&["undo-cancel", "retry", "put-back"]).unwrap();
                send(
                    log,
                    server.post(&format!("/api/meetings/{verb}"), &[("interaction_id", id.as_str())]),
                )
                .await;
            }
            (_, Some(id)) => {
                log.deleted.lock().unwrap().insert(id.clone());
                let form = [("interaction_id", id.as_str()), ("message", "Gone")];
                send(log, server.post("/api/interactions/delete", &form)).await;
            }
        }
    }
}

/// Posts, and counts what came of it.
async fn send(log: &Log, request: reqwest::RequestBuilder) -> Option<Value> {
    log.begun.fetch_add(1, Ordering::Relaxed);
    let answer = request.send().await.unwrap();
    log.answered.fetch_add(1, Ordering::Relaxed);
    assert_ne!(
        answer.status(),
        StatusCode::INTERNAL_SERVER_ERROR,
        "{:?}",
        answer.text().await
    );
    assert_ne!(
        answer.status(),
        StatusCode::BAD_REQUEST,
        "the script sends what the program reads"
    );
    if !answer.status().is_success() {
        log.refused.fetch_add(1, Ordering::Relaxed);
        return None;
    }
    answer.json().await.ok()
}

/// A meeting of its own name; now and then the button is pressed twice.
async fn make(server: &Server, log: &Log, dice: &mut Dice) {
    let mut form = server.meeting().await;
    let title = format!("Chaos {}", dice.below(u64::MAX));
    for (name, value) in &mut form {
        if *name == "input[title]" {
            value.clone_from(&title);
        }
    }
    let again = async {
        if dice.below(4) == 0 {
            send(log, server.add(&form)).await;
        }
    };
    let (saved, ()) = tokio::join!(send(log, server.add(&form)), again);
    if let Some(id) = saved.as_ref().and_then(|saved| saved["interaction_id"].as_str()) {
        log.made.lock().unwrap().insert(id.to_owned());
    }
}

/// Another time, or another name.
async fn change(server: &Server, log: &Log, dice: &mut Dice, id: &str) {
    let form = server.get(&format!("/api/interactions/edit-form?interaction_id={id}"));
    let answer = form.send().await.unwrap();
    if !answer.status().is_success() {
        return;
    }
    let form: Value = answer.json().await.unwrap();
    let (day, hour) = (dice.below(28) + 1, dice.below(23));
    let renamed = (dice.below(4) == 0).then(|| format!("Online Meeting: Chaos {}", dice.below(u64::MAX)));
    let pairs: Vec<(String, String)> = form["values"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            let value = match name.as_str() {
                "start" => format!("2031-05-{day:02}T{hour:02}:00"),
                "end" => format!("2031-05-{day:02}T{hour:02}:30"),
                "title" => renamed.clone().unwrap_or_else(|| value.as_str().unwrap().to_owned()),
                _ => value.as_str().unwrap().to_owned(),
            };
            (format!("input[{name}]"), value)
        })
        .collect();
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    send(log, server.post("/api/interactions/edit", &pairs)).await;
}

/// Events that Minuted does not know, records without their event, and events that are there twice: none, once all is settled.
async fn both_sides_agree(server: &Server, kills: u64) {
    let deadline = Instant::now() + Duration::from_secs(40 + kills);
    loop {
        let events = events(server);
        let records = records(server).await;
        let unknown = events.iter().filter(|(id, _)| !records.contains_key(*id)).count();
        let without = records.iter().filter(|(id, _)| !events.contains_key(*id)).count();
        let names: BTreeSet<&String> = events.keys().map(|(_, name)| name).collect();
        let twice = events.len() - names.len();
        let unsettled = server
            .text("SELECT count(*)::text FROM meeting_operations WHERE state IN ('started', 'waiting', 'refused')")
            .await;
        if events == records && twice == 0 && unsettled == "0" {
            println!(
                "{} meetings live, 0 events unknown, 0 records without event, 0 twice",
                records.len()
            );
            return;
        }
        assert!(
            Instant::now() < deadline,
            "{unknown} events unknown, {without} records without event, {twice} twice, {unsettled} unsettled: {events:?}, {records:?}"
        );
        // As if everybody looked at their meetings and pressed the button.
        server
            .execute(
                "UPDATE meeting_operations SET next_attempt_at = now()
                  WHERE state IN ('started', 'abandoning', 'waiting', 'refused') AND next_attempt_at > now()
                    AND (leased_until IS NULL OR leased_until < now())",
            )
            .await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// What was answered as made is there, unless somebody has deleted it.
async fn nothing_is_lost(server: &Server, log: &Log) {
    let there: BTreeSet<String> = interactions(server).await.into_iter().collect();
    let (made, deleted) = (log.made.lock().unwrap().clone(), log.deleted.lock().unwrap().clone());
    let lost: Vec<&String> = made
        .iter()
        .filter(|id| !there.contains(*id) && !deleted.contains(*id))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
    // A process that has just started does not know what the one before it was asked to wait for.
    let known = |request: &LoggedRequest| request.broke == Some(graph_sim::rules::RETRY_TOO_EARLY);
    let broken: Vec<LoggedRequest> = server
        .sim
        .violations()
        .into_iter()
        .filter(|request| !known(request))
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
}

fn events(server: &Server) -> Meetings {
    server
        .sim
        .events()
        .into_iter()
        .filter(|event| !event.deleted && event.subject.starts_with("Chaos "))
        .map(|event| {
            (
                (event.id, event.subject),
                (event.start.timestamp(), event.end.timestamp()),
            )
        })
        .collect()
}

/// The live meetings on record, with the times of their interactions.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn records(server: &Server) -> Meetings {
    let rows: Vec<(String, String, i64, i64, bool)> = sqlx::query_as(
        "SELECT m.provider_event_id, m.subject, extract(epoch FROM i.start_time)::bigint, extract(epoch FROM i.end_time)::bigint,
                (i.start_time, i.end_time, i.title) = (m.start_time, m.end_time, 'Online Meeting: ' || m.subject)
           FROM online_meetings m
           JOIN interactions i ON i.tenant = m.tenant AND i.interaction_id = m.interaction_id
          WHERE m.subject LIKE 'Chaos %' AND m.status <> 'cancelled'",
    )
    .fetch_all(&server.pool)
    .await
    .unwrap();
    // While something is on its way the two may differ; in the end they agree with the event, and so with each other.
    rows.into_iter()
        .map(|(id, name, start, end, agrees)| ((id, name), if agrees { (start, end) } else { (0, 0) }))
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn interactions(server: &Server) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT interaction_id::text FROM interactions WHERE title LIKE 'Online Meeting: Chaos %' ORDER BY 1",
    )
    .fetch_all(&server.pool)
    .await
    .unwrap()
}
