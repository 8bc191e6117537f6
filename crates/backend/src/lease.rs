//! Telling the other processes that somebody is still at a piece of work.
//!
//! Who takes one writes into its row until when it is theirs, and puts that off while they are at it. When their process dies the time
//! runs out, and another one takes it. How it is put off is a statement of the store, which no longer finds the row once somebody else has
//! it.

use std::{fmt::Display, time::Duration};

use crate::Result;

/// Runs `work`, and calls `extend` every so often meanwhile, which says whether the work is still ours. `None` if the lease was lost, as
/// after the sleep of a suspended machine: then the work is dropped, because another process may be at it.
pub async fn during<T, E: Future<Output = Result<bool>>>(
    every: Duration,
    of: impl Display,
    extend: impl Fn() -> E,
    work: impl Future<Output = T>,
) -> Option<T> {
    let lost = async {
        loop {
            tokio::time::sleep(every).await;
            match extend().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, lease.of = %of, "a lease was not extended");
                }
            }
        }
    };
    tokio::select! {
        // Work that is done has let go of its row, which looks like a lost lease.
        biased;
        result = work => Some(result),
        () = lost => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const EVERY: Duration = Duration::from_secs(3);

    async fn extended(answers: &[bool], work: Duration) -> (Option<()>, u32) {
        let asked = AtomicU32::new(0);
        let extend = || {
            let turn = asked.fetch_add(1, Ordering::Relaxed);
            let answer = answers.get(turn as usize).copied();
            async move { answer.ok_or_else(|| anyhow::anyhow!("no database").into()) }
        };
        let ended = during(EVERY, "a test", extend, tokio::time::sleep(work)).await;
        (ended, asked.load(Ordering::Relaxed))
    }

    #[tokio::test(start_paused = true)]
    async fn work_goes_on_while_the_lease_is_ours() {
        assert_eq!(extended(&[], EVERY / 2).await, (Some(()), 0));
        assert_eq!(extended(&[true, true], EVERY * 5 / 2).await, (Some(()), 2));
        // Not to reach the database is not to have lost the lease.
        assert_eq!(extended(&[true], EVERY * 9 / 2).await, (Some(()), 4));
    }

    #[tokio::test(start_paused = true)]
    async fn work_is_dropped_when_the_lease_is_lost() {
        assert_eq!(extended(&[true, false], EVERY * 9).await, (None, 2));
    }
}
