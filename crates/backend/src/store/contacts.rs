//! Contacts: the list, and writing them, one or thousands at a time.

use chrono::{DateTime, Utc};
use domain::{ClientId, ContactId, LIST_PAGE, ListCursor, Shown, UserId};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{TenantTx, live};
use crate::error::{Result, ensure_rows};

pub struct ContactListRow {
    pub contact_id: ContactId,
    pub name: String,
    /// What the list is sorted by.
    pub sort_key: String,
    pub email: Option<String>,
    pub role: Option<String>,
    pub phone: Option<String>,
    pub client_id: Option<ClientId>,
    pub client_name: Option<String>,
    pub is_inactive: bool,
}

/// As in `store::clients`: the index follows from the text.
macro_rules! page {
    ($tx:expr, $wanted:expr, $condition:literal $(, $more:expr)*) => {{
        let (tenant, wanted) = ($tx.tenant(), $wanted);
        sqlx::query_as!(
            ContactListRow,
            r#"SELECT k.contact_name_id AS contact_id, coalesce(k.full_name, k.email, '') AS "name!", k.sort_key AS "sort_key!",
                      k.email, k.role, coalesce(k.is_inactive, false) AS "is_inactive!",
                      (SELECT p.phone_number FROM contact_phone_numbers p
                        WHERE p.tenant = $1 AND p.contact_name_id = k.contact_name_id
                        ORDER BY p.is_default DESC, p.display_order LIMIT 1) AS phone,
                      k.client_id AS "client_id: ClientId", c.client_name AS "client_name?"
                 FROM (SELECT contact_name_id, full_name, email, role, client_id, is_inactive,
                              lower(coalesce(full_name, email, '')) AS sort_key
                         FROM contacts
                        WHERE tenant = $1 AND "# + $condition + r#"
                          AND (lower(coalesce(full_name, email, '')), contact_name_id) > ($2, $3)
                          AND CASE WHEN $4::text IS NULL THEN true
                                   ELSE strpos(lower(coalesce(full_name, '')), lower($4)) > 0 OR strpos(lower(coalesce(email, '')), lower($4)) > 0
                              END
                        ORDER BY lower(coalesce(full_name, email, '')), contact_name_id LIMIT 51) k
                 LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = k.client_id
                ORDER BY k.sort_key, k.contact_name_id"#,
            tenant,
            wanted.after.name,
            wanted.after.id,
            wanted.search,
            $($more,)*
        )
        .fetch_all($tx.conn())
        .await?
    }};
}

/// What of a list is wanted, in the terms of the rows.
pub struct Wanted {
    pub search: Option<String>,
    pub client_id: Option<ClientId>,
    pub shown: Shown,
    pub after: ListCursor,
}

/// Contacts by name, one more than a page has.
pub async fn page(tx: &mut TenantTx, wanted: &Wanted) -> Result<Vec<ContactListRow>> {
    const { assert!(LIST_PAGE == 50, "the limit in the statement is one more") }
    let inactive = match wanted.shown {
        Shown::All => None,
        shown => Some(shown == Shown::Inactive),
    };
    let rows = match (wanted.client_id, inactive) {
        (Some(client_id), inactive) => page!(
            tx,
            wanted,
            "client_id = $5 AND CASE WHEN $6::boolean IS NULL THEN true ELSE coalesce(is_inactive, false) = $6 END",
            client_id.0,
            inactive
        ),
        (None, Some(inactive)) => page!(tx, wanted, "coalesce(is_inactive, false) = $5", inactive),
        (None, None) => page!(tx, wanted, "true"),
    };
    Ok(rows)
}

/// What stands above the list.
pub struct Around {
    /// How many contacts there are; counted up to 1001.
    pub total: i64,
    /// The client whose contacts are wanted, if there is one of that name.
    pub client_id: Option<ClientId>,
}

