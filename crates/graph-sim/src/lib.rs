#![doc = include_str!("../README.md")]

mod artifacts;
mod calendar;
mod clock;
mod config;
mod control;
pub mod demo;
mod event;
mod faults;
mod history;
mod ids;
mod keys;
mod login;
mod meeting;
mod notifications;
mod online_meetings;
mod page;
mod reply;
mod request;
mod route;
pub mod rules;
mod server;
mod service;
mod simulator;
mod state;
mod subscriptions;
mod users;

pub use artifacts::{ArtifactKind, Session, SimArtifact};
pub use config::{AppConfig, JoinUrlMode, SimConfig, TenantConfig, TransactionMode, UserConfig};
pub use event::{Mail, MailKind, SimEvent};
pub use faults::{CannedAnswer, Fault, FaultAnswer};
pub use meeting::SimMeeting;
pub use request::{Bearer, LoggedRequest};
pub use route::Route;
pub use simulator::Simulator;
