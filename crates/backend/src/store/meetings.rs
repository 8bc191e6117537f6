//! Online meetings, whoever provides them.

mod wishes;

use chrono::{DateTime, Utc};
use domain::{
    InteractionId, Invitee, MeetingId, MeetingStatus, NewsKind, PortalAccess, RequestId, ScheduleEntryId, UserId,
    WaysIn,
};
use sqlx::types::Json;

pub use self::wishes::{Wish, cancelled_by, taken, wish};
use super::{TenantTx, links::Links, live};
use crate::error::Result;

pub struct NewMeetingRow<'a> {
    pub meeting_id: MeetingId,
    /// Nothing where nobody's timeline is concerned.
    pub interaction_id: Option<InteractionId>,
    pub entry_id: Option<ScheduleEntryId>,
    pub request_id: Option<RequestId>,
    /// The id of the provider's online meeting; unknown while only its calendar event could be read.
    pub provider_meeting_id: Option<&'a str>,
    pub provider_event_id: &'a str,
    pub organizer_upn: &'a str,
    pub organizer_user_id: &'a str,
    pub subject: &'a str,
    pub join_url: &'a str,
    pub ways_in: Option<&'a WaysIn>,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub attendees: &'a [Invitee],
    /// Whether Teams was told to record it by itself; nothing if nobody wanted it.
    pub record_automatically: Option<bool>,
    /// Why Teams would not be told.
    pub recording_trouble: Option<&'a str>,
    pub created_by: UserId,
}

pub async fn insert(tx: &mut TenantTx, new: &NewMeetingRow<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO online_meetings (tenant, meeting_id, provider, provider_meeting_id, provider_event_id, organizer_upn,
                                      organizer_user_id, subject, join_url, start_time, end_time, status, interaction_id,
                                      created_by, schedule_entry_id, appointment_request_id, record_automatically,
                                      recording_trouble, ways_in, next_fetch_at)
         VALUES ($1, $2, 'teams', $3, $4, $5, $6, $7, $8, $9, $10, 'scheduled', $11, $12, $13, $14, $15, $16, $17, $10)",
        tenant,
        new.meeting_id.0,
        new.provider_meeting_id,
        new.provider_event_id,
        new.organizer_upn,
        new.organizer_user_id,
        new.subject,
        new.join_url,
        new.start,
        new.end,
        new.interaction_id.map(|id| id.0),
        new.created_by.0,
        new.entry_id.map(|id| id.0),
        new.request_id.map(|id| id.0),
        new.record_automatically,
        new.recording_trouble,
        new.ways_in.map(Json) as Option<Json<&WaysIn>>,
    )
    .execute(tx.conn())
    .await?;
    let addresses: Vec<String> = new.attendees.iter().map(|invitee| invitee.address.clone()).collect();
    let names: Vec<Option<String>> = new.attendees.iter().map(|invitee| invitee.name.clone()).collect();
    sqlx::query!(
        "INSERT INTO online_meeting_attendees (tenant, meeting_id, address, name)
         SELECT $1, $2, a.address, a.name FROM unnest($3::text[], $4::text[]) AS a(address, name)",
        tenant,
        new.meeting_id.0,
        &addresses,
        &names as &[Option<String>],
    )
    .execute(tx.conn())
    .await?;
    match new.interaction_id {
        Some(interaction_id) => live::changed(tx, NewsKind::Changed, interaction_id).await,
        None => Ok(()),
    }
}

/// A meeting that only its request knew of.
pub struct LegacyMeeting<'a> {
    pub meeting_id: MeetingId,
    /// None is made for it; there may be one all the same.
    pub interaction_id: Option<InteractionId>,
    pub request_id: RequestId,
    pub entry_id: Option<ScheduleEntryId>,
    pub provider_meeting_id: Option<&'a str>,
    pub join_url: Option<&'a str>,
    pub subject: &'a str,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// Gives it a row. One that has the provider's id already is left to whoever made that.
pub async fn adopt(tx: &mut TenantTx, legacy: &LegacyMeeting<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO online_meetings (tenant, meeting_id, provider, provider_meeting_id, subject, join_url, start_time, end_time, status,
                                      schedule_entry_id, appointment_request_id, created_at, updated_at, interaction_id, next_fetch_at)
         VALUES ($1, $2, 'teams', $3, $4, $5, $6, $7, 'scheduled', $8, $9, $10, $10, $11, $7)
         ON CONFLICT (tenant, provider, provider_meeting_id) DO NOTHING",
        tenant,
        legacy.meeting_id.0,
        legacy.provider_meeting_id,
        legacy.subject,
        legacy.join_url,
        legacy.start,
        legacy.end,
        legacy.entry_id.map(|id| id.0),
        legacy.request_id.0,
        legacy.now,
        legacy.interaction_id.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    match legacy.interaction_id {
        Some(interaction_id) => live::changed(tx, NewsKind::Changed, interaction_id).await,
        None => Ok(()),
    }
}

