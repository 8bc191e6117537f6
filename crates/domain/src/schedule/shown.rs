//! What the screens of the schedule show.

use serde::{Deserialize, Serialize};

use super::{Mark, Piece, SaveEntry, ScheduleView};
use crate::{
    Capability, Choice, ClientId, ConnectionTrouble, ContactId, ContactOption, InteractionId, MeetingStatus,
    PendingChange, Person, RequestId, ScheduleEntryId, UserId,
};

/// A page of the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulePage {
    pub view: ScheduleView,
    /// No view was asked for: on a phone the agenda is shown.
    pub is_usual_view: bool,
    /// The day that was asked for: "2026-11-30".
    pub date: String,
    pub today: String,
    pub previous: String,
    pub next: String,
    /// "23 – 29 November 2026".
    pub title: String,
    pub zone: String,
    /// Whose schedule; nobody's is the team's.
    pub who: Option<UserId>,
    /// Who looks at it.
    pub me: UserId,
    /// The staff, by name.
    pub people: Vec<Choice<UserId>>,
    /// One for each day, or for a day of the team one for each person.
    pub days: Vec<ScheduleDay>,
    /// The full hours of the common axis, and from where to where it is shown.
    pub hours: Vec<Mark>,
    pub from: u32,
    pub to: u32,
    /// Hours are left out.
    pub has_more_hours: bool,
    /// May put entries on the schedules of others.
    pub may_assign: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleDay {
    /// "2026-11-30".
    pub date: String,
    /// "Monday, 30 November 2026".
    pub label: String,
    /// "Mon", and "30".
    pub weekday: String,
    pub number: String,
    /// In a day of the team: whose column it is.
    pub person: Option<Choice<UserId>>,
    pub is_today: bool,
    pub is_past: bool,
    /// Of a month: belongs to the one before or after.
    pub is_outside: bool,
    pub pieces: Vec<Piece>,
    /// Where on the axis it is now.
    pub now: Option<u32>,
    /// What takes a day and more.
    pub long: Vec<ScheduleBlock>,
    pub blocks: Vec<ScheduleBlock>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    #[default]
    Plain,
    /// Stands on a client's timeline.
    Interaction,
    /// A client has asked for it, and nobody has answered yet.
    Requested,
    /// A client has asked for it.
    Appointment,
    /// Of the existing product: a ticket, a task of a project, a step of an opportunity.
    Work,
    /// Somebody else's business.
    Busy,
}

/// An entry on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleBlock {
    pub entry_id: ScheduleEntryId,
    /// Tells the days and repetitions of an entry apart.
    pub key: String,
    /// Empty for what is somebody else's business.
    pub title: String,
    /// "09:00 – 10:00".
    pub time: String,
    /// "09:00".
    pub begins: String,
    pub client: Option<String>,
    /// Who does it.
    pub people: Vec<String>,
    /// Which colour: the same for the same person on a page.
    pub colour: u8,
    pub kind: EntryKind,
    pub marks: Vec<EntryMark>,
    pub meeting: Option<MeetingStatus>,
    /// Where it stands on the axis of its day.
    pub from: u32,
    pub to: u32,
    pub lane: u8,
    pub span: u8,
    pub lanes: u8,
    pub version: i64,
    /// The viewer may move it; its length in minutes.
    pub moves: Option<u32>,
}

impl ScheduleBlock {
    pub fn is(&self, mark: EntryMark) -> bool {
        self.marks.contains(&mark)
    }
}

/// What is to be said of an entry on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryMark {
    Private,
    Recurs,
    Cancelled,
    Over,
    /// Began on an earlier day.
    Began,
    /// Ends on a later one.
    GoesOn,
    /// A move is asked about first: a meeting hangs on it.
    Asks,
}

/// The popup of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryPage {
    pub entry_id: ScheduleEntryId,
    pub kind: EntryKind,
    pub title: String,
    /// "Monday, 30 November 2026, 14:00 – 14:30".
    pub when: String,
    pub zone: String,
    /// "08:00 – 08:30 (`America/New_York`)", where the client has another zone.
    pub when_there: Option<String>,
    pub people: Vec<String>,
    pub client: Option<Choice<ClientId>>,
    pub contact: Option<Choice<ContactId>>,
    pub interaction: Option<InteractionId>,
    pub request: Option<RequestLink>,
    pub meeting: Option<EntryMeeting>,
    pub notes: Option<crate::SafeHtml>,
    pub is_private: bool,
    pub recurs: bool,
    pub version: i64,
    pub rights: EntryRights,
    /// What stands in the form, for those who may change it.
    pub form: Option<EntryForm>,
    /// The message to the attendees that was refused.
    pub message: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRights {
    pub may_edit: bool,
    pub may_delete: bool,
    pub may_assign: bool,
}

/// The appointment request that an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLink {
    pub id: RequestId,
    pub is_pending: bool,
}

/// The online meeting of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryMeeting {
    pub status: MeetingStatus,
    pub join_url: Option<String>,
    pub is_live: bool,
    pub attendees: u32,
    pub recordings: u32,
    pub transcripts: u32,
    /// What is on its way to Microsoft.
    pub change: Option<PendingChange>,
}

/// What the form of an entry needs to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryForm {
    pub values: SaveEntry,
    pub people: Vec<Choice<UserId>>,
    pub clients: Vec<Choice<ClientId>>,
    pub contacts: Vec<ContactOption>,
    /// Those among `values.attendees` of whom more is known than the address.
    pub attendees: Vec<Person>,
    pub zone: String,
    /// What the Teams switch says; nothing where an entry is changed, or the viewer may not schedule.
    pub meetings: Option<Capability>,
    /// What the last check of the connection found.
    pub trouble: Option<ConnectionTrouble>,
    pub organizer: Option<String>,
    pub may_assign: bool,
    /// Adding to a client's timeline is allowed.
    pub may_add: bool,
    /// The title and the client are the interaction's or the request's.
    pub is_linked: bool,
    /// The meeting moves as well, and so many attendees are told.
    pub moves_meeting: Option<u32>,
    pub conflicts: Vec<Conflict>,
}

/// Another entry at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Empty for what is somebody else's business.
    pub title: String,
    pub when: String,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrySaved {
    pub entry_id: Option<ScheduleEntryId>,
    pub interaction_id: Option<InteractionId>,
    pub join_url: Option<String>,
    /// The day on which it is: "2026-11-30".
    pub date: String,
}

/// What was moved, and where to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryMoved {
    pub entry_id: ScheduleEntryId,
    pub date: String,
    /// "Thu, 26 Nov 2026, 14:00".
    pub when: String,
}

/// What was taken off the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRemoved {
    pub entry_id: ScheduleEntryId,
    /// Only its meeting is cancelled: it stays, crossed out, and the cancellation can be taken back for a moment.
    pub stays: bool,
    pub date: String,
}

/// What is asked before a meeting is moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveQuestion {
    pub entry_id: ScheduleEntryId,
    pub version: i64,
    /// The moment, as [`super::MoveTo`] reads it.
    pub start: String,
    pub title: String,
    /// "Thu, 26 Nov 2026, 14:00": when it is to be, and when it is.
    pub when: String,
    pub before: String,
    /// "08:00", where the client has another zone.
    pub there: Option<String>,
    pub has_meeting: bool,
    pub attendees: u32,
    pub conflicts: Vec<Conflict>,
}
