//! Who is told what becomes of a request, or of a meeting that a client wants otherwise, and in which language and zone.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{InteractionId, MeetingId, RequestId, UserId};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{error::Result, store::TenantTx};

pub struct PeopleRecord {
    pub tenant_name: String,
    pub tenant_email: String,
    /// The tenant's own zone and language.
    pub tenant_zone: Option<String>,
    pub service: Option<String>,
    pub description: Option<String>,
    pub client: Option<String>,
    pub requester: Option<String>,
    pub email: Option<String>,
    /// As their account, their contact, their client or the tenant has it, in this order.
    pub language: Option<String>,
    pub zone: Option<String>,
    pub requested_date: NaiveDate,
    pub requested_time: NaiveTime,
    pub minutes: i32,
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
    pub approved_at: Option<DateTime<Utc>>,
    pub join_url: Option<String>,
    pub technicians: Json<Vec<Technician>>,
    /// Who is wished for, and who decides about every request where the tenant names them.
    pub preferred: Option<UserId>,
    pub approvers: Option<Json<Vec<Uuid>>>,
    /// The requester can sign in at the portal.
    pub has_portal: bool,
    /// Microsoft tells them itself of what becomes of a meeting that staff have made.
    pub is_invited: bool,
    /// The record of such a meeting.
    pub interaction_id: Option<InteractionId>,
}

/// Somebody who comes.
#[derive(Clone, Debug, Deserialize)]
pub struct Technician {
    pub name: String,
    pub email: String,
    pub language: Option<String>,
    pub zone: Option<String>,
}

