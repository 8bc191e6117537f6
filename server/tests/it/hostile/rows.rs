//! The server functions. How to write a row stands in `hostile.rs`.

use app::features::{
    account::api::*,
    appointments::api as appointments,
    artifacts::api as artifacts,
    audit::api::{LoadAudit, LoadHistory},
    clients::{api::*, import::api::*},
    contacts::api::*,
    interactions::{api::*, cancel::api::*},
    keyboard::api::*,
    portal::api::*,
    schedule::api as schedule,
    session::api::*,
    settings::{api::*, availability::api::*},
    timeline::api::*,
};

use super::{Function, function};

/// All of them; some twice, with different requests.
pub fn all() -> Vec<Function> {
    let parts = [
        doors(),
        account(),
        clients(),
        reading(),
        interactions(),
        schedule(),
        appointments(),
        portal(),
        settings(),
    ];
    parts.into_iter().flatten().collect()
}

pub fn doors() -> Vec<Function> {
    vec![
        function::<SubmitSignIn>()
            .with("input[email]", "dispatcher@northwind.example")
            .with("input[password]", "Not this one")
            .on("/auth/msp/signin"),
        function::<SubmitPortalSignIn>()
            .with("input[email]", "ada@acme.example")
            .with("input[password]", "Not this one")
            .on("/auth/client-portal/signin"),
        function::<SubmitCode>().on("/auth/msp/code"),
        function::<ChooseLanguage>().on("/auth/msp/signin"),
        function::<SignOut>(),
        function::<LoadViewer>(),
        function::<LoadPortalViewer>(),
        function::<SubmitForgot>()
            .with("input[email]", "nobody@northwind.example")
            .on("/auth/msp/forgot-password"),
        function::<CheckLink>(),
        function::<SubmitReset>().on("/auth/msp/reset-password"),
    ]
}

pub fn account() -> Vec<Function> {
    vec![
        function::<LoadProfile>(),
        function::<SaveDetails>().filled("account/profile").on("/msp/profile"),
        function::<SavePassword>()
            .with("input[current]", "Not this one")
            .with("input[password]", "A long and good one")
            .with("input[confirm]", "A long and good one")
            .on("/msp/profile"),
        function::<EndSignIn>().on("/msp/profile"),
        function::<SignOutEverywhere>(),
        function::<BeginSecondFactor>().on("/msp/profile"),
        function::<LoadEnrolment>(),
        function::<ConfirmSecondFactor>().on("/msp/profile"),
        function::<SwitchSecondFactorOff>().on("/msp/profile"),
    ]
}

pub fn clients() -> Vec<Function> {
    vec![
        function::<ListClients>(),
        function::<LoadClient>(),
        function::<LoadNewClient>(),
        function::<LoadEditClient>(),
        function::<SubmitClient>()
            .filled("clients/new-form")
            .with("input[name]", "New client {n}")
            .on("/msp/clients?new=client"),
        function::<ListContacts>(),
        function::<LoadContact>(),
        function::<LoadNewContact>(),
        function::<LoadEditContact>(),
        function::<SubmitContact>()
            .filled("contacts/new-form")
            .with("input[name]", "New contact {n}")
            .on("/msp/contacts?new=contact"),
        function::<LoadImport>(),
        function::<SubmitImport>().on("/msp/clients/import"),
    ]
}

/// What asks for interactions, and for what belongs to them.
pub fn reading() -> Vec<Function> {
    vec![
        function::<LoadTimeline>(),
        function::<LoadTimelineOptions>(),
        function::<LoadQuickAddForm>(),
        function::<FindClients>(),
        function::<LoadContacts>(),
        function::<FindPeople>(),
        function::<PreviewNotes>(),
        function::<LoadInteraction>(),
        function::<LoadEditForm>(),
        function::<SearchPalette>(),
    ]
}

pub fn interactions() -> Vec<Function> {
    vec![
        function::<SubmitQuickAdd>()
            .filled("interactions/form")
            .with("input[title]", "Call {n}")
            .on("/msp/interactions?new=interaction"),
        function::<SubmitQuickAdd>()
            .filled("interactions/form")
            .with("input[title]", "")
            .with("input[create_teams_meeting]", "on")
            .only(&["input[attendees][]", "input[more_attendees]"])
            .on("/msp/interactions?new=meeting"),
        function::<SubmitEdit>().filled("interactions/edit-form"),
        function::<SubmitDelete>(),
        function::<artifacts::LoadWatch>(),
        function::<artifacts::LoadDocument>(),
        function::<SubmitCancelMeeting>(),
        function::<SubmitUndoCancel>(),
        function::<SubmitRetryMeeting>(),
        function::<SubmitPutMeetingBack>(),
        function::<SubmitAnswerWish>(),
        function::<artifacts::SubmitRefreshRecordings>(),
        function::<artifacts::SubmitDeleteArtifact>(),
        function::<artifacts::SubmitDeleteArtifacts>(),
        function::<artifacts::SubmitShare>(),
    ]
}

