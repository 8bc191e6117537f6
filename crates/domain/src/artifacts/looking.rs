//! When Microsoft is asked for what became of a meeting, and what the answers mean for its status.
//!
//! The first look is at the meeting's end, the next when Microsoft's notification should have come, the others a day apart, as long as
//! something may come. A meeting with a recording is looked at like one without: its transcript, or another recording, may come later.
//!
//! Microsoft's terms allow to ask once a day whether something of Teams has changed ([`POLL_AGAIN`]). They do not count what is asked
//! because something happened: the meeting ended, Microsoft has told of something, somebody opened the page or wants to know. Nor is it
//! asking whether something has changed when the last question got no answer: that is repeated at growing distance. `docs/polling.md`
//! has the numbers.

use chrono::{DateTime, Duration, Utc};

use super::CaptureTrouble;
use crate::MeetingStatus;

/// How long after a meeting's end something is expected to come.
pub const WINDOW: Duration = Duration::hours(48);
/// How long after the end Microsoft is asked for the first time without a reason. Its notifications come within an hour.
pub const FIRST_POLL: Duration = Duration::hours(1);
/// How long Microsoft is not asked again without a reason once it has answered.
pub const POLL_AGAIN: Duration = Duration::days(1);
/// How long a look is new enough for somebody who opens the page of a meeting that something may come of.
pub const VISIT_AGAIN: Duration = Duration::minutes(5);
/// How often each process sees what is due.
pub const TURN: std::time::Duration = std::time::Duration::from_secs(3);
/// How many looks for one tenant are under way at a time, in all processes. A process begins no more of them in a turn.
pub const OF_EACH_TENANT: u32 = 2;
/// How long somebody has to mend what keeps Microsoft from answering. Later Microsoft has forgotten the meeting.
pub const MENDING: Duration = Duration::days(60);
/// How many looks a meeting gets when Microsoft does not answer when the window closes.
pub const MAX_ATTEMPTS: u32 = 24;

const SHORTEST: Duration = Duration::minutes(5);
const LONGEST: Duration = Duration::hours(6);
/// The longest wait that Microsoft may ask for.
const LONGEST_ASKED: Duration = Duration::days(1);

/// When a meeting that ended then is looked at again after something of ours has failed; `None` when it is given up.
pub fn after_failure(now: DateTime<Utc>, end: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let age = now - end;
    (age < MENDING).then(|| now + age.clamp(SHORTEST, LONGEST))
}

/// What is known after a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub now: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub before: MeetingStatus,
    /// Looks that were made since the end, without this one.
    pub attempts: u32,
    /// There is an artifact that was not deleted here.
    pub any: bool,
    /// There is one whose content was asked for and is not there yet.
    pub awaited: bool,
    pub recordings: Option<CaptureTrouble>,
    pub transcripts: Option<CaptureTrouble>,
    /// Nothing can come any more, whatever the time: Microsoft says so.
    pub is_final: bool,
    /// Microsoft has asked for a pause.
    pub asked: Option<Duration>,
}

/// What follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: MeetingStatus,
    pub attempts: u32,
    pub next: Option<DateTime<Utc>>,
}

impl Look {
    pub fn verdict(&self) -> Verdict {
        if self.now < self.end {
            // Whatever there is already: the meeting is not over.
            return Verdict {
                status: self.before,
                attempts: self.attempts,
                next: Some(self.end),
            };
        }
        let attempts = self.attempts.saturating_add(u32::from(!self.waits_for_somebody()));
        let next = self.goes_on(attempts).then(|| self.next());
        let status = match (self.any, next) {
            (true, _) => MeetingStatus::RecordingReady,
            // Nothing was learned from Microsoft yet.
            (false, Some(_)) if self.recordings.is_some() && self.transcripts.is_some() => match self.before {
                MeetingStatus::RecordingPending => MeetingStatus::RecordingPending,
                _ => MeetingStatus::Ended,
            },
            (false, Some(_)) => MeetingStatus::RecordingPending,
            (false, None) => MeetingStatus::NoRecording,
        };
        Verdict { status, attempts, next }
    }

