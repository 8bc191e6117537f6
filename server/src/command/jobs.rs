//! `minuted jobs`: what is done in the background.

use std::io::Write;

use anyhow::{Context, bail};
use backend::{
    Backend,
    jobs::{self, Which},
};
use clap::{Args, Subcommand};
use domain::{Job, JobKind, JobState};

use crate::{config::Config, database::Database};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Jobs {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    filter: Filter,
    /// Lists those that are planned for later, too.
    #[arg(long)]
    all: bool,
    /// One object for each, as a list in JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Filter {
    /// Only this tenant's: its name or its id.
    #[arg(long)]
    tenant: Option<String>,
    /// Only of this kind.
    #[arg(long, value_parser = kind)]
    kind: Option<JobKind>,
}

#[derive(Subcommand)]
enum Verb {
    /// Has work tried again at once, by a process that serves or works.
    Retry {
        /// The one with this id.
        #[arg(required_unless_present = "failed")]
        id: Option<String>,
        /// All that have failed.
        #[arg(long, conflicts_with = "id")]
        failed: bool,
        #[command(flatten)]
        filter: Filter,
    },
}

fn kind(word: &str) -> Result<JobKind, String> {
    JobKind::find(word).ok_or_else(|| {
        let words: Vec<&str> = JobKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("it is one of {}", words.join(", "))
    })
}

pub async fn jobs(config: Config, wanted: Jobs) -> anyhow::Result<()> {
    let database = Database::open(&config).await?;
    if database.db.migrations().await?.iter().any(super::is_pending) {
        bail!("migrations are missing: run `minuted migrate up`");
    }
    let backend = database.backend(&config)?;
    let outcome = match wanted.verb {
        None => list(&backend, wanted).await,
        Some(Verb::Retry { id, filter, .. }) => retry(&backend, id, filter).await,
    };
    database.close().await?;
    outcome
}

async fn which(backend: &Backend, filter: Filter) -> anyhow::Result<Which> {
    let tenant = match &filter.tenant {
        None => None,
        Some(name) => match *jobs::tenants(backend, name).await? {
            [tenant] => Some(tenant),
            [] => bail!("there is no tenant `{name}`"),
            [..] => bail!("several tenants are called `{name}`: give the id"),
        },
    };
    Ok(Which {
        tenant,
        kind: filter.kind,
        ..Which::default()
    })
}

async fn list(backend: &Backend, wanted: Jobs) -> anyhow::Result<()> {
    let which = Which {
        planned: wanted.all,
        ..which(backend, wanted.filter).await?
    };
    let jobs = jobs::list(backend, &which).await?;
    let mut out = std::io::stdout().lock();
    if wanted.json {
        serde_json::to_writer_pretty(&mut out, &jobs)?;
        writeln!(out)?;
        return Ok(());
    }
    for line in table(&jobs) {
        writeln!(out, "{line}")?;
    }
    if JobKind::ALL.iter().any(|kind| is_cut(&jobs, *kind)) {
        writeln!(out, "No more than {} of a kind are listed.", jobs::LIMIT)?;
    }
    Ok(())
}

fn is_cut(jobs: &[Job], kind: JobKind) -> bool {
    let count = jobs.iter().filter(|job| job.kind == kind).count();
    i64::try_from(count).is_ok_and(|count| count >= jobs::LIMIT)
}

/// A head, and a line for each; times are UTC.
fn table(jobs: &[Job]) -> Vec<String> {
    if jobs.is_empty() {
        return vec!["Nothing is due, running or failed.".to_owned()];
    }
    let mut rows = vec![["STATE", "KIND", "TENANT", "WHAT", "TRIED", "NEXT", "ID", "REASON"].map(str::to_owned)];
    rows.extend(jobs.iter().map(row));
    let mut widths = [0; 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn row(job: &Job) -> [String; 8] {
    let time = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M:%S").to_string();
    let next = match (job.state, job.next) {
        (JobState::Running, _) => "now".to_owned(),
        (_, Some(next)) => time(next),
        (_, None) => "never".to_owned(),
    };
    let plain = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    [
        job.state.as_str().to_owned(),
        job.kind.as_str().to_owned(),
        plain(&job.tenant_name),
        plain(&job.what),
        job.attempts.to_string(),
        next,
        plain(&job.id),
        plain(job.reason.as_deref().unwrap_or_default()),
    ]
}

async fn retry(backend: &Backend, id: Option<String>, filter: Filter) -> anyhow::Result<()> {
    let mut which = which(backend, filter).await?;
    let wanted: Vec<Job> = if let Some(id) = id {
        which.planned = true;
        which.id = Some(id.clone());
        let found = jobs::list(backend, &which).await?;
        if found.is_empty() {
            bail!("there is no work with the id `{id}`: `minuted jobs --all` lists all");
        }
        found
    } else {
        let all = jobs::list(backend, &which).await?;
        // What was given up for good, as a mail that its server refuses, has no next time.
        all.into_iter()
            .filter(|job| job.state == JobState::Failed && job.next.is_some())
            .collect()
    };
    let (mut hurried, mut left) = (0, Vec::new());
    for job in &wanted {
        if jobs::retry(backend, job)
            .await
            .context("it could not be written down")?
        {
            hurried += 1;
        } else {
            left.push(format!("{} {}", job.kind.as_str(), job.id));
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{hurried} tried again within a few seconds.")?;
    if !left.is_empty() {
        bail!(
            "cannot be tried again, because it was given up or is done: {}",
            left.join(", ")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let job = |state, next: i64, reason: Option<&str>| Job {
            kind: JobKind::Look,
            state,
            id: "4711".into(),
            tenant: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            tenant_name: "Große\nFirma".into(),
            what: "ended".into(),
            attempts: 3,
            next: chrono::DateTime::from_timestamp(1_795_515_000 + next, 0),
            leased_until: None,
            reason: reason.map(str::to_owned),
        };
        let lines = table(&[
            job(JobState::Running, 0, None),
            job(JobState::Failed, 60, Some("recordings: permission")),
        ]);
        assert_eq!(
            lines,
            [
                "STATE    KIND  TENANT       WHAT   TRIED  NEXT                 ID    REASON",
                "running  look  Große Firma  ended  3      now                  4711",
                "failed   look  Große Firma  ended  3      2026-11-24 10:11:00  4711  recordings: permission",
            ]
        );
        assert_eq!(table(&[]).len(), 1);
    }

    #[test]
    fn kinds_are_told_by_their_words() {
        assert_eq!(kind("mail"), Ok(JobKind::Mail));
        assert!(kind("nail").unwrap_err().contains("change, look, copy, mail"));
    }
}
