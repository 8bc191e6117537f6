//! Signing in and out, and the language of the interface.

pub mod api;
mod code;
mod door;
mod language;
mod sign_in;
mod user_menu;

pub use code::CodeScreen;
pub use door::Door;
pub use language::LanguageForm;
pub use sign_in::{PortalSignInScreen, SignInScreen};
pub use user_menu::UserMenu;
