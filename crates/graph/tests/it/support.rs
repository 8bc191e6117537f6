use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use graph::{Attendee, Credentials, Endpoints, GraphClient, GraphSession, NewEvent, RetryPolicy};
use graph_sim::{SimConfig, Simulator, demo::northwind};
use uuid::Uuid;

pub const ORGANIZER: &str = northwind::ORGANIZER_UPN;
pub const ORGANIZER_ID: &str = northwind::ORGANIZER_OBJECT_ID;

pub struct World {
    pub sim: Simulator,
    pub client: GraphClient,
    pub session: GraphSession,
}

pub fn quick() -> RetryPolicy {
    RetryPolicy {
        attempts: 4,
        base_delay: Duration::from_millis(2),
        max_delay: Duration::from_millis(10),
        max_retry_after: Duration::from_secs(2),
        attempt_timeout: Duration::from_secs(4),
        call_deadline: Duration::from_secs(8),
        join_url_delays: vec![Duration::from_millis(1); 4],
        max_pages: 5,
        max_empty_pages: 3,
        content_idle_timeout: Duration::from_secs(4),
    }
}

pub fn credentials() -> Credentials {
    Credentials::with_secret(northwind::TENANT_ID, northwind::CLIENT_ID, northwind::CLIENT_SECRET)
}

pub fn client(sim: &Simulator, policy: RetryPolicy) -> GraphClient {
    let endpoints = Endpoints {
        graph: sim.graph_url().parse().unwrap(),
        login: sim.login_url().parse().unwrap(),
    };
    GraphClient::new(graph::http_client().unwrap(), endpoints).with_policy(policy)
}

pub async fn world() -> World {
    world_with(SimConfig::demo(), quick()).await
}

/// With past meetings and what was recorded of them.
pub async fn recorded_world() -> World {
    world_with(SimConfig::demo_with_history(), quick()).await
}

pub async fn world_with(config: SimConfig, policy: RetryPolicy) -> World {
    let sim = Simulator::start(config).await.unwrap();
    let client = client(&sim, policy);
    let session = client.session(credentials());
    World { sim, client, session }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn around(event: &NewEvent) -> (DateTime<Utc>, DateTime<Utc>) {
    (event.start - TimeDelta::hours(1), event.end + TimeDelta::hours(1))
}

pub fn new_event(number: u128) -> NewEvent {
    NewEvent {
        transaction_id: Uuid::from_u128(number),
        subject: "Quarterly review".to_owned(),
        body_html: Some("<p>Agenda & more</p>".to_owned()),
        start: at("2026-11-24T15:00:00Z"),
        end: at("2026-11-24T15:30:00Z"),
        attendees: vec![Attendee {
            address: "ada@acme.example".to_owned(),
            name: Some("Ada".to_owned()),
        }],
    }
}

/// Lets the client's clock jump; the simulator's goes on.
pub async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}
