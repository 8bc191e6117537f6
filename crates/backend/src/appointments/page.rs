//! The page of a request, and what a time in one of its forms means.

use chrono::{DateTime, Utc};
use domain::{
    ApproveRequest, Capability, Choice, DeclineRequest, ErrorCode, IdempotencyKey, MoveRequest, RequestDecision,
    RequestMail, RequestMailKind, RequestMailState, RequestMeeting, RequestPage, RequestSlot, RequestStatus,
    RequestWish, RequestWork, Unavailable, reference,
};

use super::{
    id, only,
    times::{self, Span, Theirs},
};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    linked::{self, Anchor},
    schedule::conflicts,
    store::{self, TenantTx, appointments::read::RequestRecord, mails::RequestMailRow},
    timeline, zone,
};

/// What was typed into the forms of the page and refused.
#[derive(Debug, Default)]
pub struct Kept {
    pub approve: Option<ApproveRequest>,
    pub moving: Option<MoveRequest>,
    pub decline: Option<DeclineRequest>,
}

pub async fn page(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    request_id: &str,
    kept: Kept,
) -> Result<RequestPage> {
    let request_id = id(request_id)?;
    let decides = grant.require::<may::ScheduleUpdate>().is_ok();
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::appointments::read::find(&mut tx, request_id, only(grant), decides)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let now = backend.clock().now();
    let theirs = Theirs::of(record.zone.as_deref());
    let span = span(&record, theirs);
    let wished = wished(&record, span);
    let work = if decides {
        Some(work(backend, grant, &mut tx, &record, (span, theirs), kept).await?)
    } else {
        None
    };
    // Only what is live can be on its way to something else.
    let change = match record.meeting_status {
        Some(status) if !is_settled(status) => linked::pending(backend, &mut tx, Anchor::Request(request_id)).await?,
        _ => None,
    };
    let mails = store::mails::of_request(&mut tx, request_id).await?;
    let moment = |time| zone::moment(time, grant.zone, grant.language);
    let choice = |name: &Option<String>| name.clone().unwrap_or_default();
    Ok(RequestPage {
        request_id,
        reference: reference(request_id),
        status: record.status,
        join_url: join_url(&record, span, now),
        decision: decision(&record, grant),
        client: record.client_id.map(|id| Choice {
            id,
            name: choice(&record.client_name),
        }),
        contact: record.contact_id.map(|id| Choice {
            id,
            name: choice(&record.contact_name),
        }),
        interaction: record.interaction_id.map(|id| Choice {
            id,
            name: choice(&record.interaction_title),
        }),
        meeting: record.meeting_status.map(|status| RequestMeeting {
            status,
            subject: choice(&record.meeting_subject),
            organizer: record.meeting_organizer.clone(),
            attendees: u32::try_from(record.meeting_attendees).unwrap_or_default(),
            change: change.map(|change| change.shown(record.meeting_start, grant)),
        }),
        service: record.service,
        requester: record.requester,
        company: record.company.filter(|company| !company.trim().is_empty()),
        email: record.email,
        phone: record.phone,
        is_public: !record.is_authenticated,
        times: times::shown(span, theirs, grant, now),
        minutes: span.minutes(),
        preferred: record.preferred,
        description: record.description.filter(|text| !text.trim().is_empty()),
        asked: moment(record.created_at),
        technicians: record.technicians,
        wish: wished.map(|wished| RequestWish {
            times: times::shown(wished, theirs, grant, now),
            note: record.wish_note,
        }),
        mails: mails.into_iter().filter_map(|row| mail(row, grant)).collect(),
        work,
    })
}

/// A mail in words; nothing for one of a kind that another version of this program writes.
fn mail(row: RequestMailRow, viewer: &Actor) -> Option<RequestMail> {
    let moment = |time: DateTime<Utc>| zone::moment(time, viewer.zone, viewer.language);
    let settled = moment(row.settled_at.unwrap_or(row.next_attempt_at));
    let next = moment(row.next_attempt_at);
    Some(RequestMail {
        mail_id: row.mail_id,
        kind: RequestMailKind::find(&row.kind)?,
        to: row.recipient.unwrap_or_default(),
        state: match (row.state.as_str(), u32::try_from(row.attempts).unwrap_or_default()) {
            ("sent", _) => RequestMailState::Sent { at: settled },
            ("failed", _) => RequestMailState::Failed { at: settled },
            (_, 0) => RequestMailState::Waiting { due: next },
            (_, attempts) => RequestMailState::Retrying { attempts, next },
        },
    })
}

/// When it is: of what is approved the schedule knows it best.
fn span(record: &RequestRecord, theirs: Theirs) -> Span {
    match (record.status, record.entry_start.zip(record.entry_end)) {
        (RequestStatus::Approved, Some((start, end))) => Span {
            start,
            end,
            skipped: false,
        },
        _ => times::asked(record.requested_date, record.requested_time, record.minutes, theirs),
    }
}

/// Another time that the client would like.
fn wished(record: &RequestRecord, span: Span) -> Option<Span> {
    let start = record
        .wished_start
        .filter(|_| record.status == RequestStatus::Approved)?;
    Some(Span {
        start,
        end: start + (span.end - span.start),
        skipped: false,
    })
}

