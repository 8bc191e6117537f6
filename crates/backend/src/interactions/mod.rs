//! Interactions: the records of a timeline.

mod add;
mod delete;
mod edit;
mod form;
mod meeting;
mod page;
mod pickers;
mod wish;

pub use add::add;
pub use add::{Approval, NewMeeting, NewMeetingEntry, Scheduled, filing};
pub(crate) use add::{meeting_notes, meeting_title, usual_status};
pub use delete::delete;
pub use edit::{edit, edit_form};
pub(crate) use form::Connected;
pub use form::{QuickAddFor, form};
pub(crate) use meeting::meeting_subject;
pub use meeting::{GRACE, cancel_meeting, put_meeting_back, retry_meeting, undo_cancel};
pub use meeting::{MeetingWish, Pending};
pub use page::page;
pub use pickers::{contacts, find_clients, find_people};
pub use wish::answer_wish;
