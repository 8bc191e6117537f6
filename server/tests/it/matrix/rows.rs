//! The rows. How to write one stands in `matrix.rs`.

use domain::Permission::{
    ClientCreate, ClientRead, ClientUpdate, ContactCreate, ContactRead, ContactUpdate, InteractionCreate,
    InteractionDelete, InteractionRead, InteractionUpdate, ScheduleRead, ScheduleUpdate, SettingsRead, SettingsUpdate,
    UserUpdate,
};

use super::{
    Row, get, page, post,
    world::{
        APPOINTMENT, ARTIFACT, CAPTIONED, CLIENT, CONTACT, DOCUMENT, ENTRY, INTERACTION, MEETING, PERSON, RECORDED,
        RECORDING, REQUEST, SERVICE, SESSION, STATUS, TYPE, UPCOMING, UPCOMING_MEETING, WAITING,
    },
};

/// All of them.
pub const ROWS: fn() -> Vec<Row> = || {
    [
        doors(),
        account(),
        clients(),
        interactions(),
        schedule(),
        appointments(),
        settings(),
        settings_of_people(),
        portal(),
        wishes(),
        health(),
    ]
    .concat()
};

fn doors() -> Vec<Row> {
    vec![
        post("session/sign-in")
            .anyone()
            .with("input[email]", "")
            .with("input[password]", "")
            .answers(422),
        post("session/portal-sign-in")
            .anyone()
            .with("input[email]", "")
            .with("input[password]", "")
            .answers(422),
        post("session/code").anyone().with("code", "000000").answers(401),
        post("session/language").anyone().with("language", "tlh").answers(400),
        post("session/sign-out").anyone().ends_session(),
        get("session/viewer").staff(),
        post("account/forgot-password")
            .anyone()
            .with("input[email]", "")
            .answers(422),
        get("account/check-link")
            .anyone()
            .with("token", "nonsense")
            .answers(410),
        post("account/reset-password")
            .anyone()
            .with("input[token]", "nonsense")
            .answers(410),
        page("/").anyone().answers(303),
        page("/auth/msp/signin").anyone(),
        page("/auth/msp/code").anyone(),
        page("/auth/msp/forgot-password").anyone(),
        page("/auth/msp/reset-password").anyone().answers(410),
        page("/auth/client-portal/signin").anyone(),
        page("/auth/client-portal/code").anyone(),
        page("/auth/client-portal/forgot-password").anyone(),
        page("/auth/client-portal/reset-password").anyone().answers(410),
    ]
}

fn account() -> Vec<Row> {
    vec![
        get("account/profile").staff(),
        post("account/save").staff().with("input[zone]", "Mars").answers(422),
        post("account/change-password")
            .staff()
            .with("input[current]", "")
            .answers(422),
        // Not one's own is not there, whoever's it is.
        post("account/end-sign-in")
            .staff()
            .id("session_id", SESSION)
            .answers(404),
        post("account/sign-out-everywhere").staff().ends_session(),
        post("account/begin-second-factor").staff().answers(422),
        get("account/second-factor").staff().answers(404),
        post("account/confirm-second-factor").staff().answers(422),
        post("account/second-factor-off").staff().answers(422),
        page("/msp/profile").staff(),
        page("/msp/profile/second-factor").staff().answers(404),
    ]
}

fn clients() -> Vec<Row> {
    vec![
        get("clients/list").may(ClientRead),
        get("clients/page").may(ClientRead).id("client_id", CLIENT),
        get("clients/new-form").may(ClientCreate),
        get("clients/edit-form").may(ClientUpdate).id("client_id", CLIENT),
        post("clients/save")
            .may(ClientUpdate)
            .id("input[client_id]", CLIENT)
            .with("input[version]", "1")
            .with("input[name]", "Matrix")
            .answers(409),
        get("contacts/list").may(ContactRead),
        get("contacts/page").may(ContactRead).id("contact_id", CONTACT),
        get("contacts/new-form").may(ContactCreate).id("client_id", CLIENT),
        get("contacts/edit-form").may(ContactUpdate).id("contact_id", CONTACT),
        post("contacts/save")
            .may(ContactUpdate)
            .id("input[contact_id]", CONTACT)
            .with("input[version]", "1")
            .with("input[name]", "Matrix")
            .answers(409),
        get("imports/preview")
            .may(ClientCreate)
            .may(ClientUpdate)
            .with("kind", "clients")
            .with("upload_id", "nonsense")
            .answers(404),
        post("imports/confirm")
            .may(ClientCreate)
            .may(ClientUpdate)
            .with("kind", "clients")
            .with("input[upload_id]", "nonsense")
            .answers(404),
        page("/msp").staff().answers(302),
        page("/msp/clients").may(ClientRead),
        page("/msp/clients/{id}").may(ClientRead).id("id", CLIENT),
        page("/msp/clients/import").may(ClientCreate).may(ClientUpdate),
        page("/msp/clients/import/{id}")
            .may(ClientCreate)
            .may(ClientUpdate)
            .with("id", "nonsense")
            .answers(404),
        page("/msp/contacts").may(ContactRead),
        page("/msp/contacts/import").may(ContactCreate).may(ContactUpdate),
        page("/msp/contacts/import/{id}")
            .may(ContactCreate)
            .may(ContactUpdate)
            .with("id", "nonsense")
            .answers(404),
        page("/msp/contacts/{id}").may(ContactRead).id("id", CONTACT),
        page("/msp/{*any}").staff().answers(404),
    ]
}

