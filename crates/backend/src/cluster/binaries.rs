use std::{
    fs,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::error::ClusterError;

const LEAST: u32 = 15;

/// PostgreSQL's programs as they are installed on this machine.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// The version that made the cluster; for a new one what is on the path, else the latest that is installed.
    pub(super) async fn find(data: &Path) -> Result<Self, ClusterError> {
        let mut found: Vec<Self> = Vec::new();
        for folder in places() {
            let known = found.iter().any(|binaries| binaries.folder == folder);
            if let Some(major) = major_of(&folder.join("postgres")).await
                && !known
                && major >= LEAST
            {
                found.push(Self { folder, major });
            }
        }
        if found.is_empty() {
            return Err(ClusterError::NotFound { least: LEAST });
        }
        choose(found, data)
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn choose(found: Vec<Binaries>, data: &Path) -> Result<Binaries, ClusterError> {
    let versions = found
        .iter()
        .map(|binaries| binaries.major.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    let made_by = fs::read_to_string(data.join("PG_VERSION"))
        .ok()
        .map(|version| version.trim().to_owned());
    let mut fitting = found
        .into_iter()
        .filter(|it| made_by.as_ref().is_none_or(|made| *made == it.major.to_string()));
    fitting.next().ok_or_else(|| ClusterError::Version {
        folder: data.to_owned(),
        data: made_by.clone().unwrap_or_default(),
        found: versions,
    })
}

/// Folders with PostgreSQL's programs, best first: those on the path, then each installed version, latest first.
fn places() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<_> = std::env::split_paths(&path)
        .filter_map(|folder| folder.join("initdb").canonicalize().ok()?.parent().map(Path::to_owned))
        .collect();
    // Debian and Ubuntu, then Red Hat's relatives: /usr/lib/postgresql/17/bin, /usr/pgsql-17/bin.
    for (parent, prefix) in [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")] {
        let mut versions: Vec<_> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let version: u32 = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        places.extend(versions.into_iter().map(|(_, folder)| folder));
    }
    places.retain(|folder| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| folder.join(name).is_file())
    });
    places
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian …)`, `17beta1` and the like.
async fn major_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split(' ').nth(2)?;
    version
        .split(|character: char| !character.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}
