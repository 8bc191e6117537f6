//! Interactions: the page of one, and the dialog that adds one.

pub mod api;
mod cancel;
mod details;
mod discard;
mod edit;
mod meeting;
mod quick_add;

pub use details::{InteractionScreen, duration_text};
pub use meeting::{JoinLink, MeetingBadge, StatusText};
pub use quick_add::QuickAdd;
