//! Who did what. What changes something is written down in the transaction that changes it; what is only read, before it is given out, and
//! once in a while: a player asks for a hundred parts.

mod export;
mod page;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::{AuditDetails, AuditKind, InteractionId, TenantId, UserId};
use uuid::Uuid;

use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, TenantTx, audit::NewEntry},
};

pub use export::{Export, export};
pub use page::{of_interaction, page};

/// So long the same person may read the same thing without another entry, in seconds: an entry for each half hour of the clock.
const WHILE: i64 = 30 * 60;

/// What somebody did.
pub(crate) struct Deed<'a> {
    kind: AuditKind,
    interaction: Option<InteractionId>,
    subject_id: Option<Uuid>,
    subject: Option<&'a str>,
    details: AuditDetails,
}

impl<'a> Deed<'a> {
    pub fn of(kind: AuditKind) -> Self {
        Self {
            kind,
            interaction: None,
            subject_id: None,
            subject: None,
            details: AuditDetails::default(),
        }
    }

    /// What it was done to, as it is called now.
    pub fn to(self, id: impl Into<Uuid>, name: &'a str) -> Self {
        Self {
            subject_id: Some(id.into()),
            subject: Some(name),
            ..self
        }
    }

    /// Whose meeting it was about.
    pub fn of_interaction(self, interaction: Option<InteractionId>) -> Self {
        Self { interaction, ..self }
    }

    pub fn with(self, details: AuditDetails) -> Self {
        Self { details, ..self }
    }

    fn entry(&self, entry_id: Uuid, by: UserId, at: DateTime<Utc>) -> NewEntry<'_> {
        NewEntry {
            entry_id,
            at,
            by,
            kind: self.kind,
            interaction: self.interaction,
            subject_id: self.subject_id,
            subject: self.subject,
            details: Some(&self.details).filter(|details| !details.is_empty()),
        }
    }
}

/// Writes down what is done in this transaction.
pub(crate) async fn done(backend: &Backend, tx: &mut TenantTx, by: UserId, deed: Deed<'_>) -> Result<()> {
    let clock = backend.clock();
    store::audit::insert(tx, &deed.entry(clock.id(), by, clock.now())).await
}

/// Writes down what somebody is about to read, unless they read it a moment ago. Takes a connection only where something is written.
pub(crate) async fn read(backend: &Backend, scope: TenantScope, by: UserId, deed: Deed<'_>) -> Result<()> {
    let now = backend.clock().now();
    let reading = Reading {
        tenant: scope.tenant(),
        by,
        kind: deed.kind,
        subject: deed.subject_id.unwrap_or_default(),
    };
    let turn = now.timestamp().div_euclid(WHILE);
    if backend.readings().knows(reading, turn) {
        return Ok(());
    }
    let mut tx = backend.db().read(scope).await?;
    // All processes give it the same id, so that it is there once.
    store::audit::insert_once(&mut tx, &deed.entry(reading.id(turn), by, now)).await?;
    backend.readings().keep(reading, turn);
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Reading {
    tenant: TenantId,
    by: UserId,
    kind: AuditKind,
    subject: Uuid,
}

impl Reading {
    fn id(self, turn: i64) -> Uuid {
        let name = format!("{}/{}/{}/{turn}", self.tenant, self.by, self.kind.as_str());
        Uuid::new_v5(&self.subject, name.as_bytes())
    }
}

/// What this process has written down lately.
#[derive(Default)]
pub(crate) struct Readings(Mutex<HashMap<Reading, i64>>);

impl Readings {
    fn knows(&self, reading: Reading, turn: i64) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&reading) == Some(&turn)
    }

    fn keep(&self, reading: Reading, turn: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, at| *at == turn);
        known.insert(reading, turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(subject: u128) -> Reading {
        Reading {
            tenant: TenantId(Uuid::from_u128(1)),
            by: UserId(Uuid::from_u128(2)),
            kind: AuditKind::RecordingOpened,
            subject: Uuid::from_u128(subject),
        }
    }

    #[test]
    fn a_reading_is_known_for_its_turn() {
        let readings = Readings::default();
        assert!(!readings.knows(reading(1), 7));
        readings.keep(reading(1), 7);
        assert!(readings.knows(reading(1), 7) && !readings.knows(reading(1), 8) && !readings.knows(reading(2), 7));
        readings.keep(reading(2), 8);
        assert_eq!(readings.0.lock().unwrap().len(), 1, "what is over is forgotten");
    }

    #[test]
    fn the_same_reading_has_the_same_id() {
        let other = Reading {
            kind: AuditKind::RecordingDownloaded,
            ..reading(1)
        };
        assert_eq!(reading(1).id(7), reading(1).id(7));
        let ids = [reading(1).id(7), reading(1).id(8), reading(2).id(7), other.id(7)];
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
