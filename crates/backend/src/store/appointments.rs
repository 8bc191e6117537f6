//! Requests for appointments: what becomes of them.

pub mod people;
pub mod read;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{ClientId, ContactId, RequestId, ScheduleEntryId, UserId};

use super::{TenantTx, live};
use crate::error::{Result, ensure_rows};

/// The states of a request, as its column holds them.
pub mod status {
    pub const PENDING: &str = "pending";
    pub const APPROVED: &str = "approved";
    pub const DECLINED: &str = "declined";
    pub const CANCELLED: &str = "cancelled";
}

/// A request that is to be changed.
#[derive(Clone, Debug)]
pub struct Request {
    pub request_id: RequestId,
    pub status: String,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    /// The zone of `requested_date` and `requested_time`; UTC if there is none.
    pub zone: Option<String>,
    pub date: NaiveDate,
    pub time: NaiveTime,
    /// Minutes.
    pub duration: i32,
    pub entry_id: Option<ScheduleEntryId>,
    pub online_meeting_url: Option<String>,
    pub online_meeting_id: Option<String>,
    /// There is or was a meeting of it that Minuted knows.
    pub has_meeting: bool,
    /// The client would like another time.
    pub has_wish: bool,
}

impl Request {
    pub fn is_pending(&self) -> bool {
        self.status == status::PENDING
    }

    pub fn is_approved(&self) -> bool {
        self.status == status::APPROVED
    }

    /// Its meeting stands only in its own columns, as before there was a table of meetings.
    pub fn has_legacy_meeting(&self) -> bool {
        !self.has_meeting
            && self.is_approved()
            && (self.online_meeting_id.is_some() || self.online_meeting_url.is_some())
    }
}

/// Reads a request; nobody else changes it until the transaction ends.
pub async fn hold(tx: &mut TenantTx, id: RequestId) -> Result<Option<Request>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        Request,
        r#"SELECT r.appointment_request_id AS request_id, r.status, r.client_id AS "client_id: ClientId",
                  r.contact_id AS "contact_id: ContactId", r.requester_timezone AS zone, r.requested_date AS date,
                  r.requested_time AS time, r.requested_duration AS duration,
                  r.schedule_entry_id AS "entry_id: ScheduleEntryId",
                  nullif(r.online_meeting_url, '') AS online_meeting_url, nullif(r.online_meeting_id, '') AS online_meeting_id,
                  EXISTS (SELECT 1 FROM online_meetings m
                           WHERE m.tenant = $1 AND m.appointment_request_id = r.appointment_request_id
                             AND m.status <> 'failed') AS "has_meeting!",
                  r.wished_start IS NOT NULL AS "has_wish!"
             FROM appointment_requests r
            WHERE r.tenant = $1 AND r.appointment_request_id = $2
              FOR UPDATE OF r"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// When an appointment is, in the words of its request: on the wall of the requester.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTimes {
    pub date: NaiveDate,
    pub time: NaiveTime,
    /// Minutes.
    pub duration: i32,
}

/// An approval. Of a request that was approved before, who did it and when stays.
pub struct Approved {
    pub request_id: RequestId,
    pub entry_id: Option<ScheduleEntryId>,
    pub times: WallTimes,
    pub by: UserId,
    pub now: DateTime<Utc>,
}

pub async fn approved(tx: &mut TenantTx, approved: &Approved) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE appointment_requests
            SET status = 'approved', schedule_entry_id = $3, requested_date = $4, requested_time = $5, requested_duration = $6,
                approved_by_user_id = CASE WHEN status = 'approved' THEN approved_by_user_id ELSE $7 END,
                approved_at = CASE WHEN status = 'approved' THEN approved_at ELSE $8 END, updated_at = $8,
                wished_start = NULL, wish_note = NULL
          WHERE tenant = $1 AND appointment_request_id = $2 AND status IN ('pending', 'approved')",
        tenant,
        approved.request_id.0,
        approved.entry_id.map(|id| id.0),
        approved.times.date,
        approved.times.time,
        approved.times.duration,
        approved.by.0,
        approved.now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::request(tx, approved.request_id).await
}

/// Notes the meeting of a request where mails and the portal look for it; `None` takes it away.
pub async fn meeting(
    tx: &mut TenantTx,
    id: RequestId,
    join_url: Option<&str>,
    provider_meeting_id: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE appointment_requests
            SET online_meeting_provider = CASE WHEN $3::text IS NOT NULL THEN 'teams' END, online_meeting_url = $3,
                online_meeting_id = $4, updated_at = $5
          WHERE tenant = $1 AND appointment_request_id = $2",
        tenant,
        id.0,
        join_url,
        provider_meeting_id,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::request(tx, id).await
}

/// Writes the final time back. Whatever other time was wished for, this is the one.
pub async fn moved(tx: &mut TenantTx, id: RequestId, times: WallTimes, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE appointment_requests
            SET requested_date = $3, requested_time = $4, requested_duration = $5, updated_at = $6,
                wished_start = NULL, wish_note = NULL
          WHERE tenant = $1 AND appointment_request_id = $2",
        tenant,
        id.0,
        times.date,
        times.time,
        times.duration,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::request(tx, id).await
}

/// Turns a request into a declined or cancelled one, or back into an approved one.
pub async fn turned(
    tx: &mut TenantTx,
    id: RequestId,
    status: &str,
    reason: Option<&str>,
    entry_id: Option<ScheduleEntryId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE appointment_requests
            SET status = $3, declined_reason = $4, schedule_entry_id = $5, updated_at = $6,
                wished_start = NULL, wish_note = NULL, cancelled_by_user_id = NULL
          WHERE tenant = $1 AND appointment_request_id = $2",
        tenant,
        id.0,
        status,
        reason,
        entry_id.map(|id| id.0),
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::request(tx, id).await
}
