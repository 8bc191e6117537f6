//! Recordings and transcripts of meetings: captured from Microsoft, kept, read and deleted.

mod captions;
#[cfg(feature = "enterprise")]
pub(crate) mod capture;
mod delete;
mod document;
mod leftovers;
mod page;
mod reading;
mod refresh;
mod sessions;
mod share;
mod visited;
mod watch;

pub use captions::{captions, captions_for_portal};
pub use delete::{delete, delete_all};
pub use document::document;
pub(crate) use leftovers::remove_leftovers;
pub(crate) use page::{capture, took_place};
pub(crate) use reading::{note as note_reading, reading};
pub use refresh::refresh;
pub(crate) use sessions::sessions as sessions_of;
pub use share::share;
pub(crate) use visited::visited;
pub use watch::watch;
