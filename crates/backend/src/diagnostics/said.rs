//! A check in words: what was found, why, and what mends it.

use chrono::{DateTime, Utc};
use domain::{Diagnosis, DiagnosisCause as Cause, DiagnosisLine, DiagnosisStep as Step, StepState, diagnosis_outcome};

use super::{
    DEAD, commands,
    report::{About, Asked, Known, Outcome, Report},
};
use crate::{Actor, store::diagnoses::DiagnosisRecord, words::Words, zone};

/// The check as the page shows it.
pub fn diagnosis(record: &DiagnosisRecord, now: DateTime<Utc>, viewer: &Actor) -> Diagnosis {
    let report = Report::read(&record.steps);
    let words = Words::of(viewer.language());
    let mut lines: Vec<DiagnosisLine> = report
        .steps
        .iter()
        .map(|outcome| line(outcome, &report.about, words, viewer))
        .collect();
    lines.sort_by_key(|line| Step::ALL.iter().position(|step| *step == line.step));
    let is_open = record.finished_at.is_none();
    let is_dead = now - record.seen_at >= DEAD;
    let when = zone::exact(
        record.finished_at.unwrap_or(record.started_at),
        viewer.zone,
        viewer.language(),
    );
    Diagnosis {
        is_running: is_open && !is_dead,
        was_interrupted: is_open && is_dead,
        outcome: diagnosis_outcome(lines.iter().map(|line| line.state)),
        text: text(&report, &lines, &when, words),
        when,
        lines,
    }
}

/// One step in words.
pub fn line(outcome: &Outcome, about: &About, words: Words, viewer: &Actor) -> DiagnosisLine {
    let Outcome {
        step,
        verdict,
        at,
        known,
    } = outcome;
    let (title, passed) = titles(*step);
    let (what, fix) = match verdict.cause {
        Cause::Good => (passed, None),
        cause => said(cause),
    };
    let values = values(outcome, about, (words, viewer));
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (how, asked) = match known {
        Known::Asked(asked) => (Some(answered(asked, words)), Some(asked)),
        Known::Token => (Some(words.say("diagnosis.how_token", &[])), None),
        Known::Here => (Some(words.say("diagnosis.how_here", &[])), None),
        Known::NotTried => (None, None),
    };
    DiagnosisLine {
        step: *step,
        state: verdict.state,
        title: words.say(title, &[]),
        what: words.say(what, &values),
        fix: fix.map(|fix| words.say(fix, &values)),
        commands: commands::of(verdict.cause, about),
        link: commands::link(verdict.cause, about),
        how,
        at: zone::exact(*at, viewer.zone, viewer.language()),
        request_id: asked.and_then(|asked| asked.request_id.clone()),
        client_request_id: asked.and_then(|asked| asked.client_request_id.clone()),
    }
}

fn answered(asked: &Asked, words: Words) -> String {
    let Some(status) = asked.status else {
        return words.say("diagnosis.how_silent", &[("call", &asked.call)]);
    };
    let mut answer = status.to_string();
    if let Some(code) = &asked.code {
        answer = format!("{answer} {code}");
    }
    words.say("diagnosis.how", &[("call", &asked.call), ("answer", &answer)])
}

/// What the words can name.
fn values(outcome: &Outcome, about: &About, (words, viewer): (Words, &Actor)) -> Vec<(&'static str, String)> {
    let of = |name: &str| outcome.verdict.values.get(name).cloned().unwrap_or_default();
    let blocker = Step::find(&of("step")).map(|step| words.say(titles(step).0, &[]));
    let day = about
        .certificate_expires
        .map(|expires| zone::day(expires, viewer.zone, viewer.language()));
    let url = match outcome.verdict.cause {
        Cause::NotHttps => &about.public_url,
        _ => &about.url,
    };
    vec![
        ("tenant", about.entra_tenant.clone()),
        ("client", about.client_id.clone()),
        ("organizer", about.organizer.clone().unwrap_or_default()),
        ("second", about.second_mailbox.clone().unwrap_or_default()),
        ("url", url.clone()),
        ("step", blocker.unwrap_or_default()),
        ("code", of("code")),
        ("roles", of("roles")),
        ("name", of("name")),
        ("seconds", of("seconds")),
        ("day", day.unwrap_or_default()),
    ]
}

/// All of it, for whoever helps.
fn text(report: &Report, lines: &[DiagnosisLine], when: &str, words: Words) -> String {
    let about = &report.about;
    let mut text = format!(
        "{} · {when}\nEntra tenant: {}\nClient id: {}\nOrganizer: {} ({})\nWebhook: {}\n",
        words.say("diagnosis.support_title", &[]),
        about.entra_tenant,
        about.client_id,
        about.organizer.as_deref().unwrap_or("-"),
        about.organizer_id.as_deref().unwrap_or("-"),
        about.url,
    );
    for line in lines {
        let facts = [
            line.how.clone(),
            line.request_id.as_ref().map(|id| format!("request-id: {id}")),
            line.client_request_id
                .as_ref()
                .map(|id| format!("client-request-id: {id}")),
        ];
        text = format!("{text}\n[{}] {}: {}\n", line.state.as_str(), line.title, line.what);
        for fact in facts.into_iter().flatten() {
            text = format!("{text}    {fact}\n");
        }
    }
    text
}

