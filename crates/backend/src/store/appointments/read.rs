//! Reading appointment requests: a page of the list in one statement along one index, and all about one of them in another.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{
    Choice, ClientId, ContactId, InteractionId, LIST_PAGE, MeetingStatus, RequestId, RequestStatus, ScheduleEntryId,
    UserId,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{error::Result, store::TenantTx};

/// A row of the list.
pub struct ListRow {
    pub request_id: RequestId,
    pub status: RequestStatus,
    pub requested_date: NaiveDate,
    pub requested_time: NaiveTime,
    pub minutes: i32,
    pub zone: Option<String>,
    pub requester: Option<String>,
    pub client: Option<String>,
    pub service: Option<String>,
    pub technician: Option<String>,
    pub entry_start: Option<DateTime<Utc>>,
    pub entry_end: Option<DateTime<Utc>>,
    pub has_link: bool,
    pub has_wish: bool,
}

/// What of the list is wanted, in the terms of the rows.
pub struct Wanted {
    pub status: Option<RequestStatus>,
    /// The row above the first.
    pub after: (NaiveDate, NaiveTime, Uuid),
    /// Only those that are for this person.
    pub only: Option<UserId>,
}

/// The statement with its condition and its order filled in, so that the index follows from the text; see ADR 13.
macro_rules! page {
    ($tx:expr, $wanted:expr, $condition:literal, $beyond:literal, $order:literal $(, $more:expr)*) => {{
        let (tenant, wanted) = ($tx.tenant(), $wanted);
        sqlx::query_as!(
            ListRow,
            r#"SELECT r.appointment_request_id AS "request_id: RequestId", r.status AS "status: RequestStatus",
                      r.requested_date, r.requested_time, r.requested_duration AS minutes, r.requester_timezone AS zone,
                      coalesce(nullif(trim(r.requester_name), ''), k.full_name, r.requester_email) AS requester,
                      coalesce(c.client_name, nullif(trim(r.company_name), '')) AS client, s.service_name AS "service?",
                      coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS technician,
                      e.scheduled_start AS "entry_start?", e.scheduled_end AS "entry_end?",
                      r.online_meeting_url LIKE 'https://%' AS "has_link!",
                      r.wished_start IS NOT NULL AS "has_wish!"
                 FROM (SELECT appointment_request_id, status, requested_date, requested_time, requested_duration,
                              requester_timezone, requester_name, requester_email, company_name, client_id, contact_id,
                              service_id, preferred_assigned_user_id, schedule_entry_id,
                              coalesce(online_meeting_url, '') AS online_meeting_url, wished_start
                         FROM appointment_requests
                        WHERE tenant = $1 AND "# + $condition + r#"
                          AND (requested_date, requested_time, appointment_request_id) "# + $beyond + r#" ($2, $3, $4)
                          AND CASE WHEN $5::uuid IS NULL THEN true ELSE preferred_assigned_user_id = $5 END
                        ORDER BY "# + $order + r#" LIMIT 51) r
                 LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = r.client_id
                 LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = r.contact_id
                 LEFT JOIN service_catalog s ON s.tenant = $1 AND s.service_id = r.service_id
                 LEFT JOIN users u ON u.tenant = $1 AND u.user_id = r.preferred_assigned_user_id
                 LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = r.schedule_entry_id
                ORDER BY "# + $order,
            tenant,
            wanted.after.0,
            wanted.after.1,
            wanted.after.2,
            wanted.only.map(|id| id.0),
            $($more,)*
        )
        .fetch_all($tx.conn())
        .await?
    }};
}

/// What waits, the soonest first, or what was decided, the latest first; one more than a page has.
pub async fn page(tx: &mut TenantTx, wanted: &Wanted) -> Result<Vec<ListRow>> {
    const { assert!(LIST_PAGE == 50, "the limit in the statement is one more") }
    let rows = match wanted.status {
        Some(RequestStatus::Pending) => page!(
            tx,
            wanted,
            "status = 'pending'",
            ">",
            "requested_date, requested_time, appointment_request_id"
        ),
        Some(status) => page!(
            tx,
            wanted,
            "status = $6",
            "<",
            "requested_date DESC, requested_time DESC, appointment_request_id DESC",
            status.as_str()
        ),
        None => page!(
            tx,
            wanted,
            "true",
            "<",
            "requested_date DESC, requested_time DESC, appointment_request_id DESC"
        ),
    };
    Ok(rows)
}

