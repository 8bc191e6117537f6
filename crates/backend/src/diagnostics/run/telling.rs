//! What came of a step is stored as soon as it is known.

use std::sync::PoisonError;

use chrono::{DateTime, Utc};
use domain::DiagnosisStep as Step;
use graph::Exchange;

use super::{
    super::report::{Asked, Known, Outcome, Verdict},
    Done, Overtaken, Run,
};
use crate::{Result, store};

impl Run<'_> {
    pub(super) async fn skip(&mut self, steps: &[Step], blocker: Step) -> Done {
        for step in steps {
            if !self.report.steps.iter().any(|known| known.step == *step) {
                self.tell(*step, Verdict::after(blocker), Known::NotTried).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn tell_asked(&mut self, step: Step, verdict: Verdict) -> Done {
        let last = self.forget_asked();
        let known = last.map_or(Known::NotTried, |exchange| Known::Asked(Asked::from(exchange)));
        self.tell(step, verdict, known).await
    }

    /// The last of what was asked since the step before.
    pub(super) fn forget_asked(&self) -> Option<Exchange> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let last = asked.pop();
        asked.clear();
        last
    }

    pub(super) async fn tell(&mut self, step: Step, verdict: Verdict, known: Known) -> Done {
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

    pub(super) async fn store(&self, finished: Option<DateTime<Utc>>) -> Result<bool> {
        let steps = serde_json::to_value(&self.report).map_err(anyhow::Error::from)?;
        let now = self.backend.clock().now();
        let mut tx = self.backend.db().begin(self.scope).await?;
        let ours = store::diagnoses::note(&mut tx, self.run, &steps, now, finished).await?;
        tx.commit().await?;
        Ok(ours)
    }

    pub(super) fn lost(&self, error: &crate::Error) -> Overtaken {
        tracing::error!(error = error as &dyn std::error::Error, tenant.id = %self.scope.tenant(), "a check of the connection to Microsoft could not be written down");
        Overtaken
    }
}
