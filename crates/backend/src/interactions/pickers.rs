//! What the pickers of the forms find while somebody types. Each answer is short: who is not in it is found by typing on.

use domain::{Choice, ClientId, ContactOption, ErrorCode, Person};

use crate::{
    Backend, Result,
    access::{Grant, may},
    clients,
    search::pattern,
    store,
};

const CLIENTS: i64 = 12;
/// Of contacts and of staff each.
const PEOPLE: i64 = 8;

/// The clients whose name holds `search`.
pub async fn find_clients(
    backend: &Backend,
    grant: &Grant<may::InteractionRead>,
    search: &str,
) -> Result<Vec<Choice<ClientId>>> {
    let mut tx = backend.db().read(grant.scope()).await?;
    store::pickers::clients(&mut tx, &pattern(search), CLIENTS).await
}

/// The contacts of a client.
pub async fn contacts(
    backend: &Backend,
    grant: &Grant<may::InteractionRead>,
    client_id: &str,
) -> Result<Vec<ContactOption>> {
    let client_id: ClientId = client_id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    store::clients::name(&mut tx, client_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    clients::contacts(&mut tx, client_id).await
}

/// Whom `search` may mean: contacts, those of the client first, and staff. Without a search the contacts of the client.
pub async fn find_people(
    backend: &Backend,
    grant: &Grant<may::InteractionCreate>,
    search: &str,
    client_id: &str,
) -> Result<Vec<Person>> {
    let client_id: Option<ClientId> = client_id.parse().ok();
    let mut tx = backend.db().read(grant.scope()).await?;
    match (search.trim().is_empty(), client_id) {
        (false, _) => store::pickers::people(&mut tx, &pattern(search), client_id, PEOPLE).await,
        (true, Some(client_id)) => store::pickers::contacts_of(&mut tx, client_id, PEOPLE).await,
        (true, None) => Ok(Vec::new()),
    }
}
