//! The paths of all pages. Links are made here and nowhere else.

use domain::{
    ArtifactId, Audience, AuditQuery, ClientId, ContactId, DocumentId, InteractionId, ListQuery, MeetingId, Place,
    Refreshed, RequestId, RequestQuery, TimelineQuery,
    import::ImportKind,
    portal::{PortalItem, SlotQuery},
    schedule::ScheduleQuery,
};
use leptos::prelude::*;
use leptos_router::location::Location;

pub const SIGN_IN: &str = "/auth/msp/signin";
pub const PORTAL_SIGN_IN: &str = "/auth/client-portal/signin";
pub const STAFF: &str = "/msp";
pub const PORTAL: &str = "/client-portal";
pub const PORTAL_APPOINTMENTS: &str = "/client-portal/appointments";
pub const PORTAL_MEETINGS: &str = "/client-portal/meetings";
pub const ASK: &str = "/client-portal/appointments/new";
pub const PROFILE: &str = "/msp/profile";
pub const SECOND_FACTOR: &str = "/msp/profile/second-factor";
pub const CLIENTS: &str = "/msp/clients";
pub const CONTACTS: &str = "/msp/contacts";
pub const INTERACTIONS: &str = "/msp/interactions";
pub const SCHEDULE: &str = "/msp/schedule";
pub const REQUESTS: &str = "/msp/appointment-requests";
pub const SETTINGS: &str = "/msp/settings";
pub const ROLES: &str = "/msp/settings/roles";
pub const TYPES: &str = "/msp/settings/interaction-types";
pub const STATUSES: &str = "/msp/settings/interaction-statuses";
pub const AVAILABILITY: &str = "/msp/settings/availability";
pub const TEAMS: &str = "/msp/settings/integrations/teams";
pub const AUDIT: &str = "/msp/settings/audit";

pub fn client(id: ClientId) -> String {
    format!("/msp/clients/{id}")
}

/// The client's page with the quick-add dialog open. The dialog is part of the URL so that it opens without script too.
pub fn quick_add(id: ClientId) -> String {
    format!("/msp/clients/{id}?new=interaction")
}

pub fn interaction(id: InteractionId) -> String {
    format!("/msp/interactions/{id}")
}

/// Who did what with the recordings and transcripts of an interaction, from a place on.
pub fn history(id: &str, after: &str) -> String {
    let after = Some(("after", after)).filter(|(_, after)| !after.is_empty());
    with_query(format!("/msp/interactions/{id}/history"), after.into_iter().collect())
}

/// Who did what in the tenant, as the query asks.
pub fn audit(query: &AuditQuery) -> String {
    with_query(AUDIT.to_owned(), query.pairs())
}

/// The same as a file, all of it.
pub fn audit_export(query: &AuditQuery) -> String {
    let pairs = query.pairs().into_iter().filter(|(name, _)| *name != "after");
    with_query("/api/settings/audit-export".to_owned(), pairs.collect())
}

/// The page on which the meeting of an interaction is watched and read.
pub fn watch(id: InteractionId) -> String {
    format!("/msp/interactions/{id}/watch")
}

/// The same at one of its sessions.
pub fn watch_session(id: InteractionId, session: u32) -> String {
    format!("/msp/interactions/{id}/watch?session={session}")
}

/// A transcript by itself.
pub fn document(id: DocumentId) -> String {
    format!("/msp/documents/{id}")
}

/// The bytes of a recording.
pub fn recording(id: ArtifactId) -> String {
    format!("/api/online-meetings/recordings/{id}")
}

/// What is said in it, for the player.
pub fn captions(id: ArtifactId) -> String {
    format!("/api/online-meetings/captions/{id}")
}

/// The file of a transcript.
pub fn download(id: DocumentId) -> String {
    format!("/api/documents/{id}/download")
}

/// The page of an interaction, which says what a look at Microsoft has brought.
pub fn refreshed(id: InteractionId, found: &Refreshed) -> String {
    format!(
        "/msp/interactions/{id}?refreshed={}-{}",
        found.recordings, found.transcripts
    )
}