/// Removes what stands for attempts to make a request's meeting that failed, as the peer keeps them.
pub async fn delete_failed(tx: &mut TenantTx, request_id: RequestId) -> Result<()> {
    let tenant = tx.tenant();
    let removed = sqlx::query!(
        r#"DELETE FROM online_meetings WHERE tenant = $1 AND appointment_request_id = $2 AND status = 'failed' AND join_url IS NULL
           RETURNING interaction_id AS "interaction_id: InteractionId""#,
        tenant,
        request_id.0
    )
    .fetch_all(tx.conn())
    .await?;
    for interaction_id in removed.into_iter().filter_map(|row| row.interaction_id) {
        live::changed(tx, NewsKind::Changed, interaction_id).await?;
    }
    Ok(())
}

/// The link to join an interaction's meeting, if it has one.
pub async fn join_url(tx: &mut TenantTx, interaction_id: InteractionId) -> Result<Option<String>> {
    let tenant = tx.tenant();
    let row = sqlx::query_scalar!(
        "SELECT join_url FROM online_meetings WHERE tenant = $1 AND interaction_id = $2
          ORDER BY created_at DESC, meeting_id LIMIT 1",
        tenant,
        interaction_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten())
}

/// A meeting that is still to come, in progress, or being cancelled; subject and times are those that the provider knows.
#[derive(Clone, Debug)]
pub struct LiveMeeting {
    pub meeting_id: MeetingId,
    pub interaction_id: Option<InteractionId>,
    pub provider_meeting_id: Option<String>,
    pub provider_event_id: Option<String>,
    pub organizer_upn: Option<String>,
    pub organizer_user_id: Option<String>,
    pub subject: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub status: MeetingStatus,
    pub request_id: Option<RequestId>,
    pub join_url: Option<String>,
    /// How many attendees are known.
    pub attendees: i64,
    /// Another time that a client would like, and who.
    pub wished_start: Option<DateTime<Utc>>,
    pub wished_by: Option<UserId>,
}

impl LiveMeeting {
    pub fn is_being_cancelled(&self) -> bool {
        self.status == MeetingStatus::CancelPending
    }
}

/// The live meetings of records that are one thing, the latest first; in a transaction nobody else changes them until its end.
pub async fn still_live(tx: &mut TenantTx, links: &Links, now: DateTime<Utc>) -> Result<Vec<LiveMeeting>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        LiveMeeting,
        r#"SELECT m.meeting_id, m.interaction_id AS "interaction_id: InteractionId", m.provider_meeting_id, m.provider_event_id,
                  m.organizer_upn, m.organizer_user_id, m.subject, m.start_time AS start, m.end_time AS end,
                  m.status AS "status: MeetingStatus", m.appointment_request_id AS "request_id: RequestId", m.join_url,
                  (SELECT count(*) FROM online_meeting_attendees a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id) AS "attendees!",
                  m.wished_start, m.wished_by_user_id AS "wished_by: UserId"
             FROM online_meetings m
            WHERE m.tenant = $1 AND (m.interaction_id = $2 OR m.schedule_entry_id = $4 OR m.appointment_request_id = $5)
              AND (m.status = 'cancel_pending' OR m.status = 'scheduled' AND m.end_time > $3)
            ORDER BY m.created_at DESC, m.meeting_id
              FOR UPDATE OF m"#,
        tenant,
        links.interaction.map(|id| id.0),
        now,
        links.entry.map(|id| id.0),
        links.request.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A meeting that is being cancelled, held; nothing if it is not, or nobody can say which one.
