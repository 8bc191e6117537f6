//! Who did what: of the whole tenant among the settings, and of one meeting.

pub mod api;
mod filters;
mod history;
mod list;
mod screen;
mod words;

pub use history::{HistoryLink, HistoryScreen};
pub use screen::AuditScreen;
