//! Changing an interaction: what the form shows, what it sends, and what is left of that once it is checked.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::{
    Choices, ClientId, ContactId, Failure, Field, InteractionId, Problem, RecordValues, StatusId, TypeId, UserId,
    interactions::{Errors, optional, required, span, title, wall_clock},
    text,
};

/// The form as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditInteraction {
    pub interaction_id: String,
    /// Which state of the interaction was edited; see [`EditForm::version`].
    pub version: String,
    pub type_id: String,
    pub title: String,
    pub notes: String,
    pub client_id: String,
    pub contact_id: String,
    pub user_id: String,
    pub status_id: String,
    /// Wall clock in the viewer's zone.
    pub start: String,
    /// Empty for what has no end.
    pub end: String,
}

/// A checked form. What only the database can tell is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub interaction_id: InteractionId,
    pub version: i64,
    pub type_id: TypeId,
    pub title: String,
    pub notes: String,
    /// Nothing for what has a contact only.
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    pub user_id: UserId,
    pub status_id: Option<StatusId>,
    pub start: NaiveDateTime,
    pub end: Option<NaiveDateTime>,
}

impl EditInteraction {
    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<Edit, Failure> {
        let mut errors = Errors::default();
        let interaction_id = errors.take(Field::IdempotencyKey, required(&self.interaction_id, Problem::Damaged));
        let version = errors.take(
            Field::IdempotencyKey,
            self.version.parse().map_err(|_| Problem::Damaged),
        );
        let type_id = errors.take(Field::Type, required(&self.type_id, Problem::Unknown));
        let title = errors.take(Field::Title, title(&self.title));
        let client_id = errors.take(Field::Client, optional(&self.client_id));
        let contact_id = errors.take(Field::Contact, optional(&self.contact_id));
        let start = errors.take(Field::Start, wall_clock(&self.start));
        let end = if self.end.trim().is_empty() {
            Some(None)
        } else {
            errors.take(Field::End, wall_clock(&self.end).map(Some))
        };
        if let (Some(start), Some(Some(end))) = (start, end)
            && let Err(problem) = span(start, end)
        {
            errors.add(Field::End, problem);
        }
        let status_id = errors.take(Field::Status, optional(&self.status_id));
        let user_id = errors.take(Field::Owner, required(&self.user_id, Problem::Unknown));
        let notes = errors.take(Field::Notes, text::lines(&self.notes, text::MAX_NOTES));
        errors.none()?;
        let edit = || {
            Some(Edit {
                interaction_id: interaction_id?,
                version: version?,
                type_id: type_id?,
                title: title?,
                notes: notes?,
                client_id: client_id?,
                contact_id: contact_id?,
                user_id: user_id?,
                status_id: status_id?,
                start: start?,
                end: end?,
            })
        };
        edit().ok_or_else(|| Failure::new(crate::ErrorCode::Internal))
    }
}

impl EditInteraction {
    pub fn record(&self) -> RecordValues {
        let Self {
            type_id,
            title,
            notes,
            client_id,
            contact_id,
            user_id,
            status_id,
            start,
            end,
            ..
        } = self.clone();
        RecordValues {
            type_id,
            title,
            notes,
            client_id,
            contact_id,
            user_id,
            status_id,
            start,
            end,
        }
    }
}

/// What the form needs to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditForm {
    /// What stands in the fields.
    pub values: EditInteraction,
    /// What the interaction has already is always among it.
    pub choices: Choices,
    /// The Teams meeting decides when it is.
    pub follows_meeting: bool,
    /// New times or another title go to its Teams meeting as well, and to this many attendees that are known.
    pub moves_meeting: Option<u32>,
    /// "Dana Ortiz, Tue, 24 Nov 2026, 14:03": who changed it last.
    pub changed: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    fn form() -> EditInteraction {
        EditInteraction {
            interaction_id: ID.into(),
            version: "0".into(),
            type_id: ID.into(),
            title: "Backup review".into(),
            user_id: ID.into(),
            start: "2026-11-24T15:00".into(),
            ..EditInteraction::default()
        }
    }

    #[test]
    fn an_end_is_not_needed() {
        assert_eq!(form().check().unwrap().end, None);
        let form = EditInteraction {
            end: "2026-11-24T15:30".into(),
            ..form()
        };
        assert!(form.check().unwrap().end.is_some());
    }

    #[test]
    fn every_wrong_field_is_named_in_order() {
        let form = EditInteraction {
            version: "new".into(),
            title: "\u{7}".into(),
            client_id: "globex".into(),
            user_id: String::new(),
            end: "2026-11-24T15:00".into(),
            notes: "x".repeat(20_001),
            ..form()
        };
        let fields: Vec<_> = form
            .check()
            .unwrap_err()
            .fields
            .into_iter()
            .map(|error| (error.field, error.problem))
            .collect();
        assert_eq!(
            fields,
            [
                (Field::IdempotencyKey, Problem::Damaged),
                (Field::Title, Problem::NotText),
                (Field::Client, Problem::Unknown),
                (Field::End, Problem::EndBeforeStart),
                (Field::Owner, Problem::Required),
                (Field::Notes, Problem::TooLong { max: 20_000 }),
            ]
        );
    }
}
