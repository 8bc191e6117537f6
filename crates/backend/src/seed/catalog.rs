//! Roles and what they grant, as the peer seeds them (its names are what users know).

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
pub const TECHNICIAN: &str = "Technician";
pub const CLIENT_ADMIN: &str = "Client Admin";
pub const CLIENT_USER: &str = "Client User";

const STAFF: [&str; 6] = [ADMIN, FINANCE, "Manager", TECHNICIAN, "Project Manager", DISPATCHER];
/// All but technicians: who add and change clients.
const OFFICE: [&str; 5] = [ADMIN, FINANCE, "Manager", "Project Manager", DISPATCHER];
/// Keys of the portal's roles; both kinds have an "Admin".
const PORTAL: [(&str, &str); 3] = [
    (CLIENT_ADMIN, "Admin"),
    ("Client Finance", "Finance"),
    (CLIENT_USER, "User"),
];

/// Which roles of the staff grant an action.
const GRANTS: &[(&str, &str, &[&str])] = &[
    ("interaction", "create", &STAFF),
    ("interaction", "read", &STAFF),
    ("interaction", "update", &STAFF),
    ("interaction", "delete", &[ADMIN, FINANCE]),
    ("user_schedule", "create", &[ADMIN, DISPATCHER]),
    ("user_schedule", "read", &STAFF),
    ("user_schedule", "update", &[ADMIN, DISPATCHER]),
    ("user_schedule", "delete", &[ADMIN]),
    ("system_settings", "create", &[ADMIN]),
    ("system_settings", "read", &[ADMIN]),
    ("system_settings", "update", &[ADMIN]),
    ("system_settings", "delete", &[ADMIN]),
    ("client", "create", &OFFICE),
    ("client", "read", &STAFF),
    ("client", "update", &OFFICE),
    ("client", "delete", &[ADMIN]),
    ("contact", "create", &STAFF),
    ("contact", "read", &STAFF),
    ("contact", "update", &STAFF),
    ("contact", "delete", &[ADMIN]),
    ("document", "read", &STAFF),
    ("user", "read", &[ADMIN, DISPATCHER]),
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
    let permissions: Value = GRANTS
        .iter()
        .map(|(resource, action, roles)| {
            let roles: Vec<RoleId> = roles.iter().map(|name| role(tenant, name)).collect();
            let permission = id(tenant, "permission", &format!("{resource}:{action}"));
            json!({ "permission_id": permission, "resource": resource, "action": action, "roles": roles })
        })
        .collect();
    store::seed::permissions(tx, &permissions).await
}
