//! Who is told what in this process.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{ClientId, News, TenantId, UserId};
use tokio::sync::{broadcast, watch};

/// How many messages a slow subscriber may be behind before it is told to look again.
const CAPACITY: usize = 256;
/// How much of the past is kept for pages that were rendered, or lost their connection, a moment ago.
const PAST: usize = 512;
const REMEMBERED: Duration = Duration::from_mins(2);
/// How many pages a person may have open in each process. Only visible ones count: browsers close the connections of others.
const PER_PERSON: usize = 24;

/// News, and whose: `None` is everybody's; and the client that they are about.
pub type Told = broadcast::Receiver<(Option<TenantId>, News, Option<ClientId>)>;

/// Hands on what this process hears.
pub struct Hub {
    sender: broadcast::Sender<(Option<TenantId>, News, Option<ClientId>)>,
    stop: watch::Sender<bool>,
    past: Mutex<Past>,
    people: Arc<Mutex<HashMap<UserId, usize>>>,
}

#[derive(Default)]
struct Past {
    /// Everything since then is in `changes`; `None` while nobody listens.
    complete_since: Option<Instant>,
    changes: VecDeque<(Instant, TenantId, News, Option<ClientId>)>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(CAPACITY),
            stop: watch::Sender::new(false),
            past: Mutex::default(),
            people: Arc::default(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// From now on everything is heard; what was before is not known.
    pub(super) fn begin(&self) {
        self.begin_at(Instant::now());
    }

    fn begin_at(&self, now: Instant) {
        let mut past = lock(&self.past);
        past.complete_since = Some(now);
        past.changes.clear();
        // Nobody may be there.
        let _ = self.sender.send((None, News::LookAgain, None));
    }

    /// From now on nothing is heard.
    pub(super) fn end(&self) {
        lock(&self.past).complete_since = None;
    }

    pub(super) fn tell(&self, tenant: TenantId, news: News, client: Option<ClientId>) {
        self.tell_at(Instant::now(), tenant, news, client);
    }

    fn tell_at(&self, now: Instant, tenant: TenantId, news: News, client: Option<ClientId>) {
        let mut past = lock(&self.past);
        past.changes.push_back((now, tenant, news, client));
        while past
            .changes
            .front()
            .is_some_and(|(told, ..)| now.duration_since(*told) > REMEMBERED)
        {
            past.changes.pop_front();
            let complete = now.checked_sub(REMEMBERED);
            past.complete_since = past.complete_since.max(complete);
        }
        if past.changes.len() > PAST
            && let Some((told, ..)) = past.changes.pop_front()
        {
            let complete = told + Duration::from_nanos(1);
            past.complete_since = past.complete_since.map(|since| since.max(complete));
        }
        let _ = self.sender.send((Some(tenant), news, client));
    }

    /// What was told to a tenant within `gap`, with the client that it was about, and what will be told to all.
    pub(super) fn subscribe(&self, tenant: TenantId, gap: Option<Duration>) -> (Vec<(News, Option<ClientId>)>, Told) {
        let since = gap
            .filter(|gap| *gap <= REMEMBERED)
            .and_then(|gap| Instant::now().checked_sub(gap));
        self.subscribe_since(tenant, since)
    }

    fn subscribe_since(&self, tenant: TenantId, since: Option<Instant>) -> (Vec<(News, Option<ClientId>)>, Told) {
        let past = lock(&self.past);
        let told = self.sender.subscribe();
        let missed = match (since, past.complete_since) {
            (Some(since), Some(complete)) if complete <= since => past
                .changes
                .iter()
                .filter(|(told, whose, ..)| *told >= since && *whose == tenant)
                .map(|(_, _, news, client)| (*news, *client))
                .collect(),
            _ => vec![(News::LookAgain, None)],
        };
        (missed, told)
    }

    /// A place for one more page of this person.
    pub(super) fn place(&self, user_id: UserId) -> Option<Place> {
        let mut people = lock(&self.people);
        let pages = people.entry(user_id).or_default();
        if *pages >= PER_PERSON {
            return None;
        }
        *pages += 1;
        Some(Place {
            user_id,
            people: Arc::clone(&self.people),
        })
    }

    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }
}

/// Counts one page until it is dropped.
pub(super) struct Place {
    user_id: UserId,
    people: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut people = lock(&self.people);
        if let Some(pages) = people.get_mut(&self.user_id) {
            *pages -= 1;
            if *pages == 0 {
                people.remove(&self.user_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Change, InteractionId, NewsKind};
    use uuid::Uuid;

    use super::*;

    fn tenant(n: u128) -> TenantId {
        TenantId(Uuid::from_u128(n))
    }

    fn change(n: u128) -> News {
        News::Change(Change {
            kind: NewsKind::Changed,
            interaction_id: InteractionId(Uuid::from_u128(n)),
            client_id: None,
            contact_id: None,
        })
    }

    fn news(told: Vec<(News, Option<ClientId>)>) -> Vec<News> {
        told.into_iter().map(|(news, _)| news).collect()
    }

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn what_was_missed_is_told_to_its_tenant() {
        let hub = Hub::default();
        let start = Instant::now();
        let missed = |since: Option<Instant>| news(hub.subscribe_since(tenant(1), since).0);
        assert_eq!(missed(Some(start)), [News::LookAgain], "nobody listens yet");
        hub.begin_at(start + seconds(1));
        hub.tell_at(start + seconds(2), tenant(1), change(1), None);
        hub.tell_at(start + seconds(3), tenant(2), change(2), None);
        hub.tell_at(start + seconds(4), tenant(1), change(3), None);
        assert_eq!(missed(Some(start + seconds(1))), [change(1), change(3)]);
        assert_eq!(missed(Some(start + seconds(3))), [change(3)]);
        assert_eq!(missed(Some(start + seconds(5))), []);
        assert_eq!(missed(Some(start)), [News::LookAgain], "before anybody listened");
        assert_eq!(missed(None), [News::LookAgain]);
        hub.end();
        assert_eq!(
            missed(Some(start + seconds(5))),
            [News::LookAgain],
            "nobody listens any more"
        );
    }

    #[test]
    fn the_past_is_bounded() {
        let hub = Hub::default();
        let start = Instant::now();
        hub.begin_at(start);
        for n in 0..=PAST as u128 {
            hub.tell_at(start + seconds(1), tenant(1), change(n), None);
        }
        assert_eq!(lock(&hub.past).changes.len(), PAST);
        let missed = |since: Instant| news(hub.subscribe_since(tenant(1), Some(since)).0);
        assert!(missed(start + seconds(1)) == [News::LookAgain], "one was forgotten");
        assert!(missed(start + seconds(2)).is_empty());
        hub.tell_at(start + seconds(2) + REMEMBERED, tenant(1), change(0), None);
        assert_eq!(lock(&hub.past).changes.len(), 1);
        assert_eq!(
            news(hub.subscribe(tenant(1), Some(REMEMBERED + seconds(1))).0),
            [News::LookAgain]
        );
    }

    #[test]
    fn a_person_has_so_many_places() {
        let hub = Hub::default();
        let [one, two] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let mut places: Vec<_> = (0..PER_PERSON).map(|_| hub.place(one).unwrap()).collect();
        assert!(hub.place(one).is_none() && hub.place(two).is_some());
        places.pop();
        assert!(hub.place(one).is_some());
        drop(places);
        assert!(lock(&hub.people).is_empty());
    }
}
