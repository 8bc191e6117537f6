//! Looking into what was told: the meeting is found by the ids that Microsoft gives, and looked for as by a refresh. What was told and is not
//! there yet is looked for again soon.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use domain::{MeetingId, TenantId, looking, subscribing};
use futures::StreamExt;
use tokio::{sync::Semaphore, task::JoinHandle};

use crate::{
    Backend, Result,
    access::TenantScope,
    artifacts::capture,
    lease,
    store::{
        self, TenantTx,
        notifications::{Mine, Notification},
    },
};

/// How long notifications belong to whoever looks into them, unless extended, and how often that is.
const LEASE: Duration = Duration::seconds(30);
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(10);
/// How many of one tenant are taken at a time, and how many of its meetings are then looked for at a time.
const BATCH: i64 = 200;
const MEETINGS: usize = 2;
/// How many tenants this process works for at a time, and how many times for the same one: what is told while something of it takes long
/// does not wait for that.
const TENANTS: usize = 32;
const OF_EACH: usize = 2;
/// How many meetings of which Microsoft's id is not known are looked for when one is told of that nobody knows, how often, and for how long.
const NAMELESS: i64 = 5;
const NAMELESS_AGAIN: Duration = Duration::minutes(1);
const NAMELESS_FOR: Duration = Duration::minutes(10);

/// What becomes of what is not of a meeting of ours.
const FOREIGN: &str = "foreign";

/// How long settled notifications are kept, so that one that comes again is known.
const KEPT: Duration = Duration::days(7);

/// Who of this process is at what.
#[derive(Clone)]
pub struct Handlers {
    permits: Arc<Semaphore>,
    of_tenants: Arc<Mutex<HashMap<TenantId, usize>>>,
}

impl Default for Handlers {
    fn default() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(TENANTS)),
            of_tenants: Arc::default(),
        }
    }
}

/// Counts one who works for a tenant, until dropped.
struct Place {
    tenant: TenantId,
    handlers: Handlers,
}

