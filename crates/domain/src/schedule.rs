//! The schedule: what of it is asked for, how its days are drawn, and what its forms send. Times come as text and as minutes on an axis:
//! zones are known to the server only.

mod axis;
mod form;
mod lanes;
mod query;
mod recurrence;
mod shown;

pub use axis::{Axis, DayClock, Mark, Piece, clock_text, moment_at, place, wall_at, wall_text};
pub use form::{EntryDraft, MAX_ENTRY_HOURS, MoveEntry, MoveTo, RemoveEntry, SaveEntry};
pub use lanes::{Lane, MAX_LANES, lay_out};
pub use query::{Asked, ScheduleQuery, ScheduleView, Whose};
pub use recurrence::Recurrence;
pub use shown::{
    Conflict, EntryForm, EntryKind, EntryMark, EntryMeeting, EntryMoved, EntryPage, EntryRemoved, EntryRights,
    EntrySaved, MoveQuestion, RequestLink, ScheduleBlock, ScheduleDay, SchedulePage,
};
