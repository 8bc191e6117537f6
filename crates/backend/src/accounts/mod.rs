//! What people do with their own account. No permission is needed, only to be the person: each use-case takes who asks and touches
//! that account alone.

pub mod passwords;
pub mod profile;
pub mod second_factor;
pub(crate) mod totp;
