//! The client portal: appointments that clients ask for, and meetings with them. What somebody sees is decided by [`Whose`]; everything
//! else is answered as if it were not there.

mod about;
mod ask;
mod calendar;
mod cancel;
mod list;
mod month;
mod page;
mod slots;
mod watch;
mod wish;

pub use ask::{ask, ask_page};
pub use calendar::{CalendarFile, calendar};
pub use cancel::cancel;
pub use list::list;
pub use month::month;
pub use page::{Kept, meeting, request};
pub use watch::watch;
pub use wish::{wish, wish_page};

use crate::PortalActor;
pub(crate) use crate::store::portal::Whose;

impl PortalActor {
    /// Whose rows this person sees: administrators of a client all of the client's, others their own.
    pub(crate) fn whose(&self) -> Whose {
        Whose {
            viewer: self.contact_id,
            client: self.client_id,
            contact: (!self.is_client_admin).then_some(self.contact_id),
        }
    }
}
