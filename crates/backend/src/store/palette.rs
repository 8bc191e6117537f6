//! What the command palette finds, in one statement.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::TenantTx;
use crate::error::Result;

pub struct Sought<'a> {
    /// Whether clients and contacts are wanted; interactions are when there are words.
    pub clients: bool,
    pub contacts: bool,
    /// An `ILIKE` pattern for names.
    pub pattern: &'a str,
    /// The same for what begins with it.
    pub beginning: &'a str,
    /// A `tsquery` as [`super::timeline::words`] makes it.
    pub words: Option<&'a str>,
}

pub struct Hit {
    pub kind: String,
    pub id: Uuid,
    pub name: Option<String>,
    pub detail: Option<String>,
    pub icon: Option<String>,
    pub date: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Client,
    Contact,
    Interaction,
}

impl Kind {
    pub fn find(name: &str) -> Self {
        match name {
            "client" => Self::Client,
            "contact" => Self::Contact,
            _ => Self::Interaction,
        }
    }
}

/// At most five of each kind. The words are found by the index `interactions_words_idx`, of which the expression has to be repeated (see
/// [`super::timeline`]).
pub async fn find(tx: &mut TenantTx, sought: &Sought<'_>) -> Result<Vec<Hit>> {
    let tenant = tx.tenant();
    let scope = format!("'t{tenant}'");
    let rows = sqlx::query_as!(
        Hit,
        r##"(SELECT 'client' AS "kind!", c.client_id AS "id!", c.client_name AS name, NULL::text AS detail, NULL::text AS icon,
                    NULL::timestamptz AS date
               FROM clients c
              WHERE c.tenant = $1 AND $2::boolean AND NOT coalesce(c.is_inactive, false) AND c.client_name ILIKE $4
              ORDER BY c.client_name ILIKE $5 DESC, lower(c.client_name), c.client_id LIMIT 5)
            UNION ALL
            (SELECT 'contact', k.contact_name_id, coalesce(k.full_name, k.email, ''), c.client_name, NULL, NULL
               FROM contacts k
               LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = k.client_id
              WHERE k.tenant = $1 AND $3::boolean AND NOT coalesce(k.is_inactive, false)
                AND (k.full_name ILIKE $4 OR k.email ILIKE $4)
              ORDER BY k.full_name ILIKE $5 DESC, lower(k.full_name), k.contact_name_id LIMIT 5)
            UNION ALL
            (SELECT 'interaction', h.interaction_id, h.title, c.client_name, coalesce(own.icon, system.icon), h.interaction_date
               FROM (SELECT i.interaction_id, i.title, i.client_id, i.type_id, i.interaction_date
                       FROM interactions i
                      WHERE i.tenant = $1 AND $7::text IS NOT NULL
                        AND (array_to_tsvector(ARRAY['t' || i.tenant::text, 'c' || coalesce(i.client_id::text, ''),
                                                     'k' || coalesce(i.contact_name_id::text, '')])
                             || to_tsvector('simple'::regconfig,
                                  translate(left(coalesce(i.title, '') || ' ' || coalesce(i.notes, ''), 50000),
                                            '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                ')))
                            @@ $6::text::tsquery
                        AND (array_to_tsvector(ARRAY['t' || i.tenant::text, 'c' || coalesce(i.client_id::text, ''),
                                                     'k' || coalesce(i.contact_name_id::text, '')])
                             || to_tsvector('simple'::regconfig,
                                  translate(left(coalesce(i.title, '') || ' ' || coalesce(i.notes, ''), 50000),
                                            '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                ')))
                            @@ to_tsquery('simple'::regconfig, $7)
                      ORDER BY i.interaction_date + interval '0' DESC, i.interaction_id DESC LIMIT 5) h
               LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = h.client_id
               LEFT JOIN interaction_types own ON own.tenant = $1 AND own.type_id = h.type_id
               LEFT JOIN system_interaction_types system ON system.type_id = h.type_id
              ORDER BY h.interaction_date DESC, h.interaction_id DESC)"##,
        tenant,
        sought.clients,
        sought.contacts,
        sought.pattern,
        sought.beginning,
        scope,
        sought.words,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
