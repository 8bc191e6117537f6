//! Element ids of a timeline; the peer product's tests know those of its feeds.

use domain::{InteractionId, Place};

/// What the ids at this place begin with.
pub fn prefix(place: Place) -> &'static str {
    match place {
        Place::All => "overall-interactions",
        Place::Client(_) => "client-interactions",
        Place::Contact(_) => "contact-interactions",
    }
}

/// The section around a timeline.
pub fn section(place: Place) -> &'static str {
    match place {
        Place::All => "overall-interactions-feed",
        Place::Client(_) => "client-timeline",
        Place::Contact(_) => "contact-timeline",
    }
}

pub fn row_id(place: Place, id: InteractionId) -> String {
    format!("{}-interaction-{id}", prefix(place))
}
