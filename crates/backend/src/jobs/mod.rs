//! What is done in the background, as an operator sees it: a list over all tenants, and trying again what has failed.
//!
//! There is no table of jobs. Each piece of work stands with what it is about (a meeting, a recording, a mail), and the sweeps find it there;
//! this reads the same columns.

#[cfg(feature = "enterprise")]
mod microsoft;

use domain::{Job, JobKind, JobState, MailId, Stand, TenantId};

#[cfg(feature = "enterprise")]
pub(crate) use microsoft::{hurry, list as list_of_microsoft};

use crate::{
    Backend, Result,
    access::TenantScope,
    store::{
        self,
        jobs::{JobRecord, Wanted},
    },
};

/// How many of a kind are listed.
pub const LIMIT: i64 = 1000;

/// Which pieces of work.
#[derive(Clone, Debug, Default)]
pub struct Which {
    pub tenant: Option<TenantId>,
    pub kind: Option<JobKind>,
    /// With those that are not due yet and have not failed.
    pub planned: bool,
    pub id: Option<String>,
}

/// The tenants that are called so, or have this id.
pub async fn tenants(backend: &Backend, name: &str) -> Result<Vec<TenantId>> {
    let mut system = backend.db().system().await?;
    store::jobs::tenants(&mut system, name).await
}

/// Lists them: those that run, those that have failed, those that are due, those that are planned.
pub async fn list(backend: &Backend, which: &Which) -> Result<Vec<Job>> {
    let now = backend.clock().now();
    let wanted = Wanted {
        now,
        tenant: which.tenant.map(|tenant| tenant.0),
        planned: which.planned,
        id: which.id.clone(),
        limit: LIMIT,
    };
    let mut system = backend.db().system().await?;
    let mut records = backend.teams().jobs(&mut system, &wanted, which.kind).await?;
    if which.kind.is_none_or(|kind| kind == JobKind::Mail) {
        records.extend(store::jobs::mails(&mut system, &wanted).await?);
    }
    let mut jobs: Vec<Job> = records
        .into_iter()
        .map(|record| {
            let stand = Stand {
                now,
                next: record.next,
                leased_until: record.leased_until,
                has_failed: record.reason.is_some(),
            };
            job(record, stand.state())
        })
        .filter(|job| which.planned || job.state != JobState::Planned)
        .collect();
    let order = |state| match state {
        JobState::Running => 0,
        JobState::Failed => 1,
        JobState::Due => 2,
        JobState::Planned => 3,
    };
    jobs.sort_by(|one, other| (order(one.state), one.next, &one.id).cmp(&(order(other.state), other.next, &other.id)));
    Ok(jobs)
}

fn job(record: JobRecord, state: JobState) -> Job {
    Job {
        kind: record.kind,
        state,
        id: record.id,
        tenant: record.tenant,
        tenant_name: record.tenant_name,
        what: record.what,
        attempts: u32::try_from(record.attempts).unwrap_or_default(),
        next: record.next,
        leased_until: record.leased_until.filter(|_| state == JobState::Running),
        reason: record.reason,
    }
}

/// Has a piece of work tried again at once, by whichever process comes to it; `false` if there is nothing to try any more.
pub async fn retry(backend: &Backend, job: &Job) -> Result<bool> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(TenantScope::of_row(job.tenant)).await?;
    let hurried = match job.kind {
        JobKind::Mail => match job.id.parse() {
            Ok(id) => store::jobs::hurry_mail(&mut tx, MailId(id), now).await?,
            Err(_) => false,
        },
        _ => backend.teams().hurry(&mut tx, job, now).await?,
    };
    tx.commit().await?;
    tracing::info!(tenant.id = %job.tenant, job.kind = job.kind.as_str(), job.id, hurried, "somebody wants a piece of work tried again");
    Ok(hurried)
}
