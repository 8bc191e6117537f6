//! Writing down what a meeting that is there shall become. All of it happens in the transaction of whoever wants it, which holds the
//! meeting's row; Microsoft is told later, by [`super::change`].

use chrono::{DateTime, Utc};
use domain::{ChangeKind, MeetingId, MeetingStatus, MeetingTrouble, OperationId, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    Backend, Result,
    interactions::{MeetingWish, Pending},
    store::{
        self, TenantTx,
        links::Links,
        meetings::LiveMeeting,
        operations::changes::{NewChange, Unsettled},
    },
};

/// What a change consists of, as it is stored with the operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// What is to become different; of a cancellation, what it has displaced, in case it is taken back.
    pub wish: MeetingWish,
    /// What the attendees are told of a cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// How many attendees are known.
    #[serde(default)]
    pub attendees: i64,
    /// What the meeting is called, for whoever looks at the change when the meeting is not on record any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What a meeting is found by of which neither the event nor the provider's id is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_url: Option<String>,
}

impl Payload {
    pub fn of(value: &serde_json::Value) -> Result<Self> {
        Ok(Self::deserialize(value).map_err(anyhow::Error::from)?)
    }

    fn json(&self) -> Result<serde_json::Value> {
        Ok(serde_json::to_value(self).map_err(anyhow::Error::from)?)
    }
}

/// What the unsettled changes of a meeting amount to.
#[derive(Default)]
struct Before {
    /// What they ask for, the later over the earlier.
    wish: MeetingWish,
    /// Which parts of it Microsoft may have or not.
    unclear: MeetingWish,
    cancellation: Option<Unsettled>,
}

/// Reads the unsettled changes and withdraws those that nobody is at: what stays wanted of them goes into the next one.
async fn displace(backend: &Backend, tx: &mut TenantTx, meeting: &LiveMeeting) -> Result<Before> {
    let now = backend.clock().now();
    let mut before = Before::default();
    for change in store::operations::changes::unsettled(tx, meeting.meeting_id, now).await? {
        if change.kind == ChangeKind::Cancel.as_str() {
            before.cancellation = Some(change);
            continue;
        }
        let wish = Payload::of(&change.payload)?.wish;
        if change.uncertain {
            before.unclear.overlay(&wish);
        }
        before.wish.overlay(&wish);
        if !change.working {
            store::operations::changes::withdraw(tx, change.operation_id, "superseded", now).await?;
        }
    }
    Ok(before)
}

/// Asks for another subject or other times. Nothing is written when Microsoft has them already.
pub async fn update(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    meeting: &LiveMeeting,
    wish: &MeetingWish,
) -> Result<Option<OperationId>> {
    let before = displace(backend, tx, meeting).await?;
    let mut wanted = before.wish;
    wanted.overlay(wish);
    let unclear = &before.unclear;
    let needed = MeetingWish {
        subject: wanted
            .subject
            .filter(|subject| unclear.subject.is_some() || *subject != meeting.subject),
        times: wanted
            .times
            .filter(|times| unclear.times.is_some() || *times != (meeting.start, meeting.end)),
    };
    let kind = match (&needed.times, &needed.subject) {
        (Some(_), _) => ChangeKind::Move,
        (None, Some(_)) => ChangeKind::Retitle,
        (None, None) => return Ok(None),
    };
    let step = Step {
        kind,
        times: needed.times.unwrap_or((meeting.start, meeting.end)),
        payload: Payload {
            wish: needed,
            attendees: meeting.attendees,
            ..Payload::default()
        },
        uncertain: unclear.subject.is_some() || unclear.times.is_some(),
        due: backend.clock().now(),
    };
    put(backend, tx, by, meeting, step).await.map(Some)
}

/// Asks for a cancellation, to be told to Microsoft at `due`. One that is waiting already is brought forward. A meeting that Microsoft
/// never had is cancelled at once.
pub async fn cancel(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    meeting: &LiveMeeting,
    comment: Option<&str>,
    due: DateTime<Utc>,
) -> Result<Option<OperationId>> {
    let now = backend.clock().now();
    let before = displace(backend, tx, meeting).await?;
    if let Some(waiting) = before.cancellation {
        let mut payload = Payload::of(&waiting.payload)?;
        payload.comment = comment.map(str::to_owned).or(payload.comment);
        store::operations::changes::hurry(tx, waiting.operation_id, Some(&payload.json()?), due, now).await?;
        return Ok(Some(waiting.operation_id));
    }
    if !is_named(meeting) && meeting.join_url.is_none() {
        store::meetings::turn(tx, meeting.meeting_id, meeting.status, MeetingStatus::Cancelled, now).await?;
        return Ok(None);
    }
    let step = Step {
        kind: ChangeKind::Cancel,
        times: (meeting.start, meeting.end),
        payload: Payload {
            wish: before.wish,
            comment: comment.map(str::to_owned),
            attendees: meeting.attendees,
            ..Payload::default()
        },
        uncertain: false,
        due,
    };
    let id = put(backend, tx, by, meeting, step).await?;
    store::meetings::turn(
        tx,
        meeting.meeting_id,
        MeetingStatus::Scheduled,
        MeetingStatus::CancelPending,
        now,
    )
    .await?;
    Ok(Some(id))
}

