//! Adding to the timeline: what the form sends, what is left of it once it is checked, and what comes back.

use chrono::{Duration, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::{
    Capture, ClientId, ContactId, ContactOption, Failure, Field, FieldError, IdempotencyKey, InteractionId, Invitee,
    MAX_HOURS, MeetingStatus, MeetingTrouble, Packed, PendingChange, Problem, RequestId, SafeHtml, StatusId, TimeLeft,
    TypeId, UserId, meetings, schedule::Conflict, text,
};

/// The quick-add form as it is posted. All text, so that whatever was typed can be answered field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuickAdd {
    pub idempotency_key: String,
    pub client_id: String,
    pub contact_id: String,
    /// Whose record it is; empty for the one who adds it.
    pub user_id: String,
    pub type_id: String,
    pub title: String,
    pub notes: String,
    pub status_id: String,
    /// Wall clock in the viewer's zone, as `<input type="datetime-local">` sends it.
    pub start: String,
    pub end: String,
    /// A checkbox: present when on.
    pub create_teams_meeting: Option<String>,
    pub attendees: Vec<String>,
    /// What stands in the address box, added or not.
    pub more_attendees: String,
    /// A checkbox: Teams records the meeting by itself. Only what was offered counts.
    pub record: Option<String>,
    pub record_offered: Option<String>,
}

/// A checked quick-add form. What only the database can tell (does the contact exist?) is still open, and so is the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub idempotency_key: IdempotencyKey,
    pub client_id: ClientId,
    pub contact_id: Option<ContactId>,
    pub user_id: Option<UserId>,
    pub type_id: TypeId,
    pub title: String,
    pub notes: String,
    pub status_id: Option<StatusId>,
    pub start: NaiveDateTime,
    pub end: NaiveDateTime,
    pub create_teams_meeting: bool,
    pub attendees: Vec<Invitee>,
    /// Nothing where the tenant's setting decides.
    pub record: Option<bool>,
}

impl QuickAdd {
    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<Draft, Failure> {
        let mut errors = Errors::default();
        let idempotency_key = errors.take(Field::IdempotencyKey, required(&self.idempotency_key, Problem::Damaged));
        let type_id = errors.take(Field::Type, required(&self.type_id, Problem::Unknown));
        let title = errors.take(Field::Title, title(&self.title));
        let client_id = errors.take(Field::Client, required(&self.client_id, Problem::Unknown));
        let contact_id = errors.take(Field::Contact, optional(&self.contact_id));
        let start = errors.take(Field::Start, wall_clock(&self.start));
        let end = errors.take(Field::End, wall_clock(&self.end));
        if let (Some(start), Some(end)) = (start, end)
            && let Err(problem) = span(start, end)
        {
            errors.add(Field::End, problem);
        }
        let attendees = if self.create_teams_meeting.is_some() {
            let entries = self.attendees.iter().chain([&self.more_attendees]).map(String::as_str);
            errors.take(Field::Attendees, meetings::attendees(entries))
        } else {
            Some(Vec::new())
        };
        let status_id = errors.take(Field::Status, optional(&self.status_id));
        let user_id = errors.take(Field::Owner, optional(&self.user_id));
        let notes = errors.take(Field::Notes, text::lines(&self.notes, text::MAX_NOTES));
        errors.none()?;
        let draft = || {
            Some(Draft {
                idempotency_key: idempotency_key?,
                client_id: client_id?,
                contact_id: contact_id?,
                user_id: user_id?,
                type_id: type_id?,
                title: title?,
                notes: notes?,
                status_id: status_id?,
                start: start?,
                end: end?,
                create_teams_meeting: self.create_teams_meeting.is_some(),
                attendees: attendees?,
                record: meetings::record(self.record_offered.as_ref(), self.record.as_ref()),
            })
        };
        draft().ok_or_else(|| Failure::new(crate::ErrorCode::Internal))
    }
}

#[derive(Default)]
pub(crate) struct Errors(Vec<FieldError>);

impl Errors {
    pub(crate) fn add(&mut self, field: Field, problem: Problem) {
        self.0.push(FieldError { field, problem });
    }

    pub(crate) fn take<T>(&mut self, field: Field, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(field, problem)).ok()
    }

    pub(crate) fn none(self) -> Result<(), Failure> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Failure::invalid(self.0))
        }
    }
}

pub(crate) fn title(text: &str) -> Result<String, Problem> {
    let title = text::line(text, text::MAX_TITLE)?;
    if title.is_empty() {
        Err(Problem::Required)
    } else {
        Ok(title)
    }
}

pub(crate) fn required<T: std::str::FromStr>(text: &str, otherwise: Problem) -> Result<T, Problem> {
    match text.trim() {
        "" if otherwise != Problem::Damaged => Err(Problem::Required),
        text => text.parse().map_err(|_| otherwise),
    }
}

pub(crate) fn optional<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::Unknown),
    }
}

/// Reads the value of a `<input type="datetime-local">`
/// ([HTML](https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#local-dates-and-times)); browsers leave out zero seconds.
pub fn wall_clock(text: &str) -> Result<NaiveDateTime, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .filter(|moment| (1990..=2200).contains(&chrono::Datelike::year(moment)))
        .ok_or(Problem::NotADate)
}

