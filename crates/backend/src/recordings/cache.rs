//! Recordings on the disk of this process, for a Microsoft that sends all of a recording whatever part is asked for. Each is fetched once
//! into a file that grows; readers wait until it has grown to where they are.
//!
//! The files have no name: they vanish with the process, however it ends.

use std::{
    collections::HashMap,
    fmt, io,
    ops::Range,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use domain::ArtifactId;
use futures::{StreamExt, stream};
use tokio::sync::watch;

use super::{
    Content,
    upstream::{Reading, Source, Transfer, Trouble},
};
use crate::Backend;

/// What a reader takes at once.
const CHUNK: usize = 64 * 1024;
/// A file that nobody reads any more is fetched on for so long: players ask for one part after the other.
const LINGER: Duration = Duration::from_secs(20);
/// How long a file is kept for nobody.
const KEPT: Duration = Duration::from_mins(30);
/// What the disk keeps free for others.
const SPARE: u64 = 512 * 1024 * 1024;

/// Where the files are, and how much room they may take together.
#[derive(Clone, Debug)]
pub struct Room {
    pub folder: PathBuf,
    pub bytes: u64,
}

pub struct Cache {
    room: Room,
    entries: Mutex<HashMap<ArtifactId, Entry>>,
}

struct Entry {
    file: Arc<Growing>,
    /// Room that is taken, or will be.
    size: u64,
    used: Instant,
}

/// A file that is being fetched, or has been.
pub struct Growing {
    file: std::fs::File,
    total: Option<u64>,
    version: Option<String>,
    /// Its receivers are the readers.
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Growing(u64),
    Whole(u64),
    Failed(Trouble),
}

impl fmt::Debug for Growing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Growing")
            .field("state", &*self.state.borrow())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cache {
    pub fn new(room: Room) -> Self {
        Self {
            room,
            entries: Mutex::default(),
        }
    }

    /// The file of a recording, if it is being fetched or has been.
    pub fn find(&self, id: ArtifactId) -> Option<Arc<Growing>> {
        let mut entries = lock(&self.entries);
        let entry = entries.get_mut(&id)?;
        if matches!(*entry.file.state.borrow(), State::Failed(_)) {
            entries.remove(&id);
            return None;
        }
        entry.used = Instant::now();
        Some(Arc::clone(&entry.file))
    }

    /// What was deleted is not kept.
    pub fn forget(&self, id: ArtifactId) {
        lock(&self.entries).remove(&id);
    }

    /// Fetches a recording into a file, beginning with what is open. Gives that back where there is no room for all of it.
    pub fn fetch(
        self: &Arc<Self>,
        backend: &Backend,
        source: &Source,
        opened: Transfer,
    ) -> Result<Arc<Growing>, Transfer> {
        let mut entries = lock(&self.entries);
        if let Some(entry) = entries.get(&source.artifact_id)
            && !matches!(*entry.file.state.borrow(), State::Failed(_))
            && entry.file.version == opened.version
        {
            return Ok(Arc::clone(&entry.file));
        }
        entries.remove(&source.artifact_id);
        let size = opened.total.unwrap_or_default();
        if opened.start > 0 || !self.make_room(&mut entries, size) {
            return Err(opened);
        }
        let file = match self.create() {
            Ok(file) => file,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "no file can be made for a recording"
                );
                return Err(opened);
            }
        };
        let growing = Arc::new(Growing {
            file,
            total: opened.total,
            version: opened.version.clone(),
            state: watch::Sender::new(State::Growing(0)),
        });
        entries.insert(
            source.artifact_id,
            Entry {
                file: Arc::clone(&growing),
                size,
                used: Instant::now(),
            },
        );
        drop(entries);
        let reading = Reading::new(backend, source, 0..opened.total.unwrap_or(u64::MAX), opened);
        let (cache, id) = (Arc::clone(self), source.artifact_id);
        tokio::spawn({
            let growing = Arc::clone(&growing);
            async move {
                let end = tokio::select! {
                    filled = cache.fill(id, &growing, reading) => filled.map_or_else(State::Failed, State::Whole),
                    () = growing.abandoned() => State::Failed(Trouble::Unavailable),
                };
                growing.state.send_replace(end);
            }
        });
        Ok(growing)
    }

    async fn fill(&self, id: ArtifactId, growing: &Arc<Growing>, mut reading: Reading) -> Result<u64, Trouble> {
        let mut length = 0;
        while let Some(bytes) = reading.next().await? {
            let end = length + bytes.len() as u64;
            // Whose length was not told takes its room as it goes.
            if growing.total.is_none() && !self.extend(id, end) {
                tracing::warn!(artifact.id = %id, "there is no room for a recording whose length Microsoft does not tell");
                return Err(Trouble::Unavailable);
            }
            let file = Arc::clone(growing);
            let written = tokio::task::spawn_blocking(move || file.file.write_all_at(&bytes, length)).await;
            if let Err(error) = written.map_err(io::Error::other).flatten() {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a recording could not be written to the disk"
                );
                return Err(Trouble::Internal);
            }
            length = end;
            growing.state.send_replace(State::Growing(length));
        }
        Ok(length)
    }

    /// A file without a name.
    fn create(&self) -> io::Result<std::fs::File> {
        std::fs::create_dir_all(&self.room.folder)?;
        let path = self.room.folder.join(format!("{}.tmp", uuid_of_process()));
        let file = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(file)
    }

    fn extend(&self, id: ArtifactId, size: u64) -> bool {
        let mut entries = lock(&self.entries);
        let has = entries.get(&id).map_or(0, |entry| entry.size);
        if size <= has {
            return true;
        }
        // In steps, so that this is seldom asked.
        let more = (size - has).max(CHUNK as u64 * 64);
        if !self.make_room(&mut entries, more) {
            return false;
        }
        if let Some(entry) = entries.get_mut(&id) {
            entry.size += more;
        }
        true
    }

    /// Drops files that nobody reads, the longest unused first, until there is room.
    fn make_room(&self, entries: &mut HashMap<ArtifactId, Entry>, size: u64) -> bool {
        entries.retain(|_, entry| entry.file.is_in_use() || entry.used.elapsed() < KEPT);
        loop {
            let taken: u64 = entries.values().map(|entry| entry.size).sum();
            if taken.saturating_add(size) <= self.room.bytes {
                break;
            }
            let unused = entries.iter().filter(|(_, entry)| !entry.file.is_in_use());
            let Some(oldest) = unused.min_by_key(|(_, entry)| entry.used).map(|(id, _)| *id) else {
                return false;
            };
            entries.remove(&oldest);
        }
        drop(std::fs::create_dir_all(&self.room.folder));
        rustix::fs::statvfs(&self.room.folder).is_ok_and(|disk| {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            free >= size.saturating_add(SPARE)
        })
    }
}

