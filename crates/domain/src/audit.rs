//! Who did what: changes of settings, and what was done with recordings and transcripts.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Audience, InteractionId, MAX_SEARCH};

/// How many entries a page has.
pub const AUDIT_PAGE: usize = 50;

words! {
    /// What was done.
    AuditKind {
        /// Bytes of a recording were given to a player.
        RecordingOpened = "recording.opened",
        RecordingDownloaded = "recording.downloaded",
        RecordingDeleted = "recording.deleted",
        TranscriptViewed = "transcript.viewed",
        TranscriptDownloaded = "transcript.downloaded",
        TranscriptDeleted = "transcript.deleted",
        InteractionDeleted = "interaction.deleted",
        /// Clients see from now on what was recorded of their meetings.
        PortalShown = "portal.shown",
        PortalHidden = "portal.hidden",
        TeamsProfile = "teams.profile",
        TeamsOrganizer = "teams.organizer",
        TeamsOptions = "teams.options",
        TeamsActivated = "teams.activated",
        TeamsDeactivated = "teams.deactivated",
        RolesChanged = "roles.changed",
        PersonActivated = "person.activated",
        PersonDeactivated = "person.deactivated",
        TypeAdded = "type.added",
        TypeChanged = "type.changed",
        TypeMoved = "type.moved",
        TypeDeleted = "type.deleted",
        StatusAdded = "status.added",
        StatusChanged = "status.changed",
        StatusMoved = "status.moved",
        StatusDefault = "status.default",
        StatusDeleted = "status.deleted",
        /// The entries were saved as a file.
        AuditExported = "audit.exported",
    }
}

words! {
    /// A setting that was changed.
    AuditField {
        EntraTenant = "entra_tenant",
        ClientId = "client_id",
        ClientSecret = "client_secret",
        Certificate = "certificate",
        Organizer = "organizer",
        RecordAutomatically = "record_automatically",
        SendInvites = "send_meeting_invites",
        KeepCopies = "download_recordings",
        TenantWide = "subscribe_tenant_wide",
        Name = "name",
        Icon = "icon",
        Closed = "is_closed",
    }
}

/// What exactly was changed. Kept as it is, so a word that is removed from the program still reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditDetails {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Fields that were switched on, and off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<String>,
    /// Names of roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

impl AuditDetails {
    /// Those of the fields that are said to have changed.
    pub fn fields(changed: impl IntoIterator<Item = (AuditField, bool)>) -> Self {
        let changed = changed.into_iter().filter(|(_, changed)| *changed);
        Self {
            fields: changed.map(|(field, _)| field.as_str().to_owned()).collect(),
            ..Self::default()
        }
    }

    /// What was switched, of these: before and after.
    pub fn switches(switches: impl IntoIterator<Item = (AuditField, bool, bool)>) -> Self {
        let mut details = Self::default();
        for (field, before, after) in switches {
            match (before, after) {
                (false, true) => details.on.push(field.as_str().to_owned()),
                (true, false) => details.off.push(field.as_str().to_owned()),
                _ => {}
            }
        }
        details
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An entry, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub entry_id: Uuid,
    /// In the viewer's zone.
    pub when: String,
    /// The same for programs.
    pub iso: String,
    pub name: String,
    pub email: String,
    pub audience: Audience,
    /// `None` for what another version of this program has written.
    pub kind: Option<AuditKind>,
    /// What it was about, as it was called then.
    pub subject: Option<String>,
    pub interaction: Option<InteractionId>,
    pub details: AuditDetails,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The latest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    pub zone: String,
    /// The meeting that it is about, where it is about one.
    pub title: Option<String>,
}

/// What an address asks for. Anybody can write an address, so all of it is only text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    pub from: String,
    pub to: String,
    /// A part of a person's name or address.
    pub person: String,
    pub kind: String,
    pub after: String,
}

impl AuditQuery {
    /// Reads a query by the names that stand in the address.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name| get(name).unwrap_or_default();
        Self {
            from: read("from"),
            to: read("to"),
            person: read("person"),
            kind: read("kind"),
            after: read("after"),
        }
    }

    /// The names and values to write into an address; what is empty is left out.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("from", &self.from),
            ("to", &self.to),
            ("person", &self.person),
            ("kind", &self.kind),
            ("after", &self.after),
        ];
        all.into_iter()
            .map(|(name, value)| (name, value.trim()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// What of it means something. The rest is dropped: a damaged address is no reason to refuse a page.
    pub fn filter(&self) -> AuditFilter {
        let person: String = self
            .person
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_SEARCH)
            .collect();
        AuditFilter {
            from: day(&self.from),
            to: day(&self.to),
            person: (!person.is_empty()).then_some(person),
            kind: AuditKind::find(self.kind.trim()),
            after: self.after.parse().ok(),
        }
    }
}

