use std::{fmt, time::Duration};

use uuid::Uuid;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong, judged by the HTTP status first and by Microsoft's codes only where one status means several things. Where
/// there is no code of its own for a cause, Microsoft's wording is the hint; what it does not fit keeps the kind of its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The token endpoint refused the app registration (secret, app or tenant). [`GraphError::code`] holds the AADSTS
    /// number for the administrator to look up; it may change and must not be branched on.
    Credentials,
    /// Graph refused a token that was just issued.
    Unauthorized,
    Forbidden(Forbidden),
    /// 404: the item, the mailbox or the user; maybe it is only not there yet.
    NotFound,
    /// 410: it was there and will not come back. A saved place in a list of changes is one such thing.
    Gone,
    /// 409 or 412.
    Conflict,
    /// 400 and the other refusals of the request as such.
    Invalid,
    /// 429, with the wait Microsoft asked for when that was too long to be spent inside the call.
    Throttled {
        retry_after: Option<Duration>,
    },
    /// 5xx, no connection, or no answer in time. Ask [`GraphError::outcome_unknown`] after a write.
    Unavailable,
    /// Microsoft created the event without an online meeting (no Teams licence, or Teams is not allowed on the mailbox).
    NotOnline,
    /// The event is an online meeting, but its join link never appeared.
    MissingJoinUrl,
    /// The meeting is on nobody's calendar, so Microsoft has no recordings and transcripts of it and never will.
    LegacyMeeting,
    /// Microsoft says that the meeting has expired, some 60 days after its end. It may as well say only
    /// [`ErrorKind::NotFound`].
    MeetingExpired,
    /// The answer was not understood, or broke a rule of the protocol (redirect, next page on another host).
    Protocol,
}

/// Which permission is missing. Graph answers 403, for some causes other statuses too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// No `Calendars.ReadWrite`, or the mailbox is outside of the scope granted in Exchange.
    MailboxScope,
    /// A legacy Exchange application access policy denies the mailbox.
    AccessPolicyDenied,
    /// No Teams application access policy for this app on this user.
    NoTeamsPolicy,
    /// An application permission is not consented in Entra.
    MissingRole,
    /// The user named in the path is not the meeting's organizer.
    NotOrganizer,
    /// `User.Read.All` is not consented.
    UserLookup,
    /// The tenant's switch "Graph API access to transcripts" is off, as it is until somebody turns it on. Recordings are not
    /// concerned.
    TranscriptsOff,
    /// The tenant does not let apps see who spoke; the text without names can be had
    /// (`transcript_content` asks for it by itself).
    SpeakerAttributionOff,
    Other,
}

/// A failed call.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.describe())]
pub struct GraphError {
    pub kind: ErrorKind,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// Microsoft's code (`ErrorItemNotFound`, `AADSTS7000215`), as it was sent.
    pub code: Option<String>,
    /// Microsoft's id of the request, for its support.
    pub request_id: Option<String>,
    /// Our id of the request, sent as `client-request-id`; Microsoft's answers echo it.
    pub client_request_id: Option<Uuid>,
    detail: Box<Detail>,
    source: Option<BoxError>,
}

#[derive(Debug)]
struct Detail {
    call: &'static str,
    inner_codes: Vec<String>,
    message: Option<String>,
    retry_after: Option<Duration>,
    outcome_unknown: bool,
}

impl GraphError {
    pub(crate) fn new(kind: ErrorKind, call: &'static str) -> Self {
        Self {
            kind,
            status: None,
            code: None,
            request_id: None,
            client_request_id: None,
            detail: Box::new(Detail {
                call,
                inner_codes: Vec::new(),
                message: None,
                retry_after: None,
                outcome_unknown: false,
            }),
            source: None,
        }
    }

    /// Whether the write this error ends may have been committed: an attempt reached Microsoft and its outcome was not
    /// told. Always false for reads.
    pub fn outcome_unknown(&self) -> bool {
        self.detail.outcome_unknown
    }

