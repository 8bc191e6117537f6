//! What administrators decide: who has which roles, which types and statuses interactions can have, and how Teams is used.

#[cfg(feature = "enterprise")]
pub(crate) mod arrivals;
#[cfg(feature = "enterprise")]
pub(crate) mod certificate;
#[cfg(feature = "enterprise")]
pub(crate) mod connect;
pub mod roles;
pub mod statuses;
pub mod teams;
pub mod types;

/// When staff can be asked for by clients, and what for.
pub mod availability {
    pub use crate::availability::{Kept, add_exception, delete_exception, page, save_hours, save_limits, save_service};
}

use domain::{ErrorCode, Failure, Field, MAX_ENTRIES, Problem};

use crate::Error;

fn taken() -> Failure {
    Failure::field(Field::Name, Problem::Taken)
}

/// Refuses one entry more where there are as many as there can be.
fn ensure_room(entries: usize) -> Result<(), Failure> {
    if entries < MAX_ENTRIES {
        return Ok(());
    }
    let max = u32::try_from(MAX_ENTRIES).unwrap_or(u32::MAX);
    Err(Failure::field(Field::Name, Problem::TooMany { max }))
}

/// Names are compared as people read them.
fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Moves the entry at `place` one up or down; `false` where there is nothing to pass.
fn moved<T>(entries: &mut [T], place: usize, up: bool) -> bool {
    let other = if up { place.checked_sub(1) } else { place.checked_add(1) };
    match other {
        Some(other) if other < entries.len() => {
            entries.swap(place, other);
            true
        }
        _ => false,
    }
}

/// What the database refuses because of somebody who does not ask here first, such as the peer on the same tables: a name that is
/// taken, or a status that an interaction got just now.
fn refusal(error: Error) -> Error {
    let constraint = match &error {
        Error::Database(sqlx::Error::Database(error)) => error.constraint(),
        _ => None,
    };
    match constraint {
        Some("statuses_non_ticket_name_unique_idx") => taken().into(),
        Some("interactions_status_fk") => ErrorCode::InUse.into(),
        Some("interaction_types_tenant_display_order_unique" | "statuses_non_ticket_order_unique_idx") => {
            ErrorCode::Conflict.into()
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_move_within_the_list() {
        let mut list = ['a', 'b', 'c'];
        assert!(moved(&mut list, 0, false));
        assert_eq!(list, ['b', 'a', 'c']);
        assert!(moved(&mut list, 2, true));
        assert_eq!(list, ['b', 'c', 'a']);
        assert!(!moved(&mut list, 0, true) && !moved(&mut list, 2, false));
        assert_eq!(list, ['b', 'c', 'a']);
    }

    #[test]
    fn names_are_the_same_whatever_their_case() {
        assert!(same_name("ÜBERGABE", "Übergabe"));
        assert!(!same_name("Call", "Calls"));
    }
}
