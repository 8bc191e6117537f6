//! The client portal: what the contacts of a client see.

pub mod api;
mod home;
mod layout;

pub use home::PortalHome;
pub use layout::{PortalLayout, PortalNotFound};
