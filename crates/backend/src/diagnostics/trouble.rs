//! What of a check those have to know who make meetings.

use domain::{ConnectionTrouble, DiagnosisCause as Cause, DiagnosisStep as Step, Permission, StepState};

use super::{
    report::{Outcome, Report},
    said,
};
use crate::{Actor, store::diagnoses::DiagnosisRecord, words::Words, zone};

/// What the last check found to be wrong with making meetings, or with what is recorded of them; nothing while another one is under way.
pub fn of(record: &DiagnosisRecord, viewer: &Actor) -> Option<ConnectionTrouble> {
    let finished = record.finished_at?;
    let report = Report::read(&record.steps);
    let words = Words::of(viewer.language());
    let lines: Vec<String> = report
        .steps
        .iter()
        .filter(|outcome| matters(outcome))
        .map(|outcome| said::line(outcome, &report.about, words, viewer).what)
        .collect();
    (!lines.is_empty()).then(|| ConnectionTrouble {
        lines,
        when: zone::moment(finished, viewer.zone, viewer.language()),
        may_look: viewer.permissions.contains(&Permission::SettingsRead),
    })
}

/// A mailbox too many, or a name that is another one now, is a matter of those who administer.
fn matters(outcome: &Outcome) -> bool {
    let is_wrong = match outcome.verdict.state {
        StepState::Failed => true,
        StepState::Warning => matches!(outcome.verdict.cause, Cause::CertificateExpiring | Cause::SpeakersOff),
        StepState::Passed | StepState::Skipped | StepState::Waiting => false,
    };
    // Recordings come without being told of, only later.
    is_wrong && !matches!(outcome.step, Step::Scope | Step::Notifications | Step::Cleanup)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::diagnostics::report::{Known, Verdict};

    #[test]
    fn what_is_in_the_way_of_meetings_matters() {
        let outcome = |step, verdict| Outcome {
            step,
            verdict,
            at: DateTime::UNIX_EPOCH,
            known: Known::NotTried,
        };
        for (step, verdict) in [
            (Step::Token, Verdict::failed(Cause::SecretExpired)),
            (Step::Token, Verdict::warning(Cause::CertificateExpiring)),
            (Step::Transcripts, Verdict::failed(Cause::TranscriptsOff)),
            (Step::Transcripts, Verdict::warning(Cause::SpeakersOff)),
        ] {
            assert!(matters(&outcome(step, verdict.clone())), "{verdict:?}");
        }
        for (step, verdict) in [
            (Step::Token, Verdict::passed()),
            (Step::Calendar, Verdict::after(Step::Token)),
            (Step::Meeting, Verdict::waiting(Cause::Settling)),
            (Step::Organizer, Verdict::warning(Cause::OrganizerRenamed)),
            (Step::Scope, Verdict::warning(Cause::UnscopedGrant)),
            (Step::Notifications, Verdict::failed(Cause::HandshakeFailed)),
            (Step::Cleanup, Verdict::warning(Cause::ProbeLeft)),
        ] {
            assert!(!matters(&outcome(step, verdict.clone())), "{verdict:?}");
        }
    }
}
