//! Deciding about a request: what the forms send, and what is left of it once it is checked.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::{
    ErrorCode, Failure, Field, IdempotencyKey, MAX_HOURS, Problem, RequestId, UserId,
    interactions::{Errors, required, wall_clock},
    meetings, text,
};

/// The longest appointment, in minutes.
pub const MAX_MINUTES: u32 = MAX_HOURS * 60;
/// Longest reason for saying no, in characters: the requester reads it in a mail.
pub const MAX_REASON: usize = 1000;
/// Longest notes for colleagues, in characters.
pub const MAX_INTERNAL_NOTES: usize = 4000;

/// The form that approves, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApproveRequest {
    pub request_id: String,
    pub idempotency_key: String,
    pub technician_id: String,
    /// Wall clock in the requester's zone.
    pub start: String,
    pub minutes: String,
    pub notes: String,
    /// A checkbox: present when on.
    pub generate: Option<String>,
    /// A checkbox: Teams records the meeting by itself. Only what was offered counts.
    pub record: Option<String>,
    pub record_offered: Option<String>,
    /// The button that approves without a meeting, whatever the checkbox says.
    pub without_meeting: Option<String>,
}

/// A checked approval. What only the server can tell (is there such a person, such an hour?) is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproveDraft {
    pub request_id: RequestId,
    pub idempotency_key: IdempotencyKey,
    pub technician: UserId,
    pub start: NaiveDateTime,
    pub minutes: u32,
    pub notes: String,
    pub with_meeting: bool,
    /// Nothing where the tenant's setting decides.
    pub record: Option<bool>,
}

