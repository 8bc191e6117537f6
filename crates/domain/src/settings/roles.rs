//! Roles, and the people who have them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Audience, Choice, ErrorCode, Failure, Field, Permission, Problem, RoleId, UserId};

/// More roles than this are not posted by any form of ours.
pub const MAX_SELECTED_ROLES: usize = 100;

/// The tenant's roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolesPage {
    pub staff: Vec<RoleRow>,
    pub portal: Vec<RoleRow>,
    /// The viewer may change who has which.
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    pub role_id: RoleId,
    pub name: String,
    /// How many active people have it.
    pub people: u32,
    /// What it grants of what Minuted checks.
    pub grants: Vec<Permission>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleList {
    pub rows: Vec<PersonRow>,
    /// How many match the search; more than the rows where the list was cut.
    pub matching: u32,
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub audience: Audience,
    /// Whom a portal user belongs to.
    pub client: Option<String>,
    pub roles: Vec<Choice<RoleId>>,
    pub is_inactive: bool,
    /// In the viewer's zone; nothing for who never was there.
    pub last_sign_in: Option<String>,
    /// The viewer themselves.
    pub is_viewer: bool,
}

/// The form that changes what a person may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonForm {
    pub person: PersonRow,
    /// The roles that somebody of this kind can have.
    pub roles: Vec<RoleChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChoice {
    pub role_id: RoleId,
    pub name: String,
    pub has: bool,
}

/// The form as it is posted. It carries what was ticked when it was drawn, so that what two administrators do at once adds up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SetRoles {
    pub user_id: String,
    pub was: Vec<String>,
    pub roles: Vec<String>,
}

/// What a form changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    pub user_id: UserId,
    pub added: BTreeSet<RoleId>,
    pub removed: BTreeSet<RoleId>,
}

impl SetRoles {
    /// Reads the ids. What is no id is somebody's who is not there.
    pub fn check(&self) -> Result<RoleChange, Failure> {
        let user_id = self.user_id.parse().map_err(|_| ErrorCode::NotFound)?;
        let (was, now) = (ids(&self.was)?, ids(&self.roles)?);
        Ok(RoleChange {
            user_id,
            added: now.difference(&was).copied().collect(),
            removed: was.difference(&now).copied().collect(),
        })
    }
}

fn ids(texts: &[String]) -> Result<BTreeSet<RoleId>, Failure> {
    if texts.len() > MAX_SELECTED_ROLES {
        let max = u32::try_from(MAX_SELECTED_ROLES).unwrap_or(u32::MAX);
        return Err(Failure::field(Field::Roles, Problem::TooMany { max }));
    }
    texts
        .iter()
        .map(|text| text.parse().map_err(|_| Failure::new(ErrorCode::NotFound)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USER: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    fn role(n: u8) -> String {
        RoleId(uuid::Uuid::from_u128(n.into())).to_string()
    }

    #[test]
    fn what_is_no_id_is_not_found() {
        for (user_id, roles) in [("me", vec![]), (USER, vec!["Admin".to_owned()])] {
            let form = SetRoles {
                user_id: user_id.into(),
                roles,
                ..SetRoles::default()
            };
            assert_eq!(form.check().unwrap_err().code, ErrorCode::NotFound);
        }
    }

    #[test]
    fn there_is_a_limit() {
        let form = SetRoles {
            user_id: USER.into(),
            roles: vec![role(1); MAX_SELECTED_ROLES + 1],
            ..SetRoles::default()
        };
        assert_eq!(
            form.check().unwrap_err().fields[0].problem,
            Problem::TooMany { max: 100 }
        );
    }

    proptest! {
        #[test]
        fn a_change_leads_from_what_was_to_what_is(was: BTreeSet<u8>, now: BTreeSet<u8>) {
            let texts = |set: &BTreeSet<u8>| set.iter().take(50).map(|n| role(*n)).collect::<Vec<_>>();
            let form = SetRoles { user_id: USER.into(), was: texts(&was), roles: texts(&now) };
            let change = form.check().unwrap();
            prop_assert!(change.added.is_disjoint(&change.removed));
            let mut result = ids(&form.was).unwrap();
            result.extend(&change.added);
            result.retain(|id| !change.removed.contains(id));
            prop_assert_eq!(result, ids(&form.roles).unwrap());
        }
    }
}