    fn troubles(&self) -> impl Iterator<Item = CaptureTrouble> {
        self.recordings.into_iter().chain(self.transcripts)
    }

    /// Somebody has to mend something, so this look is not counted.
    fn waits_for_somebody(&self) -> bool {
        self.troubles().any(CaptureTrouble::is_mendable)
    }

    /// Microsoft has said what there is, at least of one kind, and has given what there is.
    fn is_answered(&self) -> bool {
        !self.awaited && (self.recordings.is_none() || self.transcripts.is_none())
    }

    fn goes_on(&self, attempts: u32) -> bool {
        let age = self.now - self.end;
        if self.is_final {
            false
        } else if age < WINDOW {
            true
        } else if self.waits_for_somebody() {
            age < MENDING
        } else {
            // Once it has answered there is nothing to wait for.
            age < MENDING && attempts < MAX_ATTEMPTS && self.troubles().any(CaptureTrouble::passes)
        }
    }

    /// After an answer a day later. Without one as long again as the meeting has been over, within bounds, and once at the very end of the
    /// window.
    fn next(&self) -> DateTime<Utc> {
        let age = self.now - self.end;
        let next = if self.is_answered() {
            if age < FIRST_POLL {
                self.end + FIRST_POLL
            } else {
                self.now + POLL_AGAIN
            }
        } else {
            let next = self.now + age.clamp(SHORTEST, LONGEST);
            if age < WINDOW {
                next.min(self.end + WINDOW)
            } else {
                next
            }
        };
        match self.asked {
            Some(asked) => next.max(self.now + asked.min(LONGEST_ASKED)),
            None => next,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn end() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_515_000, 0).unwrap()
    }

    fn look(after: Duration) -> Look {
        Look {
            now: end() + after,
            end: end(),
            before: MeetingStatus::Ended,
            attempts: 0,
            any: false,
            awaited: false,
            recordings: None,
            transcripts: None,
            is_final: false,
            asked: None,
        }
    }

    /// Looks until there is no next one, and says when; `see` is what each of them finds.
    fn followed(see: impl Fn(Duration, Look) -> Look) -> (Vec<i64>, Verdict) {
        let mut at = Vec::new();
        let mut next = look(Duration::zero());
        for _ in 0..2000 {
            let age = next.now - next.end;
            at.push(age.num_minutes());
            let verdict = see(age, next).verdict();
            let Some(now) = verdict.next else { return (at, verdict) };
            assert!(now > next.now, "time does not go on at {age}");
            next = Look {
                now,
                before: verdict.status,
                attempts: verdict.attempts,
                ..next
            };
        }
        panic!("there is no end");
    }

    #[test]
    fn failures_of_ours_are_not_repeated_for_ever() {
        let (mut at, mut now) = (0, end());
        while let Some(next) = after_failure(now, end()) {
            assert!(next >= now + SHORTEST && next <= now + LONGEST);
            (at, now) = (at + 1, next);
        }
        assert!(now - end() >= MENDING && at < 300, "{at} times until {now}");
    }

    #[test]
    fn microsoft_is_polled_once_a_day_until_the_window_is_closed() {
        let (at, verdict) = followed(|_, look| look);
        assert_eq!(at, [0, 60, 25 * 60, 49 * 60]);
        assert_eq!((verdict.status, verdict.attempts), (MeetingStatus::NoRecording, 4));
    }