impl ApproveRequest {
    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<ApproveDraft, Failure> {
        let request_id = about(&self.request_id)?;
        let mut errors = Errors::default();
        let idempotency_key = errors.take(Field::IdempotencyKey, required(&self.idempotency_key, Problem::Damaged));
        let technician = errors.take(Field::Technician, required(&self.technician_id, Problem::Unknown));
        let start = errors.take(Field::Start, wall_clock(&self.start));
        let minutes = errors.take(Field::Duration, minutes(&self.minutes));
        let notes = errors.take(Field::Notes, text::lines(&self.notes, MAX_INTERNAL_NOTES));
        errors.none()?;
        let draft = || {
            Some(ApproveDraft {
                request_id,
                idempotency_key: idempotency_key?,
                technician: technician?,
                start: start?,
                minutes: minutes?,
                notes: notes?,
                with_meeting: self.generate.is_some() && self.without_meeting.is_none(),
                record: meetings::record(self.record_offered.as_ref(), self.record.as_ref()),
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

/// The form that moves a request to another time, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveRequest {
    pub request_id: String,
    /// Wall clock in the requester's zone.
    pub start: String,
    pub minutes: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveDraft {
    pub request_id: RequestId,
    pub start: NaiveDateTime,
    pub minutes: u32,
}

impl MoveRequest {
    pub fn check(&self) -> Result<MoveDraft, Failure> {
        let request_id = about(&self.request_id)?;
        let mut errors = Errors::default();
        let start = errors.take(Field::Start, wall_clock(&self.start));
        let minutes = errors.take(Field::Duration, minutes(&self.minutes));
        errors.none()?;
        let draft = || {
            Some(MoveDraft {
                request_id,
                start: start?,
                minutes: minutes?,
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

/// The form that says no, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeclineRequest {
    pub request_id: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineDraft {
    pub request_id: RequestId,
    pub reason: String,
}

impl DeclineRequest {
    pub fn check(&self) -> Result<DeclineDraft, Failure> {
        let request_id = about(&self.request_id)?;
        let reason = note(&self.reason);
        match reason.and_then(|reason| reason.ok_or(Problem::Required)) {
            Ok(reason) => Ok(DeclineDraft { request_id, reason }),
            Err(problem) => Err(Failure::field(Field::Reason, problem)),
        }
    }
}

/// What a form is about stands in its page's address, so one that cannot be read is not there.
pub(crate) fn about(id: &str) -> Result<RequestId, Failure> {
    id.parse().map_err(|_| ErrorCode::NotFound.into())
}

/// What somebody writes to the other side, who reads it in a mail; nothing where nothing is written.
pub(crate) fn note(text: &str) -> Result<Option<String>, Problem> {
    let note = text::lines(text, MAX_REASON)?.trim().to_owned();
    Ok((!note.is_empty()).then_some(note))
}

fn minutes(text: &str) -> Result<u32, Problem> {
    let range = Problem::NotBetween {
        min: 1,
        max: MAX_MINUTES,
    };
    match text.trim() {
        "" => Err(Problem::Required),
        text => match text.parse() {
            Ok(minutes) if (1..=MAX_MINUTES).contains(&minutes) => Ok(minutes),
            _ => Err(range),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    fn approve() -> ApproveRequest {
        ApproveRequest {
            request_id: ID.into(),
            idempotency_key: ID.into(),
            technician_id: ID.into(),
            start: "2026-11-26T08:00".into(),
            minutes: "30".into(),
            notes: "  Bring the ladder\r\n".into(),
            generate: Some("on".into()),
            without_meeting: None,
            record: None,
            record_offered: None,
        }
    }

    fn problems(failure: Failure) -> Vec<(Field, Problem)> {
        failure
            .fields
            .into_iter()
            .map(|error| (error.field, error.problem))
            .collect()
    }

    #[test]
    fn an_approval_is_read() {
        let draft = approve().check().unwrap();
        assert!(draft.with_meeting);
        assert_eq!((draft.minutes, draft.notes.as_str()), (30, "  Bring the ladder"));
        let without = ApproveRequest {
            without_meeting: Some("on".into()),
            ..approve()
        };
        assert!(!without.check().unwrap().with_meeting, "the button counts more");
    }

    #[test]
    fn every_wrong_field_is_named_in_order() {
        let form = ApproveRequest {
            technician_id: String::new(),
            start: "soon".into(),
            minutes: "0".into(),
            notes: "\u{7}".into(),
            ..approve()
        };
        assert_eq!(
            problems(form.check().unwrap_err()),
            [
                (Field::Technician, Problem::Required),
                (Field::Start, Problem::NotADate),
                (Field::Duration, Problem::NotBetween { min: 1, max: 1440 }),
                (Field::Notes, Problem::NotText),
            ]
        );
    }

    #[test]
    fn an_appointment_has_some_minutes_and_at_most_a_day() {
        for (text, wanted) in [("1", Some(1)), (" 1440 ", Some(1440)), ("0", None), ("1441", None)] {
            assert_eq!(minutes(text).ok(), wanted, "{text}");
        }
        for text in ["-5", "1.5", "43200", "99999999999999999999", "٣٠", "half an hour"] {
            assert_eq!(minutes(text), Err(Problem::NotBetween { min: 1, max: 1440 }), "{text}");
        }
        assert_eq!(minutes(" "), Err(Problem::Required));
    }

    #[test]
    fn a_reason_is_needed_and_bounded() {
        let check = |reason: &str| {
            let form = DeclineRequest {
                request_id: ID.into(),
                reason: reason.into(),
            };
            form.check().map(|draft| draft.reason).map_err(problems)
        };
        assert_eq!(check(" Fully booked.\r\nSorry. "), Ok("Fully booked.\nSorry.".into()));
        assert_eq!(check(" \r\n "), Err(vec![(Field::Reason, Problem::Required)]));
        assert_eq!(check("\u{0}"), Err(vec![(Field::Reason, Problem::NotText)]));
        let long = "x".repeat(MAX_REASON + 1);
        assert_eq!(check(&long), Err(vec![(Field::Reason, Problem::TooLong { max: 1000 })]));
    }

    #[test]
    fn what_it_is_about_is_there_or_not() {
        for id in ["", "1", "\u{0}", "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8bx"] {
            let form = MoveRequest {
                request_id: id.into(),
                ..MoveRequest::default()
            };
            assert_eq!(form.check().unwrap_err().code, ErrorCode::NotFound, "{id:?}");
        }
    }

    proptest! {
        #[test]
        fn any_input_is_answered(input in any::<String>()) {
            let form = ApproveRequest { start: input.clone(), minutes: input.clone(), notes: input.clone(), ..approve() };
            if let Ok(draft) = form.check() {
                prop_assert!((1..=MAX_MINUTES).contains(&draft.minutes));
            }
            let moved = MoveRequest { request_id: ID.into(), start: input.clone(), minutes: input.clone() };
            let _ = moved.check();
            if let Ok(draft) = (DeclineRequest { request_id: ID.into(), reason: input }).check() {
                prop_assert!(!draft.reason.is_empty() && !draft.reason.contains('\0'));
            }
        }
    }
}
