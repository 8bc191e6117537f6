//! What there is to tell of a request, and by which words.

use chrono::{DateTime, Utc};
use domain::RequestMailKind;

use super::times::Span;

/// What there is to tell.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// Somebody has asked, and somebody else is to decide.
    Received,
    /// Whoever was invited through Microsoft has it in their calendar from there.
    Approved {
        invited: bool,
    },
    /// There is a link to join now.
    Linked {
        invited: bool,
    },
    /// What nobody has decided about yet has another time.
    RequestMoved {
        before: Span,
    },
    Moved {
        before: Span,
    },
    /// The client has moved what nobody has decided about yet.
    ClientMoved {
        before: Span,
    },
    /// The client would like another time.
    Wished {
        to: Span,
        note: &'a str,
    },
    /// It stays when it is, although the client would have liked another time.
    Kept,
    Declined {
        reason: &'a str,
        was_approved: bool,
    },
    /// What was approved will not take place; until it is `due` that can be taken back.
    Cancelled {
        reason: &'a str,
        due: DateTime<Utc>,
    },
    /// The client has cancelled it.
    ClientCancelled {
        reason: &'a str,
        was_approved: bool,
    },
}

impl<'a> Occasion<'a> {
    /// As the log and the outbox call it.
    pub fn kind(self, is_staff: bool) -> RequestMailKind {
        match (self, is_staff) {
            (Self::Received, false) => RequestMailKind::Received,
            (Self::Received, true) => RequestMailKind::New,
            (Self::Approved { .. }, false) => RequestMailKind::Approved,
            (Self::Approved { .. }, true) => RequestMailKind::Assigned,
            (Self::Linked { .. }, _) => RequestMailKind::Link,
            (Self::RequestMoved { .. } | Self::ClientMoved { .. }, _) => RequestMailKind::RequestMoved,
            (Self::Moved { .. }, _) => RequestMailKind::Moved,
            (Self::Wished { .. }, _) => RequestMailKind::Wish,
            (Self::Kept, _) => RequestMailKind::Kept,
            (Self::Declined { .. }, false) => RequestMailKind::Declined,
            (Self::Cancelled { .. } | Self::ClientCancelled { .. }, false) => RequestMailKind::Cancelled,
            (Self::Declined { .. } | Self::Cancelled { .. } | Self::ClientCancelled { .. }, true) => {
                RequestMailKind::CancelledTechnician
            }
        }
    }

    /// Its subject and its first sentence.
    pub fn keys(self, is_staff: bool) -> (&'static str, &'static str) {
        match (self, is_staff) {
            (Self::Received, false) => ("mail.appointment.received_subject", "mail.appointment.received_intro"),
            (Self::Received, true) => ("mail.appointment.new_subject", "mail.appointment.new_intro"),
            (Self::Approved { .. }, false) => ("mail.appointment.approved_subject", "mail.appointment.approved_intro"),
            (Self::Approved { .. }, true) => ("mail.appointment.assigned_subject", "mail.appointment.assigned_intro"),
            (Self::Linked { .. }, false) => ("mail.appointment.linked_subject", "mail.appointment.linked_intro"),
            (Self::Linked { .. }, true) => (
                "mail.appointment.linked_staff_subject",
                "mail.appointment.linked_staff_intro",
            ),
            (Self::RequestMoved { .. }, _) => (
                "mail.appointment.request_moved_subject",
                "mail.appointment.request_moved_intro",
            ),
            (Self::ClientMoved { .. }, false) => {
                ("mail.appointment.own_moved_subject", "mail.appointment.own_moved_intro")
            }
            (Self::ClientMoved { .. }, true) => (
                "mail.appointment.client_moved_subject",
                "mail.appointment.client_moved_intro",
            ),
            (Self::Moved { .. }, false) => ("mail.appointment.moved_subject", "mail.appointment.moved_intro"),
            (Self::Moved { .. }, true) => (
                "mail.appointment.moved_staff_subject",
                "mail.appointment.moved_staff_intro",
            ),
            (Self::Wished { .. }, _) => ("mail.appointment.wished_subject", "mail.appointment.wished_intro"),
            (Self::Kept, _) => ("mail.appointment.kept_subject", "mail.appointment.kept_intro"),
            (
                Self::Declined {
                    was_approved: false, ..
                },
                _,
            ) => ("mail.appointment.declined_subject", "mail.appointment.declined_intro"),
            (Self::Declined { was_approved: true, .. } | Self::Cancelled { .. }, false) => {
                ("mail.appointment.off_subject", "mail.appointment.off_intro")
            }
            (Self::Declined { was_approved: true, .. } | Self::Cancelled { .. }, true) => {
                ("mail.appointment.off_staff_subject", "mail.appointment.off_staff_intro")
            }
            (Self::ClientCancelled { .. }, false) => {
                ("mail.appointment.own_off_subject", "mail.appointment.own_off_intro")
            }
            (Self::ClientCancelled { .. }, true) => (
                "mail.appointment.client_off_subject",
                "mail.appointment.client_off_intro",
            ),
        }
    }

