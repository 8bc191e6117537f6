use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    AppConfig, ArtifactKind, Ending, Fault, JoinUrlMode, LoggedRequest, NewArtifact, Route, Session, SimArtifact,
    SimConfig, SimEvent, SimMeeting, TeamsQuirks, TenantConfig, Throttle, TransactionMode, UserConfig, notifications,
    server,
    service::{Shared, lock},
    state::State,
};

/// A running simulator. It stops, with every connection, when it is dropped.
pub struct Simulator {
    pub(crate) state: Shared,
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Simulator {
    /// Listens on [`SimConfig::listen`] and serves on the current tokio runtime.
    pub async fn start(config: SimConfig) -> io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let state = State::new(config, format!("http://{address}"), notifications::http()?);
        let state: Shared = Arc::new(Mutex::new(state));
        let tasks = [
            tokio::spawn(server::serve(listener, Arc::clone(&state))),
            tokio::spawn(notifications::run(Arc::clone(&state))),
        ];
        Ok(Self { state, address, tasks })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base in front of `/v1.0/…`.
    pub fn graph_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base in front of `/{tenant}/oauth2/v2.0/token`.
    pub fn login_url(&self) -> String {
        format!("http://{}/login", self.address)
    }

    /// Queues a fault behind those already there.
    pub fn fault(&self, fault: Fault) {
        lock(&self.state).faults.push_back(fault);
    }

    /// Empties the queue, forgets limits and what clients were told to wait.
    pub fn clear_faults(&self) {
        let mut state = lock(&self.state);
        state.faults.clear();
        state.throttles.clear();
    }

    /// Limits a route, in place of an earlier limit of the same route.
    pub fn throttle(&self, throttle: Throttle) {
        lock(&self.state).throttles.script(throttle);
    }

    pub fn set_join_url(&self, mode: JoinUrlMode) {
        lock(&self.state).join_url = mode;
    }

    pub fn set_transactions(&self, mode: TransactionMode) {
        lock(&self.state).transactions = mode;
    }

    /// Changes a user; false when there is none with this object id.
    pub fn change_user(&self, object_id: &str, change: impl FnOnce(&mut UserConfig)) -> bool {
        lock(&self.state)
            .users
            .iter_mut()
            .find(|user| user.object_id == object_id)
            .map(change)
            .is_some()
    }

    /// Changes an app registration; false when there is none with this client id. Tokens keep the roles they were issued with.
    pub fn change_app(&self, client_id: &str, change: impl FnOnce(&mut AppConfig)) -> bool {
        lock(&self.state)
            .apps
            .iter_mut()
            .find(|app| app.client_id == client_id)
            .map(change)
            .is_some()
    }

    /// Changes a tenant's settings; false when nobody is in it.
    pub fn change_tenant(&self, tenant_id: &str, change: impl FnOnce(&mut TenantConfig)) -> bool {
        lock(&self.state).tenant_mut(tenant_id).map(change).is_some()
    }

    /// The simulator's time.
    pub fn now(&self) -> DateTime<Utc> {
        lock(&self.state).clock.now()
    }

    /// Moves the simulator's time; what becomes due by it happens. It stays in the years 1601 to 4500: a longer way is not gone.
    pub fn advance(&self, by: TimeDelta) {
        let mut state = lock(&self.state);
        state.clock.advance(by);
        state.due.notify_one();
    }

    /// Every token issued so far is refused from now on.
    pub fn revoke_tokens(&self) {
        lock(&self.state).revoke_tokens();
    }

    /// Back to the configured state: no faults, tokens or log, and only the events and artifacts of the start.
    pub fn reset(&self) {
        lock(&self.state).reset();
    }

    /// Gives an online meeting a recording and says its id; none when there is no such meeting.
    pub fn add_recording(&self, online_meeting_id: &str, session: Session, mp4: impl Into<Bytes>) -> Option<String> {
        self.add_artifact(
            online_meeting_id,
            NewArtifact::new(ArtifactKind::Recording, session, mp4),
        )
    }

    /// Gives an online meeting a transcript and says its id; none when there is no such meeting.
    pub fn add_transcript(&self, online_meeting_id: &str, session: Session, vtt: impl Into<Bytes>) -> Option<String> {
        self.add_artifact(
            online_meeting_id,
            NewArtifact::new(ArtifactKind::Transcript, session, vtt),
        )
    }

    /// Gives an online meeting an artifact and says its id; none when there is no such meeting.
    pub fn add_artifact(&self, online_meeting_id: &str, artifact: NewArtifact) -> Option<String> {
        lock(&self.state).add_artifact(online_meeting_id, artifact)
    }

    /// Changes an artifact; false when there is none with this id.
    pub fn change_artifact(&self, id: &str, change: impl FnOnce(&mut SimArtifact)) -> bool {
        let mut state = lock(&self.state);
        let artifact = state.artifacts.iter_mut().find(|artifact| artifact.id == id);
        let known = artifact.map(change).is_some();
        state.due.notify_one();
        known
    }

    /// Takes an artifact away as if it had never been; false when there is none with this id.
    pub fn remove_artifact(&self, id: &str) -> bool {
        lock(&self.state).remove_artifact(id)
    }

    /// Ends an online meeting now. What comes of it later comes `after` this time. Says the ids of the artifacts it will
    /// have; none when there is no such meeting.
    pub fn end_meeting(&self, online_meeting_id: &str, ending: Ending, after: TimeDelta) -> Option<Vec<String>> {
        lock(&self.state).end_meeting(online_meeting_id, ending, after)
    }

    /// Changes how Teams behaves, for all tenants.
    pub fn change_teams(&self, change: impl FnOnce(&mut TeamsQuirks)) {
        change(&mut lock(&self.state).teams);
    }

    /// All recordings and transcripts, in the order in which they came.
    pub fn artifacts(&self) -> Vec<SimArtifact> {
        lock(&self.state).artifacts.clone()
    }

    /// All events ever created, deleted ones included, in order of creation.
    pub fn events(&self) -> Vec<SimEvent> {
        lock(&self.state).events.clone()
    }

    /// All online meetings, in order of creation.
    pub fn meetings(&self) -> Vec<SimMeeting> {
        lock(&self.state).meetings.clone()
    }

    /// Changes an online meeting; false when there is none with this id.
    pub fn change_meeting(&self, id: &str, change: impl FnOnce(&mut SimMeeting)) -> bool {
        let mut state = lock(&self.state);
        state
            .meetings
            .iter_mut()
            .find(|meeting| meeting.id == id)
            .map(change)
            .is_some()
    }

    /// The requests that broke a rule of the contract, be it one that Microsoft would have let pass.
    pub fn violations(&self) -> Vec<LoggedRequest> {
        self.requests()
            .into_iter()
            .filter(|request| request.broke.is_some())
            .collect()
    }

    /// The log, in order of arrival.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        lock(&self.state).requests.clone()
    }

    pub fn requests_to(&self, route: Route) -> Vec<LoggedRequest> {
        self.requests()
            .into_iter()
            .filter(|request| request.route == route)
            .collect()
    }

    /// The most requests that were in progress at once on a mailbox.
    pub fn high_water(&self, object_id: &str) -> usize {
        lock(&self.state).load.get(object_id).map_or(0, |load| load.most)
    }

    /// The most requests that were in progress at once altogether.
    pub fn high_water_overall(&self) -> usize {
        lock(&self.state).overall.most
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
