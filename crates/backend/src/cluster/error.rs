use std::{
    io,
    path::{Path, PathBuf},
};

/// Why the private cluster cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "PostgreSQL {least} or later was not found: install it (on Debian and Ubuntu the package \"postgresql\"), or set \
         DATABASE_URL to a server that you already have"
    )]
    NotFound { least: u32 },
    #[error("Another Minuted (process {pid}) is using {}: stop it, or set MINUTED_DATA_DIR to another folder", folder.display())]
    InUse { pid: String, folder: PathBuf },
    #[error(
        "PostgreSQL never runs as root, and there is no user \"postgres\" or \"nobody\" to run it: create one, start Minuted \
         as a normal user, or set DATABASE_URL"
    )]
    NoAccount,
    #[error(
        "The user \"{user}\", under which PostgreSQL runs, may not pass {}: allow it (chmod o+x), or set MINUTED_DATA_DIR to \
         a folder outside it, such as /var/lib/minuted",
        blocked.display()
    )]
    Unreachable { user: String, blocked: PathBuf },
    #[error(
        "The data in {} is of PostgreSQL {data}, but only {found} is installed: install PostgreSQL {data} (on Debian and \
         Ubuntu the package \"postgresql-{data}\"), or move the data with pg_upgrade",
        folder.display()
    )]
    Version {
        folder: PathBuf,
        data: String,
        found: String,
    },
    #[error("{} is needed for PostgreSQL's socket, but others own it or may enter it: remove it", folder.display())]
    SocketFolder { folder: PathBuf },
    #[error("PostgreSQL could not make its cluster: {tail}")]
    Initdb { tail: String },
    #[error("PostgreSQL did not start; its log {} ends with: {tail}", log.display())]
    Start { log: PathBuf, tail: String },
    #[error("PostgreSQL runs, but Minuted's database cannot be opened: {0}")]
    Connect(#[source] sqlx::Error),
    #[error("PostgreSQL in {} did not stop: {tail}", folder.display())]
    Stop { folder: PathBuf, tail: String },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Names the file that an operation failed on.
pub(super) trait At<T> {
    fn at(self, path: &Path) -> Result<T, ClusterError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, ClusterError> {
        self.map_err(|source| ClusterError::Io {
            path: path.to_owned(),
            source,
        })
    }
}

/// The last lines of a program's output, as one.
pub(super) fn tail(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(6)..).unwrap_or_default();
    if last.is_empty() {
        "(nothing was printed)".to_owned()
    } else {
        last.join(" / ")
    }
}
