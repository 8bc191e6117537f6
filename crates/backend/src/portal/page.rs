//! The page of an appointment, and of a meeting.

use chrono::{DateTime, Utc};
use domain::{
    Capability, InteractionId, MeetingId, RequestStatus,
    availability::Limits,
    portal::{CancelAppointment, ChangeRule, JOIN_BEFORE, Joining, PortalPage, PortalSession, PortalState, PortalWish},
};

use super::{
    about::{self, About},
    calendar, watch,
};
use crate::{Backend, PortalActor, Result, availability, edition::Teams, store::TenantTx, zone};

/// What was typed into the forms of the page and refused.
#[derive(Debug, Default)]
pub struct Kept {
    pub cancel: Option<CancelAppointment>,
}

/// An appointment that a client has asked for.
pub async fn request(backend: &Backend, actor: &PortalActor, id: &str, kept: Kept) -> Result<PortalPage> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(actor.scope()).await?;
    let record = about::request(&mut tx, actor, id).await?;
    let about = About::of_request_record(&record, now);
    let limits = availability::limits(&mut tx, Some(record.service_id)).await?;
    let shown = record.meeting_id.zip(record.interaction_id);
    let shown = shown.filter(|_| watch::may_see_of_request(actor, &record));
    let recorded = recorded(backend, &mut tx, actor, &about, shown).await?;
    let moment = |time| zone::moment(time, actor.zone, actor.language);
    let is_off = matches!(record.status, RequestStatus::Declined | RequestStatus::Cancelled);
    let minutes = about.end - about.start;
    let wish = record.wished_start.map(|start| PortalWish {
        when: about::shown((start, start + minutes), actor, None).mine,
        note: record.wish_note.clone(),
    });
    let id = record.request_id.to_string();
    let cancelling = kept.cancel.filter(|kept| kept.request_id == id);
    Ok(PortalPage {
        description: record.description.clone().filter(|text| !text.trim().is_empty()),
        asked: Some(moment(record.created_at)),
        decided: is_off.then(|| moment(record.updated_at)),
        reason: about::reason(&record),
        is_by_viewer: record.cancelled_by == Some(actor.user_id),
        wish,
        rule: rule(actor, &about, limits, now),
        is_invited: record.is_invited,
        meeting_id: record.meeting_id,
        provider: record.tenant_name,
        provider_email: record.tenant_email,
        cancelling: cancelling.unwrap_or(CancelAppointment {
            request_id: id,
            ..CancelAppointment::default()
        }),
        ..common(actor, about, recorded, record.tenant_zone.as_deref(), now)
    })
}

/// A meeting that staff have made with a client.
pub async fn meeting(backend: &Backend, actor: &PortalActor, id: &str, kept: Kept) -> Result<PortalPage> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(actor.scope()).await?;
    let record = about::meeting(&mut tx, actor, id).await?;
    let about = About::of_meeting_record(&record, now);
    let shown = Some((record.meeting_id, record.interaction_id));
    let shown = shown.filter(|_| watch::may_see_of_meeting(actor, &record));
    let recorded = recorded(backend, &mut tx, actor, &about, shown).await?;
    // What belongs to an appointment is changed by its page.
    let is_own = record.request_id.is_none() && Teams::CHANGES_MEETINGS;
    let limits = availability::limits(&mut tx, None).await?;
    let is_off = about.state == PortalState::Cancelled && record.cancelled_by.is_some();
    let minutes = about.end - about.start;
    let wish = record.wished_start.map(|start| PortalWish {
        when: about::shown((start, start + minutes), actor, None).mine,
        note: record.wish_note.clone(),
    });
    let id = record.meeting_id.to_string();
    let cancelling = kept.cancel.filter(|kept| kept.meeting_id == id);
    Ok(PortalPage {
        decided: is_off.then(|| zone::moment(record.updated_at, actor.zone, actor.language)),
        reason: record.cancel_reason.clone().filter(|_| is_off),
        is_by_viewer: is_off && record.cancelled_by == Some(actor.user_id),
        wish,
        rule: rule(actor, &about, limits, now).filter(|_| is_own),
        cancelling: cancelling.unwrap_or(CancelAppointment {
            meeting_id: id,
            ..CancelAppointment::default()
        }),
        is_invited: record.is_invited,
        meeting_id: Some(record.meeting_id),
        provider: record.tenant_name,
        provider_email: record.tenant_email,
        ..common(actor, about, recorded, record.tenant_zone.as_deref(), now)
    })
}

/// What both have.
fn common(
    actor: &PortalActor,
    about: About,
    (recorded, may_be_recorded): (Vec<PortalSession>, bool),
    tenant_zone: Option<&str>,
    now: DateTime<Utc>,
) -> PortalPage {
    let joining = about.joining(now);
    let opens = about.start - JOIN_BEFORE;
    // What the page says changes when the way in opens, when it begins, and when it is over.
    let next = [opens, about.start, about.end]
        .into_iter()
        .filter(|time| *time > now)
        .min();
    let fresh_for = next
        .filter(|_| about.takes_place())
        .map(|time| (time - now).num_seconds() + 1);
    PortalPage {
        item: about.item,
        reference: about::reference_of(about.item),
        state: about.state,
        times: about.times(actor, tenant_zone),
        minutes: about.minutes(),
        whose: about.whose(actor),
        opens: (joining == Joining::Later).then(|| zone::moment_near(opens, now, actor.zone, actor.language)),
        joining,
        fresh_for: fresh_for
            .and_then(|seconds| u32::try_from(seconds).ok())
            .filter(|seconds| *seconds <= 86_400),
        calendar: about.takes_place().then(|| calendar::links(&about)),
        title: about.title,
        with: about.with,
        description: None,
        asked: None,
        decided: None,
        reason: None,
        is_by_viewer: false,
        is_invited: false,
        wish: None,
        rule: None,
        meeting_id: None,
        recorded,
        may_be_recorded,
        provider: String::new(),
        provider_email: String::new(),
        cancelling: CancelAppointment::default(),
    }
}

/// What a client may still do about an appointment.
fn rule(actor: &PortalActor, about: &About, limits: Limits, now: DateTime<Utc>) -> Option<ChangeRule> {
    let is_pending = match about.state {
        PortalState::Waiting => true,
        PortalState::Confirmed => false,
        _ => return None,
    };
    let until = about.start - chrono::Duration::hours(i64::from(limits.notice_hours));
    Some(ChangeRule {
        is_open: is_pending || limits.lets_change(about.start, now),
        is_pending,
        hours: limits.notice_hours,
        until: zone::moment(until, actor.zone, actor.language),
    })
}

/// What was recorded, if it is shown to the viewer; and whether something may still come.
async fn recorded(
    backend: &Backend,
    tx: &mut TenantTx,
    actor: &PortalActor,
    about: &About,
    shown: Option<(MeetingId, InteractionId)>,
) -> Result<(Vec<PortalSession>, bool)> {
    let began = matches!(about.state, PortalState::Running | PortalState::Over);
    let Some((meeting, interaction)) = shown.filter(|_| began) else {
        return Ok((Vec::new(), false));
    };
    if !backend.teams().shows_recordings_in_portal(tx).await? {
        return Ok((Vec::new(), false));
    }
    let mut shown: Vec<PortalSession> = watch::sessions(tx, actor, meeting, interaction)
        .await?
        .into_iter()
        .map(|(session, _)| session)
        .collect();
    shown.reverse();
    let may_be_recorded = shown.is_empty() && backend.teams().connected(tx).await?.recordings == Capability::Available;
    Ok((shown, may_be_recorded))
}
