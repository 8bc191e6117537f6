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
pub mod accounts;
pub mod appointments;
pub mod artifacts;
pub mod audit;
mod availability;
pub mod catalog;
pub mod clients;
pub mod clock;
pub mod cluster;
pub mod contacts;
#[cfg(feature = "enterprise")]
mod diagnostics;
mod edition;
pub mod error;
pub mod files;
pub mod import;
pub mod interactions;
pub mod jobs;
mod lease;
pub mod linked;
pub mod live;
pub mod mail;
#[cfg(feature = "enterprise")]
mod meetings;
pub mod notes;
pub mod notifications;
pub mod outside;
pub mod palette;
#[cfg(feature = "enterprise")]
mod places;
pub mod portal;
pub mod recordings;
#[cfg(feature = "enterprise")]
mod requests_log;
pub mod schedule;
mod search;
pub mod secrets;
pub mod seed;
pub mod sessions;
pub mod settings;
pub mod store;
pub mod stranded;
pub mod subscriptions;
pub mod timeline;
mod words;
mod zone;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use domain::looking;
use url::Url;

pub use access::{Actor, PortalActor};
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
    public_url: Url,
    graph_url: Url,
    login_url: Url,
    mailer: mail::Mailer,
    files: files::FileStore,
    recording_cache: Arc<recordings::Cache>,
    recording_readers: recordings::Readers,
    admissions: recordings::Admissions,
    readings: audit::Readings,
    peer_passwords: Option<sessions::PeerPasswords>,
    live: live::Hub,
}

/// What an installation decides about its surroundings.
#[derive(Clone, Debug)]
pub struct Surroundings {
    pub microsoft: Microsoft,
    /// Where users reach Minuted: links in mails begin with it.
    pub public_url: Url,
    pub mailer: mail::Mailer,
    pub files: files::Place,
    /// A folder of this machine for what need not last.
    pub scratch: PathBuf,
    /// How many bytes of recordings may lie there for people who are watching them.
    pub recording_cache: u64,
    /// How the peer hashed the passwords that its users bring along.
    pub peer_passwords: Option<sessions::PeerPasswords>,
}

/// Where Microsoft is (national clouds and the simulator have their own bases), and how long one call to it may take, repetitions
/// included: a user is waiting.
#[derive(Clone)]
pub struct Microsoft {
    pub graph: Url,
    pub login: Url,
    pub patience: Duration,
    /// Certificates with their private keys in PEM: for the first of them Microsoft encrypts what it tells of recordings and transcripts.
    /// Without one it tells their ids only.
    pub notification_certificates: Option<String>,
}

impl fmt::Debug for Microsoft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Microsoft")
            .field("graph", &self.graph.as_str())
            .field("login", &self.login.as_str())
            .finish_non_exhaustive()
    }
}

impl Microsoft {
    /// Where they are, where nothing else is said.
    pub const GRAPH: &str = edition::GRAPH;
    pub const LOGIN: &str = edition::LOGIN;
    pub const PATIENCE: Duration = Duration::from_secs(20);
}

