//! Everything between the screens and the database.
//!
//! Modules are named after what the business talks about and hold use-cases: functions that take a [`Backend`], the proof of a
//! permission ([`access::Grant`]) and checked input. SQL is in `store` and nowhere else. What differs between the editions is in
//! `edition` and nowhere else.

// What only Microsoft needs is compiled in both editions, so that a change is checked in both.
#![cfg_attr(
    not(feature = "enterprise"),
    expect(dead_code, unused_imports, reason = "used by the enterprise edition")
)]

pub mod access;
pub mod clients;
pub mod clock;
pub mod cluster;
mod edition;
pub mod error;
pub mod interactions;
#[cfg(feature = "enterprise")]
mod meetings;
pub mod secrets;
pub mod seed;
pub mod sessions;
pub mod store;
mod timeline;
mod zone;

use std::{sync::Arc, time::Duration};

use url::Url;

pub use access::Actor;
pub use clock::Clock;
pub use edition::EDITION;
pub use error::{Error, Result};
pub use store::Db;

/// What the use-cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Backend(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    secrets: secrets::Keyring,
    teams: edition::Teams,
}

/// Where Microsoft is (national clouds and the simulator have their own bases), and how long one call to it may take, repetitions
/// included: a user is waiting.
#[derive(Clone, Debug)]
pub struct Microsoft {
    pub graph: Url,
    pub login: Url,
    pub patience: Duration,
}

impl Microsoft {
    pub const PATIENCE: Duration = Duration::from_secs(20);
}

impl Backend {
    pub fn new(db: Db, clock: Clock, secrets: secrets::Keyring, microsoft: &Microsoft) -> Result<Self> {
        let teams = edition::Teams::new(microsoft)?;
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            secrets,
            teams,
        })))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn secrets(&self) -> &secrets::Keyring {
        &self.0.secrets
    }

    pub(crate) fn teams(&self) -> &edition::Teams {
        &self.0.teams
    }

    /// One turn of looking for operations that nobody works on any more.
    pub async fn sweep(&self) -> Result<()> {
        self.teams().sweep(self).await
    }

    /// Removes what has expired.
    async fn clear_expired(&self) -> Result<()> {
        sessions::clear_expired(self).await?;
        self.teams().forget_settled(self).await
    }

    /// Carries on, until cancelled, with what other processes left unfinished, and clears what has expired.
    pub async fn keep_house(&self) {
        let mut turn = 0u32;
        let mut ticks = tokio::time::interval(edition::SWEEP_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.sweep().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the sweep of unfinished operations failed"
                );
            }
            if turn.is_multiple_of(120)
                && let Err(error) = self.clear_expired().await
            {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "clearing what has expired failed"
                );
            }
            turn = turn.wrapping_add(1);
        }
    }
}
