//! Types and rules that the server and the browser share.
//!
//! Nothing in here touches a database, a clock, the network or the DOM: the crate compiles to WebAssembly and its tests run in
//! milliseconds. What a user typed arrives as the raw types (`QuickAdd`, `SignIn`) and leaves as checked ones (`Draft`) or as a
//! [`Failure`] that names the field and the problem.

#[macro_use]
mod words;

mod account;
mod appointments;
pub mod artifacts;
pub mod audit;
pub mod availability;
mod byte_range;
mod changes;
mod clients;
mod contacts;
mod edit;
mod failure;
mod html;
mod ids;
pub mod import;
mod interactions;
mod jobs;
mod language;
mod live;
mod meetings;
mod packed;
mod palette;
pub mod password;
mod permission;
pub mod portal;
pub mod schedule;
mod session;
mod settings;
pub mod subscribing;
pub mod text;
mod timeline;
pub mod transcript;

pub use account::{
    Audience, ChangePassword, Device, EditProfile, Enrolment, ForgotPassword, PortalSignIn, PortalViewer, Profile,
    QrCode, ResetPassword, SecondFactor, SignInRow,
};
pub use appointments::{
    ApproveDraft, ApproveRequest, DeclineDraft, DeclineRequest, MAX_INTERNAL_NOTES, MAX_MINUTES, MAX_REASON, MoveDraft,
    MoveRequest, PENDING_COUNTED, RequestCursor, RequestDecision, RequestFilter, RequestList, RequestMail,
    RequestMailKind, RequestMailState, RequestMeeting, RequestPage, RequestQuery, RequestRow, RequestSlot,
    RequestStatus, RequestTimes, RequestWish, RequestWork, reference,
};
pub use artifacts::{
    ArtifactKind, Capture, CaptureTrouble, CapturedRecording, CapturedSession, CapturedTranscript, DocumentPage,
    KEPT_BY_MICROSOFT, PortalAccess, PortalShare, Reading, RecordingState, Refreshed, TimeLeft, TranscriptState,
    WatchPage, looking,
};
pub use audit::{
    AUDIT_PAGE, AuditCursor, AuditDetails, AuditField, AuditFilter, AuditKind, AuditPage, AuditQuery, AuditRow,
    spreadsheet_cell,
};
pub use byte_range::ByteRange;
pub use changes::{ChangeKind, MAX_MESSAGE, MeetingTrouble, PendingChange, StrandedChange, message};
pub use clients::{
    COUNTED, ClientDraft, ClientForm, ClientList, ClientPage, ClientRow, DirectoryForm, LIST_PAGE, LOCALES, ListCursor,
    ListFilter, ListQuery, SaveClient, Shown, Versioned, locale,
};
pub use contacts::{
    ContactDraft, ContactForm, ContactList, ContactOption, ContactPage, ContactRow, Known, Origin, Phone, SaveContact,
};
pub use edit::{Edit, EditForm, EditInteraction};
pub use failure::{ErrorCode, Failure, Field, FieldError, Problem};
pub use html::SafeHtml;
pub use ids::{
    ArtifactId, ClientId, ContactId, DocumentId, FileId, IdempotencyKey, InteractionId, MailId, MeetingId, OperationId,
    ProfileId, RequestId, ResetId, RoleId, ScheduleEntryId, ServiceId, SessionId, StatusId, TenantId, TypeId, UserId,
};
pub use interactions::{
    Choice, Choices, Draft, InteractionMeeting, InteractionPage, MeetingCancelled, MeetingWished, Person, PersonKind,
    QuickAdd, QuickAddForm, RecordValues, Saved, TypeOption, WaysIn, WishOf, WishRow,
};
pub use jobs::{Job, JobKind, JobState, Stand};
pub use language::Language;
pub use live::{Change, News, NewsKind};
pub use meetings::{Capability, Invitee, MAX_ATTENDEES, MAX_HOURS, MeetingStatus, Unavailable, attendees};
pub use packed::Packed;
pub use palette::{PaletteContact, PaletteHits, PaletteInteraction};
pub use permission::Permission;
pub use session::{Edition, SignIn, Viewer};
pub use settings::{
    AppProof, Arrivals, CertificateShown, CertificateState, CheckConnection, ConnectionTrouble, Diagnosis,
    DiagnosisCause, DiagnosisLine, DiagnosisStep, EntryChange, ICONS, MAX_CLIENT_SECRET, MAX_ENTRIES, MAX_ENTRY_NAME,
    MAX_SELECTED_ROLES, MAX_UPN, MicrosoftRequest, NotSubscribed, NotificationCounts, OrganizerSaved, PeopleList,
    PersonForm, PersonRow, ProfileDraft, RequestOutcome, RoleChange, RoleChoice, RoleRow, RolesPage, SaveOrganizer,
    SaveProfile, SaveStatus, SaveTeamsOptions, SaveType, SetRoles, StatusDraft, StatusRow, StatusesPage, StepState,
    SubscriptionState, SubscriptionStatus, SubscriptionTrouble, Subscriptions, TeamsEffect, TeamsPage, TeamsSetup,
    TypeDraft, TypeRow, TypeTemplate, TypedProfile, TypesPage, Used, diagnosis_outcome,
};
pub use timeline::{
    Cursor, Has, MAX_SEARCH, Place, TimelineDay, TimelineFilter, TimelineMeeting, TimelineOptions, TimelinePage,
    TimelineQuery, TimelineRow,
};
