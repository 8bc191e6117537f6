//! The interface: components and the signatures of the server functions.
//!
//! The crate is built twice: for the server (`ssr`) and for the browser (`hydrate`). What only the server can do lives in one
//! module, [`server`]; the body of a server function exists on the server only, so nothing else needs a `cfg`.
#![recursion_limit = "256"]

mod app;
mod areas;
mod error;
pub mod features;
pub mod paths;
#[cfg(feature = "ssr")]
pub mod server;
mod shell;
mod ui;

#[expect(
    clippy::default_trait_access,
    clippy::expect_used,
    clippy::ignored_unit_patterns,
    clippy::match_same_arms,
    clippy::used_underscore_binding,
    dead_code,
    unused_imports,
    reason = "made by build.rs from locales/"
)]
mod texts {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}
use texts::i18n;

pub use app::App;
pub use error::ApiError;
pub use shell::shell;
pub use ui::{Hydrated, keep_links_plain};