/// Reads the value of a `<input type="date">`.
fn day(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    (1900..=2200).contains(&date.year()).then_some(date)
}

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// First and last day, in the viewer's zone.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub person: Option<String>,
    pub kind: Option<AuditKind>,
    pub after: Option<AuditCursor>,
}

impl AuditFilter {
    /// Whether something is left out, apart from where the page begins.
    pub fn narrows(&self) -> bool {
        Self {
            after: None,
            ..self.clone()
        } != Self::default()
    }
}

/// A place in the list: the entry before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditCursor {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

impl std::fmt::Display for AuditCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{}", self.at.timestamp_micros(), self.id.as_simple())
    }
}

impl std::str::FromStr for AuditCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let crate::Cursor { before, id } = text.parse()?;
        Ok(Self { at: before, id: id.0 })
    }
}

/// A cell of a file that spreadsheets open: text that they would take for a formula gets a mark in front that they show as nothing.
pub fn spreadsheet_cell(text: &str) -> String {
    // What stands in front of it is skipped by some of them.
    let is_formula = text
        .trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    if is_formula {
        std::iter::once('\'').chain(clean).collect()
    } else {
        clean.collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_means_nothing_is_dropped() {
        let query = AuditQuery {
            from: "2026-02-30".into(),
            to: "9999-01-01".into(),
            person: " \u{0} ".into(),
            kind: "everything".into(),
            after: "zz".into(),
        };
        assert_eq!(query.filter(), AuditFilter::default());
        assert!(!query.filter().narrows());
        let query = AuditQuery {
            kind: "recording.opened".into(),
            ..AuditQuery::default()
        };
        assert_eq!(query.filter().kind, Some(AuditKind::RecordingOpened));
        assert!(query.filter().narrows());
    }

    #[test]
    fn an_address_reads_what_was_written() {
        let query = AuditQuery {
            from: "2026-11-01".into(),
            person: "ada".into(),
            ..AuditQuery::default()
        };
        let pairs = query.pairs();
        assert_eq!(pairs, [("from", "2026-11-01"), ("person", "ada")]);
        let again = AuditQuery::read(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        assert_eq!(again, query);
    }

    #[test]
    fn only_changed_fields_are_told() {
        let details = AuditDetails::fields([(AuditField::Name, true), (AuditField::Icon, false)]);
        assert_eq!(details.fields, ["name"]);
        assert!(AuditDetails::fields([(AuditField::Name, false)]).is_empty());
        let switches = [
            (AuditField::SendInvites, false, true),
            (AuditField::KeepCopies, true, false),
            (AuditField::TenantWide, true, true),
        ];
        let details = AuditDetails::switches(switches);
        assert_eq!(
            (details.on, details.off),
            (vec!["send_meeting_invites".into()], vec!["download_recordings".into()])
        );
    }

    #[test]
    fn formulas_are_text() {
        for (text, cell) in [
            ("Acme", "Acme"),
            ("=1+1", "'=1+1"),
            (" @SUM(A1)", "' @SUM(A1)"),
            ("-2", "'-2"),
            ("\t=1", "' =1"),
            ("a\r\nb", "a  b"),
            ("＝1", "'＝1"),
            ("", ""),
        ] {
            assert_eq!(spreadsheet_cell(text), cell);
        }
    }

    proptest! {
        #[test]
        fn no_cell_begins_like_a_formula(text in ".*") {
            let cell = spreadsheet_cell(&text);
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
            prop_assert!(!cell.contains(char::is_control));
        }

        #[test]
        fn a_cursor_survives_the_address(micros in 0i64..4_000_000_000_000_000, id: u128) {
            let cursor = AuditCursor {
                at: DateTime::from_timestamp_micros(micros).unwrap(),
                id: Uuid::from_u128(id),
            };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn nothing_breaks_the_reader_of_a_cursor(text in ".*") {
            let _ = text.parse::<AuditCursor>();
        }
    }
}
