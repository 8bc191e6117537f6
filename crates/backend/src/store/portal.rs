//! What the portal shows: the appointments and meetings of a client, or of one of its people.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{
    ClientId, ContactId, InteractionId, MeetingId, MeetingStatus, PortalAccess, RequestId, RequestStatus,
    ScheduleEntryId, ServiceId, UserId,
};

use crate::{error::Result, store::TenantTx};

/// How many rows of each kind a page is made of at most.
const MOST: i64 = 200;

/// Whose rows somebody sees: those of a client, or of one of its people only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose {
    pub client: ClientId,
    pub contact: Option<ContactId>,
    /// Who looks.
    pub viewer: ContactId,
}

pub struct RequestRow {
    pub request_id: RequestId,
    pub status: RequestStatus,
    pub requested_date: NaiveDate,
    pub requested_time: NaiveTime,
    pub minutes: i32,
    pub zone: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact: Option<String>,
    pub service: Option<String>,
    pub entry_start: Option<DateTime<Utc>>,
    pub entry_end: Option<DateTime<Utc>>,
    pub technicians: Option<String>,
    pub has_wish: bool,
    pub online_meeting_url: Option<String>,
    pub meeting_status: Option<MeetingStatus>,
    pub join_url: Option<String>,
}

/// Requests for days from one to another: the soonest first, or the latest.
pub async fn requests(
    tx: &mut TenantTx,
    whose: Whose,
    (from, to): (NaiveDate, NaiveDate),
    latest_first: bool,
) -> Result<Vec<RequestRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        RequestRow,
        r#"SELECT r.appointment_request_id AS "request_id: RequestId", r.status AS "status: RequestStatus",
                  r.requested_date, r.requested_time, r.requested_duration AS minutes, r.requester_timezone AS zone,
                  r.contact_id AS "contact_id: ContactId", k.full_name AS "contact?", s.service_name AS "service?",
                  e.scheduled_start AS "entry_start?", e.scheduled_end AS "entry_end?",
                  (SELECT string_agg(coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username), ', '
                                     ORDER BY u.first_name, u.last_name, u.user_id)
                     FROM schedule_entry_assignees a
                     JOIN users u ON u.tenant = a.tenant AND u.user_id = a.user_id
                    WHERE a.tenant = $1 AND a.entry_id = e.entry_id) AS technicians,
                  r.wished_start IS NOT NULL AS "has_wish!", nullif(r.online_meeting_url, '') AS online_meeting_url,
                  m.status AS "meeting_status?: MeetingStatus", m.join_url AS "join_url?"
             FROM appointment_requests r
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = r.contact_id
             LEFT JOIN service_catalog s ON s.tenant = $1 AND s.service_id = r.service_id
             LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = r.schedule_entry_id
             LEFT JOIN LATERAL (
                  SELECT o.status, o.join_url FROM online_meetings o
                   WHERE o.tenant = $1 AND o.appointment_request_id = r.appointment_request_id
                   ORDER BY o.created_at DESC, o.meeting_id LIMIT 1) m ON true
            WHERE r.tenant = $1 AND r.client_id = $2 AND ($3::uuid IS NULL OR r.contact_id = $3)
              AND r.requested_date >= $4 AND r.requested_date <= $5
            ORDER BY CASE WHEN $6 THEN $4 - r.requested_date ELSE r.requested_date - $4 END,
                     r.requested_time, r.appointment_request_id
            LIMIT $7"#,
        tenant,
        whose.client.0,
        whose.contact.map(|id| id.0),
        from,
        to,
        latest_first,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub struct MeetingRow {
    pub meeting_id: MeetingId,
    pub status: MeetingStatus,
    pub subject: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub contact_id: Option<ContactId>,
    pub contact: Option<String>,
    pub staff: Option<String>,
    pub join_url: Option<String>,
    pub has_wish: bool,
}

