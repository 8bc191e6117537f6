//! The community edition: records and join links, no Microsoft.

use domain::{Edition, ErrorCode, IdempotencyKey, MeetingCapability, Saved, Unavailable, UserId};
use sqlx::migrate::Migration;

use crate::{
    Backend, Microsoft, Result,
    access::TenantScope,
    interactions::{Connected, NewMeeting},
    store::TenantTx,
};

pub const EDITION: Edition = Edition::Community;

pub fn migrations() -> Vec<Migration> {
    Vec::new()
}

pub struct Teams;

#[expect(
    clippy::unused_async,
    clippy::unnecessary_wraps,
    reason = "the same signatures as in the enterprise edition"
)]
impl Teams {
    pub fn new(_microsoft: &Microsoft) -> Result<Self> {
        Ok(Self)
    }

    pub async fn connected(&self, _tx: &mut TenantTx) -> Result<Connected> {
        let capability = MeetingCapability::Unavailable(Unavailable::NotInThisEdition);
        Ok(Connected {
            capability,
            organizer: None,
        })
    }

    pub async fn schedule(&self, _backend: &Backend, _scope: TenantScope, _new: NewMeeting) -> Result<Saved> {
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

    pub async fn sweep(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn forget_settled(&self, _backend: &Backend) -> Result<()> {
        Ok(())
    }

    pub async fn seed(&self, _backend: &Backend, _tx: &mut TenantTx, _demo: &crate::seed::DemoTeams) -> Result<()> {
        Ok(())
    }
}
