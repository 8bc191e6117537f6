//! Who has which roles, and what these grant.

use domain::{
    Audience, AuditDetails, AuditKind, ErrorCode, Failure, Field, PeopleList, Permission, PersonForm, PersonRow,
    Problem, RoleChoice, RoleRow, RolesPage, SetRoles, UserId,
};
use uuid::Uuid;

use crate::{
    Backend, Result,
    access::{Grant, may},
    audit::{self, Deed},
    search::pattern,
    store::{
        self, TenantTx,
        roles::{PersonRecord, RoleRecord},
    },
    zone,
};

/// How many people a list shows; more are found by searching.
const LIST: i64 = 100;

/// What it takes to change who has which roles.
const MANAGING: [Permission; 2] = [Permission::SettingsUpdate, Permission::UserUpdate];

fn may_change(grant: &Grant<may::SettingsRead>) -> bool {
    grant.require::<may::SettingsUpdate>().is_ok() && grant.require::<may::UserUpdate>().is_ok()
}

/// The tenant's roles, those of staff and those of the portal.
pub async fn page(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<RolesPage> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let records = store::roles::list(&mut tx).await?;
    let of = |audience: Audience| {
        let records = records.iter().filter(move |record| is_for(record, audience));
        records.map(move |record| row(record, audience)).collect()
    };
    Ok(RolesPage {
        staff: of(Audience::Staff),
        portal: of(Audience::Portal),
        may_change: may_change(grant),
    })
}

fn is_for(record: &RoleRecord, audience: Audience) -> bool {
    match audience {
        Audience::Staff => record.msp,
        Audience::Portal => record.client,
    }
}

fn row(record: &RoleRecord, audience: Audience) -> RoleRow {
    let (people, pairs) = match audience {
        Audience::Staff => (record.staff, &record.staff_grants),
        Audience::Portal => (record.portal, &record.portal_grants),
    };
    let grants = pairs.iter().filter_map(|pair| {
        let (resource, action) = pair.split_once(':')?;
        Permission::find(resource, action)
    });
    RoleRow {
        role_id: record.role_id,
        name: record.name.clone(),
        people: u32::try_from(people).unwrap_or_default(),
        grants: grants.collect(),
    }
}

/// The people whose name or address holds `search`.
pub async fn people(backend: &Backend, grant: &Grant<may::SettingsRead>, search: &str) -> Result<PeopleList> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let records = store::roles::people(&mut tx, &pattern(search), None, LIST).await?;
    let matching = records.first().map_or(0, |record| record.matching);
    Ok(PeopleList {
        matching: u32::try_from(matching).unwrap_or(u32::MAX),
        rows: records.into_iter().map(|record| person_row(record, grant)).collect(),
        may_change: may_change(grant),
    })
}

fn person_row(record: PersonRecord, grant: &Grant<may::SettingsRead>) -> PersonRow {
    let moment = |time| zone::moment(time, grant.zone, grant.language);
    PersonRow {
        is_viewer: record.user_id == grant.user_id(),
        audience: audience(&record),
        user_id: record.user_id,
        name: record.name,
        email: record.email,
        client: record.client,
        roles: record.roles.0,
        is_inactive: record.is_inactive,
        last_sign_in: record.last_login_at.map(moment),
    }
}

fn audience(record: &PersonRecord) -> Audience {
    if record.user_type == Audience::Staff.user_type() {
        Audience::Staff
    } else {
        Audience::Portal
    }
}

async fn find(tx: &mut TenantTx, user_id: UserId) -> Result<PersonRecord> {
    let found = store::roles::people(tx, "%", Some(user_id), 1).await?;
    Ok(found.into_iter().next().ok_or(ErrorCode::NotFound)?)
}

/// A person, and the roles that they can have.
pub async fn person(backend: &Backend, grant: &Grant<may::SettingsRead>, id: &str) -> Result<PersonForm> {
    let user_id: UserId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = find(&mut tx, user_id).await?;
    let audience = audience(&record);
    let roles = store::roles::list(&mut tx).await?;
    let person = person_row(record, grant);
    let roles = roles.into_iter().filter(|role| is_for(role, audience));
    Ok(PersonForm {
        roles: roles
            .map(|role| RoleChoice {
                role_id: role.role_id,
                has: person.roles.iter().any(|own| own.id == role.role_id),
                name: role.name,
            })
            .collect(),
        person,
    })
}

