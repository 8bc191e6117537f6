//! What was told by mail of what became of a request.

use serde::{Deserialize, Serialize};

use crate::MailId;

words! {
    /// What a mail about a request tells.
    RequestMailKind {
        Received = "appointment-request-received",
        /// To those who decide.
        New = "new-appointment-request",
        Approved = "appointment-request-approved",
        Assigned = "appointment-assigned-technician",
        Link = "appointment-link",
        /// What nobody has decided about has another time.
        RequestMoved = "appointment-request-moved",
        Moved = "appointment-moved",
        Wish = "appointment-wish",
        Kept = "appointment-kept",
        Declined = "appointment-request-declined",
        Cancelled = "appointment-cancelled",
        CancelledTechnician = "appointment-cancelled-technician",
    }
}

/// A mail, as the page of its request shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestMail {
    pub mail_id: MailId,
    pub kind: RequestMailKind,
    /// "Ada Example, ada@acme.example".
    pub to: String,
    pub state: RequestMailState,
}

/// Whether it has arrived at the mail server. The times read "Tue, 24 Nov 2026, 14:00".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestMailState {
    /// It leaves then.
    Waiting {
        due: String,
    },
    /// It could not be sent so often, and is tried again then.
    Retrying {
        attempts: u32,
        next: String,
    },
    Sent {
        at: String,
    },
    /// Given up.
    Failed {
        at: String,
    },
}
