//! Adding and changing a contact.

use serde::{Deserialize, Serialize};

use crate::{
    ContactId, DirectoryForm, Failure, Field, Problem, Versioned,
    clients::{email, known, named},
    interactions::{Errors, required},
};

/// The form as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveContact {
    /// Of a new contact, too: chosen when the form is rendered, so that a form which is posted twice adds one contact.
    pub contact_id: String,
    /// Which state of the contact was edited; empty for a new one.
    pub version: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub role: String,
    /// The client's name: nobody picks one of ten thousand from a list. Empty for a contact of nobody's.
    pub client: String,
    /// An IANA name; empty for the client's.
    pub zone: String,
    /// A tag; empty for the client's.
    pub language: String,
    /// A checkbox: present when on.
    pub active: Option<String>,
}

/// A checked form. Whether zone and client exist and the address is free is still open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactDraft {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Option<String>,
    pub client: Option<String>,
    pub zone: Option<String>,
    pub language: Option<String>,
    pub is_inactive: bool,
}

impl SaveContact {
    /// Whether a contact is added, not changed.
    pub fn is_new(&self) -> bool {
        self.version.is_empty()
    }

    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<(ContactId, i64, ContactDraft), Failure> {
        let mut errors = Errors::default();
        let id = errors.take(Field::IdempotencyKey, required(&self.contact_id, Problem::Damaged));
        let version = errors.take(Field::IdempotencyKey, crate::clients::version(&self.version));
        let name = errors.take(Field::Name, named(&self.name));
        let email = errors.take(Field::Email, email(&self.email));
        let phone = errors.take(Field::Phone, known(&self.phone));
        let role = errors.take(Field::Role, known(&self.role));
        let client = errors.take(Field::Client, known(&self.client));
        let language = errors.take(Field::Language, crate::clients::tongue(&self.language));
        let zone = errors.take(Field::Zone, known(&self.zone));
        errors.none()?;
        let checked = || {
            Some((
                id?,
                version?,
                ContactDraft {
                    name: name?,
                    email: email?,
                    phone: phone?,
                    role: role?,
                    client: client?,
                    zone: zone?,
                    language: language?,
                    is_inactive: self.active.is_none(),
                },
            ))
        };
        checked().ok_or_else(|| Failure::new(crate::ErrorCode::Internal))
    }
}

pub type ContactForm = DirectoryForm<SaveContact>;

impl Versioned for SaveContact {
    fn id(&self) -> &str {
        &self.contact_id
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn set_version(&mut self, version: String) {
        self.version = version;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_small_letters_and_wrong_fields_are_named() {
        let form = SaveContact {
            contact_id: "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b".into(),
            name: "Ada".into(),
            email: " Ada@Acme.example".into(),
            ..SaveContact::default()
        };
        let (_, _, draft) = form.check().unwrap();
        assert_eq!(draft.email.as_deref(), Some("ada@acme.example"));
        assert!(draft.is_inactive, "a checkbox that is off sends nothing");
        let bad = SaveContact {
            contact_id: "1".into(),
            name: String::new(),
            role: "\u{FFFD}".into(),
            ..form
        };
        let fields: Vec<_> = bad
            .check()
            .unwrap_err()
            .fields
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(fields, [Field::IdempotencyKey, Field::Name, Field::Role]);
    }
}
