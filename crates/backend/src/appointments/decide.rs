//! Approving, declining, moving, and the meeting that comes later.

use chrono::{DateTime, Utc};
use domain::{
    ApproveRequest, DeclineRequest, ErrorCode, Failure, Field, IdempotencyKey, Invitee, MoveRequest, OperationId,
    Problem, RequestId, UserId,
};

use super::{
    id, letters,
    occasion::Occasion,
    only,
    times::{self, Span, Theirs},
};
use crate::{
    Backend, Error, Result,
    access::{Grant, may},
    interactions::{Approval, NewMeeting, NewMeetingEntry, filing},
    linked::{self, Anchor, Ending, Linked, Request, wall_times, wall_zone},
    mail::Words,
    store::{
        self, TenantTx,
        appointments::{Approved, read::Subject},
        schedule::{EntryChange, NewEntry, WorkItem},
    },
};

/// A request with all that belongs to it, held, and what else is known of it.
struct About {
    linked: Linked,
    request: Request,
    subject: Subject,
    theirs: Theirs,
}

impl About {
    /// When it is.
    fn span(&self) -> Span {
        let known = self.linked.entry.as_ref().and_then(|entry| entry.start.zip(entry.end));
        match known.filter(|_| self.request.is_approved()) {
            Some((start, end)) => Span {
                start,
                end,
                skipped: false,
            },
            None => times::asked(self.request.date, self.request.time, self.request.duration, self.theirs),
        }
    }

    /// What it is called where it has a name: by its service.
    fn title(&self, grant: &Grant<may::ScheduleUpdate>) -> String {
        let service = self.subject.service.as_deref().map(str::trim);
        match service.filter(|service| !service.is_empty()) {
            Some(service) => service.chars().take(domain::text::MAX_TITLE).collect(),
            None => Words::of(grant.language).say("mail.appointment.plain", &[]),
        }
    }
}

/// Holds a request and what belongs to it, if it is among those that this person may see.
async fn about(
    backend: &Backend,
    tx: &mut TenantTx,
    grant: &Grant<may::ScheduleUpdate>,
    request_id: RequestId,
) -> Result<About> {
    let subject = store::appointments::read::subject(tx, request_id, only(grant))
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let linked = linked::hold(backend, tx, Anchor::Request(request_id))
        .await
        .map_err(overtaken)?;
    let request = linked.request.clone().ok_or(ErrorCode::NotFound)?;
    Ok(About {
        theirs: Theirs::of(request.zone.as_deref()),
        linked,
        request,
        subject,
    })
}

/// What is told when somebody else was faster.
fn overtaken(error: Error) -> Error {
    match error {
        Error::Failure(failure) if failure.code == ErrorCode::Conflict => ErrorCode::Decided.into(),
        other => other,
    }
}

/// Approves a request: with a Teams meeting all of it is written once Microsoft has made that, without one at once. The same form posted
/// again approves nothing, and is answered the same.
pub async fn approve(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    input: &ApproveRequest,
) -> Result<RequestId> {
    let draft = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let about = about(backend, &mut tx, grant, draft.request_id).await?;
    if !about.request.is_pending() {
        let same = store::interactions::by_key(&mut tx, grant.user_id(), draft.idempotency_key).await?;
        return match same {
            Some(_) if about.request.is_approved() => Ok(draft.request_id),
            _ => Err(ErrorCode::Decided.into()),
        };
    }
    let span = times::chosen(draft.start, draft.minutes, about.theirs)?;
    if !store::appointments::read::is_staff(&mut tx, draft.technician).await? {
        return Err(Failure::field(Field::Technician, Problem::Unknown).into());
    }
    let title = about.title(grant);
    if draft.with_meeting {
        times::to_come(span, backend.clock().now())?;
        let entry = NewMeetingEntry {
            assignee: draft.technician,
            notes: draft.notes,
            is_private: false,
        };
        let new = NewMeetingOf {
            title,
            span,
            key: draft.idempotency_key,
            entry: Some(entry),
            record: draft.record,
        };
        return with_meeting(backend, grant, tx, &about, new).await;
    }
    let entry = NewEntryOf {
        title: &title,
        span,
        technician: draft.technician,
        notes: &draft.notes,
        key: draft.idempotency_key,
    };
    without_meeting(backend, grant, tx, &about, &entry).await
}

struct NewEntryOf<'a> {
    title: &'a str,
    span: Span,
    technician: UserId,
    notes: &'a str,
    key: IdempotencyKey,
}

