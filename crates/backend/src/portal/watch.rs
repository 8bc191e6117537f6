//! Recordings and transcripts for clients, where the tenant shows them. Asked each time: switched off, they are gone at once.

use domain::{
    DocumentId, ErrorCode, InteractionId, MeetingId,
    portal::{PortalSession, PortalWatch},
    transcript::Millis,
};

use super::about::{self, About};
use crate::{
    Backend, PortalActor, Result,
    artifacts::{note_reading, reading, sessions_of},
    store::{
        self, TenantTx,
        portal::{MeetingRecord, RequestRecord},
    },
    zone,
};

/// The sessions of a meeting of which there is something to watch or to read, in the order of time; with how much later than the recording
/// the transcription began.
pub async fn sessions(
    tx: &mut TenantTx,
    actor: &PortalActor,
    meeting: MeetingId,
    interaction: InteractionId,
) -> Result<Vec<(PortalSession, Millis)>> {
    let artifacts = store::artifacts::read::of_interaction(tx, interaction).await?;
    let own = artifacts
        .into_iter()
        .filter(|artifact| artifact.meeting_id == meeting.0);
    let found = sessions_of(own.collect());
    let shown = found.iter().filter_map(|session| {
        let recording = session.recording.as_ref();
        let recording = recording.filter(|found| !found.is_gone || found.file_id.is_some());
        let transcript = session.transcript.as_ref().and_then(|found| found.document_id);
        if recording.is_none() && transcript.is_none() {
            return None;
        }
        let shown = PortalSession {
            number: 0,
            when: zone::moment(session.begun(), actor.zone, actor.language),
            length: session.length(),
            recording: recording.map(|found| found.artifact_id.into()),
            transcript: transcript.map(DocumentId),
        };
        Some((shown, Millis(session.offset())))
    });
    Ok((1..)
        .zip(shown)
        .map(|(number, (session, offset))| (PortalSession { number, ..session }, offset))
        .collect())
}

/// Whether staff have not held back from the viewer what was recorded. The tenant has to show it, too.
pub fn may_see_of_meeting(actor: &PortalActor, record: &MeetingRecord) -> bool {
    let takes_part = record.is_invited || record.contact_id == Some(actor.contact_id);
    record.portal_access.lets_in(takes_part)
}

/// The same of an appointment, which may have no meeting.
pub fn may_see_of_request(actor: &PortalActor, record: &RequestRecord) -> bool {
    let takes_part = record.is_invited || record.meeting_contact == Some(actor.contact_id);
    record.portal_access.is_some_and(|access| access.lets_in(takes_part))
}

/// A session of a meeting: the one with this number, or the latest.
pub async fn watch(backend: &Backend, actor: &PortalActor, id: &str, session: &str) -> Result<PortalWatch> {
    let asked = match session {
        "" => None,
        number => Some(number.parse::<u32>().map_err(|_| ErrorCode::NotFound)?),
    };
    let now = backend.clock().now();
    let mut tx = backend.db().read(actor.scope()).await?;
    let record = about::meeting(&mut tx, actor, id).await?;
    if !may_see_of_meeting(actor, &record) || !backend.teams().shows_recordings_in_portal(&mut tx).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let about = About::of_meeting_record(&record, now);
    let found = sessions(&mut tx, actor, record.meeting_id, record.interaction_id).await?;
    let wanted = match asked {
        Some(number) => found.iter().find(|(session, _)| session.number == number),
        None => found.last(),
    };
    let (session, offset) = wanted.cloned().ok_or(ErrorCode::NotFound)?;
    let document = match session.transcript {
        Some(id) => store::artifacts::read::document(&mut tx, id)
            .await?
            .map(|document| (id, document)),
        None => None,
    };
    drop(tx);
    if let Some((id, document)) = &document {
        note_reading(backend, (actor.scope(), actor.user_id()), *id, document).await?;
    }
    let times = about.times(actor, record.tenant_zone.as_deref());
    Ok(PortalWatch {
        item: about.item,
        title: about.title,
        when: times.mine,
        zone: times.zone,
        session,
        sessions: found.into_iter().map(|(session, _)| session).collect(),
        reading: document.map(|(_, document)| reading(document, offset)),
    })
}
