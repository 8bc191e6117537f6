//! The schedule: what of it is asked for, how its days are drawn, and what its forms send. Times come as text and as minutes on an axis:
//! zones are known to the server only.

mod axis;
mod form;
mod lanes;
mod query;
mod recurrence;
mod shown;

pub use axis::{Axis, DayClock, Mark, Piece, place};
pub use form::{EntryDraft, MAX_ENTRY_HOURS, MoveEntry, MoveTo, SaveEntry};
pub use lanes::{Lane, MAX_LANES, lay_out};
pub use query::{Asked, ScheduleQuery, ScheduleView, Whose};
pub use recurrence::Recurrence;
pub use shown::{
    Conflict, EntryForm, EntryKind, EntryMark, EntryMeeting, EntryMoved, EntryPage, EntryRights, EntrySaved, MoveQuestion,
    RequestLink, ScheduleBlock, ScheduleDay, SchedulePage,
};
