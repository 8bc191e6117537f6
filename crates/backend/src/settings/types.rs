//! The tenant's own types of interactions.

use domain::{
    AuditDetails, AuditField, AuditKind, Capability, EntryChange, ErrorCode, SaveType, TypeId, TypeRow, TypeTemplate,
    TypesPage, Used,
};
use uuid::Uuid;

use super::{ensure_room, moved, refusal, same_name, taken};
use crate::{
    Backend, Result,
    access::{Grant, may},
    audit::{self, Deed},
    store::{
        self, TenantTx,
        vocabulary::{NewType, TypeEntry},
    },
};

pub async fn page(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<TypesPage> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let types = store::vocabulary::types(&mut tx, None).await?;
    let templates = store::vocabulary::templates(&mut tx).await?;
    Ok(TypesPage {
        types: types.into_iter().map(row).collect(),
        templates: templates
            .into_iter()
            .map(|template| TypeTemplate {
                type_id: template.type_id,
                name: template.name,
                icon: template.icon.unwrap_or_default(),
            })
            .collect(),
        may_change: grant.require::<may::SettingsUpdate>().is_ok(),
        typed: None,
    })
}

fn row(entry: TypeEntry) -> TypeRow {
    TypeRow {
        type_id: entry.type_id,
        name: entry.name,
        icon: entry.icon.unwrap_or_default(),
        origin: entry.origin,
        is_online_meeting: entry.is_online_meeting,
        used: Used::counted(entry.used),
    }
}

/// Adds a type, or changes the name and icon of one. A copy of a system's type keeps its meaning whatever it is called.
pub async fn save(backend: &Backend, grant: &Grant<may::SettingsUpdate>, input: &SaveType) -> Result<()> {
    let draft = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::roles::lock_settings(&mut tx).await?;
    let types = store::settings::own_types(&mut tx).await?;
    let others = types.iter().filter(|(id, _)| Some(*id) != draft.type_id);
    let is_taken = others.into_iter().any(|(_, name)| same_name(name, &draft.name));
    match draft.type_id {
        Some(id) if !types.iter().any(|(own, _)| *own == id) => return Err(ErrorCode::NotFound.into()),
        _ if is_taken => return Err(taken().into()),
        Some(id) => {
            let before = store::vocabulary::types(&mut tx, Some(id)).await?;
            store::vocabulary::update_type(&mut tx, id, &draft.name, draft.icon).await?;
            let changed = AuditDetails::fields([
                (AuditField::Name, before.iter().any(|entry| entry.name != draft.name)),
                (
                    AuditField::Icon,
                    before.iter().any(|entry| entry.icon.as_deref() != Some(draft.icon)),
                ),
            ]);
            let deed = Deed::of(AuditKind::TypeChanged).to(id, &draft.name).with(changed);
            audit::done(backend, &mut tx, grant.user_id(), deed).await?;
        }
        None => {
            ensure_room(types.len())?;
            let new = NewType {
                type_id: backend.clock().id(),
                name: &draft.name,
                icon: Some(draft.icon),
                copy_of: None,
                by: grant.user_id(),
            };
            store::vocabulary::insert_type(&mut tx, &new).await.map_err(refusal)?;
            let deed = Deed::of(AuditKind::TypeAdded).to(new.type_id, new.name);
            audit::done(backend, &mut tx, grant.user_id(), deed).await?;
        }
    }
    tx.commit().await?;
    log(grant, "saved", &draft.name);
    Ok(())
}

/// Copies one of the system's types that the tenant has no copy of.
pub async fn import(backend: &Backend, grant: &Grant<may::SettingsUpdate>, system_type: &str) -> Result<()> {
    let id: TypeId = system_type.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::roles::lock_settings(&mut tx).await?;
    let templates = store::vocabulary::templates(&mut tx).await?;
    let template = templates.into_iter().find(|template| template.type_id == id);
    let template = template.ok_or(ErrorCode::NotFound)?;
    let types = store::settings::own_types(&mut tx).await?;
    ensure_room(types.len())?;
    let name = free_name(&template.name, |name| types.iter().any(|(_, own)| same_name(own, name)));
    let new = NewType {
        type_id: backend.clock().id(),
        name: &name,
        icon: template.icon.as_deref(),
        copy_of: Some(id),
        by: grant.user_id(),
    };
    store::vocabulary::insert_type(&mut tx, &new).await.map_err(refusal)?;
    let deed = Deed::of(AuditKind::TypeAdded).to(new.type_id, new.name);
    audit::done(backend, &mut tx, grant.user_id(), deed).await?;
    tx.commit().await?;
    log(grant, "imported", &name);
    Ok(())
}

/// The name, with a number behind it if there is one like it.
fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while is_taken(&free) {
        free = format!("{name} {number}");
        number += 1;
    }
    free
}

/// Moves a type up or down, or deletes it.
pub async fn change(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    type_id: &str,
    change: EntryChange,
) -> Result<()> {
    let id: TypeId = type_id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    store::roles::lock_settings(&mut tx).await?;
    let types = store::settings::own_types(&mut tx).await?;
    let place = types.iter().position(|(own, _)| *own == id);
    let place = place.ok_or(ErrorCode::NotFound)?;
    match change {
        EntryChange::Up | EntryChange::Down => {
            let mut ids: Vec<Uuid> = types.iter().map(|(id, _)| id.0).collect();
            if !moved(&mut ids, place, change == EntryChange::Up) {
                return Ok(());
            }
            store::vocabulary::order_types(&mut tx, &ids).await.map_err(refusal)?;
        }
        EntryChange::Delete => delete(backend, &mut tx, id).await?,
        EntryChange::MakeDefault => return Err(ErrorCode::Unreadable.into()),
    }
    let kind = match change {
        EntryChange::Delete => AuditKind::TypeDeleted,
        EntryChange::Up | EntryChange::Down | EntryChange::MakeDefault => AuditKind::TypeMoved,
    };
    let name = types.get(place).map_or("", |(_, name)| name);
    audit::done(backend, &mut tx, grant.user_id(), Deed::of(kind).to(id, name)).await?;
    tx.commit().await?;
    if change == EntryChange::Delete {
        log(grant, "deleted", name);
    }
    Ok(())
}

async fn delete(backend: &Backend, tx: &mut TenantTx, id: TypeId) -> Result<()> {
    let entry = store::vocabulary::types(tx, Some(id)).await?.into_iter().next();
    let entry = entry.ok_or(ErrorCode::NotFound)?;
    if entry.is_online_meeting {
        let connected = backend.teams().connected(tx).await?;
        if matches!(connected.meetings, Capability::Available) {
            return Err(ErrorCode::NeededByTeams.into());
        }
    }
    if entry.used > 0 {
        return Err(ErrorCode::InUse.into());
    }
    store::vocabulary::delete_type(tx, id).await
}

fn log(grant: &Grant<may::SettingsUpdate>, what: &str, name: &str) {
    tracing::info!(
        tenant.id = %grant.scope().tenant(),
        user.id = %grant.user_id(),
        interaction_type.name = name,
        "a type of interactions was {what}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        assert_eq!(free_name("Call", |_| false), "Call");
        assert_eq!(free_name("Call", |name| ["Call", "Call 2"].contains(&name)), "Call 3");
    }
}
