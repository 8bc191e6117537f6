//! The page on which a meeting is watched and read.

use domain::{Choice, ErrorCode, InteractionId, TranscriptState, WatchPage, transcript::Millis};

use super::{
    capture,
    reading::{note, reading},
};
use crate::{
    Backend, Result,
    access::{Grant, may},
    store, zone,
};

/// A session of an interaction's meeting: the one with this number, or the first that there is something of.
pub async fn watch(
    backend: &Backend,
    grant: &Grant<may::InteractionRead>,
    id: &str,
    session: &str,
) -> Result<WatchPage> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let asked = match session {
        "" => None,
        number => Some(number.parse::<u32>().map_err(|_| ErrorCode::NotFound)?),
    };
    let now = backend.clock().now();
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::interactions::find(&mut tx, id, now)
        .await?
        .filter(|record| record.meeting_status.is_some())
        .ok_or(ErrorCode::NotFound)?;
    let (capture, sessions) = capture(&mut tx, grant, id, &record, now).await?;
    // The latest stands first.
    let first = capture.sessions.last();
    let shown = match asked {
        Some(number) => Some(
            capture
                .sessions
                .iter()
                .find(|session| session.number == number)
                .ok_or(ErrorCode::NotFound)?,
        ),
        None => first,
    }
    .cloned();
    let document =
        shown
            .as_ref()
            .and_then(|session| session.transcript.as_ref())
            .and_then(|transcript| match transcript.state {
                TranscriptState::Readable(document) => Some(document),
                TranscriptState::Waiting | TranscriptState::Gone => None,
            });
    let document = match document {
        Some(id) => store::artifacts::read::document(&mut tx, id)
            .await?
            .map(|document| (id, document)),
        None => None,
    };
    drop(tx);
    if let Some((id, document)) = &document {
        note(backend, (grant.scope(), grant.user_id()), *id, document).await?;
    }
    let offset = shown
        .as_ref()
        .and_then(|shown| sessions.get(usize::try_from(shown.number).ok()?.checked_sub(1)?))
        .map_or(0, super::sessions::Session::offset);
    let start = record.start_time.unwrap_or(record.interaction_date);
    let day = zone::day(start, grant.zone, grant.language);
    let span = zone::time_span(start, record.end_time, grant.zone, grant.language);
    Ok(WatchPage {
        interaction_id: id,
        title: record.title.unwrap_or_default(),
        client: record
            .client_id
            .zip(record.client_name)
            .map(|(id, name)| Choice { id: id.into(), name }),
        when: format!("{day}, {span}"),
        zone: grant.zone.name().to_owned(),
        capture,
        session: shown,
        reading: document.map(|(_, document)| reading(document, Millis(offset))),
    })
}
