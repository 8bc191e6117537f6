//! The form of an interaction: what adding one and changing one have in common.

mod client;
mod combobox;
mod contact;
mod fields;
mod ids;
mod notes;
mod state;
mod toolbar;
mod when;

pub use client::ClientField;
pub use combobox::{Combobox, Finder, Hit};
pub use contact::ContactField;
pub use fields::RecordFields;
pub use ids::{EDIT, ENTRY, Ids, QUICK_ADD};
pub use notes::{FormattedNotes, NotesField};
pub use state::RecordForm;
pub use when::When;