/// Writes entry and request, and tells people of it, in one transaction.
async fn without_meeting(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    mut tx: TenantTx,
    about: &About,
    new: &NewEntryOf<'_>,
) -> Result<RequestId> {
    let now = backend.clock().now();
    let request_id = about.request.request_id;
    // Somebody may have asked for a meeting with this form before, and then decided to go without.
    linked::stop_making(backend, &mut tx, &about.linked).await?;
    // There is no interaction; the key remembers that the form did its work.
    if !store::interactions::claim_key(&mut tx, grant.user_id(), new.key, backend.clock().id()).await? {
        return Err(ErrorCode::InProgress.into());
    }
    let known = about.linked.entry_id();
    let entry_id = known.unwrap_or_else(|| backend.clock().id());
    let entry = NewEntry {
        entry_id,
        title: new.title,
        work_item: WorkItem::Request(request_id),
        start: new.span.start,
        end: new.span.end,
        notes: new.notes,
        is_private: false,
        assignees: &[new.technician],
        now,
    };
    match known {
        Some(_) => store::schedule::update(&mut tx, &entry).await?,
        None => store::schedule::insert(&mut tx, &entry).await?,
    }
    let approved = Approved {
        request_id,
        entry_id: Some(entry_id),
        times: wall_times((new.span.start, new.span.end), wall_zone(&about.request)),
        by: grant.user_id(),
        now,
    };
    store::appointments::approved(&mut tx, &approved).await?;
    letters::tell(backend, &mut tx, request_id, Occasion::Approved { invited: false }).await?;
    tx.commit().await?;
    tracing::info!(request.id = %request_id, user.id = %grant.user_id(), "a request was approved");
    Ok(request_id)
}

struct NewMeetingOf {
    title: String,
    span: Span,
    key: IdempotencyKey,
    entry: Option<NewMeetingEntry>,
    record: Option<bool>,
}

/// Has the meeting made; the rest is written with it ([`crate::appointments::told_of_meeting`]).
async fn with_meeting(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    mut tx: TenantTx,
    about: &About,
    new: NewMeetingOf,
) -> Result<RequestId> {
    let request_id = about.request.request_id;
    let (type_id, status_id) = filing(&mut tx, true).await?;
    let invites = backend.teams().connected(&mut tx).await?.invites;
    let technician = new
        .entry
        .as_ref()
        .map(|entry| entry.assignee)
        .or(about.subject.technician);
    let attendees = if invites {
        attendees(&mut tx, &about.subject, technician).await?
    } else {
        Vec::new()
    };
    let new = NewMeeting {
        created_by: grant.user_id(),
        owner: technician,
        idempotency_key: new.key,
        client_id: about.request.client_id,
        contact_id: about.request.contact_id,
        type_id,
        status_id,
        subject: new.title,
        notes: about.subject.description.clone().unwrap_or_default(),
        start: new.span.start,
        end: new.span.end,
        attendees,
        entry: new.entry,
        request: Some(Approval { request_id }),
        record: new.record,
    };
    drop(tx);
    linked::schedule(backend, grant.scope(), new).await.map_err(overtaken)?;
    tracing::info!(request.id = %request_id, user.id = %grant.user_id(), "a request got its meeting");
    Ok(request_id)
}

/// Who gets Microsoft's invitation where the tenant wants that: whoever asked, and whoever comes.
async fn attendees(tx: &mut TenantTx, subject: &Subject, technician: Option<UserId>) -> Result<Vec<Invitee>> {
    let mut addresses = vec![subject.email.clone().unwrap_or_default()];
    if let Some(technician) = technician {
        addresses.extend(store::appointments::read::address(tx, technician).await?);
    }
    // What is no address reaches nobody, and is no reason to make no meeting.
    let valid = addresses
        .iter()
        .filter_map(|address| domain::attendees([address.as_str()]).ok());
    let mut invitees: Vec<Invitee> = valid.flatten().collect();
    invitees.dedup_by(|a, b| a.address.eq_ignore_ascii_case(&b.address));
    Ok(invitees)
}

/// Makes the Teams meeting of a request that was approved without one.
pub async fn generate(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    request_id: &str,
    idempotency_key: &str,
) -> Result<RequestId> {
    let request_id = id(request_id)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let about = about(backend, &mut tx, grant, request_id).await?;
    let key: IdempotencyKey = idempotency_key
        .parse()
        .map_err(|_| Failure::field(Field::IdempotencyKey, Problem::Damaged))?;
    if !about.request.is_approved() {
        return Err(ErrorCode::Decided.into());
    }
    if about.linked.can_get_meeting().is_err() {
        let same = store::interactions::by_key(&mut tx, grant.user_id(), key).await?;
        return same.map(|_| request_id).ok_or_else(|| ErrorCode::Decided.into());
    }
    let span = about.span();
    times::to_come(span, backend.clock().now()).map_err(|_| ErrorCode::MeetingOver)?;
    let new = NewMeetingOf {
        title: about.title(grant),
        span,
        key,
        entry: None,
        record: None,
    };
    with_meeting(backend, grant, tx, &about, new).await
}