/// Gives a person roles and takes others from them. What two administrators do at once adds up.
pub async fn set_roles(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    _people: &Grant<may::UserUpdate>,
    input: &SetRoles,
) -> Result<()> {
    let change = input.check()?;
    let mut tx = backend.db().begin(grant.scope()).await?;
    let managed = begin(&mut tx, grant).await?;
    let person = find(&mut tx, change.user_id).await?;
    let audience = audience(&person);
    let roles = store::roles::list(&mut tx).await?;
    for id in change.added.iter().chain(&change.removed) {
        let role = roles.iter().find(|role| role.role_id == *id);
        let role = role.ok_or(ErrorCode::NotFound)?;
        if change.added.contains(id) && !is_for(role, audience) {
            return Err(Failure::field(Field::Roles, Problem::OtherAudience).into());
        }
    }
    let ids = |set: &std::collections::BTreeSet<domain::RoleId>| set.iter().map(|id| id.0).collect::<Vec<Uuid>>();
    let now = backend.clock().now();
    store::roles::add(&mut tx, change.user_id, &ids(&change.added), now).await?;
    store::roles::remove(&mut tx, change.user_id, &ids(&change.removed)).await?;
    managed.still(&mut tx).await?;
    let names = |set: &std::collections::BTreeSet<domain::RoleId>| {
        let named = roles.iter().filter(|role| set.contains(&role.role_id));
        named.map(|role| role.name.clone()).collect::<Vec<String>>()
    };
    let changed = AuditDetails {
        added: names(&change.added),
        removed: names(&change.removed),
        ..AuditDetails::default()
    };
    if !changed.is_empty() {
        let deed = Deed::of(AuditKind::RolesChanged).to(change.user_id, &person.name);
        audit::done(backend, &mut tx, grant.user_id(), deed.with(changed)).await?;
    }
    tx.commit().await?;
    tracing::info!(
        tenant.id = %grant.scope().tenant(),
        user.id = %grant.user_id(),
        subject.id = %change.user_id,
        roles.added = names(&change.added).join(", "),
        roles.removed = names(&change.removed).join(", "),
        "the roles of a person were changed"
    );
    Ok(())
}

/// Lets a person sign in again, or ends their sign-ins and lets them in no more.
pub async fn set_active(
    backend: &Backend,
    grant: &Grant<may::SettingsUpdate>,
    _people: &Grant<may::UserUpdate>,
    id: &str,
    active: bool,
) -> Result<()> {
    let user_id: UserId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(grant.scope()).await?;
    let managed = begin(&mut tx, grant).await?;
    let person = find(&mut tx, user_id).await?;
    store::roles::set_inactive(&mut tx, user_id, !active, now).await?;
    if !active {
        store::sessions::revoke_all(&mut tx, user_id, None, "deactivated", now).await?;
        store::accounts::void_resets(&mut tx, user_id, now).await?;
    }
    managed.still(&mut tx).await?;
    if person.is_inactive == active {
        let kind = if active {
            AuditKind::PersonActivated
        } else {
            AuditKind::PersonDeactivated
        };
        audit::done(
            backend,
            &mut tx,
            grant.user_id(),
            Deed::of(kind).to(user_id, &person.name),
        )
        .await?;
    }
    tx.commit().await?;
    tracing::info!(
        tenant.id = %grant.scope().tenant(),
        user.id = %grant.user_id(),
        subject.id = %user_id,
        subject.active = active,
        "a person was activated or deactivated"
    );
    Ok(())
}

/// Whoever changes something here can do so afterwards too. That is why there is always somebody who can: changes wait for each
/// other, and who was deactivated while they waited changes nothing any more.
struct Managed {
    by: UserId,
}

/// Waits for other changes, then looks again whether the person may make one.
async fn begin(tx: &mut TenantTx, grant: &Grant<may::SettingsUpdate>) -> Result<Managed> {
    store::roles::lock_settings(tx).await?;
    let by = grant.user_id();
    if may_manage(tx, by).await? {
        Ok(Managed { by })
    } else {
        Err(ErrorCode::Forbidden.into())
    }
}

impl Managed {
    async fn still(&self, tx: &mut TenantTx) -> Result<()> {
        if may_manage(tx, self.by).await? {
            Ok(())
        } else {
            Err(ErrorCode::LockOut.into())
        }
    }
}

async fn may_manage(tx: &mut TenantTx, user_id: UserId) -> Result<bool> {
    let pairs = MANAGING.map(|permission| format!("{}:{}", permission.resource(), permission.action()));
    store::roles::may_all(tx, user_id, &pairs).await
}
