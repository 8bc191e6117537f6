//! Looking at once.

use domain::{Capability, CaptureTrouble, ErrorCode, InteractionId, MeetingId, MeetingStatus, Refreshed, Unavailable};

use crate::{
    Backend, Result,
    access::{Grant, TenantScope, may},
    store::{self, artifacts::There},
};

/// Asks Microsoft for the recordings and transcripts of an interaction's meetings, and waits a while for what comes of it.
pub async fn refresh(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
) -> Result<(InteractionId, Refreshed)> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let scope = grant.scope();
    let mut tx = backend.db().read(scope).await?;
    let meetings = store::artifacts::meetings_of(&mut tx, id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let connected = backend.teams().connected(&mut tx).await?;
    drop(tx);
    match connected.recordings {
        Capability::Available => {}
        Capability::Unavailable(Unavailable::NotInThisEdition) => return Err(ErrorCode::NotInThisEdition.into()),
        Capability::Unavailable(_) => {
            let trouble = Some(CaptureTrouble::NotSetUp);
            let refreshed = Refreshed {
                recordings_trouble: trouble,
                transcripts_trouble: trouble,
                ..Refreshed::default()
            };
            return Ok((id, refreshed));
        }
    }
    let cancelled = [MeetingStatus::CancelPending, MeetingStatus::Cancelled];
    let meetings: Vec<MeetingId> = meetings
        .into_iter()
        .filter(|(_, status)| !cancelled.contains(status))
        .map(|(meeting_id, _)| meeting_id)
        .collect();
    if meetings.is_empty() {
        return Err(ErrorCode::MeetingOver.into());
    }
    let mut refreshed = Refreshed::default();
    for meeting_id in meetings {
        let before = there(backend, scope, meeting_id).await?;
        backend.teams().look_now(backend, scope, meeting_id).await?;
        let after = there(backend, scope, meeting_id).await?;
        if let Some((before, after)) = before.zip(after) {
            add(&mut refreshed, &before, &after);
        }
    }
    Ok((id, refreshed))
}

async fn there(backend: &Backend, scope: TenantScope, meeting_id: MeetingId) -> Result<Option<There>> {
    let mut tx = backend.db().read(scope).await?;
    store::artifacts::there(&mut tx, meeting_id).await
}

fn add(refreshed: &mut Refreshed, before: &There, after: &There) {
    let more = |before: i64, after: i64| u32::try_from(after - before).unwrap_or_default();
    let trouble = |word: &Option<String>| word.as_deref().and_then(CaptureTrouble::find);
    refreshed.recordings += more(before.recordings, after.recordings);
    refreshed.transcripts += more(before.transcripts, after.transcripts);
    refreshed.recordings_trouble = refreshed
        .recordings_trouble
        .or_else(|| trouble(&after.recordings_trouble));
    refreshed.transcripts_trouble = refreshed
        .transcripts_trouble
        .or_else(|| trouble(&after.transcripts_trouble));
}
