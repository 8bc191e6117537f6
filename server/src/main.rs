//! The program `minuted`.
#![recursion_limit = "512"]

mod command;
mod config;
mod database;
mod http;
mod logging;
mod serve;

use std::{io::Write, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::config::{Config, SETTINGS};

/// A page is made of thousands of short-lived pieces: a quarter of its time went into the allocator of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Teams meetings on the record.
#[derive(Parser)]
#[command(name = "minuted", version, after_help = settings_help(), disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Migrates the database, then serves the pages and carries on unfinished work.
    Serve,
    /// Carries on unfinished work without serving pages.
    Worker,
    /// Changes the schema of the database.
    Migrate {
        #[command(subcommand)]
        direction: command::Direction,
    },
    /// Adds data.
    Seed {
        /// Demo tenants, people and meetings; what is there already is left alone.
        #[arg(long, required_unless_present = "size")]
        demo: bool,
        /// `large` gives one demo tenant a million interactions, to measure with. Takes minutes.
        #[arg(long)]
        size: Option<command::Size>,
    },
    /// Lists what is done in the background: what runs, what has failed and why, what is due.
    Jobs(command::jobs::Jobs),
    /// The keys that secrets in the database are encrypted with.
    Keys(command::keys::Keys),
    /// Checks the settings, the keys, the data folder, the database, the store of files, mails, the clock, whether Microsoft and the public
    /// address answer, and says what is wrong, and what the last check of each tenant's connection to Microsoft has found.
    Doctor {
        /// One object in JSON.
        #[arg(long)]
        json: bool,
    },
}

fn settings_help() -> String {
    let mut text = String::from("Settings (environment):\n");
    for (name, meaning) in SETTINGS {
        text.extend(["  ", name, "\n      ", meaning, "\n"]);
    }
    text
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match start(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line that says what is wrong: people read it on a terminal and in the journal.
            let _ = writeln!(std::io::stderr(), "minuted: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(command: Command) -> anyhow::Result<()> {
    // Whoever has no key yet may have no other settings, either.
    if let Command::Keys(wanted) = &command
        && wanted.is_new()
    {
        return command::keys::new();
    }
    let config = Config::load()?;
    logging::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve => serve::serve(config).await,
            Command::Worker => serve::work(config).await,
            Command::Migrate { direction } => command::migrate(config, direction).await,
            Command::Seed { size: None, .. } => command::seed(config).await,
            Command::Seed {
                size: Some(command::Size::Large),
                ..
            } => command::seed_large(config).await,
            Command::Jobs(wanted) => command::jobs::jobs(config, wanted).await,
            Command::Keys(wanted) => command::keys::keys(config, wanted).await,
            Command::Doctor { json } => command::doctor::doctor(config, json).await,
        }
    })
}