/// A name that no other file has: it is taken away at once.
fn uuid_of_process() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Growing {
    /// What distinguishes its bytes from others of the same recording.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The length of the whole, as soon as it is known.
    pub fn total(&self) -> Option<u64> {
        match *self.state.borrow() {
            State::Whole(length) => Some(length),
            _ => self.total,
        }
    }

    /// Waits until it is whole, or has failed.
    pub async fn settled(&self) {
        let mut state = self.state.subscribe();
        // The sender lives as long as this.
        let _ = state.wait_for(|state| !matches!(state, State::Growing(_))).await;
    }

    fn is_in_use(&self) -> bool {
        self.state.receiver_count() > 0 || matches!(*self.state.borrow(), State::Growing(_))
    }

    /// Waits until nobody has read it for a while.
    async fn abandoned(&self) {
        let mut alone = Duration::ZERO;
        while alone < LINGER {
            tokio::time::sleep(Duration::from_secs(1)).await;
            alone = if self.state.receiver_count() > 0 {
                Duration::ZERO
            } else {
                alone + Duration::from_secs(1)
            };
        }
    }

    /// A part of the file, as it comes; of one whose length is not known, to its end.
    pub fn read(self: &Arc<Self>, range: Range<u64>) -> Content {
        let reader = (Arc::clone(self), self.state.subscribe(), range);
        stream::try_unfold(reader, async |(file, mut state, range)| {
            loop {
                if range.is_empty() {
                    return Ok(None);
                }
                let now = *state.borrow_and_update();
                let (there, is_whole) = match now {
                    State::Growing(there) => (there, false),
                    State::Whole(there) => (there, true),
                    State::Failed(trouble) => return Err(io::Error::other(trouble)),
                };
                if there > range.start {
                    let wanted = usize::try_from(there.min(range.end) - range.start)
                        .unwrap_or(CHUNK)
                        .min(CHUNK);
                    let (source, start) = (Arc::clone(&file), range.start);
                    let bytes = tokio::task::spawn_blocking(move || {
                        let mut bytes = vec![0; wanted];
                        source.file.read_exact_at(&mut bytes, start)?;
                        Ok::<_, io::Error>(Bytes::from(bytes))
                    })
                    .await
                    .map_err(io::Error::other)??;
                    let rest = range.start + wanted as u64..range.end;
                    return Ok(Some((bytes, (file, state, rest))));
                }
                if is_whole {
                    // A part that was promised must come.
                    let is_open = range.end == u64::MAX;
                    return if is_open {
                        Ok(None)
                    } else {
                        Err(io::ErrorKind::UnexpectedEof.into())
                    };
                }
                if state.changed().await.is_err() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        })
        .boxed()
    }
}
