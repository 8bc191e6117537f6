//! The building blocks of every screen, on native elements. Whatever can be clicked or typed into has a required `id`.

mod badge;
mod browser;
mod button;
mod copy_button;
mod dialog;
mod empty;
mod error_panel;
mod error_text;
mod field;
mod icon;
mod layout;
mod nav;
mod page_header;
mod select;
mod skeleton;
mod switch;
mod text;

pub use badge::{Badge, Tone};
pub use browser::{Hydrated, focus, focus_next, has_text, on_next_frame, use_hydrated};
pub use button::{Button, ButtonKind, ButtonLink};
pub use copy_button::CopyButton;
pub use dialog::Dialog;
pub use empty::Empty;
pub use error_panel::{ErrorPanel, Failed};
pub use error_text::{error_text, field_name, problem_text};
pub use field::{Field, described_by, invalid};
pub use icon::{Icon, icon_named};
pub use layout::{NotFound, StaffLayout, use_viewer};
pub use page_header::{Crumb, PageHeader};
pub use select::{Choice, Select};
pub use skeleton::{Skeleton, aria_busy};
pub use switch::Switch;
pub use text::{I18n, language_cookie, use_text};
