//! What administrators decide: who has which roles, which types and statuses interactions can have, when staff can be asked
//! for, and how Teams is used.

pub mod api;
pub mod availability;
mod entries;
mod grants;
mod nav;
mod people;
mod person;
mod roles;
mod routes;
mod said;
mod statuses;
mod teams;
mod types;
mod unsaved;

pub use availability::AvailabilityScreen;
pub use nav::{NavSettings, SettingsLayout};
pub use roles::RolesScreen;
pub use routes::{FirstPage, SettingsRoutes};
pub use statuses::StatusesScreen;
pub use teams::TeamsScreen;
pub use types::TypesScreen;
