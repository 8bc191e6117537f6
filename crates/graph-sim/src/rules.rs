//! The rules of the contract that the simulator watches: the names in [`LoggedRequest::broke`](crate::LoggedRequest::broke).
//! The README says what Microsoft answers to each.

/// An event's body is replaced by one without the Teams block, which switches its online meeting off.
pub const BODY_WITHOUT_TEAMS_BLOCK: &str = "body-without-teams-block";
/// A request of the same app to the same route before the `Retry-After` of the last answer has passed.
pub const RETRY_TOO_EARLY: &str = "retry-before-retry-after";
/// A value in the query was not percent-encoded: its `?`, `#` or `&` breaks the query.
pub const PASTED_QUERY: &str = "pasted-query";
/// A filter's value was not percent-encoded, or decoded first: the `%` of the stored link must itself be encoded.
pub const UNENCODED_FILTER: &str = "unencoded-filter";
/// The `/` of an id was not percent-encoded and splits it into path segments.
pub const UNENCODED_ID: &str = "unencoded-id";
/// A user principal name where onlineMeetings takes object ids only.
pub const UPN_IN_PATH: &str = "upn-in-online-meetings-path";
/// A page size where the lists of recordings and transcripts know none.
pub const TOP_ON_ARTIFACTS: &str = "top-on-artifacts";
/// A subscription asked to live longer than 4,320 minutes.
pub const EXPIRY_TOO_LONG: &str = "expiry-too-long";
/// A subscription longer than an hour without `lifecycleNotificationUrl`.
pub const NO_LIFECYCLE_URL: &str = "no-lifecycle-url";
/// A `clientState` of more than 128 characters.
pub const CLIENT_STATE_TOO_LONG: &str = "client-state-too-long";
