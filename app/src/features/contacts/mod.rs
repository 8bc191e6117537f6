//! The contacts: the page of one with their timeline.

pub mod api;
mod contact;

pub use contact::ContactScreen;
