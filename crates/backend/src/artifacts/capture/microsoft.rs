//! Where at Microsoft a meeting is, and what its refusals mean.

use chrono::Duration;
use domain::CaptureTrouble;
use graph::{ErrorKind, Forbidden, GraphError, GraphSession};
use uuid::Uuid;

use crate::{
    Backend, Result,
    access::TenantScope,
    meetings::connection,
    store::{self, artifacts::lease::Fetch, teams::ConnectionRecord},
};

/// Why something could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub what: CaptureTrouble,
    /// Microsoft has asked for a pause.
    pub asked: Option<Duration>,
    /// It will never be otherwise.
    pub is_final: bool,
    /// Nothing that anybody has to be told.
    pub is_silent: bool,
}

impl From<CaptureTrouble> for Trouble {
    fn from(what: CaptureTrouble) -> Self {
        Self {
            what,
            asked: None,
            is_final: false,
            is_silent: false,
        }
    }
}

impl From<&GraphError> for Trouble {
    fn from(error: &GraphError) -> Self {
        Self {
            asked: error.retry_after().and_then(|wait| Duration::from_std(wait).ok()),
            is_final: matches!(error.kind, ErrorKind::LegacyMeeting | ErrorKind::MeetingExpired),
            // Made before meetings had a calendar event: there was never anything to be had of it.
            is_silent: error.kind == ErrorKind::LegacyMeeting,
            ..trouble(error).into()
        }
    }
}

fn trouble(error: &GraphError) -> CaptureTrouble {
    match error.kind {
        ErrorKind::Throttled { .. } => CaptureTrouble::Throttled,
        ErrorKind::Unavailable | ErrorKind::Protocol | ErrorKind::Conflict => CaptureTrouble::Unavailable,
        ErrorKind::Credentials | ErrorKind::Unauthorized => CaptureTrouble::Credentials,
        ErrorKind::Forbidden(Forbidden::TranscriptsOff) => CaptureTrouble::TranscriptsOff,
        ErrorKind::Forbidden(Forbidden::NoTeamsPolicy) => CaptureTrouble::AccessPolicy,
        ErrorKind::Forbidden(Forbidden::NotOrganizer) => CaptureTrouble::MeetingGone,
        ErrorKind::NotFound if error.names_mailbox() => CaptureTrouble::OrganizerGone,
        ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::LegacyMeeting | ErrorKind::MeetingExpired => {
            CaptureTrouble::MeetingGone
        }
        ErrorKind::Invalid
        | ErrorKind::NotOnline
        | ErrorKind::MissingJoinUrl
        | ErrorKind::Forbidden(Forbidden::SpeakerAttributionOff) => CaptureTrouble::Refused,
        ErrorKind::Forbidden(_) => CaptureTrouble::Permission,
    }
}

/// Microsoft's words are not logged: they may hold addresses.
pub fn log(fetch: &Fetch, error: &GraphError, what: &'static str) {
    tracing::warn!(
        meeting.id = %fetch.meeting_id,
        graph.status = error.status,
        graph.code = error.code.as_deref(),
        graph.request_id = error.request_id.as_deref(),
        graph.kind = ?error.kind,
        "{what}"
    );
}

/// A meeting at Microsoft, and who asks for it.
pub struct Place {
    pub session: GraphSession,
    /// Object id.
    pub organizer: String,
    pub meeting_id: String,
}

impl Place {
    /// Finds the meeting under its own organizer, whoever organizes today, and under tenants' present app registration.
    pub async fn find(backend: &Backend, scope: TenantScope, fetch: &Fetch) -> Result<Result<Self, Trouble>> {
        let mut tx = backend.db().read(scope).await?;
        let record = store::teams::connection(&mut tx).await?;
        let Some(profile) = connection::profile(record.as_ref()) else {
            return Ok(Err(CaptureTrouble::NotSetUp.into()));
        };
        let session = match connection::session(backend, &mut tx, scope.tenant(), profile).await {
            Ok(session) => session,
            Err(crate::Error::Failure(_)) => return Ok(Err(CaptureTrouble::NotSetUp.into())),
            Err(error) => return Err(error),
        };
        drop(tx);
        let Some(user) = organizer(fetch, record.as_ref()) else {
            return Ok(Err(CaptureTrouble::NotSetUp.into()));
        };
        match locate(&session, fetch, user).await {
            Ok(Some((organizer, meeting_id))) => Ok(Ok(Self {
                session,
                organizer,
                meeting_id,
            })),
            Ok(None) => Ok(Err(CaptureTrouble::MeetingGone.into())),
            Err(error) => {
                log(fetch, &error, "a meeting was not found at Microsoft");
                Ok(Err(Trouble::from(&error)))
            }
        }
    }

    /// What it means that there is no such meeting: Teams says the same of an organizer who is not there.
    pub async fn missing(&self) -> CaptureTrouble {
        match self.session.user(&self.organizer).await {
            Err(error) if error.kind == ErrorKind::NotFound => CaptureTrouble::OrganizerGone,
            _ => CaptureTrouble::MeetingGone,
        }
    }
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Whose the meeting is; where it does not say, it is taken for the organizer of today.
fn organizer(fetch: &Fetch, record: Option<&ConnectionRecord>) -> Option<String> {
    filled(fetch.organizer_user_id.as_ref())
        .or_else(|| filled(fetch.organizer_upn.as_ref()))
        .or_else(|| filled(record?.organizer_object_id.as_ref()))
        .or_else(|| filled(record?.organizer_upn.as_ref()))
        .map(str::to_owned)
}

/// The organizer's object id and the meeting's id: known, or found by the link to join, which the event may have to tell.
async fn locate(session: &GraphSession, fetch: &Fetch, user: String) -> Result<Option<(String, String)>, GraphError> {
    // Teams wants the object id.
    let user = if Uuid::try_parse(&user).is_err() {
        session.user(&user).await?.id
    } else {
        user
    };
    if let Some(id) = filled(fetch.provider_meeting_id.as_ref()) {
        return Ok(Some((user, id.to_owned())));
    }
    let told = match (
        filled(fetch.join_url.as_ref()),
        filled(fetch.provider_event_id.as_ref()),
    ) {
        (Some(join_url), _) => Some(join_url.to_owned()),
        (None, Some(event)) => session.event(&user, event).await?.join_url,
        (None, None) => None,
    };
    let Some(join_url) = told else { return Ok(None) };
    let found = session.online_meeting_by_join_url(&user, &join_url).await?;
    Ok(found.map(|meeting| (user, meeting.id)))
}
