//! Reading the schedule.

use chrono::{DateTime, Duration, Utc};
use domain::{ClientId, ContactId, InteractionId, MeetingStatus, ScheduleEntryId};
use serde_json::Value;
use uuid::Uuid;

use crate::{error::Result, store::TenantTx};

/// How many entries are read at most: more than anybody can look at.
const MOST: i64 = 4000;

/// An entry, with as much as a page of the schedule shows of it.
#[derive(Clone, Debug)]
pub struct EntryRow {
    pub entry_id: ScheduleEntryId,
    pub title: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub work_item_type: String,
    pub is_private: bool,
    pub is_cancelled: bool,
    pub recurrence: Option<Value>,
    pub updated_at: Option<DateTime<Utc>>,
    pub assignees: Vec<Uuid>,
    pub client_name: Option<String>,
    pub request_status: Option<String>,
    pub meeting: Option<MeetingStatus>,
    /// The meeting is still to come, or in progress.
    pub has_live_meeting: bool,
    /// Where the tenant is: entries recur by its clocks.
    pub tenant_zone: Option<String>,
}

/// The entries that touch a time, and those that may recur in it; of these people or of all.
pub async fn entries(
    tx: &mut TenantTx,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    whose: Option<&[Uuid]>,
    now: DateTime<Utc>,
) -> Result<Vec<EntryRow>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        EntryRow,
        r#"WITH near AS (
               SELECT x.entry_id, x.title, x.scheduled_start, x.scheduled_end, x.status, x.work_item_type, x.work_item_id,
                      x.is_private, x.recurrence_pattern, x.updated_at
                 FROM schedule_entries x
                WHERE x.tenant = $1 AND x.scheduled_start >= $4 AND x.scheduled_start < $3 AND x.scheduled_end >= $2
                  AND x.scheduled_end - x.scheduled_start <= interval '7 days' AND x.recurrence_pattern IS NULL
               UNION ALL
               SELECT x.entry_id, x.title, x.scheduled_start, x.scheduled_end, x.status, x.work_item_type, x.work_item_id,
                      x.is_private, x.recurrence_pattern, x.updated_at
                 FROM schedule_entries x
                WHERE x.tenant = $1 AND x.scheduled_end - x.scheduled_start > interval '7 days'
                  AND x.scheduled_end > $2 AND x.scheduled_start < $3 AND x.recurrence_pattern IS NULL
               UNION ALL
               SELECT x.entry_id, x.title, x.scheduled_start, x.scheduled_end, x.status, x.work_item_type, x.work_item_id,
                      x.is_private, x.recurrence_pattern, x.updated_at
                 FROM schedule_entries x
                WHERE x.tenant = $1 AND x.recurrence_pattern IS NOT NULL AND x.scheduled_start < $3)
           SELECT e.entry_id AS "entry_id!", e.title AS "title!", e.scheduled_start AS "start!",
                  greatest(e.scheduled_end, e.scheduled_start) AS "end!", e.work_item_type AS "work_item_type!",
                  e.is_private AS "is_private!", lower(e.status) = 'cancelled' AS "is_cancelled!",
                  e.recurrence_pattern AS recurrence, e.updated_at,
                  ARRAY(SELECT a.user_id FROM schedule_entry_assignees a
                         WHERE a.tenant = $1 AND a.entry_id = e.entry_id
                         ORDER BY a.created_at, a.user_id) AS "assignees!",
                  c.client_name AS "client_name?", r.status AS "request_status?", m.status AS "meeting?: MeetingStatus",
                  coalesce(m.status = 'scheduled' AND m.end_time > $6, false) AS "has_live_meeting!",
                  (SELECT s.settings->>'timezone' FROM tenant_settings s WHERE s.tenant = $1) AS tenant_zone
             FROM near e
             LEFT JOIN interactions i ON i.tenant = $1 AND e.work_item_type = 'interaction' AND i.interaction_id = e.work_item_id
             LEFT JOIN appointment_requests r ON r.tenant = $1 AND e.work_item_type = 'appointment_request'
                                             AND r.appointment_request_id = e.work_item_id
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = coalesce(i.client_id, r.client_id)
             LEFT JOIN LATERAL (SELECT o.status, o.end_time FROM online_meetings o
                                 WHERE o.tenant = $1 AND o.schedule_entry_id = e.entry_id
                                 ORDER BY o.created_at DESC, o.meeting_id LIMIT 1) m ON true
            WHERE $5::uuid[] IS NULL
               OR $5 && ARRAY(SELECT a.user_id FROM schedule_entry_assignees a
                               WHERE a.tenant = $1 AND a.entry_id = e.entry_id)
            ORDER BY e.scheduled_start, e.scheduled_end DESC, e.entry_id
            LIMIT $7"#,
        tenant,
        from,
        to,
        from - Duration::days(7),
        whose,
        now,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// An entry with everything about it.
