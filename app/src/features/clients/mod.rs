//! The clients: their list, and the page of one with its timeline.

pub mod api;
mod client;
mod contacts;
mod list;
mod saved;

pub use client::ClientScreen;
pub use list::ClientsScreen;
