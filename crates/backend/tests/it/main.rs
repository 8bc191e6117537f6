//! The backend against a real PostgreSQL and the simulator of Microsoft.

mod adding;
mod demo;
mod migrations;
mod scheduling;
mod sign_in;
mod statements;
mod tenancy;
mod test_app;
