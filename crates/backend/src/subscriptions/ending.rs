//! Removing subscriptions that are not wanted any more.

use chrono::Duration;
use domain::{TenantId, subscribing};

use super::keep::session;
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, subscriptions::ending},
};

/// When a removal is tried again whose process died over it.
const AGAIN: Duration = Duration::minutes(1);

/// Removes a subscription at Microsoft if it is due and nobody else does. What has expired is forgotten.
pub async fn take_up(backend: &Backend, tenant: TenantId, id: &str) -> Result<()> {
    let scope = TenantScope::of_row(tenant);
    let now = backend.clock().now();
    let mut tx = backend.db().begin(scope).await?;
    let claimed = ending::claim(&mut tx, id, now, now + AGAIN).await?;
    tx.commit().await?;
    let Some(subscription) = claimed else { return Ok(()) };
    if subscription.expires > now
        && let Some(session) = session(backend, scope, subscription.profile).await?
        && let Err(error) = session.delete_subscription(id).await
    {
        tracing::warn!(
            tenant.id = %tenant,
            graph.status = error.status,
            graph.code = error.code.as_deref(),
            graph.request_id = error.request_id.as_deref(),
            graph.kind = ?error.kind,
            "a subscription was not removed"
        );
        let failures = u32::try_from(subscription.attempts).unwrap_or_default();
        let asked = error.retry_after().and_then(|wait| Duration::from_std(wait).ok());
        let again =
            subscribing::retry(backend.clock().now(), failures, asked).min(subscription.expires.max(now + AGAIN));
        let mut tx = backend.db().begin(scope).await?;
        ending::again(&mut tx, id, again).await?;
        return Ok(tx.commit().await?);
    }
    let mut tx = backend.db().begin(scope).await?;
    ending::done(&mut tx, id).await?;
    store::subscriptions::routes::remove(&mut tx, id).await?;
    store::secrets::delete(&mut tx, &subscription.secret).await?;
    Ok(tx.commit().await?)
}