/// An approved request, or a meeting, for which a client would like another time.
pub struct WishedRow {
    pub request_id: Option<RequestId>,
    pub interaction_id: Option<InteractionId>,
    pub title: Option<String>,
    pub client: Option<String>,
    pub by: Option<String>,
    /// When it is; of a request that is not on the schedule, what was asked for.
    pub start: Option<DateTime<Utc>>,
    pub requested_date: Option<NaiveDate>,
    pub requested_time: Option<NaiveTime>,
    pub minutes: Option<i32>,
    pub zone: Option<String>,
    pub wished_start: DateTime<Utc>,
}

/// Those that wait for an answer and are not over, the soonest first: a few of them. Of the requests `only` those that are for this person.
pub async fn wished(
    tx: &mut TenantTx,
    only: Option<UserId>,
    with_meetings: bool,
    now: DateTime<Utc>,
) -> Result<Vec<WishedRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        WishedRow,
        r#"SELECT r.appointment_request_id AS "request_id: RequestId", NULL::uuid AS "interaction_id: InteractionId",
                  s.service_name AS title,
                  coalesce(c.client_name, nullif(trim(r.company_name), '')) AS client,
                  coalesce(nullif(trim(r.requester_name), ''), k.full_name, r.requester_email) AS by,
                  e.scheduled_start AS start, r.requested_date, r.requested_time, r.requested_duration AS minutes,
                  r.requester_timezone AS zone, r.wished_start AS "wished_start!"
             FROM appointment_requests r
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = r.client_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = r.contact_id
             LEFT JOIN service_catalog s ON s.tenant = $1 AND s.service_id = r.service_id
             LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = r.schedule_entry_id
            WHERE r.tenant = $1 AND r.wished_start IS NOT NULL AND r.status = 'approved'
              AND coalesce(e.scheduled_end, r.wished_start) > $3
              AND CASE WHEN $2::uuid IS NULL THEN true ELSE r.preferred_assigned_user_id = $2 END
            UNION ALL
           SELECT NULL, i.interaction_id, m.subject, c.client_name,
                  coalesce(nullif(trim(concat_ws(' ', w.first_name, w.last_name)), ''), k.full_name, w.username),
                  coalesce(i.start_time, m.start_time), NULL, NULL, NULL, NULL, m.wished_start
             FROM online_meetings m
             JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = i.client_id
             LEFT JOIN users w ON w.tenant = $1 AND w.user_id = m.wished_by_user_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = w.contact_id
            WHERE $4 AND m.tenant = $1 AND m.wished_start IS NOT NULL AND m.status = 'scheduled' AND m.end_time > $3
            ORDER BY 6 NULLS FIRST, 1, 2
            LIMIT 50"#,
        tenant,
        only.map(|id| id.0),
        now,
        with_meetings,
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
    pub requester: Option<String>,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub client_id: Option<ClientId>,
    pub client_name: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact_name: Option<String>,
    pub is_authenticated: bool,
    pub service: Option<String>,
    pub description: Option<String>,
    pub preferred: Option<String>,
    /// Who is wished for and can still come.
    pub preferred_id: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub decided_by: Option<UserId>,
    pub decided_by_name: Option<String>,
    pub approved_at: Option<DateTime<Utc>>,
    pub declined_reason: Option<String>,
    pub wished_start: Option<DateTime<Utc>>,
    pub wish_note: Option<String>,
    pub online_meeting_url: Option<String>,
    pub entry_start: Option<DateTime<Utc>>,
    pub entry_end: Option<DateTime<Utc>>,
    pub technicians: Option<String>,
    pub meeting_status: Option<MeetingStatus>,
    pub meeting_subject: Option<String>,
    pub meeting_start: Option<DateTime<Utc>>,
    pub meeting_end: Option<DateTime<Utc>>,
    pub meeting_organizer: Option<String>,
    pub meeting_attendees: i64,
    pub join_url: Option<String>,
    pub interaction_id: Option<InteractionId>,
    pub interaction_title: Option<String>,
    /// The staff to choose from, for those who may decide.
    pub staff: Json<Vec<Choice<UserId>>>,
}

