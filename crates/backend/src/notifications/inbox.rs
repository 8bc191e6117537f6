//! Storing what requests bring, several requests at a time: while one is being written to the disk the others gather, and are written
//! together.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use domain::TenantId;
use futures::StreamExt;
use tokio::sync::{Notify, Semaphore, oneshot};

use super::{content::Content, known::Cache, tally::Tally};
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, notifications::Told},
};

/// How many writers there are: while one waits for the disk the other gathers. Few, so that pages find connections.
const WRITERS: usize = 2;
/// How many tenants one of them writes for at a time.
const TENANTS: usize = 2;

/// What that somebody listens is noted as.
const LISTENING: &str = "webhooks";
/// How often it is written that somebody listens, and how long nobody may have: Microsoft tries again for hours, but soon not everything.
const MARKED: Duration = Duration::seconds(30);
const SILENCE: Duration = Duration::minutes(5);

/// What this process holds of notifications.
pub struct Inbox {
    pub content: Content,
    pub known: Cache,
    pub tally: Tally,
    /// Rung when something was stored, and for whom.
    stored: Notify,
    told: Mutex<HashSet<TenantId>>,
    /// Rung when a subscription is to be seen to.
    pub lifecycle: Notify,
    writing: Writing,
    /// When it was last written that this process listens.
    marked: Mutex<Option<DateTime<Utc>>>,
}

#[derive(Clone)]
struct Writing {
    waiting: Arc<Mutex<Vec<Post>>>,
    writers: Arc<Semaphore>,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            waiting: Arc::default(),
            writers: Arc::new(Semaphore::new(WRITERS)),
        }
    }
}

/// What one request brings to one tenant.
struct Post {
    tenant: TenantId,
    told: Vec<Told>,
    stored: oneshot::Sender<bool>,
}

impl Inbox {
    pub fn new(content: Content) -> Self {
        Self {
            content,
            known: Cache::default(),
            tally: Tally::default(),
            stored: Notify::new(),
            told: Mutex::default(),
            lifecycle: Notify::new(),
            writing: Writing::default(),
            marked: Mutex::default(),
        }
    }

    /// Stores what a request tells, and returns when all of it is safe.
    pub async fn store(&self, backend: &Backend, told: HashMap<TenantId, Vec<Told>>, now: DateTime<Utc>) -> Result<()> {
        let tenants: Vec<TenantId> = told.keys().copied().collect();
        let mut answers = Vec::new();
        for (tenant, told) in told {
            let (stored, answer) = oneshot::channel();
            self.writing.lock().push(Post { tenant, told, stored });
            answers.push((tenant, answer));
        }
        // A task of its own: what others have gathered here is written even if this request goes away.
        let writing = self.writing.clone();
        let backend = backend.clone();
        tokio::spawn(async move { writing.write(&backend, now).await });
        for (_, answer) in answers {
            if !answer.await.unwrap_or(false) {
                return Err(anyhow::anyhow!("notifications could not be stored").into());
            }
        }
        self.told.lock().unwrap_or_else(PoisonError::into_inner).extend(tenants);
        self.stored.notify_one();
        Ok(())
    }

    /// Waits until something was stored, and answers for whom.
    pub async fn told(&self) -> Vec<TenantId> {
        self.stored.notified().await;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *told).into_iter().collect()
    }
}

impl Writing {
    fn lock(&self) -> MutexGuard<'_, Vec<Post>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes all that has gathered by the time there is a writer, which may be nothing any more.
    async fn write(&self, backend: &Backend, now: DateTime<Utc>) {
        // It is never closed.
        let _writer = self.writers.acquire().await;
        let posts = std::mem::take(&mut *self.lock());
        let mut of_tenants: HashMap<TenantId, Vec<Post>> = HashMap::new();
        for post in posts {
            of_tenants.entry(post.tenant).or_default().push(post);
        }
        let write = async |(tenant, posts): (TenantId, Vec<Post>)| {
            let (told, answers): (Vec<_>, Vec<_>) = posts.into_iter().map(|post| (post.told, post.stored)).unzip();
            let outcome = add(backend, tenant, told.concat(), now).await;
            if let Err(error) = &outcome {
                tracing::error!(error = error as &dyn std::error::Error, tenant.id = %tenant, "notifications could not be stored");
            }
            for answer in answers {
                // Who has asked may be gone.
                let _ = answer.send(outcome.is_ok());
            }
        };
        futures::stream::iter(of_tenants)
            .for_each_concurrent(TENANTS, write)
            .await;
    }
}

/// Writes down what was counted, and, now and then, that somebody listens. When nobody has for a while, Microsoft may have given up telling
/// something.
pub async fn note_listening(backend: &Backend, inbox: &Inbox) -> Result<()> {
    inbox.tally.flush(backend).await?;
    let now = backend.clock().now();
    {
        let mut marked = inbox.marked.lock().unwrap_or_else(PoisonError::into_inner);
        if marked.is_some_and(|marked| now - marked < MARKED) {
            return Ok(());
        }
        *marked = Some(now);
    }
    let mut system = backend.db().system().await?;
    let before = store::marks::last(&mut system, LISTENING).await?;
    if let Some(since) = before.filter(|before| now - *before > SILENCE) {
        tracing::warn!(%since, "nobody has listened to Microsoft for a while");
        store::subscriptions::unheard(&mut system, since, now).await?;
        inbox.lifecycle.notify_one();
    }
    // Not before: who is killed in between has to see the silence again.
    store::marks::note(&mut system, LISTENING, now, now).await
}

async fn add(backend: &Backend, tenant: TenantId, mut told: Vec<Told>, now: DateTime<Utc>) -> Result<()> {
    let all = told.len();
    // In one order, so that two who write the same do not wait for each other; and none twice.
    told.sort();
    told.dedup_by(|one, other| (one.kind, &one.provider_artifact_id) == (other.kind, &other.provider_artifact_id));
    // One statement is a transaction of its own.
    let mut tx = backend.db().read(TenantScope::of_row(tenant)).await?;
    let new = store::notifications::add(&mut tx, &told, now).await?;
    let tally = backend.teams().inbox();
    tally.tally.count(Some(tenant), "received", new);
    let repeated = u64::try_from(all).unwrap_or_default().saturating_sub(new);
    tally.tally.count(Some(tenant), "repeated", repeated);
    Ok(())
}