pub fn schedule() -> Vec<Function> {
    let page = "/msp/schedule";
    vec![
        function::<schedule::LoadSchedule>(),
        function::<schedule::LoadEntry>(),
        function::<schedule::LoadNewEntry>(),
        function::<schedule::FindConflicts>(),
        function::<schedule::SubmitEntry>()
            .filled("schedule/new-form")
            .with("input[title]", "Entry {n}")
            .on(page),
        function::<schedule::LoadMoveQuestion>(),
        function::<schedule::SubmitMove>().on(page),
        function::<schedule::SubmitRemoveEntry>().on(page),
    ]
}

pub fn appointments() -> Vec<Function> {
    let page = "/msp/appointment-requests";
    vec![
        function::<appointments::ListRequests>(),
        function::<appointments::LoadRequest>(),
        function::<appointments::LoadSlot>(),
        function::<appointments::SubmitApprove>().on(page),
        function::<appointments::SubmitDecline>().on(page),
        function::<appointments::SubmitMove>().on(page),
        function::<appointments::SubmitGenerate>().on(page),
        function::<appointments::SubmitKeepTime>().on(page),
    ]
}

pub fn portal() -> Vec<Function> {
    vec![
        function::<LoadPortalList>(),
        function::<LoadPortalMonth>(),
        function::<LoadPortalRequest>(),
        function::<LoadPortalMeeting>(),
        function::<LoadPortalWatch>(),
        function::<LoadAskPage>(),
        function::<LoadWishPage>(),
        function::<SubmitAsk>().on("/client-portal/appointments/new"),
        function::<SubmitCancel>().on("/client-portal/appointments"),
        function::<SubmitWish>().on("/client-portal/appointments"),
    ]
}

pub fn settings() -> Vec<Function> {
    vec![
        function::<LoadRoles>(),
        function::<LoadPeople>(),
        function::<LoadPerson>(),
        function::<SubmitRoles>().on("/msp/settings/roles"),
        function::<SubmitActive>().on("/msp/settings/roles"),
        function::<LoadTypes>(),
        function::<SubmitType>()
            .with("input[type_id]", "")
            .with("input[name]", "Type {n}")
            .on("/msp/settings/interaction-types?new=type"),
        function::<ImportType>().on("/msp/settings/interaction-types"),
        function::<ChangeType>().on("/msp/settings/interaction-types"),
        function::<LoadStatuses>(),
        function::<SubmitStatus>()
            .with("input[status_id]", "")
            .with("input[name]", "Status {n}")
            .on("/msp/settings/interaction-statuses?new=status"),
        function::<ChangeStatus>().on("/msp/settings/interaction-statuses"),
        function::<LoadTeams>(),
        function::<LoadTeamsEffect>(),
        function::<SubmitProfile>().on("/msp/settings/integrations/teams"),
        function::<SubmitOrganizer>().on("/msp/settings/integrations/teams"),
        function::<SubmitTeamsOptions>().on("/msp/settings/integrations/teams"),
        function::<SubmitShowInPortal>().on("/msp/settings/integrations/teams?do=show"),
        function::<SubmitTeamsActive>().on("/msp/settings/integrations/teams"),
        function::<StartCheck>().on("/msp/settings/integrations/teams"),
        function::<LoadDiagnosis>(),
        function::<LoadAudit>().on("/msp/settings/audit"),
        function::<LoadHistory>(),
        function::<RetryStranded>().on("/msp/settings/integrations/teams"),
        function::<LoadAvailability>(),
        function::<SubmitHours>().on("/msp/settings/availability"),
        function::<SubmitException>().on("/msp/settings/availability"),
        function::<RemoveException>().on("/msp/settings/availability"),
        function::<SubmitServiceRules>().on("/msp/settings/availability"),
        function::<SubmitLimits>().on("/msp/settings/availability"),
    ]
}
