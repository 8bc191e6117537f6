//! Bulk inserts for new tenants and demo data. Rows come as one JSON array for each table.

use serde_json::Value;

use super::TenantTx;
use crate::error::{Result, ensure_rows};

pub async fn tenant_exists(tx: &mut TenantTx) -> Result<bool> {
    let tenant = tx.tenant();
    let exists = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM tenants WHERE tenant = $1) AS "exists!""#,
        tenant
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(exists)
}

/// Whether the tenant was filled up to its real size before, whole or in part.
pub async fn has_bulk(tx: &mut TenantTx) -> Result<bool> {
    let tenant = tx.tenant();
    let has = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM online_meetings WHERE tenant = $1 AND provider = 'teams' AND provider_meeting_id LIKE 'large-%')
             AS "has!""#,
        tenant
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
}

pub async fn tenant(tx: &mut TenantTx, name: &str, email: &str, settings: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO tenants (tenant, client_name, email) VALUES ($1, $2, $3)",
        tenant,
        name,
        email
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO tenant_settings (tenant, settings) VALUES ($1, $2)",
        tenant,
        settings
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The interaction types and statuses that every tenant begins with: copies of the system's.
pub async fn vocabulary(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO interaction_types (tenant, type_name, icon, system_type_id, display_order)
         SELECT $1, type_name, icon, type_id, row_number() OVER (ORDER BY display_order NULLS LAST, type_name)
           FROM system_interaction_types",
        tenant
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO statuses (tenant, name, status_type, order_number, is_closed, is_default)
         SELECT $1, name, item_type, display_order, coalesce(is_closed, false), coalesce(is_default, false)
           FROM standard_statuses WHERE item_type = 'interaction'",
        tenant
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn roles(tx: &mut TenantTx, roles: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO roles (tenant, role_id, role_name, msp, client)
         SELECT $1, r.role_id, r.role_name, r.msp, NOT r.msp
           FROM jsonb_to_recordset($2) AS r(role_id uuid, role_name text, msp boolean)",
        tenant,
        roles
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Permissions, and which roles grant them: `roles` holds role ids.
pub async fn permissions(tx: &mut TenantTx, permissions: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO permissions (tenant, permission_id, resource, action, msp, client)
         SELECT $1, p.permission_id, p.resource, p.action, p.msp, NOT p.msp
           FROM jsonb_to_recordset($2) AS p(permission_id uuid, resource text, action text, msp boolean)",
        tenant,
        permissions
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO role_permissions (tenant, role_id, permission_id)
         SELECT $1, r.role_id::uuid, p.permission_id
           FROM jsonb_to_recordset($2) AS p(permission_id uuid, roles jsonb), jsonb_array_elements_text(p.roles) AS r(role_id)",
        tenant,
        permissions
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn clients(tx: &mut TenantTx, clients: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO clients (tenant, client_id, client_name, url, timezone)
         SELECT $1, c.client_id, c.client_name, c.url, c.timezone
           FROM jsonb_to_recordset($2) AS c(client_id uuid, client_name text, url text, timezone text)",
        tenant,
        clients
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn contacts(tx: &mut TenantTx, contacts: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO contacts (tenant, contact_name_id, client_id, full_name, email, role, is_client_admin)
         SELECT $1, c.contact_name_id, c.client_id, c.full_name, c.email, c.role, c.is_client_admin
           FROM jsonb_to_recordset($2)
             AS c(contact_name_id uuid, client_id uuid, full_name text, email text, role text, is_client_admin boolean)",
        tenant,
        contacts
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How the tenant's clients and most of their contacts are reached: made up, by the numbers that are kept free for that.
pub async fn reachability(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO client_locations (tenant, location_id, client_id, email, phone, address_line1, postal_code, city, country_name,
                                       country_code, is_default)
         SELECT $1, md5(c.client_id::text || 'location')::uuid, c.client_id,
                'hello@' || replace(substring(c.url FROM '://(.*)$'), 'www.', ''), '+44 20 7946 0' || lpad((100 + c.n)::text, 3, '0'),
                c.n || ' ' || (ARRAY['High Street', 'Station Road', 'Mill Lane', 'Park Avenue'])[1 + c.n % 4],
                (ARRAY['SW1A 1AA', 'M1 1AE', 'B33 8TH', 'CR2 6XH'])[1 + c.n % 4],
                (ARRAY['London', 'Manchester', 'Birmingham', 'Croydon'])[1 + c.n % 4], 'United Kingdom', 'GB', true
           FROM (SELECT client_id, url, row_number() OVER (ORDER BY client_name)::integer AS n FROM clients WHERE tenant = $1) c",
        tenant
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO contact_phone_numbers (tenant, contact_phone_number_id, contact_name_id, phone_number, canonical_type, is_default)
         SELECT $1, md5(k.contact_name_id::text || 'phone')::uuid, k.contact_name_id, '+44 7700 900' || lpad(k.n::text, 3, '0'),
                CASE WHEN k.n % 2 = 0 THEN 'mobile' ELSE 'work' END, true
           FROM (SELECT contact_name_id, row_number() OVER (ORDER BY email)::integer AS n FROM contacts WHERE tenant = $1) k
          WHERE k.n % 4 <> 0",
        tenant
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Users with one role each.
pub async fn users(tx: &mut TenantTx, users: &Value, hashed_password: &str) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO users (tenant, user_id, username, email, first_name, last_name, user_type, contact_id, timezone, hashed_password)
         SELECT $1, u.user_id, u.email, u.email, u.first_name, u.last_name, u.user_type, u.contact_id, u.timezone, $3
           FROM jsonb_to_recordset($2)
             AS u(user_id uuid, email text, first_name text, last_name text, user_type text, contact_id uuid, timezone text)",
        tenant,
        users,
        hashed_password
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO user_roles (tenant, user_id, role_id)
         SELECT $1, u.user_id, u.role_id FROM jsonb_to_recordset($2) AS u(user_id uuid, role_id uuid)",
        tenant,
        users
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Interactions; type and status are given by name.
pub async fn interactions(tx: &mut TenantTx, interactions: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO interactions (tenant, interaction_id, type_id, client_id, contact_name_id, user_id, title, notes, status_id,
                                   interaction_date, start_time, end_time, duration)
         SELECT $1, i.interaction_id, t.type_id, i.client_id, i.contact_name_id, i.user_id, i.title, i.notes, s.status_id,
                i.start, i.start, i.start + make_interval(mins => i.minutes), i.minutes
           FROM jsonb_to_recordset($2)
             AS i(interaction_id uuid, type_name text, client_id uuid, contact_name_id uuid, user_id uuid, title text, notes text,
                  status text, start timestamptz, minutes integer)
           JOIN interaction_types t ON t.tenant = $1 AND t.type_name = i.type_name
           JOIN statuses s ON s.tenant = $1 AND s.status_type = 'interaction' AND s.name = i.status",
        tenant,
        interactions
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Meetings of interactions that are there already.
pub async fn meetings(tx: &mut TenantTx, meetings: &Value, organizer_upn: &str, organizer_id: &str) -> Result<()> {
    let tenant = tx.tenant();
    let expected = meetings.as_array().map_or(0, Vec::len) as u64;
    let result = sqlx::query!(
        "INSERT INTO online_meetings (tenant, meeting_id, provider_meeting_id, provider_event_id, organizer_upn, organizer_user_id,
                                      subject, join_url, start_time, end_time, status, error_code, interaction_id, created_by,
                                      next_fetch_at)
         SELECT $1, m.meeting_id, m.provider_meeting_id, m.provider_event_id, $3, $4, m.subject, m.join_url,
                i.start_time, i.end_time, m.status, m.error_code, m.interaction_id, i.user_id,
                -- What was recorded is captured at once; what waits stays so for a while.
                CASE WHEN m.status IN ('scheduled', 'recording_ready') THEN i.end_time
                     WHEN m.status IN ('ended', 'recording_pending') THEN i.end_time + interval '47 hours' END
           FROM jsonb_to_recordset($2)
             AS m(meeting_id uuid, provider_meeting_id text, provider_event_id text, subject text, join_url text, status text,
                  error_code text, interaction_id uuid)
           JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id",
        tenant,
        meetings,
        organizer_upn,
        organizer_id
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, expected)
}

/// What was captured of meetings that are there already.
pub async fn artifacts(tx: &mut TenantTx, artifacts: &Value) -> Result<()> {
    let tenant = tx.tenant();
    let expected = artifacts.as_array().map_or(0, Vec::len) as u64;
    let result = sqlx::query!(
        "INSERT INTO online_meeting_artifacts (tenant, artifact_id, meeting_id, artifact_type, provider_artifact_id, created_date_time)
         SELECT $1, a.artifact_id, m.meeting_id, a.artifact_type, a.provider_artifact_id, a.created
           FROM jsonb_to_recordset($2)
             AS a(artifact_id uuid, meeting_id uuid, artifact_type text, provider_artifact_id text, created timestamptz)
           JOIN online_meetings m ON m.tenant = $1 AND m.meeting_id = a.meeting_id",
        tenant,
        artifacts
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, expected)
}

/// What clients can ask for.
pub async fn services(tx: &mut TenantTx, services: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO service_catalog (tenant, service_id, service_name, billing_method, custom_service_type_id)
         SELECT $1, s.service_id, s.service_name, 'hourly', s.service_id
           FROM jsonb_to_recordset($2) AS s(service_id uuid, service_name text)",
        tenant,
        services
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// When people can be asked for.
pub async fn hours(tx: &mut TenantTx, hours: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO availability_settings (tenant, setting_type, user_id, day_of_week, start_time, end_time)
         SELECT $1, 'user_hours', h.user_id, h.day, h.start_time, h.end_time
           FROM jsonb_to_recordset($2) AS h(user_id uuid, day integer, start_time time, end_time time)",
        tenant,
        hours
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn requests(tx: &mut TenantTx, requests: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO appointment_requests (tenant, appointment_request_id, client_id, contact_id, service_id, requested_date,
                                           requested_time, requested_duration, requester_timezone, preferred_assigned_user_id, status,
                                           description, is_authenticated, requester_name, requester_email, requester_phone,
                                           company_name, schedule_entry_id, approved_by_user_id, approved_at, declined_reason,
                                           online_meeting_provider, online_meeting_url, online_meeting_id, created_at, updated_at)
         SELECT $1, r.request_id, r.client_id, r.contact_id, r.service_id, r.date, r.time, r.minutes, r.zone, r.technician, r.status,
                r.description, r.is_authenticated, r.name, r.email, r.phone, r.company, r.entry_id, r.approved_by, r.approved_at,
                r.reason, CASE WHEN r.url IS NOT NULL THEN 'teams' END, r.url, r.meeting_id, r.created_at, r.created_at
           FROM jsonb_to_recordset($2)
             AS r(request_id uuid, client_id uuid, contact_id uuid, service_id uuid, date date, time time, minutes integer, zone text,
                  technician uuid, status text, description text, is_authenticated boolean, name text, email text, phone text,
                  company text, entry_id uuid, approved_by uuid, approved_at timestamptz, reason text, url text, meeting_id text,
                  created_at timestamptz)",
        tenant,
        requests
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Entries of the schedule, each of one person; of nothing else unless they say so.
pub async fn entries(tx: &mut TenantTx, entries: &Value) -> Result<()> {
    let tenant = tx.tenant();
    let expected = entries.as_array().map_or(0, Vec::len) as u64;
    let result = sqlx::query!(
        "INSERT INTO schedule_entries (tenant, entry_id, title, notes, scheduled_start, scheduled_end, status, work_item_type,
                                       work_item_id, is_private, recurrence_pattern, is_recurring)
         SELECT $1, e.entry_id, e.title, e.notes, e.start, e.\"end\", 'scheduled', coalesce(e.type, 'ad_hoc'), e.work_item_id,
                coalesce(e.is_private, false), nullif(e.recurrence, 'null'::jsonb),
                coalesce(nullif(e.recurrence, 'null'::jsonb), 'false'::jsonb) <> 'false'::jsonb
           FROM jsonb_to_recordset($2)
             AS e(entry_id uuid, title text, notes text, start timestamptz, \"end\" timestamptz, type text, work_item_id uuid,
                  is_private boolean, recurrence jsonb)",
        tenant,
        entries
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, expected)?;
    let result = sqlx::query!(
        "INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
         SELECT $1, e.entry_id, e.user_id FROM jsonb_to_recordset($2) AS e(entry_id uuid, user_id uuid)",
        tenant,
        entries
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, expected)
}

/// Entries for meetings that are there already, and take place.
pub async fn entries_of_meetings(tx: &mut TenantTx, meetings: &Value) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO schedule_entries (tenant, entry_id, title, notes, scheduled_start, scheduled_end, status, work_item_type, work_item_id)
         SELECT $1, e.entry_id, m.subject, i.notes, m.start_time, m.end_time, 'scheduled', 'interaction', i.interaction_id
           FROM jsonb_to_recordset($2) AS e(entry_id uuid, interaction_id uuid)
           JOIN interactions i ON i.tenant = $1 AND i.interaction_id = e.interaction_id
           JOIN online_meetings m ON m.tenant = $1 AND m.interaction_id = i.interaction_id
          WHERE m.status NOT IN ('failed', 'cancelled', 'cancel_pending')",
        tenant,
        meetings
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
         SELECT $1, e.entry_id, i.user_id
           FROM schedule_entries e
           JOIN interactions i ON i.tenant = $1 AND i.interaction_id = e.work_item_id
          WHERE e.tenant = $1 AND e.work_item_type = 'interaction'",
        tenant,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE online_meetings m SET schedule_entry_id = e.entry_id
           FROM schedule_entries e
          WHERE m.tenant = $1 AND e.tenant = $1 AND e.work_item_type = 'interaction' AND e.work_item_id = m.interaction_id",
        tenant,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Joins meetings that are there already to the requests and entries that they are for.
pub async fn join_meetings(tx: &mut TenantTx, meetings: &Value) -> Result<()> {
    let tenant = tx.tenant();
    let expected = meetings.as_array().map_or(0, Vec::len) as u64;
    let result = sqlx::query!(
        "UPDATE online_meetings o SET appointment_request_id = m.request_id, schedule_entry_id = m.entry_id
           FROM jsonb_to_recordset($2) AS m(meeting_id uuid, request_id uuid, entry_id uuid)
          WHERE o.tenant = $1 AND o.meeting_id = m.meeting_id",
        tenant,
        meetings
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, expected)
}
