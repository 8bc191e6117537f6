//! The online meeting of an interaction: cancelling it, taking that back, and what is on its way to Microsoft.

use chrono::{DateTime, Duration, Utc};
use domain::{ChangeKind, ErrorCode, InteractionId, MeetingTrouble, PendingChange};
use serde::{Deserialize, Serialize};

use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    edition::Teams,
    linked::{self, Anchor, Ending, Linked},
    store::TenantTx,
    zone,
};

/// How long a cancellation can be taken back before Microsoft is told, and the attendees are.
pub const GRACE: Duration = Duration::seconds(8);

/// What a meeting shall become; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingWish {
    pub subject: Option<String>,
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl MeetingWish {
    /// What the other asks for counts more.
    pub fn overlay(&mut self, other: &Self) {
        if let Some(subject) = &other.subject {
            self.subject = Some(subject.clone());
        }
        self.times = other.times.or(self.times);
    }
}

/// A change that Microsoft has not confirmed.
pub struct Pending {
    pub kind: ChangeKind,
    pub undoable: bool,
    pub trouble: Option<MeetingTrouble>,
    pub next: DateTime<Utc>,
}

impl Pending {
    /// As its page shows it; `known` is when the meeting is as far as Microsoft knows.
    pub fn shown(self, known: Option<DateTime<Utc>>, viewer: &Actor) -> PendingChange {
        let moment = |time| zone::moment(time, viewer.zone, viewer.language);
        PendingChange {
            kind: self.kind,
            undoable: self.undoable,
            next: self.trouble.map(|_| moment(self.next)),
            trouble: self.trouble,
            still_at: known.filter(|_| self.kind == ChangeKind::Move).map(moment),
        }
    }
}

/// The subject of a meeting whose interaction has this title: the reverse of [`meeting_title`], and for a title of another form itself.
pub fn meeting_subject(title: &str) -> &str {
    title
        .strip_prefix(&super::meeting_title(""))
        .map(str::trim)
        .filter(|subject| !subject.is_empty())
        .unwrap_or(title)
}

/// Cancels the interaction's meeting in a moment, with a message to its attendees; the interaction stays. Asked for twice, it is
/// cancelled once.
pub async fn cancel_meeting(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
    message: &str,
) -> Result<InteractionId> {
    let message = domain::message(message)?;
    let (id, mut tx, linked) = open(backend, grant, id).await?;
    let message = message.as_deref();
    let told = linked::cancel(
        backend,
        &mut tx,
        grant.user_id(),
        &linked,
        Ending::Cancelled { message },
    )
    .await?;
    tx.commit().await?;
    tracing::info!(interaction.id = %id, user.id = %grant.user_id(), "a meeting is to be cancelled");
    linked::prompt(backend, grant.scope(), told).await;
    Ok(id)
}

/// Takes a cancellation back while Microsoft has not been told.
pub async fn undo_cancel(backend: &Backend, grant: &Grant<may::InteractionUpdate>, id: &str) -> Result<InteractionId> {
    let (id, mut tx, linked) = open(backend, grant, id).await?;
    let again = linked::undo(backend, &mut tx, grant.user_id(), &linked).await?;
    tx.commit().await?;
    linked::prompt(backend, grant.scope(), again).await;
    Ok(id)
}

/// Tries again at once what Microsoft has not accepted.
pub async fn retry_meeting(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
) -> Result<InteractionId> {
    let (id, mut tx, linked) = open(backend, grant, id).await?;
    let changes = linked::retry(backend, &mut tx, &linked).await?;
    tx.commit().await?;
    linked::prompt(backend, grant.scope(), changes).await;
    Ok(id)
}

/// Gives a change up that Microsoft has not accepted: the interaction gets back the times and the title that Microsoft knows.
pub async fn put_meeting_back(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
) -> Result<InteractionId> {
    let (id, mut tx, linked) = open(backend, grant, id).await?;
    let changes = linked::put_back(backend, &mut tx, grant.user_id(), &linked).await?;
    tx.commit().await?;
    linked::prompt(backend, grant.scope(), changes).await;
    Ok(id)
}

/// An interaction with a live meeting and all that belongs to it, held until the transaction ends.
pub(super) async fn open(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
) -> Result<(InteractionId, TenantTx, Linked)> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let linked = linked::hold(backend, &mut tx, Anchor::Interaction(id)).await?;
    if !Teams::CHANGES_MEETINGS {
        return Err(ErrorCode::NotInThisEdition.into());
    }
    if linked.meetings.is_empty() {
        return Err(ErrorCode::MeetingOver.into());
    }
    Ok((id, tx, linked))
}

#[cfg(test)]
mod tests {
    use super::{super::meeting_title, *};

    #[test]
    fn a_title_names_its_subject() {
        for subject in ["Backup review", "x"] {
            assert_eq!(meeting_subject(&meeting_title(subject)), subject);
        }
        assert_eq!(meeting_subject("Weekly"), "Weekly");
        assert_eq!(meeting_subject("Online Meeting: "), "Online Meeting: ");
    }

    #[test]
    fn the_later_wish_counts() {
        let at = |hour: i64| DateTime::from_timestamp(hour * 3600, 0).unwrap();
        let mut wish = MeetingWish {
            subject: Some("A".into()),
            times: Some((at(1), at(2))),
        };
        wish.overlay(&MeetingWish::default());
        assert_eq!(wish.subject.as_deref(), Some("A"));
        wish.overlay(&MeetingWish {
            subject: Some("B".into()),
            times: None,
        });
        assert_eq!((wish.subject.as_deref(), wish.times), (Some("B"), Some((at(1), at(2)))));
    }
}
