//! What went wrong, in a form that the interface can put into words: a code, and for forms the field and the problem. No text from
//! the database or from Microsoft is ever part of it.

use serde::{Deserialize, Serialize};

use crate::Unavailable;

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}")]
pub struct Failure {
    pub code: ErrorCode,
    /// Which fields to mend, in the order of the form; empty unless `code` is [`ErrorCode::Invalid`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// Seconds to wait before another try makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Failure {
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            fields: Vec::new(),
            retry_after: None,
        }
    }

    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self {
            code: ErrorCode::Invalid,
            fields,
            retry_after: None,
        }
    }

    /// One field, one problem.
    pub fn field(field: Field, problem: Problem) -> Self {
        Self::invalid(vec![FieldError { field, problem }])
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: Option<u32>) -> Self {
        self.retry_after = seconds;
        self
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

/// The kinds of failure. Each has a text in every language (`locales/*/errors.json`) and an HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// Nobody is signed in, or the session ended.
    Unauthenticated,
    /// E-mail or password is wrong, or the account is inactive: the three are not told apart.
    WrongCredentials,
    /// The sign-in was left too long before its second step.
    SignInExpired,
    /// A link from a mail that was used already, is too old, or was never valid: the three are not told apart.
    LinkExpired,
    /// The user's roles do not grant what this needs.
    Forbidden,
    /// Not there, or not this tenant's: the two look the same.
    NotFound,
    /// Fields to mend; see [`Failure::fields`].
    Invalid,
    /// The request could not be read at all.
    Unreadable,
    /// The request is larger than any form of ours.
    TooLarge,
    /// Too many tries; see [`Failure::retry_after`].
    RateLimited,
    /// Teams meetings are not set up for this tenant.
    MeetingsNotSetUp,
    /// This edition makes no Teams meetings.
    NotInThisEdition,
    /// Microsoft refused for a reason that an administrator can mend.
    MeetingRefused,
    /// Microsoft is throttling; see [`Failure::retry_after`].
    MeetingThrottled,
    /// Microsoft did not answer, or not in time.
    MeetingUnavailable,
    /// Microsoft made an event without a Teams meeting: the organizer's mailbox or licence does not allow one.
    MeetingNotOnline,
    /// Microsoft has deleted the recording, and we have no copy.
    RecordingGone,
    /// Microsoft does not hand out the recording, for a reason that an administrator can mend.
    RecordingRefused,
    /// Microsoft is throttling; see [`Failure::retry_after`].
    RecordingThrottled,
    /// Microsoft did not answer when a recording was asked for, or not with a recording.
    RecordingUnavailable,
    /// The same form is still being worked on.
    InProgress,
    /// Somebody else changed it in the meantime.
    Conflict,
    /// Interactions still have this type or status.
    InUse,
    /// Teams meetings need this type.
    NeededByTeams,
    /// New interactions begin with this status.
    IsDefault,
    /// It would take the right to manage people and roles from whoever does it.
    LockOut,
    /// The meeting is over, or was cancelled already.
    MeetingOver,
    /// It cannot be taken back any more: Microsoft has been told.
    TooLate,
    /// The code of a page did not come: the connection was lost, or the program was updated since.
    CodeMissing,
    /// Somebody has decided about the request already.
    Decided,
    /// The appointment begins so soon that only the provider can change it.
    ShortNotice,
    /// The server could not be reached.
    Offline,
    /// The database cannot be reached, or has too much to do.
    Unavailable,
    /// Our fault; the log has the details.
    Internal,
}

