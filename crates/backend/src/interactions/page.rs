//! One interaction.

use chrono::{DateTime, Duration, Utc};
use domain::{
    Capture, Choice, ErrorCode, InteractionId, InteractionMeeting, InteractionPage, MeetingCancelled, MeetingStatus,
    MeetingTrouble, MeetingWished, Packed, PortalShare, TimeLeft,
};

use super::{Pending, wish};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    artifacts,
    edition::Teams,
    linked::{self, Anchor},
    notes,
    store::{self, interactions::InteractionRecord},
    timeline, zone,
};

pub async fn page(backend: &Backend, grant: &Grant<may::InteractionRead>, id: &str) -> Result<InteractionPage> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let now = backend.clock().now();
    let mut tx = backend.db().read(grant.scope()).await?;
    let mut record = store::interactions::find(&mut tx, id, now)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    artifacts::visited(backend, grant.scope(), id, &mut record, now).await?;
    // Only what is live can be on its way to something else; a page without a meeting costs no statement more.
    let change = if record.has_live_meeting {
        linked::pending(backend, &mut tx, Anchor::Interaction(id)).await?
    } else {
        None
    };
    let start = record.start_time.unwrap_or(record.interaction_date);
    let day = zone::day(start, grant.zone, grant.language);
    let span = zone::time_span(start, record.end_time, grant.zone, grant.language);
    let duration = record
        .duration
        .map(i64::from)
        .or_else(|| record.end_time.map(|end| (end - start).num_minutes()));
    let choice = |id: Option<uuid::Uuid>, name: &Option<String>| id.zip(name.clone());
    let mut capture = if record.meeting_status.is_some() {
        artifacts::capture(&mut tx, grant, id, &record, now).await?.0
    } else {
        Capture::default()
    };
    if artifacts::took_place(&record, now) {
        capture.more = Some(backend.teams().connected(&mut tx).await?.recordings);
    }
    if record.client_id.is_some() && capture.is_shown() {
        capture.portal = Some(PortalShare {
            is_on: backend.teams().shows_recordings_in_portal(&mut tx).await?,
            access: record.portal_access.unwrap_or_default(),
        });
    }
    let wish = wish::shown(&mut tx, grant, (id, &record), now).await?;
    let meeting = meeting(grant, &record, (change, wish), &capture, now);
    let join_url = meeting.as_ref().and_then(|meeting| meeting.join_url.as_deref());
    let notes = notes::without_link(record.notes.as_deref().unwrap_or_default(), join_url);
    Ok(InteractionPage {
        notes: notes::shown(&notes, grant.language),
        when: format!("{day}, {span}"),
        zone: grant.zone.name().to_owned(),
        duration_minutes: duration.and_then(|minutes| u32::try_from(minutes).ok()),
        client: choice(record.client_id, &record.client_name).map(|(id, name)| Choice { id: id.into(), name }),
        contact: choice(record.contact_id, &record.contact_name).map(|(id, name)| Choice { id: id.into(), name }),
        meeting,
        interaction_id: id,
        title: record.title.unwrap_or_default(),
        type_name: record.type_name.unwrap_or_default(),
        icon: record.icon.unwrap_or_default(),
        user_name: record.user_name,
        status_name: record.status_name,
        status_is_closed: record.status_is_closed.unwrap_or_default(),
        typed_message: String::new(),
    })
}

fn meeting(
    viewer: &Actor,
    record: &InteractionRecord,
    (change, wish): (Option<Pending>, Option<MeetingWished>),
    capture: &Capture,
    now: DateTime<Utc>,
) -> Option<InteractionMeeting> {
    let status = record.meeting_status.as_deref().and_then(MeetingStatus::find)?;
    let join_url = timeline::joinable(status, record.meeting_end, record.join_url.clone(), now);
    // A minute that has begun counts.
    let minutes = |time: DateTime<Utc>| (time - now + Duration::seconds(59)).num_minutes();
    let left = record
        .meeting_start
        .zip(record.meeting_end)
        .filter(|_| join_url.is_some());
    let left = left.and_then(|(start, end)| TimeLeft::of(minutes(start), minutes(end)));
    let is_off = matches!(status, MeetingStatus::CancelPending | MeetingStatus::Cancelled);
    let cancelled = record
        .cancelled_by
        .clone()
        .filter(|_| is_off)
        .map(|by| MeetingCancelled {
            by,
            is_client: record.is_cancelled_by_client,
            reason: record.cancel_reason.clone().filter(|reason| !reason.trim().is_empty()),
        });
    Some(InteractionMeeting {
        cancelled,
        wish,
        ways_in: record
            .ways_in
            .as_ref()
            .filter(|_| join_url.is_some())
            .map(|ways_in| ways_in.0.clone()),
        left,
        join_url,
        status,
        subject: record.meeting_subject.clone().unwrap_or_default(),
        organizer: record.meeting_organizer.clone(),
        when: record
            .meeting_start
            .map_or_else(String::new, |start| zone::moment(start, viewer.zone, viewer.language)),
        is_live: record.has_live_meeting,
        is_managed: Teams::CHANGES_MEETINGS,
        attendees: u32::try_from(record.meeting_attendees).unwrap_or_default(),
        recording_trouble: record.recording_trouble.as_deref().and_then(MeetingTrouble::find),
        change: change.map(|change| change.shown(record.meeting_start, viewer)),
        capture: Packed::new(capture),
    })
}
