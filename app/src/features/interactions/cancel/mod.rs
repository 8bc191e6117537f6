//! Cancelling the meeting of an interaction, and what is on its way to Microsoft.

pub mod api;
mod dialog;
mod message;
mod pending;

pub use dialog::{CANCEL_BUTTON, CancelDialog};
pub use message::{Message, told};
pub use pending::{PendingPanel, because};
