//! What has to do with Microsoft.

use chrono::{DateTime, Utc};
use domain::{Job, JobKind, KEPT_BY_MICROSOFT};

use crate::{
    Result,
    recordings::{ATTEMPTS, LAST_CHANCE},
    store::{
        SystemTx, TenantTx,
        jobs::{JobRecord, Wanted, microsoft},
    },
};

/// Those of one kind, or all.
pub async fn list(system: &mut SystemTx, wanted: &Wanted, kind: Option<JobKind>) -> Result<Vec<JobRecord>> {
    let wants = |one: JobKind| kind.is_none_or(|kind| kind == one);
    let mut records = Vec::new();
    if wants(JobKind::Change) {
        records.extend(microsoft::changes(system, wanted).await?);
    }
    if wants(JobKind::Look) {
        records.extend(microsoft::looks(system, wanted).await?);
    }
    if wants(JobKind::Copy) {
        let last_chance = wanted.now - KEPT_BY_MICROSOFT + LAST_CHANCE;
        records.extend(microsoft::copies(system, wanted, ATTEMPTS, last_chance).await?);
    }
    if wants(JobKind::Subscription) {
        records.extend(microsoft::subscriptions(system, wanted).await?);
    }
    if wants(JobKind::Notification) {
        records.extend(microsoft::notifications(system, wanted).await?);
    }
    Ok(records)
}

/// Has one tried again at once.
pub async fn hurry(tx: &mut TenantTx, job: &Job, now: DateTime<Utc>) -> Result<bool> {
    let id = job.id.parse().unwrap_or_default();
    match job.kind {
        JobKind::Change => microsoft::hurry_change(tx, id, now).await,
        JobKind::Look => microsoft::hurry_look(tx, id, now).await,
        JobKind::Copy => microsoft::hurry_copy(tx, id).await,
        JobKind::Subscription => microsoft::hurry_subscription(tx, &job.id, now).await,
        JobKind::Notification => microsoft::hurry_notification(tx, &job.id, now).await,
        JobKind::Mail => Ok(false),
    }
}
