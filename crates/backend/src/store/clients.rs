//! Clients: the list, and writing them, one or thousands at a time.

use chrono::{DateTime, Utc};
use domain::{ClientId, ContactId, LIST_PAGE, ListCursor, Shown, UserId};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::TenantTx;
use crate::error::{Result, ensure_rows};

pub struct ClientListRow {
    pub client_id: ClientId,
    pub name: String,
    /// What the list is sorted by.
    pub sort_key: String,
    pub is_inactive: bool,
    pub contacts: i64,
    pub last_interaction: Option<DateTime<Utc>>,
    pub next_meeting: Option<DateTime<Utc>>,
}

/// The statement with its indexed condition filled in, so that the index follows from the text; see ADR 13. A search reads on along the
/// index until the page is full. Of a pattern the planner would know that it is rare, and read and sort the whole table instead.
macro_rules! page {
    ($tx:expr, $wanted:expr, $condition:literal $(, $more:expr)*) => {{
        let (tenant, wanted) = ($tx.tenant(), $wanted);
        sqlx::query_as!(
            ClientListRow,
            r#"SELECT c.client_id, c.client_name AS name, lower(c.client_name) AS "sort_key!",
                      coalesce(c.is_inactive, false) AS "is_inactive!",
                      (SELECT count(*) FROM contacts k
                        WHERE k.tenant = $1 AND k.client_id = c.client_id AND NOT coalesce(k.is_inactive, false)) AS "contacts!",
                      (SELECT max(i.interaction_date) FROM interactions i
                        WHERE i.tenant = $1 AND i.client_id = c.client_id AND i.interaction_date <= $5) AS last_interaction,
                      (SELECT min(m.start_time) FROM interactions i
                         JOIN online_meetings m ON m.tenant = i.tenant AND m.interaction_id = i.interaction_id
                        WHERE i.tenant = $1 AND i.client_id = c.client_id AND i.interaction_date > $5
                          AND m.status = 'scheduled') AS next_meeting
                 FROM (SELECT client_id, client_name, is_inactive FROM clients
                        WHERE tenant = $1 AND "# + $condition + r#" AND (lower(client_name), client_id) > ($2, $3)
                          AND CASE WHEN $4::text IS NULL THEN true ELSE strpos(lower(client_name), lower($4)) > 0 END
                        ORDER BY lower(client_name), client_id LIMIT 51) c
                ORDER BY lower(c.client_name), c.client_id"#,
            tenant,
            wanted.after.name,
            wanted.after.id,
            wanted.search,
            wanted.now,
            $($more,)*
        )
        .fetch_all($tx.conn())
        .await?
    }};
}

/// What of a list is wanted, in the terms of the rows.
pub struct Wanted {
    pub search: Option<String>,
    pub shown: Shown,
    pub after: ListCursor,
    pub now: DateTime<Utc>,
}

/// Clients by name, one more than a page has.
pub async fn page(tx: &mut TenantTx, wanted: &Wanted) -> Result<Vec<ClientListRow>> {
    const { assert!(LIST_PAGE == 50, "the limit in the statement is one more") }
    let rows = match wanted.shown {
        Shown::All => page!(tx, wanted, "true"),
        Shown::Active | Shown::Inactive => {
            let inactive = wanted.shown == Shown::Inactive;
            page!(tx, wanted, "coalesce(is_inactive, false) = $6", inactive)
        }
    };
    Ok(rows)
}

/// How many clients a list has; counted up to 1001.
pub async fn total(tx: &mut TenantTx, shown: Shown) -> Result<i64> {
    let tenant = tx.tenant();
    let total = match shown {
        Shown::All => {
            sqlx::query_scalar!(
                r#"SELECT count(*) AS "count!" FROM (SELECT 1 FROM clients WHERE tenant = $1 LIMIT 1001) c"#,
                tenant
            )
            .fetch_one(tx.conn())
            .await?
        }
        Shown::Active | Shown::Inactive => {
            sqlx::query_scalar!(
                r#"SELECT count(*) AS "count!" FROM (SELECT 1 FROM clients WHERE tenant = $1 AND coalesce(is_inactive, false) = $2
                                                      LIMIT 1001) c"#,
                tenant,
                shown == Shown::Inactive
            )
            .fetch_one(tx.conn())
            .await?
        }
    };
    Ok(total)
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

pub struct NamedClient {
    /// Which of the names it has, counted from 1.
    pub place: i64,
    pub client_id: ClientId,
    pub name: String,
}

