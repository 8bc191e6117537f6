//! Moving an entry, and with it whatever belongs to it.

use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, Failure, Field, ScheduleEntryId,
    schedule::{EntryMoved, MoveEntry, MoveQuestion, MoveTo},
};

use super::{
    change::{self, Held},
    conflicts, entry, rights,
};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    edition::Teams,
    linked, store, zone,
};

fn start(to: MoveTo, viewer: &Actor) -> Result<DateTime<Utc>, Failure> {
    match to {
        MoveTo::Moment(moment) => Ok(moment),
        MoveTo::Wall(wall) => zone::instant(wall, viewer.zone).map_err(|problem| Failure::field(Field::Start, problem)),
    }
}

/// What is asked before an entry is moved on which a meeting hangs.
pub async fn move_question(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    id: &str,
    to: &str,
) -> Result<MoveQuestion> {
    let id: ScheduleEntryId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let to = MoveTo::read(to).map_err(|problem| Failure::field(Field::Start, problem))?;
    let to = start(to, grant)?;
    let now = backend.clock().now();
    let mut tx = backend.db().read(grant.scope()).await?;
    let found = store::schedule::read::details(&mut tx, id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if !rights::rights(grant, &rights::Entry::from(&found)).may_edit {
        return Err(ErrorCode::Forbidden.into());
    }
    let end = to + (found.end - found.start);
    let clashes = conflicts::find(&mut tx, grant, &found.assignees, (to, end), Some(id), now).await?;
    let there = entry::zone_there(&found, grant, to);
    Ok(MoveQuestion {
        entry_id: id,
        version: found.version(),
        start: to.timestamp().div_euclid(60).to_string(),
        when: zone::moment(to, grant.zone, grant.language),
        before: zone::moment(found.start, grant.zone, grant.language),
        there: there.map(|zone| zone::time(to, zone)),
        has_meeting: entry::is_live(&found, now) && Teams::CHANGES_MEETINGS,
        attendees: u32::try_from(found.attendees).unwrap_or_default(),
        title: found.title,
        conflicts: clashes,
    })
}

/// Moves an entry to another time; it stays as long as it is.
pub async fn move_entry(backend: &Backend, grant: &Grant<may::ScheduleRead>, input: &MoveEntry) -> Result<EntryMoved> {
    let (id, version, to) = input.check()?;
    let to = start(to, grant)?;
    let Held { mut tx, linked, found } = change::hold(backend, grant, (id, version), |rights| rights.may_edit).await?;
    let times = (to, to + (found.end - found.start));
    let told = if times == (found.start, found.end) {
        Vec::new()
    } else {
        linked::move_to(backend, &mut tx, grant.user_id(), &linked, times).await?
    };
    tx.commit().await?;
    tracing::info!(entry.id = %id, user.id = %grant.user_id(), "an entry was moved");
    linked::prompt(backend, grant.scope(), told).await;
    Ok(EntryMoved {
        entry_id: id,
        date: zone::date_value(to, grant.zone),
        when: zone::moment(to, grant.zone, grant.language),
    })
}
