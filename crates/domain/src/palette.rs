//! What the command palette finds.

use serde::{Deserialize, Serialize};

use crate::{Choice, ClientId, ContactId, InteractionId};

/// At most five of each, the best first; nothing of what the person may not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaletteHits {
    pub clients: Vec<Choice<ClientId>>,
    pub contacts: Vec<PaletteContact>,
    pub interactions: Vec<PaletteInteraction>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaletteContact {
    pub contact_id: ContactId,
    pub name: String,
    /// Whose contact it is.
    pub client: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaletteInteraction {
    pub interaction_id: InteractionId,
    pub title: String,
    /// Name of a Lucide icon.
    pub icon: String,
    pub client: String,
    /// "Tuesday, 24 November 2026".
    pub day: String,
}