impl ErrorCode {
    pub const ALL: [Self; 34] = [
        Self::Unauthenticated,
        Self::WrongCredentials,
        Self::SignInExpired,
        Self::LinkExpired,
        Self::Forbidden,
        Self::NotFound,
        Self::Invalid,
        Self::Unreadable,
        Self::TooLarge,
        Self::RateLimited,
        Self::MeetingsNotSetUp,
        Self::NotInThisEdition,
        Self::MeetingRefused,
        Self::MeetingThrottled,
        Self::MeetingUnavailable,
        Self::MeetingNotOnline,
        Self::RecordingGone,
        Self::RecordingRefused,
        Self::RecordingThrottled,
        Self::RecordingUnavailable,
        Self::InProgress,
        Self::Conflict,
        Self::InUse,
        Self::NeededByTeams,
        Self::IsDefault,
        Self::LockOut,
        Self::MeetingOver,
        Self::TooLate,
        Self::CodeMissing,
        Self::Decided,
        Self::ShortNotice,
        Self::Offline,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The HTTP status of an answer with this code ([RFC 9110 §15](https://www.rfc-editor.org/rfc/rfc9110#section-15)).
    pub fn status(self) -> u16 {
        match self {
            Self::Unauthenticated | Self::WrongCredentials | Self::SignInExpired => 401,
            Self::LinkExpired | Self::RecordingGone => 410,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Unreadable => 400,
            Self::TooLarge => 413,
            Self::Invalid => 422,
            Self::RateLimited => 429,
            Self::MeetingsNotSetUp
            | Self::NotInThisEdition
            | Self::InProgress
            | Self::Conflict
            | Self::InUse
            | Self::NeededByTeams
            | Self::IsDefault
            | Self::LockOut
            | Self::MeetingOver
            | Self::TooLate
            | Self::Decided
            | Self::ShortNotice => 409,
            Self::MeetingRefused | Self::MeetingNotOnline | Self::RecordingRefused => 502,
            Self::MeetingThrottled
            | Self::MeetingUnavailable
            | Self::RecordingThrottled
            | Self::RecordingUnavailable
            | Self::CodeMissing
            | Self::Offline
            | Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// Whether Microsoft's side is the reason, so that the record can be saved without a meeting.
    pub fn is_meeting(self) -> bool {
        matches!(
            self,
            Self::MeetingsNotSetUp
                | Self::NotInThisEdition
                | Self::MeetingRefused
                | Self::MeetingThrottled
                | Self::MeetingUnavailable
                | Self::MeetingNotOnline
        )
    }
}

impl From<Unavailable> for ErrorCode {
    fn from(reason: Unavailable) -> Self {
        match reason {
            Unavailable::NotInThisEdition => Self::NotInThisEdition,
            Unavailable::NotConfigured | Unavailable::NoOrganizer => Self::MeetingsNotSetUp,
        }
    }
}

/// A field of a form and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: Field,
    pub problem: Problem,
}

/// The fields of all forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Email,
    Password,
    CurrentPassword,
    NewPassword,
    ConfirmPassword,
    /// The code of the second factor.
    Code,
    FirstName,
    LastName,
    Language,
    Zone,
    Client,
    Contact,
    Owner,
    Type,
    Title,
    Notes,
    Status,
    Start,
    End,
    Attendees,
    Name,
    Icon,
    Roles,
    Website,
    Phone,
    Role,
    Street,
    Postcode,
    City,
    Country,
    Active,
    /// A line of a file as a whole.
    File,
    /// To the attendees of a meeting that is cancelled.
    Message,
    /// Who comes.
    Technician,
    Duration,
    /// Why a request is declined.
    Reason,
    /// What a client asks for, and when.
    Service,
    Slot,
    Description,
    IdempotencyKey,
    /// The Microsoft Entra tenant.
    EntraTenant,
    /// The app registration.
    ClientId,
    ClientSecret,
    /// With its private key.
    Certificate,
    /// Who organizes meetings at Microsoft.
    Organizer,
    /// The mailbox that Microsoft has to refuse.
    SecondMailbox,
    /// The days of somebody's hours.
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
    PauseBefore,
    PauseAfter,
    /// Whose days are otherwise than usual, from when and until when.
    Person,
    Day,
    LastDay,
    /// How soon, how far ahead and how often a service can be asked for.
    Notice,
    Advance,
    PerDay,
}

/// What is wrong with a field. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Problem {
    Required,
    TooLong {
        max: u32,
    },
    TooShort {
        min: u32,
    },
    /// Control characters, or bytes that are not UTF-8.
    NotText,
    NotADate,
    /// The clocks were put forward over this time on that day.
    NoSuchTime,
    /// A meeting that is to come cannot be moved into the past.
    Past,
    EndBeforeStart,
    LongerThan {
        hours: u32,
    },
    /// Not a whole number from here to there.
    NotBetween {
        min: u32,
        max: u32,
    },
    NotAnEmail {
        value: String,
    },
    TooMany {
        max: u32,
    },
    /// A password that others try first.
    EasilyGuessed,
    /// The repetition differs.
    NotTheSame,
    /// Not the password of this account.
    WrongPassword,
    /// Not the code of now, or one that was used already.
    WrongCode,
    /// Not the name of a time zone.
    NotAZone,
    /// Not in this tenant, or not at all.
    Unknown,
    OtherClient,
    /// A Teams meeting was asked for, but the type is another.
    NotAnOnlineMeeting,
    /// The online meeting decides it.
    FollowsMeeting,
    /// A private entry of the schedule can only be one's own.
    PrivateIsOnesOwn,
    /// A role of staff for a portal user, or the other way round.
    OtherAudience,
    NotAUrl,
    NotALanguage,
    /// Another one has it already.
    Taken,
    /// Another one's is the same but for its case.
    Similar {
        value: String,
    },
    /// No client has this name.
    NoSuchClient {
        value: String,
    },
    /// Neither yes nor no.
    NotYesOrNo,
    /// An earlier line of the file is about the same.
    Repeats {
        line: u32,
    },
    /// The line has more cells than the file has columns.
    TooManyCells,
    /// No service that clients can ask for.
    NotOffered,
    /// No time was chosen.
    NoSlot,
    /// Somebody else has taken this time, or it never was on offer.
    SlotTaken,
    /// Too soon to be asked for.
    ShortNotice {
        hours: u32,
    },
    TooFarAhead {
        days: u32,
    },
    /// The form is damaged: load the page again.
    Damaged,
    /// Not an id as Microsoft shows it.
    NotAGuid,
    /// An id where a user principal name is wanted.
    IsAGuid,
    NotAUpn,
    /// The id of a client secret in place of its value.
    SecretId,
    NotASecret,
    /// No private key in PEM that can be read.
    NoPrivateKey,
    /// The private key asks for a password.
    KeyEncrypted,
    /// The private key is no RSA key.
    KeyKind,
    /// The private key is too short, or longer than any.
    KeySize,
    /// No certificate in PEM that can be read.
    NoCertificate,
    /// The certificate was made for another key.
    KeyMismatch,
    CertificateExpired,
    /// Microsoft knows nobody of this name.
    NotAtMicrosoft,
    /// Microsoft does not let this account sign in.
    DisabledAtMicrosoft,
    /// Microsoft does not accept the app registration.
    AppRefused,
    /// The app registration may not look accounts up.
    LookupRefused,
    /// The organizer, where somebody else is wanted.
    IsOrganizer,
    NotATime,
    NotADay,
    /// Hours of the same day overlap.
    Overlaps,
    /// The form names a day more than once.
    DayTwice,
    /// There is such an exception for one of the days.
    DayTaken {
        day: String,
    },
    TooManyDays {
        max: u32,
    },
}