/// The clients that have one of these names, whatever its case.
pub async fn by_names(tx: &mut TenantTx, names: &[String]) -> Result<Vec<NamedClient>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        NamedClient,
        r#"SELECT n.place AS "place!", c.client_id, c.client_name AS name
             FROM unnest($2::text[]) WITH ORDINALITY AS n(name, place)
             JOIN clients c ON c.tenant = $1 AND lower(c.client_name) = lower(n.name)
            ORDER BY n.place, c.client_name = n.name DESC, c.client_id"#,
        tenant,
        names
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A client as it is before a change.
#[derive(Clone, Debug)]
pub struct Current {
    pub client_id: ClientId,
    pub name: String,
    pub url: Option<String>,
    pub zone: Option<String>,
    pub language: Option<String>,
    pub is_inactive: bool,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub updated_at: Option<DateTime<Utc>>,
    pub updated_by: Option<String>,
}

impl Current {
    /// Tells one state of the client from another.
    pub fn version(&self) -> i64 {
        self.updated_at.map_or(0, |time| time.timestamp_micros())
    }
}

/// Reads a client; in a transaction nobody else changes it until its end. Where the peer has to write something it writes "N/A".
pub async fn current(tx: &mut TenantTx, client_id: ClientId) -> Result<Option<Current>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Current,
        r#"SELECT c.client_id, c.client_name AS name, c.url, c.timezone AS zone, c.properties->>'defaultLocale' AS language,
                  coalesce(c.is_inactive, false) AS "is_inactive!", l.email AS "email?", l.phone AS "phone?",
                  nullif(nullif(l.address_line1, 'N/A'), '') AS street, nullif(l.postal_code, '') AS postcode,
                  nullif(nullif(l.city, 'N/A'), '') AS city, nullif(nullif(l.country_name, 'N/A'), '') AS country,
                  c.updated_at, coalesce(nullif(trim(concat_ws(' ', b.first_name, b.last_name)), ''), b.username) AS "updated_by?"
             FROM clients c
             LEFT JOIN client_locations l ON l.tenant = $1 AND l.client_id = c.client_id AND l.is_default
             LEFT JOIN users b ON b.tenant = $1 AND b.user_id = c.updated_by
            WHERE c.tenant = $1 AND c.client_id = $2
              FOR UPDATE OF c"#,
        tenant,
        client_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// A client as it is to be written.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClientWrite {
    pub client_id: Uuid,
    pub name: String,
    pub url: Option<String>,
    pub zone: Option<String>,
    pub language: Option<String>,
    /// `None` leaves it as it is.
    pub inactive: Option<bool>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
}

fn json<T: Serialize>(rows: &[T]) -> Result<Value> {
    Ok(serde_json::to_value(rows).map_err(anyhow::Error::from)?)
}

