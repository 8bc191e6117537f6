//! Requests of clients for an appointment: the list, and the page on which one is approved, moved or declined.

pub mod api;
mod approve;
mod conflicts;
mod decline;
mod details;
mod facts;
mod follow;
mod list;
mod mails;
mod meeting;
mod moving;
mod nav;
mod said;
mod status;
mod wish;
mod wishes;

pub use details::RequestScreen;
pub use list::RequestsScreen;
pub use nav::NavRequests;
