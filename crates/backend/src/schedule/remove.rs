//! Deleting an entry, and cancelling the meeting that hangs on it.

use domain::{
    ErrorCode, Failure, Field, Problem,
    schedule::{EntryRemoved, RemoveEntry},
};

use super::change::{self, Held};
use crate::{
    Backend, Result,
    access::{Grant, may},
    linked::{self, Ending},
    zone,
};

/// Cancels the entry's meeting in a moment, with a message to the attendees, and leaves the entry crossed out; or takes the entry off the
/// schedule for good, whose meeting is then cancelled at once. An interaction stays.
pub async fn remove(backend: &Backend, grant: &Grant<may::ScheduleRead>, input: &RemoveEntry) -> Result<EntryRemoved> {
    let id = input.entry_id.parse().map_err(|_| ErrorCode::NotFound)?;
    let damaged = |_| Failure::field(Field::IdempotencyKey, Problem::Damaged);
    let version = input.version.parse().map_err(damaged)?;
    let message = domain::message(&input.message)?;
    let Held { mut tx, linked, found } =
        change::hold(backend, grant, (id, version), |rights| rights.may_delete).await?;
    let is_live = linked.meetings.iter().any(|meeting| !meeting.is_being_cancelled());
    let stays = is_live && input.for_good.is_none();
    let message = message.as_deref();
    let how = if stays {
        Ending::Cancelled { message }
    } else {
        Ending::EntryDeleted { message }
    };
    let told = linked::cancel(backend, &mut tx, grant.user_id(), &linked, how).await?;
    tx.commit().await?;
    tracing::info!(entry.id = %id, user.id = %grant.user_id(), stays, "an entry was removed");
    linked::prompt(backend, grant.scope(), told).await;
    Ok(EntryRemoved {
        entry_id: id,
        stays,
        date: zone::date_value(found.start, grant.zone),
    })
}
