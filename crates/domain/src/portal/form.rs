//! What the portal's forms send, and what is left of it once it is checked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::PortalItem;
use crate::{
    ErrorCode, Failure, Field, IdempotencyKey, MeetingId, Problem, ServiceId, UserId,
    appointments::{about, note},
    interactions::{Errors, optional, required},
    text,
};

/// Longest description of what is wanted, in characters.
pub const MAX_DESCRIPTION: usize = 2000;

/// The form that asks for an appointment, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AskAppointment {
    pub idempotency_key: String,
    pub service_id: String,
    /// Who is wished for; empty for anyone.
    pub technician_id: String,
    /// The moment that was chosen.
    pub start: String,
    pub description: String,
}

/// A checked one. Whether it is free only the server can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskDraft {
    pub idempotency_key: IdempotencyKey,
    pub service_id: ServiceId,
    pub technician: Option<UserId>,
    pub start: DateTime<Utc>,
    pub description: String,
}

impl AskAppointment {
    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<AskDraft, Failure> {
        let mut errors = Errors::default();
        let idempotency_key = errors.take(Field::IdempotencyKey, required(&self.idempotency_key, Problem::Damaged));
        let service_id = errors.take(Field::Service, required(&self.service_id, Problem::NotOffered));
        let technician = errors.take(Field::Technician, optional(&self.technician_id));
        let start = errors.take(Field::Slot, moment(&self.start));
        let description = errors.take(Field::Description, text::lines(&self.description, MAX_DESCRIPTION));
        errors.none()?;
        let draft = || {
            Some(AskDraft {
                idempotency_key: idempotency_key?,
                service_id: service_id?,
                technician: technician?,
                start: start?,
                description: description?,
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

/// The form that cancels, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CancelAppointment {
    pub request_id: String,
    /// Of a meeting that staff have made; there is no request then.
    pub meeting_id: String,
    /// Need not be given.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelDraft {
    pub item: PortalItem,
    pub reason: Option<String>,
}

impl CancelAppointment {
    pub fn check(&self) -> Result<CancelDraft, Failure> {
        let item = item(&self.request_id, &self.meeting_id)?;
        match note(&self.reason) {
            Ok(reason) => Ok(CancelDraft { item, reason }),
            Err(problem) => Err(Failure::field(Field::Reason, problem)),
        }
    }
}

/// The form that asks for another time, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WishTime {
    pub request_id: String,
    /// Of a meeting that staff have made; there is no request then.
    pub meeting_id: String,
    /// The moment that was chosen.
    pub start: String,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishDraft {
    pub item: PortalItem,
    pub start: DateTime<Utc>,
    pub note: Option<String>,
}

impl WishTime {
    pub fn check(&self) -> Result<WishDraft, Failure> {
        let item = item(&self.request_id, &self.meeting_id)?;
        let mut errors = Errors::default();
        let start = errors.take(Field::Slot, moment(&self.start));
        let note = errors.take(Field::Reason, note(&self.note));
        errors.none()?;
        let draft = || {
            Some(WishDraft {
                item,
                start: start?,
                note: note?,
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

/// What a form is about.
pub fn item(request_id: &str, meeting_id: &str) -> Result<PortalItem, Failure> {
    match meeting_id.trim() {
        "" => Ok(PortalItem::Request(about(request_id)?)),
        id => {
            let id: MeetingId = id.parse().map_err(|_| Failure::new(ErrorCode::NotFound))?;
            Ok(PortalItem::Meeting(id))
        }
    }
}

/// A moment as our own pages write it: "2026-11-30T08:00:00Z".
fn moment(text: &str) -> Result<DateTime<Utc>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::NoSlot);
    }
    let moment = DateTime::parse_from_rfc3339(text)
        .map_err(|_| Problem::Damaged)?
        .to_utc();
    let is_near = (1990..=2200).contains(&chrono::Datelike::year(&moment));
    if is_near { Ok(moment) } else { Err(Problem::Damaged) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::MAX_REASON;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    fn ask() -> AskAppointment {
        AskAppointment {
            idempotency_key: ID.into(),
            service_id: ID.into(),
            technician_id: String::new(),
            start: "2026-11-30T08:00:00Z".into(),
            description: "The <b>label</b> printer\r\n".into(),
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
    fn a_request_is_read() {
        let draft = ask().check().unwrap();
        assert_eq!(draft.technician, None);
        assert_eq!(draft.description, "The <b>label</b> printer");
        assert_eq!(draft.start.to_rfc3339(), "2026-11-30T08:00:00+00:00");
    }

    #[test]
    fn every_wrong_field_is_named_in_order() {
        let form = AskAppointment {
            idempotency_key: "1".into(),
            service_id: String::new(),
            technician_id: "anyone".into(),
            start: "tomorrow".into(),
            description: "\u{7}".into(),
        };
        assert_eq!(
            problems(form.check().unwrap_err()),
            [
                (Field::IdempotencyKey, Problem::Damaged),
                (Field::Service, Problem::Required),
                (Field::Technician, Problem::Unknown),
                (Field::Slot, Problem::Damaged),
                (Field::Description, Problem::NotText),
            ]
        );
        let form = AskAppointment {
            start: " ".into(),
            description: "x".repeat(MAX_DESCRIPTION + 1),
            ..ask()
        };
        assert_eq!(
            problems(form.check().unwrap_err()),
            [
                (Field::Slot, Problem::NoSlot),
                (Field::Description, Problem::TooLong { max: 2000 })
            ]
        );
    }

    #[test]
    fn a_reason_need_not_be_given() {
        let check = |reason: &str| {
            let form = CancelAppointment {
                request_id: ID.into(),
                reason: reason.into(),
                ..CancelAppointment::default()
            };
            form.check().map(|draft| draft.reason).map_err(problems)
        };
        assert_eq!(check(" \r\n"), Ok(None));
        assert_eq!(check(" On holiday "), Ok(Some("On holiday".into())));
        assert_eq!(check("\u{0}"), Err(vec![(Field::Reason, Problem::NotText)]));
        let long = "x".repeat(MAX_REASON + 1);
        assert_eq!(check(&long), Err(vec![(Field::Reason, Problem::TooLong { max: 1000 })]));
    }

    #[test]
    fn what_it_is_about_is_there_or_not() {
        for id in ["", "1", "\u{0}"] {
            let cancel = CancelAppointment {
                request_id: id.into(),
                ..CancelAppointment::default()
            };
            assert_eq!(cancel.check().unwrap_err().code, ErrorCode::NotFound, "{id:?}");
            let wish = WishTime {
                request_id: id.into(),
                ..WishTime::default()
            };
            assert_eq!(wish.check().unwrap_err().code, ErrorCode::NotFound, "{id:?}");
        }
    }

    #[test]
    fn it_is_about_a_meeting_where_that_is_named() {
        let cancel = |request_id: &str, meeting_id: &str| {
            let form = CancelAppointment {
                request_id: request_id.into(),
                meeting_id: meeting_id.into(),
                reason: String::new(),
            };
            form.check().map(|draft| draft.item).map_err(|failure| failure.code)
        };
        assert!(matches!(cancel(ID, ""), Ok(PortalItem::Request(_))));
        assert!(matches!(cancel("", ID), Ok(PortalItem::Meeting(_))));
        assert!(matches!(cancel(ID, ID), Ok(PortalItem::Meeting(_))));
        assert_eq!(cancel(ID, "1"), Err(ErrorCode::NotFound));
        let wish = WishTime {
            meeting_id: ID.into(),
            start: "2026-11-30T08:00:00Z".into(),
            ..WishTime::default()
        };
        assert!(matches!(wish.check().unwrap().item, PortalItem::Meeting(_)));
    }

    proptest! {
        #[test]
        fn any_input_is_answered(input in any::<String>()) {
            let form = AskAppointment { start: input.clone(), description: input.clone(), technician_id: input.clone(), ..ask() };
            let _ = form.check();
            let wish = WishTime { request_id: ID.into(), start: input.clone(), note: input.clone(), ..WishTime::default() };
            let _ = wish.check();
            let about = CancelAppointment { meeting_id: input.clone(), ..CancelAppointment::default() };
            let _ = about.check();
            if let Ok(draft) = (CancelAppointment { request_id: ID.into(), reason: input, ..CancelAppointment::default() }).check() {
                prop_assert!(draft.reason.is_none_or(|reason| !reason.trim().is_empty() && !reason.contains('\0')));
            }
        }
    }
}
