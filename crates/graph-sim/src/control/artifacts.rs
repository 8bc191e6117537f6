use super::Done;
use crate::{request::Request, state::State};

pub(super) fn answer(_state: &mut State, _what: (&str, &[&str]), _request: &Request) -> Option<Done> {
    None
}
