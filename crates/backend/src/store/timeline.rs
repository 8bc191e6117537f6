//! Pages of a timeline, each in one statement that looks at no more rows than it shows.

use chrono::{DateTime, Utc};
use domain::{
    Choice, ClientId, ContactId, ContactOption, Has, InteractionId, Phone, Place, TimelineOptions, TypeId, UserId,
};
use serde::Deserialize;
use sqlx::types::Json;

use super::{PlannedTx, TenantTx};
use crate::error::Result;

/// What of a timeline is wanted, in the terms of the rows.
pub struct Wanted<'a> {
    pub place: Place,
    /// A `tsquery` as [`words`] makes it.
    pub words: Option<&'a str>,
    pub type_id: Option<TypeId>,
    pub user_id: Option<UserId>,
    pub has: Option<Has>,
    pub now: DateTime<Utc>,
    /// What is to come lies between these two, and is wanted on the first page only.
    pub with_upcoming: bool,
    pub upcoming_after: DateTime<Utc>,
    pub upcoming_before: DateTime<Utc>,
    /// What was lies from here on …
    pub from: DateTime<Utc>,
    /// … to before this one.
    pub before: (DateTime<Utc>, InteractionId),
}

pub struct TimelineRecord {
    pub interaction_id: InteractionId,
    pub upcoming: bool,
    pub title: Option<String>,
    pub type_name: Option<String>,
    pub icon: Option<String>,
    pub interaction_date: DateTime<Utc>,
    pub start_time: Option<DateTime<Utc>>,
    pub end_time: Option<DateTime<Utc>>,
    pub client_id: Option<ClientId>,
    pub client_name: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact_name: Option<String>,
    pub user_name: String,
    pub status_name: Option<String>,
    pub status_is_closed: Option<bool>,
    pub meeting_status: Option<String>,
    pub meeting_start: Option<DateTime<Utc>>,
    pub meeting_end: Option<DateTime<Utc>>,
    pub join_url: Option<String>,
    pub has_recording: Option<bool>,
    pub has_transcript: Option<bool>,
}

