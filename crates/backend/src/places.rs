//! Room for pieces of work that are under way, shared by tenants.
//!
//! A process does only so much at a time. Whose work takes long must not hold up the others, so a piece of work that takes longer than
//! usual no longer counts among those that get on, and a tenant whose work took long just now begins with one piece among the slow ones.
//! There may be only so many slow ones, too; those beyond count as before.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::TenantId;
use futures::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// How much room there is.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How many pieces of work get on at a time.
    pub at_once: usize,
    /// How many of them may be one tenant's.
    pub of_each: usize,
    /// From when on a piece of work is slow.
    pub slow_after: Duration,
    /// How many slow ones there may be besides.
    pub slow: usize,
    /// How long it is remembered of a tenant that its work took long.
    pub remembered: Duration,
}

/// How long a turn lasts at most. What takes longer goes on by itself.
const TURN: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Places(Arc<Inner>);

struct Inner {
    rules: Rules,
    state: Mutex<State>,
    left: Notify,
}

#[derive(Default)]
struct State {
    next: u64,
    taken: HashMap<u64, Taken>,
    /// Tenants whose work took long, and when that was.
    slow: HashMap<TenantId, Instant>,
}

struct Taken {
    tenant: TenantId,
    since: Instant,
    /// It was taken by a tenant that was known to be slow.
    is_slow: bool,
}

/// One place, until it is dropped.
pub struct Place {
    number: u64,
    places: Places,
}

