//! Whether the connection to Microsoft works, found out step by step.

use serde::{Deserialize, Serialize};

words! {
    /// What is tried, in this order.
    DiagnosisStep {
        /// Microsoft issues a token for the app registration.
        Token = "token",
        /// Microsoft's clock and ours agree.
        Clock = "clock",
        /// The permissions that the app registration was given.
        Roles = "roles",
        /// The organizer is there, enabled, and the one who was saved.
        Organizer = "organizer",
        /// The organizer's calendar can be read, and Teams meetings made in it.
        Calendar = "calendar",
        /// Another mailbox is refused.
        Scope = "scope",
        /// A meeting is put into the organizer's calendar.
        Event = "event",
        /// Teams knows the meeting, and lets the app see it.
        Meeting = "meeting",
        Recordings = "recordings",
        Transcripts = "transcripts",
        /// Microsoft reaches our address, and subscribes it.
        Notifications = "notifications",
        /// The meeting is taken out of the calendar again.
        Cleanup = "cleanup",
    }
}

words! {
    /// What came of a step.
    StepState {
        Passed = "passed",
        /// It works, and something should be better.
        Warning = "warning",
        Failed = "failed",
        /// It was not tried, because something before it did not work or was not given.
        Skipped = "skipped",
        /// Microsoft does not answer, or a change there is still on its way.
        Waiting = "waiting",
    }
}

words! {
    /// Why a step came out as it did. Each has words in every language that say what it is and how it is mended.
    DiagnosisCause {
        // Nothing to mend.
        Good = "good",
        /// Another step has to pass first.
        NotReached = "not-reached",
        // Any step.
        Unavailable = "unavailable",
        Throttled = "throttled",
        /// Microsoft refuses for a reason that has no words of its own.
        Refused = "refused",
        /// One try was refused and the next was not: a change is on its way through Microsoft's services.
        Settling = "settling",
        // The token.
        SecretWrong = "secret-wrong",
        SecretExpired = "secret-expired",
        AppNotFound = "app-not-found",
        TenantNotFound = "tenant-not-found",
        SecretUnreadable = "secret-unreadable",
        CredentialsRefused = "credentials-refused",
        /// It is good for some weeks only.
        CertificateExpiring = "certificate-expiring",
        CertificateExpired = "certificate-expired",
        /// It was not added to the app registration, or taken away from it.
        CertificateUnknown = "certificate-unknown",
        // Its clock.
        ClockUnknown = "clock-unknown",
        ClockOff = "clock-off",
        // What is consented.
        RolesNone = "roles-none",
        RolesMissing = "roles-missing",
        RolesUnknown = "roles-unknown",
        /// Microsoft says, whatever the token holds, that a permission is missing.
        RoleRefused = "role-refused",
        // The organizer.
        NoOrganizer = "no-organizer",
        LookupRefused = "lookup-refused",
        OrganizerNotFound = "organizer-not-found",
        OrganizerDisabled = "organizer-disabled",
        OrganizerRenamed = "organizer-renamed",
        OrganizerReplaced = "organizer-replaced",
        // The organizer's mailbox.
        MailboxOutOfScope = "mailbox-out-of-scope",
        LegacyPolicyDenies = "legacy-policy-denies",
        NoMailbox = "no-mailbox",
        TeamsNotAllowed = "teams-not-allowed",
        // The other mailbox.
        NoSecondMailbox = "no-second-mailbox",
        SecondNotFound = "second-not-found",
        RefusedByLegacyPolicy = "refused-by-legacy-policy",
        /// The permission was given for all mailboxes in Entra.
        UnscopedGrant = "unscoped-grant",
        /// The scope in Exchange holds the other mailbox, too.
        ScopeTooWide = "scope-too-wide",
        // The meeting.
        NotOnline = "not-online",
        JoinLinkMissing = "join-link-missing",
        NoTeamsPolicy = "no-teams-policy",
        NotTheOrganizer = "not-the-organizer",
        MeetingNotFound = "meeting-not-found",
        // What is recorded of it.
        TranscriptsOff = "transcripts-off",
        SpeakersOff = "speakers-off",
        // Being told.
        NotHttps = "not-https",
        HandshakeFailed = "handshake-failed",
        SubscriptionQuota = "subscription-quota",
        // Afterwards.
        ProbeLeft = "probe-left",
    }
}

/// What a diagnosis shows of one step. The words are in the viewer's language, the time in their zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisLine {
    pub step: DiagnosisStep,
    pub state: StepState,
    pub title: String,
    /// What was found.
    pub what: String,
    /// What mends it.
    pub fix: Option<String>,
    /// What to paste into PowerShell or a shell, with this tenant's own values.
    pub commands: Option<String>,
    /// A page of Microsoft's where it is mended.
    pub link: Option<String>,
    /// How it is known: which request, and what Microsoft answered.
    pub how: Option<String>,
    pub at: String,
    pub request_id: Option<String>,
    pub client_request_id: Option<String>,
}

/// The last diagnosis of a tenant, or the one under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub is_running: bool,
    /// It came to no end: the process that worked on it is gone.
    pub was_interrupted: bool,
    pub when: String,
    pub lines: Vec<DiagnosisLine>,
    /// The worst of the lines, once it is over.
    pub outcome: StepState,
    /// All of it as text, for whoever helps.
    pub text: String,
}

/// What the last check of the connection to Microsoft found that those have to know who make meetings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionTrouble {
    /// What was found, in the viewer's language.
    pub lines: Vec<String>,
    /// When.
    pub when: String,
    /// The viewer may look at the check.
    pub may_look: bool,
}

/// What stands for all: the worst that has to be mended, or that everything passed.
pub fn outcome(states: impl IntoIterator<Item = StepState>) -> StepState {
    let rank = |state: &StepState| match state {
        StepState::Failed => 3,
        StepState::Waiting => 2,
        StepState::Warning => 1,
        StepState::Passed | StepState::Skipped => 0,
    };
    let worst = states.into_iter().max_by_key(rank);
    worst.filter(|state| rank(state) > 0).unwrap_or(StepState::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_stands_for_all() {
        use StepState::{Failed, Passed, Skipped, Waiting, Warning};
        assert_eq!(outcome([]), Passed);
        assert_eq!(outcome([Passed, Skipped]), Passed);
        assert_eq!(outcome([Skipped, Warning, Passed]), Warning);
        assert_eq!(outcome([Warning, Waiting]), Waiting);
        assert_eq!(outcome([Waiting, Failed, Passed]), Failed);
    }

    #[test]
    fn words_survive_the_database() {
        for cause in DiagnosisCause::ALL {
            assert_eq!(DiagnosisCause::find(cause.as_str()), Some(*cause));
        }
        for step in DiagnosisStep::ALL {
            assert_eq!(DiagnosisStep::find(step.as_str()), Some(*step));
        }
    }
}
