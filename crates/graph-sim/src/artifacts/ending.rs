//! A meeting ends, and Teams makes artifacts of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ArtifactKind, NewArtifact, Session, SimMeeting,
    demo::{DIALOGUES, Dialogue, TRAINING_ACME},
    state::State,
};

/// What comes of a meeting that ends now. The recording and the transcript of a session follow each other after a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The recording at once, the transcript later.
    RecordingFirst,
    TranscriptFirst,
    RecordingOnly,
    TranscriptOnly,
    /// Nobody pressed the button.
    Nothing,
    /// The recording was stopped and started again: this many sessions, each with its pair, one after the other.
    Pairs(u32),
    /// The recording and the transcript both later.
    Late,
}

impl State {
    /// Ends a meeting and says the ids of the artifacts it will have; none when there is no such meeting.
    pub(crate) fn end_meeting(&mut self, id: &str, ending: Ending, after: TimeDelta) -> Option<Vec<String>> {
        use ArtifactKind::{Recording, Transcript};
        let now = self.clock.now();
        let meeting = self.meetings.iter_mut().find(|meeting| meeting.id == id)?;
        let none = TimeDelta::zero();
        let (sessions, of_each): (u32, &[(ArtifactKind, TimeDelta)]) = match ending {
            Ending::RecordingFirst => (1, &[(Recording, none), (Transcript, after)]),
            Ending::TranscriptFirst => (1, &[(Transcript, none), (Recording, after)]),
            Ending::RecordingOnly => (1, &[(Recording, none)]),
            Ending::TranscriptOnly => (1, &[(Transcript, none)]),
            Ending::Nothing => (0, &[]),
            Ending::Pairs(sessions) => (sessions, &[(Recording, none), (Transcript, after)]),
            Ending::Late => (1, &[(Recording, after), (Transcript, after)]),
        };
        meeting.live_on(now);
        let meeting = meeting.clone();
        let mut ids = Vec::new();
        for (at, (start, end)) in spans(&meeting, now, sessions).into_iter().enumerate() {
            let session = Session {
                correlation_id: self.ids.guid(),
                start,
                end,
            };
            for (kind, delay) in of_each {
                let content = self.dialogue(&meeting, at).content(*kind);
                let new = NewArtifact {
                    delay: *delay,
                    ..NewArtifact::new(*kind, session, content)
                };
                ids.extend(self.add_artifact(id, new));
            }
        }
        Some(ids)
    }

    /// What was said in a session, and how it looked: meetings one after the other get different ones.
    pub(crate) fn dialogue(&self, meeting: &SimMeeting, session: usize) -> &'static Dialogue {
        let at = self.meetings.iter().position(|known| known.id == meeting.id);
        let mut known = DIALOGUES.iter().cycle().skip(at.unwrap_or_default() + session);
        known.next().copied().unwrap_or(&TRAINING_ACME)
    }
}

/// The time of the meeting until now, in equal parts with a pause between them.
fn spans(meeting: &SimMeeting, now: DateTime<Utc>, parts: u32) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let (from, to) = if meeting.end <= now {
        (meeting.start, meeting.end)
    } else if meeting.start < now {
        (meeting.start, now)
    } else {
        // It was held before its time.
        (now - TimeDelta::minutes(30), now)
    };
    let part = (to - from)
        .checked_div(i32::try_from(parts).unwrap_or(i32::MAX))
        .unwrap_or_default();
    let mut start = from;
    (0..parts)
        .map(|_| {
            let whole = (start, start + part * 9 / 10);
            start += part;
            whole
        })
        .collect()
}
