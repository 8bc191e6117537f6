//! The schedule: who does what when.

mod conflicts;
mod days;
mod entry;
mod new;
mod occurrences;
mod page;
mod rights;

pub use conflicts::conflicts;
pub use entry::entry;
pub use new::{NewFor, new_entry};
pub use page::page;
