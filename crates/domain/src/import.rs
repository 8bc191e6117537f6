//! Importing clients and contacts from a file: which columns there are, what a line of it says, and what the preview shows.

mod row;

pub use row::{ClientLine, ContactLine, client_line, contact_line};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Field, Problem};

/// Largest file, in bytes.
pub const MAX_UPLOAD: usize = 5 * 1024 * 1024;
/// Most lines of a file, without its head.
pub const MAX_LINES: u32 = 20_000;
/// How many rows the preview shows …
pub const PREVIEW_ROWS: usize = 50;
/// … and how many of what is wrong.
pub const PREVIEW_PROBLEMS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportKind {
    Clients,
    Contacts,
}

impl ImportKind {
    /// As it stands in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Contacts => "contacts",
        }
    }

    /// What a file must have.
    pub fn required(self) -> &'static [Column] {
        match self {
            Self::Clients => &[Column::Name],
            Self::Contacts => &[Column::Name, Column::Email],
        }
    }
}

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    Name,
    Website,
    Email,
    Phone,
    Role,
    Client,
    Street,
    Postcode,
    City,
    Country,
    Zone,
    Language,
    Active,
    /// The peer's way to say it.
    Inactive,
}

impl Column {
    /// Recognises a column by its head: in English, or by the peer's name; capitals, blanks and punctuation do not matter.
    pub fn find(kind: ImportKind, head: &str) -> Option<Self> {
        let head: String = head
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let shared = |head: &str| {
            Some(match head {
                "name" => Self::Name,
                "email" | "emailaddress" | "mail" => Self::Email,
                "phone" | "phonenumber" | "phoneno" | "telephone" => Self::Phone,
                "timezone" | "zone" => Self::Zone,
                "language" | "locale" | "defaultlocale" => Self::Language,
                "active" | "isactive" => Self::Active,
                "inactive" | "isinactive" => Self::Inactive,
                _ => return None,
            })
        };
        let own = |head: &str| {
            Some(match (kind, head) {
                (ImportKind::Clients, "clientname" | "client" | "company" | "companyname")
                | (ImportKind::Contacts, "fullname" | "contact" | "contactname") => Self::Name,
                (ImportKind::Clients, "website" | "url" | "web") => Self::Website,
                (ImportKind::Clients, "street" | "address" | "addressline1") => Self::Street,
                (ImportKind::Clients, "postcode" | "postalcode" | "zip" | "zipcode") => Self::Postcode,
                (ImportKind::Clients, "city" | "town") => Self::City,
                (ImportKind::Clients, "country" | "countryname") => Self::Country,
                (ImportKind::Contacts, "role" | "jobtitle" | "position") => Self::Role,
                (ImportKind::Contacts, "client" | "clientname" | "company" | "companyname") => Self::Client,
                _ => return None,
            })
        };
        own(&head).or_else(|| shared(&head))
    }

    /// What it is called in the interface.
    pub fn field(self) -> Field {
        match self {
            Self::Name => Field::Name,
            Self::Website => Field::Website,
            Self::Email => Field::Email,
            Self::Phone => Field::Phone,
            Self::Role => Field::Role,
            Self::Client => Field::Client,
            Self::Street => Field::Street,
            Self::Postcode => Field::Postcode,
            Self::City => Field::City,
            Self::Country => Field::Country,
            Self::Zone => Field::Zone,
            Self::Language => Field::Language,
            Self::Active | Self::Inactive => Field::Active,
        }
    }
}

/// Why a file is not even looked at line by line. In the address of the upload page it is a code and a detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoFile,
    TooLarge,
    /// A head and nothing below it, or not even a head.
    Empty,
    /// Bytes that are text in none of the encodings.
    NotText,
    /// A workbook of a spreadsheet program.
    Workbook,
    TooManyLines(u32),
    Missing(Column),
    /// Two columns are about the same.
    Twice(Column),
    /// The database could not take it.
    Unavailable,
}

impl Refusal {
    pub fn code(&self) -> (&'static str, String) {
        let column = |column: &Column| {
            let named = NAMES.iter().find(|(known, _)| known == column);
            named.map_or(String::new(), |(_, name)| (*name).to_owned())
        };
        match self {
            Self::NoFile => ("no-file", String::new()),
            Self::TooLarge => ("too-large", String::new()),
            Self::Empty => ("empty", String::new()),
            Self::NotText => ("not-text", String::new()),
            Self::Workbook => ("workbook", String::new()),
            Self::TooManyLines(lines) => ("too-many-lines", lines.to_string()),
            Self::Missing(missing) => ("missing", column(missing)),
            Self::Twice(twice) => ("twice", column(twice)),
            Self::Unavailable => ("unavailable", String::new()),
        }
    }

