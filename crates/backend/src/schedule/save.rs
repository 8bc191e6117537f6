//! Saving the popup: a new entry, with or without a Teams meeting, or another state of one that is there.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{
    ErrorCode, Failure, Field, InteractionId, Problem, ScheduleEntryId, UserId,
    schedule::{EntryDraft, EntrySaved, SaveEntry},
};
use uuid::Uuid;

use super::{change, rights};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    interactions::{self, NewMeeting, NewMeetingEntry},
    store::{
        self, TenantTx,
        interactions::NewInteraction,
        schedule::{NewEntry, WorkItem},
    },
    zone,
};

/// Saves what the form describes. The same form posted again adds nothing.
pub async fn save(backend: &Backend, grant: &Grant<may::ScheduleRead>, input: &SaveEntry) -> Result<EntrySaved> {
    let draft = input.check()?;
    match draft.entry {
        Some((id, version)) => change::change(backend, grant, (id, version), &draft).await,
        None => add(backend, grant, &draft).await,
    }
}

/// A wall clock of the form as a moment.
pub(super) fn instant(field: Field, wall: NaiveDateTime, viewer: &Actor) -> Result<DateTime<Utc>, Failure> {
    zone::instant(wall, viewer.zone).map_err(|problem| Failure::field(field, problem))
}

/// Zones can turn an hour that looked positive on the wall into none.
pub(super) fn in_order((start, end): (DateTime<Utc>, DateTime<Utc>)) -> Result<(), Failure> {
    if end > start {
        Ok(())
    } else {
        Err(Failure::field(Field::End, Problem::EndBeforeStart))
    }
}

async fn add(backend: &Backend, grant: &Grant<may::ScheduleRead>, draft: &EntryDraft) -> Result<EntrySaved> {
    let now = backend.clock().now();
    let start = instant(Field::Start, draft.start, grant)?;
    let end = instant(Field::End, draft.end, grant)?;
    in_order((start, end))?;
    let user = draft.user_id.unwrap_or(grant.user_id());
    if !rights::may_schedule_for(grant, user) {
        return Err(ErrorCode::Forbidden.into());
    }
    if draft.is_private && user != grant.user_id() {
        return Err(Failure::field(Field::Owner, Problem::PrivateIsOnesOwn).into());
    }
    if draft.client_id.is_some() || draft.contact_id.is_some() {
        grant.require::<may::InteractionCreate>()?;
    }
    if draft.create_teams_meeting && end <= now {
        return Err(Failure::field(Field::Start, Problem::Past).into());
    }
    let mut tx = backend.db().begin(grant.scope()).await?;
    check_person(&mut tx, user).await?;
    check_client(&mut tx, draft).await?;
    if draft.create_teams_meeting {
        return with_meeting(backend, grant, tx, draft, user, (start, end)).await;
    }
    // The same form makes the same entry, whoever else chooses the same key.
    let id = ScheduleEntryId(Uuid::new_v5(&grant.user_id().0, draft.idempotency_key.0.as_bytes()));
    let saved = |interaction_id| EntrySaved {
        entry_id: Some(id),
        interaction_id,
        join_url: None,
        date: zone::date_value(start, grant.zone),
    };
    if let Some(known) = store::schedule::read::details(&mut tx, id).await? {
        return Ok(saved(known.interaction_id));
    }
    // Somebody may have asked for a meeting with this form before, and then decided to save it without one.
    backend
        .teams()
        .release(backend, &mut tx, grant.user_id(), draft.idempotency_key)
        .await?;
    let interaction_id = on_timeline(backend, &mut tx, grant, draft, user, (start, end)).await?;
    let new = NewEntry {
        entry_id: id,
        title: &draft.title,
        work_item: interaction_id.map_or(WorkItem::AdHoc, WorkItem::Interaction),
        start,
        end,
        notes: &draft.notes,
        is_private: draft.is_private,
        assignees: &[user],
        now,
    };
    match store::schedule::insert(&mut tx, &new).await {
        // Posted twice at once: the other one has made it.
        Err(error) if error.is_duplicate() => return Ok(saved(None)),
        inserted => inserted?,
    }
    tx.commit().await?;
    tracing::info!(entry.id = %id, user.id = %grant.user_id(), "an entry was added to the schedule");
    Ok(saved(interaction_id))
}

