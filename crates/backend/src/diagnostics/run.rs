//! One check: step after step, each stored as soon as it is known.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DurationRound, TimeDelta};
use domain::{DiagnosisCause as Cause, DiagnosisStep as Step, Language, ProfileId};
use graph::{
    ArtifactKind, Event, Exchange, GraphError, GraphSession, NewEvent, NewSubscription, OnlineMeeting, Roles, Secret,
    SubscriptionResource, TokenReport, TranscriptForm,
};
use url::Url;
use uuid::Uuid;

use super::{
    judge, leftovers,
    report::{About, Asked, Known, Outcome, Report, Verdict},
};
use crate::{
    Backend, Result,
    access::TenantScope,
    secrets,
    store::{self, diagnoses::Probe},
    subscriptions::{NOTIFICATIONS, public_address},
    words::Words,
};

/// How long after a refusal that may be one of a change on its way the same is asked once more.
const PAUSE: Duration = Duration::from_millis(700);
/// From when on our clock is too far from Microsoft's: tokens are good for a minute or so before and after.
const CLOCK: TimeDelta = TimeDelta::seconds(60);
/// How far ahead the meeting lies, and how long it is.
const AHEAD: TimeDelta = TimeDelta::days(1);
const LENGTH: TimeDelta = TimeDelta::minutes(15);
/// How long the subscription lives that is made to be removed. Microsoft makes at least 45 minutes of it.
const LIFE: TimeDelta = TimeDelta::minutes(50);
/// Transcripts of meetings that were longer ago may be gone.
const RECENT: TimeDelta = TimeDelta::days(50);

/// What the check goes by, besides what it is about.
pub struct Target {
    pub profile: ProfileId,
    pub language: Language,
}

pub struct Run<'a> {
    backend: &'a Backend,
    scope: TenantScope,
    run: Uuid,
    target: Target,
    session: Result<GraphSession>,
    /// What was asked since the last step.
    asked: Arc<Mutex<Vec<Exchange>>>,
    report: Report,
}

/// It is somebody else's by now.
struct Overtaken;

type Done<T = ()> = Result<T, Overtaken>;

impl<'a> Run<'a> {
    pub fn new(
        backend: &'a Backend,
        scope: TenantScope,
        run: Uuid,
        about: About,
        target: Target,
        session: Result<GraphSession>,
    ) -> Self {
        let asked = Arc::<Mutex<Vec<Exchange>>>::default();
        let seen = Arc::clone(&asked);
        let logged = backend.teams().requests().observer(backend.clock(), scope.tenant());
        let observer = move |exchange: Exchange| {
            logged(exchange.clone());
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
        };
        Self {
            backend,
            scope,
            run,
            target,
            session: session.map(|session| session.observed_by(Arc::new(observer))),
            asked,
            report: Report {
                about,
                steps: Vec::new(),
            },
        }
    }

    pub async fn carry_out(mut self) {
        if self.all().await.is_err() {
            return;
        }
        let now = self.backend.clock().now();
        if let Err(error) = self.store(Some(now)).await {
            tracing::error!(error = &error as &dyn std::error::Error, tenant.id = %self.scope.tenant(), "a check of the connection to Microsoft could not be finished");
        }
    }

    async fn all(&mut self) -> Done {
        let session = match &self.session {
            Ok(session) => session.clone(),
            Err(error) => {
                tracing::warn!(error = error as &dyn std::error::Error, tenant.id = %self.scope.tenant(), "a client secret could not be read");
                self.tell(Step::Token, Verdict::failed(Cause::SecretUnreadable), Known::Here)
                    .await?;
                return self.skip(Step::ALL, Step::Token).await;
            }
        };
        let Some(token) = self.token(&session).await? else {
            return self.skip(Step::ALL, Step::Token).await;
        };
        self.clock(&token).await?;
        let missing = self.roles(&token.roles).await?;
        let organizer = self.organizer(&session, &missing).await?;
        let Some(organizer) = organizer else {
            self.skip(&[Step::Calendar], Step::Organizer).await?;
            self.second_mailbox(&session, &token.roles).await?;
            return self.skip(Step::ALL, Step::Organizer).await;
        };
        let is_open = self.calendar(&session, &organizer).await?;
        self.second_mailbox(&session, &token.roles).await?;
        if !is_open {
            return self.skip(Step::ALL, Step::Calendar).await;
        }
        let Some((probe, event)) = self.event(&session, &organizer).await? else {
            return self.skip(Step::ALL, Step::Event).await;
        };
        if let Some(event) = &event {
            self.of_meeting(&session, &organizer, event, &missing).await?;
        } else {
            let after = [Step::Meeting, Step::Recordings, Step::Transcripts, Step::Notifications];
            self.skip(&after, Step::Event).await?;
        }
        self.clean_up(&session, &probe, event.as_ref()).await
    }

