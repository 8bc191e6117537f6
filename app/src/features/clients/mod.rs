//! The clients: their list, the page of one with its timeline, the dialog that adds and changes one, and imports from files.

pub mod api;
mod client;
mod contacts;
mod facts;
mod form;
mod import;
mod list;
mod picker;
mod search;

pub use client::ClientScreen;
pub use facts::PhoneLink;
pub use form::{Activity, DialogIds, Errors, Foot, FormDialog, FormIds, LanguageField};
pub use import::{ImportScreen, PreviewScreen};
pub use list::ClientsScreen;
pub use picker::ClientPicker;
pub use search::{ListSearch, Pager, SearchIds, count_text, use_list_query};