/// Adds clients that are not there yet; says how many. An id that is there already belongs to the same form, posted before.
pub async fn insert(tx: &mut TenantTx, rows: &[ClientWrite], by: UserId, now: DateTime<Utc>) -> Result<u64> {
    let (tenant, json) = (tx.tenant(), json(rows)?);
    let result = sqlx::query!(
        "INSERT INTO clients (tenant, client_id, client_name, url, timezone, properties, is_inactive, updated_by, created_at, updated_at)
         SELECT $1, c.client_id, c.name, c.url, c.zone,
                CASE WHEN c.language IS NOT NULL THEN jsonb_build_object('defaultLocale', c.language) END,
                coalesce(c.inactive, false), $3, $4, $4
           FROM jsonb_to_recordset($2) AS c(client_id uuid, name text, url text, zone text, language text, inactive boolean)
         ON CONFLICT (tenant, client_id) DO NOTHING",
        tenant,
        json,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    let added = result.rows_affected();
    if added > 0 {
        locations(tx, &json, true, now).await?;
    }
    Ok(added)
}

/// Changes clients. What is empty is emptied, unless `keep`: then it stays as it is.
pub async fn update(tx: &mut TenantTx, rows: &[ClientWrite], keep: bool, by: UserId, now: DateTime<Utc>) -> Result<()> {
    let (tenant, json) = (tx.tenant(), json(rows)?);
    let result = sqlx::query!(
        "UPDATE clients x
            SET client_name = c.name,
                url = CASE WHEN $3 THEN coalesce(c.url, x.url) ELSE c.url END,
                timezone = CASE WHEN $3 THEN coalesce(c.zone, x.timezone) ELSE c.zone END,
                properties = CASE
                    WHEN $3 AND c.language IS NULL THEN x.properties
                    ELSE (CASE WHEN jsonb_typeof(x.properties) = 'object' THEN x.properties ELSE '{}'::jsonb END - 'defaultLocale')
                         || jsonb_strip_nulls(jsonb_build_object('defaultLocale', c.language)) END,
                is_inactive = coalesce(c.inactive, x.is_inactive),
                updated_by = $4,
                -- Two changes at one moment are two versions.
                updated_at = greatest($5, x.updated_at + interval '1 microsecond')
           FROM jsonb_to_recordset($2) AS c(client_id uuid, name text, url text, zone text, language text, inactive boolean)
          WHERE x.tenant = $1 AND x.client_id = c.client_id",
        tenant,
        json,
        keep,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, rows.len() as u64)?;
    locations(tx, &json, keep, now).await
}

/// How and where clients are reached: their default location, which is made when there is something to say.
async fn locations(tx: &mut TenantTx, clients: &Value, keep: bool, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE client_locations l
            SET email = CASE WHEN $3 THEN coalesce(c.email, l.email) ELSE c.email END,
                phone = CASE WHEN $3 THEN coalesce(c.phone, l.phone) ELSE c.phone END,
                address_line1 = coalesce(c.street, CASE WHEN $3 THEN l.address_line1 END, ''),
                postal_code = CASE WHEN $3 THEN coalesce(c.postcode, l.postal_code) ELSE c.postcode END,
                city = coalesce(c.city, CASE WHEN $3 THEN l.city END, ''),
                country_name = coalesce(c.country, CASE WHEN $3 THEN l.country_name END, ''),
                -- The code of a country that was typed is not known.
                country_code = CASE WHEN coalesce(c.country, CASE WHEN $3 THEN l.country_name END, '') = l.country_name
                                    THEN l.country_code ELSE 'XX' END,
                updated_at = $4
           FROM jsonb_to_recordset($2)
             AS c(client_id uuid, email text, phone text, street text, postcode text, city text, country text)
          WHERE l.tenant = $1 AND l.client_id = c.client_id AND l.is_default",
        tenant,
        clients,
        keep,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO client_locations (tenant, location_id, client_id, email, phone, address_line1, postal_code, city, country_name,
                                       country_code, is_default, created_at, updated_at)
         SELECT $1, gen_random_uuid(), c.client_id, c.email, c.phone, coalesce(c.street, ''), c.postcode, coalesce(c.city, ''),
                coalesce(c.country, ''), 'XX', true, $3, $3
           FROM jsonb_to_recordset($2)
             AS c(client_id uuid, email text, phone text, street text, postcode text, city text, country text)
          WHERE coalesce(c.email, c.phone, c.street, c.postcode, c.city, c.country) IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM client_locations l WHERE l.tenant = $1 AND l.client_id = c.client_id AND l.is_default)",
        tenant,
        clients,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The clients that have one of these names, as they are; `place` counts the names from 1.
pub async fn currents(tx: &mut TenantTx, names: &[String]) -> Result<Vec<(i64, Current)>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT n.place AS "place!", c.client_id AS "client_id: ClientId", c.client_name, c.url, c.timezone,
                  c.properties->>'defaultLocale' AS language, coalesce(c.is_inactive, false) AS "is_inactive!",
                  l.email AS "email?", l.phone AS "phone?", l.address_line1 AS "street?", l.postal_code AS "postcode?",
                  l.city AS "city?", l.country_name AS "country?"
             FROM unnest($2::text[]) WITH ORDINALITY AS n(name, place)
             JOIN clients c ON c.tenant = $1 AND lower(c.client_name) = lower(n.name)
             LEFT JOIN client_locations l ON l.tenant = $1 AND l.client_id = c.client_id AND l.is_default
            ORDER BY n.place, c.client_name = n.name DESC, c.client_id"#,
        tenant,
        names
    )
    .fetch_all(tx.conn())
    .await?;
    let current = rows.into_iter().map(|row| {
        let current = Current {
            client_id: row.client_id,
            name: row.client_name,
            url: row.url,
            zone: row.timezone,
            language: row.language,
            is_inactive: row.is_inactive,
            email: row.email,
            phone: row.phone,
            street: row.street,
            postcode: row.postcode,
            city: row.city,
            country: row.country,
            updated_at: None,
            updated_by: None,
        };
        (row.place, current)
    });
    Ok(current.collect())
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