    /// The same for a meeting that staff have made, which has no reference.
    pub fn keys_of_meeting(self, is_staff: bool) -> (&'static str, &'static str) {
        let (subject, intro) = self.keys(is_staff);
        let intro = match (self, is_staff) {
            (Self::Wished { .. }, _) => "mail.appointment.wished_meeting",
            (Self::Kept, _) => "mail.appointment.kept_meeting",
            (Self::Moved { .. }, false) => "mail.appointment.moved_meeting",
            (Self::ClientCancelled { .. }, false) => "mail.appointment.own_off_meeting",
            (Self::ClientCancelled { .. }, true) => "mail.appointment.client_off_meeting",
            _ => intro,
        };
        (subject, intro)
    }

    /// It does not take place.
    pub fn is_off(self) -> bool {
        matches!(
            self,
            Self::Declined { .. } | Self::Cancelled { .. } | Self::ClientCancelled { .. }
        )
    }

    /// When it was until it was moved.
    pub fn before(self) -> Option<Span> {
        match self {
            Self::RequestMoved { before } | Self::Moved { before } | Self::ClientMoved { before } => Some(before),
            _ => None,
        }
    }

    /// Why, where somebody has said so.
    pub fn reason(self) -> Option<&'a str> {
        match self {
            Self::Declined { reason, .. } | Self::Cancelled { reason, .. } | Self::ClientCancelled { reason, .. } => {
                Some(reason).filter(|reason| !reason.is_empty())
            }
            _ => None,
        }
    }

    /// Whether the client is told.
    pub fn is_for_requester(self) -> bool {
        // Who has wished sees it on the page.
        !matches!(self, Self::Wished { .. })
    }

    /// Whether staff are told.
    pub fn is_for_staff(self) -> bool {
        !matches!(
            self,
            Self::Declined {
                was_approved: false,
                ..
            } | Self::RequestMoved { .. }
                | Self::Kept
        )
    }

    /// Whether it goes to those who decide where nobody comes yet.
    pub fn seeks_deciders(self) -> bool {
        matches!(
            self,
            Self::Received | Self::Wished { .. } | Self::ClientMoved { .. } | Self::ClientCancelled { .. }
        )
    }

    /// Whether there is something for the calendar in it: not while nothing is decided, and not where Microsoft's invitation is in the
    /// calendar already, for this would be a second entry.
    pub fn has_file(self, is_staff: bool) -> bool {
        match self {
            Self::Received
            | Self::RequestMoved { .. }
            | Self::ClientMoved { .. }
            | Self::Wished { .. }
            | Self::Kept => false,
            Self::Approved { invited } | Self::Linked { invited } => is_staff || !invited,
            Self::Moved { .. } | Self::Cancelled { .. } => true,
            Self::Declined { was_approved, .. } | Self::ClientCancelled { was_approved, .. } => {
                is_staff || was_approved
            }
        }
    }
}
