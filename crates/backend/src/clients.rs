//! Clients: the list, and the page with its timeline.

use domain::{ClientId, ClientList, ClientPage, ClientRow, ContactOption, ErrorCode, Place};

use crate::{
    Backend, Result,
    access::{Grant, may},
    store, zone,
};

/// How many clients a list shows; more are found by searching.
const LIST: i64 = 200;

/// The active clients whose name holds `search`.
pub async fn list(backend: &Backend, grant: &Grant<may::ClientRead>, search: &str) -> Result<ClientList> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(grant.scope()).await?;
    let records = store::clients::list(&mut tx, &pattern(search), LIST, now).await?;
    let total = store::clients::count(&mut tx).await?;
    let matching = records.first().map_or(0, |record| record.matching);
    let moment = |time| zone::moment(time, grant.zone, grant.language);
    let rows = records.into_iter().map(|record| ClientRow {
        client_id: record.client_id,
        name: record.name,
        contacts: count(record.contacts),
        last_interaction: record
            .last_interaction
            .map(|time| zone::short_day(time, grant.zone, grant.language)),
        next_meeting: record.next_meeting.map(moment),
    });
    Ok(ClientList {
        rows: rows.collect(),
        total: count(total),
        matching: count(matching),
    })
}

/// An `ILIKE` pattern for text that holds `search` as it was typed.
pub(crate) fn pattern(search: &str) -> String {
    let search: String = search.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let literal = search.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{literal}%")
}

fn count(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or_default()
}

/// A client with its contacts, and what the filters of its timeline offer.
pub async fn page(backend: &Backend, grant: &Grant<may::ClientRead>, id: &str) -> Result<ClientPage> {
    let client_id: ClientId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let mut heading = store::timeline::heading(&mut tx, Place::Client(client_id)).await?;
    let options = heading.options();
    let client = heading.client.ok_or(ErrorCode::NotFound)?.0;
    Ok(ClientPage {
        client_id,
        name: client.name,
        // Only a web address becomes a link.
        url: client
            .url
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        zone: client.timezone,
        is_inactive: client.is_inactive,
        contacts: heading.contacts.0,
        options,
    })
}

pub(crate) async fn contacts(tx: &mut store::TenantTx, client_id: ClientId) -> Result<Vec<ContactOption>> {
    let records = store::clients::contacts(tx, client_id).await?;
    let options = records.into_iter().map(|record| ContactOption {
        contact_id: record.contact_id,
        name: record.name,
        email: record.email,
        role: record.role,
    });
    Ok(options.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_taken_literally() {
        assert_eq!(pattern(" 100%_\\ \u{0}"), r"%100\%\_\\ %");
        assert_eq!(pattern(""), "%%");
    }
}