impl Handlers {
    fn place(&self, tenant: TenantId) -> Option<Place> {
        let mut of_tenants = self.of_tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let working = of_tenants.entry(tenant).or_default();
        if *working >= OF_EACH {
            return None;
        }
        *working += 1;
        Some(Place {
            tenant,
            handlers: self.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut of_tenants = self.handlers.of_tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(working) = of_tenants.get_mut(&self.tenant) {
            *working -= 1;
            if *working == 0 {
                of_tenants.remove(&self.tenant);
            }
        }
    }
}

/// Begins to look into what is due of all tenants.
pub async fn begin(backend: &Backend, handlers: &Handlers) -> Result<Vec<JoinHandle<()>>> {
    let mut system = backend.db().system().await?;
    let due = store::notifications::tenants_with_due(&mut system, backend.clock().now()).await?;
    drop(system);
    Ok(begin_with(backend, handlers, due))
}

/// Begins to look into what is due of these tenants, for each by itself: one tenant's trouble must not hold up the others.
pub fn begin_with(backend: &Backend, handlers: &Handlers, tenants: Vec<TenantId>) -> Vec<JoinHandle<()>> {
    let mut begun = Vec::new();
    for tenant in tenants {
        let Some(place) = handlers.place(tenant) else { continue };
        let Ok(permit) = Arc::clone(&handlers.permits).try_acquire_owned() else {
            break;
        };
        let backend = backend.clone();
        begun.push(tokio::spawn(async move {
            if let Err(error) = of_tenant(&backend, tenant).await {
                tracing::error!(error = &error as &dyn std::error::Error, tenant.id = %tenant, "notifications could not be looked into");
            }
            drop((place, permit));
        }));
    }
    begun
}

/// Looks into all that is due of a tenant.
async fn of_tenant(backend: &Backend, tenant: TenantId) -> Result<()> {
    let scope = TenantScope::of_row(tenant);
    let working = Working { backend, scope };
    loop {
        let Some((taken, until)) = working.take().await? else {
            return Ok(());
        };
        let held = tokio::sync::Mutex::new(until);
        let extend = async || {
            let mut tx = backend.db().begin(scope).await?;
            let mut held = held.lock().await;
            let until = backend.clock().now() + LEASE;
            let ours = store::notifications::extend(&mut tx, *held, until).await?;
            tx.commit().await?;
            *held = until;
            Ok(ours)
        };
        let work = working.look_into(taken);
        if let Some(outcome) = lease::during(HEARTBEAT, tenant, extend, work).await {
            outcome?;
        }
    }
}

/// Forgets, in all tenants, what was settled some days ago.
pub async fn forget_handled(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    store::notifications::delete_handled(&mut system, backend.clock().now() - KEPT).await
}

fn meetings_of(told: &[Notification]) -> Vec<String> {
    let ids: BTreeSet<&String> = told.iter().map(|told| &told.provider_meeting_id).collect();
    ids.into_iter().cloned().collect()
}

fn is_of(mine: &[Mine], told: &Notification) -> bool {
    mine.iter()
        .any(|mine| mine.provider_meeting_id == told.provider_meeting_id)
}

/// Settles notifications. How many were of meetings that are not ours is counted.
async fn handled(
    tx: &mut TenantTx,
    told: &[Notification],
    outcome: &str,
    id: Option<MeetingId>,
    now: DateTime<Utc>,
) -> Result<()> {
    store::notifications::handled(tx, told, outcome, id, now).await?;
    if outcome == FOREIGN && !told.is_empty() {
        let count = i64::try_from(told.len()).unwrap_or(i64::MAX);
        store::notifications::count(tx, &[FOREIGN.to_owned()], &[count], now).await?;
    }
    Ok(())
}

struct Working<'a> {
    backend: &'a Backend,
    scope: TenantScope,
}

impl Working<'_> {
    /// Takes some that are due, and until when; `None` if there are none. What is certainly not ours is settled right away.
    async fn take(&self) -> Result<Option<(Vec<Notification>, DateTime<Utc>)>> {
        let now = self.backend.clock().now();
        let until = now + LEASE;
        let mut tx = self.backend.db().begin(self.scope).await?;
        let held = store::notifications::hold(&mut tx, now, BATCH).await?;
        if held.is_empty() {
            return Ok(None);
        }
        let mine = store::notifications::meetings(&mut tx, &meetings_of(&held)).await?;
        let mut foreign = Vec::new();
        let mut taken = held;
        if store::notifications::nameless(&mut tx, None, now, now - looking::WINDOW, 1)
            .await?
            .is_empty()
        {
            (taken, foreign) = taken.into_iter().partition(|told| is_of(&mine, told));
        }
        store::notifications::lease(&mut tx, &taken, until).await?;
        handled(&mut tx, &foreign, FOREIGN, None, now).await?;
        tx.commit().await?;
        Ok(Some((taken, until)))
    }

    async fn look_into(&self, taken: Vec<Notification>) -> Result<()> {
        let unknown = self.look_for_known(taken).await?;
        if unknown.is_empty() {
            return Ok(());
        }
        // Some of ours Microsoft may know under an id that was not asked for yet.
        let may_be_ours = self.look_for_nameless(&unknown).await? > 0;
        let unknown = if may_be_ours {
            self.look_for_known(unknown).await?
        } else {
            unknown
        };
        self.settle_unknown(unknown, may_be_ours).await
    }

    /// Looks for those of ours that are known by their ids. Answers what is of no such meeting.
    async fn look_for_known(&self, told: Vec<Notification>) -> Result<Vec<Notification>> {
        let mut tx = self.backend.db().read(self.scope).await?;
        let mine = store::notifications::meetings(&mut tx, &meetings_of(&told)).await?;
        drop(tx);
        let (known, unknown): (Vec<_>, Vec<_>) = told.into_iter().partition(|told| is_of(&mine, told));
        let mut of_meetings: BTreeMap<String, Vec<Notification>> = BTreeMap::new();
        for told in known {
            of_meetings
                .entry(told.provider_meeting_id.clone())
                .or_default()
                .push(told);
        }
        let mine: HashMap<String, Mine> = mine
            .into_iter()
            .map(|mine| (mine.provider_meeting_id.clone(), mine))
            .collect();
        let look = async |(id, told): (String, Vec<Notification>)| {
            let Some(mine) = mine.get(&id) else { return };
            if let Err(error) = self.look_for(mine, told).await {
                tracing::error!(error = &error as &dyn std::error::Error, meeting.id = %mine.meeting_id, "what was told of a meeting could not be looked into");
            }
        };
        futures::stream::iter(of_meetings)
            .for_each_concurrent(MEETINGS, look)
            .await;
        Ok(unknown)
    }

