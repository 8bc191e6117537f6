//! `/v1.0/subscriptions`

use crate::{
    reply::Reply,
    request::Request,
    service::Shared,
    state::{Caller, State},
};

pub(crate) async fn create(_shared: &Shared, _request: &Request) -> Reply {
    Reply::not_there_yet()
}

pub(crate) async fn update(_shared: &Shared, _request: &Request, _segments: &[&str]) -> Reply {
    Reply::not_there_yet()
}

impl State {
    /// The list, or the one that `rest` names.
    pub(crate) fn get_subscriptions(
        &self,
        _caller: &Caller,
        _rest: &[&str],
        _request: &Request,
    ) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }

    pub(crate) fn reauthorize(&mut self, _caller: &Caller, _id: &str) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }

    pub(crate) fn delete_subscription(&mut self, _caller: &Caller, _id: &str) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }
}
