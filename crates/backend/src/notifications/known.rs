//! The subscriptions that notifications name, with their secrets, kept for a moment: hundreds of requests a second ask for the same ones.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{ArtifactKind, TenantId};
use graph::Secret;
use uuid::Uuid;

use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, subscriptions::routes::Route},
};

/// How long one is not looked up anew.
const KEPT: Duration = Duration::from_secs(30);
/// How many are kept.
const MOST: usize = 20_000;

/// A subscription of ours.
#[derive(Debug)]
pub struct Known {
    pub tenant: TenantId,
    pub kind: ArtifactKind,
    pub secret: Secret,
    /// The Microsoft tenant, where the app registration names it by its id.
    pub entra_tenant: Option<Uuid>,
    /// The app registration: what is signed for the tenant is signed for it.
    pub client_id: Option<Uuid>,
}

#[derive(Default)]
pub struct Cache(Mutex<HashMap<String, (Instant, Arc<Known>)>>);

impl Cache {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Instant, Arc<Known>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of the subscriptions that are ours. What is not known is looked up each time.
    pub async fn find(&self, backend: &Backend, ids: Vec<String>) -> Result<HashMap<String, Arc<Known>>> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        {
            let known = self.lock();
            for id in ids {
                match known.get(&id) {
                    Some((since, known)) if since.elapsed() < KEPT => drop(found.insert(id, Arc::clone(known))),
                    _ => missing.push(id),
                }
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let mut system = backend.db().system().await?;
        let routes = store::subscriptions::routes::find(&mut system, &missing).await?;
        drop(system);
        for route in routes {
            let id = route.subscription_id.clone();
            if let Some(known) = read(backend, route).await? {
                let known = Arc::new(known);
                self.keep(&id, &known);
                found.insert(id, known);
            }
        }
        Ok(found)
    }

    fn keep(&self, id: &str, known: &Arc<Known>) {
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.retain(|_, (since, _)| since.elapsed() < KEPT);
        }
        if kept.len() < MOST {
            kept.insert(id.to_owned(), (Instant::now(), Arc::clone(known)));
        }
    }
}

/// `None` if its secret is not there any more.
async fn read(backend: &Backend, route: Route) -> Result<Option<Known>> {
    let mut tx = backend.db().read(TenantScope::of_row(route.tenant)).await?;
    let secret = backend.secrets().get(&mut tx, route.tenant, &route.secret).await?;
    Ok(secret.map(|secret| Known {
        tenant: route.tenant,
        kind: route.kind,
        secret: Secret::new(secret),
        entra_tenant: Uuid::try_parse(&route.entra_tenant).ok(),
        client_id: route.client_id.and_then(|id| Uuid::try_parse(&id).ok()),
    }))
}
