//! Client for Microsoft identity and Microsoft Graph: app-only (client credentials), calendar events with Teams meetings.
//!
//! A [`GraphClient`] is made once per process; [`GraphClient::session`] binds it to one app registration. Every call
//! returns a [`GraphError`] whose [`ErrorKind`] is the fact to branch on; Microsoft's own words are kept for logs and for
//! the administrator only. After a failed write, [`GraphError::outcome_unknown`] says whether it may have taken effect.
//!
//! The addresses of the two services come from [`Endpoints`], so the simulator is only another URL. The bearer token is
//! sent to the origin of [`Endpoints::graph`] and nowhere else; redirects are not followed.

mod answer;
mod certificate;
mod client;
mod credentials;
mod error;
mod event;
mod events;
mod gates;
mod online_meetings;
mod refusal;
mod retry;
mod token;
mod token_report;
mod transport;
mod urls;
mod users;

pub use certificate::{CertificateError, ClientCertificate};
pub use client::{Endpoints, GraphClient, GraphSession, http_client};
pub use credentials::{ClientAuth, Credentials, Secret};
pub use error::{ErrorKind, Forbidden, GraphError};
pub use event::{Attendee, Event, NewEvent};
pub use online_meetings::OnlineMeeting;
pub use retry::RetryPolicy;
pub use token_report::{Roles, TokenReport};
pub use users::User;
