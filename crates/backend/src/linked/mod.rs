//! Records that are one thing: an interaction, its entry in the schedule, the client's request behind it and their online meeting. What
//! is done to one of them is done to all, in one transaction, from whichever of them it begins; what Microsoft has to be told is written
//! down in it and told after its commit ([`prompt`]).
//!
//! These are the parts that use-cases are made of: who may do it is theirs to require.

mod change;
mod ending;
mod legacy;
mod wall;

use chrono::{DateTime, Utc};
use domain::{ErrorCode, InteractionId, OperationId, RequestId, ScheduleEntryId};

pub use change::{follow, move_to, put_back, retitle};
pub use ending::{Ending, cancel, undo};
pub use wall::{wall_times, wall_zone};

pub use crate::store::{appointments::Request, links::Links, schedule::Entry};
use crate::{
    Backend, Result,
    access::TenantScope,
    interactions::{NewMeeting, Pending, Scheduled},
    store::{self, TenantTx, changes::Current, meetings::LiveMeeting},
};

/// The record by which somebody has come to what belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Interaction(InteractionId),
    Entry(ScheduleEntryId),
    Request(RequestId),
}

impl From<Anchor> for Links {
    fn from(anchor: Anchor) -> Self {
        let mut links = Self::default();
        match anchor {
            Anchor::Interaction(id) => links.interaction = Some(id),
            Anchor::Entry(id) => links.entry = Some(id),
            Anchor::Request(id) => links.request = Some(id),
        }
        links
    }
}

/// What belongs together, held: nobody else changes it until the transaction ends.
#[derive(Debug)]
pub struct Linked {
    pub anchor: Anchor,
    pub interaction: Option<Current>,
    pub entry: Option<Entry>,
    pub request: Option<Request>,
    /// The meetings that are to come, in progress, or being cancelled.
    pub meetings: Vec<LiveMeeting>,
}

impl Linked {
    pub fn interaction_id(&self) -> Option<InteractionId> {
        self.interaction.as_ref().map(|interaction| interaction.interaction_id)
    }

    pub fn entry_id(&self) -> Option<ScheduleEntryId> {
        self.entry.as_ref().map(|entry| entry.entry_id)
    }

    pub fn request_id(&self) -> Option<RequestId> {
        self.request.as_ref().map(|request| request.request_id)
    }

    pub fn is_being_cancelled(&self) -> bool {
        self.meetings.iter().any(LiveMeeting::is_being_cancelled)
    }

    /// When all of it is: as the record says by which it was reached.
    pub fn times(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let interaction = self.interaction.as_ref().and_then(|interaction| {
            let start = interaction.start_time.unwrap_or(interaction.interaction_date);
            Some((start, interaction.end_time?))
        });
        let entry = self.entry.as_ref().and_then(|entry| entry.start.zip(entry.end));
        let request = self.request.as_ref().and_then(wall::instants);
        match self.anchor {
            Anchor::Interaction(_) => interaction.or(entry).or(request),
            Anchor::Entry(_) => entry.or(interaction).or(request),
            // The wall clock of a night that has an hour twice does not say which one is meant; an instant does.
            Anchor::Request(_) => entry.or(request).or(interaction),
        }
    }

    /// Checks that it still is when somebody saw it who now wants it otherwise.
    pub fn is_still_at(&self, seen: (DateTime<Utc>, DateTime<Utc>)) -> Result<()> {
        if self.times() == Some(seen) {
            Ok(())
        } else {
            Err(ErrorCode::Conflict.into())
        }
    }

    /// Checks that a meeting can be made for the request: it is pending, or approved and without one.
    pub fn can_get_meeting(&self) -> Result<()> {
        let request = self.request.as_ref().ok_or(ErrorCode::NotFound)?;
        let is_free = self.meetings.is_empty() && !request.has_legacy_meeting();
        if is_free && (request.is_pending() || request.is_approved()) {
            Ok(())
        } else {
            Err(ErrorCode::Conflict.into())
        }
    }
}

/// Takes everything that belongs to a record, always in the same order, so that two who do the same wait for each other instead of being
/// in each other's way. What is no longer there is left out; without the record itself the answer is 404.
pub async fn hold(backend: &Backend, tx: &mut TenantTx, anchor: Anchor) -> Result<Linked> {
    let now = backend.clock().now();
    let links = store::links::find(tx, anchor.into()).await?;
    let interaction = match links.interaction {
        Some(id) => store::changes::current(tx, id, now).await?,
        None => None,
    };
    let entry = match links.entry {
        Some(id) => store::schedule::hold(tx, id).await?,
        None => None,
    };
    let request = match links.request {
        Some(id) => store::appointments::hold(tx, id).await?,
        None => None,
    };
    let is_there = match anchor {
        Anchor::Interaction(_) => interaction.is_some(),
        Anchor::Entry(_) => entry.is_some(),
        Anchor::Request(_) => request.is_some(),
    };
    if !is_there {
        return Err(ErrorCode::NotFound.into());
    }
    // While we waited for a row, somebody may have joined another one to it, which is not held.
    if !store::links::find(tx, anchor.into()).await?.are_among(&links) {
        return Err(ErrorCode::Conflict.into());
    }
    if let Some(request) = &request {
        let interaction_id = interaction.as_ref().map(|interaction| interaction.interaction_id);
        legacy::adopt(backend, tx, request, entry.as_ref(), interaction_id, now).await?;
    }
    let meetings = store::meetings::still_live(tx, &links, now).await?;
    Ok(Linked {
        anchor,
        interaction,
        entry,
        request,
        meetings,
    })
}

/// Makes a meeting with all its records, in the one way for every entry point. With an entry it belongs to its interaction, with a request
/// it approves that, or gives it its meeting later.
pub async fn schedule(backend: &Backend, scope: TenantScope, new: NewMeeting) -> Result<Scheduled> {
    backend.teams().schedule(backend, scope, new).await
}

/// Tells Microsoft what was written down, after the commit. Waits a moment only.
pub async fn prompt(backend: &Backend, scope: TenantScope, told: Vec<OperationId>) {
    backend.teams().prompt(backend, scope, told).await;
}

/// What the meeting of a record is on its way to. Reads only.
pub async fn pending(backend: &Backend, tx: &mut TenantTx, anchor: Anchor) -> Result<Option<Pending>> {
    backend.teams().pending(backend, tx, &anchor.into()).await
}

/// Tries again at once what Microsoft has not accepted.
pub async fn retry(backend: &Backend, tx: &mut TenantTx, linked: &Linked) -> Result<Vec<OperationId>> {
    let mut changes = Vec::new();
    for meeting in &linked.meetings {
        changes.extend(backend.teams().retry(backend, tx, meeting).await?);
    }
    Ok(changes)
}

/// Stops making a meeting for a request that is now to become something else. One that is being worked on is not interrupted: whoever
/// asks is told to wait.
pub async fn stop_making(backend: &Backend, tx: &mut TenantTx, linked: &Linked) -> Result<()> {
    match linked.request_id() {
        Some(request_id) => backend.teams().stop_making(backend, tx, request_id).await,
        None => Ok(()),
    }
}
