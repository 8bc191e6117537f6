//! `minuted doctor`: whether a deployment is sound.

use std::{fmt::Display, io::Write, path::Path};

use anyhow::{Context, bail};
use backend::{
    Backend, Clock,
    outside::{self, Answer},
    secrets::{self, KeyRole},
    store::MigrationState,
};
use chrono::TimeDelta;
use serde::Serialize;
use url::{Host, Url};

use crate::{config::Config, database::Database};

/// From here on another clock is worth a note; and Microsoft refuses to sign in.
const CLOCK_NOTED: TimeDelta = TimeDelta::seconds(5);
const CLOCK_WRONG: TimeDelta = TimeDelta::minutes(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    /// It works, and should be better.
    Note,
    Wrong,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    state: State,
    how: String,
}

/// What was looked at so far. What is wrong does not keep the rest from being looked at.
struct Findings {
    list: Vec<Finding>,
    json: bool,
}

impl Findings {
    fn say(&mut self, what: &str, state: State, how: impl Display) -> anyhow::Result<()> {
        let finding = Finding {
            what: what.to_owned(),
            state,
            how: how.to_string(),
        };
        if !self.json {
            writeln!(std::io::stdout(), "{}", line(&finding))?;
        }
        self.list.push(finding);
        Ok(())
    }

    fn good(&mut self, what: &str, how: impl Display) -> anyhow::Result<()> {
        self.say(what, State::Good, how)
    }

    fn note(&mut self, what: &str, how: impl Display) -> anyhow::Result<()> {
        self.say(what, State::Note, how)
    }

    fn wrong(&mut self, what: &str, how: impl Display) -> anyhow::Result<()> {
        self.say(what, State::Wrong, how)
    }

    fn told(&mut self, what: &str, outcome: anyhow::Result<String>) -> anyhow::Result<()> {
        match outcome {
            Ok(how) => self.good(what, how),
            Err(error) => self.wrong(what, format!("{error:#}")),
        }
    }

    fn end(self) -> anyhow::Result<()> {
        let wrong: Vec<&str> = self
            .list
            .iter()
            .filter(|finding| finding.state == State::Wrong)
            .map(|finding| finding.how.as_str())
            .collect();
        if self.json {
            let all = serde_json::json!({ "sound": wrong.is_empty(), "findings": self.list });
            let mut out = std::io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &all)?;
            writeln!(out)?;
        }
        if wrong.is_empty() {
            return Ok(());
        }
        bail!("{}", wrong.join("; "))
    }
}

fn line(finding: &Finding) -> String {
    let state = match finding.state {
        State::Good => "good",
        State::Note => "note",
        State::Wrong => "WRONG",
    };
    format!("{:12} {state:5} {}", finding.what, finding.how)
        .trim_end()
        .to_owned()
}

