//! What others did, told to open pages. One connection of each process listens to the database; whoever has a page open subscribes to
//! what it hears of their tenant. Messages are hints: a page that gets one looks at the rows again.

mod hub;

use std::{collections::VecDeque, time::Duration};

use domain::{ClientId, News, TenantId, UserId};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::{Interval, MissedTickBehavior},
};

pub use hub::Hub;
use hub::{Place, Told};

use crate::{
    Actor, Backend, PortalActor,
    access::{Grant, may},
    sessions,
    store::live::{Heard, Listener},
};

/// How often it is checked that a subscriber is still signed in and may still read.
pub const CHECK: Duration = Duration::from_mins(1);
/// How long the listening connection may be silent before it is asked whether it is alive.
const SILENCE: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(10);
const SHORTEST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Listens until cancelled, and tells the subscribers of this process. After a lost connection everybody is told to look again.
pub async fn listen(backend: &Backend) {
    let mut wait = SHORTEST_WAIT;
    loop {
        match Listener::connect(backend.db()).await {
            Ok(mut listener) => {
                wait = SHORTEST_WAIT;
                begin(backend);
                let error = forward(backend, &mut listener).await;
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the connection that listens was lost"
                );
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the database cannot be listened to"
                );
            }
        }
        backend.live().end();
        backend.admissions().hears(false);
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Everything is heard from now on; what was before is not known.
fn begin(backend: &Backend) {
    backend.live().begin();
    backend.admissions().hears(true);
}

/// Passes on what is heard until the connection fails.
async fn forward(backend: &Backend, listener: &mut Listener) -> sqlx::Error {
    loop {
        match tokio::time::timeout(SILENCE, listener.next()).await {
            Ok(Ok(Heard::News(tenant, news, client))) => {
                backend.admissions().forget(tenant);
                backend.live().tell(tenant, news, client);
            }
            Ok(Ok(Heard::Rights(tenant))) => backend.admissions().forget(tenant),
            Ok(Ok(Heard::Gap)) => begin(backend),
            Ok(Err(error)) => return error,
            Err(_) => match tokio::time::timeout(PATIENCE, listener.ping()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return error,
                Err(_) => return sqlx::Error::PoolTimedOut,
            },
        }
    }
}

/// The news for one open page.
pub struct Subscription {
    backend: Backend,
    reader: Reader,
    missed: VecDeque<News>,
    told: Told,
    stopping: watch::Receiver<bool>,
    checks: Interval,
    /// One of the few that a person has.
    _place: Place,
}

/// Who looks at the page.
enum Reader {
    Staff(Box<Actor>),
    Portal(Box<PortalActor>),
}

impl Reader {
    fn tenant(&self) -> TenantId {
        match self {
            Self::Staff(actor) => actor.scope().tenant(),
            Self::Portal(actor) => actor.scope().tenant(),
        }
    }

    fn user_id(&self) -> UserId {
        match self {
            Self::Staff(actor) => actor.user_id(),
            Self::Portal(actor) => actor.user_id(),
        }
    }

    /// What they are told of it. A portal user is told that something of their client is to be looked at again, and not what: the page asks
    /// for it, and gets what they may see.
    fn told(&self, news: News, client: Option<ClientId>) -> Option<News> {
        match self {
            Self::Staff(_) => Some(news),
            Self::Portal(actor) => {
                let is_theirs = news == News::LookAgain || client == Some(actor.client_id());
                is_theirs.then_some(News::LookAgain)
            }
        }
    }
}

/// Subscribes a page to the news of its tenant. It may have missed something since `gap` ago, or since ever. `None` if the person has as
/// many pages open as anybody needs.
pub fn subscribe(
    backend: &Backend,
    grant: &Grant<may::InteractionRead>,
    gap: Option<Duration>,
    check: Duration,
) -> Option<Subscription> {
    open(backend, Reader::Staff(Box::new(Actor::clone(grant))), gap, check)
}

/// The same for a page of the portal.
pub fn subscribe_portal(
    backend: &Backend,
    actor: &PortalActor,
    gap: Option<Duration>,
    check: Duration,
) -> Option<Subscription> {
    open(backend, Reader::Portal(Box::new(actor.clone())), gap, check)
}

fn open(backend: &Backend, reader: Reader, gap: Option<Duration>, check: Duration) -> Option<Subscription> {
    let place = backend.live().place(reader.user_id())?;
    let (missed, told) = backend.live().subscribe(reader.tenant(), gap);
    let mut missed: VecDeque<News> = missed
        .into_iter()
        .filter_map(|(news, client)| reader.told(news, client))
        .collect();
    if let Reader::Portal(_) = reader {
        // They are all alike.
        missed.truncate(1);
    }
    let mut checks = tokio::time::interval_at(tokio::time::Instant::now() + check, check);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(Subscription {
        backend: backend.clone(),
        reader,
        missed,
        told,
        stopping: backend.live().stopping(),
        checks,
        _place: place,
    })
}

impl Subscription {
    /// Waits for the next news. `None` when there will be none: the session has ended, the person may not read any more, or the program
    /// stops.
    pub async fn next(&mut self) -> Option<News> {
        if let Some(news) = self.missed.pop_front() {
            return Some(news);
        }
        if *self.stopping.borrow() {
            return None;
        }
        loop {
            tokio::select! {
                // To the only value that it can become.
                _ = self.stopping.changed() => return None,
                told = self.told.recv() => match told {
                    Ok((tenant, news, client)) => {
                        let is_ours = tenant.is_none_or(|tenant| tenant == self.reader.tenant());
                        if let Some(news) = self.reader.told(news, client).filter(|_| is_ours) {
                            return Some(news);
                        }
                    }
                    Err(RecvError::Lagged(_)) => {
                        self.told = self.told.resubscribe();
                        return Some(News::LookAgain);
                    }
                    Err(RecvError::Closed) => return None,
                },
                _ = self.checks.tick() => {
                    if !self.may_stay().await {
                        return None;
                    }
                }
            }
        }
    }

    async fn may_stay(&self) -> bool {
        let may_stay = match &self.reader {
            Reader::Staff(actor) => sessions::recheck(&self.backend, actor)
                .await
                .map(|actor| actor.is_some_and(|actor| actor.require::<may::InteractionRead>().is_ok())),
            Reader::Portal(actor) => sessions::portal_recheck(&self.backend, actor).await,
        };
        match may_stay {
            Ok(may_stay) => may_stay,
            Err(error) => {
                // Not the person's fault; there is another check.
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a session could not be checked"
                );
                true
            }
        }
    }
}

impl Backend {
    /// Tells open pages what others did, until cancelled.
    pub async fn listen_for_ever(&self) {
        listen(self).await;
    }

    /// Ends all subscriptions: the program stops.
    pub fn end_subscriptions(&self) {
        self.live().stop();
    }
}
