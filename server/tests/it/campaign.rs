//! The process is killed again and again while several people make, move, rename, cancel and delete meetings and approve requests at once,
//! and Microsoft fails at random. In the end nothing is at Microsoft that Minuted does not know, nothing on record without its event, and nothing twice.
//!
//! `CHAOS_KILLS` and `CHAOS_SEED` make it longer, or the same again: `./dev bench chaos`.

mod people;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use graph_sim::{CannedAnswer, Fault, FaultAnswer, LoggedRequest, Route};
use sqlx::PgPool;

use self::people::{Dice, Known, Log, person};
use crate::server::Server;

const ADMIN: &str = "admin@northwind.example";
const KILLS: u64 = 15;
/// The longest that a process lives after it has become ready, in milliseconds.
const LIFE: u64 = 700;
/// Beginning and end in seconds since 1970, by the event's id and what it is called.
type Meetings = BTreeMap<(String, String), (i64, i64)>;

/// A client asks for an appointment.
const REQUEST: &str = "INSERT INTO appointment_requests (tenant, client_id, contact_id, service_id, requested_date, requested_time,
                                                         requested_duration, requester_timezone, description)
    SELECT c.tenant, c.client_id, k.contact_name_id, s.service_id, '2031-06-01', '09:00', 30, 'America/New_York', 'Chaos'
      FROM clients c
      JOIN contacts k ON k.tenant = c.tenant AND k.client_id = c.client_id AND k.email = 'ada@acme.example'
      JOIN service_catalog s ON s.tenant = c.tenant
     LIMIT 1";

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
    let technician = server
        .text("SELECT user_id::text FROM users WHERE email = 'tech@northwind.example'")
        .await;
    let log = Log::default();
    for kill in 1..=kills {
        faults(&server, &mut dice);
        server.execute(REQUEST).await;
        let known = Known {
            interactions: interactions(&server).await,
            requests: requests(&server).await,
            technician: technician.clone(),
        };
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

/// Meetings whose entry or request says otherwise, or whose request has another one.
const APART: &str = "SELECT count(*)::text FROM online_meetings m
    LEFT JOIN schedule_entries e ON e.tenant = m.tenant AND e.entry_id = m.schedule_entry_id
    JOIN appointment_requests r ON r.tenant = m.tenant AND r.appointment_request_id = m.appointment_request_id
   WHERE r.description = 'Chaos' AND m.status = 'scheduled'
     AND ((e.scheduled_start, e.scheduled_end) IS DISTINCT FROM (m.start_time, m.end_time)
          OR ((r.requested_date + r.requested_time) AT TIME ZONE r.requester_timezone, r.status, r.online_meeting_url, r.schedule_entry_id)
             IS DISTINCT FROM (m.start_time, 'approved', m.join_url, m.schedule_entry_id)
          OR EXISTS (SELECT 1 FROM online_meetings o
                      WHERE o.tenant = m.tenant AND o.appointment_request_id = m.appointment_request_id AND o.status = 'scheduled'
                        AND o.meeting_id <> m.meeting_id))";

/// Events that Minuted does not know, records without their event, and events that are there twice: none, once all is settled.
async fn both_sides_agree(server: &Server, kills: u64) {
    let deadline = Instant::now() + Duration::from_secs(40 + kills);
    loop {
        let events = events(server);
        let records = records(server).await;
        let unknown = events.iter().filter(|(id, _)| !records.contains_key(*id)).count();
        let without = records.iter().filter(|(id, _)| !events.contains_key(*id)).count();
        // What comes from the timeline has a name of its own; of a request there is one meeting at most.
        let subjects = events.keys().map(|(_, subject)| subject);
        let own: Vec<&String> = subjects.filter(|subject| subject.starts_with("Chaos ")).collect();
        let twice = own.len() - own.iter().collect::<BTreeSet<_>>().len();
        let apart = server.text(APART).await;
        let unsettled = server
            .text("SELECT count(*)::text FROM meeting_operations WHERE state IN ('started', 'waiting', 'refused')")
            .await;
        if events == records && twice == 0 && unsettled == "0" && apart == "0" {
            println!(
                "{} meetings live, 0 events unknown, 0 records without event, 0 twice",
                records.len()
            );
            return;
        }
        assert!(
            Instant::now() < deadline,
            "{unknown} events unknown, {without} records without event, {twice} twice, {unsettled} unsettled, {apart} apart: {events:?}, {records:?}"
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
        .filter(|event| !event.deleted)
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
           JOIN meeting_operations o ON o.tenant = m.tenant AND o.meeting_id = m.meeting_id AND o.kind = 'create'
          WHERE m.status <> 'cancelled'",
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
        "SELECT i.interaction_id::text FROM interactions i
           JOIN meeting_operations o ON o.tenant = i.tenant AND o.interaction_id = i.interaction_id AND o.kind = 'create'
          ORDER BY 1",
    )
    .fetch_all(&server.pool)
    .await
    .unwrap()
}

/// The latest, so that most of them are still to be decided.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn requests(server: &Server) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT appointment_request_id::text FROM appointment_requests WHERE description = 'Chaos'
          ORDER BY created_at DESC LIMIT 8",
    )
    .fetch_all(&server.pool)
    .await
    .unwrap()
}