/// Reads a request, if it is among those that the viewer may see.
pub async fn find(
    tx: &mut TenantTx,
    id: RequestId,
    only: Option<UserId>,
    decides: bool,
) -> Result<Option<RequestRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        RequestRecord,
        r#"SELECT r.appointment_request_id AS "request_id: RequestId", r.status AS "status: RequestStatus",
                  r.requested_date, r.requested_time, r.requested_duration AS minutes, r.requester_timezone AS zone,
                  coalesce(nullif(trim(r.requester_name), ''), k.full_name) AS requester, r.company_name AS company,
                  coalesce(nullif(trim(r.requester_email), ''), k.email) AS email,
                  coalesce(nullif(trim(r.requester_phone), ''),
                           (SELECT n.phone_number FROM contact_phone_numbers n
                             WHERE n.tenant = $1 AND n.contact_name_id = r.contact_id
                             ORDER BY n.is_default DESC, n.contact_phone_number_id LIMIT 1)) AS phone,
                  r.client_id AS "client_id: ClientId", c.client_name AS "client_name?",
                  r.contact_id AS "contact_id: ContactId", k.full_name AS "contact_name?", r.is_authenticated,
                  s.service_name AS "service?", r.description,
                  coalesce(nullif(trim(concat_ws(' ', p.first_name, p.last_name)), ''), p.username) AS preferred,
                  CASE WHEN p.user_type = 'internal' AND NOT coalesce(p.is_inactive, false) THEN p.user_id END
                    AS "preferred_id: UserId",
                  r.created_at, r.updated_at,
                  CASE WHEN r.status = 'cancelled' THEN r.cancelled_by_user_id ELSE r.approved_by_user_id END
                    AS "decided_by: UserId",
                  coalesce(nullif(trim(concat_ws(' ', d.first_name, d.last_name)), ''), d.username) AS decided_by_name,
                  r.approved_at, r.declined_reason, r.wished_start, r.wish_note, r.online_meeting_url,
                  e.scheduled_start AS "entry_start?", e.scheduled_end AS "entry_end?",
                  (SELECT string_agg(coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username), ', '
                                     ORDER BY u.first_name, u.last_name, u.user_id)
                     FROM schedule_entry_assignees a
                     JOIN users u ON u.tenant = a.tenant AND u.user_id = a.user_id
                    WHERE a.tenant = $1 AND a.entry_id = e.entry_id) AS technicians,
                  m.status AS "meeting_status?: MeetingStatus", m.subject AS "meeting_subject?",
                  m.start_time AS "meeting_start?", m.end_time AS "meeting_end?", m.organizer_upn AS "meeting_organizer?",
                  (SELECT count(*) FROM online_meeting_attendees a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id) AS "meeting_attendees!",
                  m.join_url AS "join_url?", i.interaction_id AS "interaction_id?: InteractionId",
                  i.title AS "interaction_title?",
                  coalesce(CASE WHEN $4 THEN
                      (SELECT jsonb_agg(jsonb_build_object('id', x.user_id, 'name', x.name) ORDER BY x.name, x.user_id)
                         FROM (SELECT user_id, coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), username) AS name
                                 FROM users
                                WHERE tenant = $1 AND user_type = 'internal' AND NOT coalesce(is_inactive, false)) x) END,
                      '[]') AS "staff!: Json<Vec<Choice<UserId>>>"
             FROM appointment_requests r
             LEFT JOIN service_catalog s ON s.tenant = $1 AND s.service_id = r.service_id
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = r.client_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = r.contact_id
             LEFT JOIN users p ON p.tenant = $1 AND p.user_id = r.preferred_assigned_user_id
             LEFT JOIN users d ON d.tenant = $1
                   AND d.user_id = CASE WHEN r.status = 'cancelled' THEN r.cancelled_by_user_id ELSE r.approved_by_user_id END
             LEFT JOIN schedule_entries e ON e.tenant = $1 AND e.entry_id = r.schedule_entry_id
             LEFT JOIN LATERAL (
                  SELECT o.meeting_id, o.status, o.subject, o.start_time, o.end_time, o.organizer_upn, o.join_url, o.interaction_id
                    FROM online_meetings o
                   WHERE o.tenant = $1 AND o.appointment_request_id = r.appointment_request_id
                   ORDER BY o.created_at DESC, o.meeting_id LIMIT 1) m ON true
             LEFT JOIN interactions i ON i.tenant = $1 AND i.interaction_id = m.interaction_id
            WHERE r.tenant = $1 AND r.appointment_request_id = $2
              AND ($3::uuid IS NULL OR r.preferred_assigned_user_id = $3)"#,
        tenant,
        id.0,
        only.map(|id| id.0),
        decides,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// What a time in a form is about.