    /// [`GraphError::code`] and after it the more exact codes that came inside of it (`GraphAccessToTranscriptsDisabled`).
    /// Their letters' case is not reliable.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let inner = self.detail.inner_codes.iter().map(String::as_str);
        self.code.as_deref().into_iter().chain(inner)
    }

    /// Microsoft's explanation, or ours, for logs and for the administrator. Wording may change at any time.
    pub fn message(&self) -> Option<&str> {
        self.detail.message.as_deref()
    }

    /// How long Microsoft asked to wait, on 429 and on some 503; 136 years at most, so that it can be added to any time.
    pub fn retry_after(&self) -> Option<Duration> {
        self.detail.retry_after
    }

    pub(crate) fn with_inner_codes(mut self, inner_codes: Vec<String>) -> Self {
        self.detail.inner_codes = inner_codes;
        self
    }

    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.detail.message = Some(message.into());
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.detail.retry_after = retry_after;
        self
    }

    /// `source` must not hold a secret: it ends up in logs.
    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Marks that this attempt, or one before it, may have been committed.
    pub(crate) fn or_unknown(mut self, unknown: bool) -> Self {
        self.detail.outcome_unknown |= unknown;
        self
    }

    /// Whether the same request may succeed when it is sent again.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Throttled { .. } | ErrorKind::Unavailable)
    }

    /// Whether a 404 is about the mailbox or the user in the path, not about the item.
    pub fn names_mailbox(&self) -> bool {
        const CODES: [&str; 4] = [
            "ErrorInvalidUser",
            "Request_ResourceNotFound",
            "MailboxNotEnabledForRESTAPI",
            "ResourceNotFound",
        ];
        self.codes()
            .any(|code| CODES.iter().any(|known| known.eq_ignore_ascii_case(code)))
    }

    fn describe(&self) -> String {
        let mut parts = vec![format!("Microsoft Graph: {} failed: {}", self.detail.call, self.kind)];
        parts.extend(self.status.map(|status| format!("status {status}")));
        let codes: Vec<&str> = self.codes().collect();
        parts.extend((!codes.is_empty()).then(|| format!("code {}", codes.join("/"))));
        parts.extend(self.request_id.as_ref().map(|id| format!("request-id {id}")));
        parts.extend(self.client_request_id.map(|id| format!("client-request-id {id}")));
        parts.extend(self.detail.message.clone());
        parts.join(", ")
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credentials => "the app registration was refused",
            Self::Unauthorized => "the token was refused",
            Self::Forbidden(Forbidden::MailboxScope) => "the mailbox is out of the app's scope",
            Self::Forbidden(Forbidden::AccessPolicyDenied) => "an application access policy denies the mailbox",
            Self::Forbidden(Forbidden::NoTeamsPolicy) => "no Teams application access policy",
            Self::Forbidden(Forbidden::MissingRole) => "an application permission is missing",
            Self::Forbidden(Forbidden::NotOrganizer) => "the user is not the organizer",
            Self::Forbidden(Forbidden::UserLookup) => "users may not be looked up",
            Self::Forbidden(Forbidden::TranscriptsOff) => "the tenant does not let apps read transcripts",
            Self::Forbidden(Forbidden::SpeakerAttributionOff) => "the tenant does not let apps see who spoke",
            Self::Forbidden(Forbidden::Other) => "forbidden",
            Self::NotFound => "not found",
            Self::Gone => "gone",
            Self::Conflict => "conflict",
            Self::Invalid => "the request was refused",
            Self::Throttled { .. } => "throttled",
            Self::Unavailable => "the service is unavailable",
            Self::NotOnline => "the event is no online meeting",
            Self::MissingJoinUrl => "the join link is missing",
            Self::LegacyMeeting => "the meeting is on no calendar",
            Self::MeetingExpired => "the meeting has expired",
            Self::Protocol => "the answer was not understood",
        })
    }
}
