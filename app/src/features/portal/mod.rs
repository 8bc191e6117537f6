//! The client portal: what the contacts of a client see and do.

pub mod api;
mod ask;
mod cancel;
mod facts;
mod fresh;
mod home;
mod layout;
mod list;
mod month;
mod page;
mod recorded;
mod reschedule;
mod said;
mod slots;
mod state;
mod watch;
mod words;

pub use ask::AskScreen;
pub use home::PortalHome;
pub use layout::PortalLayout;
pub use list::PortalListScreen;
pub use page::PortalScreen;
pub use reschedule::RescheduleScreen;
pub use watch::PortalWatchScreen;
