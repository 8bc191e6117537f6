//! What Microsoft tells of new recordings and transcripts.
//!
//! A request stores what it brings and is answered; whoever looks into it does so afterwards ([`handle`]), in any process. What is told proves
//! itself by the secret of its subscription, and by the Microsoft tenant; it is taken for a hint all the same: what there is Microsoft is asked
//! by ids. What proves nothing is dropped and counted, and the answer does not tell.

#[cfg(feature = "enterprise")]
mod content;
#[cfg(feature = "enterprise")]
mod handle;
#[cfg(feature = "enterprise")]
mod inbox;
#[cfg(feature = "enterprise")]
mod known;
#[cfg(feature = "enterprise")]
mod receive;
#[cfg(feature = "enterprise")]
mod tally;

use std::time::Duration;

use tokio::time::MissedTickBehavior;

#[cfg(feature = "enterprise")]
pub(crate) use content::Content;
#[cfg(feature = "enterprise")]
pub(crate) use handle::{Handlers, begin as begin_handling, begin_with, forget_handled};
#[cfg(feature = "enterprise")]
pub(crate) use inbox::{Inbox, note_listening};
#[cfg(feature = "enterprise")]
pub(crate) use receive::receive;

use crate::{Backend, Result};

/// Larger requests are refused unread.
pub const MAX_BODY: usize = 1024 * 1024;

/// How soon this process looks into what another one was told, and writes down what it has counted.
const SOON: Duration = Duration::from_secs(1);
/// How long what this process is told may gather.
const GATHERED: Duration = Duration::from_millis(100);

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// All that can be believed of it is stored. So many of its notifications could not be.
    Stored { dropped: usize },
    /// It holds no notifications.
    Malformed,
    /// It holds too many.
    TooMany,
    /// This edition has nothing to do with them.
    NotInThisEdition,
}

/// Why a request was refused before anybody has read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    TooLarge,
    TooSlow,
    /// From one address.
    TooMany,
    /// In all, at a time.
    TooBusy,
}

impl Unread {
    fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::TooSlow => "too-slow",
            Self::TooMany => "rate-limited",
            Self::TooBusy => "too-busy",
        }
    }
}

impl Backend {
    /// Whether there is anybody here to tell.
    pub fn takes_notifications(&self) -> bool {
        crate::edition::Teams::CAPTURES
    }

    /// Stores what a request of Microsoft's tells. Returns when it is safe.
    pub async fn receive_notifications(&self, body: &[u8]) -> Result<Received> {
        self.teams().receive(self, body).await
    }

    /// Counts a request that was refused unread.
    pub fn count_unread(&self, why: Unread) {
        self.teams().count_unread(why.as_str());
    }

    /// One turn of looking into what was told; returns when it has come to an end.
    pub async fn handle_notifications(&self) -> Result<()> {
        let begun = self.teams().begin_handling(self).await?;
        futures::future::join_all(begun).await;
        Ok(())
    }

    /// Looks into what was told until cancelled: at once what this process was told, soon what another one was.
    pub async fn handle_for_ever(&self) {
        let mut ticks = tokio::time::interval(SOON);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            // Nobody waits for its end: what is told meanwhile is looked into at once.
            let begun = tokio::select! {
                tenants = self.teams().told() => {
                    self.teams().begin_handling_of(self, tenants);
                    Ok(())
                }
                _ = ticks.tick() => self.teams().begin_handling(self).await.map(drop),
            };
            if let Err(error) = begun {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "notifications could not be looked for"
                );
            }
            // What comes in a flood is looked for together.
            tokio::time::sleep(GATHERED).await;
        }
    }

    /// Writes down now and then, until cancelled, what was counted and that this process listens.
    pub async fn note_for_ever(&self) {
        let mut ticks = tokio::time::interval(SOON);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.note_listening().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "what was counted of notifications could not be written"
                );
            }
        }
    }

    /// Writes down what was counted, and that this process listens.
    pub async fn note_listening(&self) -> Result<()> {
        self.teams().note_listening(self).await
    }
}
