//! Where the store is, as the settings say it.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use object_store::{
    ClientOptions,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    prefix::PrefixStore,
};
use url::Url;

use super::FileStore;

/// No tenant has this name.
const DRAFTS: &str = "drafts";

/// Where files are kept; opened by [`Place::open`].
#[derive(Clone)]
pub enum Place {
    /// Made when it is opened.
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A bucket and what is needed to reach it.
#[derive(Clone)]
pub struct Bucket {
    name: String,
    prefix: String,
    settings: Vec<(AmazonS3ConfigKey, String)>,
}

/// The settings of a bucket hold its key.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
            Self::Bucket(bucket) => f.debug_tuple("Bucket").field(&bucket.name).finish(),
        }
    }
}

/// Why the place cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadStorage {
    #[error("MINUTED_STORAGE_URL must be file:///an/absolute/folder or s3://bucket/prefix")]
    Url,
    #[error("MINUTED_STORAGE_URL must name a folder on this machine: file:///an/absolute/folder")]
    Folder,
    #[error("MINUTED_STORAGE_URL must name a bucket, and nothing but a prefix after it: s3://bucket/prefix")]
    Bucket,
    #[error("MINUTED_STORAGE_URL names a bucket that cannot be used with the AWS_* variables that are set: {0}")]
    Settings(String),
    #[error("the folder for files, {path}, cannot be used: {reason}", path = path.display())]
    Open { path: PathBuf, reason: String },
}

impl Place {
    /// Reads `file:///folder` or `s3://bucket/prefix`. `vars` is the environment: the bucket's region, keys and endpoint are the
    /// usual `AWS_*`.
    pub fn from_url<'a>(url: &str, vars: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadStorage> {
        let url = Url::parse(url).map_err(|_| BadStorage::Url)?;
        let plain = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.port().is_none();
        match url.scheme() {
            "file" => {
                let path = url.to_file_path().ok().filter(|_| plain && url.host().is_none());
                path.map(Self::Folder).ok_or(BadStorage::Folder)
            }
            "s3" => {
                let name = url.host_str().filter(|_| plain).ok_or(BadStorage::Bucket)?.to_owned();
                let prefix = object_store::path::Path::from_url_path(url.path()).map_err(|_| BadStorage::Bucket)?;
                let settings = vars.into_iter().filter_map(|(name, value)| {
                    let key = name.starts_with("AWS_").then(|| name.to_ascii_lowercase())?;
                    Some((key.parse().ok()?, value.to_owned()))
                });
                let bucket = Bucket {
                    name,
                    prefix: prefix.to_string(),
                    settings: settings.collect(),
                };
                // What is missing or wrong is told at the start.
                bucket.open(Path::new(""))?;
                Ok(Self::Bucket(bucket))
            }
            _ => Err(BadStorage::Url),
        }
    }

    /// Opens it. `scratch` is a folder of this machine for what is not in the store yet.
    pub fn open(&self, scratch: &Path) -> Result<FileStore, BadStorage> {
        match self {
            Self::Folder(path) => folder(path).map_err(|reason| BadStorage::Open {
                path: path.clone(),
                reason,
            }),
            Self::Bucket(bucket) => bucket.open(scratch),
        }
    }
}

fn folder(path: &Path) -> Result<FileStore, String> {
    use std::os::unix::fs::DirBuilderExt;
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
    }
    // What people said is for nobody else on this machine.
    match std::fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.to_string()),
        _ => {}
    }
    let store = LocalFileSystem::new_with_prefix(path).map_err(|error| error.to_string())?;
    let store = Arc::new(store.with_fsync(true).with_automatic_cleanup(true));
    Ok(FileStore {
        store: store.clone(),
        folder: Some(store),
        drafts: Arc::new(path.join(DRAFTS)),
    })
}

impl Bucket {
    fn open(&self, scratch: &Path) -> Result<FileStore, BadStorage> {
        // An error says that the process has chosen a provider already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        // A reader may take its time: no limit for a whole transfer, one for each wait.
        let options = ClientOptions::new()
            .with_timeout_disabled()
            .with_read_timeout(Duration::from_secs(30));
        let builder = AmazonS3Builder::new()
            .with_client_options(options)
            .with_bucket_name(&self.name);
        let builder = self
            .settings
            .iter()
            .fold(builder, |builder, (key, value)| builder.with_config(*key, value));
        let bucket = builder
            .build()
            .map_err(|error| BadStorage::Settings(one_line(&error.to_string())))?;
        Ok(FileStore {
            store: Arc::new(PrefixStore::new(bucket, self.prefix.as_str())),
            folder: None,
            drafts: Arc::new(scratch.join(DRAFTS)),
        })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
