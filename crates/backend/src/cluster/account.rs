use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};

use tokio::process::Command;

use super::error::{At, ClusterError};

/// The user under which PostgreSQL runs: our own, but never root, which PostgreSQL refuses.
#[derive(Debug)]
pub(super) struct Account {
    name: String,
    uid: u32,
    gid: u32,
    /// We are root and have to become this user.
    switch: bool,
}

impl Account {
    pub(super) fn choose(data: &Path) -> Result<Self, ClusterError> {
        let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
        if !uid.is_root() {
            return Ok(Self {
                name: uid.as_raw().to_string(),
                uid: uid.as_raw(),
                gid: gid.as_raw(),
                switch: false,
            });
        }
        // A cluster that is there already keeps its owner.
        if let Ok(found) = fs::metadata(data)
            && found.uid() != 0
        {
            return Ok(Self {
                name: found.uid().to_string(),
                uid: found.uid(),
                gid: found.gid(),
                switch: true,
            });
        }
        let users = Path::new("/etc/passwd");
        let text = fs::read_to_string(users).at(users)?;
        let account = ["postgres", "nobody"].iter().find_map(|name| Self::parse(&text, name));
        account.ok_or(ClusterError::NoAccount)
    }

    /// Looks a name up in the text of `/etc/passwd`: `name:password:uid:gid:…`.
    fn parse(text: &str, name: &str) -> Option<Self> {
        let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(str::parse);
        let (uid, gid) = (ids.next()?.ok()?, ids.next()?.ok()?);
        (uid != 0).then(|| Self {
            name: name.to_owned(),
            uid,
            gid,
            switch: true,
        })
    }

    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// Lets the command run as this user, without root's supplementary groups (the standard library drops them).
    pub(super) fn apply(&self, command: &mut Command) {
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
    }

    pub(super) fn own(&self, path: &Path) -> Result<(), ClusterError> {
        if self.switch {
            chown(path, Some(self.uid), Some(self.gid)).at(path)
        } else {
            Ok(())
        }
    }

    /// Every folder above has to let this user through.
    pub(super) fn check_way(&self, folder: &Path) -> Result<(), ClusterError> {
        if !self.switch {
            return Ok(());
        }
        for above in folder.ancestors().skip(1) {
            let found = fs::metadata(above).at(above)?;
            let needed = match (found.uid() == self.uid, found.gid() == self.gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            if found.mode() & needed == 0 {
                return Err(ClusterError::Unreachable {
                    user: self.name.clone(),
                    blocked: above.to_owned(),
                });
            }
        }
        Ok(())
    }
}
