//! Changes that Microsoft has not accepted and whose meeting is not on record any more: cancellations of what was deleted.

use domain::{ErrorCode, OperationId, StrandedChange};

use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    store::TenantTx,
    zone,
};

/// A change as the edition knows it.
pub(crate) struct Stranded {
    pub operation_id: OperationId,
    pub kind: domain::ChangeKind,
    pub subject: Option<String>,
    pub organizer: Option<String>,
    pub start: chrono::DateTime<chrono::Utc>,
    pub trouble: Option<domain::MeetingTrouble>,
    pub next: chrono::DateTime<chrono::Utc>,
    pub attempts: i32,
}

impl Stranded {
    fn shown(self, viewer: &Actor) -> StrandedChange {
        let moment = |time| zone::moment(time, viewer.zone, viewer.language);
        StrandedChange {
            operation_id: self.operation_id,
            kind: self.kind,
            subject: self.subject,
            organizer: self.organizer,
            when: moment(self.start),
            trouble: self.trouble,
            next: moment(self.next),
            attempts: u32::try_from(self.attempts).unwrap_or_default(),
        }
    }
}

/// The tenant's, the oldest first.
pub(crate) async fn list(
    backend: &Backend,
    tx: &mut TenantTx,
    grant: &Grant<may::SettingsRead>,
) -> Result<Vec<StrandedChange>> {
    let stranded = backend.teams().stranded(tx).await?;
    Ok(stranded.into_iter().map(|change| change.shown(grant)).collect())
}

/// Tries one of them again at once.
pub async fn retry(backend: &Backend, grant: &Grant<may::SettingsUpdate>, id: &str) -> Result<()> {
    let id: OperationId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    if !backend.teams().hurry_stranded(backend, &mut tx, id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    tx.commit().await?;
    backend.teams().prompt(backend, grant.scope(), vec![id]).await;
    Ok(())
}
