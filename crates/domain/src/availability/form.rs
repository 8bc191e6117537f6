//! The settings behind it: what the forms send, and what is left of it once it is checked.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{LONGEST, SHORTEST};
use crate::{
    ErrorCode, Failure, Field, Problem, ServiceId, UserId,
    interactions::{Errors, optional, required},
    text,
};

/// The longest pause around an appointment, in minutes.
pub const LONGEST_PAUSE: u32 = 240;
/// The longest notice, and how far ahead can be asked for at most.
pub const MOST_NOTICE_HOURS: u32 = 24 * 365;
pub const MOST_ADVANCE_DAYS: u32 = 730;
/// How many appointments of a service a day can have at most.
pub const MOST_PER_DAY: u32 = 100;
/// How many days one form can make an exception of.
pub const MOST_DAYS: u32 = 92;
/// Longest reason for an exception, in characters.
pub const MAX_DAY_REASON: usize = 200;

/// The days of a week from Monday, as they are stored: Sunday is 0, as in the existing product.
pub const WEEK: [(i32, Field); 7] = [
    (1, Field::Monday),
    (2, Field::Tuesday),
    (3, Field::Wednesday),
    (4, Field::Thursday),
    (5, Field::Friday),
    (6, Field::Saturday),
    (0, Field::Sunday),
];

/// From when to when by the clock.
pub type Hours = (NaiveTime, NaiveTime);

/// A day of the form of somebody's hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DayHours {
    /// 0 to 6 from Sunday.
    pub day: String,
    /// A checkbox: present when somebody works on that day.
    pub open: Option<String>,
    pub start: String,
    pub end: String,
    /// After a break; both empty where there is none.
    pub second_start: String,
    pub second_end: String,
}

/// The form of somebody's hours, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveHours {
    pub user_id: String,
    pub days: Vec<DayHours>,
    pub pause_before: String,
    pub pause_after: String,
    /// A checkbox: clients can ask for this person by name.
    pub by_name: Option<String>,
    /// The button that takes all hours away.
    pub remove: Option<String>,
}

/// What becomes of somebody's hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoursDraft {
    Removed,
    Set {
        /// Each day once; without hours where nobody works.
        days: Vec<(i32, Vec<Hours>)>,
        pause_before: u32,
        pause_after: u32,
        by_name: bool,
    },
}

