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

// TEMPORARY until the parts are joined.
pub async fn save(
    _: &crate::Backend,
    _: &crate::access::Grant<crate::access::may::ScheduleRead>,
    _: &domain::schedule::SaveEntry,
) -> crate::Result<domain::schedule::EntrySaved> {
    Err(domain::ErrorCode::NotFound.into())
}
pub async fn move_question(
    _: &crate::Backend,
    _: &crate::access::Grant<crate::access::may::ScheduleRead>,
    _: &str,
    _: &str,
) -> crate::Result<domain::schedule::MoveQuestion> {
    Err(domain::ErrorCode::NotFound.into())
}
pub async fn move_entry(
    _: &crate::Backend,
    _: &crate::access::Grant<crate::access::may::ScheduleRead>,
    _: &domain::schedule::MoveEntry,
) -> crate::Result<domain::schedule::EntryMoved> {
    Err(domain::ErrorCode::NotFound.into())
}
pub async fn remove(
    _: &crate::Backend,
    _: &crate::access::Grant<crate::access::may::ScheduleRead>,
    _: &domain::schedule::RemoveEntry,
) -> crate::Result<domain::schedule::EntryRemoved> {
    Err(domain::ErrorCode::NotFound.into())
}
