use std::time::{Duration, SystemTime};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use graph::{Credentials, Endpoints, Event, GraphClient, GraphSession, NewEvent, RetryPolicy};
use graph_sim::{SimConfig, Simulator, demo::northwind};
use uuid::Uuid;

use crate::webhook::Webhook;

/// How the subjects of all events begin that are made here.
pub const SUBJECT: &str = "Minuted conformance";

/// The Microsoft 365 tenant that is asked.
pub struct Tenant {
    pub name: &'static str,
    pub client: GraphClient,
    pub session: GraphSession,
    pub credentials: Credentials,
    pub organizer_upn: String,
    pub organizer_id: String,
    /// A mailbox that the app must not reach.
    pub refused_mailbox: Option<String>,
    /// The link of a meeting of the organizer that was recorded and transcribed.
    pub recorded: Option<String>,
    pub webhook: Option<Webhook>,
}

impl Tenant {
    pub async fn simulated() -> (Simulator, Self) {
        let sim = Simulator::start(SimConfig::demo_with_history()).await.unwrap();
        let endpoints = Endpoints {
            graph: sim.graph_url().parse().unwrap(),
            login: sim.login_url().parse().unwrap(),
        };
        let policy = RetryPolicy {
            base_delay: Duration::from_millis(2),
            join_url_delays: vec![Duration::from_millis(1); 4],
            ..RetryPolicy::default()
        };
        let client = GraphClient::new(graph::http_client().unwrap(), endpoints).with_policy(policy);
        let credentials =
            Credentials::with_secret(northwind::TENANT_ID, northwind::CLIENT_ID, northwind::CLIENT_SECRET);
        let recorded = sim.events().into_iter().find_map(|event| event.join_url);
        let tenant = Self {
            name: "the simulator",
            session: client.session(credentials.clone()),
            client,
            credentials,
            organizer_upn: northwind::ORGANIZER_UPN.to_owned(),
            organizer_id: northwind::ORGANIZER_OBJECT_ID.to_owned(),
            refused_mailbox: Some("ceo@northwind.example".to_owned()),
            recorded,
            webhook: Some(Webhook::start("127.0.0.1:0", None).await),
        };
        (sim, tenant)
    }

    /// Creates an event, with its join link, and lets `check` look at it; then it is deleted, whatever came of it.
    pub async fn with_event<T: Send + 'static>(&self, check: impl AsyncFnOnce(&NewEvent, Event) -> T) -> T {
        let new = new_event();
        let event = self.session.create_event(&self.organizer_upn, &new).await.unwrap();
        let remove = Removal {
            session: self.session.clone(),
            organizer: self.organizer_upn.clone(),
            event: event.id.clone(),
        };
        let event = self
            .session
            .wait_for_join_url(&self.organizer_upn, event)
            .await
            .unwrap();
        let answer = check(&new, event).await;
        drop(remove);
        answer
    }

    pub fn other_session(&self, change: impl FnOnce(&mut Credentials)) -> GraphSession {
        let mut credentials = self.credentials.clone();
        change(&mut credentials);
        self.client.session(credentials)
    }
}

/// An event that nobody else makes, a month ahead.
fn new_event() -> NewEvent {
    let now = DateTime::<Utc>::from(SystemTime::now());
    let start = now.duration_trunc(TimeDelta::hours(1)).unwrap() + TimeDelta::days(30);
    let transaction_id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    NewEvent {
        transaction_id,
        subject: format!("{SUBJECT} {transaction_id}"),
        body_html: Some("<p>Agenda &amp; more: äöü</p>".to_owned()),
        start,
        end: start + TimeDelta::minutes(30),
        attendees: Vec::new(),
    }
}

/// Deletes the event also when a check panics.
struct Removal {
    session: GraphSession,
    organizer: String,
    event: String,
}

impl Drop for Removal {
    fn drop(&mut self) {
        let handle = tokio::runtime::Handle::current();
        let deleted = self.session.delete_event(&self.organizer, &self.event);
        let deleted = tokio::task::block_in_place(|| handle.block_on(deleted));
        assert!(deleted.is_ok() || std::thread::panicking(), "{deleted:?}");
    }
}

/// An id that nobody has.
pub fn nobody() -> String {
    Uuid::from_u128(0xdead_beef).to_string()
}
