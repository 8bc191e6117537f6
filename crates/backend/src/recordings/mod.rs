//! Recordings: who may have one, and its bytes from wherever they are.
//!
//! Bytes come from our own store where there is a copy, else from Microsoft as they are read; nothing is ever held as a whole. Where
//! Microsoft does not heed ranges, a recording is fetched once into a file of this process ([`cache`]). What is said to the outside is
//! ours: no address, token, status or word of Microsoft's is passed on.

mod admission;
mod cache;
#[cfg(feature = "enterprise")]
mod copy;
#[cfg(feature = "enterprise")]
pub(crate) mod microsoft;
mod name;
mod play;
mod transcript;
mod upstream;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use domain::UserId;
use futures::stream::BoxStream;

pub(crate) use admission::Admissions;
pub use admission::Visit;
pub(crate) use cache::Cache;
pub use cache::Room;
#[cfg(feature = "enterprise")]
pub(crate) use copy::{ATTEMPTS, LAST_CHANCE, clear_drafts, copy_due, places};
pub use play::{Facts, Player, for_portal, for_staff};
pub use transcript::{Form, TranscriptFile, transcript_for_portal, transcript_for_staff};
pub(crate) use upstream::{Source, Span, Transfer, Trouble};

/// Bytes as they come. An error means that not all came that were promised.
pub type Content = BoxStream<'static, std::io::Result<Bytes>>;

/// How many recordings a person may have open at a time in each process: players keep several connections, and people several pages.
const PER_PERSON: usize = 32;

/// Who reads how many recordings.
#[derive(Clone, Default)]
pub(crate) struct Readers(Arc<Mutex<HashMap<UserId, usize>>>);

impl Readers {
    /// One more for this person, if it is not too many.
    fn enter(&self, user_id: UserId) -> Option<Place> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = people.entry(user_id).or_default();
        if *open >= PER_PERSON {
            return None;
        }
        *open += 1;
        Some(Place {
            user_id,
            readers: self.clone(),
        })
    }
}

/// Counts one reading until it is dropped.
pub(crate) struct Place {
    user_id: UserId,
    readers: Readers,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut people = self.readers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = people.get_mut(&self.user_id) {
            *open -= 1;
            if *open == 0 {
                people.remove(&self.user_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_has_so_many_places() {
        let readers = Readers::default();
        let person = UserId(Uuid::from_u128(1));
        let mut places: Vec<Place> = (0..PER_PERSON).map(|_| readers.enter(person).unwrap()).collect();
        assert!(readers.enter(person).is_none());
        assert!(readers.enter(UserId(Uuid::from_u128(2))).is_some());
        places.pop();
        assert!(readers.enter(person).is_some());
    }
}
