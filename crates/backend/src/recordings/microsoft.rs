//! Recordings as Microsoft Graph hands them out.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::TenantId;
use futures::{StreamExt, TryStreamExt};
use graph::{ByteRange, ErrorKind, Extent, GraphError, GraphSession};

use super::upstream::{Source, Span, Transfer, Trouble};
use crate::{Backend, Error, Result, meetings::connection, store};

/// Opens a recording: a part of it, or all of it.
pub async fn open(backend: &Backend, source: &Source, span: Option<Span>) -> Result<Transfer, Trouble> {
    let session = match sessions(backend, source).await {
        Ok(session) => session.ok_or(Trouble::Refused)?,
        // The registration or its secret is not there any more.
        Err(Error::Failure(_)) => return Err(Trouble::Refused),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, artifact.id = %source.artifact_id, "a recording could not be asked for");
            return Err(Trouble::Internal);
        }
    };
    let range = span.map(|Span { first, last }| ByteRange::From { first, last });
    let id = source.artifact_id;
    let opened = session
        .recording_content(&source.organizer, &source.meeting, &source.recording, range)
        .await
        .map_err(|error| {
            // Whatever was mended since counts at once.
            backend.teams().sessions().forget(source.scope.tenant());
            trouble(id, &error)
        })?;
    let total = opened.total();
    let (start, is_part) = match opened.extent {
        Extent::Whole => (0, false),
        Extent::Part { first, .. } => (first, true),
        Extent::OutOfRange { total } => return Err(Trouble::BeyondEnd { total }),
    };
    // Another part than the one asked for cannot be made into it.
    if is_part && span.is_none_or(|span| span.first != start) {
        tracing::warn!(artifact.id = %id, "Microsoft sent another part of a recording than it was asked for");
        return Err(Trouble::Unavailable);
    }
    let version = opened.etag.clone().or_else(|| opened.last_modified.clone());
    let bytes = opened.map_err(move |error| trouble(id, &error)).boxed();
    Ok(Transfer {
        start,
        total,
        is_part,
        version,
        bytes,
    })
}

/// How long a tenant's connection is not looked up anew. Players open many parts one after the other.
const KEPT: Duration = Duration::from_secs(10);

/// The sessions that recordings were opened with a moment ago.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<TenantId, (Instant, GraphSession)>>);

impl Sessions {
    fn find(&self, tenant: TenantId) -> Option<GraphSession> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, _)| since.elapsed() < KEPT);
        kept.get(&tenant).map(|(_, session)| session.clone())
    }

    fn keep(&self, tenant: TenantId, session: GraphSession) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(tenant, (Instant::now(), session));
    }

    fn forget(&self, tenant: TenantId) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&tenant);
    }
}

async fn sessions(backend: &Backend, source: &Source) -> Result<Option<GraphSession>> {
    let (kept, tenant) = (backend.teams().sessions(), source.scope.tenant());
    if let Some(session) = kept.find(tenant) {
        return Ok(Some(session));
    }
    let session = session(backend, source).await?;
    if let Some(session) = &session {
        kept.keep(tenant, session.clone());
    }
    Ok(session)
}

/// Nothing where the tenant is not connected.
async fn session(backend: &Backend, source: &Source) -> Result<Option<GraphSession>> {
    let mut tx = backend.db().read(source.scope).await?;
    let record = store::teams::connection(&mut tx).await?;
    let Some(profile) = connection::profile(record.as_ref()) else {
        return Ok(None);
    };
    let tenant: TenantId = source.scope.tenant();
    connection::session(backend, &mut tx, tenant, profile).await.map(Some)
}

/// What an error means here. Microsoft's words go to the log, and nowhere else.
fn trouble(id: domain::ArtifactId, error: &GraphError) -> Trouble {
    tracing::warn!(error = %error, artifact.id = %id, "Microsoft does not hand out a recording");
    match error.kind {
        ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::MeetingExpired | ErrorKind::LegacyMeeting => Trouble::Gone,
        ErrorKind::Credentials | ErrorKind::Unauthorized | ErrorKind::Forbidden(_) => Trouble::Refused,
        ErrorKind::Throttled { retry_after } => Trouble::Throttled(retry_after),
        ErrorKind::Conflict
        | ErrorKind::Invalid
        | ErrorKind::Unavailable
        | ErrorKind::NotOnline
        | ErrorKind::MissingJoinUrl
        | ErrorKind::Protocol => Trouble::Unavailable,
    }
}
