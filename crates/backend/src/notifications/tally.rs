//! Counts, kept in memory for a moment: a row for each tenant would be fought over by all requests. Who is killed loses those of a second.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::{ArtifactKind, TenantId};

use crate::{Backend, Result, access::TenantScope, store};

#[derive(Default)]
pub struct Tally(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    of_tenants: HashMap<TenantId, BTreeMap<&'static str, i64>>,
    of_nobody: BTreeMap<&'static str, i64>,
    /// When Microsoft has last told something by a subscription.
    told: HashMap<TenantId, Vec<(ArtifactKind, DateTime<Utc>)>>,
}

impl Tally {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts something of a tenant's, or of which it is not known whose it is.
    pub fn count(&self, tenant: Option<TenantId>, outcome: &'static str, times: u64) {
        if times == 0 {
            return;
        }
        let mut counted = self.lock();
        let counts = match tenant {
            Some(tenant) => counted.of_tenants.entry(tenant).or_default(),
            None => &mut counted.of_nobody,
        };
        *counts.entry(outcome).or_default() += i64::try_from(times).unwrap_or(i64::MAX);
    }

    /// Notes that Microsoft has told something by a subscription.
    pub fn told(&self, tenant: TenantId, kind: ArtifactKind, at: DateTime<Utc>) {
        let mut counted = self.lock();
        let told = counted.told.entry(tenant).or_default();
        match told.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, last)) => *last = at.max(*last),
            None => told.push((kind, at)),
        }
    }

    /// Writes down what was counted. What cannot be is counted again.
    pub async fn flush(&self, backend: &Backend) -> Result<()> {
        let Counted {
            of_tenants,
            of_nobody,
            told,
        } = std::mem::take(&mut *self.lock());
        let now = backend.clock().now();
        let mut outcome = Ok(());
        for (tenant, counts) in of_tenants {
            let (outcomes, numbers) = columns(&counts);
            let write = async {
                let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
                store::notifications::count(&mut tx, &outcomes, &numbers, now).await?;
                Ok(tx.commit().await?)
            };
            if let Err(error) = write.await {
                for (outcome, times) in counts {
                    self.count(Some(tenant), outcome, u64::try_from(times).unwrap_or_default());
                }
                outcome = Err(error);
            }
        }
        if !of_nobody.is_empty() {
            let (outcomes, numbers) = columns(&of_nobody);
            let write = async {
                let mut system = backend.db().system().await?;
                store::notifications::count_unknown(&mut system, &outcomes, &numbers, now).await
            };
            if let Err(error) = write.await {
                for (outcome, times) in of_nobody {
                    self.count(None, outcome, u64::try_from(times).unwrap_or_default());
                }
                outcome = Err(error);
            }
        }
        for (tenant, told) in told {
            let write = async {
                let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
                for (kind, at) in &told {
                    store::notifications::notified(&mut tx, *kind, *at).await?;
                }
                Ok(tx.commit().await?)
            };
            if let Err(error) = write.await {
                for (kind, at) in told {
                    self.told(tenant, kind, at);
                }
                outcome = Err(error);
            }
        }
        outcome
    }
}

fn columns(counts: &BTreeMap<&'static str, i64>) -> (Vec<String>, Vec<i64>) {
    counts
        .iter()
        .map(|(outcome, count)| ((*outcome).to_owned(), *count))
        .unzip()
}
