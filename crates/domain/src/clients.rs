//! What the client list and the pages of a client and a contact show.

use serde::{Deserialize, Serialize};

use crate::{Choice, ClientId, ContactId, TimelineOptions};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    pub rows: Vec<ClientRow>,
    /// How many clients there are in all, before the search and the cut.
    pub total: u32,
    /// How many match the search.
    pub matching: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    pub client_id: ClientId,
    pub name: String,
    pub contacts: u32,
    pub last_interaction: Option<String>,
    pub next_meeting: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientPage {
    pub client_id: ClientId,
    pub name: String,
    pub url: Option<String>,
    /// IANA name, if the client has one of its own.
    pub zone: Option<String>,
    pub is_inactive: bool,
    pub contacts: Vec<ContactOption>,
    pub options: TimelineOptions,
}

/// The page of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPage {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
    pub client: Option<Choice<ClientId>>,
    pub is_inactive: bool,
    /// What the contact has chosen in the portal; nothing for those who have no account there.
    pub portal: Option<PortalAccount>,
    pub options: TimelineOptions,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalAccount {
    /// IANA name.
    pub zone: Option<String>,
    /// A tag such as "de".
    pub language: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactOption {
    pub contact_id: ContactId,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
}
