//! The tenant's statuses of interactions. Exactly one is the default.

use domain::{
    AuditDetails, AuditField, AuditKind, EntryChange, ErrorCode, SaveStatus, StatusId, StatusRow, StatusesPage, Used,
};
use uuid::Uuid;

use super::{ensure_room, moved, refusal, same_name, taken};
use crate::{
    Backend, Result,
    access::{Grant, may},
    audit::{self, Deed},
    store::{
        self, TenantTx,
        settings::StatusRecord,
        vocabulary::{NewStatus, StatusEntry},
    },
};

pub async fn page(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<StatusesPage> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let statuses = store::vocabulary::statuses(&mut tx, None).await?;
    Ok(StatusesPage {
        statuses: statuses.into_iter().map(row).collect(),
        may_change: grant.require::<may::SettingsUpdate>().is_ok(),
        typed: None,
    })
}

fn row(entry: StatusEntry) -> StatusRow {
    StatusRow {
        status_id: entry.status_id,
        name: entry.name,
        is_closed: entry.is_closed,
        is_default: entry.is_default,
        used: Used::counted(entry.used),
    }
}

/// Adds a status, or changes one. The first that a tenant gets is its default.
pub async fn save(backend: &Backend, grant: &Grant<may::SettingsUpdate>, input: &SaveStatus) -> Result<()> {
    let draft = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::roles::lock_settings(&mut tx).await?;
    let statuses = store::settings::statuses(&mut tx).await?;
    let others = statuses
        .iter()
        .filter(|status| Some(status.status_id) != draft.status_id);
    let is_taken = others.into_iter().any(|status| same_name(&status.name, &draft.name));
    match draft.status_id {
        Some(id) if !statuses.iter().any(|own| own.status_id == id) => return Err(ErrorCode::NotFound.into()),
        _ if is_taken => return Err(taken().into()),
        Some(id) => {
            let before = store::vocabulary::statuses(&mut tx, Some(id)).await?;
            store::vocabulary::update_status(&mut tx, id, &draft.name, draft.is_closed)
                .await
                .map_err(refusal)?;
            let changed = AuditDetails::fields([
                (AuditField::Name, before.iter().any(|entry| entry.name != draft.name)),
                (
                    AuditField::Closed,
                    before.iter().any(|entry| entry.is_closed != draft.is_closed),
                ),
            ]);
            let deed = Deed::of(AuditKind::StatusChanged).to(id, &draft.name).with(changed);
            audit::done(backend, &mut tx, grant.user_id(), deed).await?;
        }
        None => {
            ensure_room(statuses.len())?;
            let new = NewStatus {
                status_id: backend.clock().id(),
                name: &draft.name,
                is_closed: draft.is_closed,
                is_default: !statuses.iter().any(|status| status.is_default),
                by: grant.user_id(),
            };
            store::vocabulary::insert_status(&mut tx, &new).await.map_err(refusal)?;
            let deed = Deed::of(AuditKind::StatusAdded).to(new.status_id, new.name);
            audit::done(backend, &mut tx, grant.user_id(), deed).await?;
        }
    }
    tx.commit().await?;
    log(grant, "saved", &draft.name);
    Ok(())
}

/// Moves a status up or down, makes it the default, or deletes it.
pub async fn change(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    status_id: &str,
    change: EntryChange,
) -> Result<()> {
    let id: StatusId = status_id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::roles::lock_settings(&mut tx).await?;
    let statuses = store::settings::statuses(&mut tx).await?;
    let place = statuses.iter().position(|status| status.status_id == id);
    let place = place.ok_or(ErrorCode::NotFound)?;
    match change {
        EntryChange::Up | EntryChange::Down => {
            let mut ids: Vec<Uuid> = statuses.iter().map(|status| status.status_id.0).collect();
            if !moved(&mut ids, place, change == EntryChange::Up) {
                return Ok(());
            }
            store::vocabulary::order_statuses(&mut tx, &ids)
                .await
                .map_err(refusal)?;
        }
        EntryChange::MakeDefault => store::vocabulary::make_default(&mut tx, id).await?,
        EntryChange::Delete => delete(&mut tx, &statuses, id).await.map_err(refusal)?,
    }
    let (done, kind) = match change {
        EntryChange::Up | EntryChange::Down => ("moved", AuditKind::StatusMoved),
        EntryChange::MakeDefault => ("made the default", AuditKind::StatusDefault),
        EntryChange::Delete => ("deleted", AuditKind::StatusDeleted),
    };
    let name = statuses.get(place).map_or("", |status| &status.name);
    audit::done(backend, &mut tx, grant.user_id(), Deed::of(kind).to(id, name)).await?;
    tx.commit().await?;
    log(grant, done, name);
    Ok(())
}

async fn delete(tx: &mut TenantTx, statuses: &[StatusRecord], id: StatusId) -> Result<()> {
    let is_default = statuses
        .iter()
        .any(|status| status.status_id == id && status.is_default);
    // Where several are, or none is, one has to be left.
    if is_default || statuses.len() == 1 {
        return Err(ErrorCode::IsDefault.into());
    }
    let entry = store::vocabulary::statuses(tx, Some(id)).await?.into_iter().next();
    if entry.ok_or(ErrorCode::NotFound)?.used > 0 {
        return Err(ErrorCode::InUse.into());
    }
    store::vocabulary::delete_status(tx, id).await
}

fn log(grant: &Grant<may::SettingsUpdate>, what: &str, name: &str) {
    tracing::info!(
        tenant.id = %grant.scope().tenant(),
        user.id = %grant.user_id(),
        interaction_status.name = name,
        "a status of interactions was {what}"
    );
}