/// Meetings that staff have made, and that end, or have begun, between two moments: the soonest first, or the latest. Those of one person
/// are the ones that are about them, or to which they were invited.
pub async fn meetings(
    tx: &mut TenantTx,
    whose: Whose,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    latest_first: bool,
) -> Result<Vec<MeetingRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        MeetingRow,
        r#"SELECT m.meeting_id AS "meeting_id: MeetingId", m.status AS "status: MeetingStatus", m.subject,
                  coalesce(i.start_time, m.start_time) AS "start!", coalesce(i.end_time, m.end_time) AS "end!",
                  i.contact_name_id AS "contact_id: ContactId", k.full_name AS "contact?",
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS staff, m.join_url,
                  m.wished_start IS NOT NULL AS "has_wish!"
             FROM interactions i
             JOIN online_meetings m ON m.tenant = $1 AND m.interaction_id = i.interaction_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = i.contact_name_id
             LEFT JOIN users u ON u.tenant = $1 AND u.user_id = i.user_id
            WHERE i.tenant = $1 AND i.client_id = $2 AND m.appointment_request_id IS NULL AND m.status <> 'failed'
              AND coalesce(i.end_time, m.end_time) >= $4 AND coalesce(i.start_time, m.start_time) <= $5
              AND ($3::uuid IS NULL OR i.contact_name_id = $3 OR EXISTS (
                    SELECT 1 FROM online_meeting_attendees a
                      JOIN contacts c ON c.tenant = $1 AND c.contact_name_id = $3 AND lower(c.email) = lower(a.address)
                     WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id))
            ORDER BY CASE WHEN $6 THEN $4 - coalesce(i.start_time, m.start_time)
                          ELSE coalesce(i.start_time, m.start_time) - $4 END, m.meeting_id
            LIMIT $7"#,
        tenant,
        whose.client.0,
        whose.contact.map(|id| id.0),
        from,
        to,
        latest_first,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A request with all that its page shows.
pub struct RequestRecord {
    pub request_id: RequestId,
    pub status: RequestStatus,
    pub requested_date: NaiveDate,
    pub requested_time: NaiveTime,
    pub minutes: i32,
    pub zone: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact: Option<String>,
    pub service_id: ServiceId,
    pub service: Option<String>,
    pub description: Option<String>,
    pub preferred: Option<String>,
    pub preferred_id: Option<UserId>,
    pub entry_id: Option<ScheduleEntryId>,
    /// Who comes, as the schedule has it.
    pub technician_id: Option<UserId>,
    pub entry_start: Option<DateTime<Utc>>,
    pub entry_end: Option<DateTime<Utc>>,
    pub technicians: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub declined_reason: Option<String>,
    pub cancelled_by: Option<UserId>,
    pub wished_start: Option<DateTime<Utc>>,
    pub wish_note: Option<String>,
    pub online_meeting_url: Option<String>,
    pub meeting_status: Option<MeetingStatus>,
    pub join_url: Option<String>,
    pub meeting_id: Option<MeetingId>,
    pub interaction_id: Option<InteractionId>,
    /// Microsoft has invited whoever looks.
    pub is_invited: bool,
    /// Who sees what was recorded of the meeting, and whom its record is about.
    pub portal_access: Option<PortalAccess>,
    pub meeting_contact: Option<ContactId>,
    pub tenant_zone: Option<String>,
    pub tenant_name: String,
    pub tenant_email: String,
}

/// Reads a request, if it is among those that somebody sees.
pub async fn request(tx: &mut TenantTx, whose: Whose, id: RequestId) -> Result<Option<RequestRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        RequestRecord,
        r#"SELECT r.appointment_request_id AS "request_id: RequestId", r.status AS "status: RequestStatus",
                  r.requested_date, r.requested_time, r.requested_duration AS minutes, r.requester_timezone AS zone,
                  r.contact_id AS "contact_id: ContactId", k.full_name AS "contact?",
                  r.service_id AS "service_id: ServiceId", s.service_name AS "service?", r.description,
                  coalesce(nullif(trim(concat_ws(' ', p.first_name, p.last_name)), ''), p.username) AS preferred,
                  p.user_id AS "preferred_id?: UserId", e.entry_id AS "entry_id?: ScheduleEntryId",
                  (SELECT a.user_id FROM schedule_entry_assignees a
                    WHERE a.tenant = $1 AND a.entry_id = e.entry_id
                    ORDER BY a.created_at, a.user_id LIMIT 1) AS "technician_id: UserId",
                  e.scheduled_start AS "entry_start?", e.scheduled_end AS "entry_end?",
                  (SELECT string_agg(coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username), ', '
                                     ORDER BY u.first_name, u.last_name, u.user_id)
                     FROM schedule_entry_assignees a
                     JOIN users u ON u.tenant = a.tenant AND u.user_id = a.user_id
                    WHERE a.tenant = $1 AND a.entry_id = e.entry_id) AS technicians,
                  r.created_at, r.updated_at, r.declined_reason, r.cancelled_by_user_id AS "cancelled_by: UserId",
                  r.wished_start, r.wish_note, nullif(r.online_meeting_url, '') AS online_meeting_url,
                  m.status AS "meeting_status?: MeetingStatus", m.join_url AS "join_url?",
                  m.meeting_id AS "meeting_id?: MeetingId", m.interaction_id AS "interaction_id?: InteractionId",
                  EXISTS (SELECT 1 FROM online_meeting_attendees a
                            JOIN contacts c ON c.tenant = $1 AND c.contact_name_id = $4 AND lower(c.email) = lower(a.address)
                           WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id) AS "is_invited!",
                  m.portal_access AS "portal_access?: PortalAccess",
                  (SELECT i.contact_name_id FROM interactions i
                    WHERE i.tenant = $1 AND i.interaction_id = m.interaction_id) AS "meeting_contact: ContactId",
                  ts.settings->>'timezone' AS tenant_zone, t.client_name AS tenant_name, t.email AS tenant_email
             FROM appointment_requests r
             JOIN tenants t ON t.tenant = r.tenant
             LEFT JOIN tenant_settings ts ON ts.tenant = r.tenant
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = r.contact_id
             LEFT JOIN service_catalog s ON s.tenant = $1 AND s.service_id = r.service_id
             LEFT JOIN users p ON p.tenant = $1 AND p.user_id = r.preferred_assigned_user_id
             LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = r.schedule_entry_id
             LEFT JOIN LATERAL (
                  SELECT o.meeting_id, o.status, o.join_url, o.interaction_id, o.portal_access FROM online_meetings o
                   WHERE o.tenant = $1 AND o.appointment_request_id = r.appointment_request_id
                   ORDER BY o.created_at DESC, o.meeting_id LIMIT 1) m ON true
            WHERE r.tenant = $1 AND r.appointment_request_id = $5 AND r.client_id = $2
              AND ($3::uuid IS NULL OR r.contact_id = $3)"#,
        tenant,
        whose.client.0,
        whose.contact.map(|id| id.0),
        whose.viewer.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// A meeting with all that its page shows.
