//! What a user may do: pairs of resource and action from the catalog that the tenant's roles grant.

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($name:ident = $resource:literal : $action:literal),* $(,)?) => {
        /// A permission that Minuted checks. The catalog in the database may hold more; those are somebody else's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Permission { $($name),* }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub fn resource(self) -> &'static str {
                match self { $(Self::$name => $resource),* }
            }

            pub fn action(self) -> &'static str {
                match self { $(Self::$name => $action),* }
            }

            /// The permission that a catalog row names, if it is one that Minuted checks.
            pub fn find(resource: &str, action: &str) -> Option<Self> {
                match (resource, action) { $(($resource, $action) => Some(Self::$name),)* _ => None }
            }
        }
    };
}

permissions! {
    ClientCreate = "client":"create",
    ClientRead = "client":"read",
    ClientUpdate = "client":"update",
    ContactCreate = "contact":"create",
    ContactRead = "contact":"read",
    ContactUpdate = "contact":"update",
    InteractionCreate = "interaction":"create",
    InteractionRead = "interaction":"read",
    InteractionUpdate = "interaction":"update",
    InteractionDelete = "interaction":"delete",
    ScheduleRead = "user_schedule":"read",
    ScheduleUpdate = "user_schedule":"update",
    SettingsRead = "system_settings":"read",
    SettingsUpdate = "system_settings":"update",
    UserRead = "user":"read",
    UserUpdate = "user":"update",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_found_by_its_names() {
        for permission in Permission::ALL {
            assert_eq!(
                Permission::find(permission.resource(), permission.action()),
                Some(*permission)
            );
        }
        assert_eq!(Permission::find("interaction", "own"), None);
    }
}
