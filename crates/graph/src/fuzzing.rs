//! Doors for fuzz targets and property tests to what is otherwise reached only over the network; no part of the API.

use reqwest::{StatusCode, header::HeaderMap};
use uuid::Uuid;

use crate::{GraphError, answer::Answer};

/// The token that [`error_body`] takes out of Microsoft's words.
pub const TOKEN: &str = "fuzzed-token";

/// What the caller of any call gets when Graph answers so. An impossible status is taken for 500.
pub fn error_body(status: u16, body: &[u8]) -> GraphError {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = Answer::new("fuzzed", status, HeaderMap::new(), Uuid::nil());
    answer.body = body.to_vec().into();
    answer.refused(&[TOKEN])
}