pub struct MeetingRecord {
    pub meeting_id: MeetingId,
    pub status: MeetingStatus,
    pub subject: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub contact_id: Option<ContactId>,
    pub contact: Option<String>,
    pub staff: Option<String>,
    pub join_url: Option<String>,
    pub interaction_id: InteractionId,
    /// Of an appointment that somebody has asked for, whose page is another one.
    pub request_id: Option<RequestId>,
    pub entry_id: Option<ScheduleEntryId>,
    /// Who comes, as the schedule has it, else who has made it.
    pub technician_id: Option<UserId>,
    pub updated_at: DateTime<Utc>,
    pub cancelled_by: Option<UserId>,
    pub cancel_reason: Option<String>,
    pub wished_start: Option<DateTime<Utc>>,
    pub wish_note: Option<String>,
    pub is_invited: bool,
    pub portal_access: PortalAccess,
    pub tenant_zone: Option<String>,
    pub tenant_name: String,
    pub tenant_email: String,
}

/// Reads a meeting, if it is among those that somebody sees.
pub async fn meeting(tx: &mut TenantTx, whose: Whose, id: MeetingId) -> Result<Option<MeetingRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        MeetingRecord,
        r#"SELECT m.meeting_id AS "meeting_id: MeetingId", m.status AS "status: MeetingStatus", m.subject,
                  coalesce(i.start_time, m.start_time) AS "start!", coalesce(i.end_time, m.end_time) AS "end!",
                  i.contact_name_id AS "contact_id: ContactId", k.full_name AS "contact?",
                  coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS staff, m.join_url,
                  i.interaction_id AS "interaction_id: InteractionId", m.appointment_request_id AS "request_id: RequestId",
                  e.entry_id AS "entry_id?: ScheduleEntryId",
                  coalesce((SELECT a.user_id FROM schedule_entry_assignees a
                             WHERE a.tenant = $1 AND a.entry_id = e.entry_id
                             ORDER BY a.created_at, a.user_id LIMIT 1), i.user_id) AS "technician_id: UserId",
                  m.updated_at, m.cancelled_by_user_id AS "cancelled_by: UserId", m.cancel_reason,
                  m.wished_start, m.wish_note,
                  EXISTS (SELECT 1 FROM online_meeting_attendees a
                            JOIN contacts c ON c.tenant = $1 AND c.contact_name_id = $4 AND lower(c.email) = lower(a.address)
                           WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id) AS "is_invited!",
                  m.portal_access AS "portal_access: PortalAccess",
                  ts.settings->>'timezone' AS tenant_zone, t.client_name AS tenant_name, t.email AS tenant_email
             FROM online_meetings m
             JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id
             JOIN tenants t ON t.tenant = m.tenant
             LEFT JOIN tenant_settings ts ON ts.tenant = m.tenant
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = i.contact_name_id
             LEFT JOIN users u ON u.tenant = $1 AND u.user_id = i.user_id
             LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = m.schedule_entry_id
            WHERE m.tenant = $1 AND m.meeting_id = $5 AND m.status <> 'failed' AND i.client_id = $2
              AND ($3::uuid IS NULL OR i.contact_name_id = $3 OR EXISTS (
                    SELECT 1 FROM online_meeting_attendees a
                      JOIN contacts c ON c.tenant = $1 AND c.contact_name_id = $3 AND lower(c.email) = lower(a.address)
                     WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id))"#,
        tenant,
        whose.client.0,
        whose.contact.map(|id| id.0),
        whose.viewer.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
