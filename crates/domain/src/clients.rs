//! What the client list and a client's page show, and what the lists' addresses ask for.

mod form;

pub use form::{ClientDraft, ClientForm, DirectoryForm, SaveClient, Versioned};
pub(crate) use form::{email, known, named, tongue, version, website};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ClientId, ContactOption, MAX_SEARCH, TimelineOptions};

/// How many rows a page of a list has.
pub const LIST_PAGE: usize = 50;
/// Up to here lists are counted; beyond it "more than" has to do.
pub const COUNTED: u32 = 1000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    pub rows: Vec<ClientRow>,
    /// How many there are in all, before the search; counted up to one more than [`COUNTED`].
    pub total: u32,
    /// Where the next page begins.
    pub next: Option<ListCursor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    pub client_id: ClientId,
    pub name: String,
    pub is_inactive: bool,
    pub contacts: u32,
    pub last_interaction: Option<String>,
    pub next_meeting: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientPage {
    pub client_id: ClientId,
    pub name: String,
    pub url: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Line by line.
    pub address: Vec<String>,
    /// IANA name, if the client has one of its own.
    pub zone: Option<String>,
    /// The language's own name for itself.
    pub language: Option<String>,
    pub is_inactive: bool,
    pub contacts: Vec<ContactOption>,
    pub options: TimelineOptions,
}

/// Which rows of a list are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// Those in use.
    #[default]
    Active,
    Inactive,
    All,
}

impl Shown {
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::All];

    /// As it stands in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::All => "all",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.name() == name)
    }
}

/// What the address of a list asks for, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub q: String,
    /// A client's name; in the list of contacts only.
    pub client: String,
    pub show: String,
    pub after: String,
}

impl ListQuery {
    /// Reads a query by the names that stand in the address.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name| get(name).unwrap_or_default();
        Self {
            q: read("q"),
            client: read("client"),
            show: read("show"),
            after: read("after"),
        }
    }

    /// The names and values to write into an address; what is empty or usual is left out.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let show = Some(self.show.trim()).filter(|show| Shown::find(show) != Some(Shown::Active));
        let all = [
            ("q", self.q.trim()),
            ("client", self.client.trim()),
            ("show", show.unwrap_or_default()),
            ("after", self.after.as_str()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// What of it means something. The rest is dropped: a damaged address is no reason to refuse a page.
    pub fn filter(&self) -> ListFilter {
        let clean = |text: &str| {
            let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let text: String = text.trim().chars().take(MAX_SEARCH).collect();
            (!text.is_empty()).then_some(text)
        };
        ListFilter {
            search: clean(&self.q),
            client: clean(&self.client),
            shown: Shown::find(self.show.trim()).unwrap_or_default(),
            after: self.after.parse().ok(),
        }
    }
}

/// What is wanted of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Part of a name or an address.
    pub search: Option<String>,
    pub client: Option<String>,
    pub shown: Shown,
    pub after: Option<ListCursor>,
}

impl ListFilter {
    /// Whether the rows are fewer than the list has.
    pub fn narrows(&self) -> bool {
        self.search.is_some() || self.client.is_some()
    }
}

/// A place in a list: what the last row above it is sorted by. In addresses it is 32 hexadecimal digits and then the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListCursor {
    pub name: String,
    pub id: Uuid,
}

impl std::fmt::Display for ListCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.id.as_simple(), self.name)
    }
}

impl std::str::FromStr for ListCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, name) = text.split_at_checked(32).ok_or(())?;
        if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) || name.contains('\0') || name.len() > 4096 {
            return Err(());
        }
        Ok(Self {
            id: Uuid::try_parse(id).map_err(drop)?,
            name: name.to_owned(),
        })
    }
}

/// The languages that a client or a contact can have: the peer's, each by its own name. Letters go out in those that there are words for.
pub const LOCALES: [(&str, &str); 8] = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
];

/// Finds a language by its tag, whatever its region (`pt_BR`), or by its own name.
pub fn locale(text: &str) -> Option<(&'static str, &'static str)> {
    let text = text.trim().trim_matches('"');
    let primary = text.split(['-', '_']).next().unwrap_or_default();
    LOCALES
        .into_iter()
        .find(|(tag, name)| tag.eq_ignore_ascii_case(primary) || name.to_lowercase() == text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_means_nothing_is_dropped() {
        let query = ListQuery {
            q: " \u{0}\t ".into(),
            client: String::new(),
            show: "everything".into(),
            after: "zz".into(),
        };
        assert_eq!(query.filter(), ListFilter::default());
        assert!(!query.filter().narrows());
    }

    #[test]
    fn what_is_usual_is_not_written() {
        let query = ListQuery {
            q: " acme ".into(),
            show: "active".into(),
            ..ListQuery::default()
        };
        assert_eq!(query.pairs(), [("q", "acme")]);
        let query = ListQuery {
            show: "all".into(),
            ..ListQuery::default()
        };
        assert_eq!(query.pairs(), [("show", "all")]);
        assert_eq!(query.filter().shown, Shown::All);
    }

    #[test]
    fn languages_are_found_by_tag_and_by_name() {
        assert_eq!(locale("pt_BR"), Some(("pt", "Português")));
        assert_eq!(locale(" \"DE-at\" "), Some(("de", "Deutsch")));
        assert_eq!(locale("français"), Some(("fr", "Français")));
        assert_eq!(locale("tlh"), None);
        assert_eq!(locale(""), None);
    }

    proptest! {
        #[test]
        fn a_cursor_survives_the_address(name in "[^\u{0}]{0,300}", id in any::<u128>()) {
            let cursor = ListCursor { name, id: Uuid::from_u128(id) };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = text.parse::<ListCursor>();
            let query = ListQuery { q: text.clone(), client: text.clone(), show: text.clone(), after: text };
            let search = query.filter().search.unwrap_or_default();
            prop_assert!(search.chars().count() <= MAX_SEARCH && !search.chars().any(char::is_control));
        }
    }
}
