//! When Microsoft is asked for what became of a meeting, and what the answers mean for its status.
//!
//! The first look is at the meeting's end, the others at growing distance, as long as something may come. A meeting with a recording is
//! looked at like one without: its transcript, or another recording, may come later.

use chrono::{DateTime, Duration, Utc};

use super::CaptureTrouble;
use crate::MeetingStatus;

/// How long after a meeting's end something is expected to come.
pub const WINDOW: Duration = Duration::hours(48);
/// How long somebody has to mend what keeps Microsoft from answering. Later Microsoft has forgotten the meeting.
pub const MENDING: Duration = Duration::days(60);
/// How many looks a meeting gets when Microsoft does not answer when the window closes.
pub const MAX_ATTEMPTS: u32 = 24;

const SHORTEST: Duration = Duration::minutes(5);
const LONGEST: Duration = Duration::hours(6);
/// The longest wait that Microsoft may ask for.
const LONGEST_ASKED: Duration = Duration::days(1);

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

    /// As long again as the meeting has been over, within bounds. One look is at the very end of the window.
    fn next(&self) -> DateTime<Utc> {
        let age = self.now - self.end;
        let mut next = self.now + age.clamp(SHORTEST, LONGEST);
        if age < WINDOW {
            next = next.min(self.end + WINDOW);
        }
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
    fn the_distance_grows_until_the_window_closes() {
        let (at, verdict) = followed(|_, look| look);
        assert_eq!(at[..8], [0, 5, 10, 20, 40, 80, 160, 320]);
        assert_eq!(at.last(), Some(&(48 * 60)));
        assert!(at.len() <= 20, "{at:?}");
        assert!(at.windows(2).all(|two| two[1] - two[0] <= 6 * 60));
        assert_eq!(verdict.status, MeetingStatus::NoRecording);
        assert_eq!(usize::try_from(verdict.attempts).unwrap(), at.len());
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
        // A refusal for good is an answer.
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
        assert_eq!(next(Duration::minutes(1)), SHORTEST);
        assert_eq!(next(Duration::minutes(30)), Duration::minutes(30));
        assert_eq!(next(Duration::days(365)), LONGEST_ASKED);
    }

    fn troubles() -> impl Strategy<Value = Option<CaptureTrouble>> {
        proptest::option::of(proptest::sample::select(CaptureTrouble::ALL))
    }

    proptest! {
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
