//! What a tenant begins with, and demo data.

pub(crate) mod catalog;
mod demo;
mod large;
#[cfg(feature = "enterprise")]
pub(crate) mod teams;

use domain::ProfileId;

pub use demo::{PASSWORD, demo};
pub use large::{INTERACTIONS, large};

/// How a demo tenant reaches the simulator. The values are those of `graph-sim --demo`.
#[derive(Clone, Debug)]
pub struct DemoTeams {
    pub profile_id: ProfileId,
    pub display_name: &'static str,
    pub entra_tenant: &'static str,
    pub client_id: &'static str,
    pub client_secret: &'static str,
    pub organizer_upn: &'static str,
    pub organizer_object_id: &'static str,
}

impl DemoTeams {
    /// The name of the client secret among the tenant's secrets, as the peer names it.
    pub fn secret_name(&self) -> String {
        format!("microsoft_profile_{}_client_secret", self.profile_id)
    }
}
