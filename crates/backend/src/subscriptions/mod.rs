//! Subscriptions to what Microsoft tells of new recordings and transcripts: two for each tenant that is connected, kept as long as it is.
//!
//! What is about to be made is written first, its secret too, then Microsoft is asked, then the answer is recorded: one whose making was
//! interrupted is found in Microsoft's list by that secret and adopted. One process at a time sees to a subscription, because it holds its
//! row's lease. Microsoft is asked outside of transactions; it calls us back before it answers.
//!
//! Whenever something may have come of which nobody was told, the time since then is kept as a gap. When the subscription is there again the
//! meetings of that time are looked at once more, and the gap is closed.

#[cfg(feature = "enterprise")]
mod ending;
#[cfg(feature = "enterprise")]
mod keep;
#[cfg(feature = "enterprise")]
mod making;
mod state;
#[cfg(feature = "enterprise")]
mod wanted;

use url::{Host, Url};

#[cfg(feature = "enterprise")]
pub(crate) use keep::{places, sweep};
#[cfg(not(feature = "enterprise"))]
pub(crate) use state::nothing;
#[cfg(feature = "enterprise")]
pub(crate) use state::of_tenant;
pub use state::state;

use crate::Backend;

/// Where Microsoft tells of new recordings and transcripts, and where of the subscriptions themselves.
pub const NOTIFICATIONS: &str = "/api/teams/webhooks/recordings";
pub const LIFECYCLE: &str = "/api/teams/webhooks/lifecycle";

/// Our public address, if Microsoft takes it: it wants https. The simulator, on the same machine, makes do without.
pub(crate) fn public_address(backend: &Backend) -> Option<&Url> {
    let url = backend.public_url();
    let is_here = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_simulated = is_here(url) && is_here(backend.graph_url());
    (url.scheme() == "https" || is_simulated).then_some(url)
}
