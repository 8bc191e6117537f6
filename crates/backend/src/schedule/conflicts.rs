//! Other entries at the same time.

use chrono::{DateTime, Utc};
use domain::{
    ScheduleEntryId,
    schedule::{Conflict, MoveTo},
};

use uuid::Uuid;

use super::{occurrences::occurrences, rights};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    store::{self, TenantTx},
    zone,
};

/// How many are named.
const NAMED: usize = 5;

/// What somebody has at a time that is being typed; nothing while it is no time yet.
pub async fn conflicts(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    (user_id, except): (&str, &str),
    (start, end): (&str, &str),
) -> Result<Vec<Conflict>> {
    let instant = |text: &str| match MoveTo::read(text).ok()? {
        MoveTo::Wall(wall) => zone::instant(wall, grant.zone).ok(),
        MoveTo::Moment(moment) => Some(moment),
    };
    let (Some(start), Some(end)) = (instant(start), instant(end)) else {
        return Ok(Vec::new());
    };
    let user_id = user_id.parse().unwrap_or(grant.user_id());
    let mut tx = backend.db().read(grant.scope()).await?;
    let now = backend.clock().now();
    find(&mut tx, grant, &[user_id.0], (start, end), except.parse().ok(), now).await
}

/// What these people have between two moments, except for one entry. What is cancelled takes no time.
pub async fn find(
    tx: &mut TenantTx,
    viewer: &Actor,
    people: &[Uuid],
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    except: Option<ScheduleEntryId>,
    now: DateTime<Utc>,
) -> Result<Vec<Conflict>> {
    if end <= start || end - start > chrono::Duration::days(32) {
        return Ok(Vec::new());
    }
    let rows = store::schedule::read::entries(tx, (start, end), Some(people), now).await?;
    let found = occurrences(&rows, start, end)
        .into_iter()
        .filter(|once| Some(once.entry.entry_id) != except && !once.entry.is_cancelled)
        .filter(|once| once.start < end && once.end > start)
        .take(NAMED)
        .map(|once| {
            let may_know = rights::may_know(viewer, &rights::Entry::from(once.entry));
            Conflict {
                title: if may_know {
                    once.entry.title.clone()
                } else {
                    String::new()
                },
                when: format!(
                    "{}, {}",
                    zone::short_day(once.start, viewer.zone, viewer.language),
                    zone::time_span(once.start, Some(once.end), viewer.zone, viewer.language)
                ),
            }
        });
    Ok(found.collect())
}
