//! What the forms of an interaction offer.

use domain::{
    Capability, Choice, Choices, ClientId, ConnectionTrouble, ContactId, ErrorCode, QuickAdd, QuickAddForm, TypeOption,
};

use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    clients,
    search::pattern,
    store::{self, TenantTx},
    zone,
};

/// How many clients a form lists; more are found by searching.
const CLIENTS: i64 = 100;

/// What the tenant can do with Teams, and whose mailbox invites.
pub struct Connected {
    pub meetings: Capability,
    /// Recordings and transcripts can be fetched, those of meetings of earlier organizers, too.
    pub recordings: Capability,
    pub organizer: Option<String>,
    /// Whoever asked for an appointment is invited through Microsoft when it is approved.
    pub invites: bool,
    /// Teams records meetings by itself unless somebody decides otherwise.
    pub records: bool,
}

impl Connected {
    /// What the last check of the connection found, if meetings are offered at all.
    pub async fn trouble(
        &self,
        backend: &Backend,
        tx: &mut TenantTx,
        viewer: &Actor,
    ) -> Result<Option<ConnectionTrouble>> {
        match self.meetings {
            Capability::Available => backend.teams().trouble(tx, viewer).await,
            Capability::Unavailable(_) => Ok(None),
        }
    }
}

/// What the quick-add form is opened for. All text, as it stands in the address.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuickAddFor<'a> {
    pub client_id: &'a str,
    pub contact_id: &'a str,
    /// Narrows the clients to choose from.
    pub search: &'a str,
}

/// The quick-add form: with what was typed into it before it was refused, else with what is usual.
pub async fn form(
    backend: &Backend,
    grant: &Grant<may::InteractionCreate>,
    asked: QuickAddFor<'_>,
    kept: Option<QuickAdd>,
) -> Result<QuickAddForm> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let is_new = kept.is_none();
    let mut values = match kept {
        Some(kept) => kept,
        None => usual(backend, grant, &mut tx, asked).await?,
    };
    let mut choices = choices(&mut tx, grant, values.client_id.parse().ok(), asked.search).await?;
    // Who was looked for and found alone is chosen.
    if let ([only], true, false) = (
        &*choices.clients,
        values.client_id.is_empty(),
        asked.search.trim().is_empty(),
    ) {
        values.client_id = only.id.to_string();
        choices.contacts = clients::contacts(&mut tx, only.id).await?;
    }
    let addresses: Vec<String> = values
        .attendees
        .iter()
        .take(500)
        .map(|address| address.to_lowercase())
        .collect();
    let attendees = if addresses.is_empty() {
        Vec::new()
    } else {
        store::pickers::by_address(&mut tx, &addresses).await?
    };
    let connected = backend.teams().connected(&mut tx).await?;
    if is_new {
        values.record = connected.records.then(|| "on".to_owned());
    }
    Ok(QuickAddForm {
        values,
        choices,
        attendees,
        meetings: connected.meetings,
        trouble: connected.trouble(backend, &mut tx, grant).await?,
        organizer: connected.organizer,
    })
}

/// An empty form: in the next half hour, by the one who asks, with the client and the contact it is opened for.
async fn usual(
    backend: &Backend,
    grant: &Grant<may::InteractionCreate>,
    tx: &mut TenantTx,
    asked: QuickAddFor<'_>,
) -> Result<QuickAdd> {
    let mut values = QuickAdd::default();
    if !asked.client_id.is_empty() {
        let client_id: ClientId = asked.client_id.parse().map_err(|_| ErrorCode::NotFound)?;
        store::clients::name(tx, client_id).await?.ok_or(ErrorCode::NotFound)?;
        values.client_id = client_id.to_string();
    }
    if !asked.contact_id.is_empty() {
        let contact_id: ContactId = asked.contact_id.parse().map_err(|_| ErrorCode::NotFound)?;
        let client_id = store::clients::client_of_contact(tx, contact_id).await?;
        // Somebody who belongs to nobody cannot have an interaction: the client is left to be chosen.
        if let Some(client_id) = client_id.ok_or(ErrorCode::NotFound)? {
            let contacts = clients::contacts(tx, client_id).await?;
            if let Some(contact) = contacts.into_iter().find(|contact| contact.contact_id == contact_id) {
                values.contact_id = contact_id.to_string();
                values.attendees.extend(contact.email);
            }
            values.client_id = client_id.to_string();
        }
    }
    let start = zone::next_half_hour(backend.clock().now());
    Ok(QuickAdd {
        idempotency_key: backend.clock().id::<domain::IdempotencyKey>().to_string(),
        user_id: grant.user_id().to_string(),
        start: zone::input_value(start, grant.zone),
        end: zone::input_value(start + chrono::Duration::minutes(30), grant.zone),
        ..values
    })
}

/// What there is to choose from, for a form with this client.
pub(super) async fn choices(
    tx: &mut TenantTx,
    actor: &Actor,
    client_id: Option<ClientId>,
    search: &str,
) -> Result<Choices> {
    let types = store::settings::types(tx).await?;
    let statuses = store::settings::statuses(tx).await?;
    let people = store::changes::owners(tx).await?;
    let mut clients = store::pickers::clients(tx, &pattern(search), CLIENTS).await?;
    let mut contacts = Vec::new();
    if let Some(id) = client_id {
        let is_listed = clients.iter().any(|client| client.id == id);
        let name = if is_listed {
            None
        } else {
            store::clients::name(tx, id).await?
        };
        if let Some(name) = name {
            clients.insert(0, Choice { id, name });
        }
        contacts = clients::contacts(tx, id).await?;
    }
    Ok(Choices {
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
        people: people.into_iter().map(|(id, name)| Choice { id, name }).collect(),
        clients,
        contacts,
        zone: actor.zone.name().to_owned(),
    })
}
