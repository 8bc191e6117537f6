//! What open pages are told of what others did.

use serde::{Deserialize, Serialize};

use crate::{ClientId, ContactId, InteractionId, Place, RequestId};

/// What open pages are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    Change(Change),
    /// Something happened on the schedule.
    Schedule,
    /// Something happened to an appointment request.
    Request(RequestId),
    /// A client would like another time for a meeting, or does not any more.
    Wish,
    /// Something may have been missed: whatever is shown is to be looked at again.
    LookAgain,
}

/// Something happened to an interaction, its meeting or what was captured of it. Only ids: who may not read it learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub kind: NewsKind,
    pub interaction_id: InteractionId,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    Added,
    Changed,
    Deleted,
}

impl Change {
    /// Whether the interaction stands, or stood, on this timeline.
    pub fn is_at(&self, place: Place) -> bool {
        match place {
            Place::All => true,
            Place::Client(id) => self.client_id == Some(id),
            Place::Contact(id) => self.contact_id == Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_change_is_where_its_interaction_is() {
        let [ours, other] = [1, 2].map(Uuid::from_u128);
        let change = Change {
            kind: NewsKind::Added,
            interaction_id: InteractionId(ours),
            client_id: Some(ClientId(ours)),
            contact_id: None,
        };
        assert!(change.is_at(Place::All) && change.is_at(Place::Client(ClientId(ours))));
        assert!(!change.is_at(Place::Client(ClientId(other))) && !change.is_at(Place::Contact(ContactId(ours))));
    }
}
