//! The online meeting of an interaction: cancelling it, taking that back, and what is on its way to Microsoft.

use chrono::{DateTime, Duration, Utc};
use domain::{ChangeKind, ErrorCode, InteractionId, MeetingTrouble, PendingChange};
use serde::{Deserialize, Serialize};

use super::meeting_title;
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    edition::Teams,
    store::{
        self, TenantTx,
        changes::{Change, Current},
        meetings::LiveMeeting,
    },
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
        .strip_prefix(&meeting_title(""))
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
    let (id, mut tx, meetings) = open(backend, grant, id).await?;
    let due = backend.clock().now() + GRACE;
    for meeting in meetings.iter().filter(|meeting| !meeting.is_being_cancelled()) {
        // Due in a moment only, so there is nothing to wait for: the sweep finds it.
        backend
            .teams()
            .cancel(backend, &mut tx, grant.user_id(), meeting, message.as_deref(), due)
            .await?;
    }
    tx.commit().await?;
    tracing::info!(interaction.id = %id, user.id = %grant.user_id(), "a meeting is to be cancelled");
    Ok(id)
}

/// Takes a cancellation back while Microsoft has not been told.
pub async fn undo_cancel(backend: &Backend, grant: &Grant<may::InteractionUpdate>, id: &str) -> Result<InteractionId> {
    let (id, mut tx, meetings) = open(backend, grant, id).await?;
    let mut again = Vec::new();
    for meeting in meetings.iter().filter(|meeting| meeting.is_being_cancelled()) {
        let undone = backend
            .teams()
            .undo_cancel(backend, &mut tx, grant.user_id(), meeting)
            .await?;
        again.extend(undone.ok_or(ErrorCode::TooLate)?);
    }
    tx.commit().await?;
    backend.teams().prompt(backend, grant.scope(), again).await;
    Ok(id)
}

/// Tries again at once what Microsoft has not accepted.
pub async fn retry_meeting(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
) -> Result<InteractionId> {
    let (id, mut tx, meetings) = open(backend, grant, id).await?;
    let mut changes = Vec::new();
    for meeting in &meetings {
        changes.extend(backend.teams().retry(backend, &mut tx, meeting).await?);
    }
    tx.commit().await?;
    backend.teams().prompt(backend, grant.scope(), changes).await;
    Ok(id)
}

/// Gives a change up that Microsoft has not accepted: the interaction gets back the times and the title that Microsoft knows.
pub async fn put_meeting_back(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
) -> Result<InteractionId> {
    let now = backend.clock().now();
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let current = store::changes::current(&mut tx, id, now)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let meetings = live(backend, &mut tx, id).await?;
    let mut changes = Vec::new();
    let mut back = MeetingWish::default();
    for meeting in meetings.iter().filter(|meeting| !meeting.is_being_cancelled()) {
        let known = MeetingWish {
            subject: Some(meeting.subject.clone()),
            times: Some((meeting.start, meeting.end)),
        };
        let given_up = backend.teams().wanted(backend, &mut tx, meeting).await?;
        back.subject = given_up.subject.and(known.subject.clone()).or(back.subject);
        back.times = given_up.times.and(known.times).or(back.times);
        changes.extend(
            backend
                .teams()
                .change(backend, &mut tx, grant.user_id(), meeting, &known)
                .await?,
        );
    }
    write_back(&mut tx, id, &current, &back, grant, now).await?;
    tx.commit().await?;
    backend.teams().prompt(backend, grant.scope(), changes).await;
    Ok(id)
}

async fn write_back(
    tx: &mut TenantTx,
    id: InteractionId,
    current: &Current,
    back: &MeetingWish,
    grant: &Grant<may::InteractionUpdate>,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut fields = Vec::new();
    let title = back.subject.as_deref().map(meeting_title);
    if title.is_some() {
        fields.push("title");
    }
    if back.times.is_some() {
        fields.extend(["start_time", "end_time"]);
    }
    if fields.is_empty() {
        return Ok(());
    }
    let change = Change {
        interaction_id: id,
        client_id: current.client_id,
        type_id: current.type_id,
        contact_id: current.contact_id,
        user_id: current.user_id,
        status_id: current.status_id,
        title: title.as_deref().or(current.title.as_deref()).unwrap_or_default(),
        notes: current.notes.as_deref().unwrap_or_default(),
        start: back.times.map_or_else(
            || current.start_time.unwrap_or(current.interaction_date),
            |times| times.0,
        ),
        end: back.times.map(|times| times.1).or(current.end_time),
        by: grant.user_id(),
        now,
    };
    store::changes::update(tx, &change).await?;
    store::events::updated(tx, id, &fields, now).await
}

/// The live meetings of an interaction, held until the transaction ends.
async fn open(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
) -> Result<(InteractionId, TenantTx, Vec<LiveMeeting>)> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::changes::current(&mut tx, id, backend.clock().now())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let meetings = live(backend, &mut tx, id).await?;
    Ok((id, tx, meetings))
}

async fn live(backend: &Backend, tx: &mut TenantTx, id: InteractionId) -> Result<Vec<LiveMeeting>> {
    if !Teams::CHANGES_MEETINGS {
        return Err(ErrorCode::NotInThisEdition.into());
    }
    let meetings = store::meetings::still_live(tx, id, backend.clock().now()).await?;
    if meetings.is_empty() {
        return Err(ErrorCode::MeetingOver.into());
    }
    Ok(meetings)
}

#[cfg(test)]
mod tests {
    use super::*;

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