/// Says no to a request. What was approved is taken back: its meeting is cancelled, its entry leaves the schedule; its record stays.
pub async fn decline(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    input: &DeclineRequest,
) -> Result<RequestId> {
    let draft = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let about = about(backend, &mut tx, grant, draft.request_id).await?;
    let was_approved = about.request.is_approved();
    if !about.request.is_pending() && !was_approved {
        return Err(ErrorCode::Decided.into());
    }
    // Who comes and when is gone afterwards.
    let people = letters::people(&mut tx, draft.request_id).await?;
    let how = Ending::RequestDeclined { reason: &draft.reason };
    let told = linked::cancel(backend, &mut tx, grant.user_id(), &about.linked, how)
        .await
        .map_err(overtaken)?;
    let occasion = Occasion::Declined {
        reason: &draft.reason,
        was_approved,
    };
    letters::send(backend, &mut tx, &people, occasion).await?;
    finish(backend, grant, tx, told).await?;
    tracing::info!(request.id = %draft.request_id, user.id = %grant.user_id(), "a request was declined");
    Ok(draft.request_id)
}

/// Moves a request to another time; what is approved with everything that belongs to it.
pub async fn reschedule(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    input: &MoveRequest,
) -> Result<RequestId> {
    let draft = input.check()?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(grant.scope()).await?;
    let about = about(backend, &mut tx, grant, draft.request_id).await?;
    let span = times::chosen(draft.start, draft.minutes, about.theirs)?;
    let known = about.span();
    if (known.start, known.end) == (span.start, span.end) {
        return Ok(draft.request_id);
    }
    times::to_come(span, now)?;
    let told = if about.request.is_approved() {
        let times = (span.start, span.end);
        linked::move_to(backend, &mut tx, grant.user_id(), &about.linked, times)
            .await
            .map_err(overtaken)?
    } else if about.request.is_pending() {
        move_pending(&mut tx, &about, span, now).await?;
        let occasion = Occasion::RequestMoved { before: known };
        letters::tell(backend, &mut tx, draft.request_id, occasion).await?;
        Vec::new()
    } else {
        return Err(ErrorCode::Decided.into());
    };
    finish(backend, grant, tx, told).await?;
    tracing::info!(request.id = %draft.request_id, user.id = %grant.user_id(), "a request was moved");
    Ok(draft.request_id)
}

/// Leaves an appointment when it is, although its client has wished for another time, who is told.
pub async fn keep_time(backend: &Backend, grant: &Grant<may::ScheduleUpdate>, request_id: &str) -> Result<RequestId> {
    let request_id = id(request_id)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let about = about(backend, &mut tx, grant, request_id).await?;
    if !about.request.is_approved() {
        return Err(ErrorCode::Decided.into());
    }
    if !about.request.has_wish {
        return Ok(request_id);
    }
    store::availability::wish(&mut tx, request_id, None, backend.clock().now()).await?;
    letters::tell(backend, &mut tx, request_id, Occasion::Kept).await?;
    tx.commit().await?;
    tracing::info!(request.id = %request_id, user.id = %grant.user_id(), "a wish for another time was not followed");
    Ok(request_id)
}

/// Nothing but the request's own time, and that of the entry that stands for it until it is decided.
async fn move_pending(tx: &mut TenantTx, about: &About, span: Span, now: DateTime<Utc>) -> Result<()> {
    let times = (span.start, span.end);
    let wall = wall_times(times, wall_zone(&about.request));
    store::appointments::moved(tx, about.request.request_id, wall, now).await?;
    if let Some(entry_id) = about.linked.entry_id() {
        let change = EntryChange {
            times: Some(times),
            ..EntryChange::default()
        };
        store::schedule::change(tx, entry_id, &change, now).await?;
    }
    Ok(())
}

async fn finish(
    backend: &Backend,
    grant: &Grant<may::ScheduleUpdate>,
    tx: TenantTx,
    told: Vec<OperationId>,
) -> Result<()> {
    tx.commit().await?;
    linked::prompt(backend, grant.scope(), told).await;
    Ok(())
}