pub async fn being_cancelled(
    tx: &mut TenantTx,
    meeting_id: MeetingId,
) -> Result<Option<(LiveMeeting, Option<UserId>)>> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"SELECT m.meeting_id AS "meeting_id: MeetingId", m.interaction_id AS "interaction_id: InteractionId",
                  m.provider_meeting_id, m.provider_event_id, m.organizer_upn, m.organizer_user_id, m.subject, m.start_time,
                  m.end_time, m.status AS "status: MeetingStatus", m.appointment_request_id AS "request_id: RequestId", m.join_url,
                  m.created_by AS "created_by: UserId",
                  (SELECT count(*) FROM online_meeting_attendees a
                    WHERE a.tenant = $1 AND a.meeting_id = m.meeting_id) AS "attendees!"
             FROM online_meetings m
            WHERE m.tenant = $1 AND m.meeting_id = $2 AND m.status = 'cancel_pending'
              FOR UPDATE OF m"#,
        tenant,
        meeting_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let meeting = LiveMeeting {
            meeting_id: row.meeting_id,
            interaction_id: row.interaction_id,
            provider_meeting_id: row.provider_meeting_id,
            provider_event_id: row.provider_event_id,
            organizer_upn: row.organizer_upn,
            organizer_user_id: row.organizer_user_id,
            subject: row.subject,
            start: row.start_time,
            end: row.end_time,
            status: row.status,
            request_id: row.request_id,
            join_url: row.join_url,
            attendees: row.attendees,
            // Who cancels has answered it.
            wished_start: None,
            wished_by: None,
        };
        (meeting, row.created_by)
    }))
}

/// Holds a meeting until the transaction ends. One that was deleted with its interaction cannot be held, and need not be.
pub async fn hold(tx: &mut TenantTx, meeting_id: MeetingId) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query_scalar!(
        "SELECT meeting_id FROM online_meetings WHERE tenant = $1 AND meeting_id = $2 FOR UPDATE",
        tenant,
        meeting_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(())
}

/// Moves a meeting from one status to another; `false` if it was not in the first, or is deleted. Nothing is looked for of one that is
/// cancelled, and no other time is wished for; of one that takes place after all nobody is noted to have cancelled it.
pub async fn turn(
    tx: &mut TenantTx,
    meeting_id: MeetingId,
    from: MeetingStatus,
    to: MeetingStatus,
    now: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let turned = sqlx::query!(
        r#"UPDATE online_meetings
              SET status = $4, updated_at = $5,
                  wished_start = CASE WHEN $4 NOT IN ('cancel_pending', 'cancelled') THEN wished_start END,
                  wish_note = CASE WHEN $4 NOT IN ('cancel_pending', 'cancelled') THEN wish_note END,
                  wished_by_user_id = CASE WHEN $4 NOT IN ('cancel_pending', 'cancelled') THEN wished_by_user_id END,
                  cancelled_by_user_id = CASE WHEN $4 <> 'scheduled' THEN cancelled_by_user_id END,
                  cancel_reason = CASE WHEN $4 <> 'scheduled' THEN cancel_reason END,
                  next_fetch_at = CASE WHEN $4 IN ('cancel_pending', 'cancelled') THEN NULL
                                       WHEN $4 = 'scheduled' THEN end_time
                                       ELSE next_fetch_at END
            WHERE tenant = $1 AND meeting_id = $2 AND status = $3
           RETURNING interaction_id AS "interaction_id: InteractionId""#,
        tenant,
        meeting_id.0,
        from.as_str(),
        to.as_str(),
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(turned) = turned else { return Ok(false) };
    if matches!(to, MeetingStatus::CancelPending | MeetingStatus::Cancelled) {
        live::wishes_changed(tx).await?;
    }
    if let Some(interaction_id) = turned.interaction_id {
        live::changed(tx, NewsKind::Changed, interaction_id).await?;
    }
    Ok(true)
}

/// Notes what the provider now knows of a meeting; what is `None` stays. Of one that was deleted there is nothing to note.
pub async fn confirmed(
    tx: &mut TenantTx,
    meeting_id: MeetingId,
    subject: Option<&str>,
    times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let (start, end) = times.unzip();
    let noted = sqlx::query!(
        r#"UPDATE online_meetings
              SET subject = coalesce($3, subject), start_time = coalesce($4, start_time), end_time = coalesce($5, end_time),
                  updated_at = $6, next_fetch_at = CASE WHEN status = 'scheduled' THEN coalesce($5, end_time) ELSE next_fetch_at END
            WHERE tenant = $1 AND meeting_id = $2
           RETURNING interaction_id AS "interaction_id: InteractionId""#,
        tenant,
        meeting_id.0,
        subject,
        start,
        end,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(interaction_id) = noted.and_then(|noted| noted.interaction_id) {
        live::changed(tx, NewsKind::Changed, interaction_id).await?;
    }
    Ok(())
}

/// Decides who of the client sees what was recorded of an interaction's meetings; `false` where there are none.
pub async fn share(tx: &mut TenantTx, id: InteractionId, access: PortalAccess) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE online_meetings SET portal_access = $3 WHERE tenant = $1 AND interaction_id = $2",
        tenant,
        id.0,
        access.as_str(),
    )
    .execute(tx.conn())
    .await?;
    live::changed(tx, NewsKind::Changed, id).await?;
    live::rights_changed(tx).await?;
    Ok(result.rows_affected() > 0)
}
