//! The clients: their list, the page of one with its timeline, the dialog that adds and changes one, and imports from files.

pub mod api;
mod client;
mod contacts;
mod facts;
mod form;
pub mod import;
mod list;
mod picker;
mod search;
mod table;

pub use client::ClientScreen;
pub use facts::PhoneLink;
pub use form::{
    Activity, DialogIds, Editing, FormBody, FormDialog, FormIds, LanguageField, Opened, load as load_client_form,
};
pub use import::{ImportScreen, PreviewScreen};
pub use list::ClientsScreen;
pub use picker::ClientPicker;
pub use search::{ListSearch, SearchIds, use_list_query};
pub use table::{Column, Entry, KeptFocus, List, ListActions, Listing};
