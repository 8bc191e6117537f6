//! The last requests to Microsoft and what came of them, for whoever has to find out why something does not arrive.
//!
//! They are written off the way of the request: what was asked goes into a channel that holds so many, and a task writes what has gathered
//! there. When that does not keep up, as when the database is slow, the newest are not written: no request waits for its own record.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use domain::{MicrosoftRequest, RequestOutcome, TenantId};
use graph::{ErrorKind, Exchange, Observer};
use tokio::sync::{Mutex, mpsc};

use crate::{
    Actor, Backend, Clock, Result,
    access::TenantScope,
    store::{self, TenantTx, requests::RequestRecord},
    zone,
};

/// How many of each tenant are kept, and for how long.
const KEPT: i64 = 50;
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// What is asked for as often as somebody moves in a recording.
const CONTENT: &str = "get-recording-content";
/// How many may wait to be written.
const WAITING: usize = 256;
/// How long the task gathers them before it writes.
const GATHERED: Duration = Duration::from_secs(1);
/// Microsoft's codes and ids are shorter.
const LONGEST: usize = 100;

pub struct RequestsLog {
    sender: mpsc::Sender<(TenantId, RequestRecord)>,
    /// Held by whoever writes.
    receiver: Mutex<mpsc::Receiver<(TenantId, RequestRecord)>>,
}

impl Default for RequestsLog {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            sender,
            receiver: Mutex::new(receiver),
        }
    }
}

impl RequestsLog {
    /// Who is told of the requests of a tenant.
    pub fn observer(&self, clock: &Clock, tenant: TenantId) -> Observer {
        let (sender, clock) = (self.sender.clone(), clock.clone());
        Arc::new(move |exchange| {
            // Whoever watches opens part after part: that would push out all others.
            if exchange.call == CONTENT && exchange.refusal.is_none() {
                return;
            }
            // One that finds no room is not written.
            let _ = sender.try_send((tenant, record(&clock, exchange)));
        })
    }

    /// Writes what comes, until cancelled.
    pub async fn write_for_ever(&self, backend: &Backend) {
        let mut receiver = self.receiver.lock().await;
        let mut gathered = Vec::new();
        while receiver.recv_many(&mut gathered, WAITING).await > 0 {
            tokio::time::sleep(GATHERED).await;
            while let Ok(more) = receiver.try_recv() {
                gathered.push(more);
            }
            write(backend, std::mem::take(&mut gathered)).await;
        }
    }

    /// Writes what is there.
    pub async fn write_now(&self, backend: &Backend) {
        let mut receiver = self.receiver.lock().await;
        let mut gathered = Vec::new();
        while let Ok(one) = receiver.try_recv() {
            gathered.push(one);
        }
        write(backend, gathered).await;
    }
}

async fn write(backend: &Backend, gathered: Vec<(TenantId, RequestRecord)>) {
    let mut by_tenant: BTreeMap<TenantId, Vec<RequestRecord>> = BTreeMap::new();
    for (tenant, record) in gathered {
        by_tenant.entry(tenant).or_default().push(record);
    }
    for (tenant, records) in by_tenant {
        let written = async {
            let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
            store::requests::insert(&mut tx, &records, KEPT).await?;
            Ok::<_, crate::Error>(tx.commit().await?)
        };
        if let Err(error) = written.await {
            tracing::warn!(error = &error as &dyn std::error::Error, tenant.id = %tenant, "requests to Microsoft were not noted");
        }
    }
}

fn record(clock: &Clock, exchange: Exchange) -> RequestRecord {
    let outcome = match exchange.refusal {
        None => RequestOutcome::Ok,
        Some(ErrorKind::Throttled { .. }) => RequestOutcome::Throttled,
        Some(ErrorKind::Unavailable) if exchange.status.is_none() => RequestOutcome::TimedOut,
        Some(ErrorKind::Unavailable) => RequestOutcome::Unavailable,
        Some(_) => RequestOutcome::Refused,
    };
    let short = |text: String| text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    RequestRecord {
        entry_id: clock.id(),
        requested_at: clock.now(),
        call: exchange.call.to_owned(),
        outcome: outcome.as_str().to_owned(),
        status: exchange.status.map(i32::from),
        code: exchange.code.map(short),
        milliseconds: i32::try_from(exchange.took.as_millis()).unwrap_or(i32::MAX),
        microsoft_request_id: exchange.request_id.map(short),
        client_request_id: exchange.client_request_id,
    }
}

/// The tenant's, the latest first.
pub async fn last(tx: &mut TenantTx, viewer: &Actor) -> Result<Vec<MicrosoftRequest>> {
    let records = store::requests::last(tx, KEPT).await?;
    let shown = records.into_iter().map(|record| MicrosoftRequest {
        id: record.entry_id,
        when: zone::exact(record.requested_at, viewer.zone, viewer.language),
        call: record.call,
        outcome: RequestOutcome::find(&record.outcome).unwrap_or(RequestOutcome::Refused),
        status: record.status.and_then(|status| u16::try_from(status).ok()),
        code: record.code,
        milliseconds: u32::try_from(record.milliseconds).unwrap_or_default(),
        request_id: record.microsoft_request_id,
        client_request_id: record.client_request_id.map(|id| id.to_string()),
    });
    Ok(shown.collect())
}

/// Forgets old ones.
pub async fn forget_old(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    store::requests::delete_old(&mut system, backend.clock().now() - KEPT_FOR).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(refusal: Option<ErrorKind>, status: Option<u16>) -> Exchange {
        Exchange {
            call: "list-recordings",
            took: Duration::from_millis(12),
            refusal,
            status,
            code: Some(format!("Code\n{}", "x".repeat(500))),
            request_id: Some("a\tb".into()),
            client_request_id: None,
        }
    }

    #[test]
    fn outcomes_are_of_five_kinds_and_texts_are_short() {
        let clock = Clock::system();
        let outcome =
            |refusal, status| RequestOutcome::find(&record(&clock, exchange(refusal, status)).outcome).unwrap();
        let throttled = ErrorKind::Throttled { retry_after: None };
        assert_eq!(outcome(None, Some(200)), RequestOutcome::Ok);
        assert_eq!(outcome(Some(throttled), Some(429)), RequestOutcome::Throttled);
        assert_eq!(outcome(Some(ErrorKind::Unavailable), None), RequestOutcome::TimedOut);
        assert_eq!(
            outcome(Some(ErrorKind::Unavailable), Some(503)),
            RequestOutcome::Unavailable
        );
        assert_eq!(outcome(Some(ErrorKind::NotFound), Some(404)), RequestOutcome::Refused);
        let record = record(&clock, exchange(None, None));
        let code = record.code.unwrap();
        assert!(code.starts_with("Codex") && code.chars().count() == LONGEST, "{code}");
        assert_eq!(
            (record.microsoft_request_id.as_deref(), record.milliseconds),
            (Some("ab"), 12)
        );
    }

    #[tokio::test]
    async fn under_pressure_the_newest_are_dropped() {
        let log = RequestsLog::default();
        let observer = log.observer(&Clock::system(), TenantId(uuid::Uuid::from_u128(1)));
        for _ in 0..2 * WAITING {
            observer(exchange(None, Some(200)));
        }
        let mut receiver = log.receiver.lock().await;
        let mut gathered = Vec::new();
        assert_eq!(receiver.recv_many(&mut gathered, 2 * WAITING).await, WAITING);
        assert!(receiver.try_recv().is_err());
    }
}