/// Who may not read about people sees only what is meant for them: to whoever asks here, somebody else's request is not there.
fn appointments() -> Vec<Row> {
    vec![
        get("appointments/list").may(ScheduleRead),
        get("appointments/page")
            .may(ScheduleRead)
            .with("request_id", "nonsense")
            .answers(404),
        get("appointments/slot")
            .may(ScheduleUpdate)
            .id("request_id", REQUEST)
            .with("start", "2027-05-04T09:00")
            .with("minutes", "30"),
        // Nobody has decided about it yet.
        post("appointments/keep-time")
            .may(ScheduleUpdate)
            .id("request_id", REQUEST)
            .answers(409),
        post("appointments/approve")
            .may(ScheduleUpdate)
            .id("input[request_id]", REQUEST)
            .with("input[idempotency_key]", "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b")
            .with("input[start]", "2027-05-04T09:00")
            .with("input[minutes]", "30")
            .choice("input[technician_id]", PERSON),
        post("appointments/decline")
            .may(ScheduleUpdate)
            .id("input[request_id]", REQUEST)
            .with("input[reason]", "Fully booked"),
        post("appointments/move")
            .may(ScheduleUpdate)
            .id("input[request_id]", REQUEST)
            .with("input[start]", "2027-05-04T09:00")
            .with("input[minutes]", "30"),
        // Somebody may have approved it above, so it is the form that is damaged.
        post("appointments/generate")
            .may(ScheduleUpdate)
            .id("request_id", REQUEST)
            .with("idempotency_key", "nonsense")
            .answers(422),
        page("/msp/appointment-requests").may(ScheduleRead),
        page("/msp/appointment-requests/{id}")
            .may(ScheduleRead)
            .with("id", "nonsense")
            .answers(404),
    ]
}

fn interactions() -> Vec<Row> {
    vec![
        get("timeline/page").may(InteractionRead).with("place", "all"),
        get("timeline/options").may(InteractionRead),
        get("interactions/form").may(InteractionCreate).id("client_id", CLIENT),
        get("interactions/clients").may(InteractionRead).with("q", "a"),
        get("interactions/contacts")
            .may(InteractionRead)
            .id("client_id", CLIENT),
        get("interactions/people").may(InteractionCreate).with("q", "a"),
        post("interactions/preview")
            .may(InteractionRead)
            .with("notes", "**bold**"),
        post("interactions/add")
            .may(InteractionCreate)
            .with("input[title]", "")
            .answers(422),
        get("interactions/page")
            .may(InteractionRead)
            .id("interaction_id", INTERACTION),
        get("interactions/edit-form")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION),
        post("interactions/edit")
            .may(InteractionUpdate)
            .id("input[interaction_id]", INTERACTION)
            .with("input[version]", "1")
            .with("input[title]", "Another title")
            .with("input[start]", "2026-11-24T15:00")
            .choice("input[type_id]", TYPE)
            .choice("input[user_id]", PERSON)
            .answers(409),
        post("interactions/delete")
            .may(InteractionDelete)
            .id("interaction_id", INTERACTION),
        // These have no meeting.
        post("meetings/cancel")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION)
            .answers(409),
        post("meetings/undo-cancel")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION)
            .answers(409),
        post("meetings/retry")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION)
            .answers(409),
        post("meetings/put-back")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION)
            .answers(409),
        post("artifacts/refresh")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION)
            .answers(409),
        post("artifacts/delete")
            .may(InteractionDelete)
            .id("artifact_id", ARTIFACT),
        post("artifacts/delete-all")
            .may(InteractionDelete)
            .id("interaction_id", INTERACTION),
        // These have no meeting.
        post("artifacts/share")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION)
            .with("access", "nobody")
            .answers(409),
        get("palette/search").staff().with("q", "acme"),
        get("artifacts/watch")
            .may(InteractionRead)
            .id("interaction_id", RECORDED),
        get("artifacts/document")
            .may(InteractionRead)
            .id("document_id", DOCUMENT),
        page("/api/live").may(InteractionRead),
        // The world's Microsoft has forgotten them all; the demo's tenants show nothing at the portal.
        page("/api/online-meetings/recordings/{artifact_id}")
            .may(InteractionRead)
            .id("artifact_id", RECORDING)
            .answers(410)
            .community(409)
            .answers_portal(404),
        page("/api/documents/{document_id}/download")
            .may(InteractionRead)
            .id("document_id", DOCUMENT)
            .with("format", "txt")
            .answers_portal(404),
        page("/msp/interactions").may(InteractionRead),
        page("/msp/interactions/{id}")
            .may(InteractionRead)
            .id("id", INTERACTION),
        page("/msp/interactions/{id}/watch")
            .may(InteractionRead)
            .id("id", RECORDED),
        page("/msp/documents/{id}").may(InteractionRead).id("id", DOCUMENT),
        page("/api/online-meetings/captions/{artifact_id}")
            .may(InteractionRead)
            .id("artifact_id", CAPTIONED)
            .answers_portal(404),
    ]
}

