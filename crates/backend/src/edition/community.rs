//! The community edition: records and join links, no Microsoft.

use chrono::{DateTime, Utc};
use domain::{
    Arrivals, Capability, CheckConnection, ConnectionTrouble, Diagnosis, Edition, ErrorCode, IdempotencyKey, Job,
    JobKind, MeetingId, NotSubscribed, OperationId, OrganizerSaved, RequestId, SaveOrganizer, SaveProfile,
    SaveTeamsOptions, Subscriptions, TeamsEffect, TeamsSetup, TenantId, Unavailable, UserId,
};
use sqlx::migrate::Migration;
use tokio::task::JoinHandle;

use crate::{
    Actor, Backend, Microsoft, Result,
    access::{Grant, TenantScope, may},
    interactions::{Connected, MeetingWish, NewMeeting, Pending, Scheduled},
    notifications::Received,
    recordings::{Source, Span, Transfer, Trouble},
    store::{
        SystemTx, TenantTx,
        jobs::{JobRecord, Wanted},
        links::Links,
        meetings::LiveMeeting,
    },
    stranded::Stranded,
    subscriptions,
};

pub const EDITION: Edition = Edition::Community;

/// Nobody is asked anything there.
pub const REACHES_MICROSOFT: bool = false;
pub const GRAPH: &str = "https://microsoft.invalid";
pub const LOGIN: &str = GRAPH;

pub fn migrations() -> Vec<Migration> {
    Vec::new()
}

pub struct Teams;

#[expect(
    clippy::unused_async,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the same signatures as in the enterprise edition"
)]
impl Teams {
    pub const CHANGES_MEETINGS: bool = false;
    pub const CAPTURES: bool = false;

    pub fn new(_microsoft: &Microsoft) -> Result<Self> {
        Ok(Self)
    }

    pub async fn connected(&self, _tx: &mut TenantTx) -> Result<Connected> {
        let not_here = Capability::Unavailable(Unavailable::NotInThisEdition);
        Ok(Connected {
            meetings: not_here,
            recordings: not_here,
            organizer: None,
            invites: false,
            records: false,
        })
    }

    pub async fn records(&self, _tx: &mut TenantTx) -> Result<bool> {
        Ok(false)
    }

    pub async fn setup(&self, _backend: &Backend, _grant: &Grant<may::SettingsRead>) -> Result<Option<TeamsSetup>> {
        Ok(None)
    }

    pub async fn effect(&self, _backend: &Backend, _grant: &Grant<may::SettingsUpdate>) -> Result<TeamsEffect> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn save_profile(
        &self,
        _backend: &Backend,
        _grant: &Grant<may::SettingsUpdate>,
        _input: &SaveProfile,
    ) -> Result<()> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn save_organizer(
        &self,
        _backend: &Backend,
        _grant: &Grant<may::SettingsUpdate>,
        _input: &SaveOrganizer,
    ) -> Result<OrganizerSaved> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn save_options(
        &self,
        _backend: &Backend,
        _grant: &Grant<may::SettingsUpdate>,
        _options: SaveTeamsOptions,
    ) -> Result<()> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn show_in_portal(
        &self,
        _backend: &Backend,
        _grant: &Grant<may::SettingsUpdate>,
        _on: bool,
    ) -> Result<()> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn set_active(&self, _backend: &Backend, _grant: &Grant<may::SettingsUpdate>, _on: bool) -> Result<()> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn check(
        &self,
        _backend: &Backend,
        _grant: &Grant<may::SettingsUpdate>,
        _input: &CheckConnection,
    ) -> Result<Option<JoinHandle<()>>> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn diagnosis(&self, _backend: &Backend, _grant: &Grant<may::SettingsRead>) -> Result<Option<Diagnosis>> {
        Ok(None)
    }

    pub async fn trouble(&self, _tx: &mut TenantTx, _viewer: &Actor) -> Result<Option<ConnectionTrouble>> {
        Ok(None)
    }

    pub async fn checks(&self, _backend: &Backend) -> Result<Vec<(String, Vec<String>)>> {
        Ok(Vec::new())
    }

    pub async fn schedule(&self, _backend: &Backend, _scope: TenantScope, _new: NewMeeting) -> Result<Scheduled> {
        Err(ErrorCode::NotInThisEdition.into())
    }

    pub async fn release(
        &self,
        _backend: &Backend,
        _tx: &mut TenantTx,
        _user: UserId,
        _key: IdempotencyKey,
    ) -> Result<()> {
        Ok(())
    }

