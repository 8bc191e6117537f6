//! The forms of the schedule: the popup of an entry, and moving one.

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ClientId, ContactId, ErrorCode, Failure, Field, IdempotencyKey, Invitee, MAX_HOURS, Problem, ScheduleEntryId,
    UserId,
    interactions::{Errors, optional, required, title, wall_clock},
    meetings, text,
};

/// The longest entry, in hours: a month.
pub const MAX_ENTRY_HOURS: u32 = 31 * 24;

/// The popup as it is posted. All text, so that whatever was typed can be answered field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveEntry {
    /// Empty for a new one.
    pub entry_id: String,
    /// Which state of the entry was changed.
    pub version: String,
    pub idempotency_key: String,
    pub title: String,
    pub client_id: String,
    pub contact_id: String,
    /// Who does it.
    pub user_id: String,
    /// A checkbox: present when on.
    pub is_private: Option<String>,
    /// Wall clock in the viewer's zone.
    pub start: String,
    pub end: String,
    pub notes: String,
    pub create_teams_meeting: Option<String>,
    pub attendees: Vec<String>,
    /// What stands in the address box, added or not.
    pub more_attendees: String,
    /// A checkbox: Teams records the meeting by itself. Only what was offered counts.
    pub record: Option<String>,
    pub record_offered: Option<String>,
}

/// A checked popup. What only the database can tell is still open, and so is the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryDraft {
    /// Of an entry that is there: which, and in which state.
    pub entry: Option<(ScheduleEntryId, i64)>,
    pub idempotency_key: IdempotencyKey,
    pub title: String,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    pub user_id: Option<UserId>,
    pub is_private: bool,
    pub start: NaiveDateTime,
    pub end: NaiveDateTime,
    pub notes: String,
    pub create_teams_meeting: bool,
    pub attendees: Vec<Invitee>,
    /// Nothing where the tenant's setting decides.
    pub record: Option<bool>,
}

