//! One newtype per identifier, so that a contact's id cannot be passed where a client's is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// An MSP.
    TenantId,
    /// A person who signs in: MSP staff or a portal user.
    UserId,
    /// A customer company of the MSP.
    ClientId,
    /// A person at a client (`contact_name_id` in the database).
    ContactId,
    /// A record on the timeline.
    InteractionId,
    /// A type of interaction: the tenant's own or a system one.
    TypeId,
    /// A status of an interaction.
    StatusId,
    /// An online meeting of ours, whoever provides it.
    MeetingId,
    /// A change at the provider that is under way; also Graph's `transactionId`.
    OperationId,
    /// An app registration at Microsoft.
    ProfileId,
    /// A sign-in of a user.
    SessionId,
    /// A role within a tenant.
    RoleId,
    /// An entry in somebody's schedule.
    ScheduleEntryId,
    /// A client's request for an appointment.
    RequestId,
    /// A service that clients can ask for.
    ServiceId,
    /// A recording or a transcript of an online meeting.
    ArtifactId,
    /// A document: a transcript, for one.
    DocumentId,
    /// A file in the store.
    FileId,
    /// A mail to be sent. Whoever writes it chooses the id, so that the same mail written twice is sent once.
    MailId,
    /// A link for choosing a new password.
    ResetId,
    /// Chosen when a form is rendered; a form that is posted twice carries the same one.
    IdempotencyKey,
}