/// Whether Microsoft can be told which meeting is meant.
fn is_named(meeting: &LiveMeeting) -> bool {
    meeting.provider_event_id.is_some() || meeting.provider_meeting_id.is_some()
}

/// Takes up a cancellation that somebody else has left behind; nothing if there is none.
pub async fn adopt_cancellation(backend: &Backend, tx: &mut TenantTx, id: MeetingId) -> Result<Option<OperationId>> {
    let now = backend.clock().now();
    let Some((meeting, created_by)) = store::meetings::being_cancelled(tx, id).await? else {
        return Ok(None);
    };
    if !store::operations::changes::unsettled(tx, id, now).await?.is_empty() {
        return Ok(None);
    }
    // Nobody is known to have asked for it.
    let by = created_by.unwrap_or(UserId(uuid::Uuid::nil()));
    cancel(backend, tx, by, &meeting, None, now).await
}

/// Takes a cancellation back, unless Microsoft may have been told, and asks again for what it has displaced. `None` if it is too late.
pub async fn undo_cancel(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    meeting: &LiveMeeting,
) -> Result<Option<Option<OperationId>>> {
    let now = backend.clock().now();
    let unsettled = store::operations::changes::unsettled(tx, meeting.meeting_id, now).await?;
    let cancellation = unsettled
        .into_iter()
        .find(|change| change.kind == ChangeKind::Cancel.as_str() && is_undoable(change));
    let Some(cancellation) = cancellation else {
        return Ok(None);
    };
    store::operations::changes::withdraw(tx, cancellation.operation_id, "undone", now).await?;
    store::meetings::turn(
        tx,
        meeting.meeting_id,
        MeetingStatus::CancelPending,
        MeetingStatus::Scheduled,
        now,
    )
    .await?;
    let displaced = Payload::of(&cancellation.payload)?.wish;
    update(backend, tx, by, meeting, &displaced).await.map(Some)
}

/// What was asked of a meeting and Microsoft has not confirmed.
pub async fn wanted(backend: &Backend, tx: &mut TenantTx, meeting: &LiveMeeting) -> Result<MeetingWish> {
    let mut wish = MeetingWish::default();
    for change in store::operations::changes::unsettled(tx, meeting.meeting_id, backend.clock().now()).await? {
        wish.overlay(&Payload::of(&change.payload)?.wish);
    }
    Ok(wish)
}

/// Nobody has begun to tell Microsoft.
fn is_undoable(change: &Unsettled) -> bool {
    change.attempts == 0 && !change.uncertain
}

/// Brings the next attempt of what is unsettled about a meeting forward.
pub async fn retry(backend: &Backend, tx: &mut TenantTx, meeting: &LiveMeeting) -> Result<Vec<OperationId>> {
    let now = backend.clock().now();
    let mut hurried = Vec::new();
    for change in store::operations::changes::unsettled(tx, meeting.meeting_id, now).await? {
        store::operations::changes::hurry(tx, change.operation_id, None, now, now).await?;
        hurried.push(change.operation_id);
    }
    Ok(hurried)
}

/// What the meeting of records that are one thing is on its way to.
pub async fn pending(backend: &Backend, tx: &mut TenantTx, links: &Links) -> Result<Option<Pending>> {
    let now = backend.clock().now();
    let Some(change) = store::operations::changes::pending(tx, links, now).await? else {
        return Ok(None);
    };
    let Some(kind) = ChangeKind::find(&change.kind) else {
        return Ok(None);
    };
    Ok(Some(Pending {
        kind,
        undoable: kind == ChangeKind::Cancel && is_undoable(&change),
        trouble: change.last_error.as_deref().and_then(MeetingTrouble::find),
        next: change.next_attempt_at,
    }))
}

/// What the next operation of a meeting is to be.
struct Step {
    kind: ChangeKind,
    payload: Payload,
    times: (DateTime<Utc>, DateTime<Utc>),
    uncertain: bool,
    due: DateTime<Utc>,
}

async fn put(
    backend: &Backend,
    tx: &mut TenantTx,
    by: UserId,
    meeting: &LiveMeeting,
    step: Step,
) -> Result<OperationId> {
    let operation_id = backend.clock().id();
    let payload = Payload {
        subject: Some(meeting.subject.clone()),
        join_url: meeting.join_url.clone().filter(|_| !is_named(meeting)),
        ..step.payload
    };
    let new = NewChange {
        operation_id,
        kind: step.kind,
        meeting_id: meeting.meeting_id,
        interaction_id: meeting.interaction_id,
        request_id: meeting.request_id,
        payload: payload.json()?,
        organizer_upn: meeting.organizer_upn.as_deref(),
        organizer_user_id: meeting.organizer_user_id.as_deref(),
        provider_event_id: meeting.provider_event_id.as_deref(),
        provider_meeting_id: meeting.provider_meeting_id.as_deref(),
        start: step.times.0,
        end: step.times.1,
        uncertain: step.uncertain,
        due: step.due,
        by,
        now: backend.clock().now(),
    };
    store::operations::changes::insert(tx, &new).await?;
    Ok(operation_id)
}
