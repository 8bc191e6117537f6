//! Another state of an entry that is there.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{
    ErrorCode, Failure, Field, Problem, ScheduleEntryId, UserId,
    schedule::{EntryDraft, EntryRights, EntrySaved},
};

use super::{
    rights,
    save::{check_person, in_order, instant},
};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    linked::{self, Anchor, Linked},
    notes,
    store::{
        self, TenantTx,
        schedule::{EntryChange, read::EntryDetails},
    },
    zone,
};

/// An entry that is about to be changed: held, and allowed.
pub(super) struct Held {
    pub tx: TenantTx,
    pub linked: Linked,
    pub found: EntryDetails,
}

/// Holds an entry for somebody who has seen this state of it and may do that with it.
pub(super) async fn hold(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    (id, version): (ScheduleEntryId, i64),
    allowed: fn(EntryRights) -> bool,
) -> Result<Held> {
    let mut tx = backend.db().begin(grant.scope()).await?;
    let linked = linked::hold(backend, &mut tx, Anchor::Entry(id)).await?;
    let found = store::schedule::read::details(&mut tx, id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if !allowed(rights::rights(grant, &rights::Entry::from(&found))) {
        return Err(ErrorCode::Forbidden.into());
    }
    if found.version() != version {
        return Err(ErrorCode::Conflict.into());
    }
    Ok(Held { tx, linked, found })
}

pub(super) async fn change(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    (id, version): (ScheduleEntryId, i64),
    draft: &EntryDraft,
) -> Result<EntrySaved> {
    let now = backend.clock().now();
    let Held { mut tx, linked, found } = hold(backend, grant, (id, version), |rights| rights.may_edit).await?;
    let start = moment(Field::Start, draft.start, found.start, grant)?;
    let end = moment(Field::End, draft.end, found.end, grant)?;
    in_order((start, end))?;
    let assignees = assignees(&mut tx, grant, draft, &found).await?;
    if draft.is_private && assignees != [grant.user_id()] {
        return Err(Failure::field(Field::Owner, Problem::PrivateIsOnesOwn).into());
    }
    let mut told = Vec::new();
    if (start, end) != (found.start, found.end) {
        told.extend(linked::move_to(backend, &mut tx, grant.user_id(), &linked, (start, end)).await?);
    }
    let is_retitled = draft.title != found.title;
    if is_retitled && !linked.meetings.is_empty() {
        told.extend(linked::retitle(backend, &mut tx, grant.user_id(), &linked, &draft.title).await?);
    }
    let written = notes::readable(found.notes.as_deref().unwrap_or_default());
    let change = EntryChange {
        title: is_retitled.then_some(draft.title.as_str()),
        times: None,
        notes: (draft.notes != *written).then_some(draft.notes.as_str()),
        status: None,
    };
    store::schedule::change(&mut tx, id, &change, now).await?;
    if assignees.iter().map(|user| user.0).ne(found.assignees.iter().copied()) {
        store::schedule::assign(&mut tx, id, &assignees).await?;
    }
    if draft.is_private != found.is_private {
        store::schedule::own::set_private(&mut tx, id, draft.is_private, now).await?;
    }
    tx.commit().await?;
    linked::prompt(backend, grant.scope(), told).await;
    Ok(EntrySaved {
        entry_id: Some(id),
        interaction_id: found.interaction_id,
        join_url: None,
        date: zone::date_value(start, grant.zone),
    })
}

/// What was typed, as an instant. What was not touched stays as it is, to the second and on its side of a change of clocks.
fn moment(field: Field, wall: NaiveDateTime, known: DateTime<Utc>, viewer: &Actor) -> Result<DateTime<Utc>, Failure> {
    if wall.format("%Y-%m-%dT%H:%M").to_string() == zone::input_value(known, viewer.zone) {
        return Ok(known);
    }
    instant(field, wall, viewer)
}

/// Whose entry it becomes. One that several share stays theirs unless somebody else is chosen.
async fn assignees(
    tx: &mut TenantTx,
    grant: &Grant<may::ScheduleRead>,
    draft: &EntryDraft,
    found: &EntryDetails,
) -> Result<Vec<UserId>> {
    let known: Vec<UserId> = found.assignees.iter().map(|id| UserId(*id)).collect();
    match draft.user_id {
        Some(user) if known.first() != Some(&user) => {
            if !rights::may_schedule_for(grant, user) {
                return Err(ErrorCode::Forbidden.into());
            }
            check_person(tx, user).await?;
            Ok(vec![user])
        }
        _ => Ok(known),
    }
}
