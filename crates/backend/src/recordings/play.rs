//! Giving somebody a recording: first what is known of it, then the part that they want.

use std::{ops::Range, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::{ArtifactId, AuditKind, ByteRange, ErrorCode, Failure, InteractionId, UserId};
use futures::{StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};

use super::{
    Content, Place,
    cache::Growing,
    name::file_name,
    upstream::{self, Reading, Source, Span, Transfer, Trouble},
};
use crate::{
    Backend, Error, PortalActor, Result,
    access::{Grant, TenantScope, may},
    audit::{self, Deed},
    edition::Teams,
    files::FilePath,
    store::{self, recordings::RecordingRecord},
};

/// How long a viewer waits for all of a recording whose length Microsoft does not tell, so that they can move in it.
const FOR_THE_LENGTH: Duration = Duration::from_secs(8);
/// So young a recording may not be ready at Microsoft, which then answers as if it were not there.
const YOUNG: chrono::Duration = chrono::Duration::minutes(30);

/// What is known of a recording's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// In bytes; nothing while Microsoft does not tell.
    pub size: Option<u64>,
    /// Another one for other bytes; nothing while that cannot be told.
    pub tag: Option<String>,
    pub recorded_at: DateTime<Utc>,
    pub content_type: &'static str,
    /// For whoever saves it.
    pub file_name: String,
}

/// A recording for somebody who may have it.
pub struct Player {
    backend: Backend,
    pub(super) scope: TenantScope,
    pub(super) record: RecordingRecord,
    /// What was opened to find out, and may serve.
    opened: Option<Opened>,
    pub(super) place: Place,
}

enum Opened {
    Transfer(Transfer),
    Growing(Arc<Growing>),
}

/// A recording for a member of staff.
pub async fn for_staff(backend: &Backend, grant: &Grant<may::InteractionRead>, id: ArtifactId) -> Result<Player> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::recordings::find(&mut tx, id, None).await?;
    player(backend, grant.scope(), grant.user_id(), record)
}

/// A recording for a portal user: one of a meeting that they see, where the tenant shows them.
pub async fn for_portal(backend: &Backend, actor: &PortalActor, id: ArtifactId) -> Result<Player> {
    let mut tx = backend.db().read(actor.scope()).await?;
    let record = if backend.teams().shows_recordings_in_portal(&mut tx).await? {
        store::recordings::find(&mut tx, id, Some(actor.whose())).await?
    } else {
        None
    };
    player(backend, actor.scope(), actor.user_id(), record)
}

pub(super) fn player(
    backend: &Backend,
    scope: TenantScope,
    user_id: UserId,
    record: Option<RecordingRecord>,
) -> Result<Player> {
    let record = record.ok_or(ErrorCode::NotFound)?;
    let place = backend.recording_readers().enter(user_id);
    let place = place.ok_or_else(|| Failure::new(ErrorCode::RateLimited).retry_after(Some(10)))?;
    Ok(Player {
        backend: backend.clone(),
        scope,
        record,
        opened: None,
        place,
    })
}

impl Player {
    /// What is known. Where nothing is, Microsoft is asked for `wanted`, which is then there already.
    pub async fn facts(&mut self, wanted: Option<ByteRange>) -> Result<Facts> {
        if self.size().is_none() {
            let span = match wanted {
                Some(ByteRange::From { first, last }) => Span { first, last },
                _ => Span::REST,
            };
            self.look(span).await?;
        }
        let size = self.size();
        Ok(Facts {
            size,
            tag: size.map(|size| tag(&self.record, size)),
            recorded_at: self.record.recorded_at,
            content_type: "video/mp4",
            file_name: file_name(&self.record.subject, self.record.recorded_at, "mp4"),
        })
    }

    /// The bytes of a part, or all of what has no length. `None` if the facts are not true any more: then they are to be asked for anew.
    pub async fn content(&mut self, range: Option<Range<u64>>) -> Result<Option<Content>> {
        if let Some(path) = self.stored() {
            let range = range.unwrap_or(0..u64::MAX);
            let bytes = self.backend.files().read(&path, range).await?;
            return Ok(Some(bytes.map_err(std::io::Error::other).boxed()));
        }
        let size = self.size();
        let range = range.unwrap_or(0..u64::MAX);
        if let Some(Opened::Growing(growing)) = &self.opened {
            return Ok(Some(growing.read(range)));
        }
        if let Some(growing) = self.backend.recording_cache().find(self.record.artifact()) {
            if growing.version() == self.record.content_version.as_deref() {
                return Ok(Some(growing.read(range)));
            }
            self.backend.recording_cache().forget(self.record.artifact());
        }
        let source = self.source()?;
        let transfer = match self.opened.take() {
            Some(Opened::Transfer(transfer)) if transfer.start == range.start || !transfer.is_part => transfer,
            _ => {
                let opened = upstream::open(&self.backend, &source, Span::of(&range), size).await;
                match opened {
                    Ok(transfer) => transfer,
                    Err(trouble) => return Err(note(&self.backend, self.scope, &self.record, trouble).await?),
                }
            }
        };
        let is_other =
            transfer.version != self.record.content_version || (transfer.total.is_some() && transfer.total != size);
        if is_other && size.is_some() {
            self.learn(transfer.total, transfer.version.clone()).await?;
            self.opened = Some(Opened::Transfer(transfer));
            return Ok(None);
        }
        let transfer = if transfer.is_part {
            transfer
        } else {
            match self.backend.recording_cache().fetch(&self.backend, &source, transfer) {
                Ok(growing) => return Ok(Some(growing.read(range))),
                // No room: what comes before the part is read and dropped.
                Err(transfer) => transfer,
            }
        };
        Ok(Some(
            Reading::new(&self.backend, &source, range, transfer).into_stream(),
        ))
    }

