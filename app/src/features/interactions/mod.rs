//! Interactions: the page of one, and the dialog that adds one.

pub mod api;
pub mod cancel;
mod details;
mod discard;
mod drawer;
mod edit;
pub mod form;
mod meeting;
mod quick_add;
mod record;
mod saved;
mod wish;

pub use cancel::{Message, PendingPanel, because, told};
pub use details::InteractionScreen;
pub use discard::{Discard, DiscardIds};
pub use drawer::{Drawer, load as load_drawer, open_in_drawer};
pub use edit::load as load_edit;
pub use meeting::{JoinLink, MeetingBadge, StatusText, sentence};
pub use quick_add::{
    AddAction, AddButton, Errors, Meeting, MeetingState, QuickAdd, RecordChoice, load as load_quick_add, trouble,
    unavailable,
};
pub use saved::{SavedNotice, focus_saved};
