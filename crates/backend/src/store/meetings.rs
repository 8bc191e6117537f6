//! Online meetings, whoever provides them.

use chrono::{DateTime, Utc};
use domain::{ChangeKind, InteractionId, MeetingId, UserId};

use super::{TenantTx, live};
use crate::error::Result;

pub struct NewMeetingRow<'a> {
    pub meeting_id: MeetingId,
    pub interaction_id: InteractionId,
    /// The id of the provider's online meeting; unknown while only its calendar event could be read.
    pub provider_meeting_id: Option<&'a str>,
    pub provider_event_id: &'a str,
    pub organizer_upn: &'a str,
    pub organizer_user_id: &'a str,
    pub subject: &'a str,
    pub join_url: &'a str,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub created_by: UserId,
}

pub async fn insert(tx: &mut TenantTx, new: &NewMeetingRow<'_>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO online_meetings (tenant, meeting_id, provider, provider_meeting_id, provider_event_id, organizer_upn,
                                      organizer_user_id, subject, join_url, start_time, end_time, status, interaction_id,
                                      created_by)
         VALUES ($1, $2, 'teams', $3, $4, $5, $6, $7, $8, $9, $10, 'scheduled', $11, $12)",
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
        new.interaction_id.0,
        new.created_by.0,
    )
    .execute(tx.conn())
    .await?;
    live::changed(tx, ChangeKind::Changed, new.interaction_id).await
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