pub(crate) fn span(start: NaiveDateTime, end: NaiveDateTime) -> Result<(), Problem> {
    if end <= start {
        return Err(Problem::EndBeforeStart);
    }
    if end - start > Duration::hours(i64::from(MAX_HOURS)) {
        return Err(Problem::LongerThan { hours: MAX_HOURS });
    }
    Ok(())
}

/// What the quick-add form needs to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickAddForm {
    /// What stands in the fields.
    pub values: QuickAdd,
    pub choices: Choices,
    /// Those among `values.attendees` of whom more is known than the address.
    pub attendees: Vec<Person>,
    pub meetings: crate::Capability,
    /// What the last check of the connection found.
    pub trouble: Option<crate::ConnectionTrouble>,
    /// The mailbox that invitations come from.
    pub organizer: Option<String>,
}

/// What there is to choose from in the form of an interaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    pub types: Vec<TypeOption>,
    pub statuses: Vec<Choice<StatusId>>,
    pub people: Vec<Choice<UserId>>,
    /// The chosen one and the first by name; more are found by searching.
    pub clients: Vec<Choice<ClientId>>,
    /// Those of the chosen client.
    pub contacts: Vec<ContactOption>,
    /// The zone of the wall clocks.
    pub zone: String,
}

/// The fields that the forms for adding and for changing have in common, as they are posted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordValues {
    pub type_id: String,
    pub title: String,
    pub notes: String,
    pub client_id: String,
    pub contact_id: String,
    pub user_id: String,
    pub status_id: String,
    pub start: String,
    pub end: String,
}

impl QuickAdd {
    pub fn record(&self) -> RecordValues {
        let Self {
            type_id,
            title,
            notes,
            client_id,
            contact_id,
            user_id,
            status_id,
            start,
            end,
            ..
        } = self.clone();
        RecordValues {
            type_id,
            title,
            notes,
            client_id,
            contact_id,
            user_id,
            status_id,
            start,
            end,
        }
    }
}

/// Somebody who can be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub address: String,
    pub kind: PersonKind,
    /// Of contacts the client.
    pub client: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonKind {
    Contact,
    Staff,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeOption {
    pub type_id: TypeId,
    pub name: String,
    pub icon: String,
    pub is_online_meeting: bool,
}

/// An entry of a select.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice<Id> {
    pub id: Id,
    pub name: String,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub interaction_id: InteractionId,
    pub client_id: ClientId,
    pub join_url: Option<String>,
}

/// The details page of an interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionPage {
    pub interaction_id: InteractionId,
    pub title: String,
    pub type_name: String,
    pub icon: String,
    /// Nothing when none were taken.
    pub notes: Option<SafeHtml>,
    /// "Tuesday, 24 November 2026, 14:00 – 14:30".
    pub when: String,
    pub zone: String,
    pub duration_minutes: Option<u32>,
    pub client: Option<Choice<ClientId>>,
    pub contact: Option<Choice<ContactId>>,
    pub user_name: String,
    pub status_name: Option<String>,
    pub status_is_closed: bool,
    pub meeting: Option<InteractionMeeting>,
    /// What was typed as a message to the attendees before it was refused.
    pub typed_message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionMeeting {
    pub status: MeetingStatus,
    pub subject: String,
    pub organizer: Option<String>,
    /// Present while the meeting can be joined.
    pub join_url: Option<String>,
    /// Present as long as the link, where they are known.
    pub ways_in: Option<WaysIn>,
    /// "Tue, 24 Nov 2026, 14:00": when it is as far as Microsoft knows.
    pub when: String,
    /// It is still to come, or being cancelled.
    pub is_live: bool,
    /// It can be changed at Microsoft from here: not in the community edition.
    pub is_managed: bool,
    /// How many attendees are known.
    pub attendees: u32,
    /// What Microsoft has not confirmed yet.
    pub change: Option<PendingChange>,
    /// Why Teams does not record it by itself although it should.
    pub recording_trouble: Option<MeetingTrouble>,
    pub capture: Packed<Capture>,
    /// Present while it can be joined and is near.
    pub left: Option<TimeLeft>,
    pub cancelled: Option<MeetingCancelled>,
    pub wish: Option<MeetingWished>,
}

/// Who has cancelled a meeting, and what was told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingCancelled {
    pub by: String,
    /// Somebody of the client, in the portal.
    pub is_client: bool,
    pub reason: Option<String>,
}

/// Another time that a client would like for a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingWished {
    pub by: String,
    /// "Tue, 1 Dec 2026, 10:00 – 10:30".
    pub when: String,
    /// The same on the client's clock, where that differs.
    pub theirs: Option<String>,
    pub note: Option<String>,
    /// The moment, by which a form says what it answers.
    pub start: String,
    /// It is past already: there is nothing to follow.
    pub is_past: bool,
    /// What staff who have the meeting have at that time.
    pub conflicts: Vec<Conflict>,
}

