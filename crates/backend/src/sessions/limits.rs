//! How often somebody may try. The counters are in the database, so all processes share them.

use std::net::{IpAddr, Ipv6Addr};

use chrono::Duration;
use domain::{ErrorCode, Failure};

use super::Visitor;
use crate::{Backend, Result, store};

/// How long tries are remembered.
pub const WINDOW: Duration = Duration::minutes(15);

/// Tries within [`WINDOW`] from one address for one account, and from one address in all.
const PER_ACCOUNT: i32 = 5;
const PER_ADDRESS: i32 = 30;
/// Tries within [`WINDOW`] about one meeting, whoever makes them.
const PER_MEETING: i32 = 10;

/// What tries are counted under, and how many there may be.
#[derive(Clone, Debug)]
pub struct Limit {
    key: String,
    most: i32,
}

impl Limit {
    /// For something that one person may try as often as a password, from wherever.
    pub fn per_user(what: &str, user_id: domain::UserId) -> Self {
        Self {
            key: format!("{what}/user/{user_id}"),
            most: PER_ACCOUNT,
        }
    }

    /// For something that is done to an account, whoever asks for it.
    pub fn of_account(what: &str, email: &str) -> Self {
        Self {
            key: format!("{what}/of/{email}"),
            most: PER_ACCOUNT,
        }
    }

    /// For something that is asked of Microsoft about a meeting, whoever wants it.
    pub fn per_meeting(what: &str, meeting_id: domain::MeetingId) -> Self {
        Self {
            key: format!("{what}/meeting/{meeting_id}"),
            most: PER_MEETING,
        }
    }

    fn per_account(what: &str, visitor: &Visitor, email: &str) -> Self {
        Self {
            key: format!("{what}/account/{}/{email}", network(visitor.address)),
            most: PER_ACCOUNT,
        }
    }

    /// For something that one address may do now and then.
    pub fn per_address(what: &str, visitor: &Visitor) -> Self {
        Self {
            key: format!("{what}/address/{}", network(visitor.address)),
            most: PER_ADDRESS,
        }
    }
}

/// Who an address stands for: one IPv4 address, or the network of an IPv6 address, of which a single customer has at least a /64.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Counted tries, to be taken back when they succeed.
#[derive(Debug)]
pub struct Tries {
    account: Limit,
    address: Limit,
}

impl Tries {
    /// Counts a try before anything is looked at, so that many at once cannot slip through.
    pub async fn count(backend: &Backend, what: &str, visitor: &Visitor, email: &str) -> Result<Self> {
        let tries = Self {
            account: Limit::per_account(what, visitor, email),
            address: Limit::per_address(what, visitor),
        };
        count(backend, &tries.account).await?;
        count(backend, &tries.address).await?;
        Ok(tries)
    }

    /// It succeeded: this account's tries are forgotten, and of the address's this one.
    pub async fn forgive(&self, backend: &Backend) -> Result<()> {
        let mut system = backend.db().system().await?;
        store::system::forget_tries(&mut system, &self.account.key).await?;
        store::system::forgive_try(&mut system, &self.address.key).await
    }
}

/// Counts one try, or refuses it with the time to wait.
pub async fn count(backend: &Backend, limit: &Limit) -> Result<()> {
    let now = backend.clock().now();
    let mut system = backend.db().system().await?;
    let (count, began) = store::system::count_try(&mut system, &limit.key, now, now - WINDOW).await?;
    if count <= limit.most {
        return Ok(());
    }
    let wait = (began + WINDOW - now).num_seconds().max(1);
    let kind = limit.key.split('/').next().unwrap_or_default();
    tracing::warn!(limit.kind = kind, "refused for too many tries");
    Err(Failure::new(ErrorCode::RateLimited)
        .retry_after(u32::try_from(wait).ok())
        .into())
}

/// Forgets all tries under a limit.
pub async fn forget(backend: &Backend, limit: &Limit) -> Result<()> {
    let mut system = backend.db().system().await?;
    store::system::forget_tries(&mut system, &limit.key).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_counts_as_one() {
        let counted = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(counted("192.0.2.7"), "192.0.2.7");
        assert_eq!(counted("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff::"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
    }
}
