use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::{Route, Transfer};

/// An answer other than the regular one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub route: Route,
    /// Requests answered as usual before the fault starts.
    #[serde(default)]
    pub skip: u32,
    /// Requests the fault is for; then it is gone.
    #[serde(default = "once")]
    pub times: u32,
    pub answer: FaultAnswer,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// For the next request of the route.
    pub fn new(route: Route, answer: impl Into<FaultAnswer>) -> Self {
        Self {
            route,
            skip: 0,
            times: 1,
            answer: answer.into(),
        }
    }

    #[must_use]
    pub fn skip(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultAnswer {
    /// The connection closes without an answer and without an effect.
    DropBefore,
    /// The request takes effect, then the connection closes without an answer.
    DropAfter,
    /// The request takes effect, then this status is answered.
    StatusAfterCommit(u16),
    /// Nothing is answered and the connection stays open, until the client gives up. Without an effect.
    Stall,
    /// The content of a recording or a transcript is sent so; other routes answer as usual.
    Transfer(Transfer),
    #[serde(untagged)]
    Canned(CannedAnswer),
}

/// A prepared answer without effect. Without `status` and `body_raw` the request is answered as usual, after the delay.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CannedAnswer {
    pub status: Option<u16>,
    /// Defaults to a code that goes with the status.
    pub code: Option<String>,
    pub message: Option<String>,
    /// Seconds.
    pub retry_after: Option<u64>,
    /// `innerError.code`
    pub inner_code: Option<String>,
    /// What `innerError` is called; Microsoft also writes `innererror`.
    pub inner_key: Option<String>,
    /// In place of the error envelope.
    pub body_raw: Option<String>,
    pub headers: BTreeMap<String, String>,
    pub delay_ms: u64,
}

impl CannedAnswer {
    pub fn status(status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        Self {
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
            ..Self::status(status)
        }
    }

    pub fn body(status: u16, body: impl Into<String>) -> Self {
        Self {
            body_raw: Some(body.into()),
            ..Self::status(status)
        }
    }

    /// Without any body.
    pub fn empty(status: u16) -> Self {
        Self::body(status, "")
    }

    /// A gateway's page in place of the error envelope.
    pub fn html(status: u16) -> Self {
        let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
        Self::body(status, page).header("content-type", "text/html; charset=utf-8")
    }

    pub fn delay(milliseconds: u64) -> Self {
        Self {
            delay_ms: milliseconds,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    #[must_use]
    pub fn inner_code(self, code: &str) -> Self {
        Self {
            inner_code: Some(code.to_owned()),
            ..self
        }
    }

    #[must_use]
    pub fn inner_key(self, name: &str) -> Self {
        Self {
            inner_key: Some(name.to_owned()),
            ..self
        }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl From<CannedAnswer> for FaultAnswer {
    fn from(answer: CannedAnswer) -> Self {
        Self::Canned(answer)
    }
}

impl From<Transfer> for FaultAnswer {
    fn from(transfer: Transfer) -> Self {
        Self::Transfer(transfer)
    }
}

/// Takes the fault that is due for a request: the first one in the queue that is for its route governs, be it by skipping.
pub(crate) fn take(queue: &mut VecDeque<Fault>, route: Route) -> Option<FaultAnswer> {
    let due = queue
        .iter()
        .position(|fault| fault.times > 0 && (fault.route == route || fault.route == Route::Any))?;
    let fault = queue.get_mut(due)?;
    if fault.skip > 0 {
        fault.skip -= 1;
        return None;
    }
    fault.times -= 1;
    let answer = fault.answer.clone();
    if fault.times == 0 {
        queue.remove(due);
    }
    Some(answer)
}
