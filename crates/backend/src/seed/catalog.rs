//! Roles and what they grant, as the peer seeds them (its names are what users know). Of the peer's catalog it holds the resources that
//! Minuted has screens for; the rest comes with the tenants that have it.

use domain::{RoleId, TenantId};
use serde_json::{Value, json};

use super::demo::id;
use crate::{
    Result,
    store::{self, TenantTx},
};

pub const ADMIN: &str = "Admin";
pub const DISPATCHER: &str = "Dispatcher";
pub const FINANCE: &str = "Finance";
pub const MANAGER: &str = "Manager";
pub const PROJECT_MANAGER: &str = "Project Manager";
pub const TECHNICIAN: &str = "Technician";
/// Keys of the portal's roles; both kinds have an "Admin".
pub const CLIENT_ADMIN: &str = "Client Admin";
pub const CLIENT_FINANCE: &str = "Client Finance";
pub const CLIENT_USER: &str = "Client User";

pub const STAFF: [&str; 6] = [ADMIN, FINANCE, MANAGER, TECHNICIAN, PROJECT_MANAGER, DISPATCHER];
/// All but technicians: who add and change clients.
const OFFICE: [&str; 5] = [ADMIN, FINANCE, MANAGER, PROJECT_MANAGER, DISPATCHER];
const PORTAL: [(&str, &str); 3] = [
    (CLIENT_ADMIN, "Admin"),
    (CLIENT_FINANCE, "Finance"),
    (CLIENT_USER, "User"),
];
const ALL_PORTAL: [&str; 3] = [CLIENT_ADMIN, CLIENT_FINANCE, CLIENT_USER];

/// Which roles of the staff grant an action about interactions.
pub const INTERACTIONS: [(&str, &[&str]); 4] = [
    ("create", &STAFF),
    ("read", &STAFF),
    ("update", &STAFF),
    ("delete", &[ADMIN, FINANCE]),
];

/// Which roles of the staff grant an action. The administrator has everything.
const STAFF_GRANTS: &[(&str, &str, &[&str])] = &[
    ("user_schedule", "create", &[ADMIN, DISPATCHER]),
    ("user_schedule", "read", &STAFF),
    ("user_schedule", "update", &[ADMIN, DISPATCHER]),
    ("user_schedule", "delete", &[ADMIN]),
    ("technician_dispatch", "create", &[ADMIN, DISPATCHER]),
    ("technician_dispatch", "read", &STAFF),
    ("technician_dispatch", "update", &[ADMIN, DISPATCHER]),
    ("technician_dispatch", "delete", &[ADMIN]),
    ("system_settings", "create", &[ADMIN]),
    ("system_settings", "read", &[ADMIN]),
    ("system_settings", "update", &[ADMIN]),
    ("system_settings", "delete", &[ADMIN]),
    ("settings", "create", &[ADMIN]),
    ("settings", "read", &[ADMIN]),
    ("settings", "update", &[ADMIN]),
    ("settings", "delete", &[ADMIN]),
    ("client", "create", &OFFICE),
    ("client", "read", &STAFF),
    ("client", "update", &OFFICE),
    ("client", "delete", &[ADMIN]),
    ("contact", "create", &STAFF),
    ("contact", "read", &STAFF),
    ("contact", "update", &STAFF),
    ("contact", "delete", &[ADMIN]),
    (
        "document",
        "create",
        &[ADMIN, FINANCE, MANAGER, TECHNICIAN, PROJECT_MANAGER],
    ),
    ("document", "read", &STAFF),
    (
        "document",
        "update",
        &[ADMIN, FINANCE, MANAGER, TECHNICIAN, PROJECT_MANAGER],
    ),
    ("document", "delete", &[ADMIN, FINANCE]),
    ("user", "create", &[ADMIN]),
    ("user", "read", &[ADMIN, DISPATCHER]),
    ("user", "update", &[ADMIN]),
    ("user", "delete", &[ADMIN]),
    ("user", "invite", &[ADMIN]),
    ("user", "reset_password", &[ADMIN]),
];

/// The same for the portal's roles. Its rows are others than the staff's, as in the peer.
const PORTAL_GRANTS: &[(&str, &str, &[&str])] = &[
    ("client", "read", &ALL_PORTAL),
    ("client", "update", &ALL_PORTAL),
    ("document", "create", &ALL_PORTAL),
    ("document", "read", &ALL_PORTAL),
    ("document", "update", &ALL_PORTAL),
    ("settings", "read", &[CLIENT_ADMIN, CLIENT_FINANCE]),
    ("settings", "update", &[CLIENT_ADMIN]),
    ("user", "read", &[CLIENT_ADMIN, CLIENT_FINANCE]),
    ("user", "update", &[CLIENT_ADMIN]),
];

pub fn role(tenant: TenantId, key: &str) -> RoleId {
    RoleId(id(tenant, "role", key))
}

pub async fn insert(tx: &mut TenantTx, tenant: TenantId) -> Result<()> {
    let staff = STAFF
        .iter()
        .map(|name| json!({ "role_id": role(tenant, name), "role_name": name, "msp": true }));
    let portal = PORTAL
        .iter()
        .map(|(key, name)| json!({ "role_id": role(tenant, key), "role_name": name, "msp": false }));
    store::seed::roles(tx, &staff.chain(portal).collect()).await?;
    let interactions = INTERACTIONS.map(|(action, roles)| ("interaction", action, roles));
    let staff = interactions
        .iter()
        .chain(STAFF_GRANTS)
        .map(|grant| permission(tenant, "permission", *grant, true));
    let portal = PORTAL_GRANTS
        .iter()
        .map(|grant| permission(tenant, "portal-permission", *grant, false));
    store::seed::permissions(tx, &staff.chain(portal).collect()).await
}

fn permission(tenant: TenantId, kind: &str, (resource, action, roles): (&str, &str, &[&str]), msp: bool) -> Value {
    let roles: Vec<RoleId> = roles.iter().map(|name| role(tenant, name)).collect();
    let permission = id(tenant, kind, &format!("{resource}:{action}"));
    json!({ "permission_id": permission, "resource": resource, "action": action, "roles": roles, "msp": msp })
}