/// The statement, with the conditions that an index answers filled in. PostgreSQL may plan it without knowing the values, so the
/// index has to follow from its text: the limits are literals, and the filters that no index answers are in a CASE, about which the
/// planner assumes nothing. Otherwise it takes all filters together to be so rare that reading the whole table looks cheaper. And what
/// an interaction has is asked for row by row: an EXISTS would be turned into a hash of all meetings.
macro_rules! page {
    ($tx:expr, $wanted:expr, $date:literal, $indexed:literal $(, $more:expr)*) => {{
        let (tenant, wanted) = ($tx.tenant(), $wanted);
        sqlx::query_as!(
            TimelineRecord,
            r#"WITH page AS (
                 (SELECT true AS upcoming, i.interaction_id, i.title, i.type_id, i.interaction_date, i.start_time, i.end_time,
                         i.client_id, i.contact_name_id, i.user_id, i.status_id
                    FROM interactions i
                   WHERE i.tenant = $1 AND $2::boolean AND "# + $date + r#" > $3 AND "# + $date + r#" < $4 "# + $indexed +
                 r#" AND CASE WHEN $8::uuid IS NULL THEN true ELSE i.type_id = $8 END
                     AND CASE WHEN $9::uuid IS NULL THEN true ELSE i.user_id = $9 END
                     AND CASE WHEN $10::text IS NULL THEN true
                              WHEN $10 = 'join' THEN
                                   (SELECT m.meeting_id FROM online_meetings m
                                     WHERE m.tenant = $1 AND m.interaction_id = i.interaction_id AND m.status = 'scheduled'
                                       AND m.end_time > $11 AND m.join_url LIKE 'https://%' LIMIT 1) IS NOT NULL
                              ELSE (SELECT a.artifact_id FROM online_meetings m
                                      JOIN online_meeting_artifacts a ON a.tenant = m.tenant AND a.meeting_id = m.meeting_id
                                     WHERE m.tenant = $1 AND m.interaction_id = i.interaction_id AND a.artifact_type = $10
                                       AND a.deleted_at IS NULL LIMIT 1) IS NOT NULL
                         END
                   ORDER BY i.interaction_date, i.interaction_id LIMIT 51)
                 UNION ALL
                 (SELECT false AS upcoming, i.interaction_id, i.title, i.type_id, i.interaction_date, i.start_time, i.end_time,
                         i.client_id, i.contact_name_id, i.user_id, i.status_id
                    FROM interactions i
                   WHERE i.tenant = $1 AND "# + $date + r#" >= $5 AND ("# + $date + r#", i.interaction_id) < ($6, $7) "# + $indexed +
                 r#" AND CASE WHEN $8::uuid IS NULL THEN true ELSE i.type_id = $8 END
                     AND CASE WHEN $9::uuid IS NULL THEN true ELSE i.user_id = $9 END
                     AND CASE WHEN $10::text IS NULL THEN true
                              WHEN $10 = 'join' THEN
                                   (SELECT m.meeting_id FROM online_meetings m
                                     WHERE m.tenant = $1 AND m.interaction_id = i.interaction_id AND m.status = 'scheduled'
                                       AND m.end_time > $11 AND m.join_url LIKE 'https://%' LIMIT 1) IS NOT NULL
                              ELSE (SELECT a.artifact_id FROM online_meetings m
                                      JOIN online_meeting_artifacts a ON a.tenant = m.tenant AND a.meeting_id = m.meeting_id
                                     WHERE m.tenant = $1 AND m.interaction_id = i.interaction_id AND a.artifact_type = $10
                                       AND a.deleted_at IS NULL LIMIT 1) IS NOT NULL
                         END
                   ORDER BY i.interaction_date DESC, i.interaction_id DESC LIMIT 21)
               )
               SELECT p.interaction_id AS "interaction_id!", p.upcoming AS "upcoming!", p.title,
                      coalesce(own.type_name, system.type_name) AS type_name, coalesce(own.icon, system.icon) AS icon,
                      p.interaction_date AS "interaction_date!", p.start_time, p.end_time,
                      p.client_id AS "client_id: ClientId", c.client_name AS "client_name?",
                      p.contact_name_id AS "contact_id: ContactId", k.full_name AS "contact_name?",
                      coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS "user_name!",
                      s.name AS "status_name?", s.is_closed AS "status_is_closed?",
                      m.status AS "meeting_status?", m.start_time AS "meeting_start?", m.end_time AS "meeting_end?",
                      m.join_url AS "join_url?", m.has_recording AS "has_recording?", m.has_transcript AS "has_transcript?"
                 FROM page p
                 JOIN users u ON u.tenant = $1 AND u.user_id = p.user_id
                 LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = p.client_id
                 LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = p.contact_name_id
                 LEFT JOIN interaction_types own ON own.tenant = $1 AND own.type_id = p.type_id
                 LEFT JOIN system_interaction_types system ON system.type_id = p.type_id
                 LEFT JOIN statuses s ON s.tenant = $1 AND s.status_id = p.status_id
                 LEFT JOIN LATERAL (
                      SELECT o.status, o.start_time, o.end_time, o.join_url,
                             EXISTS (SELECT 1 FROM online_meeting_artifacts a WHERE a.tenant = $1 AND a.meeting_id = o.meeting_id
                                        AND a.artifact_type = 'recording' AND a.deleted_at IS NULL) AS has_recording,
                             EXISTS (SELECT 1 FROM online_meeting_artifacts a WHERE a.tenant = $1 AND a.meeting_id = o.meeting_id
                                        AND a.artifact_type = 'transcript' AND a.deleted_at IS NULL) AS has_transcript
                        FROM online_meetings o
                       WHERE o.tenant = $1 AND o.interaction_id = p.interaction_id
                       ORDER BY o.created_at DESC, o.meeting_id LIMIT 1) m ON true
                ORDER BY p.upcoming DESC,
                         CASE WHEN p.upcoming THEN p.interaction_date END,
                         CASE WHEN p.upcoming THEN p.interaction_id END,
                         p.interaction_date DESC, p.interaction_id DESC"#,
            tenant,
            wanted.with_upcoming,
            wanted.upcoming_after,
            wanted.upcoming_before,
            wanted.from,
            wanted.before.0,
            wanted.before.1.0,
            wanted.type_id.map(|id| id.0),
            wanted.user_id.map(|id| id.0),
            wanted.has.map(Has::name),
            wanted.now,
            $($more,)*
        )
        .fetch_all($tx.conn())
        .await?
    }};
}