/// The way into the meeting: of its row, or, for what was approved before there were rows, of the request itself.
fn join_url(record: &RequestRecord, span: Span, now: DateTime<Utc>) -> Option<String> {
    if record.status != RequestStatus::Approved {
        return None;
    }
    match record.meeting_status {
        Some(status) if record.join_url.is_some() => {
            timeline::joinable(status, record.meeting_end, record.join_url.clone(), now)
        }
        _ => record
            .online_meeting_url
            .clone()
            .filter(|url| span.end > now && url.starts_with("https://")),
    }
}

fn is_settled(status: domain::MeetingStatus) -> bool {
    use domain::MeetingStatus as Status;
    !matches!(status, Status::Scheduled | Status::CancelPending)
}

fn decision(record: &RequestRecord, viewer: &Actor) -> Option<RequestDecision> {
    let at = match record.status {
        RequestStatus::Pending => return None,
        RequestStatus::Approved => record.approved_at,
        RequestStatus::Declined | RequestStatus::Cancelled => Some(record.updated_at),
    };
    let by = record.decided_by_name.clone();
    Some(RequestDecision {
        by: by.filter(|_| matches!(record.status, RequestStatus::Approved | RequestStatus::Cancelled)),
        at: at.map(|time| zone::moment(time, viewer.zone, viewer.language)),
        reason: record
            .declined_reason
            .clone()
            .filter(|reason| !reason.trim().is_empty()),
        is_mine: record.decided_by == Some(viewer.user_id),
    })
}

/// What those who may decide need: the forms with what was typed into them, else with what is usual.
async fn work(
    backend: &Backend,
    viewer: &Actor,
    tx: &mut TenantTx,
    record: &RequestRecord,
    (span, theirs): (Span, Theirs),
    kept: Kept,
) -> Result<RequestWork> {
    let has_link = record.online_meeting_url.as_deref().is_some_and(|url| !url.is_empty());
    let asks_microsoft = match record.status {
        RequestStatus::Pending => true,
        RequestStatus::Approved => !has_link,
        RequestStatus::Declined | RequestStatus::Cancelled => false,
    };
    let (meetings, records, trouble) = if asks_microsoft {
        let connected = backend.teams().connected(tx).await?;
        let trouble = connected.trouble(backend, tx, viewer).await?;
        (connected.meetings, connected.records, trouble)
    } else {
        // Not asked, so not offered.
        (Capability::Unavailable(Unavailable::NotConfigured), false, None)
    };
    let technician = record.preferred_id.unwrap_or(viewer.user_id);
    let start = zone::input_value(span.start, theirs.zone);
    let minutes = span.minutes().to_string();
    let now = backend.clock().now();
    let is_to_come = span.start > now;
    let conflicts = if record.status == RequestStatus::Pending {
        conflicts::find(tx, viewer, &[technician.0], (span.start, span.end), None, now).await?
    } else {
        Vec::new()
    };
    let about = |id: &str| id == record.request_id.to_string();
    let approve = match kept.approve.filter(|kept| about(&kept.request_id)) {
        Some(kept) => kept,
        None => ApproveRequest {
            request_id: record.request_id.to_string(),
            idempotency_key: backend.clock().id::<IdempotencyKey>().to_string(),
            technician_id: technician.to_string(),
            start: start.clone(),
            minutes: minutes.clone(),
            notes: String::new(),
            generate: (meetings == Capability::Available && is_to_come).then(|| "on".to_owned()),
            record: records.then(|| "on".to_owned()),
            record_offered: None,
            without_meeting: None,
        },
    };
    let moving = match kept.moving.filter(|kept| about(&kept.request_id)) {
        Some(kept) => kept,
        None => MoveRequest {
            request_id: record.request_id.to_string(),
            // What the client would like is what it is moved to, most of the time.
            start: wished(record, span).map_or(start, |wished| zone::input_value(wished.start, theirs.zone)),
            minutes,
        },
    };
    let decline = match kept.decline.filter(|kept| about(&kept.request_id)) {
        Some(kept) => kept,
        None => DeclineRequest {
            request_id: record.request_id.to_string(),
            reason: String::new(),
        },
    };
    Ok(RequestWork {
        can_generate: record.status == RequestStatus::Approved
            && !has_link
            && is_to_come
            && meetings == Capability::Available,
        slot: RequestSlot {
            times: times::shown(wished(record, span).unwrap_or(span), theirs, viewer, now),
            conflicts,
        },
        approve,
        moving,
        decline,
        technicians: record.staff.0.clone(),
        meetings,
        trouble,
    })
}

/// What a time that is being typed means, and what stands against it: with the technician that is chosen, else with those who come.
pub async fn slot(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    asked: &MoveRequest,
    technician: &str,
) -> Result<RequestSlot> {
    let draft = asked.check()?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::appointments::read::slot(&mut tx, draft.request_id, only(grant))
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let theirs = Theirs::of(record.zone.as_deref());
    let span = times::chosen(draft.start, draft.minutes, theirs)?;
    let people = match technician.parse::<domain::UserId>() {
        Ok(technician) => vec![technician.0],
        Err(_) => record.technicians,
    };
    let now = backend.clock().now();
    Ok(RequestSlot {
        times: times::shown(span, theirs, grant, now),
        conflicts: conflicts::find(&mut tx, grant, &people, (span.start, span.end), record.entry_id, now).await?,
    })
}