pub async fn around(tx: &mut TenantTx, client: Option<&str>, shown: Shown) -> Result<Around> {
    let tenant = tx.tenant();
    let row = match shown {
        Shown::All => {
            sqlx::query_as!(
                Around,
                r#"SELECT (SELECT count(*) FROM (SELECT 1 FROM contacts WHERE tenant = $1 LIMIT 1001) k) AS "total!",
                          (SELECT c.client_id FROM clients c WHERE c.tenant = $1 AND lower(c.client_name) = lower($2)
                            ORDER BY c.client_name = $2 DESC, c.client_id LIMIT 1) AS "client_id: ClientId""#,
                tenant,
                client
            )
            .fetch_one(tx.conn())
            .await?
        }
        Shown::Active | Shown::Inactive => {
            sqlx::query_as!(
                Around,
                r#"SELECT (SELECT count(*) FROM (SELECT 1 FROM contacts WHERE tenant = $1 AND coalesce(is_inactive, false) = $3
                                                  LIMIT 1001) k) AS "total!",
                          (SELECT c.client_id FROM clients c WHERE c.tenant = $1 AND lower(c.client_name) = lower($2)
                            ORDER BY c.client_name = $2 DESC, c.client_id LIMIT 1) AS "client_id: ClientId""#,
                tenant,
                client,
                shown == Shown::Inactive
            )
            .fetch_one(tx.conn())
            .await?
        }
    };
    Ok(row)
}

/// A contact as it is before a change.
#[derive(Clone, Debug)]
pub struct Current {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
    pub phone: Option<String>,
    pub client_id: Option<ClientId>,
    pub client_name: Option<String>,
    pub zone: Option<String>,
    pub language: Option<String>,
    pub is_inactive: bool,
    pub updated_at: Option<DateTime<Utc>>,
    pub updated_by: Option<String>,
}

impl Current {
    /// Tells one state of the contact from another.
    pub fn version(&self) -> i64 {
        self.updated_at.map_or(0, |time| time.timestamp_micros())
    }
}

/// Reads a contact; in a transaction nobody else changes it until its end.
pub async fn current(tx: &mut TenantTx, contact_id: ContactId) -> Result<Option<Current>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Current,
        r#"SELECT k.contact_name_id AS contact_id, coalesce(k.full_name, '') AS "name!", k.email, k.role, p.phone_number AS "phone?",
                  k.client_id AS "client_id: ClientId", c.client_name AS "client_name?", k.timezone AS zone,
                  k.default_locale AS language, coalesce(k.is_inactive, false) AS "is_inactive!", k.updated_at,
                  coalesce(nullif(trim(concat_ws(' ', b.first_name, b.last_name)), ''), b.username) AS "updated_by?"
             FROM contacts k
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = k.client_id
             LEFT JOIN contact_phone_numbers p ON p.tenant = $1 AND p.contact_name_id = k.contact_name_id AND p.is_default
             LEFT JOIN users b ON b.tenant = $1 AND b.user_id = k.updated_by
            WHERE k.tenant = $1 AND k.contact_name_id = $2
              FOR UPDATE OF k"#,
        tenant,
        contact_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The contacts that have one of these addresses, as they are; `place` counts the addresses from 1.
pub async fn currents(tx: &mut TenantTx, emails: &[String]) -> Result<Vec<(i64, Current)>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT n.place AS "place!", k.contact_name_id AS "contact_id: ContactId", k.full_name, k.email, k.role,
                  p.phone_number AS "phone?", k.client_id AS "client_id: ClientId", k.timezone, k.default_locale,
                  coalesce(k.is_inactive, false) AS "is_inactive!"
             FROM unnest($2::text[]) WITH ORDINALITY AS n(email, place)
             JOIN contacts k ON k.tenant = $1 AND lower(k.email) = lower(n.email)
             LEFT JOIN contact_phone_numbers p ON p.tenant = $1 AND p.contact_name_id = k.contact_name_id AND p.is_default
            ORDER BY n.place, k.email = n.email DESC, k.contact_name_id"#,
        tenant,
        emails
    )
    .fetch_all(tx.conn())
    .await?;
    let current = rows.into_iter().map(|row| {
        let current = Current {
            contact_id: row.contact_id,
            name: row.full_name.unwrap_or_default(),
            email: row.email,
            role: row.role,
            phone: row.phone,
            client_id: row.client_id,
            client_name: None,
            zone: row.timezone,
            language: row.default_locale,
            is_inactive: row.is_inactive,
            updated_at: None,
            updated_by: None,
        };
        (row.place, current)
    });
    Ok(current.collect())
}

/// Whether another contact has this address.
pub async fn email_is_taken(tx: &mut TenantTx, email: &str, contact_id: ContactId) -> Result<bool> {
    let tenant = tx.tenant();
    let taken = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM contacts WHERE tenant = $1 AND lower(email) = lower($2) AND contact_name_id <> $3) AS "taken!""#,
        tenant,
        email,
        contact_id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(taken)
}