fn schedule() -> Vec<Row> {
    vec![
        get("schedule/page").may(ScheduleRead),
        get("schedule/entry").may(ScheduleRead).id("entry_id", ENTRY),
        get("schedule/new-form").may(ScheduleRead),
        get("schedule/conflicts").may(ScheduleRead),
        post("schedule/save")
            .may(ScheduleRead)
            .with("input[title]", "")
            .answers(422),
        // Somebody else's entry takes the right to change those of others.
        get("schedule/move-question")
            .may(ScheduleRead)
            .may(ScheduleUpdate)
            .id("entry_id", ENTRY)
            .with("to", "2026-11-30T14:00"),
        post("schedule/move")
            .may(ScheduleRead)
            .may(ScheduleUpdate)
            .id("input[entry_id]", ENTRY)
            .with("input[version]", "1")
            .with("input[start]", "2026-11-30T14:00")
            .answers(409),
        post("schedule/remove")
            .may(ScheduleRead)
            .may(ScheduleUpdate)
            .id("input[entry_id]", ENTRY)
            .with("input[version]", "1")
            .answers(409),
        page("/msp/schedule").may(ScheduleRead),
    ]
}

fn settings() -> Vec<Row> {
    vec![
        get("settings/roles").may(SettingsRead),
        get("settings/people").may(SettingsRead),
        get("settings/person").may(SettingsRead).id("user_id", PERSON),
        post("settings/set-roles")
            .may(SettingsUpdate)
            .may(UserUpdate)
            .id("input[user_id]", PERSON),
        post("settings/set-active")
            .may(SettingsUpdate)
            .may(UserUpdate)
            .id("user_id", PERSON)
            .with("active", "false"),
        get("settings/types").may(SettingsRead),
        post("settings/save-type")
            .may(SettingsUpdate)
            .id("input[type_id]", TYPE)
            .with("input[name]", "Renamed")
            .with("input[icon]", "mail"),
        post("settings/import-type")
            .may(SettingsUpdate)
            .with("system_type_id", "00000000-0000-4000-8000-000000000101")
            .answers(404),
        post("settings/change-type")
            .may(SettingsUpdate)
            .id("type_id", TYPE)
            .with("change", "down"),
        get("settings/statuses").may(SettingsRead),
        post("settings/save-status")
            .may(SettingsUpdate)
            .id("input[status_id]", STATUS)
            .with("input[name]", "Renamed"),
        post("settings/change-status")
            .may(SettingsUpdate)
            .id("status_id", STATUS)
            .with("change", "down"),
        get("settings/teams").may(SettingsRead),
        get("settings/teams-effect").may(SettingsUpdate).community(409),
        post("settings/teams-profile")
            .may(SettingsUpdate)
            .with("input[entra_tenant]", "common")
            .answers(422)
            .community(409),
        post("settings/teams-organizer")
            .may(SettingsUpdate)
            .with("input[organizer]", "nobody")
            .answers(422)
            .community(409),
        post("settings/teams-options")
            .may(SettingsUpdate)
            .with("input[records]", "true")
            .community(409),
        post("settings/teams-portal")
            .may(SettingsUpdate)
            .with("on", "false")
            .community(409),
        post("settings/teams-active")
            .may(SettingsUpdate)
            .with("on", "true")
            .community(409),
        post("settings/teams-check")
            .may(SettingsUpdate)
            .with("input[second_mailbox]", "nobody")
            .answers(422)
            .community(409),
        get("settings/teams-diagnosis").may(SettingsRead),
        post("settings/retry-stranded")
            .may(SettingsUpdate)
            .with("operation_id", "00000000-0000-4000-8000-000000000101")
            .answers(404),
        page("/msp/settings").may(SettingsRead).answers(302),
        page("/msp/settings/roles").may(SettingsRead),
        page("/msp/settings/interaction-types").may(SettingsRead),
        page("/msp/settings/interaction-statuses").may(SettingsRead),
        page("/msp/settings/integrations/teams").may(SettingsRead),
    ]
}

