//! Looking at Microsoft for what became of a meeting. There is one way, whoever asks for it: the sweep when it is due, or somebody who
//! wants to know now.
//!
//! One process at a time looks for a meeting, because it holds the meeting's [`lease`]. Microsoft is never asked inside of a transaction:
//! each answer is written in one of its own, which first makes sure that the look is still ours. What is written twice is there once: an
//! artifact is known by Microsoft's id, its document and its file by the artifact's.
//!
//! Recordings and transcripts are judged apart. When Microsoft is asked next, and what that means for the meeting's status, is decided by
//! [`domain::looking`].

mod difference;
mod lease;
mod listed;
mod microsoft;
mod now;
mod sweep;
mod transcripts;

use chrono::Duration;
use domain::{
    ArtifactKind, MeetingId, MeetingStatus,
    looking::{self, Look},
};

pub use now::{look_now, look_told};
pub use sweep::{SWEPT, places, sweep};

use self::{
    lease::Lease,
    listed::Answer,
    microsoft::{Place, Trouble},
};
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{
        self,
        artifacts::{
            Looked,
            lease::{Fetch, When},
        },
    },
};

/// How long a look belongs to whoever has begun it, unless extended.
const LEASE: Duration = Duration::seconds(10);
/// How often the lease is extended.
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(3);

/// Takes a meeting; `None` if somebody else is at it, it is not due, or there is nothing to look for.
async fn begin(backend: &Backend, scope: TenantScope, id: MeetingId, when: When) -> Result<Option<Fetch>> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    let claimed = store::artifacts::lease::claim(&mut tx, id, when, now, now + LEASE).await?;
    if let Some(fetch) = &claimed {
        store::artifacts::ended(&mut tx, id, fetch.interaction_id, now).await?;
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Looks for a meeting that the caller has taken, and lets go of it.
async fn look(backend: &Backend, scope: TenantScope, fetch: &Fetch, when: When) -> Result<()> {
    let lease = Lease::of(fetch);
    let working = Working {
        backend,
        scope,
        fetch,
        lease: &lease,
    };
    let work = async {
        let findings = working.ask().await?;
        working.settle(&findings, when).await
    };
    // A lost lease is somebody else's look now.
    let outcome = lease.during(backend, scope, work).await.map(Option::unwrap_or_default);
    if outcome.is_err() {
        let mut tx = backend.db().begin(scope).await?;
        let next = looking::after_failure(backend.clock().now(), fetch.end);
        store::artifacts::lease::put_off(&mut tx, fetch.meeting_id, lease.until().await, next).await?;
        tx.commit().await?;
    }
    outcome
}

/// What came of a look.
#[derive(Default)]
struct Findings {
    recordings: Option<Trouble>,
    transcripts: Option<Trouble>,
    /// Nothing can come any more.
    is_final: bool,
}

/// A look that is under way.
#[derive(Clone, Copy)]
struct Working<'a> {
    backend: &'a Backend,
    scope: TenantScope,
    fetch: &'a Fetch,
    lease: &'a Lease,
}

impl Working<'_> {
    async fn ask(&self) -> Result<Findings> {
        let place = match Place::find(self.backend, self.scope, self.fetch).await? {
            Ok(place) => place,
            Err(trouble) => {
                return Ok(Findings {
                    is_final: trouble.is_final,
                    recordings: Some(trouble),
                    transcripts: Some(trouble),
                });
            }
        };
        if self.fetch.provider_meeting_id.as_ref() != Some(&place.meeting_id) {
            self.note_id(&place.meeting_id).await?;
        }
        let (recordings, transcripts) = tokio::join!(
            Answer::of(self.fetch, &place, ArtifactKind::Recording),
            Answer::of(self.fetch, &place, ArtifactKind::Transcript)
        );
        let is_final = recordings.is_final() && transcripts.is_final();
        Ok(Findings {
            recordings: self.note_recordings(&place, recordings).await?,
            transcripts: self.note_transcripts(&place, transcripts).await?,
            is_final,
        })
    }

    /// Under which id Microsoft knows the meeting.
    async fn note_id(&self, provider_meeting_id: &str) -> Result<()> {
        let mut tx = self.backend.db().begin(self.scope).await?;
        let Some(_held) = self.lease.hold(&mut tx).await? else {
            return Ok(());
        };
        let (id, interaction_id) = (self.fetch.meeting_id, self.fetch.interaction_id);
        let now = self.backend.clock().now();
        store::artifacts::resolved(&mut tx, id, interaction_id, provider_meeting_id, now).await?;
        Ok(tx.commit().await?)
    }

    /// Writes what the look has led to and ends it.
    async fn settle(&self, findings: &Findings, when: When) -> Result<()> {
        let mut tx = self.backend.db().begin(self.scope).await?;
        let Some(held) = self.lease.hold(&mut tx).await? else {
            return Ok(());
        };
        let now = self.backend.clock().now();
        let meeting_id = self.fetch.meeting_id;
        let attempts = u32::try_from(held.attempts).unwrap_or_default();
        let found = store::artifacts::found(&mut tx, meeting_id).await?;
        let mut verdict = Look {
            now,
            end: held.end,
            before: held.status,
            attempts,
            any: found.any,
            awaited: found.awaited && findings.transcripts.is_none(),
            recordings: findings.recordings.map(|trouble| trouble.what),
            transcripts: findings.transcripts.map(|trouble| trouble.what),
            is_final: findings.is_final,
            asked: [findings.recordings, findings.transcripts]
                .into_iter()
                .flatten()
                .filter_map(|trouble| trouble.asked)
                .max(),
        }
        .verdict();
        if when == When::Now {
            // Whoever is impatient uses nothing up.
            verdict.attempts = attempts;
        }
        let looked = Looked {
            meeting_id,
            interaction_id: self.fetch.interaction_id,
            verdict,
            recordings: findings
                .recordings
                .filter(|trouble| !trouble.is_silent)
                .map(|trouble| trouble.what),
            transcripts: findings
                .transcripts
                .filter(|trouble| !trouble.is_silent)
                .map(|trouble| trouble.what),
            now,
        };
        store::artifacts::looked(&mut tx, &looked).await?;
        tx.commit().await?;
        if held.status != MeetingStatus::RecordingReady && verdict.status == MeetingStatus::RecordingReady {
            tracing::info!(meeting.id = %meeting_id, "something was captured of a meeting");
        }
        Ok(())
    }
}
