//! What a check has found, as it is stored: facts without words, and nothing that is secret.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{DiagnosisCause, DiagnosisStep, StepState};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the check was about: it stays what it was when settings change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    pub entra_tenant: String,
    pub client_id: String,
    pub organizer: Option<String>,
    pub organizer_id: Option<String>,
    pub second_mailbox: Option<String>,
    /// When the certificate ends; nothing where there is a client secret.
    pub certificate_expires: Option<DateTime<Utc>>,
    /// Where Microsoft tells of recordings.
    pub url: String,
    pub public_url: String,
    pub login_url: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub about: About,
    pub steps: Vec<Outcome>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub step: DiagnosisStep,
    #[serde(flatten)]
    pub verdict: Verdict,
    pub at: DateTime<Utc>,
    pub known: Known,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub state: StepState,
    pub cause: DiagnosisCause,
    /// What the words name, by its name in them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// How a step's outcome is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// Microsoft was asked.
    Asked(Asked),
    /// It stands in the token.
    Token,
    /// It stands in our settings.
    Here,
    /// It was not tried.
    NotTried,
}

/// The request that told it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub call: String,
    pub status: Option<u16>,
    pub code: Option<String>,
    pub request_id: Option<String>,
    pub client_request_id: Option<String>,
}

impl From<graph::Exchange> for Asked {
    fn from(exchange: graph::Exchange) -> Self {
        /// Microsoft's codes and ids are shorter.
        const LONGEST: usize = 100;
        let short = |text: String| text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        Self {
            call: exchange.call.to_owned(),
            status: exchange.status,
            code: exchange.code.map(short),
            request_id: exchange.request_id.map(short),
            client_request_id: exchange.client_request_id.map(|id| id.to_string()),
        }
    }
}

impl Verdict {
    pub fn new(state: StepState, cause: DiagnosisCause) -> Self {
        Self {
            state,
            cause,
            values: BTreeMap::new(),
        }
    }

    pub fn passed() -> Self {
        Self::new(StepState::Passed, DiagnosisCause::Good)
    }

    pub fn failed(cause: DiagnosisCause) -> Self {
        Self::new(StepState::Failed, cause)
    }

    pub fn warning(cause: DiagnosisCause) -> Self {
        Self::new(StepState::Warning, cause)
    }

    pub fn waiting(cause: DiagnosisCause) -> Self {
        Self::new(StepState::Waiting, cause)
    }

    /// Not tried, because of another step.
    pub fn after(step: DiagnosisStep) -> Self {
        Self::new(StepState::Skipped, DiagnosisCause::NotReached).with("step", step.as_str())
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Whether what builds on the step can be tried.
    pub fn is_usable(&self) -> bool {
        matches!(self.state, StepState::Passed | StepState::Warning)
            || (self.state, self.cause) == (StepState::Waiting, DiagnosisCause::Settling)
    }
}

impl Report {
    /// What was stored by another release may not be readable; then there is nothing to show.
    pub fn read(steps: &Value) -> Self {
        serde_json::from_value(steps.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_survives_the_database() {
        let report = Report {
            about: About {
                client_id: "app".into(),
                ..About::default()
            },
            steps: vec![Outcome {
                step: DiagnosisStep::Token,
                verdict: Verdict::failed(DiagnosisCause::SecretWrong).with("code", "AADSTS7000215"),
                at: DateTime::from_timestamp(1_795_515_000, 0).unwrap(),
                known: Known::Asked(Asked::default()),
            }],
        };
        let stored = serde_json::to_value(&report).unwrap();
        assert_eq!(Report::read(&stored), report);
        assert_eq!(Report::read(&serde_json::json!([])), Report::default());
        assert_eq!(
            Report::read(&serde_json::json!({ "steps": [{ "step": "dance" }] })),
            Report::default()
        );
    }
}
