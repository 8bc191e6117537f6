//! What the list of contacts and a contact's page show, and the form that adds and changes one.

mod form;

pub use form::{ContactDraft, ContactForm, SaveContact};

use serde::{Deserialize, Serialize};

use crate::{Choice, ClientId, ContactId, ListCursor, TimelineOptions};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactList {
    pub rows: Vec<ContactRow>,
    /// How many there are in all, before the search; counted up to one more than [`crate::COUNTED`].
    pub total: u32,
    /// Where the next page begins.
    pub next: Option<ListCursor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRow {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Option<String>,
    pub client: Option<Choice<ClientId>>,
    pub is_inactive: bool,
}

/// The page of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPage {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub phones: Vec<Phone>,
    pub role: Option<String>,
    pub client: Option<Choice<ClientId>>,
    pub is_inactive: bool,
    pub has_portal_account: bool,
    /// IANA name.
    pub zone: Option<Known>,
    /// The language's own name for itself.
    pub language: Option<Known>,
    pub options: TimelineOptions,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    pub number: String,
    /// `work`, `mobile`, `home`, `fax` or `other`; nothing for a kind of the tenant's own.
    pub kind: Option<String>,
}

/// What is known of a contact, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub value: String,
    pub origin: Origin,
}

/// Where a contact's zone or language comes from, the first that knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Chosen by the contact, in the portal.
    Portal,
    /// Written down by staff.
    Contact,
    Client,
    Organisation,
}

impl Known {
    /// The first of what the places say, in the order of [`Origin`].
    pub fn first(
        portal: Option<String>,
        contact: Option<String>,
        client: Option<String>,
        tenant: Option<String>,
    ) -> Option<Self> {
        [
            (portal, Origin::Portal),
            (contact, Origin::Contact),
            (client, Origin::Client),
            (tenant, Origin::Organisation),
        ]
        .into_iter()
        .find_map(|(value, origin)| {
            let value = value.filter(|value| !value.trim().is_empty())?;
            Some(Self { value, origin })
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactOption {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contacts_own_word_counts_first() {
        let text = |text: &str| Some(text.to_owned());
        let origin = |known: Option<Known>| known.map(|known| (known.value, known.origin));
        assert_eq!(
            origin(Known::first(text("a"), text("b"), text("c"), text("d"))),
            Some(("a".into(), Origin::Portal))
        );
        assert_eq!(
            origin(Known::first(None, text(" "), text("c"), text("d"))),
            Some(("c".into(), Origin::Client))
        );
        assert_eq!(origin(Known::first(None, None, None, None)), None);
    }
}
