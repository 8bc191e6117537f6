//! Recordings and transcripts: what was captured of a meeting, the page on which it is watched and read, and a transcript by itself.

pub mod api;
mod captured;
mod delete;
mod document;
mod reader;
mod refresh;
mod share;
mod watch;
pub mod words;

pub use captured::Captured;
pub use delete::DeleteArtifactDialog;
pub use document::{DocumentScreen, Downloads};
pub use reader::{Leads, Reader, Words};
pub use refresh::Refreshing;
pub use watch::WatchScreen;
