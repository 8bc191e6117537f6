//! Seeing to subscriptions that are due, or whose connection has changed.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use domain::{ArtifactKind, ErrorCode, ProfileId, SubscriptionTrouble, TenantId, subscribing};
use graph::{ErrorKind, GraphError, GraphSession, NewSubscription, Subscription};
use sha2::{Digest, Sha256};

use super::{
    NOTIFICATIONS, ending, public_address,
    wanted::{Wanted, trouble},
};
use crate::{
    Backend, Error, Result,
    access::TenantScope,
    lease,
    meetings::connection,
    places::{Places, Rules},
    store::{self, subscriptions::Plan},
};

/// How long a subscription belongs to whoever sees to it, unless extended, and how often that is.
const LEASE: Duration = Duration::seconds(10);
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(3);
/// How many one turn takes.
const BATCH: i64 = 50;
/// When something is tried again after something of ours has failed.
const AGAIN: Duration = Duration::minutes(1);
/// How long a subscription is left alone that calls another address than ours, or has another certificate: another process may know better.
const MOVED: Duration = Duration::minutes(10);
/// When a tenant is looked at again that is to have no subscription. Whatever changes about it is noticed at once.
const IDLE: Duration = Duration::days(1);
/// How much before a gap a meeting may have ended whose artifacts came in it. Whatever comes later is found by the sweep.
const LATE: Duration = Duration::hours(6);
/// How far back a gap can reach: later Microsoft has forgotten the meetings.
const REMEMBERED: Duration = Duration::days(60);
/// How many meetings of one tenant are looked at again after a gap, and how many seconds lie between two.
const LOOKED_AT: i64 = 1000;
const APART: f64 = 2.0;

/// How many are seen to at a time by this process.
const RULES: Rules = Rules {
    at_once: 4,
    of_each: 2,
    slow_after: std::time::Duration::from_secs(5),
    slow: 16,
    remembered: std::time::Duration::from_mins(10),
};

/// Room for what is under way.
pub fn places() -> Places {
    Places::new(RULES)
}

/// What there is to do.
enum Task {
    Keep(ArtifactKind, DateTime<Utc>),
    End(String),
}

/// Sees to what is due, a few at a time. One tenant's trouble must not hold up the others.
pub async fn sweep(backend: &Backend, places: &Places) -> Result<()> {
    begin_with_new_tenants(backend).await?;
    let now = backend.clock().now();
    let url = public_address(backend).map(|_| backend.page_url(NOTIFICATIONS));
    let mut system = backend.db().system().await?;
    let certificate = backend.teams().inbox().content.certificate();
    let certificate = certificate.map(|certificate| certificate.id.as_str());
    let due = store::subscriptions::due(&mut system, now, (url.as_deref(), certificate), now - MOVED, BATCH).await?;
    let endings = store::subscriptions::ending::due(&mut system, now, BATCH).await?;
    drop(system);
    let due = due
        .into_iter()
        .map(|(tenant, kind, when)| (tenant, Task::Keep(kind, when)));
    let endings = endings.into_iter().map(|(tenant, id)| (tenant, Task::End(id)));
    let work = |tenant, task| {
        let backend = backend.clone();
        async move {
            let (outcome, what) = match task {
                Task::Keep(kind, due) => (take_up(&backend, tenant, kind, due).await, "seen to"),
                Task::End(id) => (ending::take_up(&backend, tenant, &id).await, "removed"),
            };
            if let Err(error) = outcome {
                tracing::error!(error = &error as &dyn std::error::Error, tenant.id = %tenant, "a subscription could not be {what}");
            }
        }
    };
    places.work(due.chain(endings).collect(), work).await;
    Ok(())
}