pub struct SlotRecord {
    pub zone: Option<String>,
    pub entry_id: Option<ScheduleEntryId>,
    /// Who comes, as the schedule has it.
    pub technicians: Vec<Uuid>,
}

pub async fn slot(tx: &mut TenantTx, id: RequestId, only: Option<UserId>) -> Result<Option<SlotRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        SlotRecord,
        r#"SELECT r.requester_timezone AS zone, r.schedule_entry_id AS "entry_id: ScheduleEntryId",
                  ARRAY(SELECT a.user_id FROM schedule_entry_assignees a
                         WHERE a.tenant = $1 AND a.entry_id = r.schedule_entry_id) AS "technicians!"
             FROM appointment_requests r
            WHERE r.tenant = $1 AND r.appointment_request_id = $2
              AND ($3::uuid IS NULL OR r.preferred_assigned_user_id = $3)"#,
        tenant,
        id.0,
        only.map(|id| id.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The place above the first row, in either direction.
pub fn top(soonest_first: bool) -> (NaiveDate, NaiveTime, Uuid) {
    let year = if soonest_first { 1 } else { 9999 };
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    (day, NaiveTime::MIN, Uuid::nil())
}

/// What a request is about, for whoever decides about it.
pub struct Subject {
    pub service: Option<String>,
    pub description: Option<String>,
    pub email: Option<String>,
    /// Who comes, as the schedule has it.
    pub technician: Option<UserId>,
}

pub async fn subject(tx: &mut TenantTx, id: RequestId, only: Option<UserId>) -> Result<Option<Subject>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Subject,
        r#"SELECT s.service_name AS "service?", r.description,
                  coalesce(nullif(trim(r.requester_email), ''), k.email) AS email,
                  (SELECT a.user_id FROM schedule_entry_assignees a
                    WHERE a.tenant = $1 AND a.entry_id = r.schedule_entry_id
                    ORDER BY a.created_at, a.user_id LIMIT 1) AS "technician: UserId"
             FROM appointment_requests r
             LEFT JOIN service_catalog s ON s.tenant = $1 AND s.service_id = r.service_id
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = r.contact_id
            WHERE r.tenant = $1 AND r.appointment_request_id = $2
              AND ($3::uuid IS NULL OR r.preferred_assigned_user_id = $3)"#,
        tenant,
        id.0,
        only.map(|id| id.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Whether this is one of the staff who can be given work.
pub async fn is_staff(tx: &mut TenantTx, user: UserId) -> Result<bool> {
    Ok(address(tx, user).await?.is_some())
}

/// The address of one of the staff.
pub async fn address(tx: &mut TenantTx, user: UserId) -> Result<Option<String>> {
    let tenant = tx.tenant();
    let email = sqlx::query_scalar!(
        "SELECT email FROM users
          WHERE tenant = $1 AND user_id = $2 AND user_type = 'internal' AND NOT coalesce(is_inactive, false)",
        tenant,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(email)
}
