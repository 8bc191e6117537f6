//! What the pickers of forms find.

use domain::{Choice, ClientId, Person, PersonKind};

use super::TenantTx;
use crate::error::Result;

/// The active clients whose name fits an `ILIKE` pattern, by name.
pub async fn clients(tx: &mut TenantTx, pattern: &str, limit: i64) -> Result<Vec<Choice<ClientId>>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT client_id AS "id: ClientId", client_name AS name
             FROM clients
            WHERE tenant = $1 AND NOT coalesce(is_inactive, false) AND client_name ILIKE $2
            ORDER BY lower(client_name), client_id
            LIMIT $3"#,
        tenant,
        pattern,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let clients = rows.into_iter().map(|row| Choice {
        id: row.id,
        name: row.name,
    });
    Ok(clients.collect())
}

struct PersonRow {
    name: String,
    address: String,
    client: Option<String>,
    is_staff: bool,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            name: row.name,
            address: row.address,
            kind: if row.is_staff {
                PersonKind::Staff
            } else {
                PersonKind::Contact
            },
            client: row.client,
        }
    }
}

/// The active contacts of a client that have an address.
pub async fn contacts_of(tx: &mut TenantTx, client_id: ClientId, limit: i64) -> Result<Vec<Person>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        PersonRow,
        r#"SELECT coalesce(k.full_name, k.email, '') AS "name!", k.email AS "address!", c.client_name AS "client?",
                  false AS "is_staff!"
             FROM contacts k
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = k.client_id
            WHERE k.tenant = $1 AND k.client_id = $2 AND NOT coalesce(k.is_inactive, false) AND k.email LIKE '%@%'
            ORDER BY lower(k.full_name), k.contact_name_id
            LIMIT $3"#,
        tenant,
        client_id.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// Contacts, those of one client first, then staff, whose name or address fits an `ILIKE` pattern.
pub async fn people(tx: &mut TenantTx, pattern: &str, client_id: Option<ClientId>, limit: i64) -> Result<Vec<Person>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        PersonRow,
        r#"(SELECT coalesce(k.full_name, k.email, '') AS "name!", k.email AS "address!", c.client_name AS "client?",
                   false AS "is_staff!"
              FROM contacts k
              LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = k.client_id
             WHERE k.tenant = $1 AND NOT coalesce(k.is_inactive, false) AND k.email LIKE '%@%'
               AND (k.full_name ILIKE $2 OR k.email ILIKE $2)
             ORDER BY coalesce(k.client_id = $3, false) DESC, lower(k.full_name), k.contact_name_id
             LIMIT $4)
           UNION ALL
           (SELECT coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username), u.email, NULL, true
              FROM users u
             WHERE u.tenant = $1 AND u.user_type = 'internal' AND NOT coalesce(u.is_inactive, false) AND u.email LIKE '%@%'
               AND (concat_ws(' ', u.first_name, u.last_name) ILIKE $2 OR u.email ILIKE $2)
             ORDER BY lower(u.last_name), u.user_id
             LIMIT $4)"#,
        tenant,
        pattern,
        client_id.map(|id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// The contacts and staff with these addresses, which are in small letters.
pub async fn by_address(tx: &mut TenantTx, addresses: &[String]) -> Result<Vec<Person>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        PersonRow,
        r#"SELECT coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "name!",
                  u.email AS "address!", NULL AS "client?", true AS "is_staff!"
             FROM users u
            WHERE u.tenant = $1 AND u.user_type = 'internal' AND lower(u.email) = ANY ($2)
           UNION ALL
           SELECT coalesce(k.full_name, k.email, ''), k.email, c.client_name, false
             FROM contacts k
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = k.client_id
            WHERE k.tenant = $1 AND lower(k.email) = ANY ($2)
            LIMIT 1000"#,
        tenant,
        addresses
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}
