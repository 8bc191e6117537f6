//! What people do until the process is killed.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use reqwest::StatusCode;
use serde_json::Value;

use crate::server::Server;

/// Small, and the same sequence for the same seed ([splitmix64](https://prng.di.unimi.it/splitmix64.c)).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let bound = u64::try_from(from.len()).ok().filter(|len| *len > 0)?;
        from.get(usize::try_from(self.below(bound)).ok()?).cloned()
    }
}

/// What people find when they begin to work.
pub struct Known {
    pub interactions: Vec<String>,
    pub requests: Vec<String>,
    pub technician: String,
}

/// What was done and what came of it.
#[derive(Default)]
pub struct Log {
    pub begun: AtomicU64,
    pub answered: AtomicU64,
    pub refused: AtomicU64,
    /// Interactions that were answered as made.
    pub made: Mutex<BTreeSet<String>>,
    /// Interactions that somebody has asked to delete.
    pub deleted: Mutex<BTreeSet<String>>,
}

/// Somebody who works until the process is killed.
pub async fn person(server: &Server, log: &Log, known: &Known, mut dice: Dice) {
    loop {
        if dice.below(4) == 0 {
            decide(server, log, known, &mut dice).await;
            continue;
        }
        let meeting = dice.pick(&known.interactions);
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

/// Approves a request with a meeting, now and then twice at once; moves it, or says no.
async fn decide(server: &Server, log: &Log, known: &Known, dice: &mut Dice) {
    let Some(id) = dice.pick(&known.requests) else { return };
    let start = format!("2031-06-{:02}T{:02}:00", dice.below(28) + 1, dice.below(23));
    let about = ("input[request_id]", id.as_str());
    let when = [("input[start]", start.as_str()), ("input[minutes]", "45")];
    match dice.below(6) {
        0 => {
            let form = [about, ("input[reason]", "Off")];
            send(log, server.post("/api/appointments/decline", &form)).await;
        }
        1 => {
            send(log, server.post("/api/appointments/move", &[about, when[0], when[1]])).await;
        }
        pressed => {
            let mut key = || {
                format!(
                    "0a11{:04x}-0000-4000-8000-{:012x}",
                    dice.below(65_536),
                    dice.below(1 << 47)
                )
            };
            let (one, other) = (key(), key());
            let approve = async |key: String| {
                let form = [
                    about,
                    when[0],
                    when[1],
                    ("input[idempotency_key]", key.as_str()),
                    ("input[technician_id]", known.technician.as_str()),
                    ("input[generate]", "on"),
                ];
                send(log, server.post("/api/appointments/approve", &form)).await;
            };
            if pressed == 2 {
                tokio::join!(approve(one), approve(other));
            } else {
                approve(one).await;
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
