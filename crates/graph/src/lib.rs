//! Client for Microsoft identity and Microsoft Graph: app-only (client credentials), calendar events with Teams meetings,
//! their recordings and transcripts.
//!
//! A [`GraphClient`] is made once per process; [`GraphClient::session`] binds it to one app registration. Every call
//! returns a [`GraphError`] whose [`ErrorKind`] is the fact to branch on; Microsoft's own words are kept for logs and for
//! the administrator only. After a failed write, [`GraphError::outcome_unknown`] says whether it may have taken effect.
//!
//! # Calls
//!
//! | Call | Page of the Graph v1.0 reference |
//! |---|---|
//! | tokens, [`GraphSession::renew_token`] | identity platform: `v2-oauth2-client-creds-grant-flow`, `certificate-credentials` |
//! | [`GraphSession::user`] | `user-get` |
//! | [`GraphSession::calendar`] | `calendar-get` |
//! | [`GraphSession::create_event`] | `user-post-events` |
//! | [`GraphSession::event`], [`GraphSession::wait_for_join_url`] | `event-get` |
//! | [`GraphSession::events_by_transaction`] | `user-list-calendarview` |
//! | [`GraphSession::update_event`] | `event-update` |
//! | [`GraphSession::cancel_event`] | `event-cancel` |
//! | [`GraphSession::delete_event`] | `event-delete` |
//! | [`GraphSession::online_meeting`], [`GraphSession::online_meeting_by_join_url`], [`GraphSession::online_meeting_by_join_meeting_id`] | `onlinemeeting-get` |
//! | [`GraphSession::update_online_meeting`] | `onlinemeeting-update` |
//! | [`GraphSession::delete_online_meeting`] | `onlinemeeting-delete` |
//! | [`GraphSession::artifacts`] | `onlinemeeting-list-recordings`, `onlinemeeting-list-transcripts` |
//! | [`GraphSession::artifact`], [`GraphSession::recording_content`] | `callrecording-get`, `calltranscript-get` |
//! | [`GraphSession::transcript_content`], [`GraphSession::transcript_metadata`] | `calltranscript-get` |
//! | [`GraphSession::all_artifacts`] | `onlinemeeting-getallrecordings`, `onlinemeeting-getalltranscripts` |
//! | [`GraphSession::artifact_changes`] | `callrecording-delta`, `calltranscript-delta` |
//! | [`GraphSession::subscriptions`] | `subscription-list` |
//! | [`GraphSession::create_subscription`] | `subscription-post-subscriptions` |
//! | [`GraphSession::renew_subscription`] | `subscription-update` |
//! | [`GraphSession::reauthorize_subscription`] | `subscription-reauthorize` |
//! | [`GraphSession::delete_subscription`] | `subscription-delete` |
//! | [`notifications`] | concepts: `change-notifications-delivery-webhooks`, `change-notifications-with-resource-data`, `teams-changenotifications-callrecording-and-calltranscript` |
//!
//! # Addresses
//!
//! The addresses of the two services come from [`Endpoints`], so the simulator is only another URL. The bearer token is
//! sent to the origin of [`Endpoints::graph`] and nowhere else. Redirects are followed for the content of recordings and
//! transcripts only, and without the token. The addresses of content that Microsoft tells are not used and not handed out.

mod answer;
mod artifact;
mod artifacts;
mod byte_range;
mod calendar;
mod certificate;
mod client;
mod content;
mod content_client;
mod credentials;
mod error;
mod event;
mod events;
#[doc(hidden)]
pub mod fuzzing;
mod gates;
pub mod notifications;
mod observe;
mod online_meeting;
mod online_meetings;
mod pages;
mod refusal;
mod retry;
mod subscription;
mod subscription_refusal;
mod subscriptions;
mod token;
mod token_report;
mod transcripts;
mod transport;
mod urls;
mod users;

pub use artifact::{Artifact, ArtifactKind};
pub use artifacts::{ArtifactChanges, DeltaPlace};
pub use byte_range::{ByteRange, Extent};
pub use calendar::Calendar;
pub use certificate::{CertificateError, CertificateFacts, ClientCertificate};
pub use client::{Endpoints, GraphClient, GraphSession, http_client};
pub use content::ContentStream;
pub use credentials::{ClientAuth, Credentials, Secret};
pub use error::{ErrorKind, Forbidden, GraphError};
pub use event::{Attendee, Event, EventChange, NewEvent};
pub use observe::{Exchange, Observer};
pub use online_meeting::{DialIn, OnlineMeeting, OnlineMeetingChange};
pub use retry::RetryPolicy;
pub use subscription::{EncryptionCertificate, NewSubscription, Subscription, SubscriptionResource, SubscriptionScope};
pub use subscription_refusal::SubscriptionRefusal;
pub use token_report::{Roles, TokenReport};
pub use transcripts::{TranscriptContent, TranscriptForm};
pub use users::User;
