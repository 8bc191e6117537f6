use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Semaphore;

/// Exchange serves this many requests per app and mailbox at once and refuses more.
const PARALLEL_PER_MAILBOX: usize = 4;

/// Limits requests in flight per app and mailbox. One named now by address and now by object id counts as two: then
/// Exchange may refuse some requests, which are repeated like others.
#[derive(Default)]
pub(crate) struct MailboxGates(Mutex<HashMap<[String; 3], Arc<Semaphore>>>);

impl MailboxGates {
    pub fn of(&self, key: [&str; 3]) -> Arc<Semaphore> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A gate nobody holds lets everybody in, so it can be forgotten.
        if gates.len() >= 1024 {
            gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        let gate = gates
            .entry(key.map(str::to_ascii_lowercase))
            .or_insert_with(|| Arc::new(Semaphore::new(PARALLEL_PER_MAILBOX)));
        Arc::clone(gate)
    }
}