impl SaveHours {
    /// Whose hours they are. What is no id is somebody's who is not there.
    pub fn user_id(&self) -> Result<UserId, Failure> {
        self.user_id.trim().parse().map_err(|_| ErrorCode::NotFound.into())
    }

    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<HoursDraft, Failure> {
        if self.remove.is_some() {
            return Ok(HoursDraft::Removed);
        }
        let mut errors = Errors::default();
        let mut days = Vec::new();
        for (day, field) in WEEK {
            let mut posted = self.days.iter().filter(|posted| posted.day.trim() == day.to_string());
            let hours = match (posted.next(), posted.next()) {
                (_, Some(_)) => Err(Problem::DayTwice),
                (Some(posted), None) => posted.hours(),
                (None, None) => Ok(Vec::new()),
            };
            days.extend(errors.take(field, hours).map(|hours| (day, hours)));
        }
        if self.days.iter().any(|posted| !is_weekday(&posted.day)) {
            errors.add(Field::IdempotencyKey, Problem::Damaged);
        }
        let pause_before = errors.take(Field::PauseBefore, number(&self.pause_before, 0, LONGEST_PAUSE));
        let pause_after = errors.take(Field::PauseAfter, number(&self.pause_after, 0, LONGEST_PAUSE));
        errors.none()?;
        let draft = || {
            Some(HoursDraft::Set {
                days,
                pause_before: pause_before?.unwrap_or_default(),
                pause_after: pause_after?.unwrap_or_default(),
                by_name: self.by_name.is_some(),
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

impl DayHours {
    fn hours(&self) -> Result<Vec<Hours>, Problem> {
        if self.open.is_none() {
            return Ok(Vec::new());
        }
        let first = hours(&self.start, &self.end)?;
        if self.second_start.trim().is_empty() && self.second_end.trim().is_empty() {
            return Ok(vec![first]);
        }
        let second = hours(&self.second_start, &self.second_end)?;
        if first.0 < second.1 && second.0 < first.1 {
            return Err(Problem::Overlaps);
        }
        Ok(vec![first.min(second), first.max(second)])
    }
}

fn is_weekday(day: &str) -> bool {
    WEEK.iter().any(|(known, _)| day.trim() == known.to_string())
}

fn hours(start: &str, end: &str) -> Result<Hours, Problem> {
    let (start, end) = (clock(start)?, clock(end)?);
    if end <= start {
        return Err(Problem::EndBeforeStart);
    }
    Ok((start, end))
}

/// The value of an `<input type="time">`.
fn clock(text: &str) -> Result<NaiveTime, Problem> {
    match text.trim() {
        "" => Err(Problem::Required),
        text if text.len() > 12 => Err(Problem::NotATime),
        text => text.parse().map_err(|_| Problem::NotATime),
    }
}

/// A whole number within bounds, or nothing.
fn number(text: &str, min: u32, max: u32) -> Result<Option<u32>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => {
            let number = text.parse().ok().filter(|number| (min..=max).contains(number));
            number.map(Some).ok_or(Problem::NotBetween { min, max })
        }
    }
}

/// The form of days on which it is otherwise, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddException {
    /// Empty for everybody.
    pub user_id: String,
    /// "off", or "on" for a day on which somebody works although they usually do not.
    pub kind: String,
    pub day: String,
    /// Empty for one day only.
    pub last_day: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionDraft {
    pub user_id: Option<UserId>,
    pub is_available: bool,
    pub days: Vec<NaiveDate>,
    pub reason: String,
}

impl AddException {
    /// Works, although it is a day off otherwise.
    pub const EXTRA: &'static str = "on";
    pub const OFF: &'static str = "off";

    /// Whose days they are: everybody's where nobody is named.
    pub fn user_id(&self) -> Result<Option<UserId>, Failure> {
        optional(&self.user_id).map_err(|problem| Failure::field(Field::Person, problem))
    }

    /// Checks every field and names all that are wrong, in the order of the form. `today` is the first day that can be named.
    pub fn check(&self, today: NaiveDate) -> Result<ExceptionDraft, Failure> {
        let user_id = self.user_id()?;
        let mut errors = Errors::default();
        let first = day(&self.day).and_then(|first| if first < today { Err(Problem::Past) } else { Ok(first) });
        let first = errors.take(Field::Day, first);
        let last = match self.last_day.trim() {
            "" => Ok(None),
            text => day(text).map(Some),
        };
        let last = errors.take(Field::LastDay, last).flatten();
        let days = first.map(|first| days(first, last.unwrap_or(first)));
        let days = days.and_then(|days| errors.take(Field::LastDay, days));
        let reason = errors.take(Field::Reason, text::line(&self.reason, MAX_DAY_REASON));
        errors.none()?;
        let draft = || {
            Some(ExceptionDraft {
                user_id,
                is_available: self.kind == Self::EXTRA,
                days: days?,
                reason: reason?,
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

/// The value of an `<input type="date">`.
fn day(text: &str) -> Result<NaiveDate, Problem> {
    let day: NaiveDate = required(text, Problem::NotADay)?;
    // Far beyond it nobody plans, and other programs cannot count.
    let beyond = NaiveDate::from_ymd_opt(2200, 1, 1);
    Some(day).filter(|day| Some(*day) < beyond).ok_or(Problem::NotADay)
}

fn days(first: NaiveDate, last: NaiveDate) -> Result<Vec<NaiveDate>, Problem> {
    if last < first {
        return Err(Problem::EndBeforeStart);
    }
    if first + Days::new(MOST_DAYS.into()) <= last {
        return Err(Problem::TooManyDays { max: MOST_DAYS });
    }
    Ok(first.iter_days().take_while(|day| *day <= last).collect())
}

/// The button that takes days away again, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteException {
    /// The ids of the days, separated by commas.
    pub ids: String,
}

impl DeleteException {
    /// The days. What is no id is a day that is not there.
    pub fn check(&self) -> Result<Vec<Uuid>, Failure> {
        let ids: BTreeSet<Uuid> = self
            .ids
            .split(',')
            .take(MOST_DAYS as usize + 1)
            .map(|id| id.trim().parse())
            .collect::<Result<_, _>>()
            .map_err(|_| ErrorCode::NotFound)?;
        Ok(ids.into_iter().collect())
    }
}

/// The form of a service, as it is posted. What is empty is as for all services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveServiceRules {
    pub service_id: String,
    /// A checkbox: clients can ask for it.
    pub offered: Option<String>,
    pub minutes: String,
    pub notice_hours: String,
    pub advance_days: String,
    pub per_day: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceDraft {
    pub service_id: ServiceId,
    pub is_offered: bool,
    pub minutes: Option<u32>,
    pub notice_hours: Option<u32>,
    pub advance_days: Option<u32>,
    pub per_day: Option<u32>,
}

impl SaveServiceRules {
    /// Checks every field and names all that are wrong, in the order of the form.
    pub fn check(&self) -> Result<ServiceDraft, Failure> {
        let service_id = self.service_id.trim().parse().map_err(|_| ErrorCode::NotFound)?;
        let mut errors = Errors::default();
        let minutes = errors.take(Field::Duration, number(&self.minutes, SHORTEST, LONGEST));
        let notice_hours = errors.take(Field::Notice, number(&self.notice_hours, 0, MOST_NOTICE_HOURS));
        let advance_days = errors.take(Field::Advance, number(&self.advance_days, 1, MOST_ADVANCE_DAYS));
        let per_day = errors.take(Field::PerDay, number(&self.per_day, 1, MOST_PER_DAY));
        errors.none()?;
        let draft = || {
            Some(ServiceDraft {
                service_id,
                is_offered: self.offered.is_some(),
                minutes: minutes?,
                notice_hours: notice_hours?,
                advance_days: advance_days?,
                per_day: per_day?,
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

/// The form of what holds for all services, as it is posted. What is empty is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveLimits {
    pub notice_hours: String,
    pub advance_days: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitsDraft {
    pub notice_hours: Option<u32>,
    pub advance_days: Option<u32>,
}

impl SaveLimits {
    pub fn check(&self) -> Result<LimitsDraft, Failure> {
        let mut errors = Errors::default();
        let notice_hours = errors.take(Field::Notice, number(&self.notice_hours, 0, MOST_NOTICE_HOURS));
        let advance_days = errors.take(Field::Advance, number(&self.advance_days, 1, MOST_ADVANCE_DAYS));
        errors.none()?;
        let draft = || {
            Some(LimitsDraft {
                notice_hours: notice_hours?,
                advance_days: advance_days?,
            })
        };
        draft().ok_or_else(|| Failure::new(ErrorCode::Internal))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USER: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    fn open(day: &str, times: [&str; 4]) -> DayHours {
        let [start, end, second_start, second_end] = times.map(str::to_owned);
        DayHours {
            day: day.into(),
            open: Some("on".into()),
            start,
            end,
            second_start,
            second_end,
        }
    }

    fn week(days: Vec<DayHours>) -> SaveHours {
        SaveHours {
            user_id: USER.into(),
            days,
            ..SaveHours::default()
        }
    }

    fn problems<T: std::fmt::Debug>(checked: Result<T, Failure>) -> Vec<(Field, Problem)> {
        let fields = checked.unwrap_err().fields;
        fields.into_iter().map(|error| (error.field, error.problem)).collect()
    }

    #[test]
    fn a_week_has_each_day_once_with_its_hours_in_order() {
        let form = week(vec![
            open("1", ["13:00", "17:00", "08:30", "12:00"]),
            open("0", ["10:00", "11:00", "", ""]),
            DayHours {
                open: None,
                ..open("2", ["nonsense", "", "", ""])
            },
        ]);
        let HoursDraft::Set { days, by_name, .. } = form.check().unwrap() else {
            panic!("they are set")
        };
        assert!(!by_name && days.len() == 7);
        let of = |day: i32| {
            let (_, hours) = days.iter().find(|(known, _)| *known == day).unwrap();
            let words = hours.iter().map(|(start, end)| format!("{start}-{end}"));
            words.collect::<Vec<_>>()
        };
        assert_eq!(of(1), ["08:30:00-12:00:00", "13:00:00-17:00:00"]);
        assert_eq!(of(0), ["10:00:00-11:00:00"]);
        assert!(of(2).is_empty() && of(3).is_empty(), "closed, whatever stands there");
    }

    #[test]
    fn what_is_wrong_with_a_day_is_named_by_the_day() {
        let form = SaveHours {
            pause_before: "-1".into(),
            pause_after: "99999999999".into(),
            ..week(vec![
                open("1", ["17:00", "09:00", "", ""]),
                open("2", ["09:00", "13:00", "12:59", "17:00"]),
                open("3", ["09:00", "17:00", "", ""]),
                open("3", ["09:00", "17:00", "", ""]),
                open("4", ["9 o'clock", "17:00", "", ""]),
                open("5", ["", "17:00", "", ""]),
                open("6", ["09:00", "12:00", "12:00", "12:00"]),
                open("7", ["09:00", "12:00", "", ""]),
            ])
        };
        let pause = || Problem::NotBetween {
            min: 0,
            max: LONGEST_PAUSE,
        };
        assert_eq!(
            problems(form.check()),
            [
                (Field::Monday, Problem::EndBeforeStart),
                (Field::Tuesday, Problem::Overlaps),
                (Field::Wednesday, Problem::DayTwice),
                (Field::Thursday, Problem::NotATime),
                (Field::Friday, Problem::Required),
                (Field::Saturday, Problem::EndBeforeStart),
                (Field::IdempotencyKey, Problem::Damaged),
                (Field::PauseBefore, pause()),
                (Field::PauseAfter, pause()),
            ]
        );
        let gone = SaveHours {
            remove: Some("on".into()),
            ..form
        };
        assert_eq!(gone.check(), Ok(HoursDraft::Removed), "whatever was typed");
    }

    fn exception(day: &str, last_day: &str) -> AddException {
        AddException {
            kind: AddException::OFF.into(),
            day: day.into(),
            last_day: last_day.into(),
            ..AddException::default()
        }
    }

    #[test]
    fn an_exception_is_of_days_to_come() {
        let today = "2026-11-24".parse().unwrap();
        let draft = exception("2026-12-24", "2027-01-01").check(today).unwrap();
        assert_eq!((draft.days.len(), draft.user_id, draft.is_available), (9, None, false));
        assert_eq!(exception("2026-11-24", "").check(today).unwrap().days, [today]);
        for (first, last, expected) in [
            ("", "", (Field::Day, Problem::Required)),
            ("24.12.2026", "", (Field::Day, Problem::NotADay)),
            ("2026-02-30", "", (Field::Day, Problem::NotADay)),
            ("99999-01-01", "", (Field::Day, Problem::NotADay)),
            ("2026-11-23", "", (Field::Day, Problem::Past)),
            ("2026-12-24", "2026-12-23", (Field::LastDay, Problem::EndBeforeStart)),
            (
                "2026-12-24",
                "2028-12-23",
                (Field::LastDay, Problem::TooManyDays { max: MOST_DAYS }),
            ),
        ] {
            assert_eq!(
                problems(exception(first, last).check(today)),
                [expected],
                "{first} {last}"
            );
        }
        let somebody = AddException {
            user_id: "me".into(),
            ..exception("2026-12-24", "")
        };
        assert_eq!(problems(somebody.check(today)), [(Field::Person, Problem::Unknown)]);
    }

    #[test]
    fn days_are_taken_away_by_their_ids() {
        let form = |ids: &str| DeleteException { ids: ids.into() }.check();
        assert_eq!(form(&format!("{USER},{USER}")).unwrap().len(), 1);
        for ids in ["", "1", &format!("{USER},x")] {
            assert_eq!(form(ids).unwrap_err().code, ErrorCode::NotFound, "{ids}");
        }
    }

    #[test]
    fn numbers_have_bounds_and_nothing_is_as_usual() {
        let form = SaveServiceRules {
            service_id: USER.into(),
            minutes: "10".into(),
            notice_hours: "4294967296".into(),
            advance_days: "0".into(),
            per_day: "1.5".into(),
            ..SaveServiceRules::default()
        };
        let between = |min, max| Problem::NotBetween { min, max };
        assert_eq!(
            problems(form.check()),
            [
                (Field::Duration, between(SHORTEST, LONGEST)),
                (Field::Notice, between(0, MOST_NOTICE_HOURS)),
                (Field::Advance, between(1, MOST_ADVANCE_DAYS)),
                (Field::PerDay, between(1, MOST_PER_DAY)),
            ]
        );
        let limits = SaveLimits::default().check().unwrap();
        assert_eq!((limits.notice_hours, limits.advance_days), (None, None));
        let limits = SaveLimits {
            notice_hours: " 0 ".into(),
            advance_days: "730".into(),
        };
        assert_eq!(limits.check().unwrap().notice_hours, Some(0));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_answered(
            day in "[0-7]?", times in prop::array::uniform4("[0-9]{0,2}:?[0-9]{0,2}|\\PC{0,8}"), pause in "\\PC{0,6}",
        ) {
            let [start, end, second_start, second_end] = times;
            let form = SaveHours {
                pause_before: pause,
                ..week(vec![DayHours { day, open: Some("on".into()), start, end, second_start, second_end }])
            };
            if let Ok(HoursDraft::Set { days, .. }) = form.check() {
                for (_, hours) in days {
                    prop_assert!(hours.iter().all(|(start, end)| start < end));
                    prop_assert!(hours.windows(2).all(|pair| pair[0].1 <= pair[1].0));
                }
            }
        }
    }
}
