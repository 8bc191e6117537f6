//! What others did appears in open pages. One connection of each page brings the news; what is shown looks at the rows again.

mod connection;
mod follow;
mod note;

pub use connection::Live;
pub use follow::{follow, follow_record};
pub use note::{DeletedNote, LiveNote};
