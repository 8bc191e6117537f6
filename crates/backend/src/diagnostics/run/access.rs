//! What the app may reach: Microsoft itself, the organizer, and calendars.

use chrono::TimeDelta;
use domain::{CertificateState, DiagnosisCause as Cause, DiagnosisStep as Step, StepState};
use graph::{ErrorKind, GraphError, GraphSession, Roles, TokenReport};

use super::{
    super::{
        judge,
        report::{About, Known, Verdict},
    },
    Done, Run, lacks, settled,
};
use crate::settings::certificate;

/// From when on our clock is too far from Microsoft's: tokens are good for a minute or so before and after.
const CLOCK: TimeDelta = TimeDelta::seconds(60);

impl Run<'_> {
    pub(super) async fn token(&mut self, session: &GraphSession) -> Done<Option<TokenReport>> {
        let asked = session.renew_token().await;
        let verdict = self.judged(&asked);
        self.tell_asked(Step::Token, verdict).await?;
        Ok(asked.ok())
    }

    /// A certificate that ends soon, or has ended, is told as that.
    fn judged(&self, asked: &Result<TokenReport, GraphError>) -> Verdict {
        let expires = self.report.about.certificate_expires;
        let state = expires.map(|expires| certificate::state(expires, self.backend.clock().now()));
        match (asked, state) {
            (Ok(_), Some(CertificateState::Expiring | CertificateState::Expired)) => {
                Verdict::warning(Cause::CertificateExpiring)
            }
            (Ok(_), _) => Verdict::passed(),
            (Err(error), Some(CertificateState::Expired)) if error.kind == ErrorKind::Credentials => {
                Verdict::failed(Cause::CertificateExpired)
            }
            (Err(error), _) => judge::token(error),
        }
    }

    pub(super) async fn clock(&mut self, token: &TokenReport) -> Done {
        let verdict = match token.clock_offset {
            None => Verdict::warning(Cause::ClockUnknown),
            Some(offset) if offset.abs() > CLOCK => {
                Verdict::failed(Cause::ClockOff).with("seconds", offset.num_seconds().abs().to_string())
            }
            Some(_) => Verdict::passed(),
        };
        self.tell(Step::Clock, verdict, Known::Token).await
    }

    pub(super) async fn roles(&mut self, roles: &Roles) -> Done<Vec<&'static str>> {
        let missing = judge::missing(roles);
        let named = missing.join(", ");
        let verdict = match roles {
            Roles::Unknown => Verdict::warning(Cause::RolesUnknown),
            Roles::NoneGranted => Verdict::failed(Cause::RolesNone).with("roles", named),
            Roles::Listed(_) if missing.is_empty() => Verdict::passed(),
            Roles::Listed(_) => Verdict::failed(Cause::RolesMissing).with("roles", named),
        };
        self.tell(Step::Roles, verdict, Known::Token).await?;
        Ok(missing)
    }

    /// The organizer's object id, if anything can be tried with it.
    pub(super) async fn organizer(&mut self, session: &GraphSession, missing: &[&'static str]) -> Done<Option<String>> {
        let About {
            organizer: Some(upn),
            organizer_id: Some(id),
            ..
        } = self.report.about.clone()
        else {
            self.tell(Step::Organizer, Verdict::failed(Cause::NoOrganizer), Known::Here)
                .await?;
            return Ok(None);
        };
        if lacks(Step::Organizer, missing) {
            self.skip(&[Step::Organizer], Step::Roles).await?;
            return Ok(Some(id));
        }
        let mut asked = session.user(&upn).await;
        let is_gone = asked.as_ref().is_err_and(|error| error.kind == ErrorKind::NotFound);
        let is_renamed = is_gone && {
            // Whoever was renamed keeps their id.
            let again = session.user(&id).await;
            let is_there = again.is_ok();
            if is_there {
                asked = again;
            }
            is_there
        };
        let verdict = match &asked {
            Ok(user) if user.account_enabled == Some(false) => Verdict::failed(Cause::OrganizerDisabled),
            Ok(user) if is_renamed => {
                Verdict::warning(Cause::OrganizerRenamed).with("name", user.user_principal_name.clone())
            }
            Ok(user) if !user.id.eq_ignore_ascii_case(&id) => Verdict::failed(Cause::OrganizerReplaced),
            Ok(user) => {
                let name = user.display_name.as_deref().filter(|name| !name.is_empty());
                Verdict::passed().with("name", name.unwrap_or(&upn))
            }
            Err(error) => judge::refusal(Step::Organizer, error),
        };
        let is_usable = verdict.is_usable() || verdict.cause == Cause::LookupRefused;
        self.tell_asked(Step::Organizer, verdict).await?;
        Ok(is_usable.then_some(id))
    }

    pub(super) async fn calendar(&mut self, session: &GraphSession, organizer: &str) -> Done<bool> {
        let (asked, is_settling) = settled(|| session.calendar(organizer)).await;
        let verdict = match &asked {
            Ok(calendar) if !calendar.teams_allowed() => Verdict::failed(Cause::TeamsNotAllowed),
            Ok(_) if is_settling => Verdict::waiting(Cause::Settling),
            Ok(_) => Verdict::passed(),
            Err(error) => judge::refusal(Step::Calendar, error),
        };
        let is_usable = verdict.is_usable();
        self.tell_asked(Step::Calendar, verdict).await?;
        Ok(is_usable)
    }

    /// Microsoft has to refuse it.
    pub(super) async fn second_mailbox(&mut self, session: &GraphSession, roles: &Roles) -> Done {
        let Some(second) = self.report.about.second_mailbox.clone() else {
            let is_granted = roles.grant(judge::ALL_CALENDARS) == Some(true);
            let (verdict, known) = if is_granted {
                (Verdict::warning(Cause::UnscopedGrant), Known::Token)
            } else {
                let skipped = Verdict::new(StepState::Skipped, Cause::NoSecondMailbox);
                (skipped, Known::NotTried)
            };
            return self.tell(Step::Scope, verdict, known).await;
        };
        let asked = session.calendar(&second).await;
        let verdict = judge::scope(asked.as_ref().map(drop), roles);
        self.tell_asked(Step::Scope, verdict).await
    }
}
