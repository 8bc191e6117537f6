//! The tenant's own types and statuses of interactions.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Failure, Field, Problem, StatusId, TypeId, interactions::Errors, text};

/// Longest name of a type or status, in characters.
pub const MAX_ENTRY_NAME: usize = 50;
/// Most types, and most statuses, that a tenant can have: every form offers all of them.
pub const MAX_ENTRIES: usize = 100;

/// The icons to choose from: names of Lucide.
pub const ICONS: [&str; 15] = [
    "activity",
    "phone",
    "mail",
    "video",
    "users",
    "user",
    "message-square",
    "calendar",
    "file-text",
    "notebook-pen",
    "headphones",
    "monitor",
    "wrench",
    "map-pin",
    "building-2",
];

/// How many interactions have a type or status, counted up to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    pub count: u32,
    /// There are more: counting stopped.
    pub or_more: bool,
}

impl Used {
    /// Where counting stops.
    pub const BOUND: u32 = 1000;

    /// From a count that stopped one after the bound.
    pub fn counted(rows: i64) -> Self {
        let count = u32::try_from(rows).unwrap_or(u32::MAX);
        Self {
            count: count.min(Self::BOUND),
            or_more: count > Self::BOUND,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypesPage {
    pub types: Vec<TypeRow>,
    /// The system's types that the tenant has no copy of.
    pub templates: Vec<TypeTemplate>,
    pub may_change: bool,
    /// What was typed into the form before it was refused.
    pub typed: Option<SaveType>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRow {
    pub type_id: TypeId,
    pub name: String,
    pub icon: String,
    /// The system's type that it is a copy of.
    pub origin: Option<String>,
    pub is_online_meeting: bool,
    pub used: Used,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeTemplate {
    pub type_id: TypeId,
    pub name: String,
    pub icon: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusesPage {
    pub statuses: Vec<StatusRow>,
    pub may_change: bool,
    /// What was typed into the form before it was refused.
    pub typed: Option<SaveStatus>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusRow {
    pub status_id: StatusId,
    pub name: String,
    pub is_closed: bool,
    pub is_default: bool,
    pub used: Used,
}

/// What a button of a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryChange {
    Up,
    Down,
    Delete,
    /// New interactions begin with it; for statuses.
    MakeDefault,
}

/// The form of a type as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveType {
    /// Empty for a new one.
    pub type_id: String,
    pub name: String,
    pub icon: String,
}

/// A checked form. Whether the name is free is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDraft {
    pub type_id: Option<TypeId>,
    pub name: String,
    pub icon: &'static str,
}

impl SaveType {
    pub fn check(&self) -> Result<TypeDraft, Failure> {
        let type_id = optional_id(&self.type_id)?;
        let mut errors = Errors::default();
        let name = errors.take(Field::Name, entry_name(&self.name));
        let icon = ICONS.iter().find(|icon| **icon == self.icon).ok_or(Problem::Unknown);
        let icon = errors.take(Field::Icon, icon);
        errors.none()?;
        match (name, icon) {
            (Some(name), Some(icon)) => Ok(TypeDraft { type_id, name, icon }),
            _ => Err(ErrorCode::Internal.into()),
        }
    }
}

/// The form of a status as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveStatus {
    /// Empty for a new one.
    pub status_id: String,
    pub name: String,
    /// A checkbox: present when on.
    pub is_closed: Option<String>,
}

/// A checked form. Whether the name is free is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusDraft {
    pub status_id: Option<StatusId>,
    pub name: String,
    pub is_closed: bool,
}

impl SaveStatus {
    pub fn check(&self) -> Result<StatusDraft, Failure> {
        let status_id = optional_id(&self.status_id)?;
        let name = entry_name(&self.name).map_err(|problem| Failure::field(Field::Name, problem))?;
        Ok(StatusDraft {
            status_id,
            name,
            is_closed: self.is_closed.is_some(),
        })
    }
}

/// What is no id is an entry that is not there.
fn optional_id<T: std::str::FromStr>(id: &str) -> Result<Option<T>, Failure> {
    match id.trim() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| ErrorCode::NotFound.into()),
    }
}

fn entry_name(name: &str) -> Result<String, Problem> {
    let name = text::line(name, MAX_ENTRY_NAME)?;
    if name.is_empty() {
        Err(Problem::Required)
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_stops_at_the_bound() {
        let used = |count, or_more| Used { count, or_more };
        assert_eq!(Used::counted(0), used(0, false));
        assert_eq!(Used::counted(1000), used(1000, false));
        assert_eq!(Used::counted(1001), used(1000, true));
    }

    #[test]
    fn a_type_has_a_name_and_a_known_icon() {
        let form = |name: &str, icon: &str| SaveType {
            name: name.into(),
            icon: icon.into(),
            ..SaveType::default()
        };
        let draft = form("  <b>On-site visit</b> ", "map-pin").check().unwrap();
        assert_eq!((draft.name.as_str(), draft.icon), ("<b>On-site visit</b>", "map-pin"));
        assert_eq!(draft.type_id, None);
        let problems = |form: SaveType| {
            let fields = form.check().unwrap_err().fields;
            fields
                .into_iter()
                .map(|error| (error.field, error.problem))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            problems(form(" ", "javascript:alert(1)")),
            [(Field::Name, Problem::Required), (Field::Icon, Problem::Unknown)]
        );
        assert_eq!(problems(form("a\u{7}", "mail")), [(Field::Name, Problem::NotText)]);
        assert_eq!(
            problems(form(&"ü".repeat(51), "mail")),
            [(Field::Name, Problem::TooLong { max: 50 })]
        );
    }

    #[test]
    fn what_is_no_id_is_not_found() {
        let form = SaveStatus {
            status_id: "1".into(),
            name: "Done".into(),
            ..SaveStatus::default()
        };
        assert_eq!(form.check().unwrap_err().code, ErrorCode::NotFound);
    }
}