/// What a client would like at another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WishOf {
    Appointment(RequestId),
    /// A meeting, by its interaction.
    Meeting(InteractionId),
}

/// A row of the list of those that wait for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishRow {
    pub of: WishOf,
    /// The subject of a meeting, the service of an appointment.
    pub title: Option<String>,
    pub client: Option<String>,
    pub by: String,
    /// Until now, and as wished.
    pub when: String,
    pub wished: String,
}

/// How a meeting is joined by somebody who does not have its link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaysIn {
    /// Digits that are typed in Teams.
    pub meeting_id: Option<String>,
    /// What Teams asks for then.
    pub passcode: Option<String>,
    pub phone: Option<String>,
    /// What is keyed in on the telephone.
    pub conference_id: Option<String>,
}

impl WaysIn {
    /// Digits by threes, as Teams shows them.
    pub fn in_groups(digits: &str) -> String {
        let mut shown = String::with_capacity(digits.len() * 4 / 3);
        for (n, digit) in digits.chars().filter(|digit| !digit.is_whitespace()).enumerate() {
            if n > 0 && n % 3 == 0 {
                shown.push('\u{a0}');
            }
            shown.push(digit);
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    #[test]
    fn digits_are_shown_by_threes() {
        for (digits, shown) in [
            ("", ""),
            ("12", "12"),
            ("123", "123"),
            ("1234", "123\u{a0}4"),
            ("123 456789", "123\u{a0}456\u{a0}789"),
        ] {
            assert_eq!(WaysIn::in_groups(digits), shown);
        }
    }

    fn form() -> QuickAdd {
        QuickAdd {
            idempotency_key: ID.into(),
            client_id: ID.into(),
            type_id: ID.into(),
            title: "Backup review".into(),
            start: "2026-11-24T15:00".into(),
            end: "2026-11-24T15:30".into(),
            ..QuickAdd::default()
        }
    }

    fn problems(form: &QuickAdd) -> Vec<(Field, Problem)> {
        form.check()
            .unwrap_err()
            .fields
            .into_iter()
            .map(|error| (error.field, error.problem))
            .collect()
    }

    #[test]
    fn a_good_form_passes() {
        let draft = form().check().unwrap();
        assert_eq!(draft.title, "Backup review");
        assert_eq!(draft.contact_id, None);
        assert!(!draft.create_teams_meeting);
    }

    #[test]
    fn every_wrong_field_is_named_in_order() {
        let form = QuickAdd {
            start: "soon".into(),
            contact_id: "me".into(),
            more_attendees: "nobody".into(),
            create_teams_meeting: Some("on".into()),
            ..QuickAdd::default()
        };
        assert_eq!(
            problems(&form),
            [
                (Field::IdempotencyKey, Problem::Damaged),
                (Field::Type, Problem::Required),
                (Field::Title, Problem::Required),
                (Field::Client, Problem::Required),
                (Field::Contact, Problem::Unknown),
                (Field::Start, Problem::NotADate),
                (Field::End, Problem::Required),
                (Field::Attendees, Problem::NotAnEmail { value: "nobody".into() }),
            ]
        );
    }

    #[test]
    fn the_title_is_bounded() {
        assert_eq!(
            problems(&QuickAdd {
                title: " \t ".into(),
                ..form()
            }),
            [(Field::Title, Problem::Required)]
        );
        assert_eq!(
            problems(&QuickAdd {
                title: "x".repeat(10_000),
                ..form()
            }),
            [(Field::Title, Problem::TooLong { max: 255 })]
        );
    }

    #[test]
    fn a_meeting_has_a_sensible_length() {
        let end = |end: &str| QuickAdd {
            end: end.into(),
            ..form()
        };
        assert_eq!(
            problems(&end("2026-11-24T15:00")),
            [(Field::End, Problem::EndBeforeStart)]
        );
        assert_eq!(
            problems(&end("2026-11-24T14:00")),
            [(Field::End, Problem::EndBeforeStart)]
        );
        assert_eq!(
            problems(&end("2026-11-26T15:01")),
            [(Field::End, Problem::LongerThan { hours: 24 })]
        );
        assert!(end("2026-11-25T15:00").check().is_ok());
    }

    #[test]
    fn impossible_dates_are_refused() {
        for bad in [
            "2026-02-30T10:00",
            "2026-11-24",
            "24.11.2026 15:00",
            "0001-01-01T00:00",
            "9999-12-31T23:59",
            "2026-11-24T25:00",
        ] {
            assert_eq!(wall_clock(bad), Err(Problem::NotADate), "{bad}");
        }
        assert!(wall_clock("2026-11-24T15:00:30").is_ok());
    }

    proptest! {
        #[test]
        fn any_form_is_answered(title in any::<String>(), start in any::<String>(), more in any::<String>(), client in any::<String>()) {
            let form = QuickAdd { title, start, more_attendees: more, client_id: client, create_teams_meeting: Some("on".into()), ..form() };
            match form.check() {
                Ok(draft) => prop_assert!(draft.end > draft.start && !draft.title.is_empty()),
                Err(failure) => prop_assert!(!failure.fields.is_empty()),
            }
        }
    }
}
