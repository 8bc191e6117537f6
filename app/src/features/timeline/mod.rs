//! The timeline: one component for a client, a contact and the whole tenant. What is shown of it stands in the address.

pub mod api;
mod feed;
mod filters;
mod ids;
mod older;
mod pages;
mod reader;
mod row;
mod rows;
mod screen;
mod view;

pub use feed::Feed;
pub use ids::{prefix, row_id};
pub use screen::InteractionsScreen;
pub use view::Timeline;
