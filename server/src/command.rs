//! The commands that do one thing and end.

pub mod doctor;
pub mod jobs;
pub mod keys;

use std::io::Write;

use backend::store::{Migration, MigrationState};
use clap::Subcommand;

use crate::{config::Config, database::Database};

#[derive(Subcommand)]
pub enum Direction {
    /// Applies what is missing.
    Up,
    /// Reverts the latest migration, or every one above a version. Data in reverted tables is lost.
    Down {
        /// The version to keep; 0 reverts all.
        #[arg(long)]
        to: Option<i64>,
    },
    /// Lists the migrations and whether the database has them.
    Status,
}

fn is_pending(migration: &Migration) -> bool {
    migration.state == MigrationState::Pending
}

pub async fn migrate(config: Config, direction: Direction) -> anyhow::Result<()> {
    let database = Database::open(&config).await?;
    match &direction {
        Direction::Up => database.db.migrate_up().await?,
        Direction::Down { to } => {
            let applied = database.db.migrations().await?.into_iter().rev();
            let before_latest = applied
                .filter(|migration| migration.state != MigrationState::Pending)
                .nth(1);
            let to = (*to).unwrap_or(before_latest.map_or(0, |migration| migration.version));
            database.db.migrate_down(to).await?;
        }
        Direction::Status => {}
    }
    if let Direction::Up = direction {
        backend::catalog::complete(&database.db).await?;
    }
    let mut out = std::io::stdout();
    for migration in database.db.migrations().await? {
        let state = match migration.state {
            MigrationState::Applied => "applied",
            MigrationState::Pending => "pending",
            MigrationState::Changed => "CHANGED",
            MigrationState::Foreign => "foreign",
        };
        writeln!(out, "{} {state:8} {}", migration.version, migration.name)?;
    }
    database.close().await
}

pub async fn seed(config: Config) -> anyhow::Result<()> {
    let database = Database::open(&config).await?;
    database.db.migrate_up().await?;
    let made = backend::seed::demo(&database.backend(&config)?).await?;
    let mut out = std::io::stdout();
    if made.is_empty() {
        writeln!(out, "The demo data is there already.")?;
    } else {
        writeln!(
            out,
            "Seeded {}. Everybody's password is {}",
            made.join(" and "),
            backend::seed::PASSWORD
        )?;
    }
    database.close().await
}

/// How much data to seed.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Size {
    Large,
}

pub async fn seed_large(config: Config) -> anyhow::Result<()> {
    let database = Database::open(&config).await?;
    database.db.migrate_up().await?;
    let mut out = std::io::stdout();
    let started = std::time::Instant::now();
    let report = |added| {
        // A terminal that went away is no reason to stop.
        let _ = writeln!(
            std::io::stdout(),
            "{added} interactions after {} s",
            started.elapsed().as_secs()
        );
    };
    let backend = database.backend(&config)?;
    let added = backend::seed::large(&backend, backend::seed::INTERACTIONS, report).await?;
    if added == 0 {
        writeln!(out, "The large tenant is there already.")?;
    } else {
        writeln!(
            out,
            "Northwind IT has {added} interactions more. Everybody's password is {}",
            backend::seed::PASSWORD
        )?;
    }
    database.close().await
}