    /// Reads what [`code`](Self::code) has written; anything else is no refusal.
    pub fn read(code: &str, detail: &str) -> Option<Self> {
        let column = || {
            NAMES
                .iter()
                .find(|(_, name)| *name == detail)
                .map(|(column, _)| *column)
        };
        Some(match code {
            "no-file" => Self::NoFile,
            "too-large" => Self::TooLarge,
            "empty" => Self::Empty,
            "not-text" => Self::NotText,
            "workbook" => Self::Workbook,
            "too-many-lines" => Self::TooManyLines(detail.parse().ok()?),
            "missing" => Self::Missing(column()?),
            "twice" => Self::Twice(column()?),
            "unavailable" => Self::Unavailable,
            _ => return None,
        })
    }
}

/// The names of the columns in the templates.
pub const NAMES: [(Column, &str); 14] = [
    (Column::Name, "name"),
    (Column::Website, "website"),
    (Column::Email, "email"),
    (Column::Phone, "phone"),
    (Column::Role, "role"),
    (Column::Client, "client"),
    (Column::Street, "street"),
    (Column::Postcode, "postcode"),
    (Column::City, "city"),
    (Column::Country, "country"),
    (Column::Zone, "timezone"),
    (Column::Language, "language"),
    (Column::Active, "active"),
    (Column::Inactive, "inactive"),
];

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Added,
    Updated,
    /// It says what is known already.
    Unchanged,
    Wrong,
}

/// How many lines come to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub added: u32,
    pub updated: u32,
    pub unchanged: u32,
    pub wrong: u32,
    /// Clients that contacts name and that are added for them.
    pub clients: u32,
}

impl Counts {
    pub fn lines(&self) -> u32 {
        self.added + self.updated + self.unchanged + self.wrong
    }

    /// What the confirmation repeats, so that nobody confirms what they have not seen.
    pub fn token(&self) -> String {
        let Self {
            added,
            updated,
            unchanged,
            wrong,
            clients,
        } = self;
        format!("{added}.{updated}.{unchanged}.{wrong}.{clients}")
    }
}

/// What a file would do. Nothing of it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    pub upload_id: Uuid,
    pub kind: ImportKind,
    pub file_name: String,
    /// How its text was read: "UTF-8" or "Windows-1252".
    pub encoding: String,
    pub counts: Counts,
    /// The columns that are read, in the file's order, and those that are not.
    pub columns: Vec<Column>,
    pub ignored: Vec<String>,
    /// The first lines.
    pub rows: Vec<PreviewRow>,
    /// What is wrong, line by line; bounded.
    pub problems: Vec<LineProblem>,
    /// How many more there are.
    pub more_problems: u32,
    /// Clients that contacts name and nobody knows; bounded.
    pub unknown_clients: Vec<String>,
    pub may_create_clients: bool,
    /// Whether they are added; see [`ConfirmImport::create_clients`].
    pub creates_clients: bool,
    /// What it has led to, once it is done.
    pub done: Option<Counts>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    pub line: u32,
    pub outcome: Outcome,
    /// In the order of the columns.
    pub cells: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineProblem {
    /// As editors count them.
    pub line: u32,
    pub field: Field,
    pub problem: Problem,
}

/// The form that imports what the preview shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmImport {
    pub upload_id: String,
    /// [`Counts::token`] of the preview.
    pub seen: String,
    /// A checkbox: present when on.
    pub create_clients: Option<String>,
    /// Present when the wrong lines are to be left out; else they stand in the way of all.
    pub leave_out: Option<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_are_found_by_english_and_by_the_peers_names() {
        use ImportKind::{Clients, Contacts};
        for (kind, head, column) in [
            (Clients, "client_name", Some(Column::Name)),
            (Clients, " Client Name ", Some(Column::Name)),
            (Clients, "E-Mail", Some(Column::Email)),
            (Clients, "is_inactive", Some(Column::Inactive)),
            (Clients, "Address line 1", Some(Column::Street)),
            (Clients, "full_name", None),
            (Contacts, "full_name", Some(Column::Name)),
            (Contacts, "client_name", Some(Column::Client)),
            (Contacts, "Phone Number", Some(Column::Phone)),
            (Contacts, "url", None),
            (Contacts, "", None),
        ] {
            assert_eq!(Column::find(kind, head), column, "{head}");
        }
    }

    #[test]
    fn every_name_of_a_template_is_a_column() {
        for (column, name) in NAMES {
            let found = [ImportKind::Clients, ImportKind::Contacts].map(|kind| Column::find(kind, name));
            assert!(found.contains(&Some(column)), "{name}");
        }
    }

    #[test]
    fn a_refusal_survives_the_address() {
        for refusal in [
            Refusal::NoFile,
            Refusal::TooLarge,
            Refusal::Empty,
            Refusal::NotText,
            Refusal::Workbook,
            Refusal::TooManyLines(100_000),
            Refusal::Missing(Column::Email),
            Refusal::Twice(Column::Zone),
            Refusal::Unavailable,
        ] {
            let (code, detail) = refusal.code();
            assert_eq!(Refusal::read(code, &detail), Some(refusal));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(code in any::<String>(), detail in any::<String>()) {
            prop_assert_eq!(Refusal::read(&code, &detail), None);
            let _ = Refusal::read("too-many-lines", &detail);
            let _ = Column::find(ImportKind::Clients, &detail);
        }
    }
}