    #[test]
    fn what_is_not_answered_is_asked_again_at_growing_distance() {
        let silent = Some(CaptureTrouble::Unavailable);
        let (at, _) = followed(|_, look| Look {
            recordings: silent,
            transcripts: silent,
            ..look
        });
        assert_eq!(at[..8], [0, 5, 10, 20, 40, 80, 160, 320]);
        assert!(at.contains(&(48 * 60)), "{at:?}");
        assert!(at.windows(2).all(|two| two[1] - two[0] <= 6 * 60));
        // As soon as it is, there is a day of rest.
        let (at, _) = followed(|age, look| Look {
            recordings: silent,
            transcripts: silent.filter(|_| age < Duration::hours(2)),
            ..look
        });
        assert_eq!(at[..8], [0, 5, 10, 20, 40, 80, 160, 160 + 24 * 60]);
    }

    /// What Microsoft documents for an app in one tenant: 30 reads of Teams a second.
    #[test]
    fn one_tenant_is_not_asked_more_than_microsoft_bears() {
        const REQUESTS_A_LOOK: u32 = 6; // whose it is, which it is, two lists, a transcript with and without names
        const PROCESSES: u32 = 4;
        let a_minute = 60 / u32::try_from(TURN.as_secs()).unwrap() * OF_EACH_TENANT;
        assert_eq!(a_minute, 40, "docs/polling.md says so");
        assert!(PROCESSES * a_minute * REQUESTS_A_LOOK <= 30 * 60);
    }

    #[test]
    fn what_is_there_is_ready_and_more_is_looked_for() {
        let (with, verdict) = followed(|_, look| Look { any: true, ..look });
        let (without, _) = followed(|_, look| look);
        assert_eq!((with, verdict.status), (without, MeetingStatus::RecordingReady));
    }

    #[test]
    fn before_the_end_nothing_changes() {
        for any in [false, true] {
            let early = Look {
                before: MeetingStatus::Scheduled,
                any,
                is_final: true,
                ..look(Duration::seconds(-1))
            };
            let same = Verdict {
                status: MeetingStatus::Scheduled,
                attempts: 0,
                next: Some(end()),
            };
            assert_eq!(early.verdict(), same);
        }
    }

    #[test]
    fn what_somebody_can_mend_costs_no_attempt() {
        let mended = Duration::days(5);
        for (recordings, transcripts) in [
            (Some(CaptureTrouble::Permission), None),
            (None, Some(CaptureTrouble::TranscriptsOff)),
            (Some(CaptureTrouble::NotSetUp), Some(CaptureTrouble::NotSetUp)),
        ] {
            let broken = |look: Look| Look {
                recordings,
                transcripts,
                ..look
            };
            let (at, verdict) = followed(|age, look| if age < mended { broken(look) } else { look });
            assert_eq!(verdict.attempts, 1, "only the one after it was mended");
            assert_eq!(verdict.status, MeetingStatus::NoRecording);
            assert!(at.last().is_some_and(|minutes| *minutes >= mended.num_minutes()));
            // Nobody ever mends it.
            let (at, verdict) = followed(|_, look| broken(look));
            assert_eq!((verdict.attempts, verdict.status), (0, MeetingStatus::NoRecording));
            assert!(at.len() < 300 && at.last().is_some_and(|minutes| *minutes >= MENDING.num_minutes()));
        }
    }

    #[test]
    fn silence_is_borne_for_a_while() {
        let silent = Some(CaptureTrouble::Unavailable);
        let (at, verdict) = followed(|_, look| Look {
            recordings: silent,
            transcripts: silent,
            ..look
        });
        assert!(at.last().is_some_and(|minutes| *minutes > WINDOW.num_minutes()));
        assert_eq!(
            (verdict.attempts, verdict.status),
            (MAX_ATTEMPTS, MeetingStatus::NoRecording)
        );
        // A refusal for good ends it with the window.
        let (at, _) = followed(|_, look| Look {
            recordings: Some(CaptureTrouble::MeetingGone),
            transcripts: Some(CaptureTrouble::Refused),
            ..look
        });
        assert_eq!(at.last(), Some(&WINDOW.num_minutes()));
    }

