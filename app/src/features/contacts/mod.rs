//! The contacts: their list, the page of one with their timeline, and the dialog that adds and changes one.

pub mod api;
mod contact;
mod fields;
mod form;
mod list;

pub use contact::ContactScreen;
pub use form::{CLIENT_ADD_BUTTON, ContactDialog, load as load_contact_form};
pub use list::ContactsScreen;
