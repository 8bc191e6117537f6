//! Interactions: the page of one, and the dialog that adds one.

pub mod api;
mod cancel;
mod details;
mod discard;
mod drawer;
mod edit;
pub mod form;
mod meeting;
mod quick_add;
mod record;
mod saved;

pub use cancel::{Message, PendingPanel, told};
pub use details::InteractionScreen;
pub use discard::{Discard, DiscardIds};
pub use drawer::{Drawer, open_in_drawer};
pub use meeting::{JoinLink, MeetingBadge, StatusText};
pub use quick_add::{AddAction, AddButton, Errors, Meeting, MeetingState, QuickAdd};
pub use saved::{SavedNotice, focus_saved};