    pub async fn stop_making(&self, _backend: &Backend, _tx: &mut TenantTx, _request: RequestId) -> Result<()> {
        Ok(())
    }

    pub async fn change(
        &self,
        _backend: &Backend,
        _tx: &mut TenantTx,
        _by: UserId,
        _meeting: &LiveMeeting,
        _wish: &MeetingWish,
    ) -> Result<Option<OperationId>> {
        Ok(None)
    }

    pub async fn cancel(
        &self,
        _backend: &Backend,
        _tx: &mut TenantTx,
        _by: UserId,
        _meeting: &LiveMeeting,
        _message: Option<&str>,
        _due: DateTime<Utc>,
    ) -> Result<Option<OperationId>> {
        Ok(None)
    }

    pub async fn undo_cancel(
        &self,
        _backend: &Backend,
        _tx: &mut TenantTx,
        _by: UserId,
        _meeting: &LiveMeeting,
    ) -> Result<Option<Option<OperationId>>> {
        Ok(None)
    }

    pub async fn retry(
        &self,
        _backend: &Backend,
        _tx: &mut TenantTx,
        _meeting: &LiveMeeting,
    ) -> Result<Vec<OperationId>> {
        Ok(Vec::new())
    }

    pub async fn wanted(&self, _backend: &Backend, _tx: &mut TenantTx, _meeting: &LiveMeeting) -> Result<MeetingWish> {
        Ok(MeetingWish::default())
    }

    pub async fn pending(&self, _backend: &Backend, _tx: &mut TenantTx, _links: &Links) -> Result<Option<Pending>> {
        Ok(None)
    }

    pub async fn stranded(&self, _tx: &mut TenantTx) -> Result<Vec<Stranded>> {
        Ok(Vec::new())
    }

    pub async fn hurry_stranded(&self, _backend: &Backend, _tx: &mut TenantTx, _id: OperationId) -> Result<bool> {
        Ok(false)
    }

    pub async fn prompt(&self, _backend: &Backend, _scope: TenantScope, _changes: Vec<OperationId>) {}

    pub async fn shows_recordings_in_portal(&self, _tx: &mut TenantTx) -> Result<bool> {
        Ok(false)
    }

    pub(crate) async fn recording(
        &self,
        _backend: &Backend,
        _source: &Source,
        _span: Option<Span>,
    ) -> Result<Transfer, Trouble> {
        Err(Trouble::Refused)
    }

    pub async fn copy_recordings(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn sweep(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn look(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn note_requests(&self, _backend: &Backend) {
        std::future::pending::<()>().await;
    }

    pub async fn note_requests_now(&self, _backend: &Backend) {}

    pub async fn arrivals(&self, _backend: &Backend, _grant: &Grant<may::SettingsRead>) -> Result<Option<Arrivals>> {
        Ok(None)
    }

    pub(crate) async fn jobs(
        &self,
        _system: &mut SystemTx,
        _wanted: &Wanted,
        _kind: Option<JobKind>,
    ) -> Result<Vec<JobRecord>> {
        Ok(Vec::new())
    }

    pub(crate) async fn hurry(&self, _tx: &mut TenantTx, _job: &Job, _now: DateTime<Utc>) -> Result<bool> {
        Ok(false)
    }

    pub async fn look_now(&self, _backend: &Backend, _scope: TenantScope, _meeting: MeetingId) -> Result<()> {
        Ok(())
    }

    pub async fn keep_subscriptions(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn subscription_told(&self) {
        std::future::pending::<()>().await;
    }

    pub async fn subscriptions(&self, _backend: &Backend, _grant: &Grant<may::SettingsRead>) -> Result<Subscriptions> {
        Ok(subscriptions::nothing(NotSubscribed::NotInThisEdition))
    }

    pub async fn receive(&self, _backend: &Backend, _body: &[u8]) -> Result<Received> {
        Ok(Received::NotInThisEdition)
    }

    pub fn count_unread(&self, _why: &'static str) {}

    pub async fn told(&self) -> Vec<TenantId> {
        std::future::pending().await
    }

    pub fn begin_handling_of(&self, _backend: &Backend, _tenants: Vec<TenantId>) {}

    pub async fn begin_handling(&self, _backend: &Backend) -> Result<Vec<JoinHandle<()>>> {
        Ok(Vec::new())
    }

    pub async fn note_listening(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn forget_settled(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn seed(&self, _backend: &Backend, _tx: &mut TenantTx, _demo: &crate::seed::DemoTeams) -> Result<()> {
        Ok(())
    }
}
