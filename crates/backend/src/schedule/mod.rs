//! The schedule: who does what when.

mod change;
pub(crate) mod conflicts;
mod days;
mod entry;
mod moving;
mod new;
mod occurrences;
mod page;
mod remove;
mod rights;
mod save;

pub use conflicts::conflicts;
pub use entry::entry;
pub use moving::{move_entry, move_question};
pub use new::{NewFor, new_entry};
pub(crate) use occurrences::occurrences;
pub use page::page;
pub use remove::remove;
pub use save::save;
