//! Telling Microsoft what a meeting shall become, and noting what came of it.

use std::time::Duration as StdDuration;

use chrono::{DateTime, Duration, Utc};
use domain::{ChangeKind, MeetingStatus, MeetingTrouble};
use graph::{ErrorKind, EventChange, Forbidden, GraphError, GraphSession, OnlineMeetingChange};
use uuid::Uuid;

use super::{
    carry_out::{log_refusal, next_look},
    connection,
    lease::Lease,
    queue::Payload,
};
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{
        self, TenantTx,
        operations::changes::{Change, Setback},
    },
};

/// How long to wait after a refusal that somebody has to do something about.
const REFUSED: Duration = Duration::hours(1);
/// The same once it has been refused for days.
const REFUSED_LONG: Duration = Duration::days(1);
/// The longest wait that Microsoft may ask for.
const LONGEST: Duration = Duration::days(1);

/// How an attempt ended.
enum Outcome {
    Done,
    /// The meeting is over: there is nothing left to change.
    Moot,
    Failed(Setbacks),
}

struct Setbacks {
    trouble: MeetingTrouble,
    uncertain: bool,
    retry_after: Option<StdDuration>,
}

impl From<MeetingTrouble> for Outcome {
    fn from(trouble: MeetingTrouble) -> Self {
        Self::Failed(Setbacks {
            trouble,
            uncertain: false,
            retry_after: None,
        })
    }
}

/// One attempt at a change that the caller has claimed.
pub async fn carry_out(backend: &Backend, scope: TenantScope, change: &Change) -> Result<()> {
    let lease = Lease {
        operation_id: change.operation_id,
        attempts: change.attempts,
    };
    let work = async {
        let outcome = attempt(backend, scope, change).await?;
        settle(backend, scope, change, outcome).await
    };
    // A lost lease is somebody else's attempt now.
    lease.during(backend, scope, work).await.map(Option::unwrap_or_default)
}

async fn attempt(backend: &Backend, scope: TenantScope, change: &Change) -> Result<Outcome> {
    let payload = Payload::of(&change.payload)?;
    if change.kind != ChangeKind::Cancel && change.end_time <= backend.clock().now() {
        return Ok(Outcome::Moot);
    }
    let mut tx = backend.db().read(scope).await?;
    let record = store::teams::connection(&mut tx).await?;
    let Some(profile) = connection::profile(record.as_ref()) else {
        return Ok(MeetingTrouble::NotSetUp.into());
    };
    let session = match connection::session(backend, &mut tx, scope.tenant(), profile).await {
        Ok(session) => session,
        Err(crate::Error::Failure(_)) => return Ok(MeetingTrouble::NotSetUp.into()),
        Err(error) => return Err(error),
    };
    drop(tx);
    let Some(mailbox) = Mailbox::of(change, record.as_ref()) else {
        return Ok(MeetingTrouble::OrganizerGone.into());
    };
    let told = match &change.provider_event_id {
        Some(event_id) => tell_calendar(&session, &mailbox, event_id, change.kind, &payload)
            .await
            .map(|()| Told::Done),
        None => tell_teams(&session, &mailbox, change, &payload).await,
    };
    Ok(match told {
        Ok(Told::Done) => Outcome::Done,
        Ok(Told::NotFound) => MeetingTrouble::MeetingGone.into(),
        Err(error) => {
            log_refusal(
                change.operation_id,
                &error,
                "a change of a meeting did not arrive at Microsoft",
            );
            Outcome::Failed(Setbacks {
                trouble: trouble(&error),
                uncertain: error.outcome_unknown(),
                retry_after: error.retry_after(),
            })
        }
    })
}

/// Whose meeting it is.
struct Mailbox {
    user: String,
    /// The meeting does not say, so it is taken for the organizer of today: what he does not have may still be elsewhere.
    guessed: bool,
}

impl Mailbox {
    fn of(change: &Change, record: Option<&store::teams::ConnectionRecord>) -> Option<Self> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let own = filled(&change.organizer_user_id).or_else(|| filled(&change.organizer_upn));
        let guessed = own.is_none();
        let user = own.or_else(|| {
            let record = record?;
            filled(&record.organizer_object_id).or_else(|| filled(&record.organizer_upn))
        })?;
        Some(Self { user, guessed })
    }
}

/// A meeting with an event. Only what is to become different is sent, and never the body: Microsoft's block with the join link lives in
/// it.
async fn tell_calendar(
    session: &GraphSession,
    mailbox: &Mailbox,
    event_id: &str,
    kind: ChangeKind,
    payload: &Payload,
) -> Result<(), GraphError> {
    let user = mailbox.user.as_str();
    if kind != ChangeKind::Cancel {
        let change = EventChange {
            subject: payload.wish.subject.clone(),
            times: payload.wish.times,
        };
        return session.update_event(user, event_id, &change).await.map(drop);
    }
    if mailbox.guessed {
        // Deleting would take "not here" for "gone".
        session.event(user, event_id).await?;
    }
    if payload.comment.is_none() && payload.attendees == 0 {
        return session.delete_event(user, event_id).await;
    }
    let comment = payload.comment.as_deref().unwrap_or_default();
    match session.cancel_event(user, event_id, comment).await {
        // An event without attendees is no meeting to Exchange, and cannot be cancelled, only deleted.
        Err(error) if error.kind == ErrorKind::Invalid => session.delete_event(user, event_id).await,
        told => told,
    }
}