async fn with_meeting(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    mut tx: TenantTx,
    draft: &EntryDraft,
    user: UserId,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
) -> Result<EntrySaved> {
    let (type_id, status_id) = interactions::filing(&mut tx, start > backend.clock().now()).await?;
    drop(tx);
    let new = NewMeeting {
        created_by: grant.user_id(),
        owner: Some(user),
        idempotency_key: draft.idempotency_key,
        client_id: draft.client_id,
        contact_id: draft.contact_id,
        type_id,
        status_id,
        subject: draft.title.clone(),
        notes: draft.notes.clone(),
        start,
        end,
        attendees: draft.attendees.clone(),
        entry: Some(NewMeetingEntry {
            assignee: user,
            notes: draft.notes.clone(),
            is_private: draft.is_private,
        }),
        request: None,
        record: draft.record,
    };
    let scheduled = backend.teams().schedule(backend, grant.scope(), new).await?;
    Ok(EntrySaved {
        entry_id: scheduled.entry_id,
        interaction_id: scheduled.interaction_id,
        join_url: scheduled.join_url,
        date: zone::date_value(start, grant.zone),
    })
}

/// An entry for a client stands on the client's timeline, too.
async fn on_timeline(
    backend: &Backend,
    tx: &mut TenantTx,
    grant: &Grant<may::ScheduleRead>,
    draft: &EntryDraft,
    user: UserId,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<InteractionId>> {
    let Some(client_id) = draft.client_id else {
        return Ok(None);
    };
    let now = backend.clock().now();
    let types = store::settings::types(tx).await?;
    let is_meeting = |name: &str| name.eq_ignore_ascii_case("meeting");
    let kind = types
        .iter()
        .find(|kind| !kind.is_online_meeting && is_meeting(&kind.name))
        .or_else(|| types.iter().find(|kind| !kind.is_online_meeting))
        .ok_or_else(|| Failure::field(Field::Client, Problem::Unknown))?;
    let statuses = store::settings::statuses(tx).await?;
    let status = interactions::usual_status(&statuses, start > now)
        .ok_or_else(|| Failure::field(Field::Client, Problem::Unknown))?;
    let interaction_id: InteractionId = backend.clock().id();
    let new = NewInteraction {
        interaction_id,
        type_id: kind.type_id,
        client_id: Some(client_id),
        contact_id: draft.contact_id,
        user_id: user,
        status_id: status.status_id,
        title: &draft.title,
        // What is private is not for the timeline.
        notes: if draft.is_private { "" } else { &draft.notes },
        start,
        end,
    };
    store::interactions::insert(tx, &new).await?;
    store::events::added(tx, interaction_id, grant.user_id(), now).await?;
    Ok(Some(interaction_id))
}

/// Checks that somebody of this tenant's staff is meant.
pub(super) async fn check_person(tx: &mut TenantTx, user: UserId) -> Result<()> {
    let owners = store::changes::owners(tx).await?;
    if owners.iter().any(|(id, _)| *id == user) {
        Ok(())
    } else {
        Err(Failure::field(Field::Owner, Problem::Unknown).into())
    }
}

/// Checks that the client is this tenant's, and that the contact belongs to it.
async fn check_client(tx: &mut TenantTx, draft: &EntryDraft) -> Result<()> {
    if let Some(client_id) = draft.client_id {
        store::clients::name(tx, client_id).await?.ok_or(ErrorCode::NotFound)?;
    }
    let Some(contact_id) = draft.contact_id else {
        return Ok(());
    };
    let problem = match store::clients::client_of_contact(tx, contact_id).await? {
        None => Problem::Unknown,
        Some(owner) if owner.is_none() || owner != draft.client_id => Problem::OtherClient,
        Some(_) => return Ok(()),
    };
    Err(Failure::field(Field::Contact, problem).into())
}