/// The page of an interaction with the question open whether to delete something that was captured.
pub fn delete_artifact(id: InteractionId, artifact: ArtifactId) -> String {
    format!("/msp/interactions/{id}?do=delete-artifact&artifact={artifact}")
}

/// The same for everything that was captured.
pub fn delete_artifacts(id: InteractionId) -> String {
    format!("/msp/interactions/{id}?do=delete-artifacts")
}

/// The list of requests, showing what the query asks for.
pub fn requests(query: &RequestQuery) -> String {
    with_query(REQUESTS.to_owned(), query.pairs())
}

pub fn request(id: RequestId) -> String {
    format!("{REQUESTS}/{id}")
}

/// The page of a request, which says what was done.
pub fn request_said(id: RequestId, what: &str) -> String {
    format!("{REQUESTS}/{id}?saved={what}")
}

/// The portal's page of an appointment, or of a meeting.
pub fn portal_item(item: PortalItem) -> String {
    match item {
        PortalItem::Request(id) => format!("{PORTAL_APPOINTMENTS}/{id}"),
        PortalItem::Meeting(id) => format!("{PORTAL_MEETINGS}/{id}"),
    }
}

/// The same, which says what was done.
pub fn portal_said(item: PortalItem, what: &str) -> String {
    format!("{}?saved={what}", portal_item(item))
}

/// What is past, from a place on.
pub fn portal_past(after: &str) -> String {
    let after = Some(("after", after)).filter(|(_, after)| !after.is_empty());
    with_query(
        PORTAL_APPOINTMENTS.to_owned(),
        std::iter::once(("show", "past")).chain(after).collect(),
    )
}

/// A month of appointments: "2026-11", or empty for the present one.
pub fn portal_month(month: &str) -> String {
    let month = Some(("month", month)).filter(|(_, month)| !month.is_empty());
    with_query(
        PORTAL_APPOINTMENTS.to_owned(),
        std::iter::once(("view", "calendar")).chain(month).collect(),
    )
}

/// The page at `path` on which a time is chosen, showing what the query asks for.
pub fn slots(path: &str, query: &SlotQuery) -> String {
    let pairs = [
        ("service", query.service.as_str()),
        ("technician", query.technician.as_str()),
        ("day", query.day.as_str()),
        ("from", query.from.as_str()),
    ];
    with_query(
        path.to_owned(),
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
    )
}

/// The page on which the times for an appointment that is to move are chosen.
pub fn portal_reschedule(item: PortalItem) -> String {
    format!("{}/reschedule", portal_item(item))
}

/// The page on which a session of a meeting is watched.
pub fn portal_watch(id: MeetingId, session: u32) -> String {
    format!("{PORTAL_MEETINGS}/{id}/watch?session={session}")
}

/// The file for calendars of an appointment, or of a meeting.
pub fn calendar_file(item: PortalItem) -> String {
    match item {
        PortalItem::Request(id) => format!("/api/portal/appointments/{id}/calendar"),
        PortalItem::Meeting(id) => format!("/api/portal/meetings/{id}/calendar"),
    }
}

/// Whose pages these are.
pub fn area(path: &str) -> Option<Audience> {
    let within = |area: &str| {
        path.strip_prefix(area)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if within(STAFF) {
        Some(Audience::Staff)
    } else if within(PORTAL) {
        Some(Audience::Portal)
    } else {
        None
    }
}

/// Where people of this kind sign in.
pub fn door(audience: Audience) -> &'static str {
    match audience {
        Audience::Staff => SIGN_IN,
        Audience::Portal => PORTAL_SIGN_IN,
    }
}

/// The second step of signing in.
pub fn code(audience: Audience) -> &'static str {
    match audience {
        Audience::Staff => "/auth/msp/code",
        Audience::Portal => "/auth/client-portal/code",
    }
}

pub fn forgot_password(audience: Audience) -> &'static str {
    match audience {
        Audience::Staff => "/auth/msp/forgot-password",
        Audience::Portal => "/auth/client-portal/forgot-password",
    }
}

/// The profile page, which says what was saved.
pub fn profile_saved(what: &str) -> String {
    format!("{PROFILE}?saved={what}")
}

/// The sign-in page, which leads on to `next`.
pub fn sign_in(next: &str) -> String {
    sign_in_at(Audience::Staff, next)
}