#[derive(Clone, Debug)]
pub struct EntryDetails {
    pub title: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub notes: Option<String>,
    pub work_item_type: String,
    pub is_private: bool,
    pub recurs: bool,
    pub is_cancelled: bool,
    pub updated_at: Option<DateTime<Utc>>,
    pub assignees: Vec<Uuid>,
    pub people: Vec<String>,
    pub interaction_id: Option<InteractionId>,
    pub client_id: Option<ClientId>,
    pub client_name: Option<String>,
    pub client_zone: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact_name: Option<String>,
    pub request_id: Option<Uuid>,
    pub request_status: Option<String>,
    pub requester_zone: Option<String>,
    pub meeting: Option<MeetingStatus>,
    pub join_url: Option<String>,
    pub meeting_end: Option<DateTime<Utc>>,
    pub attendees: i64,
    pub recordings: i64,
    pub transcripts: i64,
}

impl EntryDetails {
    /// Tells one state of the entry from another.
    pub fn version(&self) -> i64 {
        version(self.updated_at)
    }
}

pub fn version(updated_at: Option<DateTime<Utc>>) -> i64 {
    updated_at.map_or(0, |time| time.timestamp_micros())
}

/// Reads an entry; what has no times is on nobody's schedule.
pub async fn details(tx: &mut TenantTx, id: ScheduleEntryId) -> Result<Option<EntryDetails>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        EntryDetails,
        r#"SELECT e.title, e.scheduled_start AS "start!", greatest(e.scheduled_end, e.scheduled_start) AS "end!", e.notes,
                  e.work_item_type, e.is_private,
                  (coalesce(e.is_recurring, false) OR e.recurrence_pattern IS NOT NULL) AS "recurs!",
                  lower(e.status) = 'cancelled' AS "is_cancelled!", e.updated_at,
                  ARRAY(SELECT a.user_id FROM schedule_entry_assignees a
                         WHERE a.tenant = $1 AND a.entry_id = e.entry_id
                         ORDER BY a.created_at, a.user_id) AS "assignees!",
                  ARRAY(SELECT coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username)
                          FROM schedule_entry_assignees a
                          JOIN users u ON u.tenant = $1 AND u.user_id = a.user_id
                         WHERE a.tenant = $1 AND a.entry_id = e.entry_id
                         ORDER BY a.created_at, a.user_id) AS "people!",
                  i.interaction_id AS "interaction_id?: InteractionId", c.client_id AS "client_id?: ClientId",
                  c.client_name AS "client_name?", c.timezone AS "client_zone?", k.contact_name_id AS "contact_id?: ContactId",
                  k.full_name AS "contact_name?", r.appointment_request_id AS "request_id?", r.status AS "request_status?",
                  r.requester_timezone AS "requester_zone?", m.status AS "meeting?: MeetingStatus", m.join_url AS "join_url?",
                  m.end_time AS "meeting_end?",
                  (SELECT count(*) FROM online_meeting_attendees a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id) AS "attendees!",
                  (SELECT count(*) FROM online_meeting_artifacts a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id AND a.artifact_type = 'recording'
                      AND a.deleted_at IS NULL) AS "recordings!",
                  (SELECT count(*) FROM online_meeting_artifacts a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id AND a.artifact_type = 'transcript'
                      AND a.deleted_at IS NULL) AS "transcripts!"
             FROM schedule_entries e
             LEFT JOIN LATERAL (SELECT o.meeting_id, o.status, o.join_url, o.end_time, o.interaction_id FROM online_meetings o
                                 WHERE o.tenant = $1 AND o.schedule_entry_id = e.entry_id
                                 ORDER BY o.created_at DESC, o.meeting_id LIMIT 1) m ON true
             LEFT JOIN appointment_requests r ON r.tenant = $1 AND e.work_item_type = 'appointment_request'
                                             AND r.appointment_request_id = e.work_item_id
             LEFT JOIN interactions i ON i.tenant = $1 AND i.interaction_id =
                       CASE e.work_item_type WHEN 'interaction' THEN e.work_item_id ELSE m.interaction_id END
             LEFT JOIN clients c ON c.tenant = $1 AND c.client_id = coalesce(i.client_id, r.client_id)
             LEFT JOIN contacts k ON k.tenant = $1 AND k.contact_name_id = coalesce(i.contact_name_id, r.contact_id)
            WHERE e.tenant = $1 AND e.entry_id = $2 AND e.scheduled_start IS NOT NULL AND e.scheduled_end IS NOT NULL"#,
        tenant,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}
