//! Interactions: the records of a timeline.

mod add;
mod edit;
mod form;
mod page;

pub use add::add;
pub(crate) use add::{NewMeeting, meeting_notes, meeting_title, saved};
pub use edit::{delete, edit, edit_form};
pub(crate) use form::Connected;
pub use form::form;
pub use page::page;
