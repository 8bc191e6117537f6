//! The schedule: its views, the popup of an entry, and moving entries by pointer or keys.

mod agenda;
pub mod api;
mod bar;
mod block;
mod clash;
mod drag;
mod grid;
mod keys;
mod month;
mod popup;
mod screen;
mod slots;

pub use clash::Clash;
pub use popup::load as load_entry_popup;
pub use screen::ScheduleScreen;
