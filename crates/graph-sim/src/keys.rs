//! The signing keys of the identity platform: `/login/{tenant}/…/openid-configuration` and `…/keys`

use crate::{reply::Reply, state::State};

impl State {
    pub(crate) fn signing_keys(&self, _tenant: &str, _document: &str) -> Reply {
        Reply::not_there_yet()
    }
}