pub async fn doctor(config: Config, json: bool) -> anyhow::Result<()> {
    let mut found = Findings { list: Vec::new(), json };
    found.good("settings", format!("{} edition", edition()))?;
    found.told("data folder", writable(&config.data_dir))?;
    let key = config.keyring().map(|keys| match keys.count() {
        1 => "32 bytes, readable".to_owned(),
        count => format!("{count} keys, readable"),
    });
    let has_key = key.is_ok();
    found.told("secret key", key)?;
    if let Some(path) = config.open_key_file() {
        found.note(
            "secret key",
            format!(
                "everybody on this machine can read {}: run `chmod o-r` on it",
                path.display()
            ),
        )?;
    }
    match public_address(&config.public_url) {
        None => found.good("public URL", &config.public_url)?,
        Some(words) => found.note("public URL", format!("{}: {words}", config.public_url))?,
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
    found.good("database", kind)?;
    let outcome = look(&config, &database, has_key, &mut found).await;
    database.close().await?;
    outcome?;
    found.end()
}

async fn look(config: &Config, database: &Database, has_key: bool, found: &mut Findings) -> anyhow::Result<()> {
    let ahead = outside::database_ahead(&database.db, &Clock::system()).await?;
    clock(found, "the database", ahead)?;
    if !migrated(database, found).await? || !has_key {
        return Ok(());
    }
    let backend = match database.backend(config) {
        Ok(backend) => backend,
        Err(error) => return found.wrong("storage", format!("{error:#}")),
    };
    match outside::files(&backend).await {
        Ok(()) => found.good("storage", "a file was written, read and removed")?,
        Err(error) => found.wrong("storage", format!("{:#}", anyhow::Error::from(error)))?,
    }
    encrypted(&backend, found).await?;
    match outside::mails(&backend).await {
        Ok(Some(())) => found.good("mails", "the server takes them")?,
        Ok(None) => found.note("mails", "written as files into the data folder; nobody receives them")?,
        Err(why) => found.wrong(
            "mails",
            format!("the server of MINUTED_SMTP_URL does not take them: {why}"),
        )?,
    }
    if !is_here(&config.public_url) {
        answers(found, outside::itself(&backend).await)?;
    }
    for (who, url, answer) in outside::microsoft(&backend).await {
        match answer {
            Ok(Answer { status, ahead }) => {
                found.good("Microsoft", format!("{who} answers at {url} (HTTP {status})"))?;
                if let Some(ahead) = ahead {
                    clock(found, who, ahead)?;
                }
            }
            Err(why) => found.wrong("Microsoft", format!("{who} does not answer at {url}: {why}"))?,
        }
    }
    for (tenant, lines) in backend::settings::teams::checks(&backend).await? {
        let tenant: String = tenant.chars().filter(|c| !c.is_control()).collect();
        for (n, told) in lines.into_iter().enumerate() {
            let name = if n == 0 { format!("{tenant}: ") } else { "  ".to_owned() };
            found.note("Microsoft", format!("{name}{told}"))?;
        }
    }
    Ok(())
}

/// Without the migrations there may be no table to look into.
async fn migrated(database: &Database, found: &mut Findings) -> anyhow::Result<bool> {
    let migrations = database.db.migrations().await?;
    let pending = migrations.iter().filter(|known| super::is_pending(known)).count();
    let changed = migrations
        .iter()
        .filter(|known| known.state == MigrationState::Changed)
        .count();
    if changed > 0 {
        found.wrong(
            "migrations",
            format!("{changed} differ from what was applied: this program does not fit the database"),
        )?;
        return Ok(false);
    }
    if pending > 0 {
        found.wrong("migrations", format!("{pending} are missing: run `minuted migrate up`"))?;
        return Ok(false);
    }
    found.good("migrations", "")?;
    match backend::catalog::incomplete(&database.db).await? {
        0 => found.good("permissions", "")?,
        incomplete => found.wrong(
            "permissions",
            format!("{incomplete} tenant(s) have no permissions about interactions: run `minuted migrate up`"),
        )?,
    }
    Ok(true)
}

/// Whether what is encrypted can be read.
async fn encrypted(backend: &Backend, found: &mut Findings) -> anyhow::Result<()> {
    let usage = secrets::usage(backend).await?;
    let count = |role: KeyRole| {
        let keys = usage.iter().filter(|key| key.role == role);
        keys.map(|key| key.secrets + key.mails).sum::<u64>()
    };
    match (count(KeyRole::Missing), count(KeyRole::Older)) {
        (0, 0) => found.good("secrets", ""),
        (0, older) => found.note(
            "secrets",
            format!("{older} are encrypted with an older key: run `minuted keys rotate`"),
        ),
        (missing, _) => found.wrong(
            "secrets",
            format!("{missing} were encrypted with another key: restore MINUTED_SECRET_KEY, or save them again"),
        ),
    }
}

/// The program may not be running yet, and this machine may not reach it the way that others do: neither has to be wrong.
fn answers(found: &mut Findings, answer: Result<Answer, String>) -> anyhow::Result<()> {
    match answer {
        Ok(Answer { status: 200, .. }) => found.good("public URL", "answers from here"),
        Ok(Answer { status, .. }) => found.note(
            "public URL",
            format!("/healthz answers with HTTP {status} from here: does the proxy lead to Minuted?"),
        ),
        Err(why) => found.note("public URL", format!("does not answer from here: {why}")),
    }
}

/// Compares our clock with somebody's. Theirs is told in full seconds.
fn clock(found: &mut Findings, whose: &str, ahead: TimeDelta) -> anyhow::Result<()> {
    let seconds = ahead.num_seconds();
    let off = ahead.abs();
    if off < CLOCK_NOTED {
        return found.good("clock", format!("agrees with that of {whose}"));
    }
    let (much, way) = (seconds.abs(), if seconds > 0 { "behind" } else { "ahead of" });
    let told = format!("{much} s {way} that of {whose}: let NTP set it");
    if off < CLOCK_WRONG {
        found.note("clock", told)
    } else {
        found.wrong("clock", told)
    }
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

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => true,
    }
}

/// What should be better about the address; `None` if nothing.
fn public_address(url: &Url) -> Option<&'static str> {
    match url.scheme() {
        _ if is_here(url) => {
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

    fn judged(look: impl Fn(&mut Findings)) -> Finding {
        let mut found = Findings {
            list: Vec::new(),
            json: true,
        };
        look(&mut found);
        found.list.pop().unwrap()
    }

    #[test]
    fn a_clock_may_be_a_little_off() {
        for (ahead, state, words) in [
            (-1, State::Good, "agrees"),
            (90, State::Note, "90 s behind"),
            (-90, State::Note, "90 s ahead"),
            (3600, State::Wrong, "NTP"),
        ] {
            let finding = judged(|found| clock(found, "Graph", TimeDelta::seconds(ahead)).unwrap());
            assert_eq!(finding.state, state, "{ahead}");
            assert!(finding.how.contains(words), "{}", finding.how);
        }
    }

    #[test]
    fn a_server_that_does_not_answer_yet_is_noted() {
        let at = |status| {
            judged(|found| {
                let answer = Answer { status, ahead: None };
                answers(found, Ok(answer)).unwrap();
            })
        };
        assert_eq!(at(200).state, State::Good);
        assert_eq!(at(502).state, State::Note);
        let nobody = judged(|found| answers(found, Err("refused".into())).unwrap());
        assert_eq!(nobody.state, State::Note);
    }

    #[test]
    fn columns_stand_under_each_other() {
        let finding = |what: &str, how: &str| Finding {
            what: what.into(),
            state: State::Good,
            how: how.into(),
        };
        assert_eq!(
            line(&finding("database", "DATABASE_URL")),
            "database     good  DATABASE_URL"
        );
        assert_eq!(line(&finding("permissions", "")), "permissions  good");
    }
}
