//! What the simulator sends by itself, when it is due.

use crate::service::{Shared, lock};

/// Runs beside the server for as long as the simulator lives.
pub(crate) async fn run(state: Shared) {
    let due = std::sync::Arc::clone(&lock(&state).due);
    loop {
        due.notified().await;
    }
}