/// The check in a few lines for an operator, who reads English.
pub fn summary(record: &DiagnosisRecord, report: &Report, now: DateTime<Utc>) -> Vec<String> {
    let outcome = diagnosis_outcome(report.steps.iter().map(|outcome| outcome.verdict.state));
    let state = match record.finished_at {
        Some(_) => outcome.as_str(),
        None if now - record.seen_at < DEAD => "under way",
        None => "interrupted",
    };
    let at = record.finished_at.unwrap_or(record.started_at).format("%Y-%m-%d %H:%M");
    let mut lines = vec![format!("{state}, checked {at} UTC")];
    lines.extend(
        report
            .steps
            .iter()
            .filter(|outcome| !matches!(outcome.verdict.state, StepState::Passed | StepState::Skipped))
            .map(|outcome| {
                format!(
                    "{} {}: {}",
                    outcome.step.as_str(),
                    outcome.verdict.state.as_str(),
                    outcome.verdict.cause.as_str()
                )
            }),
    );
    lines
}

/// What a step is called, and what is said when it passed.
fn titles(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Token => ("diagnosis.token", "diagnosis.token_passed"),
        Step::Clock => ("diagnosis.clock", "diagnosis.clock_passed"),
        Step::Roles => ("diagnosis.roles", "diagnosis.roles_passed"),
        Step::Organizer => ("diagnosis.organizer", "diagnosis.organizer_passed"),
        Step::Calendar => ("diagnosis.calendar", "diagnosis.calendar_passed"),
        Step::Scope => ("diagnosis.scope", "diagnosis.scope_passed"),
        Step::Event => ("diagnosis.event", "diagnosis.event_passed"),
        Step::Meeting => ("diagnosis.meeting", "diagnosis.meeting_passed"),
        Step::Recordings => ("diagnosis.recordings", "diagnosis.recordings_passed"),
        Step::Transcripts => ("diagnosis.transcripts", "diagnosis.transcripts_passed"),
        Step::Notifications => ("diagnosis.notifications", "diagnosis.notifications_passed"),
        Step::Cleanup => ("diagnosis.cleanup", "diagnosis.cleanup_passed"),
    }
}

