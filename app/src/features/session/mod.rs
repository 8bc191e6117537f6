//! Signing in and out, and the language of the interface.

pub mod api;
mod language;
mod sign_in;
mod user_menu;

pub use sign_in::SignInScreen;
pub use user_menu::UserMenu;
