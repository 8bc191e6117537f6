//! How a [`Failure`] crosses the wire: as JSON in a server function's answer, or in the URL when a form was posted without script.

use domain::{ErrorCode, Failure};
use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::{Bytes, Decodes, codec::JsonEncoding},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub Failure);

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self(Failure::new(code))
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    /// What the framework reports. Its text may quote internals, so only the kind of trouble is kept.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let code = match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => ErrorCode::Offline,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                ErrorCode::Unreadable
            }
            _ => ErrorCode::Internal,
        };
        code.into()
    }

    /// What is no JSON is a proxy's answer in the server's place; other JSON is that of another version.
    fn de(data: Bytes) -> Self {
        let code = if data.starts_with(b"{") {
            ErrorCode::Unreadable
        } else {
            ErrorCode::Offline
        };
        Self::Encoder::decode(data).unwrap_or_else(|_| code.into())
    }
}

/// Sets the HTTP status of the page that is being rendered; does nothing in the browser.
pub fn respond_with(status: u16) {
    #[cfg(feature = "ssr")]
    crate::server::respond_with(status);
    let _ = status;
}
