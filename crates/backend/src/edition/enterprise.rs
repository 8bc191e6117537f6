//! The enterprise edition: meetings are made at Microsoft.

use anyhow::Context;
use chrono::{DateTime, Utc};
use domain::{
    Arrivals, CheckConnection, ConnectionTrouble, Diagnosis, Edition, IdempotencyKey, Job, JobKind, MeetingId,
    OperationId, OrganizerSaved, RequestId, SaveOrganizer, SaveProfile, SaveTeamsOptions, Subscriptions, TeamsEffect,
    TeamsSetup, TenantId, UserId,
};
use graph::{GraphClient, Secret, notifications::ContentCertificates};
use sqlx::migrate::Migration;
use tokio::task::JoinHandle;

use crate::{
    Actor, Backend, Microsoft, Result,
    access::{Grant, TenantScope, may},
    artifacts::capture,
    diagnostics,
    interactions::{Connected, MeetingWish, NewMeeting, Pending, Scheduled},
    jobs, meetings,
    notifications::{self, Content, Handlers, Inbox, Received},
    places::Places,
    recordings::{self, Source, Span, Transfer, Trouble},
    requests_log::{self, RequestsLog},
    settings,
    store::{
        self, SystemTx, TenantTx,
        jobs::{JobRecord, Wanted},
        links::Links,
        meetings::LiveMeeting,
    },
    stranded::Stranded,
    subscriptions,
};

pub const EDITION: Edition = Edition::Enterprise;

/// Microsoft is asked for things, by default of the global cloud.
pub const REACHES_MICROSOFT: bool = true;
pub const GRAPH: &str = "https://graph.microsoft.com";
pub const LOGIN: &str = "https://login.microsoftonline.com";

pub fn migrations() -> Vec<Migration> {
    sqlx::migrate!("../../migrations/enterprise").migrations.to_vec()
}

/// The client's own pace, stretched or squeezed to the patience that was asked for.
fn policy(patience: std::time::Duration) -> graph::RetryPolicy {
    let usual = graph::RetryPolicy::default();
    let pace = patience.as_secs_f64() / usual.call_deadline.as_secs_f64();
    graph::RetryPolicy {
        base_delay: usual.base_delay.mul_f64(pace),
        max_delay: usual.max_delay.mul_f64(pace),
        max_retry_after: usual.max_retry_after.mul_f64(pace),
        attempt_timeout: usual.attempt_timeout.mul_f64(pace),
        content_idle_timeout: usual.content_idle_timeout.mul_f64(pace),
        call_deadline: usual.call_deadline.mul_f64(pace),
        join_url_delays: usual.join_url_delays.iter().map(|delay| delay.mul_f64(pace)).collect(),
        ..usual
    }
}

pub struct Teams {
    graph: GraphClient,
    recording_sessions: recordings::microsoft::Sessions,
    looks: Places,
    changes: Places,
    copies: Places,
    requests: RequestsLog,
    keeping: Places,
    inbox: Inbox,
    handlers: Handlers,
}

impl Teams {
    /// Meetings can be moved and cancelled at Microsoft.
    pub const CHANGES_MEETINGS: bool = true;
    /// Recordings and transcripts can be had of Microsoft.
    pub const CAPTURES: bool = true;

    pub fn new(microsoft: &Microsoft) -> Result<Self> {
        let endpoints = graph::Endpoints {
            graph: microsoft.graph.clone(),
            login: microsoft.login.clone(),
        };
        let http = graph::http_client().map_err(anyhow::Error::from)?;
        let graph = GraphClient::new(http, endpoints).with_policy(policy(microsoft.patience));
        let certificates = microsoft.notification_certificates.as_deref().map(|pem| {
            ContentCertificates::from_pem(&Secret::new(pem))
                .context("MINUTED_NOTIFICATION_CERTIFICATES_FILE cannot be used")
        });
        let content = Content::new(graph.clone(), certificates.transpose()?);
        Ok(Self {
            graph,
            recording_sessions: recordings::microsoft::Sessions::default(),
            looks: capture::places(),
            changes: meetings::places(),
            copies: recordings::places(),
            requests: RequestsLog::default(),
            keeping: subscriptions::places(),
            inbox: Inbox::new(content),
            handlers: Handlers::default(),
        })
    }

