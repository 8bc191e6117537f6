//! How it stands with an appointment or a meeting, for the client.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{MeetingStatus, RequestStatus};

/// So long before the start there is a way in.
pub const JOIN_BEFORE: Duration = Duration::minutes(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortalState {
    /// Nobody has decided about it.
    Waiting,
    /// Nobody has decided about it, and its time is over.
    Unanswered,
    /// It will take place.
    Confirmed,
    Running,
    Over,
    Declined,
    Cancelled,
}

impl PortalState {
    pub fn of_request(status: RequestStatus, start: DateTime<Utc>, end: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        match status {
            RequestStatus::Pending if start <= now => Self::Unanswered,
            RequestStatus::Pending => Self::Waiting,
            RequestStatus::Approved => Self::by_clock(start, end, now),
            RequestStatus::Declined => Self::Declined,
            RequestStatus::Cancelled => Self::Cancelled,
        }
    }

    pub fn of_meeting(status: MeetingStatus, start: DateTime<Utc>, end: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        match status {
            MeetingStatus::CancelPending | MeetingStatus::Cancelled | MeetingStatus::Failed => Self::Cancelled,
            MeetingStatus::Scheduled => Self::by_clock(start, end, now),
            MeetingStatus::Ended
            | MeetingStatus::RecordingPending
            | MeetingStatus::RecordingReady
            | MeetingStatus::NoRecording => Self::Over,
        }
    }

    fn by_clock(start: DateTime<Utc>, end: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        if end <= now {
            Self::Over
        } else if start <= now {
            Self::Running
        } else {
            Self::Confirmed
        }
    }
}

/// The way into a meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "way", content = "url")]
pub enum Joining {
    /// None: it has no link, is over, or does not take place.
    #[default]
    None,
    /// There will be one.
    Later,
    Now(String),
}

impl Joining {
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Now(url) => Some(url),
            Self::None | Self::Later => None,
        }
    }
}

/// Whether there is a way in: from ten minutes before the start to the end, where it takes place at all. `url` is the one that staff have
/// ([`MeetingStatus::is_joinable`]).
pub fn joining(
    state: PortalState,
    url: Option<String>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Joining {
    let takes_place = matches!(state, PortalState::Confirmed | PortalState::Running) && end > now;
    match url.filter(|_| takes_place) {
        None => Joining::None,
        Some(url) if now >= start - JOIN_BEFORE => Joining::Now(url),
        Some(_) => Joining::Later,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + minutes * 60, 0).unwrap()
    }

    #[test]
    fn the_way_in_opens_before_the_start_and_closes_at_the_end() {
        let way = |now: i64| {
            let state = PortalState::of_request(RequestStatus::Approved, at(0), at(30), at(now));
            joining(state, Some("https://teams.example/j".into()), at(0), at(30), at(now))
        };
        assert_eq!(way(-11), Joining::Later);
        for now in [-10, 0, 29] {
            assert!(way(now).url().is_some(), "{now}");
        }
        assert_eq!(way(30), Joining::None);
        assert_eq!(joining(PortalState::Running, None, at(0), at(30), at(1)), Joining::None);
    }

    #[test]
    fn states_are_those_of_the_client() {
        let request = |status, now| PortalState::of_request(status, at(0), at(30), at(now));
        assert_eq!(request(RequestStatus::Pending, -1), PortalState::Waiting);
        assert_eq!(request(RequestStatus::Pending, 0), PortalState::Unanswered);
        assert_eq!(request(RequestStatus::Approved, -1), PortalState::Confirmed);
        assert_eq!(request(RequestStatus::Approved, 1), PortalState::Running);
        assert_eq!(request(RequestStatus::Approved, 30), PortalState::Over);
        assert_eq!(request(RequestStatus::Declined, -1), PortalState::Declined);
        let meeting = |status, now| PortalState::of_meeting(status, at(0), at(30), at(now));
        assert_eq!(meeting(MeetingStatus::Scheduled, -1), PortalState::Confirmed);
        assert_eq!(meeting(MeetingStatus::CancelPending, -1), PortalState::Cancelled);
        assert_eq!(meeting(MeetingStatus::RecordingReady, 60), PortalState::Over);
    }

    proptest! {
        #[test]
        fn nobody_joins_what_does_not_take_place(
            status in prop::sample::select(MeetingStatus::ALL.to_vec()), start in -200_i64..200, lasts in 0_i64..200,
        ) {
            let (start, end, now) = (at(start), at(start + lasts), at(0));
            let state = PortalState::of_meeting(status, start, end, now);
            let way = joining(state, Some("https://teams.example/j".into()), start, end, now);
            if way != Joining::None {
                prop_assert!(status.is_joinable() && end > now);
            }
            prop_assert_eq!(way.url().is_some(), status.is_joinable() && end > now && start - JOIN_BEFORE <= now);
        }
    }
}
