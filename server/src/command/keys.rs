//! `minuted keys`: the keys that secrets in the database are encrypted with, and going over to another one.

use std::io::Write;

use anyhow::bail;
use backend::secrets::{self, KeyRole, KeyUse, Keyring};
use clap::{Args, Subcommand};

use crate::{config::Config, database::Database};

#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    verb: Option<Verb>,
}

impl Keys {
    pub fn is_new(&self) -> bool {
        matches!(self.verb, Some(Verb::New))
    }
}

#[derive(Subcommand)]
enum Verb {
    /// Prints a new key.
    New,
    /// Encrypts with the first key everything that was encrypted with another one. Can be stopped and begun again.
    Rotate,
}

/// Prints a new key.
pub fn new() -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{}", Keyring::generate())?;
    Ok(())
}

pub async fn keys(config: Config, wanted: Keys) -> anyhow::Result<()> {
    let database = Database::open(&config).await?;
    if database.db.migrations().await?.iter().any(super::is_pending) {
        bail!("migrations are missing: run `minuted migrate up`");
    }
    let backend = database.backend(&config)?;
    let outcome = match wanted.verb {
        Some(Verb::Rotate) => rotate(&backend).await,
        _ => list(&secrets::usage(&backend).await?),
    };
    database.close().await?;
    outcome
}

fn list(keys: &[KeyUse]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "KEY       ROLE      SECRETS  MAILS")?;
    for key in keys {
        let role = match key.role {
            KeyRole::InUse => "in use",
            KeyRole::Older => "older",
            KeyRole::Missing => "MISSING",
        };
        writeln!(out, "{}  {role:8}  {:7}  {:5}", key.key_id, key.secrets, key.mails)?;
    }
    Ok(())
}

async fn rotate(backend: &backend::Backend) -> anyhow::Result<()> {
    let rotated = secrets::rotate(backend).await?;
    writeln!(std::io::stdout(), "{} encrypted anew.", rotated.done)?;
    let left = secrets::usage(backend).await?;
    let count = |role: KeyRole| {
        let keys = left.iter().filter(|key| key.role == role);
        keys.map(|key| key.secrets + key.mails).sum::<u64>()
    };
    if rotated.unreadable > 0 || count(KeyRole::Missing) > 0 {
        bail!(
            "{} could not be decrypted: `minuted keys` tells which key is missing",
            rotated.unreadable.max(count(KeyRole::Missing))
        );
    }
    if count(KeyRole::Older) > 0 {
        bail!(
            "{} were encrypted with an older key meanwhile: some process has the keys in another order; restart it, then run this again",
            count(KeyRole::Older)
        );
    }
    writeln!(std::io::stdout(), "Nothing needs an older key any more.")?;
    Ok(())
}
