//! What server functions need of the server: who asks, what they may do, and how to answer. The only module of this crate that is
//! built for the server alone.

mod kept;
mod preload;
mod request;

use domain::{ErrorCode, Language};
use http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::{i18n::Locale, ui::error_text::error_text_in};

pub use kept::Kept;
pub use preload::preload;
pub use request::{ClientAddress, IDENTITY, Request, Unknown, request, why_nobody};

/// What happened, why, and what to do next, for answers that are no pages.
pub fn error_words(language: Language, code: ErrorCode) -> [&'static str; 3] {
    let locale: Locale = language.tag().parse().unwrap_or_default();
    let text = error_text_in(locale, code);
    [text.what, text.why, text.next]
}

/// Sets the status of the answer under way.
pub fn respond_with(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}
