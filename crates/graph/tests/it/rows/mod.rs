//! The simulator's list: every fault and state that the contract asks of it, met by the client, row by row. Wherever the
//! simulator has the behaviour itself it is that which is met, not a prepared answer.
//!
//! | Rows | File |
//! |---|---|
//! | 1, 2: secrets, certificates, tokens | [`identity`] |
//! | 3, 4: who may be reached | [`mailboxes`] |
//! | 5, 6, 7: an event comes to be | [`creation`] |
//! | 8, 9, 10: changes, cancellations, zones | [`calendar`] |
//! | 11, 12, 13: online meetings | [`meetings`] |
//! | 14, 15: what a meeting has, and its lists | [`artifacts`] |
//! | 16, 17: transcripts, and what 18 does to them | [`transcripts`] |
//! | 18: films | [`content`] |
//! | 19, 20: throttling, outages, odd bodies | [`pressure`] |
//! | 21: subscriptions, and what 16 does to them | [`subscriptions`] |
//! | 22: notifications | [`notifications`] |
//! | 23, 24: their delivery, and events of subscriptions | [`deliveries`] |
//! | 25: rich notifications | [`rich`] |
//! | 26: the log | [`requests`] |
//!
//! Each is named after its row, `row_05_…`, and a row with several alternatives has a test for each group of them.

mod artifacts;
mod calendar;
mod content;
mod creation;
mod deliveries;
mod identity;
mod mailboxes;
mod meetings;
mod notifications;
mod pressure;
mod requests;
mod rich;
mod subscriber;
mod subscriptions;
mod transcripts;

use chrono::{SubsecRound, TimeDelta};
use graph::NewEvent;
use graph_sim::{Route, Simulator, demo::northwind};
use reqwest::Method;
use serde_json::Value;

use crate::support::*;

/// A user of the same tenant whom the app was given no access to.
const COLLEAGUE: &str = "ceo@northwind.example";
const COLLEAGUE_ID: &str = "77777777-7777-4777-8777-777777777777";

/// What was answered on a route, in order; 0 where the connection was closed instead.
fn statuses(sim: &Simulator, route: Route) -> Vec<u16> {
    let requests = sim.requests_to(route).into_iter();
    requests.map(|request| request.status.unwrap_or_default()).collect()
}

/// The rules that were broken, in order.
fn broken(sim: &Simulator) -> Vec<&'static str> {
    sim.violations()
        .into_iter()
        .filter_map(|request| request.broke)
        .collect()
}

/// Half an hour that begins an hour from the simulator's now.
fn upcoming(sim: &Simulator, number: u128) -> NewEvent {
    let start = sim.now().trunc_subsecs(0) + TimeDelta::hours(1);
    NewEvent {
        start,
        end: start + TimeDelta::minutes(30),
        ..new_event(number)
    }
}

/// Another program with the same app registration, for what the client never sends.
struct Stranger {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Stranger {
    async fn of(sim: &Simulator) -> Self {
        let http = graph::http_client().unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", northwind::CLIENT_ID),
            ("client_secret", northwind::CLIENT_SECRET),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let url = format!("{}/{}/oauth2/v2.0/token", sim.login_url(), northwind::TENANT_ID);
        let answer = http.post(url).form(&form).send().await.unwrap();
        let issued: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        Self {
            http,
            base: format!("{}/v1.0/users/{ORGANIZER_ID}", sim.graph_url()),
            token: issued["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// Below the organizer. The ids are those that the client uses, too.
    async fn send(&self, method: Method, path: &str, prefer: &str, body: &Value) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.base));
        let prefer = format!("IdType=\"ImmutableId\"{prefer}");
        let request = request.bearer_auth(&self.token).header("Prefer", prefer).json(body);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

/// Encodes an id for a path, independently of the client.
fn segment(id: &str) -> String {
    id.replace('%', "%25")
        .replace('/', "%2F")
        .replace('+', "%2B")
        .replace('=', "%3D")
}
