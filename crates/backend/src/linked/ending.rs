//! Cancelling, declining and deleting.

use chrono::{DateTime, Utc};
use domain::{ErrorCode, OperationId, UserId};

use super::{Anchor, Linked, stop_making};
use crate::{
    Backend, Result,
    appointments::{self, Occasion},
    edition::Teams,
    interactions::GRACE,
    store::{
        self, TenantTx,
        appointments::status,
        schedule::{CANCELLED, EntryChange, SCHEDULED},
    },
};

/// How something comes to its end. Each cancels the meetings that are still to come; what has taken place stays in the organizer's calendar.
#[derive(Clone, Copy, Debug)]
pub enum Ending<'a> {
    /// Entry and request are cancelled with the meeting; all of it stays on record, and for a moment it can be taken back.
    Cancelled { message: Option<&'a str> },
    /// The entry goes; an interaction stays, a request is cancelled.
    EntryDeleted { message: Option<&'a str> },
    /// The interaction goes with its meetings, what was captured of them, and its entry; a request is cancelled.
    InteractionDeleted { message: Option<&'a str> },
    /// The entry goes; the attendees are told the reason.
    RequestDeclined { reason: &'a str },
    /// The client does not want it any more.
    RequestCancelled { message: Option<&'a str> },
    /// A client cancels a meeting that staff have made: as they would, but at once and for good.
    ClientCancelled { message: Option<&'a str> },
}

impl<'a> Ending<'a> {
    /// What the attendees are told.
    fn message(self) -> Option<&'a str> {
        match self {
            Self::Cancelled { message }
            | Self::EntryDeleted { message }
            | Self::InteractionDeleted { message }
            | Self::RequestCancelled { message }
            | Self::ClientCancelled { message } => message,
            Self::RequestDeclined { reason } => Some(reason).filter(|reason| !reason.is_empty()),
        }
    }
}

/// Brings everything that belongs together to its end; answers what is to be told to Microsoft after the commit. Asked for twice, it is
/// done once.
pub async fn cancel(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    linked: &Linked,
    how: Ending<'_>,
) -> Result<Vec<OperationId>> {
    let now = backend.clock().now();
    check(linked, how)?;
    stop_making(backend, tx, linked).await?;
    let mut told = Vec::new();
    for meeting in &linked.meetings {
        if let Ending::Cancelled { message } = how {
            if !meeting.is_being_cancelled() {
                let due = now + GRACE;
                // Due in a moment only, so there is nothing to wait for: the sweep finds it.
                backend.teams().cancel(backend, tx, by, meeting, message, due).await?;
            }
        } else {
            let cancelled = backend
                .teams()
                .cancel(backend, tx, by, meeting, how.message(), now)
                .await?;
            told.extend(cancelled);
        }
        store::meetings::cancelled_by(tx, meeting.meeting_id, by, how.message()).await?;
    }
    // Who is to be told is looked up before their entry goes.
    let concerned = match &linked.request {
        Some(request) if request.is_approved() && !is_over(linked, now) => {
            Some(appointments::people(tx, request.request_id).await?)
        }
        _ => None,
    };
    close(tx, linked, how, now).await?;
    if let (Some(people), Some(occasion)) = (concerned, occasion(how, now)) {
        appointments::tell_people(backend, tx, &people, occasion).await?;
    }
    Ok(told)
}

/// What those concerned with an approved request are told here; whoever declines or cancels a request tells them of that.
fn occasion(how: Ending<'_>, now: DateTime<Utc>) -> Option<Occasion<'_>> {
    let (message, due) = match how {
        Ending::Cancelled { message } => (message, now + GRACE),
        Ending::EntryDeleted { message } | Ending::InteractionDeleted { message } => (message, now),
        Ending::RequestDeclined { .. } | Ending::RequestCancelled { .. } | Ending::ClientCancelled { .. } => {
            return None;
        }
    };
    let reason = message.unwrap_or_default();
    Some(Occasion::Cancelled { reason, due })
}

/// It has taken place.
fn is_over(linked: &Linked, now: DateTime<Utc>) -> bool {
    linked.times().is_some_and(|(_, end)| end <= now) && linked.meetings.is_empty()
}

fn check(linked: &Linked, how: Ending<'_>) -> Result<()> {
    match how {
        Ending::Cancelled { .. } | Ending::ClientCancelled { .. } => {
            if !linked.meetings.is_empty() && !Teams::CHANGES_MEETINGS {
                return Err(ErrorCode::NotInThisEdition.into());
            }
            // Without a meeting there must be something else that can be cancelled.
            let is_open = match linked.anchor {
                Anchor::Interaction(_) => false,
                Anchor::Entry(_) => linked.entry.as_ref().is_some_and(|entry| !entry.is_cancelled()),
                Anchor::Request(_) => linked
                    .request
                    .as_ref()
                    .is_some_and(store::appointments::Request::is_approved),
            };
            if linked.meetings.is_empty() && !is_open {
                return Err(ErrorCode::MeetingOver.into());
            }
            Ok(())
        }
        Ending::RequestDeclined { .. } | Ending::RequestCancelled { .. } => match &linked.request {
            Some(request) if request.is_pending() || request.is_approved() => Ok(()),
            Some(_) => Err(ErrorCode::Conflict.into()),
            None => Err(ErrorCode::NotFound.into()),
        },
        Ending::EntryDeleted { .. } if linked.entry.is_none() => Err(ErrorCode::NotFound.into()),
        Ending::InteractionDeleted { .. } if linked.interaction.is_none() => Err(ErrorCode::NotFound.into()),
        Ending::EntryDeleted { .. } | Ending::InteractionDeleted { .. } => Ok(()),
    }
}

async fn close(tx: &mut TenantTx, linked: &Linked, how: Ending<'_>, now: DateTime<Utc>) -> Result<()> {
    close_request(tx, linked, how, now).await?;
    if let Some(entry) = &linked.entry {
        match how {
            Ending::Cancelled { .. } | Ending::ClientCancelled { .. } => {
                let change = EntryChange {
                    status: Some(CANCELLED),
                    ..EntryChange::default()
                };
                store::schedule::change(tx, entry.entry_id, &change, now).await?;
            }
            _ => store::schedule::delete(tx, entry.entry_id).await?,
        }
    }
    if let (Ending::InteractionDeleted { .. }, Some(id)) = (how, linked.interaction_id()) {
        store::events::deleted(tx, id, now).await?;
        store::changes::delete(tx, id, now).await?;
        store::schedule::detach(tx, id, now).await?;
    }
    Ok(())
}

/// What the client sees of it. An appointment that has taken place stays an approved one whatever is deleted later, and what nobody has
/// decided about stays to be decided about.
async fn close_request(tx: &mut TenantTx, linked: &Linked, how: Ending<'_>, now: DateTime<Utc>) -> Result<()> {
    let Some(request) = linked
        .request
        .as_ref()
        .filter(|request| request.is_pending() || request.is_approved())
    else {
        return Ok(());
    };
    let is_over = is_over(linked, now);
    let stays = is_over || request.is_pending();
    let (turned, reason, entry_id) = match how {
        Ending::Cancelled { message } | Ending::ClientCancelled { message } => {
            (status::CANCELLED, message, linked.entry_id())
        }
        Ending::RequestDeclined { reason } => (status::DECLINED, Some(reason), None),
        Ending::EntryDeleted { .. } | Ending::InteractionDeleted { .. } if stays => {
            (request.status.as_str(), None, None)
        }
        Ending::RequestCancelled { message }
        | Ending::EntryDeleted { message }
        | Ending::InteractionDeleted { message } => (status::CANCELLED, message, None),
    };
    store::appointments::turned(tx, request.request_id, turned, reason, entry_id, now).await?;
    if is_over {
        return Ok(());
    }
    // Mails and the portal offer to join what stands there.
    store::appointments::meeting(tx, request.request_id, None, None, now).await
}

/// Takes a cancellation back while Microsoft has not been told; answers what is to be told after the commit.
pub async fn undo(backend: &Backend, tx: &mut TenantTx, by: UserId, linked: &Linked) -> Result<Vec<OperationId>> {
    let now = backend.clock().now();
    let mut again = Vec::new();
    for meeting in linked.meetings.iter().filter(|meeting| meeting.is_being_cancelled()) {
        let undone = backend.teams().undo_cancel(backend, tx, by, meeting).await?;
        again.extend(undone.ok_or(ErrorCode::TooLate)?);
        if let Some(request) = linked
            .request
            .as_ref()
            .filter(|request| request.status == status::CANCELLED)
        {
            let id = request.request_id;
            store::appointments::turned(tx, id, status::APPROVED, None, linked.entry_id(), now).await?;
            let known = meeting.provider_meeting_id.as_deref();
            store::appointments::meeting(tx, id, meeting.join_url.as_deref(), known, now).await?;
            appointments::withdraw(tx, id).await?;
        }
        if let Some(entry) = linked.entry.as_ref().filter(|entry| entry.is_cancelled()) {
            let change = EntryChange {
                status: Some(SCHEDULED),
                ..EntryChange::default()
            };
            store::schedule::change(tx, entry.entry_id, &change, now).await?;
        }
    }
    Ok(again)
}
