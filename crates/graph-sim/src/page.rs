//! The page at `/`: what the simulator holds, for people.

use crate::{reply::Reply, request::Request, state::State};

pub(crate) fn answer(_state: &State, _request: &Request) -> Reply {
    Reply::not_there_yet()
}
