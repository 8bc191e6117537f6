//! The second step of signing in: the code of the second factor, or a recovery code.

use chrono::{DateTime, Duration, Utc};
use domain::{Audience, ErrorCode, Failure, Field, Problem, TenantId, UserId};

use super::{Identity, Visitor, begin, limits};
use crate::{Backend, Result, access::TenantScope, accounts::totp};

/// Somebody whose password was right. Kept in the browser's session, so nobody else can take the second step.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PendingSignIn {
    pub(crate) tenant: TenantId,
    pub(crate) user_id: UserId,
    pub(crate) audience: Audience,
    pub(crate) destination: String,
    pub(crate) until: DateTime<Utc>,
}

impl PendingSignIn {
    pub(crate) const LIFETIME: Duration = Duration::minutes(10);

    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// Where to go when signed in.
    pub fn destination(&self) -> &str {
        &self.destination
    }
}

/// Signs in whoever has shown the password and now shows the code.
pub async fn second_step(
    backend: &Backend,
    visitor: &Visitor,
    pending: Option<&PendingSignIn>,
    code: &str,
) -> Result<Identity> {
    let now = backend.clock().now();
    let Some(pending) = pending.filter(|pending| now < pending.until) else {
        return Err(ErrorCode::SignInExpired.into());
    };
    if code.trim().is_empty() {
        return Err(Failure::field(Field::Code, Problem::Required).into());
    }
    // Counted for the person, from wherever: a million codes are soon tried from many addresses.
    let limit = limits::Limit::per_user("code", pending.user_id);
    limits::count(backend, &limit).await?;
    let mut tx = backend.db().begin(TenantScope::of_row(pending.tenant)).await?;
    if !totp::accept(backend, &mut tx, pending.user_id, code).await? {
        tracing::info!(client.address = %visitor.address, user.id = %pending.user_id, "a code was refused");
        return Err(Failure::field(Field::Code, Problem::WrongCode).into());
    }
    let identity = begin(
        backend,
        &mut tx,
        visitor,
        pending.audience,
        pending.user_id,
        "credentials_totp",
    )
    .await?;
    tx.commit().await?;
    limits::forget(backend, &limit).await?;
    Ok(identity)
}
