//! A person's own account: a forgotten password, the profile page, the second factor.

pub mod api;
mod details;
mod enrol;
mod forgot;
mod password;
mod profile;
mod reset;
mod second_factor;
mod sign_ins;

pub use enrol::EnrolScreen;
pub use forgot::ForgotScreen;
pub use profile::ProfileScreen;
pub use reset::ResetScreen;
