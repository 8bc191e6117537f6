//! One check: step after step, each stored as soon as it is known.

mod access;
mod meeting;
mod notifications;
mod telling;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{DiagnosisCause as Cause, DiagnosisStep as Step, Language, ProfileId};
use graph::{Event, Exchange, GraphError, GraphSession};
use uuid::Uuid;

use super::{
    judge,
    report::{About, Known, Report, Verdict},
};
use crate::{Backend, Result, access::TenantScope};

/// How long after a refusal that may be one of a change on its way the same is asked once more.
const PAUSE: Duration = Duration::from_millis(700);

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
                tracing::warn!(error = error as &dyn std::error::Error, tenant.id = %self.scope.tenant(), "a client secret or certificate could not be read");
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
}

/// Whether a permission that the step needs is known to be missing.
fn lacks(step: Step, missing: &[&'static str]) -> bool {
    judge::role_of(step).is_some_and(|role| missing.contains(&role))
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
