//! The lists of recordings and transcripts, and what they change.

use domain::{ArtifactId, ArtifactKind};
use graph::{Artifact, ByteRange, ErrorKind};
use uuid::Uuid;

use super::{
    Working,
    difference::difference,
    microsoft::{Place, Trouble, log},
};
use crate::{
    Result,
    store::{
        self,
        artifacts::{Difference, lease::Fetch},
    },
};

/// What Microsoft answers when it is asked for a list.
pub enum Answer {
    Listed(Vec<Artifact>),
    Trouble(Trouble),
}

/// How the two crates call a kind.
pub fn at_microsoft(kind: ArtifactKind) -> graph::ArtifactKind {
    match kind {
        ArtifactKind::Recording => graph::ArtifactKind::Recording,
        ArtifactKind::Transcript => graph::ArtifactKind::Transcript,
    }
}

impl Answer {
    pub async fn of(fetch: &Fetch, place: &Place, kind: ArtifactKind) -> Self {
        let asked = place
            .session
            .artifacts(at_microsoft(kind), &place.organizer, &place.meeting_id)
            .await;
        match asked {
            Ok(listed) => Self::Listed(listed),
            Err(error) => {
                log(fetch, &error, "what was captured of a meeting could not be listed");
                let mut trouble = Trouble::from(&error);
                if error.kind == ErrorKind::NotFound {
                    trouble.what = place.missing().await;
                }
                Self::Trouble(trouble)
            }
        }
    }

    /// Nothing can come any more.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Trouble(trouble) if trouble.is_final)
    }
}

fn ids(ids: &[ArtifactId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

impl Working<'_> {
    /// Writes which recordings there are; says why there may be more.
    pub async fn note_recordings(&self, place: &Place, answer: Answer) -> Result<Option<Trouble>> {
        let listed = match answer {
            Answer::Listed(listed) => listed,
            Answer::Trouble(trouble) => return Ok(Some(trouble)),
        };
        let Some(back) = self.note(ArtifactKind::Recording, &listed).await? else {
            return Ok(None);
        };
        // What Microsoft's retention has deleted is listed on: it is back if its content is.
        let mut returned = Vec::new();
        for (artifact_id, provider_id) in back {
            let first = ByteRange::From {
                first: 0,
                last: Some(0),
            };
            let content = place
                .session
                .recording_content(&place.organizer, &place.meeting_id, &provider_id, Some(first))
                .await;
            if content.is_ok() {
                returned.push(artifact_id);
            }
        }
        self.note_back(ArtifactKind::Recording, &returned).await?;
        Ok(None)
    }

    /// Writes what a list changes, and answers which of the known ones are listed again. `None` if the look is not ours any more.
    pub async fn note(&self, kind: ArtifactKind, listed: &[Artifact]) -> Result<Option<Vec<(ArtifactId, String)>>> {
        let mut tx = self.backend.db().begin(self.scope).await?;
        let Some(_held) = self.lease.hold(&mut tx).await? else {
            return Ok(None);
        };
        let known = store::artifacts::known(&mut tx, self.fetch.meeting_id, kind).await?;
        let changes = difference(&known, listed, || self.backend.clock().id());
        let back = known
            .into_iter()
            .filter(|known| changes.back.contains(&known.artifact_id))
            .map(|known| (known.artifact_id, known.provider_artifact_id))
            .collect();
        if !changes.is_empty() {
            let difference = Difference {
                meeting_id: self.fetch.meeting_id,
                interaction_id: self.fetch.interaction_id,
                kind,
                new: &changes.new,
                told: &changes.told,
                gone: &ids(&changes.gone),
                back: &[],
                now: self.backend.clock().now(),
            };
            store::artifacts::write(&mut tx, &difference).await?;
            tx.commit().await?;
        }
        Ok(Some(back))
    }

    pub async fn note_back(&self, kind: ArtifactKind, back: &[ArtifactId]) -> Result<()> {
        self.note_states(kind, &[], back).await
    }

    pub async fn note_gone(&self, kind: ArtifactKind, gone: &[ArtifactId]) -> Result<()> {
        self.note_states(kind, gone, &[]).await
    }

    async fn note_states(&self, kind: ArtifactKind, gone: &[ArtifactId], back: &[ArtifactId]) -> Result<()> {
        if gone.is_empty() && back.is_empty() {
            return Ok(());
        }
        let mut tx = self.backend.db().begin(self.scope).await?;
        let Some(_held) = self.lease.hold(&mut tx).await? else {
            return Ok(());
        };
        let difference = Difference {
            meeting_id: self.fetch.meeting_id,
            interaction_id: self.fetch.interaction_id,
            kind,
            new: &[],
            told: &[],
            gone: &ids(gone),
            back: &ids(back),
            now: self.backend.clock().now(),
        };
        store::artifacts::write(&mut tx, &difference).await?;
        Ok(tx.commit().await?)
    }
}
