//! What Microsoft's refusals mean for each step.

use domain::{DiagnosisCause as Cause, DiagnosisStep as Step};
use graph::{ErrorKind, Forbidden, GraphError, Roles, SubscriptionRefusal};

use super::report::Verdict;

/// The permissions that Minuted needs in Entra, each with those that do as well. Calendars are not among them: access to them is given in
/// Exchange, and never shows in a token.
pub const NEEDED: [(&str, &[&str]); 4] = [
    ("User.Read.All", &["User.ReadBasic.All", "Directory.Read.All"]),
    ("OnlineMeetings.ReadWrite.All", &[]),
    ("OnlineMeetingRecording.Read.All", &[]),
    ("OnlineMeetingTranscript.Read.All", &[]),
];

/// Reaches every calendar of the tenant.
pub const ALL_CALENDARS: &str = "Calendars.ReadWrite";

/// The permission that a step needs.
pub fn role_of(step: Step) -> Option<&'static str> {
    match step {
        Step::Organizer => Some("User.Read.All"),
        Step::Meeting => Some("OnlineMeetings.ReadWrite.All"),
        Step::Recordings | Step::Notifications => Some("OnlineMeetingRecording.Read.All"),
        Step::Transcripts => Some("OnlineMeetingTranscript.Read.All"),
        _ => None,
    }
}

/// Those of the needed permissions that are surely missing.
pub fn missing(roles: &Roles) -> Vec<&'static str> {
    NEEDED
        .into_iter()
        .filter(|(role, others)| {
            let mut all = std::iter::once(role).chain(*others);
            all.all(|role| roles.grant(role) == Some(false))
        })
        .map(|(role, _)| role)
        .collect()
}

/// Why there is no token. The number may change and is no more than a hint.
pub fn token(error: &GraphError) -> Verdict {
    if error.kind != ErrorKind::Credentials {
        return refusal(Step::Token, error);
    }
    let code = error.code.clone().unwrap_or_default();
    let cause = match code.as_str() {
        "AADSTS7000215" => Cause::SecretWrong,
        "AADSTS7000222" => Cause::SecretExpired,
        "AADSTS700027" => Cause::CertificateUnknown,
        "AADSTS700016" => Cause::AppNotFound,
        "AADSTS90002" | "AADSTS900023" | "AADSTS50059" => Cause::TenantNotFound,
        _ => Cause::CredentialsRefused,
    };
    Verdict::failed(cause).with("code", code)
}

/// Why a step was refused, where the step itself has nothing more to say.
pub fn refusal(step: Step, error: &GraphError) -> Verdict {
    let code = || {
        let code = error.codes().last().map(str::to_owned);
        code.or_else(|| error.status.map(|status| status.to_string()))
            .unwrap_or_default()
    };
    match error.kind {
        ErrorKind::Throttled { .. } => Verdict::waiting(Cause::Throttled),
        ErrorKind::Unavailable | ErrorKind::Protocol => Verdict::waiting(Cause::Unavailable),
        ErrorKind::Forbidden(Forbidden::MailboxScope) => Verdict::failed(Cause::MailboxOutOfScope),
        ErrorKind::Forbidden(Forbidden::AccessPolicyDenied) => Verdict::failed(Cause::LegacyPolicyDenies),
        ErrorKind::Forbidden(Forbidden::NoTeamsPolicy) => Verdict::failed(Cause::NoTeamsPolicy),
        ErrorKind::Forbidden(Forbidden::NotOrganizer) => Verdict::failed(Cause::NotTheOrganizer),
        ErrorKind::Forbidden(Forbidden::UserLookup) => {
            Verdict::failed(Cause::LookupRefused).with("roles", "User.Read.All")
        }
        ErrorKind::Forbidden(Forbidden::TranscriptsOff) => Verdict::failed(Cause::TranscriptsOff),
        ErrorKind::Forbidden(Forbidden::SpeakerAttributionOff) => Verdict::warning(Cause::SpeakersOff),
        ErrorKind::Forbidden(Forbidden::MissingRole) => {
            Verdict::failed(Cause::RoleRefused).with("roles", role_of(step).unwrap_or_default())
        }
        ErrorKind::NotOnline => Verdict::failed(Cause::NotOnline),
        ErrorKind::MissingJoinUrl => Verdict::failed(Cause::JoinLinkMissing),
        ErrorKind::NotFound if error.names_mailbox() && matches!(step, Step::Calendar | Step::Event) => {
            Verdict::failed(Cause::NoMailbox)
        }
        ErrorKind::NotFound if step == Step::Organizer => Verdict::failed(Cause::OrganizerNotFound),
        ErrorKind::NotFound if step == Step::Meeting => Verdict::failed(Cause::MeetingNotFound),
        _ => Verdict::failed(Cause::Refused).with("code", code()),
    }
}

/// Why our address was not subscribed.
pub fn subscription(error: &GraphError) -> Verdict {
    match error.subscription_refusal() {
        Some(SubscriptionRefusal::EndpointNotValidated) => Verdict::failed(Cause::HandshakeFailed),
        Some(SubscriptionRefusal::Quota) => Verdict::failed(Cause::SubscriptionQuota),
        // How the Teams services refuse an app without the permission.
        None if error.kind == ErrorKind::Forbidden(Forbidden::Other) => {
            Verdict::failed(Cause::RoleRefused).with("roles", role_of(Step::Notifications).unwrap_or_default())
        }
        _ => refusal(Step::Notifications, error),
    }
}

/// Whether a refusal may be one of a change that is still on its way.
pub fn may_settle(error: &GraphError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Forbidden(Forbidden::NoTeamsPolicy | Forbidden::TranscriptsOff | Forbidden::MailboxScope)
    )
}

/// What the second mailbox's refusal, or its lack, proves.
pub fn scope(asked: Result<(), &GraphError>, roles: &Roles) -> Verdict {
    let is_granted = roles.grant(ALL_CALENDARS) == Some(true);
    match asked {
        Ok(()) if is_granted => Verdict::warning(Cause::UnscopedGrant),
        Ok(()) => Verdict::warning(Cause::ScopeTooWide),
        Err(error) => match error.kind {
            ErrorKind::Forbidden(Forbidden::MailboxScope) => Verdict::passed(),
            ErrorKind::Forbidden(Forbidden::AccessPolicyDenied) => {
                Verdict::new(domain::StepState::Passed, Cause::RefusedByLegacyPolicy)
            }
            ErrorKind::NotFound => Verdict::warning(Cause::SecondNotFound),
            _ => refusal(Step::Scope, error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(roles: &[&str]) -> Roles {
        Roles::Listed(roles.iter().map(|role| (*role).to_owned()).collect())
    }

    #[test]
    fn permissions_that_do_as_well_are_taken() {
        assert_eq!(missing(&Roles::NoneGranted).len(), NEEDED.len());
        assert!(missing(&Roles::Unknown).is_empty());
        let roles = listed(&["User.ReadBasic.All", "OnlineMeetings.ReadWrite.All"]);
        assert_eq!(
            missing(&roles),
            ["OnlineMeetingRecording.Read.All", "OnlineMeetingTranscript.Read.All"]
        );
    }

    #[test]
    fn a_mailbox_that_opens_is_too_much() {
        let cause = |roles: &Roles| scope(Ok(()), roles).cause;
        assert_eq!(cause(&listed(&["Calendars.ReadWrite"])), Cause::UnscopedGrant);
        assert_eq!(cause(&listed(&[])), Cause::ScopeTooWide);
    }
}
