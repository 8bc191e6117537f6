#![doc = include_str!("../README.md")]

mod artifacts;
mod calendar;
mod config;
mod control;
pub mod demo;
mod event;
mod faults;
mod history;
mod ids;
mod login;
mod online_meetings;
mod reply;
mod request;
mod server;
mod service;
mod simulator;
mod state;
mod users;

pub use artifacts::{ArtifactKind, Session, SimArtifact};
pub use config::{AppConfig, JoinUrlMode, SimConfig, TransactionMode, UserConfig};
pub use event::{Mail, MailKind, SimEvent};
pub use faults::{CannedAnswer, Fault, FaultAnswer, Route};
pub use request::{Bearer, LoggedRequest};
pub use simulator::Simulator;
