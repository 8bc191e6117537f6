//! The paths of all pages. Links are made here and nowhere else.

use domain::{ClientId, Cursor, InteractionId};

pub const SIGN_IN: &str = "/auth/msp/signin";
pub const CLIENTS: &str = "/msp/clients";
pub const INTERACTIONS: &str = "/msp/interactions";

pub fn client(id: ClientId) -> String {
    format!("/msp/clients/{id}")
}

/// The client's page with the quick-add dialog open. The dialog is part of the URL so that it opens without script too.
pub fn quick_add(id: ClientId) -> String {
    format!("/msp/clients/{id}?new=interaction")
}

pub fn interaction(id: InteractionId) -> String {
    format!("/msp/interactions/{id}")
}

/// The sign-in page, which leads on to `next`.
pub fn sign_in(next: &str) -> String {
    format!("{SIGN_IN}?next={}", leptos_router::location::Url::escape(next))
}

pub fn clients_matching(query: &str) -> String {
    format!("{CLIENTS}?q={}", leptos_router::location::Url::escape(query))
}

/// The client's page with the part of the timeline that comes after the cursor.
pub fn client_older(id: ClientId, cursor: Cursor) -> String {
    format!("/msp/clients/{id}?after={cursor}")
}

/// Like [`quick_add`], with the type for online meetings chosen.
pub fn schedule(id: ClientId) -> String {
    format!("/msp/clients/{id}?new=meeting")
}