    /// What is known of the meeting through Teams.
    async fn of_meeting(
        &mut self,
        session: &GraphSession,
        organizer: &str,
        event: &Event,
        missing: &[&'static str],
    ) -> Done {
        let meeting = self.meeting(session, organizer, event, missing).await?;
        let Some(meeting) = meeting else {
            let blocker = if lacks(Step::Meeting, missing) {
                Step::Roles
            } else {
                Step::Meeting
            };
            for step in [Step::Recordings, Step::Transcripts] {
                self.skip(&[step], blocker).await?;
            }
            return match self.address().await? {
                Some(_) => self.skip(&[Step::Notifications], blocker).await,
                None => Ok(()),
            };
        };
        self.recordings(session, organizer, &meeting, missing).await?;
        self.transcripts(session, organizer, &meeting, missing).await?;
        self.notifications(session, &meeting, missing).await
    }

    async fn token(&mut self, session: &GraphSession) -> Done<Option<TokenReport>> {
        let asked = session.renew_token().await;
        let verdict = match &asked {
            Ok(_) => Verdict::passed(),
            Err(error) => judge::token(error),
        };
        self.tell_asked(Step::Token, verdict).await?;
        Ok(asked.ok())
    }

    async fn clock(&mut self, token: &TokenReport) -> Done {
        let verdict = match token.clock_offset {
            None => Verdict::warning(Cause::ClockUnknown),
            Some(offset) if offset.abs() > CLOCK => {
                Verdict::failed(Cause::ClockOff).with("seconds", offset.num_seconds().abs().to_string())
            }
            Some(_) => Verdict::passed(),
        };
        self.tell(Step::Clock, verdict, Known::Token).await
    }

    async fn roles(&mut self, roles: &Roles) -> Done<Vec<&'static str>> {
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
    async fn organizer(&mut self, session: &GraphSession, missing: &[&'static str]) -> Done<Option<String>> {
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
        let is_gone = asked
            .as_ref()
            .is_err_and(|error| error.kind == graph::ErrorKind::NotFound);
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

    async fn calendar(&mut self, session: &GraphSession, organizer: &str) -> Done<bool> {
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
    async fn second_mailbox(&mut self, session: &GraphSession, roles: &Roles) -> Done {
        let Some(second) = self.report.about.second_mailbox.clone() else {
            let is_granted = roles.grant(judge::ALL_CALENDARS) == Some(true);
            let (verdict, known) = if is_granted {
                (Verdict::warning(Cause::UnscopedGrant), Known::Token)
            } else {
                let skipped = Verdict::new(domain::StepState::Skipped, Cause::NoSecondMailbox);
                (skipped, Known::NotTried)
            };
            return self.tell(Step::Scope, verdict, known).await;
        };
        let asked = session.calendar(&second).await;
        let verdict = judge::scope(asked.as_ref().map(drop), roles);
        self.tell_asked(Step::Scope, verdict).await
    }

    /// The meeting that was put into the calendar, if Microsoft shows its link; `None` if surely nothing was put there.
    async fn event(&mut self, session: &GraphSession, organizer: &str) -> Done<Option<(Probe, Option<Event>)>> {
        let now = self.backend.clock().now();
        let start = now.duration_trunc(TimeDelta::minutes(15)).unwrap_or(now) + AHEAD;
        let probe = Probe {
            id: self.backend.clock().id(),
            start,
            organizer: organizer.to_owned(),
            profile: self.target.profile,
        };
        self.written_down(&probe).await?;
        let new = NewEvent {
            transaction_id: probe.id,
            subject: Words::of(self.target.language).say("diagnosis.probe", &[]),
            body_html: None,
            start,
            end: start + LENGTH,
            attendees: Vec::new(),
        };
        let made = match session.create_event(organizer, &new).await {
            Ok(event) => event,
            Err(error) => {
                let is_unknown = error.outcome_unknown();
                self.tell_asked(Step::Event, judge::refusal(Step::Event, &error))
                    .await?;
                if !is_unknown {
                    self.gone(&probe).await;
                    return Ok(None);
                }
                return Ok(Some((probe, None)));
            }
        };
        // Who gives up waiting for the link still has the event to remove.
        let shown = session.wait_for_join_url(organizer, made.clone()).await;
        let verdict = match &shown {
            Ok(_) => Verdict::passed(),
            Err(error) => judge::refusal(Step::Event, error),
        };
        self.tell_asked(Step::Event, verdict).await?;
        Ok(Some((probe, Some(shown.unwrap_or(made)))))
    }

    async fn meeting(
        &mut self,
        session: &GraphSession,
        organizer: &str,
        event: &Event,
        missing: &[&'static str],
    ) -> Done<Option<OnlineMeeting>> {
        let Some(link) = event.join_url.as_deref() else {
            self.skip(&[Step::Meeting], Step::Event).await?;
            return Ok(None);
        };
        if lacks(Step::Meeting, missing) {
            self.skip(&[Step::Meeting], Step::Roles).await?;
            return Ok(None);
        }
        let (asked, is_settling) = settled(|| session.online_meeting_by_join_url(organizer, link)).await;
        let verdict = match &asked {
            Ok(Some(_)) if is_settling => Verdict::waiting(Cause::Settling),
            Ok(Some(_)) => Verdict::passed(),
            Ok(None) => Verdict::failed(Cause::MeetingNotFound),
            Err(error) => judge::refusal(Step::Meeting, error),
        };
        self.tell_asked(Step::Meeting, verdict).await?;
        Ok(asked.ok().flatten())
    }

    async fn recordings(
        &mut self,
        session: &GraphSession,
        organizer: &str,
        meeting: &OnlineMeeting,
        missing: &[&'static str],
    ) -> Done {
        if lacks(Step::Recordings, missing) {
            return self.skip(&[Step::Recordings], Step::Roles).await;
        }
        let (asked, is_settling) = settled(|| session.artifacts(ArtifactKind::Recording, organizer, &meeting.id)).await;
        self.tell_asked(Step::Recordings, listed(Step::Recordings, &asked, is_settling))
            .await
    }

    async fn transcripts(
        &mut self,
        session: &GraphSession,
        organizer: &str,
        meeting: &OnlineMeeting,
        missing: &[&'static str],
    ) -> Done {
        if lacks(Step::Transcripts, missing) {
            return self.skip(&[Step::Transcripts], Step::Roles).await;
        }
        let (asked, is_settling) =
            settled(|| session.artifacts(ArtifactKind::Transcript, organizer, &meeting.id)).await;
        let mut verdict = listed(Step::Transcripts, &asked, is_settling);
        if verdict == Verdict::passed() && self.lacks_speakers(session, organizer).await {
            verdict = Verdict::warning(Cause::SpeakersOff);
        }
        self.tell_asked(Step::Transcripts, verdict).await
    }

    /// Whether Microsoft tells transcripts without names. Only one that is there can show it.
    async fn lacks_speakers(&self, session: &GraphSession, organizer: &str) -> bool {
        let since = self.backend.clock().now() - RECENT;
        let known = async {
            let mut tx = self.backend.db().read(self.scope).await?;
            store::diagnoses::last_transcript(&mut tx, organizer, since).await
        };
        let Ok(Some(known)) = known.await else { return false };
        let told = session
            .transcript_content(&known.organizer, &known.meeting, &known.transcript)
            .await;
        told.is_ok_and(|content| content.form == TranscriptForm::Unattributed)
    }

    /// Our address, if Microsoft takes it; what is wrong with it is told.
    async fn address(&mut self) -> Done<Option<Url>> {
        let is_public = public_address(self.backend).is_some();
        let url = Url::parse(&self.backend.page_url(NOTIFICATIONS)).ok();
        let url = url.filter(|_| is_public);
        if url.is_none() {
            self.tell(Step::Notifications, Verdict::failed(Cause::NotHttps), Known::Here)
                .await?;
        }
        Ok(url)
    }

    /// Subscribes to the recordings of the meeting alone, and ends that again: subscriptions in use are not touched.
    async fn notifications(
        &mut self,
        session: &GraphSession,
        meeting: &OnlineMeeting,
        missing: &[&'static str],
    ) -> Done {
        let Some(url) = self.address().await? else {
            return Ok(());
        };
        if lacks(Step::Notifications, missing) {
            return self.skip(&[Step::Notifications], Step::Roles).await;
        }
        let new = NewSubscription {
            resource: SubscriptionResource::meeting(ArtifactKind::Recording, meeting.id.clone()),
            notification_url: url,
            lifecycle_url: None,
            expires: self.backend.clock().now() + LIFE,
            client_state: Secret::new(hex(secrets::random::<32>())),
            encryption: None,
        };
        let asked = session.create_subscription(&new).await;
        let verdict = match &asked {
            Ok(_) => Verdict::passed(),
            Err(error) => judge::subscription(error),
        };
        self.tell_asked(Step::Notifications, verdict).await?;
        if let Ok(made) = asked
            && let Err(error) = session.delete_subscription(&made.id).await
        {
            // It expires by itself.
            tracing::warn!(error = &error as &dyn std::error::Error, tenant.id = %self.scope.tenant(), "the subscription of a check was not removed");
        }
        Ok(())
    }

    async fn clean_up(&mut self, session: &GraphSession, probe: &Probe, event: Option<&Event>) -> Done {
        // What was asked for the step before is not this one's.
        self.forget_asked();
        let removed = match event {
            Some(event) => session.delete_event(&probe.organizer, &event.id).await.is_ok(),
            // It may yet turn up: the sweep looks again.
            None => false,
        };
        let verdict = if removed {
            self.gone(probe).await;
            Verdict::passed()
        } else {
            Verdict::warning(Cause::ProbeLeft)
        };
        self.tell_asked(Step::Cleanup, verdict).await
    }

    async fn written_down(&self, probe: &Probe) -> Done {
        let written = async {
            let mut tx = self.backend.db().begin(self.scope).await?;
            if let Some(earlier) = store::diagnoses::probe(&mut tx).await? {
                drop(tx);
                leftovers::remove(self.backend, self.scope, &earlier).await?;
                tx = self.backend.db().begin(self.scope).await?;
            }
            store::diagnoses::put_probe(&mut tx, probe).await?;
            Ok::<_, crate::Error>(tx.commit().await?)
        };
        written.await.map_err(|error| self.lost(&error))
    }

    /// Nothing is left of it.
    async fn gone(&self, probe: &Probe) {
        if let Err(error) = leftovers::forget(self.backend, self.scope, probe).await {
            self.lost(&error);
        }
    }

    async fn skip(&mut self, steps: &[Step], blocker: Step) -> Done {
        for step in steps {
            if !self.report.steps.iter().any(|known| known.step == *step) {
                self.tell(*step, Verdict::after(blocker), Known::NotTried).await?;
            }
        }
        Ok(())
    }

    async fn tell_asked(&mut self, step: Step, verdict: Verdict) -> Done {
        let last = self.forget_asked();
        let known = last.map_or(Known::NotTried, |exchange| Known::Asked(Asked::from(exchange)));
        self.tell(step, verdict, known).await
    }

    /// The last of what was asked since the step before.
    fn forget_asked(&self) -> Option<Exchange> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let last = asked.pop();
        asked.clear();
        last
    }

    async fn tell(&mut self, step: Step, verdict: Verdict, known: Known) -> Done {
        let at = self.backend.clock().now();
        tracing::info!(
            tenant.id = %self.scope.tenant(),
            step = step.as_str(),
            state = verdict.state.as_str(),
            cause = verdict.cause.as_str(),
            "a step of the check of the connection to Microsoft is done"
        );
        self.report.steps.push(Outcome {
            step,
            verdict,
            at,
            known,
        });
        match self.store(None).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Overtaken),
            Err(error) => Err(self.lost(&error)),
        }
    }

    async fn store(&self, finished: Option<chrono::DateTime<chrono::Utc>>) -> Result<bool> {
        let steps = serde_json::to_value(&self.report).map_err(anyhow::Error::from)?;
        let now = self.backend.clock().now();
        let mut tx = self.backend.db().begin(self.scope).await?;
        let ours = store::diagnoses::note(&mut tx, self.run, &steps, now, finished).await?;
        tx.commit().await?;
        Ok(ours)
    }

    fn lost(&self, error: &crate::Error) -> Overtaken {
        tracing::error!(error = error as &dyn std::error::Error, tenant.id = %self.scope.tenant(), "a check of the connection to Microsoft could not be written down");
        Overtaken
    }
}

/// Whether a permission that the step needs is known to be missing.
fn lacks(step: Step, missing: &[&'static str]) -> bool {
    judge::role_of(step).is_some_and(|role| missing.contains(&role))
}

fn listed<T>(step: Step, asked: &Result<T, GraphError>, is_settling: bool) -> Verdict {
    match asked {
        Ok(_) if is_settling => Verdict::waiting(Cause::Settling),
        Ok(_) => Verdict::passed(),
        Err(error) => judge::refusal(step, error),
    }
}

/// Asks once more where a change may be on its way; whether the two answers differed.
async fn settled<T, F: Future<Output = Result<T, GraphError>>>(ask: impl Fn() -> F) -> (Result<T, GraphError>, bool) {
    match ask().await {
        Err(error) if judge::may_settle(&error) => {
            tokio::time::sleep(PAUSE).await;
            let again = ask().await;
            let differs = again.is_ok();
            (if differs { again } else { Err(error) }, differs)
        }
        asked => (asked, false),
    }
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
