//! The clients: their list, and the page of one with its timeline.

pub mod api;
mod client;
mod contacts;
mod list;

pub use client::ClientScreen;
pub use list::ClientsScreen;
