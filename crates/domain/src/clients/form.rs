//! Adding and changing a client: what the form shows, what it sends, and what is left of that once it is checked.

use serde::{Deserialize, Serialize};

use super::locale;
use crate::{
    ClientId, ErrorCode, Failure, Field, Problem,
    interactions::{Errors, required},
    meetings::is_mailable,
    text,
};

/// Longest name, address line or telephone number, in characters: what the peer's columns hold.
const MAX_LINE: usize = 255;

/// The form as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveClient {
    /// Of a new client, too: chosen when the form is rendered, so that a form which is posted twice adds one client.
    pub client_id: String,
    /// Which state of the client was edited; empty for a new one.
    pub version: String,
    pub name: String,
    pub url: String,
    pub email: String,
    pub phone: String,
    pub street: String,
    pub postcode: String,
    pub city: String,
    pub country: String,
    /// An IANA name; empty for the organisation's.
    pub zone: String,
    /// A tag; empty for the organisation's.
    pub language: String,
    /// A checkbox: present when on.
    pub active: Option<String>,
    /// Present when a name that resembles another client's is meant.
    pub similar: Option<String>,
}

/// A checked form. Whether the zone exists and the name is free is still open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientDraft {
    pub name: String,
    pub url: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub street: Option<String>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub zone: Option<String>,
    pub language: Option<String>,
    pub is_inactive: bool,
}

impl SaveClient {
    /// Whether a client is added, not changed.
    pub fn is_new(&self) -> bool {
        self.version.is_empty()
    }

    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<(ClientId, i64, ClientDraft), Failure> {
        let mut errors = Errors::default();
        let id = errors.take(Field::IdempotencyKey, required(&self.client_id, Problem::Damaged));
        let version = errors.take(Field::IdempotencyKey, version(&self.version));
        let name = errors.take(Field::Name, named(&self.name));
        let url = errors.take(Field::Website, website(&self.url));
        let email = errors.take(Field::Email, email(&self.email));
        let phone = errors.take(Field::Phone, known(&self.phone));
        let street = errors.take(Field::Street, known(&self.street));
        let postcode = errors.take(Field::Postcode, known(&self.postcode));
        let city = errors.take(Field::City, known(&self.city));
        let country = errors.take(Field::Country, known(&self.country));
        let language = errors.take(Field::Language, tongue(&self.language));
        let zone = errors.take(Field::Zone, known(&self.zone));
        errors.none()?;
        let checked = || {
            Some((
                id?,
                version?,
                ClientDraft {
                    name: name?,
                    url: url?,
                    email: email?,
                    phone: phone?,
                    street: street?,
                    postcode: postcode?,
                    city: city?,
                    country: country?,
                    zone: zone?,
                    language: language?,
                    is_inactive: self.active.is_none(),
                },
            ))
        };
        checked().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

/// What the form of a client or of a contact needs to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryForm<Values> {
    /// What stands in the fields.
    pub values: Values,
    /// All zones there are.
    pub zones: Vec<String>,
    /// "Dana Ortiz, Tue, 24 Nov 2026, 14:03": who changed it last.
    pub changed: Option<String>,
}

/// What a form of the directory changes, and which state of it.
pub trait Versioned {
    fn id(&self) -> &str;
    fn version(&self) -> &str;
    fn set_version(&mut self, version: String);
}

impl<Values: Versioned> DirectoryForm<Values> {
    /// The form with what was typed into it before it was refused, if it was this one. Who was told of another version and saves again
    /// means to save over it.
    #[must_use]
    pub fn with_typed(self, typed: Option<(Values, ErrorCode)>) -> Self {
        let Some((mut typed, refused)) = typed else { return self };
        let is_new = self.values.version().is_empty();
        if is_new != typed.version().is_empty() || (!is_new && self.values.id() != typed.id()) {
            return self;
        }
        if refused == ErrorCode::Conflict {
            typed.set_version(self.values.version().to_owned());
        }
        Self { values: typed, ..self }
    }
}

pub type ClientForm = DirectoryForm<SaveClient>;

impl Versioned for SaveClient {
    fn id(&self) -> &str {
        &self.client_id
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn set_version(&mut self, version: String) {
        self.version = version;
    }
}

pub(crate) fn version(text: &str) -> Result<i64, Problem> {
    match text {
        "" => Ok(0),
        text => text.parse().map_err(|_| Problem::Damaged),
    }
}

/// A line that has to be there.
pub(crate) fn named(text: &str) -> Result<String, Problem> {
    known(text)?.ok_or(Problem::Required)
}

/// A line, if something stands there.
pub(crate) fn known(text: &str) -> Result<Option<String>, Problem> {
    let line = text::line(text, MAX_LINE)?;
    Ok((!line.is_empty()).then_some(line))
}

pub(crate) fn tongue(text: &str) -> Result<Option<String>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => locale(text)
            .map(|(tag, _)| Some(tag.to_owned()))
            .ok_or(Problem::NotALanguage),
    }
}

