#![doc = include_str!("../README.md")]

mod artifacts;
mod calendar;
mod clock;
mod config;
mod content;
mod contract;
mod control;
pub mod demo;
mod event;
mod faults;
pub mod fixtures;
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
mod teams;
mod throttle;
mod users;

pub use artifacts::{ArtifactKind, Ending, Missing, NewArtifact, Session, SimArtifact};
pub use config::{AppConfig, JoinUrlMode, SimConfig, TenantConfig, TransactionMode, UserConfig};
pub use content::{Content, Ranges, Transfer, open_transfers};
pub use event::{EventCopy, Mail, MailKind, SimEvent};
pub use faults::{CannedAnswer, Fault, FaultAnswer};
pub use meeting::SimMeeting;
pub use notifications::{
    Attempt, ClientStateAnswer, Delivery, DeliveryState, Endpoint, Forgery, LifecycleEvent, Message, NotificationMode,
    PathForm, TokenVersion,
};
pub use request::{Bearer, LoggedRequest};
pub use route::Route;
pub use simulator::Simulator;
pub use subscriptions::{End, SimSubscription};
pub use teams::{ContentUrls, LinkForm, PagingMode, TeamsQuirks};
pub use throttle::Throttle;