/// A contact as it is to be written.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContactWrite {
    pub contact_id: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
    pub phone: Option<String>,
    pub client_id: Option<Uuid>,
    pub zone: Option<String>,
    pub language: Option<String>,
    /// `None` leaves it as it is.
    pub inactive: Option<bool>,
}

fn json(rows: &[ContactWrite]) -> Result<Value> {
    Ok(serde_json::to_value(rows).map_err(anyhow::Error::from)?)
}

/// Adds contacts that are not there yet; says how many. An id that is there already belongs to the same form, posted before.
pub async fn insert(tx: &mut TenantTx, rows: &[ContactWrite], by: UserId, now: DateTime<Utc>) -> Result<u64> {
    let (tenant, json) = (tx.tenant(), json(rows)?);
    let result = sqlx::query!(
        "INSERT INTO contacts (tenant, contact_name_id, full_name, email, role, client_id, timezone, default_locale, is_inactive,
                               updated_by, created_at, updated_at)
         SELECT $1, k.contact_id, k.name, k.email, k.role, k.client_id, k.zone, k.language, coalesce(k.inactive, false), $3, $4, $4
           FROM jsonb_to_recordset($2)
             AS k(contact_id uuid, name text, email text, role text, client_id uuid, zone text, language text, inactive boolean)
         ON CONFLICT (tenant, contact_name_id) DO NOTHING",
        tenant,
        json,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    let added = result.rows_affected();
    if added > 0 {
        phones(tx, &json, true, now).await?;
    }
    Ok(added)
}

/// Changes contacts. What is empty is emptied, unless `keep`: then it stays as it is.
pub async fn update(
    tx: &mut TenantTx,
    rows: &[ContactWrite],
    keep: bool,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let (tenant, json) = (tx.tenant(), json(rows)?);
    let result = sqlx::query!(
        "UPDATE contacts x
            SET full_name = k.name,
                email = CASE WHEN $3 THEN coalesce(k.email, x.email) ELSE k.email END,
                role = CASE WHEN $3 THEN coalesce(k.role, x.role) ELSE k.role END,
                client_id = CASE WHEN $3 THEN coalesce(k.client_id, x.client_id) ELSE k.client_id END,
                timezone = CASE WHEN $3 THEN coalesce(k.zone, x.timezone) ELSE k.zone END,
                default_locale = CASE WHEN $3 THEN coalesce(k.language, x.default_locale) ELSE k.language END,
                is_inactive = coalesce(k.inactive, x.is_inactive),
                updated_by = $4,
                -- Two changes at one moment are two versions.
                updated_at = greatest($5, x.updated_at + interval '1 microsecond')
           FROM jsonb_to_recordset($2)
             AS k(contact_id uuid, name text, email text, role text, client_id uuid, zone text, language text, inactive boolean)
          WHERE x.tenant = $1 AND x.contact_name_id = k.contact_id",
        tenant,
        json,
        keep,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, rows.len() as u64)?;
    live::rights_changed(tx).await?;
    phones(tx, &json, keep, now).await
}

/// The numbers that are called first. Others that a contact has stay.
async fn phones(tx: &mut TenantTx, contacts: &Value, keep: bool, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "DELETE FROM contact_phone_numbers p
          USING jsonb_to_recordset($2) AS k(contact_id uuid, phone text)
          WHERE p.tenant = $1 AND p.contact_name_id = k.contact_id AND p.is_default AND k.phone IS NULL AND NOT $3",
        tenant,
        contacts,
        keep
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE contact_phone_numbers p
            SET phone_number = k.phone, updated_at = $3
           FROM jsonb_to_recordset($2) AS k(contact_id uuid, phone text)
          WHERE p.tenant = $1 AND p.contact_name_id = k.contact_id AND p.is_default AND k.phone IS NOT NULL
            AND p.phone_number <> k.phone",
        tenant,
        contacts,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO contact_phone_numbers (tenant, contact_phone_number_id, contact_name_id, phone_number, canonical_type, is_default,
                                            created_at, updated_at)
         SELECT $1, gen_random_uuid(), k.contact_id, k.phone, 'work', true, $3, $3
           FROM jsonb_to_recordset($2) AS k(contact_id uuid, phone text)
          WHERE k.phone IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM contact_phone_numbers p
                             WHERE p.tenant = $1 AND p.contact_name_id = k.contact_id AND p.is_default)",
        tenant,
        contacts,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
