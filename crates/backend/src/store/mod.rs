//! All SQL. Free functions by table group, on a transaction that carries its tenant; what a row looks like stays in here.

pub(crate) mod accounts;
pub(crate) mod appointments;
pub(crate) mod artifacts;
pub(crate) mod audit;
pub(crate) mod availability;
pub(crate) mod catalog;
pub(crate) mod changes;
pub(crate) mod clients;
pub(crate) mod contacts;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod imports;
pub(crate) mod interactions;
pub(crate) mod jobs;
pub(crate) mod links;
pub(crate) mod live;
pub(crate) mod mails;
pub(crate) mod meetings;
pub(crate) mod migrate;
pub(crate) mod palette;
pub(crate) mod pickers;
pub(crate) mod portal;
mod readers;
pub(crate) mod recordings;
pub(crate) mod roles;
pub(crate) mod schedule;
pub(crate) mod secrets;
pub(crate) mod seed;
pub(crate) mod seed_large;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod system;
pub(crate) mod timeline;
mod tx;
pub(crate) mod vocabulary;

// The tables that only the enterprise edition's migrations make.
#[cfg(feature = "enterprise")]
pub(crate) mod connection;
#[cfg(feature = "enterprise")]
pub(crate) mod diagnoses;
#[cfg(feature = "enterprise")]
pub(crate) mod marks;
#[cfg(feature = "enterprise")]
pub(crate) mod notifications;
#[cfg(feature = "enterprise")]
pub(crate) mod operations;
#[cfg(feature = "enterprise")]
pub(crate) mod requests;
#[cfg(feature = "enterprise")]
pub(crate) mod subscriptions;
#[cfg(feature = "enterprise")]
pub(crate) mod teams;

pub use migrate::{MIGRATOR, Migration, MigrationState};
pub use sqlx::postgres::PgConnectOptions as ConnectOptions;
pub(crate) use tx::SystemTx;
pub use tx::{Db, PlannedTx, TenantTx};
