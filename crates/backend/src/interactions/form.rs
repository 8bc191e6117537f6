//! What the quick-add form offers.

use domain::{Choice, ClientId, ErrorCode, MeetingCapability, QuickAddForm, TypeOption};

use crate::{
    Backend, Result,
    access::{Grant, may},
    clients, store, zone,
};

/// Whether the tenant can make Teams meetings, and whose mailbox invites.
pub struct Connected {
    pub capability: MeetingCapability,
    pub organizer: Option<String>,
}

pub async fn form(backend: &Backend, grant: &Grant<may::InteractionCreate>, client: &str) -> Result<QuickAddForm> {
    let client_id: ClientId = client.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let client_name = store::clients::name(&mut tx, client_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let contacts = clients::contacts(&mut tx, client_id).await?;
    let types = store::settings::types(&mut tx).await?;
    let statuses = store::settings::statuses(&mut tx).await?;
    let connected = backend.teams().connected(&mut tx).await?;
    let start = zone::next_half_hour(backend.clock().now());
    Ok(QuickAddForm {
        idempotency_key: backend.clock().id(),
        client_id,
        client_name,
        contacts,
        types: types
            .into_iter()
            .map(|record| TypeOption {
                type_id: record.type_id,
                name: record.name,
                icon: record.icon.unwrap_or_default(),
                is_online_meeting: record.is_online_meeting,
            })
            .collect(),
        statuses: statuses
            .into_iter()
            .map(|record| Choice {
                id: record.status_id,
                name: record.name,
            })
            .collect(),
        start: zone::input_value(start, grant.zone),
        end: zone::input_value(start + chrono::Duration::minutes(30), grant.zone),
        zone: grant.zone.name().to_owned(),
        meetings: connected.capability,
        organizer: connected.organizer,
    })
}