    /// Writes down that the person gets it, to play or to save.
    pub async fn note(&mut self, is_download: bool) -> Result<()> {
        let kind = if is_download {
            AuditKind::RecordingDownloaded
        } else {
            AuditKind::RecordingOpened
        };
        let deed = Deed::of(kind)
            .to(self.record.artifact_id, &self.record.subject)
            .of_interaction(self.record.interaction_id.map(InteractionId));
        audit::read(&self.backend, self.scope, self.place.user_id, deed).await
    }

    /// Keeps the person's place as long as they read.
    pub fn into_reading(self, content: Content) -> Content {
        let place = self.place;
        content
            .inspect(move |_| {
                let _ = &place;
            })
            .boxed()
    }

    fn size(&self) -> Option<u64> {
        let known = match self.record.storage_path {
            Some(_) => self.record.file_size,
            None => self.record.content_size,
        };
        known.and_then(|size| u64::try_from(size).ok())
    }

    fn stored(&self) -> Option<FilePath> {
        FilePath::stored(self.scope.tenant(), self.record.storage_path.as_deref()?)
    }

    /// Where it is at Microsoft.
    fn source(&self) -> Result<Source> {
        if !Teams::CAPTURES {
            return Err(ErrorCode::NotInThisEdition.into());
        }
        let source = Source::of(self.scope, &self.record);
        Ok(source.ok_or(ErrorCode::RecordingGone)?)
    }

    /// Finds out how long it is.
    async fn look(&mut self, span: Span) -> Result<()> {
        let source = self.source()?;
        if let Some(growing) = self.backend.recording_cache().find(self.record.artifact()) {
            return self.wait_for_length(growing).await;
        }
        let mut opened = upstream::open(&self.backend, &source, span, None).await;
        if let Err(Trouble::BeyondEnd { total }) = opened {
            if total.is_some() {
                return self.learn(total, None).await;
            }
            opened = upstream::open(&self.backend, &source, Span::REST, None).await;
        }
        let transfer = match opened {
            Ok(transfer) => transfer,
            Err(trouble) => return Err(note(&self.backend, self.scope, &self.record, trouble).await?),
        };
        if transfer.total.is_some() {
            self.learn(transfer.total, transfer.version.clone()).await?;
            self.opened = Some(Opened::Transfer(transfer));
            return Ok(());
        }
        // A part of a whole whose length is not told is of no use, for browsers as for us.
        let transfer = if transfer.is_part {
            drop(transfer);
            match self.backend.teams().recording(&self.backend, &source, None).await {
                Ok(transfer) => transfer,
                Err(trouble) => return Err(note(&self.backend, self.scope, &self.record, trouble).await?),
            }
        } else {
            transfer
        };
        match self.backend.recording_cache().fetch(&self.backend, &source, transfer) {
            Ok(growing) => self.wait_for_length(growing).await,
            Err(transfer) => {
                self.opened = Some(Opened::Transfer(transfer));
                Ok(())
            }
        }
    }

    /// A file that has become whole has a length. One that takes longer is given as it comes, without a way to move in it.
    async fn wait_for_length(&mut self, growing: Arc<Growing>) -> Result<()> {
        if growing.total().is_none() {
            let _ = tokio::time::timeout(FOR_THE_LENGTH, growing.settled()).await;
        }
        if let Some(total) = growing.total() {
            let version = growing.version().map(str::to_owned);
            self.learn(Some(total), version).await?;
        }
        self.opened = Some(Opened::Growing(growing));
        Ok(())
    }

    async fn learn(&mut self, total: Option<u64>, version: Option<String>) -> Result<()> {
        let size = total.and_then(|total| i64::try_from(total).ok());
        if self.record.content_size == size && self.record.content_version == version && self.record.gone_at.is_none() {
            return Ok(());
        }
        let mut tx = self.backend.db().begin(self.scope).await?;
        store::recordings::learned(&mut tx, &self.record, size, version.as_deref()).await?;
        tx.commit().await?;
        (
            self.record.content_size,
            self.record.content_version,
            self.record.gone_at,
        ) = (size, version, None);
        Ok(())
    }
}

/// Writes down that a recording is gone, if that is the trouble; answers what is told of it.
pub(super) async fn note(
    backend: &Backend,
    scope: TenantScope,
    record: &RecordingRecord,
    trouble: Trouble,
) -> Result<Error> {
    if trouble == Trouble::Gone {
        let now = backend.clock().now();
        if now - record.recorded_at < YOUNG {
            return Ok(Trouble::Unavailable.failure().into());
        }
        if record.gone_at.is_none() {
            let mut tx = backend.db().begin(scope).await?;
            store::recordings::gone(&mut tx, record, now).await?;
            tx.commit().await?;
        }
    }
    Ok(trouble.failure().into())
}

/// Made of ids and lengths, and of what Microsoft calls the version by its digest alone.
fn tag(record: &RecordingRecord, size: u64) -> String {
    let mut tag = format!("{}-{size:x}", record.artifact_id.simple());
    if let Some(version) = &record.content_version {
        let digest = Sha256::digest(version.as_bytes());
        tag.push('-');
        tag.extend(digest.iter().take(8).map(|byte| format!("{byte:02x}")));
    }
    tag
}
