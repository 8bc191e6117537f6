//! Having Teams record a meeting by itself. It is asked for once, when the meeting has been made; a refusal is no trouble of the meeting.

use std::time::Duration;

use domain::MeetingTrouble;
use graph::{ErrorKind, GraphError, GraphSession, OnlineMeeting, OnlineMeetingChange};

use super::{carry_out::log, change::trouble};
use crate::store::operations::Operation;

/// The longest that somebody who waits for the meeting waits for this as well.
const PATIENCE: Duration = Duration::from_secs(5);

/// What became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// Teams knows; nothing where it was not asked for.
    pub is_set: Option<bool>,
    pub trouble: Option<MeetingTrouble>,
}

impl Recording {
    fn refused(trouble: MeetingTrouble) -> Self {
        Self {
            is_set: Some(false),
            trouble: Some(trouble),
        }
    }
}

/// Asks for it if it is wanted of this meeting.
pub async fn set(
    session: &GraphSession,
    operation: &Operation,
    wanted: bool,
    online: &Result<Option<OnlineMeeting>, GraphError>,
) -> Recording {
    if !wanted {
        return Recording::default();
    }
    let meeting = match online {
        Ok(Some(meeting)) => meeting,
        Ok(None) => return Recording::refused(MeetingTrouble::MeetingGone),
        Err(error) => return Recording::refused(trouble(error)),
    };
    match tokio::time::timeout(PATIENCE, tell(session, operation, &meeting.id)).await {
        Ok(Ok(())) => Recording {
            is_set: Some(true),
            trouble: None,
        },
        Ok(Err(error)) => {
            log(operation, &error, "Teams will not record a meeting by itself");
            Recording::refused(trouble(&error))
        }
        Err(_) => Recording::refused(MeetingTrouble::Unavailable),
    }
}

/// With a transcript, where Teams lets that be decided.
async fn tell(session: &GraphSession, operation: &Operation, meeting_id: &str) -> Result<(), GraphError> {
    let organizer = operation.organizer_user_id.as_str();
    let both = OnlineMeetingChange {
        record_automatically: Some(true),
        allow_transcription: Some(true),
        ..OnlineMeetingChange::default()
    };
    match session.update_online_meeting(organizer, meeting_id, &both).await {
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Forbidden(_)) => {
            let record = OnlineMeetingChange {
                allow_transcription: None,
                ..both
            };
            session
                .update_online_meeting(organizer, meeting_id, &record)
                .await
                .map(drop)
        }
        told => told.map(drop),
    }
}