/// An address for mail, in small letters: mail systems do not tell it apart by case, and constraints do.
pub(crate) fn email(text: &str) -> Result<Option<String>, Problem> {
    let Some(address) = known(text)? else { return Ok(None) };
    if is_mailable(&address) {
        Ok(Some(address.to_lowercase()))
    } else {
        Err(Problem::NotAnEmail {
            value: address.chars().take(80).collect(),
        })
    }
}

/// A web address. People leave out `https://`, which is then added; other schemes, such as `javascript:`, are none.
pub(crate) fn website(text: &str) -> Result<Option<String>, Problem> {
    let Some(url) = known(text)? else { return Ok(None) };
    let lower = url.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = rest.unwrap_or(&lower).split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = host.split_once(':').unwrap_or((host, "443"));
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let good = host.contains('.')
        && host.split('.').all(label)
        && port.parse::<u16>().is_ok()
        && !url.contains(|c: char| c.is_whitespace() || matches!(c, '\\' | '<' | '>' | '"'));
    match (good, rest) {
        (false, _) => Err(Problem::NotAUrl),
        (true, Some(_)) => Ok(Some(url)),
        (true, None) => known(&format!("https://{url}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    fn form() -> SaveClient {
        SaveClient {
            client_id: ID.into(),
            name: " Acme  Manufacturing ".into(),
            active: Some("on".into()),
            ..SaveClient::default()
        }
    }

    #[test]
    fn only_a_name_is_needed() {
        let (id, version, draft) = form().check().unwrap();
        assert_eq!((id.to_string().as_str(), version), (ID, 0));
        let expected = ClientDraft {
            name: "Acme  Manufacturing".into(),
            ..ClientDraft::default()
        };
        assert_eq!(draft, expected);
    }

    #[test]
    fn every_wrong_field_is_named_in_order() {
        let form = SaveClient {
            version: "new".into(),
            name: " ".into(),
            url: "javascript:alert(1)".into(),
            email: "ada".into(),
            phone: "x".repeat(256),
            city: "a\u{7}".into(),
            language: "tlh".into(),
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
                (Field::Name, Problem::Required),
                (Field::Website, Problem::NotAUrl),
                (Field::Email, Problem::NotAnEmail { value: "ada".into() }),
                (Field::Phone, Problem::TooLong { max: 255 }),
                (Field::City, Problem::NotText),
                (Field::Language, Problem::NotALanguage),
            ]
        );
    }

    #[test]
    fn what_was_typed_comes_back_into_its_own_form() {
        let drawn = |id: &str, version: &str| ClientForm {
            values: SaveClient {
                client_id: id.into(),
                version: version.into(),
                ..SaveClient::default()
            },
            zones: Vec::new(),
            changed: None,
        };
        let typed = |id: &str, version: &str| SaveClient {
            name: "Typed".into(),
            ..drawn(id, version).values
        };
        let shown = |form: ClientForm, typed, refused| form.with_typed(Some((typed, refused))).values;
        assert_eq!(
            shown(drawn("a", ""), typed("b", ""), ErrorCode::Invalid),
            typed("b", "")
        );
        assert_eq!(
            shown(drawn("a", "2"), typed("a", "1"), ErrorCode::Invalid),
            typed("a", "1")
        );
        assert_eq!(
            shown(drawn("a", "2"), typed("a", "1"), ErrorCode::Conflict),
            typed("a", "2")
        );
        for (id, version) in [("b", "1"), ("a", "")] {
            let values = shown(drawn("a", "2"), typed(id, version), ErrorCode::Invalid);
            assert_eq!(values, drawn("a", "2").values);
        }
        assert_eq!(drawn("a", "2").with_typed(None), drawn("a", "2"));
    }

    #[test]
    fn web_addresses() {
        for (typed, kept) in [
            ("acme.example", "https://acme.example"),
            ("http://acme.example/a?b=c", "http://acme.example/a?b=c"),
            ("HTTPS://Acme.example:8443", "HTTPS://Acme.example:8443"),
            ("grüße.example", "https://grüße.example"),
        ] {
            assert_eq!(website(typed), Ok(Some(kept.to_owned())), "{typed}");
        }
        for typed in [
            "acme",
            "ftp://acme.example",
            "javascript:alert(1)",
            "data:text/html,x.y",
            "https://",
            "https://a b.example",
            "https://.example",
            "//acme.example",
            "acme.example:x",
            "https://user@acme.example",
        ] {
            assert_eq!(website(typed), Err(Problem::NotAUrl), "{typed}");
        }
        assert_eq!(website("  "), Ok(None));
    }

    proptest! {
        #[test]
        fn whatever_passes_as_a_web_address_is_one(input in any::<String>()) {
            if let Ok(Some(url)) = website(&input) {
                let lower = url.to_ascii_lowercase();
                prop_assert!(lower.starts_with("https://") || lower.starts_with("http://"));
                prop_assert_eq!(website(&url), Ok(Some(url)));
            }
        }
    }
}
