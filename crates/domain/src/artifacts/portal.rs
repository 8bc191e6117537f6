//! Who of the client sees what was recorded of a meeting.

use serde::{Deserialize, Serialize};

/// What staff have decided for one meeting. It takes away of what the tenant shows, and never adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum PortalAccess {
    /// As the tenant has decided.
    #[default]
    Default,
    /// Only whoever it is about, and those who were invited: not the client's administrators by their role.
    Invited,
    Nobody,
}

impl PortalAccess {
    pub const ALL: [Self; 3] = [Self::Default, Self::Invited, Self::Nobody];

    /// As the database and forms hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Invited => "invited",
            Self::Nobody => "nobody",
        }
    }

    /// Whether it lets somebody in who sees the meeting, and takes part in it or not.
    pub fn lets_in(self, takes_part: bool) -> bool {
        match self {
            Self::Default => true,
            Self::Invited => takes_part,
            Self::Nobody => false,
        }
    }
}

/// What clients see of a meeting's recordings, for staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalShare {
    /// The tenant shows recordings at all.
    pub is_on: bool,
    pub access: PortalAccess,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_decide_only_takes_away() {
        let let_in = |takes_part: bool| PortalAccess::ALL.map(|access| access.lets_in(takes_part));
        assert_eq!(let_in(true), [true, true, false]);
        assert_eq!(let_in(false), [true, false, false]);
        for access in PortalAccess::ALL {
            assert_eq!(
                serde_json::to_string(&access).unwrap(),
                format!("{:?}", access.as_str()),
                "forms and the database say the same"
            );
        }
    }
}