    /// Looks for a meeting as often as it takes to capture what was told of it.
    async fn look_for(&self, mine: &Mine, told: Vec<Notification>) -> Result<()> {
        let id = mine.meeting_id;
        if mine.is_cancelled {
            return self.settle(&told, "cancelled", Some(id)).await;
        }
        // Somebody may have been faster.
        let (there, missing) = self.split(id, told).await?;
        self.settle(&there, "captured", Some(id)).await?;
        if missing.is_empty() {
            return Ok(());
        }
        // A failure of ours is waited for like an answer of Microsoft's, longer each time.
        if let Err(error) = capture::look_told(self.backend, self.scope, id).await {
            tracing::error!(error = &error as &dyn std::error::Error, meeting.id = %id, "a meeting could not be looked for of which Microsoft has told");
        }
        let (there, missing) = self.split(id, missing).await?;
        self.settle(&there, "captured", Some(id)).await?;
        for told in missing {
            self.again_or(told, "given-up", Some(id)).await?;
        }
        Ok(())
    }

    /// What is captured of what was told, and what is not.
    async fn split(&self, id: MeetingId, told: Vec<Notification>) -> Result<(Vec<Notification>, Vec<Notification>)> {
        let mut tx = self.backend.db().read(self.scope).await?;
        let captured = store::notifications::captured(&mut tx, id).await?;
        Ok(told.into_iter().partition(|told| {
            let is = |(kind, artifact): &(String, String)| {
                *kind == told.artifact_type && *artifact == told.provider_artifact_id
            };
            captured.iter().any(is)
        }))
    }

    /// Looks for meetings of ours that those of the notifications may be. Answers how many there are.
    async fn look_for_nameless(&self, told: &[Notification]) -> Result<usize> {
        let organizers: BTreeSet<Option<&str>> = told.iter().map(|told| told.organizer.as_deref()).collect();
        let mut all = BTreeSet::new();
        let now = self.backend.clock().now();
        for organizer in organizers {
            let mut tx = self.backend.db().read(self.scope).await?;
            let since = now - looking::WINDOW;
            let nameless = store::notifications::nameless(&mut tx, organizer, now, since, NAMELESS).await?;
            all.extend(nameless.into_iter().map(|(id, looked)| (id.0, looked)));
        }
        for (id, looked) in &all {
            if looked.is_none_or(|looked| now - looked > NAMELESS_AGAIN) {
                capture::look_told(self.backend, self.scope, MeetingId(*id)).await?;
            }
        }
        Ok(all.len())
    }

    /// Meetings that are not ours, unless it is not known yet of some of ours which they are.
    async fn settle_unknown(&self, unknown: Vec<Notification>, may_be_ours: bool) -> Result<()> {
        let now = self.backend.clock().now();
        let is_young = |told: &Notification| now - told.received < NAMELESS_FOR;
        let (later, foreign): (Vec<_>, Vec<_>) = unknown.into_iter().partition(|told| may_be_ours && is_young(told));
        for told in later {
            self.again_or(told, FOREIGN, None).await?;
        }
        self.settle(&foreign, FOREIGN, None).await
    }

    async fn settle(&self, told: &[Notification], outcome: &str, id: Option<MeetingId>) -> Result<()> {
        if told.is_empty() {
            return Ok(());
        }
        let mut tx = self.backend.db().begin(self.scope).await?;
        let now = self.backend.clock().now();
        handled(&mut tx, told, outcome, id, now).await?;
        Ok(tx.commit().await?)
    }

    /// Looks into it again some time, or settles it with this outcome when that was long enough.
    async fn again_or(&self, told: Notification, outcome: &str, id: Option<MeetingId>) -> Result<()> {
        let now: DateTime<Utc> = self.backend.clock().now();
        let looks = u32::try_from(told.looks).unwrap_or_default();
        let Some(next) = subscribing::next_look(now, told.received, looks) else {
            return self.settle(&[told], outcome, id).await;
        };
        let mut tx = self.backend.db().begin(self.scope).await?;
        store::notifications::again(&mut tx, &told, id, next).await?;
        Ok(tx.commit().await?)
    }
}