impl SaveEntry {
    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<EntryDraft, Failure> {
        let mut errors = Errors::default();
        let entry_id: Option<Option<ScheduleEntryId>> = errors.take(
            Field::IdempotencyKey,
            optional(&self.entry_id).map_err(|_| Problem::Damaged),
        );
        let is_new = entry_id == Some(None);
        let version = if is_new {
            Some(0)
        } else {
            errors.take(
                Field::IdempotencyKey,
                self.version.parse().map_err(|_| Problem::Damaged),
            )
        };
        let idempotency_key = errors.take(Field::IdempotencyKey, required(&self.idempotency_key, Problem::Damaged));
        let title = errors.take(Field::Title, title(&self.title));
        let client_id = errors.take(Field::Client, optional(&self.client_id));
        let contact_id = errors.take(Field::Contact, optional(&self.contact_id));
        let with_meeting = is_new && self.create_teams_meeting.is_some();
        if with_meeting && client_id == Some(None) {
            errors.add(Field::Client, Problem::Required);
        }
        let user_id = errors.take(Field::Owner, optional(&self.user_id));
        let start = errors.take(Field::Start, wall_clock(&self.start));
        let end = errors.take(Field::End, wall_clock(&self.end));
        if let (Some(start), Some(end)) = (start, end)
            && let Err(problem) = span(start, end, if with_meeting { MAX_HOURS } else { MAX_ENTRY_HOURS })
        {
            errors.add(Field::End, problem);
        }
        let attendees = if with_meeting {
            let entries = self.attendees.iter().chain([&self.more_attendees]).map(String::as_str);
            errors.take(Field::Attendees, meetings::attendees(entries))
        } else {
            Some(Vec::new())
        };
        let notes = errors.take(Field::Notes, text::lines(&self.notes, text::MAX_NOTES));
        errors.none()?;
        let draft = || {
            Some(EntryDraft {
                entry: entry_id?.zip(version),
                idempotency_key: idempotency_key?,
                title: title?,
                client_id: client_id?,
                contact_id: contact_id?,
                user_id: user_id?,
                is_private: self.is_private.is_some(),
                start: start?,
                end: end?,
                notes: notes?,
                create_teams_meeting: with_meeting,
                attendees: attendees?,
                record: meetings::record(self.record_offered.as_ref(), self.record.as_ref()),
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

fn span(start: NaiveDateTime, end: NaiveDateTime, hours: u32) -> Result<(), Problem> {
    if end <= start {
        return Err(Problem::EndBeforeStart);
    }
    if end - start > Duration::hours(i64::from(hours)) {
        return Err(Problem::LongerThan { hours });
    }
    Ok(())
}

/// An entry is moved: dragged, by keys, or by its form. It stays as long as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveEntry {
    pub entry_id: String,
    pub version: String,
    /// See [`MoveTo`].
    pub start: String,
}

/// Where to: a wall clock in the viewer's zone, or a moment, in minutes since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveTo {
    Wall(NaiveDateTime),
    Moment(DateTime<Utc>),
}

impl MoveTo {
    /// A wall clock.
    pub fn wall(text: &str) -> Option<NaiveDateTime> {
        wall_clock(text).ok()
    }

    pub fn read(text: &str) -> Result<Self, Problem> {
        match text.trim().parse::<i64>() {
            Ok(minutes) => Self::minutes(minutes).map(Self::Moment).ok_or(Problem::NotADate),
            Err(_) => wall_clock(text).map(Self::Wall),
        }
    }

    fn minutes(minutes: i64) -> Option<DateTime<Utc>> {
        let moment = DateTime::from_timestamp(minutes.checked_mul(60)?, 0)?;
        (1990..=2200).contains(&moment.year()).then_some(moment)
    }
}

impl MoveEntry {
    pub fn check(&self) -> Result<(ScheduleEntryId, i64, MoveTo), Failure> {
        let id = self.entry_id.parse().map_err(|_| ErrorCode::NotFound)?;
        let damaged = |_| Failure::field(Field::IdempotencyKey, Problem::Damaged);
        let version = self.version.parse().map_err(damaged)?;
        let to = MoveTo::read(&self.start).map_err(|problem| Failure::field(Field::Start, problem))?;
        Ok((id, version, to))
    }
}

/// An entry is taken off the schedule, or its meeting is cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoveEntry {
    pub entry_id: String,
    pub version: String,
    /// To the attendees of its meeting.
    pub message: String,
    /// A checkbox: present when an entry with a meeting goes, too, and nothing can be taken back.
    pub for_good: Option<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    fn form() -> SaveEntry {
        SaveEntry {
            idempotency_key: ID.into(),
            title: "Patch window".into(),
            start: "2026-11-24T22:00".into(),
            end: "2026-11-25T02:00".into(),
            ..SaveEntry::default()
        }
    }

    fn problems(form: &SaveEntry) -> Vec<(Field, Problem)> {
        let failure = form.check().unwrap_err();
        failure
            .fields
            .into_iter()
            .map(|error| (error.field, error.problem))
            .collect()
    }

    #[test]
    fn an_entry_needs_a_title_and_times_only() {
        let draft = form().check().unwrap();
        assert_eq!((draft.entry, draft.client_id, draft.is_private), (None, None, false));
        let draft = SaveEntry {
            entry_id: ID.into(),
            version: "7".into(),
            ..form()
        };
        assert_eq!(draft.check().unwrap().entry.map(|(_, version)| version), Some(7));
    }

    #[test]
    fn a_meeting_needs_a_client_and_a_sensible_length() {
        let meeting = SaveEntry {
            create_teams_meeting: Some("on".into()),
            more_attendees: "nobody".into(),
            end: "2026-12-24T22:00".into(),
            ..form()
        };
        assert_eq!(
            problems(&meeting),
            [
                (Field::Client, Problem::Required),
                (Field::End, Problem::LongerThan { hours: 24 }),
                (Field::Attendees, Problem::NotAnEmail { value: "nobody".into() }),
            ]
        );
        // A month of leave is an entry all the same.
        let leave = SaveEntry {
            create_teams_meeting: None,
            ..meeting
        };
        assert!(leave.check().is_ok());
    }

    #[test]
    fn every_wrong_field_is_named_in_order() {
        let form = SaveEntry {
            entry_id: "x".into(),
            version: "x".into(),
            title: "\u{7}".into(),
            client_id: "acme".into(),
            user_id: "me".into(),
            end: "2026-11-24T22:00".into(),
            notes: "x".repeat(20_001),
            ..form()
        };
        let fields: Vec<Field> = problems(&form).into_iter().map(|(field, _)| field).collect();
        assert_eq!(
            fields,
            [
                Field::IdempotencyKey,
                Field::IdempotencyKey,
                Field::Title,
                Field::Client,
                Field::Owner,
                Field::End,
                Field::Notes,
            ]
        );
    }

    #[test]
    fn one_moves_to_a_clock_or_to_a_moment() {
        let wall = wall_clock("2026-10-25T02:30").unwrap();
        assert_eq!(MoveTo::read("2026-10-25T02:30"), Ok(MoveTo::Wall(wall)));
        assert_eq!(
            MoveTo::read("29881530"),
            Ok(MoveTo::Moment("2026-10-25T01:30:00Z".parse().unwrap()))
        );
        assert_eq!(MoveTo::read("9223372036854775807"), Err(Problem::NotADate));
        assert_eq!(MoveTo::read("soon"), Err(Problem::NotADate));
        let unknown = MoveEntry::default().check().unwrap_err();
        assert_eq!(unknown.code, ErrorCode::NotFound);
    }

    proptest! {
        #[test]
        fn any_form_is_answered(title in any::<String>(), start in any::<String>(), client in any::<String>(), entry in any::<String>()) {
            let form = SaveEntry { title, start, client_id: client, entry_id: entry, create_teams_meeting: Some("on".into()), ..form() };
            match form.check() {
                Ok(draft) => prop_assert!(draft.end > draft.start && !draft.title.is_empty()),
                Err(failure) => prop_assert!(!failure.fields.is_empty()),
            }
        }

        #[test]
        fn any_move_is_answered(start in any::<String>()) {
            let _ = MoveTo::read(&start);
        }
    }
}
