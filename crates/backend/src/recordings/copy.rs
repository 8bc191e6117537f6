//! Copying recordings into our own store, for tenants that want it.
//!
//! One process at a time copies one recording: it holds a lease, which it extends while it works. The bytes go into a file beside the
//! store first (`<artifact>.part`), so that whoever comes after an interruption reads on where that ended; how many of them are safely on
//! the disk stands in the row. A whole file is announced in the database, taken over by the store, and then named by the recording, each
//! by itself. Its id is the recording's own, so that there is one file however often it is begun.

use std::{
    fs::File,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{ArtifactId, FileId, KEPT_BY_MICROSOFT};
use futures::TryStreamExt;
use rustix::fs::FlockOperation;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    name::file_name,
    play::note,
    upstream::{self, Reading, Source, Span, Trouble},
};
use crate::{
    Backend, Result,
    access::TenantScope,
    files::FilePath,
    lease,
    places::{Places, Rules},
    store::{
        self,
        recordings::{NewFile, RecordingRecord},
    },
};

/// How long a process has a recording for itself without saying that it still works on it.
const LEASE: TimeDelta = TimeDelta::seconds(30);
const HEARTBEAT: Duration = Duration::from_secs(2);
/// How often in a row a copy may fail without getting any further.
pub(crate) const ATTEMPTS: i32 = 10;
const SHORTEST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);
/// How long somebody is given who has to mend something.
const FOR_MENDING: TimeDelta = TimeDelta::hours(1);
const BATCH: i64 = 50;
/// How many of a turn are one tenant's.
const OF_EACH: i64 = 2;
/// How many recordings one process copies at a time. Most take longer than usual, which is no tenant's fault.
const RULES: Rules = Rules {
    at_once: 2,
    of_each: 2,
    slow_after: Duration::from_secs(5),
    slow: 10,
    remembered: Duration::ZERO,
};
/// What is written at once.
const PIECE: usize = 1024 * 1024;
/// After so much, or so long, it is made sure that the disk has it.
const SAFE_AFTER: u64 = 32 * 1024 * 1024;
/// A file that no recording has named by then is removed.
const UNTIL_NAMED: TimeDelta = TimeDelta::hours(1);
/// What was given up is tried again so long before Microsoft removes it.
pub(crate) const LAST_CHANCE: TimeDelta = TimeDelta::days(14);
/// A beginning that nobody comes back to is removed.
const ABANDONED: Duration = Duration::from_hours(24 * 7);

/// How a copy ended.
enum End {
    Stored,
    /// Somebody else is at it, or the recording was deleted.
    Overtaken,
    Failed(Trouble),
}

/// Room for recordings that are copied.
pub(crate) fn places() -> Places {
    Places::new(RULES)
}

/// Copies the recordings that are to be copied, a few at a time, those first that Microsoft removes first. What takes long goes on by
/// itself.
pub(crate) async fn copy_due(backend: &Backend, places: &Places) -> Result<()> {
    let now = backend.clock().now();
    let few = store::recordings::Few {
        attempts: ATTEMPTS,
        last_chance: now - KEPT_BY_MICROSOFT + LAST_CHANCE,
        of_each: OF_EACH,
        limit: BATCH,
    };
    let mut system = backend.db().system().await?;
    let due = store::recordings::due(&mut system, now, &places.full(), few).await?;
    drop(system);
    let work = |tenant, id| {
        let backend = backend.clone();
        async move {
            if let Err(error) = take_up(&backend, TenantScope::of_row(tenant), id).await {
                tracing::error!(error = &error as &dyn std::error::Error, artifact.id = %id, "a recording could not be copied");
            }
        }
    };
    places.work(due, work).await;
    Ok(())
}

async fn take_up(backend: &Backend, scope: TenantScope, id: ArtifactId) -> Result<()> {
    let lease: Uuid = backend.clock().id();
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    let Some(record) = store::recordings::find(&mut tx, id, None).await? else {
        return Ok(());
    };
    if !store::recordings::claim(&mut tx, &record, lease, now, now + LEASE).await? {
        return Ok(());
    }
    tx.commit().await?;
    let job = Job {
        backend: backend.clone(),
        scope,
        record,
        lease,
        safe: Arc::default(),
    };
    let end = job.run().await;
    match end {
        Ok(End::Stored | End::Overtaken) => Ok(()),
        Ok(End::Failed(trouble)) => {
            tracing::warn!(error = &trouble as &dyn std::error::Error, artifact.id = %id, "a copy of a recording has to wait");
            note(backend, scope, &job.record, trouble).await?;
            job.put_off(trouble).await
        }
        Err(error) => {
            job.put_off(Trouble::Internal).await?;
            Err(error)
        }
    }
}