/// What a cause is, and what mends it.
fn said(cause: Cause) -> (&'static str, Option<&'static str>) {
    match cause {
        // Each step has words of its own for it.
        Cause::Good => ("", None),
        Cause::NotReached => ("diagnosis.not_reached", None),
        Cause::Unavailable => ("diagnosis.unavailable", Some("diagnosis.unavailable_fix")),
        Cause::Throttled => ("diagnosis.throttled", Some("diagnosis.throttled_fix")),
        Cause::Refused => ("diagnosis.refused", Some("diagnosis.refused_fix")),
        Cause::Settling => ("diagnosis.settling", Some("diagnosis.settling_fix")),
        Cause::SecretWrong => ("diagnosis.secret_wrong", Some("diagnosis.secret_wrong_fix")),
        Cause::SecretExpired => ("diagnosis.secret_expired", Some("diagnosis.secret_expired_fix")),
        Cause::AppNotFound => ("diagnosis.app_not_found", Some("diagnosis.app_not_found_fix")),
        Cause::TenantNotFound => ("diagnosis.tenant_not_found", Some("diagnosis.tenant_not_found_fix")),
        Cause::SecretUnreadable => ("diagnosis.secret_unreadable", Some("diagnosis.secret_unreadable_fix")),
        Cause::CredentialsRefused => (
            "diagnosis.credentials_refused",
            Some("diagnosis.credentials_refused_fix"),
        ),
        Cause::CertificateExpiring => (
            "diagnosis.certificate_expiring",
            Some("diagnosis.certificate_expiring_fix"),
        ),
        Cause::CertificateExpired => (
            "diagnosis.certificate_expired",
            Some("diagnosis.certificate_expired_fix"),
        ),
        Cause::CertificateUnknown => (
            "diagnosis.certificate_unknown",
            Some("diagnosis.certificate_unknown_fix"),
        ),
        Cause::ClockUnknown => ("diagnosis.clock_unknown", None),
        Cause::ClockOff => ("diagnosis.clock_off", Some("diagnosis.clock_off_fix")),
        Cause::RolesNone => ("diagnosis.roles_none", Some("diagnosis.roles_fix")),
        Cause::RolesMissing => ("diagnosis.roles_missing", Some("diagnosis.roles_fix")),
        Cause::RolesUnknown => ("diagnosis.roles_unknown", None),
        Cause::RoleRefused => ("diagnosis.role_refused", Some("diagnosis.roles_fix")),
        Cause::NoOrganizer => ("diagnosis.no_organizer", Some("diagnosis.no_organizer_fix")),
        Cause::LookupRefused => ("diagnosis.lookup_refused", Some("diagnosis.roles_fix")),
        Cause::OrganizerNotFound => (
            "diagnosis.organizer_not_found",
            Some("diagnosis.organizer_not_found_fix"),
        ),
        Cause::OrganizerDisabled => ("diagnosis.organizer_disabled", Some("diagnosis.organizer_disabled_fix")),
        Cause::OrganizerRenamed => ("diagnosis.organizer_renamed", Some("diagnosis.organizer_renamed_fix")),
        Cause::OrganizerReplaced => ("diagnosis.organizer_replaced", Some("diagnosis.organizer_replaced_fix")),
        Cause::MailboxOutOfScope => (
            "diagnosis.mailbox_out_of_scope",
            Some("diagnosis.mailbox_out_of_scope_fix"),
        ),
        Cause::LegacyPolicyDenies => (
            "diagnosis.legacy_policy_denies",
            Some("diagnosis.legacy_policy_denies_fix"),
        ),
        Cause::NoMailbox => ("diagnosis.no_mailbox", Some("diagnosis.no_mailbox_fix")),
        Cause::TeamsNotAllowed => ("diagnosis.teams_not_allowed", Some("diagnosis.teams_not_allowed_fix")),
        Cause::NoSecondMailbox => ("diagnosis.no_second_mailbox", Some("diagnosis.no_second_mailbox_fix")),
        Cause::SecondNotFound => ("diagnosis.second_not_found", Some("diagnosis.second_not_found_fix")),
        Cause::RefusedByLegacyPolicy => (
            "diagnosis.refused_by_legacy_policy",
            Some("diagnosis.refused_by_legacy_policy_fix"),
        ),
        Cause::UnscopedGrant => ("diagnosis.unscoped_grant", Some("diagnosis.unscoped_grant_fix")),
        Cause::ScopeTooWide => ("diagnosis.scope_too_wide", Some("diagnosis.scope_too_wide_fix")),
        Cause::NotOnline => ("diagnosis.not_online", Some("diagnosis.not_online_fix")),
        Cause::JoinLinkMissing => ("diagnosis.join_link_missing", Some("diagnosis.join_link_missing_fix")),
        Cause::NoTeamsPolicy => ("diagnosis.no_teams_policy", Some("diagnosis.no_teams_policy_fix")),
        Cause::NotTheOrganizer => ("diagnosis.not_the_organizer", Some("diagnosis.not_the_organizer_fix")),
        Cause::MeetingNotFound => ("diagnosis.meeting_not_found", Some("diagnosis.meeting_not_found_fix")),
        Cause::TranscriptsOff => ("diagnosis.transcripts_off", Some("diagnosis.transcripts_off_fix")),
        Cause::SpeakersOff => ("diagnosis.speakers_off", Some("diagnosis.speakers_off_fix")),
        Cause::NotHttps => ("diagnosis.not_https", Some("diagnosis.not_https_fix")),
        Cause::HandshakeFailed => ("diagnosis.handshake_failed", Some("diagnosis.handshake_failed_fix")),
        Cause::SubscriptionQuota => ("diagnosis.subscription_quota", Some("diagnosis.subscription_quota_fix")),
        Cause::ProbeLeft => ("diagnosis.probe_left", Some("diagnosis.probe_left_fix")),
    }
}

#[cfg(test)]
mod tests {
    use domain::Language;

    use super::*;

    #[test]
    fn everything_has_words_in_every_language() {
        for language in Language::ALL {
            let words = Words::of(language);
            let causes = Cause::ALL.iter().filter(|cause| **cause != Cause::Good);
            let keys = causes.flat_map(|cause| {
                let (what, fix) = said(*cause);
                [Some(what), fix]
            });
            let keys = keys.flatten().chain(Step::ALL.iter().flat_map(|step| {
                let (title, passed) = titles(*step);
                [title, passed]
            }));
            for key in keys {
                assert!(!words.say(key, &[]).starts_with("diagnosis."), "{language:?} {key}");
            }
        }
    }

    #[test]
    fn what_can_be_mended_says_how() {
        for cause in Cause::ALL {
            let needs_none = matches!(
                cause,
                Cause::Good | Cause::NotReached | Cause::ClockUnknown | Cause::RolesUnknown
            );
            assert_eq!(said(*cause).1.is_none(), needs_none, "{cause:?}");
        }
    }
}