/// The same for people of this kind.
pub fn sign_in_at(audience: Audience, next: &str) -> String {
    format!("{}?next={}", door(audience), leptos_router::location::Url::escape(next))
}

/// The list of clients or of contacts, showing what the query asks for.
pub fn list(list: &str, query: &ListQuery) -> String {
    with_query(list.to_owned(), query.pairs())
}

/// The form for a new client, or a new contact, above the page at `path`.
pub fn new_client() -> String {
    format!("{CLIENTS}?new=client")
}

pub fn new_contact(path: &str) -> String {
    format!("{path}?new=contact")
}

/// The form that changes what the page at `path` is about.
pub fn edit(path: &str) -> String {
    format!("{path}?do=edit")
}

/// Where files of clients or contacts are given in.
pub fn import(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Clients => "/msp/clients/import",
        ImportKind::Contacts => "/msp/contacts/import",
    }
}

pub fn contact(id: ContactId) -> String {
    format!("/msp/contacts/{id}")
}

/// The page with this timeline, showing what the query asks for.
pub fn timeline(place: Place, query: &TimelineQuery) -> String {
    let path = match place {
        Place::All => INTERACTIONS.to_owned(),
        Place::Client(id) => client(id),
        Place::Contact(id) => contact(id),
    };
    with_query(path, query.pairs())
}

/// A page of the schedule, showing what the query asks for.
pub fn schedule_page(query: &ScheduleQuery) -> String {
    with_query(SCHEDULE.to_owned(), query.pairs())
}

fn with_query(mut path: String, pairs: Vec<(&'static str, &str)>) -> String {
    for (n, (name, value)) in pairs.into_iter().enumerate() {
        let separator = if n == 0 { '?' } else { '&' };
        path.extend([
            &separator.to_string(),
            name,
            "=",
            &leptos_router::location::Url::escape(value),
        ]);
    }
    path
}

/// What the popup of the schedule puts into an address.
pub const ENTRY_POPUP: [&str; 6] = ["entry", "new", "until", "for", "do", "to"];

/// The schedule with the form for a new entry open.
pub fn new_entry() -> String {
    format!("{SCHEDULE}?new=entry")
}

/// A page of the settings, which says what was done.
pub fn settings_saved(page: &str, what: &str) -> String {
    format!("{page}?saved={what}")
}

/// The settings of Teams after the organizer was saved, with how many meetings stay with earlier ones.
pub fn organizer_saved(stay: u32) -> String {
    format!("{TEAMS}?saved=organizer&stay={stay}")
}

/// A page of the settings with the dialog about one of its rows open.
pub fn settings_dialog(page: &str, dialog: &str, id: &str) -> String {
    format!("{page}?{dialog}={id}")
}

/// The page with the people found, and with the dialog about one of them open where an id is given.
pub fn person(query: &str, id: &str) -> String {
    let mut path = if query.is_empty() {
        ROLES.to_owned()
    } else {
        people_matching(query)
    };
    if !id.is_empty() {
        let separator = if query.is_empty() { '?' } else { '&' };
        path.extend([&separator.to_string(), "person=", id]);
    }
    path
}

/// The people whose name or address holds this.
pub fn people_matching(query: &str) -> String {
    format!("{ROLES}?q={}", leptos_router::location::Url::escape(query))
}

/// What the dialog for adding puts into an address.
pub const QUICK_ADD: [&str; 3] = ["new", "client", "client_q"];

/// The page under way with other values in its address; without those that have none, and without what a refused form has put there.
pub fn here_with(location: &Location, values: &[(&'static str, Option<&str>)]) -> String {
    let mut query = location.query.get();
    for name in ["__path", "__err"] {
        query.remove(name);
    }
    for (name, value) in values {
        query.remove(name);
        if let Some(value) = value {
            query.insert(*name, (*value).to_owned());
        }
    }
    format!("{}{}", location.pathname.get(), query.to_query_string())
}

/// Like [`quick_add`], with the type for online meetings chosen.
pub fn schedule(id: ClientId) -> String {
    format!("/msp/clients/{id}?new=meeting")
}
