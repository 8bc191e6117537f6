//! Telling the other processes that somebody is at an operation.

use domain::OperationId;

use super::{HEARTBEAT, LEASE};
use crate::{
    Backend, Result,
    access::TenantScope,
    lease,
    store::{self, operations::Operation},
};

/// One attempt at an operation.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    pub operation_id: OperationId,
    pub attempts: i32,
}

impl Lease {
    pub fn of(operation: &Operation) -> Self {
        Self {
            operation_id: operation.operation_id,
            attempts: operation.attempts,
        }
    }

    /// Runs `work` while extending the lease; `None` if it was lost.
    pub async fn during<T>(
        self,
        backend: &Backend,
        scope: TenantScope,
        work: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        let extend = || self.extend(backend, scope);
        lease::during(HEARTBEAT, self.operation_id, extend, work)
            .await
            .transpose()
    }

    async fn extend(self, backend: &Backend, scope: TenantScope) -> Result<bool> {
        let mut tx = backend.db().begin(scope).await?;
        let until = backend.clock().now() + LEASE;
        let ours = store::operations::extend_lease(&mut tx, self.operation_id, self.attempts, until).await?;
        tx.commit().await?;
        Ok(ours)
    }
}
