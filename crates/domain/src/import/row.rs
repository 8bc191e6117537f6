//! One line of a file, checked by the rules of the forms.

use super::Column;
use crate::{
    ClientDraft, ContactDraft, FieldError, Problem,
    clients::{email, known, named, tongue, website},
    interactions::Errors,
};

/// What a line says about a client. What it leaves empty stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientLine {
    /// Its `is_inactive` means nothing; see `inactive`.
    pub draft: ClientDraft,
    pub inactive: Option<bool>,
}

/// What a line says about a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactLine {
    pub draft: ContactDraft,
    pub inactive: Option<bool>,
}

pub fn client_line<'a>(cells: impl IntoIterator<Item = (Column, &'a str)>) -> Result<ClientLine, Vec<FieldError>> {
    let mut errors = Errors::default();
    let mut line = ClientLine::default();
    for (column, cell) in cells {
        let field = column.field();
        let draft = &mut line.draft;
        match column {
            Column::Name => draft.name = errors.take(field, named(cell)).unwrap_or_default(),
            Column::Website => draft.url = errors.take(field, website(cell)).flatten(),
            Column::Email => draft.email = errors.take(field, email(cell)).flatten(),
            Column::Phone => draft.phone = errors.take(field, known(cell)).flatten(),
            Column::Street => draft.street = errors.take(field, known(cell)).flatten(),
            Column::Postcode => draft.postcode = errors.take(field, known(cell)).flatten(),
            Column::City => draft.city = errors.take(field, known(cell)).flatten(),
            Column::Country => draft.country = errors.take(field, known(cell)).flatten(),
            Column::Zone => draft.zone = errors.take(field, known(cell)).flatten(),
            Column::Language => draft.language = errors.take(field, tongue(cell)).flatten(),
            Column::Active => line.inactive = errors.take(field, yes(cell)).flatten().map(|yes| !yes),
            Column::Inactive => line.inactive = errors.take(field, yes(cell)).flatten(),
            Column::Role | Column::Client => {}
        }
    }
    errors.none().map(|()| line).map_err(|failure| failure.fields)
}

pub fn contact_line<'a>(cells: impl IntoIterator<Item = (Column, &'a str)>) -> Result<ContactLine, Vec<FieldError>> {
    let mut errors = Errors::default();
    let mut line = ContactLine::default();
    for (column, cell) in cells {
        let field = column.field();
        let draft = &mut line.draft;
        match column {
            Column::Name => draft.name = errors.take(field, named(cell)).unwrap_or_default(),
            Column::Email => {
                // Contacts are recognised by it.
                let address = email(cell).and_then(|address| address.ok_or(Problem::Required));
                draft.email = errors.take(field, address);
            }
            Column::Phone => draft.phone = errors.take(field, known(cell)).flatten(),
            Column::Role => draft.role = errors.take(field, known(cell)).flatten(),
            Column::Client => draft.client = errors.take(field, known(cell)).flatten(),
            Column::Zone => draft.zone = errors.take(field, known(cell)).flatten(),
            Column::Language => draft.language = errors.take(field, tongue(cell)).flatten(),
            Column::Active => line.inactive = errors.take(field, yes(cell)).flatten().map(|yes| !yes),
            Column::Inactive => line.inactive = errors.take(field, yes(cell)).flatten(),
            Column::Website | Column::Street | Column::Postcode | Column::City | Column::Country => {}
        }
    }
    errors.none().map(|()| line).map_err(|failure| failure.fields)
}

/// Yes, no, or nothing said; as spreadsheets and the peer write it.
fn yes(cell: &str) -> Result<Option<bool>, Problem> {
    Ok(match cell.trim().to_lowercase().as_str() {
        "" => None,
        "yes" | "y" | "true" | "1" | "x" | "active" | "ja" | "oui" | "wahr" | "vrai" => Some(true),
        "no" | "n" | "false" | "0" | "inactive" | "nein" | "non" | "falsch" | "faux" => Some(false),
        _ => return Err(Problem::NotYesOrNo),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Field;

    #[test]
    fn an_empty_cell_says_nothing() {
        let line = client_line([(Column::Name, "Acme"), (Column::Website, " "), (Column::Active, "")]).unwrap();
        assert_eq!(line.draft.url, None);
        assert_eq!(line.inactive, None);
    }

    #[test]
    fn what_begins_like_a_formula_stays_text() {
        for name in ["=1+1", "+49 30 1234", "-x", "@SUM(A1)", "=HYPERLINK(\"x\")"] {
            let line = client_line([(Column::Name, name), (Column::Phone, name)]).unwrap();
            assert_eq!(
                (line.draft.name.as_str(), line.draft.phone.as_deref()),
                (name, Some(name))
            );
        }
    }

    #[test]
    fn every_wrong_cell_is_named() {
        let wrong = contact_line([
            (Column::Email, ""),
            (Column::Name, ""),
            (Column::Language, "tlh"),
            (Column::Inactive, "maybe"),
        ]);
        let fields: Vec<_> = wrong
            .unwrap_err()
            .into_iter()
            .map(|error| (error.field, error.problem))
            .collect();
        assert_eq!(
            fields,
            [
                (Field::Email, Problem::Required),
                (Field::Name, Problem::Required),
                (Field::Language, Problem::NotALanguage),
                (Field::Active, Problem::NotYesOrNo),
            ]
        );
    }

    #[test]
    fn active_and_inactive_are_opposites() {
        let inactive = |column, cell| client_line([(Column::Name, "a"), (column, cell)]).unwrap().inactive;
        assert_eq!(inactive(Column::Active, "Yes"), Some(false));
        assert_eq!(inactive(Column::Inactive, "TRUE"), Some(true));
        assert_eq!(inactive(Column::Inactive, "0"), Some(false));
    }

    proptest! {
        #[test]
        fn any_cells_are_answered(cell in any::<String>()) {
            for column in super::super::NAMES.map(|(column, _)| column) {
                if let Ok(line) = client_line([(Column::Name, "a"), (column, cell.as_str())]) {
                    prop_assert!(!line.draft.name.is_empty());
                }
                let _ = contact_line([(column, cell.as_str())]);
            }
        }
    }
}
