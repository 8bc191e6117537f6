//! What server functions need of the server: who asks, what they may do, and how to answer. The only module of this crate that is
//! built for the server alone.

mod kept;
mod request;

use http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

pub use kept::Kept;
pub use request::{ClientAddress, IDENTITY, Request, request};

/// Sets the status of the answer under way.
pub fn respond_with(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}
