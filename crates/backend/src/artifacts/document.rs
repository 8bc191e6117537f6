//! A transcript by itself.

use domain::{Choice, DocumentId, DocumentPage, ErrorCode, transcript::Millis};
use uuid::Uuid;

use super::{
    page::within_reach,
    reading::{note, reading},
    sessions::sessions,
};
use crate::{
    Backend, Result,
    access::{Grant, may},
    store, zone,
};

pub async fn document(backend: &Backend, grant: &Grant<may::InteractionRead>, id: &str) -> Result<DocumentPage> {
    let document_id: DocumentId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::artifacts::read::document(&mut tx, document_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    // It can be watched where its recording is known.
    let session = match record.interaction_id {
        Some(interaction) => {
            let artifacts = store::artifacts::read::of_interaction(&mut tx, interaction.into()).await?;
            (1..)
                .zip(sessions(within_reach(artifacts)))
                .find_map(|(number, session)| {
                    let offset = session.offset();
                    let is_its = session
                        .transcript
                        .is_some_and(|transcript| transcript.artifact_id == record.artifact_id);
                    (is_its && session.recording.is_some()).then_some((number, offset))
                })
        }
        None => None,
    };
    drop(tx);
    note(backend, (grant.scope(), grant.user_id()), document_id, &record).await?;
    let (session, offset) = session.unzip();
    Ok(DocumentPage {
        document_id,
        name: record.name.clone(),
        when: zone::moment(record.begun, grant.zone, grant.language),
        zone: grant.zone.name().to_owned(),
        interaction: choice(record.interaction_id, record.title.as_ref()),
        client: choice(record.client_id, record.client_name.as_ref()),
        contact: choice(record.contact_id, record.contact_name.as_ref()),
        session,
        reading: reading(record, Millis(offset.unwrap_or_default())),
    })
}

fn choice<Id: From<Uuid>>(id: Option<Uuid>, name: Option<&String>) -> Option<Choice<Id>> {
    id.zip(name).map(|(id, name)| Choice {
        id: id.into(),
        name: name.clone(),
    })
}