pub async fn people(tx: &mut TenantTx, id: RequestId) -> Result<Option<PeopleRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        PeopleRecord,
        r#"SELECT t.client_name AS tenant_name, t.email AS tenant_email,
                  ts.settings->>'timezone' AS tenant_zone, s.service_name AS "service?", r.description,
                  coalesce(c.client_name, nullif(trim(r.company_name), '')) AS client,
                  coalesce(nullif(trim(r.requester_name), ''), k.full_name) AS requester,
                  coalesce(nullif(trim(r.requester_email), ''), k.email) AS email,
                  coalesce((SELECT p.setting_value #>> '{}' FROM users u
                              JOIN user_preferences p ON p.tenant = u.tenant AND p.user_id = u.user_id AND p.setting_name = 'locale'
                             WHERE u.tenant = $1 AND u.contact_id = r.contact_id AND u.user_type = 'client'
                             ORDER BY u.user_id LIMIT 1),
                           k.default_locale, c.properties->>'defaultLocale',
                           ts.settings->'clientPortal'->>'defaultLocale', ts.settings->>'defaultLocale') AS language,
                  r.requester_timezone AS zone, r.requested_date, r.requested_time, r.requested_duration AS minutes,
                  e.scheduled_start AS "start?", e.scheduled_end AS "end?", r.approved_at,
                  nullif(r.online_meeting_url, '') AS join_url,
                  coalesce((SELECT jsonb_agg(jsonb_build_object(
                                       'name', coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username),
                                       'email', u.email, 'zone', coalesce(u.timezone, ts.settings->>'timezone'),
                                       'language', p.setting_value #>> '{}')
                                       ORDER BY a.created_at, u.user_id)
                              FROM schedule_entry_assignees a
                              JOIN users u ON u.tenant = a.tenant AND u.user_id = a.user_id
                              LEFT JOIN user_preferences p ON p.tenant = a.tenant AND p.user_id = a.user_id AND p.setting_name = 'locale'
                             WHERE a.tenant = $1 AND a.entry_id = e.entry_id), '[]') AS "technicians!: Json<Vec<Technician>>",
                  r.preferred_assigned_user_id AS "preferred: UserId",
                  (SELECT coalesce(jsonb_agg(x.value) FILTER (WHERE x.value #>> '{}' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'), '[]')
                     FROM availability_settings v
                    CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(v.config_json->'approver_user_ids')
                                                              WHEN 'array' THEN v.config_json->'approver_user_ids' ELSE '[]' END) x
                    WHERE v.tenant = $1 AND v.setting_type = 'general_settings') AS "approvers: Json<Vec<Uuid>>",
                  EXISTS (SELECT 1 FROM users u
                           WHERE u.tenant = $1 AND u.contact_id = r.contact_id AND u.user_type = 'client'
                             AND NOT coalesce(u.is_inactive, false)) AS "has_portal!",
                  false AS "is_invited!", NULL::uuid AS "interaction_id: InteractionId"
             FROM appointment_requests r
             JOIN tenants t ON t.tenant = r.tenant
             LEFT JOIN tenant_settings ts ON ts.tenant = r.tenant
             LEFT JOIN service_catalog s ON s.tenant = $1 AND s.service_id = r.service_id
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = r.client_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = r.contact_id
             LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = r.schedule_entry_id
            WHERE r.tenant = $1 AND r.appointment_request_id = $2"#,
        tenant,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The same for a meeting that staff have made, and for whoever wants it otherwise.
pub async fn of_meeting(tx: &mut TenantTx, id: MeetingId, who: UserId) -> Result<Option<PeopleRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        PeopleRecord,
        r#"SELECT t.client_name AS tenant_name, t.email AS tenant_email, ts.settings->>'timezone' AS tenant_zone,
                  m.subject AS "service?", NULL::text AS description, c.client_name AS "client?",
                  coalesce(nullif(trim(concat_ws(' ', w.first_name, w.last_name)), ''), k.full_name, w.username) AS requester,
                  w.email AS "email?",
                  coalesce((SELECT p.setting_value #>> '{}' FROM user_preferences p
                             WHERE p.tenant = $1 AND p.user_id = w.user_id AND p.setting_name = 'locale'),
                           k.default_locale, c.properties->>'defaultLocale',
                           ts.settings->'clientPortal'->>'defaultLocale', ts.settings->>'defaultLocale') AS language,
                  coalesce(w.timezone, k.timezone, c.timezone, ts.settings->>'timezone') AS zone,
                  (coalesce(i.start_time, m.start_time) AT TIME ZONE 'UTC')::date AS "requested_date!",
                  (coalesce(i.start_time, m.start_time) AT TIME ZONE 'UTC')::time AS "requested_time!",
                  0 AS "minutes!", coalesce(i.start_time, m.start_time) AS start, coalesce(i.end_time, m.end_time) AS end,
                  m.created_at AS approved_at, m.join_url,
                  coalesce((SELECT jsonb_agg(jsonb_build_object(
                                       'name', coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username),
                                       'email', u.email, 'zone', coalesce(u.timezone, ts.settings->>'timezone'),
                                       'language', p.setting_value #>> '{}')
                                       ORDER BY u.user_id <> i.user_id, u.user_id)
                              FROM users u
                              LEFT JOIN user_preferences p ON p.tenant = $1 AND p.user_id = u.user_id AND p.setting_name = 'locale'
                             WHERE u.tenant = $1 AND u.user_type = 'internal' AND NOT coalesce(u.is_inactive, false)
                               AND (u.user_id = i.user_id OR EXISTS (
                                     SELECT 1 FROM schedule_entry_assignees a
                                      WHERE a.tenant = $1 AND a.entry_id = m.schedule_entry_id AND a.user_id = u.user_id))),
                           '[]') AS "technicians!: Json<Vec<Technician>>",
                  NULL::uuid AS "preferred: UserId",
                  (SELECT coalesce(jsonb_agg(x.value) FILTER (WHERE x.value #>> '{}' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'), '[]')
                     FROM availability_settings v
                    CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(v.config_json->'approver_user_ids')
                                                              WHEN 'array' THEN v.config_json->'approver_user_ids' ELSE '[]' END) x
                    WHERE v.tenant = $1 AND v.setting_type = 'general_settings') AS "approvers: Json<Vec<Uuid>>",
                  NOT coalesce(w.is_inactive, false) AS "has_portal!",
                  EXISTS (SELECT 1 FROM online_meeting_attendees a
                           WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id AND lower(a.address) = lower(w.email))
                    AS "is_invited!",
                  i.interaction_id AS "interaction_id: InteractionId"
             FROM online_meetings m
             JOIN tenants t ON t.tenant = m.tenant
             JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id
             LEFT JOIN tenant_settings ts ON ts.tenant = m.tenant
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = i.client_id
             LEFT JOIN users w ON w.tenant = $1 AND w.user_id = $3
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = w.contact_id
            WHERE m.tenant = $1 AND m.meeting_id = $2"#,
        tenant,
        id.0,
        who.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