/// Availability, and who did what.
fn settings_of_people() -> Vec<Row> {
    vec![
        get("settings/availability").may(ScheduleRead),
        // Somebody else's hours and days take the right to change settings.
        post("settings/save-hours")
            .may(ScheduleRead)
            .may(SettingsUpdate)
            .id("input[user_id]", PERSON)
            .with("input[pause_before]", "5"),
        post("settings/add-exception")
            .may(ScheduleRead)
            .may(SettingsUpdate)
            .choice("input[user_id]", PERSON)
            .with("input[day]", "2020-01-01")
            .answers(422),
        post("settings/delete-exception")
            .may(ScheduleRead)
            .with("input[ids]", "00000000-0000-4000-8000-000000000101")
            .answers(404),
        post("settings/save-service-rules")
            .may(SettingsUpdate)
            .id("input[service_id]", SERVICE)
            .with("input[offered]", "on"),
        post("settings/save-limits")
            .may(SettingsUpdate)
            .with("input[notice_hours]", "-1")
            .answers(422),
        page("/msp/settings/availability").may(ScheduleRead),
        get("settings/audit").may(SettingsRead),
        get("interactions/history")
            .may(InteractionRead)
            .may(SettingsRead)
            .id("interaction_id", RECORDED),
        page("/api/settings/audit-export").may(SettingsRead),
        page("/msp/settings/audit").may(SettingsRead),
        page("/msp/interactions/{id}/history")
            .may(InteractionRead)
            .may(SettingsRead)
            .id("id", RECORDED),
    ]
}

fn portal() -> Vec<Row> {
    vec![
        get("portal/viewer").portal(),
        get("portal/list").portal(),
        get("portal/month").portal(),
        get("portal/appointment").portal().id("request_id", APPOINTMENT),
        get("portal/meeting").portal().id("meeting_id", MEETING),
        // The demo's tenants show nothing at the portal.
        get("portal/watch").portal().id("meeting_id", MEETING).answers(404),
        get("portal/ask-page").portal(),
        get("portal/wish-page").portal().id("request_id", UPCOMING),
        post("portal/ask").portal().with("input[start]", "").answers(422),
        post("portal/cancel").portal().id("input[request_id]", WAITING),
        post("portal/wish")
            .portal()
            .id("input[request_id]", UPCOMING)
            .with("input[start]", "2020-01-01T09:00:00Z")
            .answers(422),
        page("/api/portal/live").portal(),
        page("/client-portal").portal(),
        page("/client-portal/appointments").portal(),
        page("/client-portal/appointments/new").portal(),
        page("/client-portal/appointments/{id}").portal().id("id", APPOINTMENT),
        page("/client-portal/appointments/{id}/reschedule")
            .portal()
            .id("id", UPCOMING),
        page("/client-portal/meetings").portal(),
        page("/client-portal/meetings/{id}").portal().id("id", MEETING),
        page("/client-portal/meetings/{id}/reschedule")
            .portal()
            .id("id", UPCOMING_MEETING)
            .community(409),
        page("/client-portal/meetings/{id}/watch")
            .portal()
            .id("id", MEETING)
            .answers(404),
        page("/api/portal/appointments/{id}/calendar")
            .portal()
            .id("id", UPCOMING),
        page("/api/portal/meetings/{id}/calendar")
            .portal()
            .id("id", UPCOMING_MEETING),
        page("/client-portal/{*any}").portal().answers(404),
    ]
}

/// What staff answer to clients who would like another time.
fn wishes() -> Vec<Row> {
    vec![
        post("meetings/answer-wish")
            .may(InteractionUpdate)
            .id("interaction_id", INTERACTION)
            .with("start", "2026-11-30T09:00:00Z")
            .answers(409),
    ]
}

fn health() -> Vec<Row> {
    vec![
        page("/healthz").anyone(),
        page("/readyz").anyone(),
        // Microsoft posts there.
        page("/api/teams/webhooks/recordings")
            .anyone()
            .answers(405)
            .community(404),
        page("/api/teams/webhooks/lifecycle")
            .anyone()
            .answers(405)
            .community(404),
    ]
}