/// A meeting on nobody's calendar, as they were made once.
async fn tell_teams(
    session: &GraphSession,
    mailbox: &Mailbox,
    change: &Change,
    payload: &Payload,
) -> Result<Told, GraphError> {
    // Teams wants the object id.
    let looked_up = if Uuid::try_parse(&mailbox.user).is_err() {
        Some(session.user(&mailbox.user).await?.id)
    } else {
        None
    };
    let user = looked_up.as_deref().unwrap_or(&mailbox.user);
    let found = match (&change.provider_meeting_id, &payload.join_url) {
        (None, Some(join_url)) => session
            .online_meeting_by_join_url(user, join_url)
            .await?
            .map(|found| found.id),
        (id, _) => id.clone(),
    };
    let Some(meeting_id) = found.as_deref() else {
        return Ok(Told::NotFound);
    };
    if change.kind != ChangeKind::Cancel {
        let change = OnlineMeetingChange {
            subject: payload.wish.subject.clone(),
            times: payload.wish.times,
            ..OnlineMeetingChange::default()
        };
        return session
            .update_online_meeting(user, meeting_id, &change)
            .await
            .map(|_| Told::Done);
    }
    let told = match session.online_meeting(user, meeting_id).await {
        Ok(_) => session.delete_online_meeting(user, meeting_id).await,
        // Teams says the same of a meeting that is gone and of an organizer who is.
        Err(error) if error.kind == ErrorKind::NotFound && !mailbox.guessed => session.user(user).await.map(drop),
        Err(error) => Err(error),
    };
    told.map(|()| Told::Done)
}

enum Told {
    Done,
    /// No meeting has the link that is all we know of it.
    NotFound,
}

/// Notes what came of an attempt, unless another one counts by now.
async fn settle(backend: &Backend, scope: TenantScope, change: &Change, outcome: Outcome) -> Result<()> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    store::meetings::hold(&mut tx, change.meeting_id).await?;
    if !store::operations::changes::is_ours(&mut tx, change.operation_id, change.attempts).await? {
        return Ok(());
    }
    match outcome {
        Outcome::Done => {
            store::operations::changes::done(&mut tx, change.operation_id, now).await?;
            confirm(&mut tx, change, now).await?;
        }
        Outcome::Moot => {
            store::operations::changes::withdraw(&mut tx, change.operation_id, "over", now).await?;
        }
        Outcome::Failed(setbacks) => put_off(&mut tx, change, &setbacks, now).await?,
    }
    Ok(tx.commit().await?)
}

async fn confirm(tx: &mut TenantTx, change: &Change, now: DateTime<Utc>) -> Result<()> {
    let payload = Payload::of(&change.payload)?;
    if change.kind == ChangeKind::Cancel {
        let (from, to) = (MeetingStatus::CancelPending, MeetingStatus::Cancelled);
        store::meetings::turn(tx, change.meeting_id, from, to, now).await?;
        tracing::info!(meeting.id = %change.meeting_id, operation.id = %change.operation_id, "a Teams meeting was cancelled");
        return Ok(());
    }
    let subject = payload.wish.subject.as_deref();
    store::meetings::confirmed(tx, change.meeting_id, subject, payload.wish.times, now).await?;
    tracing::info!(meeting.id = %change.meeting_id, operation.id = %change.operation_id, "a Teams meeting was changed");
    Ok(())
}

/// Plans the next attempt. A change with another one behind it makes way instead: that one holds all that is wanted.
async fn put_off(tx: &mut TenantTx, change: &Change, setbacks: &Setbacks, now: DateTime<Utc>) -> Result<()> {
    if store::operations::changes::has_successor(tx, change.operation_id, change.meeting_id).await? {
        store::operations::changes::withdraw(tx, change.operation_id, "superseded", now).await?;
        return Ok(());
    }
    let trouble = setbacks.trouble;
    let asked = setbacks
        .retry_after
        .and_then(|wait| Duration::from_std(wait).ok())
        .unwrap_or_default()
        .min(LONGEST);
    let next = if trouble.passes() {
        next_look(now, change.attempts - 1).max(now + asked)
    } else {
        now + if change.attempts < 100 { REFUSED } else { REFUSED_LONG }
    };
    let setback = Setback {
        state: if trouble.passes() { "waiting" } else { "refused" },
        reason: trouble.as_str(),
        uncertain: setbacks.uncertain,
        next,
        now,
    };
    store::operations::changes::put_off(tx, change.operation_id, &setback).await
}

/// What an error means to those who wait for the change.
pub fn trouble(error: &GraphError) -> MeetingTrouble {
    match error.kind {
        ErrorKind::Throttled { .. } => MeetingTrouble::Throttled,
        ErrorKind::Unavailable | ErrorKind::Protocol | ErrorKind::Conflict => MeetingTrouble::Unavailable,
        ErrorKind::Credentials | ErrorKind::Unauthorized => MeetingTrouble::Credentials,
        ErrorKind::Forbidden(Forbidden::MailboxScope | Forbidden::AccessPolicyDenied) => MeetingTrouble::MailboxScope,
        ErrorKind::Forbidden(_) => MeetingTrouble::Permission,
        ErrorKind::NotFound if error.names_mailbox() => MeetingTrouble::OrganizerGone,
        ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::LegacyMeeting | ErrorKind::MeetingExpired => {
            MeetingTrouble::MeetingGone
        }
        ErrorKind::Invalid | ErrorKind::NotOnline | ErrorKind::MissingJoinUrl => MeetingTrouble::Refused,
    }
}
