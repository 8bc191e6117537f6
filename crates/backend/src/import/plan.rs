//! What a file would do, worked out before any of it is done.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::{
    Field, FieldError, Problem, UserId,
    import::{Counts, LineProblem, Outcome},
};
use uuid::Uuid;

use crate::{
    Result,
    store::{self, TenantTx, clients::ClientWrite, contacts::ContactWrite},
};

#[derive(Default)]
pub struct Plan {
    /// Of each row.
    pub outcomes: Vec<Outcome>,
    pub problems: Vec<LineProblem>,
    /// Clients that contacts name and nobody knows.
    pub unknown_clients: Vec<String>,
    pub new_clients: Vec<ClientWrite>,
    pub changed_clients: Vec<ClientWrite>,
    pub new_contacts: Vec<ContactWrite>,
    pub changed_contacts: Vec<ContactWrite>,
    /// How many of the new clients are only there for contacts.
    pub clients_for_contacts: u32,
}

impl Plan {
    /// Notes what is wrong with a row.
    pub fn wrong(&mut self, row: usize, line: u32, errors: impl IntoIterator<Item = FieldError>) {
        self.outcomes[row] = Outcome::Wrong;
        self.problems
            .extend(
                errors
                    .into_iter()
                    .map(|FieldError { field, problem }| LineProblem { line, field, problem }),
            );
    }

    pub fn counts(&self) -> Counts {
        let count = |outcome| {
            let rows = self.outcomes.iter().filter(|known| **known == outcome).count();
            u32::try_from(rows).unwrap_or(u32::MAX)
        };
        Counts {
            added: count(Outcome::Added),
            updated: count(Outcome::Updated),
            unchanged: count(Outcome::Unchanged),
            wrong: count(Outcome::Wrong),
            clients: self.clients_for_contacts,
        }
    }

    /// Does it, in the caller's transaction.
    pub async fn write(&self, tx: &mut TenantTx, by: UserId, now: DateTime<Utc>) -> Result<()> {
        if !self.new_clients.is_empty() {
            store::clients::insert(tx, &self.new_clients, by, now).await?;
        }
        if !self.changed_clients.is_empty() {
            store::clients::update(tx, &self.changed_clients, true, by, now).await?;
        }
        if !self.new_contacts.is_empty() {
            store::contacts::insert(tx, &self.new_contacts, by, now).await?;
        }
        if !self.changed_contacts.is_empty() {
            store::contacts::update(tx, &self.changed_contacts, true, by, now).await?;
        }
        Ok(())
    }
}

/// Finds rows that are about the same.
#[derive(Default)]
pub struct Seen {
    keys: HashMap<String, u32>,
    ids: HashSet<Uuid>,
}

impl Seen {
    /// The error of a row whose key an earlier line had.
    pub fn key(&mut self, field: Field, key: &str, line: u32) -> Option<FieldError> {
        let first = *self.keys.entry(key.to_lowercase()).or_insert(line);
        (first != line).then_some(FieldError {
            field,
            problem: Problem::Repeats { line: first },
        })
    }

    /// Whether this is the first row about what is there already. The database may take two keys to be the same that we do not.
    pub fn is_first(&mut self, id: Uuid) -> bool {
        self.ids.insert(id)
    }
}

/// Whether a cell says something else than what is known; an empty one says nothing.
pub fn differs(cell: Option<&String>, known: Option<&String>) -> bool {
    cell.is_some() && cell != known
}

/// The rows with the same place, from rows sorted by place.
pub fn by_place<T>(rows: Vec<(i64, T)>) -> HashMap<usize, Vec<T>> {
    let mut places: HashMap<usize, Vec<T>> = HashMap::new();
    for (place, row) in rows {
        let place = usize::try_from(place - 1).unwrap_or(usize::MAX);
        places.entry(place).or_default().push(row);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_two_is_told_of_the_first() {
        let mut seen = Seen::default();
        assert_eq!(seen.key(Field::Name, "Acme", 2), None);
        assert_eq!(
            seen.key(Field::Name, "ACME", 9).unwrap().problem,
            Problem::Repeats { line: 2 }
        );
    }

    #[test]
    fn an_empty_cell_changes_nothing() {
        let (a, b) = ("a".to_owned(), "b".to_owned());
        assert!(!differs(None, Some(&a)) && !differs(Some(&a), Some(&a)));
        assert!(differs(Some(&b), Some(&a)) && differs(Some(&b), None));
    }
}
