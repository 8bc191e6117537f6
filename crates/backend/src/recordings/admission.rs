//! Who was let in to which recording a moment ago. A player asks for one part after the other; for some seconds it is not looked up anew
//! whether it may, unless somebody has changed what it depends on: every process hears of that at once ([`crate::live`]), and remembers
//! nothing while it cannot hear.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{ArtifactId, TenantId, UserId};
use tower_sessions::session::Id;

use super::play::{Player, player};
use crate::{Backend, Result, access::TenantScope, store::recordings::RecordingRecord};

/// How long somebody is let in without a look. A session that expires, and what other programs write, is noticed so late.
const KEPT: Duration = Duration::from_secs(5);

/// A browser's session that asks for a recording.
type Door = (Id, ArtifactId);

/// Who was let in to what, in this process.
#[derive(Default)]
pub(crate) struct Admissions(Mutex<State>);

#[derive(Default)]
struct State {
    hears: bool,
    /// How often something was forgotten: what was looked up before that is not kept after it.
    forgotten: u64,
    kept: HashMap<Door, Admission>,
}

#[derive(Clone)]
struct Admission {
    until: Instant,
    scope: TenantScope,
    user_id: UserId,
    record: RecordingRecord,
}

impl Admissions {
    /// From now on changes are heard, or not.
    pub(crate) fn hears(&self, hears: bool) {
        let mut state = self.lock();
        state.hears = hears;
        state.forgotten += 1;
        state.kept.clear();
    }

    /// Something has changed in a tenant.
    pub(crate) fn forget(&self, tenant: TenantId) {
        let mut state = self.lock();
        state.forgotten += 1;
        state.kept.retain(|_, admission| admission.scope.tenant() != tenant);
    }

    fn find(&self, door: Door) -> Option<Admission> {
        let admission = self.lock().kept.get(&door).cloned();
        admission.filter(|admission| Instant::now() < admission.until)
    }

    fn keep(&self, door: Door, admission: Admission, forgotten: u64) {
        let mut state = self.lock();
        if state.hears && state.forgotten == forgotten {
            let now = Instant::now();
            state.kept.retain(|_, admission| now < admission.until);
            state.kept.insert(door, admission);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody with a browser's session at the door of a recording. Made before anything is looked up.
pub struct Visit {
    backend: Backend,
    door: Door,
    forgotten: u64,
}

impl Visit {
    pub fn new(backend: &Backend, session: Id, recording: ArtifactId) -> Self {
        Self {
            backend: backend.clone(),
            door: (session, recording),
            forgotten: backend.admissions().lock().forgotten,
        }
    }

    /// The recording, if they were let in a moment ago.
    pub fn admitted(&self) -> Option<Result<Player>> {
        let Admission {
            scope, user_id, record, ..
        } = self.backend.admissions().find(self.door)?;
        Some(player(&self.backend, scope, user_id, Some(record)))
    }

    /// They were let in: for a moment they are not looked at again.
    pub fn remember(self, player: &Player) {
        let admission = Admission {
            until: Instant::now() + KEPT,
            scope: player.scope,
            user_id: player.place.user_id,
            record: player.record.clone(),
        };
        self.backend.admissions().keep(self.door, admission, self.forgotten);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    const DOOR: Door = (Id(1), ArtifactId(Uuid::from_u128(2)));

    fn admission(tenant: u128) -> Admission {
        Admission {
            until: Instant::now() + Duration::from_mins(1),
            scope: TenantScope::of_row(TenantId(Uuid::from_u128(tenant))),
            user_id: UserId(Uuid::from_u128(3)),
            record: RecordingRecord {
                artifact_id: DOOR.1.0,
                interaction_id: None,
                provider_artifact_id: "1".to_owned(),
                provider_meeting_id: None,
                organizer_user_id: None,
                subject: "Review".to_owned(),
                recorded_at: DateTime::UNIX_EPOCH,
                gone_at: None,
                content_size: None,
                content_version: None,
                copied_bytes: None,
                copy_attempts: 0,
                storage_path: None,
                file_size: None,
            },
        }
    }

    fn hearing() -> (Admissions, u64) {
        let admissions = Admissions::default();
        admissions.hears(true);
        let forgotten = admissions.lock().forgotten;
        (admissions, forgotten)
    }

    #[test]
    fn somebody_is_let_in_until_something_changes_in_their_tenant() {
        let (admissions, forgotten) = hearing();
        admissions.keep(DOOR, admission(1), forgotten);
        assert!(admissions.find(DOOR).is_some());
        assert!(admissions.find((Id(9), DOOR.1)).is_none(), "another session");
        admissions.forget(TenantId(Uuid::from_u128(8)));
        assert!(admissions.find(DOOR).is_some(), "another tenant's change");
        admissions.forget(TenantId(Uuid::from_u128(1)));
        assert!(admissions.find(DOOR).is_none());
    }

    #[test]
    fn what_was_looked_up_before_a_change_is_not_kept_after_it() {
        let (admissions, forgotten) = hearing();
        admissions.forget(TenantId(Uuid::from_u128(1)));
        admissions.keep(DOOR, admission(1), forgotten);
        assert!(admissions.find(DOOR).is_none());
    }

    #[test]
    fn nothing_is_kept_while_nothing_is_heard_nor_for_long() {
        let admissions = Admissions::default();
        admissions.keep(DOOR, admission(1), 0);
        assert!(admissions.find(DOOR).is_none(), "not heard yet");

        let (admissions, forgotten) = hearing();
        let until = Instant::now();
        admissions.keep(DOOR, Admission { until, ..admission(1) }, forgotten);
        assert!(admissions.find(DOOR).is_none(), "too long ago");
        admissions.keep(DOOR, admission(1), forgotten);
        admissions.hears(false);
        assert!(admissions.find(DOOR).is_none(), "not heard any more");
    }
}
