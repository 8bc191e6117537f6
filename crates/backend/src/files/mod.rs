//! The store of files: a folder, or a bucket that speaks S3.
//!
//! Paths are made of ids alone, so nothing that somebody typed can lead out of the store or to another tenant's file. What is in the
//! database counts: a file without its row is left over, a row without its file is an error of ours.

mod place;
mod read;

use std::{fmt, ops::Range, path::PathBuf, sync::Arc};

use bytes::Bytes;
use domain::{FileId, TenantId};
use futures::stream::BoxStream;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart, local::LocalFileSystem, path::Path};

pub use place::{BadStorage, Place};

/// Bytes of a file as they come.
pub type Content = BoxStream<'static, Result<Bytes, StoreError>>;

/// What is sent to the store at once; a bucket wants 5 MiB at least.
const PART: usize = 8 * 1024 * 1024;
/// How many parts may be on their way, which bounds the memory of a write.
const PARTS_UNDER_WAY: usize = 2;

/// Where files are kept. Cheap to clone.
#[derive(Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
    /// Where the store is a folder.
    folder: Option<Arc<LocalFileSystem>>,
    drafts: Arc<PathBuf>,
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store has no such file")]
    NotFound,
    #[error("the store of files failed")]
    Failed(#[from] object_store::Error),
    #[error("the store of files failed")]
    Io(#[from] std::io::Error),
}

impl From<StoreError> for crate::Error {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

/// Where in the store a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath(Path);

impl FilePath {
    /// The place of a new file.
    pub fn of(tenant: TenantId, file: FileId) -> Self {
        Self(Path::from_iter([tenant.to_string(), file.to_string()]))
    }

    /// The place that a file's row tells; nothing unless it is the tenant's own.
    pub fn stored(tenant: TenantId, path: &str) -> Option<Self> {
        let path = Path::parse(path.trim_start_matches('/')).ok()?;
        let own = tenant.to_string();
        path.parts().any(|part| part.as_ref() == own).then_some(Self(path))
    }
}

/// As it is kept in a file's row.
impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileStore").field(&self.store.to_string()).finish()
    }
}

impl FileStore {
    /// A small file at once. One that is there already is replaced.
    pub async fn put(&self, path: &FilePath, bytes: Bytes) -> Result<(), StoreError> {
        self.store.put(&path.0, bytes.into()).await?;
        Ok(())
    }

    /// A file of any length, in pieces. Nobody sees it before [`FileWriter::finish`].
    pub async fn write(&self, path: &FilePath) -> Result<FileWriter, StoreError> {
        let upload = self.store.put_multipart(&path.0).await?;
        Ok(FileWriter {
            upload: WriteMultipart::new_with_chunk_size(upload, PART),
            size: 0,
        })
    }

    /// Takes over a file that was written elsewhere on this machine, and is whole. It is gone there afterwards.
    pub async fn adopt(&self, file: PathBuf, path: &FilePath) -> Result<(), StoreError> {
        if let Some(folder) = &self.folder {
            let target = folder.path_to_filesystem(&path.0)?;
            if move_file(&file, &target).await.is_ok() {
                return Ok(());
            }
            // On another file system, most likely.
        }
        let mut writer = self.write(path).await?;
        let copied = async {
            let mut content = read::file(tokio::fs::File::open(&file).await?.into_std().await, 0..u64::MAX);
            while let Some(bytes) = futures::TryStreamExt::try_next(&mut content).await? {
                writer.add(bytes).await?;
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = copied.await {
            writer.abort().await;
            return Err(error);
        }
        writer.finish().await?;
        tokio::fs::remove_file(&file).await?;
        Ok(())
    }

    /// A folder of this machine for files that are to be adopted: the store's own file system, where it has one.
    pub fn drafts(&self) -> PathBuf {
        self.drafts.as_ref().clone()
    }

    /// The bytes of a part of a file, or as many of them as there are. Holds a few chunks at a time.
    pub async fn read(&self, path: &FilePath, range: Range<u64>) -> Result<Content, StoreError> {
        read::open(self.store.as_ref(), &path.0, range).await
    }

    /// The length of a file; nothing if there is none.
    pub async fn size(&self, path: &FilePath) -> Result<Option<u64>, StoreError> {
        match self.store.head(&path.0).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a file. One that is not there is as good as removed.
    pub async fn delete(&self, path: &FilePath) -> Result<(), StoreError> {
        match self.store.delete(&path.0).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Within a file system a file is moved in one step.
async fn move_file(file: &std::path::Path, target: &std::path::Path) -> std::io::Result<()> {
    if let Some(parent) = target.parent() {
        tokio::fs::create_dir_all(parent).await?;
    }
    tokio::fs::File::open(file).await?.sync_all().await?;
    tokio::fs::rename(file, target).await?;
    if let Some(parent) = target.parent() {
        tokio::fs::File::open(parent).await?.sync_all().await?;
    }
    Ok(())
}

/// A file that is being written. Dropped without [`finish`](Self::finish), it leaves nothing that could be read.
pub struct FileWriter {
    upload: WriteMultipart,
    size: u64,
}

impl fmt::Debug for FileWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileWriter")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl FileWriter {
    /// Adds bytes at the end; waits while the store is slower than they come.
    pub async fn add(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.upload.wait_for_capacity(PARTS_UNDER_WAY).await?;
        self.size += bytes.len() as u64;
        self.upload.put(bytes);
        Ok(())
    }

    /// Makes the file readable; says how long it is.
    pub async fn finish(self) -> Result<u64, StoreError> {
        self.upload.finish().await?;
        Ok(self.size)
    }

    pub async fn abort(self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a file was left half written");
        }
    }
}

#[cfg(test)]
mod tests;
