//! What the simulator sends by itself, when it is due.

mod api;
mod by_hand;
mod delivery;
mod mode;
mod outbox;
mod payload;
mod rich;
mod schedule;
mod token;

use std::{io, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{Client, redirect::Policy};
use tokio::task::JoinSet;

pub use by_hand::{LifecycleEvent, Message};
pub use delivery::{Attempt, Delivery, DeliveryState};
pub use mode::{ClientStateAnswer, Endpoint, Forgery, NotificationMode, PathForm, TokenVersion};
pub(crate) use outbox::Outbox;

use crate::{
    service::{Shared, lock},
    state::State,
};

/// Wakes up at least this often.
const LONGEST_SLEEP: Duration = Duration::from_hours(1);

/// Runs beside the server for as long as the simulator lives.
pub(crate) async fn run(state: Shared) {
    let (due, http) = {
        let state = lock(&state);
        (Arc::clone(&state.due), state.http.clone())
    };
    let mut sending = JoinSet::new();
    loop {
        let (posts, sleep) = {
            let mut state = lock(&state);
            let posts = state.pass();
            (posts, state.sleep())
        };
        for post in posts {
            sending.spawn(delivery::send(Arc::clone(&state), http.clone(), post));
        }
        tokio::select! {
            () = due.notified() => {}
            Some(_) = sending.join_next() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

/// For calls to subscribers: each on a connection of its own, none through a proxy or to another place than asked for.
pub(crate) fn http() -> io::Result<Client> {
    // Another one may be installed already, which does as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build()
        .map_err(io::Error::other)
}

impl State {
    /// Does what is due, up to the posts to be sent.
    fn pass(&mut self) -> Vec<delivery::Post> {
        self.announce();
        self.expire_subscriptions();
        self.ask_to_reauthorize();
        self.compose();
        let now = self.clock.now();
        let posts = self.outbox.take_due(now);
        self.outbox.idle.notify_waiters();
        posts
    }

    /// When something will have to be done; in the past for what should have been.
    fn next_due(&self) -> Option<DateTime<Utc>> {
        self.next_scheduled().into_iter().chain(self.outbox.next_due()).min()
    }

    fn sleep(&self) -> Duration {
        let wait = self.next_due().map(|due| due - self.clock.now());
        let wait = wait.map_or(LONGEST_SLEEP, |wait| wait.to_std().unwrap_or_default());
        wait.clamp(Duration::from_millis(1), LONGEST_SLEEP)
    }

    fn is_settled(&self) -> bool {
        self.next_due().is_none_or(|due| due > self.clock.now()) && !self.outbox.is_busy()
    }
}
