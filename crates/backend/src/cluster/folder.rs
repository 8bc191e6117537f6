//! What lies in the data folder, and who may use it.

use std::{
    fs::{self, File, OpenOptions},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use super::{
    account::Account,
    error::{At, ClusterError},
};

/// A Unix socket's path has at most 107 bytes, of which the file's own name takes 14.
const SOCKET_FOLDER_MAX: usize = 90;

/// What a server writes about itself into its data folder.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) pid: u32,
    pub(super) socket: Option<PathBuf>,
}

impl Server {
    pub(super) fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let pid = text.lines().next()?.trim().parse().ok()?;
        let socket = text.lines().nth(4).filter(|line| !line.is_empty()).map(PathBuf::from);
        Some(Self { pid, socket })
    }
}

pub(super) fn make_folder(path: &Path, mode: u32) -> Result<(), ClusterError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).at(parent)?;
    }
    fs::DirBuilder::new().mode(mode).create(path).at(path)
}

/// Keeps every other Minuted away from the folder for as long as the file is open, however this process ends.
pub(super) fn lock(data_dir: &Path) -> Result<File, ClusterError> {
    let path = data_dir.join("minuted.lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .at(&path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut pid = String::new();
            file.read_to_string(&mut pid).at(&path)?;
            return Err(ClusterError::InUse {
                pid: pid.trim().to_owned(),
                folder: data_dir.to_owned(),
            });
        }
        Err(error) => return Err(io::Error::from(error)).at(&path),
    }
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .at(&path)?;
    Ok(file)
}

/// Beside the data, or, where that path is too long for a socket, a folder named after it in the temporary folder.
pub(super) fn socket_folder(folder: &Path, account: &Account) -> Result<PathBuf, ClusterError> {
    let mut path = folder.join("socket");
    if path.as_os_str().len() > SOCKET_FOLDER_MAX {
        let mut hasher = DefaultHasher::new();
        folder.hash(&mut hasher);
        path = std::env::temp_dir().join(format!("minuted-{:016x}", hasher.finish()));
    }
    match fs::DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error).at(&path),
        Ok(()) => account.own(&path)?,
        Err(_) => {}
    }
    // Others can write to the temporary folder: what stands there already counts only if it is ours and closed to them.
    let found = fs::symlink_metadata(&path).at(&path)?;
    if found.is_dir() && found.uid() == account.uid() && found.mode() & 0o777 == 0o700 {
        return Ok(path);
    }
    Err(ClusterError::SocketFolder { folder: path })
}
