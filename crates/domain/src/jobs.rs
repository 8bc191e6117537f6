//! What Minuted does in the background, as an operator sees it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::TenantId;

words! {
    /// What is done.
    JobKind {
        /// A meeting is made, moved, renamed or cancelled at Microsoft.
        Change = "change",
        /// Microsoft is asked for what became of a meeting.
        Look = "look",
        /// A recording is copied into our own store.
        Copy = "copy",
        Mail = "mail",
        /// Microsoft is asked to tell of new recordings or transcripts, or to go on telling.
        Subscription = "subscription",
        /// What Microsoft has told is looked into.
        Notification = "notification",
    }
}

words! {
    JobState {
        /// It is to be done now, and nobody is at it.
        Due = "due",
        Running = "running",
        /// It did not succeed, for a reason that is known; most are tried again.
        Failed = "failed",
        /// It is to be done later.
        Planned = "planned",
    }
}

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub kind: JobKind,
    pub state: JobState,
    /// By which it is tried again.
    pub id: String,
    pub tenant: TenantId,
    pub tenant_name: String,
    /// What exactly: "move", "recording".
    pub what: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; nothing when it was given up.
    pub next: Option<DateTime<Utc>>,
    /// Until when somebody has it.
    pub leased_until: Option<DateTime<Utc>>,
    /// Why it did not succeed.
    pub reason: Option<String>,
}

/// What is known of a piece of work that says which state it is in.
#[derive(Clone, Copy, Debug)]
pub struct Stand {
    pub now: DateTime<Utc>,
    pub next: Option<DateTime<Utc>>,
    pub leased_until: Option<DateTime<Utc>>,
    pub has_failed: bool,
}

impl Stand {
    pub fn state(self) -> JobState {
        let is_past = |time: DateTime<Utc>| time <= self.now;
        if self.leased_until.is_some_and(|until| !is_past(until)) {
            JobState::Running
        } else if self.next.is_some_and(is_past) {
            // What has failed and is tried again any moment is due.
            JobState::Due
        } else if self.has_failed || self.next.is_none() {
            JobState::Failed
        } else {
            JobState::Planned
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_state_says_what_happens_next(next in proptest::option::of(-9i64..9), lease in proptest::option::of(-9i64..9), has_failed: bool) {
            let now = DateTime::from_timestamp(1_795_515_000, 0).unwrap();
            let at = |seconds| now + Duration::seconds(seconds);
            let state = Stand { now, next: next.map(at), leased_until: lease.map(at), has_failed }.state();
            prop_assert_eq!(state == JobState::Running, lease.is_some_and(|until| until > 0));
            if state == JobState::Planned {
                prop_assert!(!has_failed && next.is_some_and(|next| next > 0));
            }
            if state == JobState::Due {
                prop_assert!(next.is_some_and(|next| next <= 0));
            }
            if state == JobState::Failed {
                prop_assert!(next.is_none_or(|next| next > 0));
            }
        }
    }
}