async fn begin_with_new_tenants(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    let new = store::subscriptions::without(&mut system, BATCH).await?;
    drop(system);
    for tenant in new {
        let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
        store::subscriptions::begin(&mut tx, backend.clock().now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn take_up(backend: &Backend, tenant: TenantId, kind: ArtifactKind, due: DateTime<Utc>) -> Result<()> {
    let scope = TenantScope::of_row(tenant);
    let (now, token) = (backend.clock().now(), backend.clock().id());
    let mut tx = backend.db().begin(scope).await?;
    let plan = store::subscriptions::claim(&mut tx, kind, due, token, now, now + LEASE).await?;
    tx.commit().await?;
    // Somebody else was faster.
    let Some(plan) = plan else { return Ok(()) };
    let extend = async || {
        let mut tx = backend.db().begin(scope).await?;
        let until = backend.clock().now() + LEASE;
        let ours = store::subscriptions::extend(&mut tx, kind, token, until).await?;
        tx.commit().await?;
        Ok(ours)
    };
    let mut keeping = Keeping { backend, scope, plan };
    let work = keeping.carry_out();
    // A lost lease is somebody else's work now.
    let outcome = lease::during(HEARTBEAT, kind.as_str(), extend, work).await;
    let outcome = outcome.unwrap_or(Ok(()));
    if outcome.is_err() {
        let mut tx = backend.db().begin(scope).await?;
        store::subscriptions::put_off(&mut tx, &keeping.plan, backend.clock().now() + AGAIN).await?;
        tx.commit().await?;
    }
    outcome
}

/// A session with Microsoft under a profile; `None` if the profile or its secret is not there any more.
pub(super) async fn session(backend: &Backend, scope: TenantScope, profile: ProfileId) -> Result<Option<GraphSession>> {
    let mut tx = backend.db().read(scope).await?;
    match connection::session(backend, &mut tx, scope.tenant(), profile).await {
        Ok(session) => Ok(Some(session)),
        Err(Error::Failure(failure)) if failure.code == ErrorCode::MeetingsNotSetUp => Ok(None),
        Err(error) => Err(error),
    }
}

/// A subscription that is being seen to.
pub(super) struct Keeping<'a> {
    pub backend: &'a Backend,
    pub scope: TenantScope,
    pub plan: Plan,
}

impl Keeping<'_> {
    async fn carry_out(&mut self) -> Result<()> {
        let mut tx = self.backend.db().read(self.scope).await?;
        let connection = store::teams::connection(&mut tx).await?;
        drop(tx);
        let wanted = Wanted::of(
            self.backend,
            connection.as_ref(),
            self.plan.is_tenant_wide,
            self.plan.kind,
        );
        let is_another = |made| !wanted.as_ref().is_ok_and(|wanted| wanted.is(made));
        if self.plan.made.as_ref().is_some_and(is_another) && !self.give_up().await? {
            return Ok(());
        }
        let Ok(wanted) = wanted else {
            return self.leave().await;
        };
        let Some(session) = session(self.backend, self.scope, wanted.profile).await? else {
            return self.refused(SubscriptionTrouble::Credentials, None).await;
        };
        if let Some(id) = self.plan.subscription_id.clone() {
            match session.renew_subscription(&id, self.expiry()).await {
                Ok(renewed) => return self.renewed(&wanted, &renewed).await,
                // It has expired, or Microsoft has removed it.
                Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Gone) => {
                    self.log(&error, "Microsoft does not know a subscription any more");
                    if !self.forget(&id).await? {
                        return Ok(());
                    }
                }
                Err(error) => return self.failed(&error, "a subscription was not renewed").await,
            }
        }
        self.make(&session, &wanted).await
    }

    /// Until when a subscription shall live.
    pub fn expiry(&self) -> DateTime<Utc> {
        self.backend.clock().now() + NewSubscription::RECOMMENDED_LIFE
    }

    /// When Microsoft has last shown that it knows the subscription: from then on something may have been missed.
    fn last_sign(&self) -> DateTime<Utc> {
        let signs = [self.plan.renewed, self.plan.notified, self.plan.gap];
        // A gap that is open began with the last sign.
        let latest = if self.plan.gap.is_some() {
            self.plan.gap
        } else {
            signs.into_iter().flatten().max()
        };
        latest.unwrap_or_else(|| self.backend.clock().now())
    }

    /// The present one is not wanted any more: it is to be removed, by whoever it was made with. `false` if it is somebody else's by now.
    async fn give_up(&mut self) -> Result<bool> {
        let now = self.backend.clock().now();
        let mut tx = self.backend.db().begin(self.scope).await?;
        match (&self.plan.subscription_id, &self.plan.made) {
            (Some(id), Some(made)) => {
                let expires = self.plan.expires.unwrap_or(now + NewSubscription::MAX_LIFE);
                store::subscriptions::ending::add(&mut tx, id, made, expires, now).await?;
            }
            // If it was made after all nobody knows it, and it expires by itself.
            (None, Some(made)) => store::secrets::delete(&mut tx, &made.secret).await?,
            (_, None) => {}
        }
        self.drop_present(tx, now).await
    }

    /// Microsoft does not have it any more.
    async fn forget(&mut self, id: &str) -> Result<bool> {
        let gap = self.last_sign();
        let mut tx = self.backend.db().begin(self.scope).await?;
        store::subscriptions::routes::remove(&mut tx, id).await?;
        if let Some(made) = &self.plan.made {
            store::secrets::delete(&mut tx, &made.secret).await?;
        }
        self.drop_present(tx, gap).await
    }

    async fn drop_present(&mut self, mut tx: store::TenantTx, gap: DateTime<Utc>) -> Result<bool> {
        // As exact as the database has it.
        let gap = self.plan.gap.map_or(gap, |open| open.min(gap)).trunc_subsecs(6);
        if !store::subscriptions::lost(&mut tx, &self.plan, gap).await? {
            return Ok(false);
        }
        tx.commit().await?;
        self.plan.made = None;
        self.plan.subscription_id = None;
        self.plan.gap = Some(gap);
        Ok(true)
    }

    /// There is to be none.
    async fn leave(&self) -> Result<()> {
        let mut tx = self.backend.db().begin(self.scope).await?;
        store::subscriptions::leave(&mut tx, &self.plan, self.backend.clock().now() + IDLE).await?;
        Ok(tx.commit().await?)
    }

    /// Microsoft has it. What nobody was told of is looked at again.
    pub async fn renewed(&self, wanted: &Wanted, subscription: &Subscription) -> Result<()> {
        let now = self.backend.clock().now();
        let next = subscribing::renewal(now, subscription.expires, self.place());
        let mut tx = self.backend.db().begin(self.scope).await?;
        let (id, expires) = (subscription.id.as_str(), subscription.expires);
        if !store::subscriptions::renewed(&mut tx, &self.plan, (id, expires), now, next).await? {
            return Ok(());
        }
        if let Some(made) = &self.plan.made {
            let kind = self.plan.kind;
            let app = (wanted.entra_tenant.as_str(), wanted.client_id.as_str());
            store::subscriptions::routes::put(&mut tx, id, kind, &made.secret, app).await?;
        }
        if let Some(gap) = self.plan.gap {
            let since = (gap - LATE).max(now - REMEMBERED);
            let meetings = store::artifacts::lease::look_again(&mut tx, since, now, APART, LOOKED_AT).await?;
            tracing::info!(tenant.id = %self.scope.tenant(), kind = self.plan.kind.as_str(), since = %gap, meetings, "the meetings of a gap are looked at again");
        }
        Ok(tx.commit().await?)
    }

    pub async fn failed(&self, error: &GraphError, what: &'static str) -> Result<()> {
        self.log(error, what);
        let (trouble, asked) = trouble(error);
        self.refused(trouble, asked).await
    }

    pub async fn refused(&self, trouble: SubscriptionTrouble, asked: Option<Duration>) -> Result<()> {
        let now = self.backend.clock().now();
        let next = subscribing::retry(now, self.plan.attempts, asked);
        // Without a living one, or while Microsoft cannot be reached, something may be missed.
        let is_alive = self.plan.subscription_id.is_some() && self.plan.expires.is_some_and(|expires| expires > now);
        let may_miss = !is_alive || trouble == SubscriptionTrouble::Unavailable;
        let gap = may_miss.then(|| if is_alive { now } else { self.last_sign() });
        let mut tx = self.backend.db().begin(self.scope).await?;
        store::subscriptions::refused(&mut tx, &self.plan, trouble, gap, now, next).await?;
        Ok(tx.commit().await?)
    }

    /// Microsoft's words are not logged: they may hold addresses.
    pub fn log(&self, error: &GraphError, what: &'static str) {
        tracing::warn!(
            tenant.id = %self.scope.tenant(),
            kind = self.plan.kind.as_str(),
            graph.status = error.status,
            graph.code = error.code.as_deref(),
            graph.request_id = error.request_id.as_deref(),
            graph.kind = ?error.kind,
            "{what}"
        );
    }

    /// The tenant's place in the crowd.
    fn place(&self) -> u64 {
        let digest = Sha256::digest(self.scope.tenant().0.as_bytes());
        digest
            .iter()
            .take(8)
            .fold(0, |place, byte| place << 8 | u64::from(*byte))
    }
}
