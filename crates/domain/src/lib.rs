//! Types and rules that the server and the browser share.
//!
//! Nothing in here touches a database, a clock, the network or the DOM: the crate compiles to WebAssembly and its tests run in
//! milliseconds. What a user typed arrives as the raw types (`QuickAdd`, `SignIn`) and leaves as checked ones (`Draft`) or as a
//! [`Failure`] that names the field and the problem.

mod account;
mod clients;
mod edit;
mod failure;
mod ids;
mod interactions;
mod language;
mod live;
mod meetings;
mod palette;
pub mod password;
mod permission;
mod session;
pub mod text;
mod timeline;
pub mod transcript;

pub use account::{
    Audience, ChangePassword, Device, EditProfile, Enrolment, ForgotPassword, PortalSignIn, PortalViewer, Profile,
    QrCode, ResetPassword, SecondFactor, SignInRow,
};
pub use clients::{ClientList, ClientPage, ClientRow, ContactOption, ContactPage, PortalAccount};
pub use edit::{Edit, EditForm, EditInteraction};
pub use failure::{ErrorCode, Failure, Field, FieldError, Problem};
pub use ids::{
    ClientId, ContactId, DocumentId, IdempotencyKey, InteractionId, MailId, MeetingId, OperationId, ProfileId, ResetId,
    RoleId, ScheduleEntryId, SessionId, StatusId, TenantId, TypeId, UserId,
};
pub use interactions::{Choice, Draft, InteractionMeeting, InteractionPage, QuickAdd, QuickAddForm, Saved, TypeOption};
pub use language::Language;
pub use live::{Change, ChangeKind, News};
pub use meetings::{Invitee, MAX_ATTENDEES, MAX_HOURS, MeetingCapability, MeetingStatus, Unavailable, attendees};
pub use palette::{PaletteContact, PaletteHits, PaletteInteraction};
pub use permission::Permission;
pub use session::{Edition, SignIn, Viewer};
pub use timeline::{
    Cursor, Has, MAX_SEARCH, Place, TimelineDay, TimelineFilter, TimelineMeeting, TimelineOptions, TimelinePage,
    TimelineQuery, TimelineRow,
};