struct Job {
    backend: Backend,
    scope: TenantScope,
    record: RecordingRecord,
    lease: Uuid,
    /// How many bytes are safely on the disk.
    safe: Arc<AtomicU64>,
}

/// The beginning of a copy on this disk. Nobody else writes to it.
struct Draft {
    path: PathBuf,
    file: Arc<File>,
    length: u64,
    digest: Sha256,
}

impl Job {
    async fn run(&self) -> Result<End> {
        let ended = lease::during(HEARTBEAT, self.record.artifact(), || self.tell(), self.copy()).await;
        ended.unwrap_or(Ok(End::Overtaken))
    }

    /// Says that we are at it, and how far.
    async fn tell(&self) -> Result<bool> {
        let bytes = i64::try_from(self.safe.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let until = self.backend.clock().now() + LEASE;
        let mut tx = self.backend.db().begin(self.scope).await?;
        let ours = store::recordings::copied(&mut tx, &self.record, self.lease, bytes, until).await?;
        tx.commit().await?;
        Ok(ours)
    }

    async fn put_off(&self, trouble: Trouble) -> Result<()> {
        self.tell().await?;
        let before = u64::try_from(self.record.copied_bytes.unwrap_or_default()).unwrap_or_default();
        let attempts = match trouble {
            // Not the recording's fault.
            Trouble::Refused | Trouble::Throttled(_) => self.record.copy_attempts,
            _ if self.safe.load(Ordering::Relaxed) > before => 0,
            _ => self.record.copy_attempts + 1,
        };
        let wait = match trouble {
            Trouble::Refused => FOR_MENDING,
            Trouble::Throttled(Some(asked)) => TimeDelta::from_std(asked)
                .unwrap_or(LONGEST_WAIT)
                .clamp(SHORTEST_WAIT, LONGEST_WAIT),
            _ => distance(attempts),
        };
        let next = self.backend.clock().now() + wait;
        let mut tx = self.backend.db().begin(self.scope).await?;
        store::recordings::put_off(&mut tx, &self.record, self.lease, attempts, next, &trouble.to_string()).await?;
        Ok(tx.commit().await?)
    }

    fn place(&self) -> (FileId, FilePath) {
        let file = FileId(self.record.artifact_id);
        (file, FilePath::of(self.scope.tenant(), file))
    }

    async fn copy(&self) -> Result<End> {
        let Some(source) = Source::of(self.scope, &self.record) else {
            return Ok(End::Failed(Trouble::Gone));
        };
        let held = u64::try_from(self.record.copied_bytes.unwrap_or_default()).unwrap_or_default();
        let folder = self.backend.files().drafts();
        let path = folder.join(format!("{}.part", self.record.artifact_id));
        let Some(mut draft) = Draft::open(path, held).await? else {
            return Ok(End::Overtaken);
        };
        if draft.length == 0
            && let Some(end) = self.already_stored().await?
        {
            return Ok(end);
        }
        self.safe.store(draft.length, Ordering::Relaxed);
        if let Err(trouble) = self.fetch(&source, &mut draft).await? {
            return Ok(End::Failed(trouble));
        }
        let (size, sha256) = draft.sealed().await?;
        if !self.announce(size, &sha256).await? {
            draft.remove().await;
            return Ok(End::Overtaken);
        }
        let (_, path) = self.place();
        self.backend.files().adopt(draft.path.clone(), &path).await?;
        self.finish(size).await
    }

    /// Whoever was at it before may have come as far as to the store.
    async fn already_stored(&self) -> Result<Option<End>> {
        let (_, path) = self.place();
        let Some(size) = self.backend.files().size(&path).await? else {
            return Ok(None);
        };
        if self.record.content_size.and_then(|size| u64::try_from(size).ok()) != Some(size) {
            return Ok(None);
        }
        let mut content = self.backend.files().read(&path, 0..size).await?;
        let mut digest = Sha256::new();
        while let Some(bytes) = content.try_next().await? {
            digest.update(&bytes);
        }
        if !self.announce(size, &hexadecimal(digest)).await? {
            return Ok(Some(End::Overtaken));
        }
        self.finish(size).await.map(Some)
    }

    /// Fetches what is missing.
    async fn fetch(&self, source: &Source, draft: &mut Draft) -> Result<Result<(), Trouble>> {
        let known = self.record.content_size.and_then(|size| u64::try_from(size).ok());
        let from = |first| Span { first, last: None };
        let opened = upstream::open(&self.backend, source, from(draft.length), known).await;
        let mut opened = match opened {
            // Whoever was at it before had all of it.
            Err(Trouble::BeyondEnd { total }) if draft.length > 0 && total.or(known) == Some(draft.length) => {
                return Ok(Ok(()));
            }
            Err(Trouble::BeyondEnd { .. }) => upstream::open(&self.backend, source, Span::REST, None).await,
            opened => opened,
        };
        let is_same = opened.as_ref().is_ok_and(|opened| {
            opened.version == self.record.content_version && (opened.total.is_none() || opened.total == known)
        });
        if draft.length > 0 && !is_same && opened.is_ok() {
            draft.begin_again()?;
            opened = upstream::open(&self.backend, source, Span::REST, None).await;
        }
        let opened = match opened {
            Ok(opened) => opened,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let total = opened.total;
        if !is_same || self.record.gone_at.is_some() {
            let size = total.and_then(|total| i64::try_from(total).ok());
            let mut tx = self.backend.db().begin(self.scope).await?;
            store::recordings::learned(&mut tx, &self.record, size, opened.version.as_deref()).await?;
            tx.commit().await?;
        }
        let reading = Reading::new(&self.backend, source, draft.length..total.unwrap_or(u64::MAX), opened);
        let read = self.write(reading, draft).await?;
        Ok(read.and_then(|()| {
            let is_whole = draft.length > 0 && total.is_none_or(|total| total == draft.length);
            if is_whole { Ok(()) } else { Err(Trouble::Unavailable) }
        }))
    }

    async fn write(&self, mut reading: Reading, draft: &mut Draft) -> Result<Result<(), Trouble>> {
        let (mut pieces, mut waiting) = (Vec::new(), 0);
        let (mut last, mut since) = (Instant::now(), 0);
        loop {
            let next = reading.next().await;
            let is_over = !matches!(next, Ok(Some(_)));
            if let Ok(Some(bytes)) = &next {
                waiting += bytes.len();
                pieces.push(bytes.clone());
            }
            if waiting >= PIECE || is_over {
                since += waiting as u64;
                let is_safe = is_over || since >= SAFE_AFTER || last.elapsed() >= HEARTBEAT;
                draft.append(std::mem::take(&mut pieces), is_safe).await?;
                waiting = 0;
                if is_safe {
                    (last, since) = (Instant::now(), 0);
                    self.safe.store(draft.length, Ordering::Relaxed);
                }
            }
            match next {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(Ok(())),
                Err(trouble) => return Ok(Err(trouble)),
            }
        }
    }

    async fn announce(&self, size: u64, sha256: &str) -> Result<bool> {
        let now = self.backend.clock().now();
        let (file_id, path) = self.place();
        let new = NewFile {
            file_id,
            name: &file_name(&self.record.subject, self.record.recorded_at, "mp4"),
            mime_type: "video/mp4",
            size: i64::try_from(size).map_err(anyhow::Error::from)?,
            path: &path.to_string(),
            sha256,
            now,
            discard_at: now + UNTIL_NAMED,
        };
        let mut tx = self.backend.db().begin(self.scope).await?;
        let ours = store::recordings::announce(&mut tx, &self.record, self.lease, &new).await?;
        tx.commit().await?;
        Ok(ours)
    }

    async fn finish(&self, size: u64) -> Result<End> {
        let (file_id, _) = self.place();
        let size = i64::try_from(size).map_err(anyhow::Error::from)?;
        let mut tx = self.backend.db().begin(self.scope).await?;
        let ours = store::recordings::finish(&mut tx, &self.record, self.lease, file_id, size).await?;
        tx.commit().await?;
        Ok(if ours { End::Stored } else { End::Overtaken })
    }
}

/// Twice as long after each attempt.
fn distance(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default().min(16);
    SHORTEST_WAIT
        .checked_mul(1 << doublings)
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT)
}

fn hexadecimal(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Draft {
    /// Opens it with what is `held` of it for sure. Nothing if another process writes to it.
    async fn open(path: PathBuf, held: u64) -> Result<Option<Self>> {
        let opened = blocking(move || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&path)?;
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
                locked => locked?,
            }
            let length = file.metadata()?.len().min(held);
            file.set_len(length)?;
            let digest = digest_of(&file, length)?;
            Ok(Some(Self {
                path,
                file: Arc::new(file),
                length,
                digest,
            }))
        });
        Ok(opened.await?)
    }

    async fn append(&mut self, pieces: Vec<Bytes>, is_safe: bool) -> Result<()> {
        let (file, start) = (Arc::clone(&self.file), self.length);
        let mut digest = std::mem::take(&mut self.digest);
        let (digest, end) = blocking(move || {
            let mut at = start;
            for piece in pieces {
                file.write_all_at(&piece, at)?;
                digest.update(&piece);
                at += piece.len() as u64;
            }
            if is_safe {
                file.sync_data()?;
            }
            Ok((digest, at))
        })
        .await?;
        (self.digest, self.length) = (digest, end);
        Ok(())
    }

    fn begin_again(&mut self) -> Result<()> {
        self.file.set_len(0).map_err(anyhow::Error::from)?;
        (self.length, self.digest) = (0, Sha256::new());
        Ok(())
    }

    /// The length and the digest of what is whole now.
    async fn sealed(&mut self) -> Result<(u64, String)> {
        let file = Arc::clone(&self.file);
        blocking(move || file.sync_all()).await?;
        Ok((self.length, hexadecimal(std::mem::take(&mut self.digest))))
    }

    async fn remove(self) {
        if let Err(error) = tokio::fs::remove_file(&self.path).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the beginning of a copy could not be removed"
            );
        }
    }
}