    pub(crate) fn graph(&self) -> &GraphClient {
        &self.graph
    }

    pub(crate) fn sessions(&self) -> &recordings::microsoft::Sessions {
        &self.recording_sessions
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// What the tenant can do, and who organizes meetings.
    pub async fn connected(&self, tx: &mut TenantTx) -> Result<Connected> {
        Ok(meetings::connection::summary(
            store::teams::connection(tx).await?.as_ref(),
        ))
    }

    /// Whether Teams records the tenant's meetings by itself, connected or not.
    pub async fn records(&self, tx: &mut TenantTx) -> Result<bool> {
        let connection = store::teams::connection(tx).await?;
        Ok(connection.is_some_and(|connection| connection.record_automatically))
    }

    /// How Microsoft is reached.
    pub async fn setup(&self, backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Option<TeamsSetup>> {
        settings::connect::setup(backend, grant).await.map(Some)
    }

    /// How much a decision about it would be about.
    pub async fn effect(&self, backend: &Backend, grant: &Grant<may::SettingsUpdate>) -> Result<TeamsEffect> {
        settings::connect::effect(backend, grant).await
    }

    pub async fn save_profile(
        &self,
        backend: &Backend,
        grant: &Grant<may::SettingsUpdate>,
        input: &SaveProfile,
    ) -> Result<()> {
        settings::connect::save_profile(backend, grant, input).await
    }

    pub async fn save_organizer(
        &self,
        backend: &Backend,
        grant: &Grant<may::SettingsUpdate>,
        input: &SaveOrganizer,
    ) -> Result<OrganizerSaved> {
        settings::connect::save_organizer(backend, grant, input).await
    }

    pub async fn save_options(
        &self,
        backend: &Backend,
        grant: &Grant<may::SettingsUpdate>,
        options: SaveTeamsOptions,
    ) -> Result<()> {
        settings::connect::save_options(backend, grant, options).await
    }

    pub async fn show_in_portal(&self, backend: &Backend, grant: &Grant<may::SettingsUpdate>, on: bool) -> Result<()> {
        settings::connect::show_in_portal(backend, grant, on).await
    }

    pub async fn set_active(&self, backend: &Backend, grant: &Grant<may::SettingsUpdate>, on: bool) -> Result<()> {
        settings::connect::set_active(backend, grant, on).await
    }

    /// Begins to check the connection; `None` while it is being checked already.
    pub async fn check(
        &self,
        backend: &Backend,
        grant: &Grant<may::SettingsUpdate>,
        input: &CheckConnection,
    ) -> Result<Option<JoinHandle<()>>> {
        diagnostics::begin(backend, grant, input).await
    }

    /// The last check of the connection, or the one under way.
    pub async fn diagnosis(&self, backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Option<Diagnosis>> {
        diagnostics::last(backend, grant).await
    }

    /// What the last check of the connection found that those have to know who make meetings.
    pub async fn trouble(&self, tx: &mut TenantTx, viewer: &Actor) -> Result<Option<ConnectionTrouble>> {
        diagnostics::trouble(tx, viewer).await
    }

    /// What the last check of each tenant's connection came to, by the tenant's name.
    pub async fn checks(&self, backend: &Backend) -> Result<Vec<(String, Vec<String>)>> {
        diagnostics::summaries(backend).await
    }

    pub async fn schedule(&self, backend: &Backend, scope: TenantScope, new: NewMeeting) -> Result<Scheduled> {
        meetings::schedule(backend, scope, new).await
    }

    /// Gives up the operation of a form that the user now wants saved without a meeting.
    pub async fn release(&self, backend: &Backend, tx: &mut TenantTx, user: UserId, key: IdempotencyKey) -> Result<()> {
        meetings::release(backend, tx, user, key).await
    }

    /// Gives up the operation that is making a meeting for a request.
    pub async fn stop_making(&self, backend: &Backend, tx: &mut TenantTx, request: RequestId) -> Result<()> {
        meetings::stop_making(backend, tx, request).await
    }

    /// Writes down what a meeting shall become; says what is to be done for it.
    pub async fn change(
        &self,
        backend: &Backend,
        tx: &mut TenantTx,
        by: UserId,
        meeting: &LiveMeeting,
        wish: &MeetingWish,
    ) -> Result<Option<OperationId>> {
        meetings::update(backend, tx, by, meeting, wish).await
    }

    /// Writes down that a meeting shall be cancelled, and when Microsoft is told.
    pub async fn cancel(
        &self,
        backend: &Backend,
        tx: &mut TenantTx,
        by: UserId,
        meeting: &LiveMeeting,
        message: Option<&str>,
        due: DateTime<Utc>,
    ) -> Result<Option<OperationId>> {
        meetings::cancel(backend, tx, by, meeting, message, due).await
    }

    /// Takes a cancellation back; `None` if it is too late.
    pub async fn undo_cancel(
        &self,
        backend: &Backend,
        tx: &mut TenantTx,
        by: UserId,
        meeting: &LiveMeeting,
    ) -> Result<Option<Option<OperationId>>> {
        meetings::undo_cancel(backend, tx, by, meeting).await
    }

    pub async fn retry(&self, backend: &Backend, tx: &mut TenantTx, meeting: &LiveMeeting) -> Result<Vec<OperationId>> {
        meetings::retry(backend, tx, meeting).await
    }

    /// What was asked of a meeting and Microsoft has not confirmed.
    pub async fn wanted(&self, backend: &Backend, tx: &mut TenantTx, meeting: &LiveMeeting) -> Result<MeetingWish> {
        meetings::wanted(backend, tx, meeting).await
    }

    /// The change that the meeting of records that are one thing is on its way to.
    pub async fn pending(&self, backend: &Backend, tx: &mut TenantTx, links: &Links) -> Result<Option<Pending>> {
        meetings::pending(backend, tx, links).await
    }

    /// Changes that were not accepted, of meetings that are not on record any more.
    pub async fn stranded(&self, tx: &mut TenantTx) -> Result<Vec<Stranded>> {
        meetings::stranded(tx).await
    }

    /// Has one of them tried again; `false` if there is no such change.
    pub async fn hurry_stranded(&self, backend: &Backend, tx: &mut TenantTx, id: OperationId) -> Result<bool> {
        meetings::hurry_stranded(backend, tx, id).await
    }

    /// Carries out what was just written down.
    pub async fn prompt(&self, backend: &Backend, scope: TenantScope, changes: Vec<OperationId>) {
        meetings::prompt(backend, scope, changes).await;
    }

    /// Whether portal users see what was captured of their client's meetings.
    pub async fn shows_recordings_in_portal(&self, tx: &mut TenantTx) -> Result<bool> {
        store::teams::shows_recordings_in_portal(tx).await
    }

    /// Opens a recording at Microsoft: a part of it, or all of it.
    pub(crate) async fn recording(
        &self,
        backend: &Backend,
        source: &Source,
        span: Option<Span>,
    ) -> Result<Transfer, Trouble> {
        recordings::microsoft::open(backend, source, span).await
    }

    /// One turn of copying recordings into our own store.
    pub async fn copy_recordings(&self, backend: &Backend) -> Result<()> {
        recordings::copy_due(backend, &self.copies).await
    }

    pub async fn sweep(&self, backend: &Backend) -> Result<()> {
        meetings::sweep(backend, &self.changes).await
    }

    /// Asks for the recordings and transcripts of meetings where it is due.
    pub async fn look(&self, backend: &Backend) -> Result<()> {
        capture::sweep(backend, &self.looks).await
    }

    /// Notes what is asked of Microsoft, until cancelled.
    pub async fn note_requests(&self, backend: &Backend) {
        self.requests.write_for_ever(backend).await;
    }

    /// Notes what was asked so far.
    pub async fn note_requests_now(&self, backend: &Backend) {
        self.requests.write_now(backend).await;
    }

    pub(crate) fn requests(&self) -> &RequestsLog {
        &self.requests
    }

    /// How recordings and transcripts come in.
    pub async fn arrivals(&self, backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Option<Arrivals>> {
        settings::arrivals::of_tenant(backend, grant).await.map(Some)
    }

    /// What is done in the background.
    pub(crate) async fn jobs(
        &self,
        system: &mut SystemTx,
        wanted: &Wanted,
        kind: Option<JobKind>,
    ) -> Result<Vec<JobRecord>> {
        jobs::list_of_microsoft(system, wanted, kind).await
    }

    /// Has it tried again at once.
    pub(crate) async fn hurry(&self, tx: &mut TenantTx, job: &Job, now: DateTime<Utc>) -> Result<bool> {
        jobs::hurry(tx, job, now).await
    }

    /// Asks for those of a meeting at once, and waits a while.
    pub async fn look_now(&self, backend: &Backend, scope: TenantScope, meeting: MeetingId) -> Result<()> {
        capture::look_now(backend, scope, meeting).await
    }

    /// One turn of seeing to subscriptions.
    pub async fn keep_subscriptions(&self, backend: &Backend) -> Result<()> {
        subscriptions::sweep(backend, &self.keeping).await
    }

    /// Returns when a subscription is to be seen to before its time.
    pub async fn subscription_told(&self) {
        self.inbox.lifecycle.notified().await;
    }

    /// How it stands with a tenant's subscriptions.
    pub async fn subscriptions(&self, backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Subscriptions> {
        subscriptions::of_tenant(backend, grant).await
    }

    /// Stores what a request of Microsoft's tells.
    pub async fn receive(&self, backend: &Backend, body: &[u8]) -> Result<Received> {
        notifications::receive(backend, &self.inbox, body).await
    }

    pub fn count_unread(&self, why: &'static str) {
        self.inbox.tally.count(None, why, 1);
    }

    /// Returns when something was told to this process, and of whom.
    pub async fn told(&self) -> Vec<TenantId> {
        self.inbox.told().await
    }

    /// Begins to look into what was told of these tenants.
    pub fn begin_handling_of(&self, backend: &Backend, tenants: Vec<TenantId>) {
        // They go on by themselves.
        drop(notifications::begin_with(backend, &self.handlers, tenants));
    }

    /// Begins to look into what was told.
    pub async fn begin_handling(&self, backend: &Backend) -> Result<Vec<JoinHandle<()>>> {
        notifications::begin_handling(backend, &self.handlers).await
    }

    /// Writes down what was counted, and that this process listens.
    pub async fn note_listening(&self, backend: &Backend) -> Result<()> {
        notifications::note_listening(backend, &self.inbox).await
    }

    /// Forgets operations and notifications that have long been settled.
    pub async fn forget_settled(&self, backend: &Backend) -> Result<()> {
        // What cannot be forgotten holds up nothing else.
        let outcomes = [
            recordings::clear_drafts(backend).await,
            requests_log::forget_old(backend).await,
            notifications::forget_handled(backend).await,
            diagnostics::clear_leftovers(backend).await,
            meetings::forget_settled(backend).await,
        ];
        outcomes.into_iter().collect()
    }

    pub async fn seed(&self, backend: &Backend, tx: &mut TenantTx, demo: &crate::seed::DemoTeams) -> Result<()> {
        crate::seed::teams::insert(backend, tx, demo).await
    }
}
