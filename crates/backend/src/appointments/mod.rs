//! Requests of clients for an appointment, as staff work on them.
//!
//! A request is a wall clock in its requester's zone. What is decided about it is decided for everything that belongs to it: its schedule
//! entry, its record on the timeline and its Teams meeting ([`crate::linked`]).

mod decide;
pub(crate) mod ics;
mod letters;
mod list;
mod occasion;
mod page;
pub(crate) mod times;
mod wishes;

pub use decide::{approve, decline, generate, keep_time, reschedule};
pub use list::list;
pub use page::{Kept, page, slot};

pub(crate) use letters::{people, people_of_meeting, send as tell_people, tell, withdraw};
pub(crate) use occasion::Occasion;
pub(crate) use times::Span;

use domain::{Permission, RequestId, UserId};

use crate::{Actor, Backend, Result, store::TenantTx};

/// Whose requests this person sees: nothing for everybody's. Who may not read about people sees those that are meant for them.
pub(crate) fn only(actor: &Actor) -> Option<UserId> {
    (!actor.permissions.contains(&Permission::UserRead)).then_some(actor.user_id)
}

/// Reads an id as it stands in an address.
fn id(text: &str) -> std::result::Result<RequestId, domain::Failure> {
    text.parse().map_err(|_| domain::ErrorCode::NotFound.into())
}

/// Tells those who are concerned that a request has its meeting, in the transaction that writes it: with the approval, or later.
pub(crate) async fn told_of_meeting(
    backend: &Backend,
    tx: &mut TenantTx,
    request_id: RequestId,
    was_pending: bool,
    invited: bool,
) -> Result<()> {
    let occasion = if was_pending {
        Occasion::Approved { invited }
    } else {
        Occasion::Linked { invited }
    };
    letters::tell(backend, tx, request_id, occasion).await
}