fn digest_of(file: &File, length: u64) -> std::io::Result<Sha256> {
    let (mut digest, mut at) = (Sha256::new(), 0);
    let mut buffer = vec![0; PIECE];
    while at < length {
        let wanted = usize::try_from(length - at).unwrap_or(PIECE).min(PIECE);
        let Some(part) = buffer.get_mut(..wanted) else { break };
        file.read_exact_at(part, at)?;
        digest.update(&*part);
        at += wanted as u64;
    }
    Ok(digest)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> anyhow::Result<T> {
    Ok(tokio::task::spawn_blocking(work).await??)
}

/// Removes beginnings that nobody has come back to.
pub(crate) async fn clear_drafts(backend: &Backend) -> Result<()> {
    let folder = backend.files().drafts();
    Ok(blocking(move || clear_folder(&folder, SystemTime::now())).await?)
}

fn clear_folder(folder: &Path, now: SystemTime) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let age = now.duration_since(entry.metadata()?.modified()?).unwrap_or_default();
        if age > ABANDONED
            && let Err(error) = std::fs::remove_file(entry.path())
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "an abandoned beginning of a recording cannot be removed"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_grow_apart() {
        let minutes: Vec<i64> = (0..=10).map(|attempts| distance(attempts).num_minutes()).collect();
        assert_eq!(minutes, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
    }

    #[tokio::test]
    async fn a_beginning_is_taken_up_by_one_and_only_as_far_as_it_is_safe() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drafts").join("x.part");
        let mut draft = Draft::open(path.clone(), 0).await.unwrap().unwrap();
        draft
            .append(vec![Bytes::from_static(b"what was ")], true)
            .await
            .unwrap();
        draft.append(vec![Bytes::from_static(b"said")], false).await.unwrap();
        assert!(
            Draft::open(path.clone(), 9).await.unwrap().is_none(),
            "somebody is at it"
        );
        drop(draft);
        let mut draft = Draft::open(path.clone(), 9).await.unwrap().unwrap();
        assert_eq!(draft.length, 9);
        draft
            .append(vec![Bytes::from_static(b"s"), Bytes::from_static(b"een")], true)
            .await
            .unwrap();
        let (size, sha256) = draft.sealed().await.unwrap();
        assert_eq!(
            (size, std::fs::read(&path).unwrap().as_slice()),
            (13, b"what was seen".as_slice())
        );
        assert_eq!(sha256, hexadecimal(Sha256::new_with_prefix(b"what was seen")));
        draft.begin_again().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn old_beginnings_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x.part"), b"x").unwrap();
        clear_folder(folder.path(), SystemTime::now()).unwrap();
        assert!(folder.path().join("x.part").exists());
        clear_folder(folder.path(), SystemTime::now() + ABANDONED * 2).unwrap();
        assert!(!folder.path().join("x.part").exists());
        clear_folder(&folder.path().join("none"), SystemTime::now()).unwrap();
    }
}
