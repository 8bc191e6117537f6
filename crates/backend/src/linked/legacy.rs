//! Meetings that stand only in the columns of their request, as they were made before there was a table of meetings.

use chrono::{DateTime, Utc};
use domain::InteractionId;

use super::{Entry, Request, wall::instants};
use crate::{
    Backend, Result,
    edition::Teams,
    store::{self, TenantTx, meetings::LegacyMeeting},
};

/// Gives a request's meeting that is still to come a row of its own, so that it is moved and cancelled like any other. Whose it is at
/// Microsoft nobody has noted. No interaction is made for it.
pub async fn adopt(
    backend: &Backend,
    tx: &mut TenantTx,
    request: &Request,
    entry: Option<&Entry>,
    interaction_id: Option<InteractionId>,
    now: DateTime<Utc>,
) -> Result<()> {
    if !Teams::CHANGES_MEETINGS || !request.has_legacy_meeting() {
        return Ok(());
    }
    let planned = entry.and_then(|entry| entry.start.zip(entry.end));
    let Some((start, end)) = planned.or_else(|| instants(request)).filter(|(_, end)| *end > now) else {
        return Ok(());
    };
    let legacy = LegacyMeeting {
        meeting_id: backend.clock().id(),
        interaction_id,
        request_id: request.request_id,
        entry_id: entry.map(|entry| entry.entry_id),
        provider_meeting_id: request.online_meeting_id.as_deref(),
        join_url: request.online_meeting_url.as_deref(),
        subject: entry.map_or("Teams meeting", |entry| entry.title.as_str()),
        start,
        end,
        now,
    };
    store::meetings::adopt(tx, &legacy).await
}
