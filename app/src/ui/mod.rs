//! The building blocks of every screen, on native elements. Whatever can be clicked or typed into has a required `id`.

mod action_form;
mod badge;
mod browser;
mod button;
mod copy_button;
mod decision;
mod dialog;
mod dialog_foot;
mod empty;
mod error_panel;
pub mod error_text;
mod field;
mod form_failure;
mod icon;
mod lasting;
mod layout;
mod loaded;
mod nav;
mod notice;
mod page_header;
mod password_field;
mod raw_text;
mod select;
mod skeleton;
mod summary;
mod switch;
mod text;
mod text_field;
mod timer;
mod viewer;
mod zone_field;

pub use action_form::ActionForm;
pub use badge::{Badge, Tone};
pub use browser::{
    Hydrated, Spot, clear, focus, focus_at_start, focus_first, focus_next, focused, focused_id, has_text, is_hydrated,
    keep_links_plain, on_next_frame, once_drawn, set_value, use_hydrated, value_of,
};
pub use button::{Button, ButtonKind, ButtonLink};
pub use copy_button::CopyButton;
pub use decision::Decision;
pub use dialog::{Dialog, close_by};
pub use dialog_foot::DialogFoot;
pub use empty::Empty;
pub use error_panel::{ErrorPanel, Failed};
pub use error_text::{error_text, field_name, problem_text};
pub use field::{Field, described_by, invalid};
pub use form_failure::{FormFailure, failure_of, load_when_done, problem_of};
pub use icon::{Icon, icon_named};
pub use lasting::lasting;
pub use layout::{NotFound, StaffLayout, load_anew_without};
pub use loaded::{Loaded, Source, resource};
pub use notice::Notice;
pub use page_header::{Crumb, PageHeader};
pub use password_field::PasswordField;
pub use raw_text::{in_text_area, titles};
pub use select::{Choice, Select};
pub use skeleton::{Skeleton, aria_busy};
pub use summary::Summary;
pub use switch::Switch;
pub use text::{I18n, language_cookie, use_text};
pub use text_field::TextField;
pub use timer::Timer;
pub use viewer::{ForViewer, ViewerResource, use_viewer};
pub use zone_field::ZoneField;
