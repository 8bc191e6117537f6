//! Clients and their contacts.

use chrono::{DateTime, Utc};
use domain::{ClientId, ContactId};

use super::TenantTx;
use crate::error::Result;

pub struct ClientListRow {
    pub client_id: ClientId,
    pub name: String,
    pub contacts: i64,
    pub last_interaction: Option<DateTime<Utc>>,
    pub next_meeting: Option<DateTime<Utc>>,
    /// How many rows match in all, repeated in each.
    pub matching: i64,
}

/// Active clients by name. `pattern` is an `ILIKE` pattern.
pub async fn list(tx: &mut TenantTx, pattern: &str, limit: i64, now: DateTime<Utc>) -> Result<Vec<ClientListRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        ClientListRow,
        r#"SELECT c.client_id, c.client_name AS name, c.matching AS "matching!",
                  (SELECT count(*) FROM contacts k
                    WHERE k.tenant = $1 AND k.client_id = c.client_id AND NOT coalesce(k.is_inactive, false)) AS "contacts!",
                  (SELECT max(i.interaction_date) FROM interactions i
                    WHERE i.tenant = $1 AND i.client_id = c.client_id AND i.interaction_date <= $4) AS last_interaction,
                  (SELECT min(m.start_time) FROM interactions i
                     JOIN online_meetings m ON m.tenant = i.tenant AND m.interaction_id = i.interaction_id
                    WHERE i.tenant = $1 AND i.client_id = c.client_id AND i.interaction_date > $4
                      AND m.status = 'scheduled') AS next_meeting
             FROM (SELECT client_id, client_name, count(*) OVER () AS matching
                     FROM clients
                    WHERE tenant = $1 AND NOT coalesce(is_inactive, false) AND client_name ILIKE $2
                    ORDER BY lower(client_name), client_id
                    LIMIT $3) c
            ORDER BY lower(c.client_name), c.client_id"#,
        tenant,
        pattern,
        limit,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// How many active clients there are.
pub async fn count(tx: &mut TenantTx) -> Result<i64> {
    let tenant = tx.tenant();
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM clients WHERE tenant = $1 AND NOT coalesce(is_inactive, false)"#,
        tenant
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// The name of a client.
pub async fn name(tx: &mut TenantTx, client_id: ClientId) -> Result<Option<String>> {
    let tenant = tx.tenant();
    let name = sqlx::query_scalar!(
        "SELECT client_name FROM clients WHERE tenant = $1 AND client_id = $2",
        tenant,
        client_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(name)
}

pub struct ContactRow {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
}

/// The active contacts of a client by name.
pub async fn contacts(tx: &mut TenantTx, client_id: ClientId) -> Result<Vec<ContactRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        ContactRow,
        r#"SELECT contact_name_id AS contact_id, coalesce(full_name, email, '') AS "name!", email, role
             FROM contacts
            WHERE tenant = $1 AND client_id = $2 AND NOT coalesce(is_inactive, false)
            ORDER BY lower(full_name), contact_name_id"#,
        tenant,
        client_id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The client that a contact belongs to; `None` if there is no such contact, `Some(None)` if it belongs to nobody.
pub async fn client_of_contact(tx: &mut TenantTx, contact_id: ContactId) -> Result<Option<Option<ClientId>>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        "SELECT client_id FROM contacts WHERE tenant = $1 AND contact_name_id = $2",
        tenant,
        contact_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|client| client.map(ClientId)))
}
