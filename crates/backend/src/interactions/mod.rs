//! Interactions: the records of a timeline.

mod add;
mod edit;
mod form;
mod page;
mod pickers;

pub use add::add;
pub(crate) use add::{NewMeeting, meeting_notes, meeting_title, saved};
pub use edit::{delete, edit, edit_form};
pub(crate) use form::Connected;
pub use form::{QuickAddFor, form};
pub use page::page;
pub use pickers::{contacts, find_clients, find_people};
