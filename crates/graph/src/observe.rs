//! Telling somebody what became of each request.

use std::{fmt, sync::Arc, time::Duration};

use uuid::Uuid;

use crate::{ErrorKind, GraphError, answer::Answer};

/// What became of one request, repetitions counted by themselves. Holds no address, no token and nothing of what was sent or answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub call: &'static str,
    /// Until the answer was there; of content, until its head was.
    pub took: Duration,
    /// Why it was not answered as it was asked.
    pub refusal: Option<ErrorKind>,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// Microsoft's most exact code for a refusal.
    pub code: Option<String>,
    /// Microsoft's id of the request, for its support.
    pub request_id: Option<String>,
    /// Ours.
    pub client_request_id: Option<Uuid>,
}

/// Is told of every request. It must be quick: the request waits for it.
pub type Observer = Arc<dyn Fn(Exchange) + Send + Sync>;

#[derive(Clone, Default)]
pub(crate) struct Observed(pub Option<Observer>);

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observed({})", self.0.is_some())
    }
}

impl Observed {
    pub fn tell(&self, call: &'static str, took: Duration, outcome: Result<&Answer, &GraphError>) {
        let Some(observer) = &self.0 else { return };
        observer(match outcome {
            Ok(answer) => Exchange {
                call,
                took,
                refusal: None,
                status: Some(answer.status.as_u16()),
                code: None,
                request_id: answer.request_id().map(str::to_owned),
                client_request_id: Some(answer.client_request_id()),
            },
            Err(error) => Exchange {
                call,
                took,
                refusal: Some(error.kind),
                status: error.status,
                code: error.codes().last().map(str::to_owned),
                request_id: error.request_id.clone(),
                client_request_id: error.client_request_id,
            },
        });
    }
}
