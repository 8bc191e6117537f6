//! `minuted doctor`: whether a deployment is sound.

use std::{fmt::Display, io::Write, path::Path};

use anyhow::{Context, bail};
use backend::store::MigrationState;
use url::{Host, Url};

use crate::{config::Config, database::Database};

/// What was looked at so far. What is wrong does not keep the rest from being looked at.
#[derive(Default)]
struct Findings {
    wrong: Vec<String>,
}

impl Findings {
    fn wrong(&mut self, what: &str, how: impl Display) -> anyhow::Result<()> {
        self.wrong.push(how.to_string());
        say(what, "WRONG", how)
    }

    fn told(&mut self, what: &str, outcome: anyhow::Result<String>) -> anyhow::Result<()> {
        match outcome {
            Ok(how) => good(what, how),
            Err(error) => self.wrong(what, format!("{error:#}")),
        }
    }

    fn end(self) -> anyhow::Result<()> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        bail!("{}", self.wrong.join("; "))
    }
}

fn good(what: &str, how: impl Display) -> anyhow::Result<()> {
    say(what, "good", how)
}

/// It works, and should be better.
fn note(what: &str, how: impl Display) -> anyhow::Result<()> {
    say(what, "note", how)
}

fn say(what: &str, state: &str, how: impl Display) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{}", line(what, state, how))?;
    Ok(())
}

fn line(what: &str, state: &str, how: impl Display) -> String {
    format!("{what:12} {state:5} {how}").trim_end().to_owned()
}

pub async fn doctor(config: Config) -> anyhow::Result<()> {
    let mut found = Findings::default();
    good("settings", format!("{} edition", edition()))?;
    found.told("data folder", writable(&config.data_dir))?;
    let key = config.keyring().map(|_| "32 bytes, readable".to_owned());
    let has_key = key.is_ok();
    found.told("secret key", key)?;
    match public_address(&config.public_url) {
        None => good("public URL", &config.public_url)?,
        Some(words) => note("public URL", format!("{}: {words}", config.public_url))?,
    }
    let database = match Database::open(&config).await {
        Ok(database) => database,
        Err(error) => {
            found.wrong("database", format!("{error:#}"))?;
            return found.end();
        }
    };
    let kind = if database.cluster.is_some() {
        "private cluster"
    } else {
        "DATABASE_URL"
    };
    good("database", kind)?;
    let outcome = in_database(&config, &database, has_key, &mut found).await;
    database.close().await?;
    outcome?;
    found.end()
}

/// What only a database can tell. Without the migrations there may be no table to look into.
async fn in_database(config: &Config, database: &Database, has_key: bool, found: &mut Findings) -> anyhow::Result<()> {
    let migrations = database.db.migrations().await?;
    let pending = migrations.iter().filter(|known| super::is_pending(known)).count();
    let changed = migrations
        .iter()
        .filter(|known| known.state == MigrationState::Changed)
        .count();
    if changed > 0 {
        return found.wrong(
            "migrations",
            format!("{changed} differ from what was applied: this program does not fit the database"),
        );
    }
    if pending > 0 {
        return found.wrong("migrations", format!("{pending} are missing: run `minuted migrate up`"));
    }
    good("migrations", "")?;
    match backend::catalog::incomplete(&database.db).await? {
        0 => good("permissions", "")?,
        incomplete => found.wrong(
            "permissions",
            format!("{incomplete} tenant(s) have no permissions about interactions: run `minuted migrate up`"),
        )?,
    }
    if !has_key {
        return Ok(());
    }
    let backend = match database.backend(config) {
        Ok(backend) => backend,
        Err(error) => return found.wrong("storage", format!("{error:#}")),
    };
    good("storage", "")?;
    match backend.unreadable_secrets().await? {
        0 => good("secrets", "")?,
        other => found.wrong(
            "secrets",
            format!("{other} were encrypted with another key: restore MINUTED_SECRET_KEY, or save them again"),
        )?,
    }
    for (tenant, lines) in backend::settings::teams::checks(&backend).await? {
        let tenant: String = tenant.chars().filter(|c| !c.is_control()).collect();
        for (n, told) in lines.into_iter().enumerate() {
            let name = if n == 0 { format!("{tenant}: ") } else { "  ".to_owned() };
            note("Microsoft", format!("{name}{told}"))?;
        }
    }
    Ok(())
}

/// Whether files can be made there.
fn writable(folder: &Path) -> anyhow::Result<String> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    tempfile(folder).with_context(|| format!("nothing can be written to {}", folder.display()))?;
    Ok(folder.display().to_string())
}

fn tempfile(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::write(&path, b"good")?;
    std::fs::remove_file(&path)
}

/// What should be better about the address; `None` if nothing.
fn public_address(url: &Url) -> Option<&'static str> {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => true,
    };
    match url.scheme() {
        _ if is_here => {
            Some("only this machine reaches it; links in mails lead nowhere, and Microsoft cannot tell of recordings")
        }
        "https" => None,
        _ => Some("without https cookies are not secure, and Microsoft cannot tell of recordings"),
    }
}

fn edition() -> &'static str {
    match backend::EDITION {
        domain::Edition::Community => "community",
        domain::Edition::Enterprise => "enterprise",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_others_reach_by_https_is_good() {
        let judged = |url: &str| public_address(&url.parse().unwrap()).is_none();
        assert!(judged("https://minuted.example/"));
        for bad in [
            "http://minuted.example/",
            "http://127.0.0.1:3000/",
            "https://localhost/",
            "http://[::1]/",
        ] {
            assert!(!judged(bad), "{bad}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_told() {
        let folder = std::env::temp_dir().join(format!("minuted-doctor-{}", std::process::id()));
        assert!(writable(&folder).is_ok());
        std::fs::remove_dir(&folder).unwrap();
        std::fs::write(&folder, "in the way").unwrap();
        let refused = writable(&folder).unwrap_err();
        std::fs::remove_file(&folder).unwrap();
        assert!(format!("{refused:#}").contains("minuted-doctor"));
    }

    #[test]
    fn columns_stand_under_each_other() {
        assert_eq!(
            line("database", "good", "DATABASE_URL"),
            "database     good  DATABASE_URL"
        );
        assert_eq!(line("permissions", "good", ""), "permissions  good");
    }
}