    #[test]
    fn a_meeting_nobody_answered_for_has_ended() {
        let silent = Some(CaptureTrouble::Unavailable);
        let status = |recordings, transcripts, before| {
            let look = Look {
                before,
                recordings,
                transcripts,
                ..look(Duration::minutes(5))
            };
            look.verdict().status
        };
        assert_eq!(status(silent, silent, MeetingStatus::Ended), MeetingStatus::Ended);
        assert_eq!(
            status(silent, None, MeetingStatus::Ended),
            MeetingStatus::RecordingPending
        );
        let pending = MeetingStatus::RecordingPending;
        assert_eq!(status(silent, silent, pending), pending);
    }

    #[test]
    fn what_can_never_come_is_not_waited_for() {
        let verdict = Look {
            is_final: true,
            ..look(Duration::zero())
        }
        .verdict();
        assert_eq!((verdict.status, verdict.next), (MeetingStatus::NoRecording, None));
    }

    #[test]
    fn the_pause_that_microsoft_asks_for_is_kept() {
        let next = |asked| {
            let look = Look {
                recordings: Some(CaptureTrouble::Throttled),
                asked: Some(asked),
                ..look(Duration::zero())
            };
            look.verdict().next.unwrap() - end()
        };
        assert_eq!(next(Duration::minutes(1)), FIRST_POLL);
        assert_eq!(next(Duration::minutes(90)), Duration::minutes(90));
        assert_eq!(next(Duration::days(365)), LONGEST_ASKED);
    }

    fn troubles() -> impl Strategy<Value = Option<CaptureTrouble>> {
        proptest::option::of(proptest::sample::select(CaptureTrouble::ALL))
    }

    proptest! {
        /// Whatever happens in between: somebody looks, Microsoft tells of something, or does not answer.
        #[test]
        fn microsoft_is_not_polled_twice_a_day(
            events in proptest::collection::vec((0i64..4000, any::<bool>(), any::<bool>(), troubles(), troubles()), 0..40),
        ) {
            let mut planned = Some(end());
            let mut answered: Option<DateTime<Utc>> = None;
            for (minutes, for_a_reason, awaited, recordings, transcripts) in events {
                let Some(due) = planned else { break };
                let before_due = answered.unwrap_or(end()) + Duration::minutes(minutes);
                let is_poll = !for_a_reason || before_due >= due;
                let now = if is_poll { due } else { before_due.max(end()) };
                if is_poll && let Some(answered) = answered {
                    let distance = now - answered;
                    prop_assert!(distance >= POLL_AGAIN || now == end() + FIRST_POLL, "asked again after {distance}");
                }
                let look = Look { now, awaited, recordings, transcripts, ..look(Duration::zero()) };
                answered = if look.is_answered() { Some(now) } else { None };
                planned = look.verdict().next;
            }
        }

        #[test]
        fn every_look_has_a_sensible_verdict(
            minutes in -1000i64..200_000,
            attempts in 0u32..60,
            any in any::<bool>(),
            is_final in any::<bool>(),
            recordings in troubles(),
            transcripts in troubles(),
            before in proptest::sample::select(&MeetingStatus::ALL[..]),
        ) {
            let look = Look { before, attempts, any, recordings, transcripts, is_final, ..look(Duration::minutes(minutes)) };
            let verdict = look.verdict();
            prop_assert!(verdict.next.is_none_or(|next| next > look.now));
            prop_assert!(verdict.attempts - attempts <= 1);
            if minutes < 0 {
                prop_assert_eq!(verdict.status, before);
            } else {
                prop_assert_eq!(verdict.status == MeetingStatus::RecordingReady, any);
                prop_assert_eq!(verdict.status == MeetingStatus::NoRecording, !any && verdict.next.is_none());
                prop_assert!(minutes < MENDING.num_minutes() || verdict.next.is_none());
            }
        }
    }
}
