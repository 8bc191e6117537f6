//! Changes whose meeting is not on record any more.

use domain::{ChangeKind, MeetingTrouble, OperationId};

use super::queue::Payload;
use crate::{
    Backend, Result,
    store::{self, TenantTx},
    stranded::Stranded,
};

/// As many as a page shows. There are few: somebody has to mend what is in their way.
const SHOWN: i64 = 200;

pub async fn stranded(tx: &mut TenantTx) -> Result<Vec<Stranded>> {
    let mut found = Vec::new();
    for change in store::operations::changes::stranded(tx, SHOWN).await? {
        let Some(kind) = ChangeKind::find(&change.kind) else {
            continue;
        };
        found.push(Stranded {
            operation_id: change.operation_id,
            kind,
            subject: Payload::of(&change.payload)?.subject,
            organizer: change.organizer,
            start: change.start,
            trouble: change.last_error.as_deref().and_then(MeetingTrouble::find),
            next: change.next_attempt_at,
            attempts: change.attempts,
        });
    }
    Ok(found)
}

/// Has one of them tried again; `false` if there is no such change.
pub async fn hurry_stranded(backend: &Backend, tx: &mut TenantTx, id: OperationId) -> Result<bool> {
    store::operations::changes::hurry_stranded(tx, id, backend.clock().now()).await
}