impl Places {
    pub fn new(rules: Rules) -> Self {
        Self(Arc::new(Inner {
            rules,
            state: Mutex::default(),
            left: Notify::new(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a piece of work of this tenant, if there is room for it.
    pub fn take(&self, tenant: TenantId) -> Option<Place> {
        let now = Instant::now();
        let mut state = self.state();
        let is_slow = state.is_slow(tenant, &self.0.rules, now);
        if !state.has_room(tenant, &self.0.rules, now) {
            return None;
        }
        let number = state.next;
        state.next += 1;
        let since = now;
        state.taken.insert(number, Taken { tenant, since, is_slow });
        Some(Place {
            number,
            places: self.clone(),
        })
    }

    /// The tenants for whom there is no room now although there may be for others.
    pub fn full(&self) -> Vec<TenantId> {
        let now = Instant::now();
        let state = self.state();
        let known = state.taken.values().map(|taken| taken.tenant);
        let mut full: Vec<TenantId> = known
            .chain(state.slow.keys().copied())
            .filter(|tenant| !state.has_room(*tenant, &self.0.rules, now))
            .collect();
        full.sort_unstable();
        full.dedup();
        full
    }

    /// Works on what is due, the tenants by turns, as far as there is room, and waits until it is done or goes on by itself.
    pub async fn work<Id, W>(&self, due: Vec<(TenantId, Id)>, work: impl Fn(TenantId, Id) -> W)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let deadline = Instant::now() + TURN;
        let mut waiting = by_turns(due);
        let mut begun = FuturesUnordered::new();
        let mut patience = Instant::now() + self.0.rules.slow_after;
        let mut is_late = false;
        loop {
            // Before looking, so that a place that is left meanwhile is not missed.
            let left = self.0.left.notified();
            let mut refused = VecDeque::new();
            while let Some((tenant, id)) = waiting.pop_front() {
                let Some(place) = self.take(tenant) else {
                    refused.push_back((tenant, id));
                    continue;
                };
                let work = work(tenant, id);
                is_late = false;
                patience = Instant::now() + self.0.rules.slow_after;
                begun.push(tokio::spawn(async move {
                    work.await;
                    drop(place);
                }));
            }
            waiting = refused;
            // What was begun last is slow by now and has given way, but there was nothing to begin in its place.
            if is_late || waiting.is_empty() && begun.is_empty() || Instant::now() >= deadline {
                return;
            }
            tokio::select! {
                // Their end is of no interest: what is left to do is written down.
                Some(_) = begun.next() => {}
                () = left => {}
                () = sleep_until(patience.min(deadline)) => is_late = true,
            }
        }
    }
}

/// The first of each, then the second of each, and so on.
fn by_turns<Id>(due: Vec<(TenantId, Id)>) -> VecDeque<(TenantId, Id)> {
    let mut rounds: Vec<Vec<(TenantId, Id)>> = Vec::new();
    let mut seen: HashMap<TenantId, usize> = HashMap::new();
    for (tenant, id) in due {
        let round = seen.entry(tenant).or_default();
        if rounds.len() <= *round {
            rounds.push(Vec::new());
        }
        if let Some(round) = rounds.get_mut(*round) {
            round.push((tenant, id));
        }
        *round += 1;
    }
    rounds.into_iter().flatten().collect()
}

impl State {
    fn is_slow(&self, tenant: TenantId, rules: &Rules, now: Instant) -> bool {
        self.slow
            .get(&tenant)
            .is_some_and(|when| now.duration_since(*when) < rules.remembered)
    }

    fn has_room(&self, tenant: TenantId, rules: &Rules, now: Instant) -> bool {
        let is_slow = self.is_slow(tenant, rules, now);
        let its = self.taken.values().filter(|taken| taken.tenant == tenant).count();
        let slow = self
            .taken
            .values()
            .filter(|taken| taken.is_slow || now.duration_since(taken.since) >= rules.slow_after)
            .count();
        if is_slow {
            its == 0 && slow < rules.slow
        } else {
            its < rules.of_each && self.taken.len() - slow.min(rules.slow) < rules.at_once
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Inner { rules, left, .. } = &*self.places.0;
        let now = Instant::now();
        let mut state = self.places.state();
        if let Some(taken) = state.taken.remove(&self.number) {
            state
                .slow
                .retain(|_, when| now.duration_since(*when) < rules.remembered);
            if now.duration_since(taken.since) < rules.slow_after {
                state.slow.remove(&taken.tenant);
            } else if !rules.remembered.is_zero() {
                state.slow.insert(taken.tenant, now);
            }
        }
        drop(state);
        left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::time::{advance, sleep};
    use uuid::Uuid;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const RULES: Rules = Rules {
        at_once: 4,
        of_each: 2,
        slow_after: Duration::from_secs(5),
        slow: 3,
        remembered: Duration::from_mins(10),
    };

    fn tenant(number: u128) -> TenantId {
        TenantId(Uuid::from_u128(number))
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_takes_long_gives_way() {
        let places = Places::new(RULES);
        let of = |number| places.take(tenant(number));
        let held = [of(1), of(1), of(2), of(2)].map(Option::unwrap);
        assert!(of(1).is_none() && of(3).is_none(), "all are taken");
        advance(5 * SECOND).await;
        assert!(of(1).is_none(), "two are enough for one tenant");
        // Three of the four are slow ones now, the fourth counts.
        let others = [of(3), of(3), of(4)].map(Option::unwrap);
        assert!(of(4).is_none());
        assert_eq!(places.full(), [1, 2, 3, 4].map(tenant));
        drop(held);
        assert!(of(4).is_some());
        drop(others);
        assert_eq!(places.full(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_tenant_that_was_slow_has_one_place_until_it_is_quick() {
        let places = Places::new(RULES);
        let slow = places.take(tenant(1)).unwrap();
        advance(6 * SECOND).await;
        drop(slow);
        let again = places.take(tenant(1)).unwrap();
        assert!(places.take(tenant(1)).is_none());
        let others = [2, 2, 3, 3].map(|number| places.take(tenant(number)).unwrap());
        drop(again);
        drop(others);
        let _two = [places.take(tenant(1)).unwrap(), places.take(tenant(1)).unwrap()];
        assert!(places.take(tenant(1)).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_what_does_not_end() {
        let places = Places::new(RULES);
        let stuck: Vec<_> = (0..50u32).map(|n| (tenant(u128::from(n % 3)), n)).collect();
        let begun = Instant::now();
        places.work(stuck, |_, _| std::future::pending()).await;
        assert!(begun.elapsed() <= TURN);
        // As many are stuck as may be. Another tenant's work is done all the same, and the turn is over with it.
        let done = Arc::new(Mutex::new(Vec::new()));
        let work = |_, n: u32| {
            let done = Arc::clone(&done);
            async move {
                sleep(SECOND).await;
                done.lock().unwrap().push(n);
            }
        };
        let begun = Instant::now();
        places
            .work(vec![(tenant(7), 1), (tenant(7), 2), (tenant(8), 3)], work)
            .await;
        assert!(begun.elapsed() <= 3 * SECOND, "{:?}", begun.elapsed());
        let mut done = done.lock().unwrap().clone();
        done.sort_unstable();
        assert_eq!(done, [1, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_ends_even_if_there_is_always_more() {
        let places = Places::new(RULES);
        let due = (0..1000).map(|n| (tenant(1), n)).collect();
        let begun = Instant::now();
        places.work(due, |_, _: i32| sleep(SECOND)).await;
        assert_eq!(begun.elapsed(), TURN);
    }

    proptest! {
        #[test]
        fn the_tenants_take_turns(due in proptest::collection::vec((0u128..5, any::<u8>()), 0..40)) {
            let due: Vec<_> = due.into_iter().map(|(number, id)| (tenant(number), id)).collect();
            let turns: Vec<_> = by_turns(due.clone()).into();
            let mut counts: HashMap<TenantId, usize> = HashMap::new();
            let mut rounds = Vec::new();
            for (tenant, _) in &turns {
                let count = counts.entry(*tenant).or_default();
                rounds.push(*count);
                *count += 1;
            }
            prop_assert!(rounds.is_sorted());
            for (tenant, _) in &due {
                let its = |list: &[(TenantId, u8)]| -> Vec<u8> {
                    list.iter().filter(|(other, _)| other == tenant).map(|(_, id)| *id).collect()
                };
                prop_assert_eq!(its(&turns), its(&due));
            }
        }
    }
}
