//! The interface by feature. In each: `api.rs` has the server functions, the other files the components.

pub mod account;
pub mod appointments;
pub mod artifacts;
pub mod audit;
pub mod clients;
pub mod contacts;
pub mod interactions;
pub mod keyboard;
pub mod live;
pub mod portal;
pub mod schedule;
pub mod session;
pub mod settings;
pub mod timeline;
