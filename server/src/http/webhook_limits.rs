//! How much one address may send to where Microsoft tells its news. Counted in this process: what is counted in the database, as the tries of
//! signing in are, would cost each notification a second write.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use backend::{notifications::Unread, sessions::network};

/// How long is counted at a time.
const WINDOW: Duration = Duration::from_secs(10);
/// Requests of one address in that time: twice what Minuted is made to take.
const REQUESTS: u32 = 20_000;
/// Notifications of one address in that time that could not be believed. Microsoft sends some for subscriptions that have just ended.
const MISTAKES: usize = 500;
/// What a request counts for that is no notification at all.
pub const MALFORMED: usize = 10;
/// Requests under way at a time: of one address, and in all.
const OF_EACH: u32 = 64;
const IN_ALL: u32 = 128;
/// Addresses that are remembered. Beyond that they are counted together.
const REMEMBERED: usize = 10_000;

#[derive(Clone, Default)]
pub struct Limits(Arc<Mutex<Counted>>);

#[derive(Default)]
struct Counted {
    under_way: u32,
    of_addresses: HashMap<Option<IpAddr>, Address>,
}

struct Address {
    since: Instant,
    requests: u32,
    mistakes: usize,
    under_way: u32,
}

/// One request that is under way, until dropped.
pub struct Place {
    limits: Limits,
    address: Option<IpAddr>,
}

impl Limits {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, or says why it is not taken.
    pub fn place(&self, address: IpAddr) -> Result<Place, Unread> {
        self.place_at(Instant::now(), address)
    }

    fn place_at(&self, now: Instant, address: IpAddr) -> Result<Place, Unread> {
        let mut counted = self.lock();
        let mut address = Some(network(address));
        if counted.of_addresses.len() >= REMEMBERED && !counted.of_addresses.contains_key(&address) {
            counted
                .of_addresses
                .retain(|_, known| known.under_way > 0 || now.duration_since(known.since) < WINDOW);
            if counted.of_addresses.len() >= REMEMBERED {
                address = None;
            }
        }
        if counted.under_way >= IN_ALL {
            return Err(Unread::TooBusy);
        }
        let known = counted.of_addresses.entry(address).or_insert(Address {
            since: now,
            requests: 0,
            mistakes: 0,
            under_way: 0,
        });
        if now.duration_since(known.since) >= WINDOW {
            (known.since, known.requests, known.mistakes) = (now, 0, 0);
        }
        if known.requests >= REQUESTS || known.mistakes >= MISTAKES || known.under_way >= OF_EACH {
            return Err(Unread::TooMany);
        }
        known.requests += 1;
        known.under_way += 1;
        counted.under_way += 1;
        Ok(Place {
            limits: self.clone(),
            address,
        })
    }
}

impl Place {
    /// Counts mistakes of the request's.
    pub fn misbehaved(&self, times: usize) {
        if let Some(known) = self.limits.lock().of_addresses.get_mut(&self.address) {
            known.mistakes = known.mistakes.saturating_add(times);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counted = self.limits.lock();
        counted.under_way -= 1;
        if let Some(known) = counted.of_addresses.get_mut(&self.address) {
            known.under_way -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> IpAddr {
        [192, 0, 2, n].into()
    }

    #[test]
    fn who_makes_many_mistakes_waits() {
        let (limits, start) = (Limits::default(), Instant::now());
        let place = limits.place_at(start, address(1)).unwrap();
        place.misbehaved(MISTAKES - 1);
        drop(limits.place_at(start, address(1)).unwrap());
        place.misbehaved(1);
        assert_eq!(limits.place_at(start, address(1)).err(), Some(Unread::TooMany));
        assert!(limits.place_at(start, address(2)).is_ok(), "another address");
        assert!(limits.place_at(start + WINDOW, address(1)).is_ok(), "some time later");
    }

    #[test]
    fn so_many_requests_in_a_time() {
        let (limits, start) = (Limits::default(), Instant::now());
        for _ in 0..REQUESTS {
            drop(limits.place_at(start, address(1)).unwrap());
        }
        assert_eq!(limits.place_at(start, address(1)).err(), Some(Unread::TooMany));
        assert!(limits.place_at(start + WINDOW, address(1)).is_ok());
    }

    #[test]
    fn so_many_at_a_time() {
        let (limits, start) = (Limits::default(), Instant::now());
        let mut places: Vec<Place> = (0..OF_EACH)
            .map(|_| limits.place_at(start, address(1)).unwrap())
            .collect();
        assert_eq!(limits.place_at(start, address(1)).err(), Some(Unread::TooMany));
        places.extend((OF_EACH..IN_ALL).map(|_| limits.place_at(start, address(2)).unwrap()));
        assert_eq!(limits.place_at(start, address(3)).err(), Some(Unread::TooBusy));
        places.clear();
        assert!(limits.place_at(start, address(1)).is_ok());
        assert_eq!(limits.lock().under_way, 0);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (limits, start) = (Limits::default(), Instant::now());
        for n in 0..u32::try_from(REMEMBERED).unwrap() + 10 {
            drop(limits.place_at(start, IpAddr::V4(n.into())).unwrap());
        }
        assert_eq!(limits.lock().of_addresses.len(), REMEMBERED + 1);
        drop(limits.place_at(start + WINDOW, IpAddr::V4(u32::MAX.into())).unwrap());
        assert_eq!(limits.lock().of_addresses.len(), 1);
    }
}