/// What is to come (soonest first, at most 51 rows), then what was (newest first, at most 21).
pub async fn page(tx: &mut PlannedTx, wanted: &Wanted<'_>) -> Result<Vec<TimelineRecord>> {
    let rows = match (wanted.place, wanted.words) {
        (place, Some(words)) => {
            let scope = scope(place, tx.tenant());
            // The expression is that of the index `interactions_words_idx`. It stands in two conditions, so that the planner takes
            // the hits to be few, and the date is hidden from it: else it narrows them down by reading all that the tenant has.
            page!(
                tx,
                wanted,
                "(i.interaction_date + interval '0')",
                r##" AND (array_to_tsvector(ARRAY['t' || i.tenant::text, 'c' || coalesce(i.client_id::text, ''),
                                                 'k' || coalesce(i.contact_name_id::text, '')])
                         || to_tsvector('simple'::regconfig,
                              translate(left(coalesce(i.title, '') || ' ' || coalesce(i.notes, ''), 50000),
                                        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                ')))
                        @@ $12::text::tsquery
                     AND (array_to_tsvector(ARRAY['t' || i.tenant::text, 'c' || coalesce(i.client_id::text, ''),
                                                 'k' || coalesce(i.contact_name_id::text, '')])
                         || to_tsvector('simple'::regconfig,
                              translate(left(coalesce(i.title, '') || ' ' || coalesce(i.notes, ''), 50000),
                                        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                ')))
                        @@ to_tsquery('simple'::regconfig, $13) "##,
                scope,
                words
            )
        }
        (Place::Client(id), None) => page!(tx, wanted, "i.interaction_date", " AND i.client_id = $12 ", id.0),
        (Place::Contact(id), None) => page!(tx, wanted, "i.interaction_date", " AND i.contact_name_id = $12 ", id.0),
        (Place::All, None) if wanted.user_id.is_some() => {
            page!(tx, wanted, "i.interaction_date", " AND i.user_id = $9 ")
        }
        (Place::All, None) if wanted.type_id.is_some() => {
            page!(tx, wanted, "i.interaction_date", " AND i.type_id = $8 ")
        }
        (Place::All, None) => page!(tx, wanted, "i.interaction_date", ""),
    };
    Ok(rows)
}

/// The word that stands for a place in the index.
fn scope(place: Place, tenant: uuid::Uuid) -> String {
    match place {
        Place::All => format!("'t{tenant}'"),
        Place::Client(id) => format!("'c{id}'"),
        Place::Contact(id) => format!("'k{id}'"),
    }
}

/// The words of a search as a `tsquery`: each has to be there, whole or as a beginning. `None` if there is no word.
pub fn words(search: &str) -> Option<String> {
    let words: Vec<String> = search
        .split(|c: char| c.is_ascii_punctuation() || c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("'{word}':*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" & "))
}

/// What stands around a timeline: whose it is, and what its filters offer.
pub struct Heading {
    pub client: Option<Json<ClientHead>>,
    pub contacts: Json<Vec<ContactOption>>,
    pub contact: Option<Json<ContactHead>>,
    pub types: Json<Vec<Choice<TypeId>>>,
    pub people: Json<Vec<Choice<UserId>>>,
}

impl Heading {
    pub fn options(&mut self) -> TimelineOptions {
        TimelineOptions {
            types: std::mem::take(&mut self.types.0),
            people: std::mem::take(&mut self.people.0),
        }
    }
}

#[derive(Deserialize)]
pub struct ClientHead {
    pub name: String,
    pub url: Option<String>,
    pub timezone: Option<String>,
    pub language: Option<String>,
    pub is_inactive: bool,
    pub location: Option<LocationHead>,
}

#[derive(Default, Deserialize)]
pub struct LocationHead {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub lines: Vec<Option<String>>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
}

#[derive(Deserialize)]
pub struct ContactHead {
    pub name: String,
    pub email: Option<String>,
    pub phones: Vec<Phone>,
    pub role: Option<String>,
    pub is_inactive: bool,
    pub client: Option<Choice<ClientId>>,
    /// What the contact, the client and the tenant say, and what was chosen in the portal by those who have an account there.
    pub own: Preferences,
    pub of_client: Option<Preferences>,
    pub of_tenant: Option<Preferences>,
    pub portal: Option<Preferences>,
}

#[derive(Default, Deserialize)]
pub struct Preferences {
    /// IANA name.
    pub zone: Option<String>,
    /// A tag such as "de".
    pub language: Option<String>,
}

pub async fn heading(tx: &mut TenantTx, place: Place) -> Result<Heading> {
    let tenant = tx.tenant();
    let (client, contact) = match place {
        Place::All => (None, None),
        Place::Client(id) => (Some(id.0), None),
        Place::Contact(id) => (None, Some(id.0)),
    };
    let row = sqlx::query_as!(
        Heading,
        r#"SELECT (SELECT jsonb_build_object('name', c.client_name, 'url', c.url, 'timezone', c.timezone,
                                             'is_inactive', coalesce(c.is_inactive, false),
                                             'language', c.properties->>'defaultLocale',
                                             'location', (SELECT jsonb_build_object(
                                                                   'email', l.email, 'phone', l.phone,
                                                                   'lines', jsonb_build_array(l.address_line1, l.address_line2, l.address_line3),
                                                                   'postcode', l.postal_code, 'city', l.city, 'country', l.country_name)
                                                            FROM client_locations l
                                                           WHERE l.tenant = $1 AND l.client_id = c.client_id AND l.is_default))
                     FROM clients c WHERE c.tenant = $1 AND c.client_id = $2) AS "client: Json<ClientHead>",
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('contact_id', k.contact_name_id, 'email', k.email, 'role', k.role,
                                                                'name', coalesce(k.full_name, k.email, ''))
                                             ORDER BY lower(k.full_name), k.contact_name_id), '[]')
                     FROM contacts k
                    WHERE k.tenant = $1 AND k.client_id = $2 AND NOT coalesce(k.is_inactive, false))
                  AS "contacts!: Json<Vec<ContactOption>>",
                  (SELECT jsonb_build_object('name', coalesce(k.full_name, k.email, ''), 'email', k.email, 'role', k.role,
                                             'is_inactive', coalesce(k.is_inactive, false),
                                             'phones', (SELECT coalesce(jsonb_agg(jsonb_build_object('number', p.phone_number,
                                                                                                     'kind', p.canonical_type)
                                                                                  ORDER BY p.is_default DESC, p.display_order), '[]')
                                                          FROM contact_phone_numbers p
                                                         WHERE p.tenant = $1 AND p.contact_name_id = k.contact_name_id),
                                             'own', jsonb_build_object('zone', k.timezone, 'language', k.default_locale),
                                             'of_client', (SELECT jsonb_build_object('zone', c.timezone,
                                                                                     'language', c.properties->>'defaultLocale')
                                                             FROM clients c WHERE c.tenant = $1 AND c.client_id = k.client_id),
                                             'of_tenant', (SELECT jsonb_build_object('zone', s.settings->>'timezone',
                                                                                     'language', s.settings->>'defaultLocale')
                                                             FROM tenant_settings s WHERE s.tenant = $1),
                                             'client', (SELECT jsonb_build_object('id', c.client_id, 'name', c.client_name)
                                                          FROM clients c WHERE c.tenant = $1 AND c.client_id = k.client_id),
                                             'portal', (SELECT jsonb_build_object('zone', u.timezone,
                                                                  'language', (SELECT p.setting_value #>> '{}' FROM user_preferences p
                                                                                WHERE p.tenant = $1 AND p.user_id = u.user_id
                                                                                  AND p.setting_name = 'locale'))
                                                          FROM users u
                                                         WHERE u.tenant = $1 AND u.contact_id = k.contact_name_id
                                                           AND u.user_type = 'client' AND NOT coalesce(u.is_inactive, false)
                                                         ORDER BY u.user_id LIMIT 1))
                     FROM contacts k WHERE k.tenant = $1 AND k.contact_name_id = $3) AS "contact: Json<ContactHead>",
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.type_id, 'name', t.name)
                                             ORDER BY t.display_order NULLS LAST, t.name), '[]')
                     FROM (SELECT own.type_id, own.type_name AS name, own.display_order
                             FROM interaction_types own WHERE own.tenant = $1
                           UNION ALL
                           SELECT system.type_id, system.type_name, NULL
                             FROM system_interaction_types system
                            WHERE system.type_name = 'Online Meeting'
                              AND NOT EXISTS (SELECT 1 FROM interaction_types own
                                               WHERE own.tenant = $1 AND own.system_type_id = system.type_id)) t)
                  AS "types!: Json<Vec<Choice<TypeId>>>",
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', u.user_id, 'name', u.name) ORDER BY lower(u.name), u.user_id), '[]')
                     FROM (SELECT user_id, coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), username) AS name
                             FROM users WHERE tenant = $1 AND user_type = 'internal') u)
                  AS "people!: Json<Vec<Choice<UserId>>>""#,
        tenant,
        client,
        contact,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_becomes_words() {
        assert_eq!(
            words("Backup-Report  o'neil"),
            Some("'Backup':* & 'Report':* & 'o':* & 'neil':*".into())
        );
        assert_eq!(words(r"'):* | \"), None);
        assert_eq!(words("Grüße „hier“"), Some("'Grüße':* & '„hier“':*".into()));
        assert_eq!(words(" \u{0} — "), None);
    }
}
