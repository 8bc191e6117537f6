//! Recordings: who may have one, and its bytes from wherever they are.
//!
//! Bytes come from our own store where there is a copy, else from Microsoft as they are read; nothing is ever held as a whole. Where
//! Microsoft does not heed ranges, a recording is fetched once into a file of this process ([`cache`]). What is said to the outside is
//! ours: no address, token, status or word of Microsoft's is passed on.

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
use chrono::{DateTime, Utc};
use domain::{RecordingState, UserId};
use futures::stream::BoxStream;

pub(crate) use cache::Cache;
pub use cache::Room;
#[cfg(feature = "enterprise")]
pub(crate) use copy::{clear_drafts, copy_due};
pub use play::{Facts, Player, for_portal, for_staff};
pub use transcript::{Form, TranscriptFile, transcript_for_portal, transcript_for_staff};
pub(crate) use upstream::{Source, Span, Transfer, Trouble};

/// Bytes as they come. An error means that not all came that were promised.
pub type Content = BoxStream<'static, std::io::Result<Bytes>>;

/// How many recordings a person may have open at a time in each process: players keep several connections, and people several pages.
const PER_PERSON: usize = 32;

/// What is known of where a recording's bytes are.
#[derive(Clone, Copy, Debug)]
pub struct Whereabouts {
    pub is_stored: bool,
    /// Microsoft has deleted it.
    pub is_gone: bool,
    /// Until when somebody is copying it.
    pub copied_until: Option<DateTime<Utc>>,
    pub copied: Option<u64>,
    pub size: Option<u64>,
}

impl Whereabouts {
    /// As screens show it.
    pub fn state(self, now: DateTime<Utc>) -> RecordingState {
        if self.is_stored {
            RecordingState::Stored
        } else if self.is_gone {
            RecordingState::Gone
        } else if self.copied_until.is_some_and(|until| until > now) {
            let size = self.size.filter(|size| *size > 0);
            let percent = size.map(|size| u128::from(self.copied.unwrap_or_default()) * 100 / u128::from(size));
            RecordingState::Copying {
                percent: percent.map(|percent| u8::try_from(percent).unwrap_or(100).min(100)),
            }
        } else {
            RecordingState::AtMicrosoft
        }
    }
}

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
    use chrono::{TimeDelta, TimeZone};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn where_a_recording_is() {
        let now = Utc.with_ymd_and_hms(2026, 11, 24, 14, 0, 0).unwrap();
        let nowhere = Whereabouts {
            is_stored: false,
            is_gone: false,
            copied_until: None,
            copied: None,
            size: None,
        };
        let copied = Whereabouts {
            copied_until: Some(now + TimeDelta::seconds(1)),
            copied: Some(999),
            size: Some(2000),
            ..nowhere
        };
        let copying = |percent| RecordingState::Copying { percent };
        for (place, expected) in [
            (nowhere, RecordingState::AtMicrosoft),
            (copied, copying(Some(49))),
            (Whereabouts { copied: None, ..copied }, copying(Some(0))),
            (Whereabouts { size: None, ..copied }, copying(None)),
            (
                Whereabouts {
                    size: Some(0),
                    ..copied
                },
                copying(None),
            ),
            (
                Whereabouts {
                    copied: Some(u64::MAX),
                    ..copied
                },
                copying(Some(100)),
            ),
            (
                Whereabouts {
                    copied_until: Some(now),
                    ..copied
                },
                RecordingState::AtMicrosoft,
            ),
            (
                Whereabouts {
                    is_gone: true,
                    ..copied
                },
                RecordingState::Gone,
            ),
            (
                Whereabouts {
                    is_gone: true,
                    is_stored: true,
                    ..copied
                },
                RecordingState::Stored,
            ),
        ] {
            assert_eq!(place.state(now), expected, "{place:?}");
        }
    }

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