impl Backend {
    pub fn new(db: Db, clock: Clock, secrets: secrets::Keyring, surroundings: Surroundings) -> Result<Self> {
        let teams = edition::Teams::new(&surroundings.microsoft)?;
        let files = surroundings
            .files
            .open(&surroundings.scratch)
            .map_err(anyhow::Error::from)?;
        let room = recordings::Room {
            folder: surroundings.scratch.join("cache"),
            bytes: surroundings.recording_cache,
        };
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            secrets,
            teams,
            public_url: surroundings.public_url,
            graph_url: surroundings.microsoft.graph,
            login_url: surroundings.microsoft.login,
            mailer: surroundings.mailer,
            files,
            recording_cache: Arc::new(recordings::Cache::new(room)),
            recording_readers: recordings::Readers::default(),
            admissions: recordings::Admissions::default(),
            readings: audit::Readings::default(),
            peer_passwords: surroundings.peer_passwords,
            live: live::Hub::default(),
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

    pub(crate) fn mailer(&self) -> &mail::Mailer {
        &self.0.mailer
    }

    pub(crate) fn files(&self) -> &files::FileStore {
        &self.0.files
    }

    pub(crate) fn recording_cache(&self) -> &Arc<recordings::Cache> {
        &self.0.recording_cache
    }

    pub(crate) fn recording_readers(&self) -> &recordings::Readers {
        &self.0.recording_readers
    }

    pub(crate) fn admissions(&self) -> &recordings::Admissions {
        &self.0.admissions
    }

    pub(crate) fn readings(&self) -> &audit::Readings {
        &self.0.readings
    }

    pub(crate) fn live(&self) -> &live::Hub {
        &self.0.live
    }

    pub(crate) fn peer_passwords(&self) -> Option<sessions::PeerPasswords> {
        self.0.peer_passwords.clone()
    }

    pub(crate) fn public_url(&self) -> &Url {
        &self.0.public_url
    }

    /// Where Microsoft Graph is.
    pub(crate) fn graph_url(&self) -> &Url {
        &self.0.graph_url
    }

    /// Where Microsoft signs in.
    pub(crate) fn login_url(&self) -> &Url {
        &self.0.login_url
    }

    /// The address of a page, for links in mails.
    pub(crate) fn page_url(&self, path: &str) -> String {
        format!("{}{path}", self.0.public_url.as_str().trim_end_matches('/'))
    }

    /// One turn of sending the mails that are due.
    pub async fn deliver_mails(&self) -> Result<()> {
        mail::deliver(self).await
    }

    /// One turn of looking for operations that nobody works on any more.
    pub async fn sweep(&self) -> Result<()> {
        self.teams().sweep(self).await
    }

    /// One turn of asking Microsoft for what became of meetings, and of removing files that belong to nothing any more.
    pub async fn capture(&self) -> Result<()> {
        artifacts::remove_leftovers(self).await?;
        self.teams().look(self).await
    }

    /// One turn of copying recordings into our own store.
    pub async fn copy_recordings(&self) -> Result<()> {
        self.teams().copy_recordings(self).await
    }

    /// One turn of seeing to the subscriptions at Microsoft.
    pub async fn keep_subscriptions(&self) -> Result<()> {
        self.teams().keep_subscriptions(self).await
    }

    /// Forgets what has long been settled at Microsoft.
    pub async fn forget_settled(&self) -> Result<()> {
        self.teams().forget_settled(self).await
    }

    /// Removes what has expired.
    pub async fn clear_expired(&self) -> Result<()> {
        // What cannot be removed holds up nothing else.
        let outcomes = [
            sessions::clear_expired(self).await,
            mail::clear_settled(self).await,
            import::clear_expired(self).await,
            self.forget_settled().await,
        ];
        outcomes.into_iter().collect()
    }

    /// Sends mails until cancelled. By itself, so that mails do not wait for Microsoft.
    pub async fn deliver_for_ever(&self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(2));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.deliver_mails().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "mails could not be looked for"
                );
            }
        }
    }

    /// Copies recordings until cancelled. By itself, because one may take hours.
    pub async fn copy_for_ever(&self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(10));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.copy_recordings().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "recordings could not be copied"
                );
            }
        }
    }

    /// Notes what was asked of Microsoft so far.
    pub async fn note_requests(&self) {
        self.teams().note_requests_now(self).await;
    }

    /// Carries on, until cancelled, with what is unfinished or due, and clears what has expired.
    pub async fn keep_house(&self) {
        tokio::join!(
            self.sweep_for_ever(),
            self.capture_for_ever(),
            self.subscribe_for_ever(),
            self.handle_for_ever(),
            self.teams().note_requests(self)
        );
    }

    /// By itself, so that what is told waits for nobody.
    async fn subscribe_for_ever(&self) {
        let mut ticks = tokio::time::interval(looking::TURN);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.teams().subscription_told() => {}
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.keep_subscriptions().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "subscriptions could not be looked for"
                );
            }
        }
    }

    /// By itself, so that the changes of meetings do not wait for recordings.
    async fn capture_for_ever(&self) {
        let mut ticks = tokio::time::interval(looking::TURN);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.capture().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the sweep of meetings that are over failed"
                );
            }
        }
    }

    async fn sweep_for_ever(&self) {
        let mut turn = 0u32;
        let mut ticks = tokio::time::interval(looking::TURN);
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
