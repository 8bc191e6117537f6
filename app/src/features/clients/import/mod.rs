//! Importing clients and contacts from a file: giving it in, looking at what it would do, doing it.

pub mod api;
mod preview;
mod problems;
mod upload;

pub use preview::PreviewScreen;
pub use upload::ImportScreen;
