//! What the address of the schedule asks for.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::UserId;

/// How many days the agenda lists.
const AGENDA_DAYS: u64 = 14;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleView {
    Day,
    #[default]
    Week,
    Month,
    Agenda,
}

impl ScheduleView {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Agenda];

    /// As it stands in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Agenda => "agenda",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }

    /// The days that are shown when `date` is asked for: weeks begin on Monday, a month has whole weeks.
    pub fn days(self, date: NaiveDate) -> Vec<NaiveDate> {
        let (first, count) = match self {
            Self::Day => (date, 1),
            Self::Week => (monday(date), 7),
            Self::Agenda => (date, AGENDA_DAYS),
            Self::Month => {
                let first = date.with_day(1).unwrap_or(date);
                let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
                let start = monday(first);
                let days = u64::try_from((next - start).num_days()).unwrap_or(35);
                (start, days.div_ceil(7) * 7)
            }
        };
        (0..count)
            .filter_map(|day| first.checked_add_days(Days::new(day)))
            .collect()
    }

    /// The date to ask for to see what comes before or after.
    pub fn step(self, date: NaiveDate, forward: bool) -> NaiveDate {
        let by_days = |days| {
            if forward {
                date.checked_add_days(Days::new(days))
            } else {
                date.checked_sub_days(Days::new(days))
            }
        };
        let stepped = match self {
            Self::Day => by_days(1),
            Self::Week => by_days(7),
            Self::Agenda => by_days(AGENDA_DAYS),
            Self::Month => {
                let first = date.with_day(1).unwrap_or(date);
                if forward {
                    first.checked_add_months(Months::new(1))
                } else {
                    first.checked_sub_months(Months::new(1))
                }
            }
        };
        stepped.unwrap_or(date)
    }
}

fn monday(date: NaiveDate) -> NaiveDate {
    let since = u64::from(date.weekday().num_days_from_monday());
    date.checked_sub_days(Days::new(since)).unwrap_or(date)
}

/// Whose schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    #[default]
    Mine,
    Person(UserId),
    Team,
}

/// What the address asks for, as it is written there. Anybody can write an address, so all of it is only text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScheduleQuery {
    pub view: String,
    pub date: String,
    pub who: String,
    /// `all` for the whole day instead of the working hours.
    pub hours: String,
}

/// What of it means something; the rest is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub view: Option<ScheduleView>,
    pub date: Option<NaiveDate>,
    pub whose: Whose,
    pub all_hours: bool,
}

impl ScheduleQuery {
    /// The names in the address.
    pub const NAMES: [&str; 4] = ["view", "date", "who", "hours"];

    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name| get(name).unwrap_or_default();
        Self {
            view: read("view"),
            date: read("date"),
            who: read("who"),
            hours: read("hours"),
        }
    }

    /// The names and values to write into an address; what is empty is left out.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("view", &self.view),
            ("date", &self.date),
            ("who", &self.who),
            ("hours", &self.hours),
        ];
        all.into_iter()
            .map(|(name, value)| (name, value.trim()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    pub fn asked(&self) -> Asked {
        let whose = match self.who.trim() {
            "team" => Whose::Team,
            who => who.parse().map(Whose::Person).unwrap_or_default(),
        };
        let date = NaiveDate::parse_from_str(self.date.trim(), "%Y-%m-%d").ok();
        Asked {
            view: ScheduleView::find(self.view.trim()),
            date: date.filter(|date| (1990..=2200).contains(&date.year())),
            whose,
            all_hours: self.hours.trim() == "all",
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_has_whole_weeks() {
        let days = ScheduleView::Month.days(date("2026-11-30"));
        assert_eq!(
            (days.first(), days.last()),
            (Some(&date("2026-10-26")), Some(&date("2026-12-06")))
        );
        // February 2027 begins on a Monday and has four weeks.
        assert_eq!(ScheduleView::Month.days(date("2027-02-14")).len(), 28);
        assert_eq!(ScheduleView::Month.step(date("2026-01-31"), true), date("2026-02-01"));
    }

    #[test]
    fn a_damaged_address_asks_for_what_is_usual() {
        let query = ScheduleQuery {
            view: "fortnight".into(),
            date: "2026-02-30".into(),
            who: "everybody".into(),
            hours: "some".into(),
        };
        assert_eq!(query.asked(), Asked::default());
        let query = ScheduleQuery {
            view: "month".into(),
            date: " 2026-11-30 ".into(),
            who: "team".into(),
            hours: "all".into(),
        };
        assert_eq!(query.asked().view, Some(ScheduleView::Month));
        assert_eq!(query.asked().date, Some(date("2026-11-30")));
        assert_eq!((query.asked().whose, query.asked().all_hours), (Whose::Team, true));
        assert_eq!(query.pairs().len(), 4);
    }

    fn dates() -> impl Strategy<Value = NaiveDate> {
        (0i32..80_000).prop_map(|n| date("1991-01-01") + chrono::Duration::days(i64::from(n) % 76_000))
    }

    proptest! {
        #[test]
        fn what_is_asked_for_is_shown(date in dates(), view in prop::sample::select(&ScheduleView::ALL[..])) {
            let days = view.days(date);
            prop_assert!(days.contains(&date));
            prop_assert!(days.windows(2).all(|two| two[0].succ_opt() == Some(two[1])));
            if matches!(view, ScheduleView::Week | ScheduleView::Month) {
                prop_assert_eq!(days[0].weekday(), Weekday::Mon);
                prop_assert_eq!(days.len() % 7, 0);
            }
        }

        #[test]
        fn there_is_a_way_back(date in dates(), view in prop::sample::select(&ScheduleView::ALL[..])) {
            let there = view.step(date, true);
            prop_assert_eq!(view.days(view.step(there, false)), view.days(if view == ScheduleView::Month { date.with_day(1).unwrap() } else { date }));
            // Nothing lies between.
            let (here, next) = (view.days(date), view.days(there));
            prop_assert!(next[0] <= here.last().unwrap().succ_opt().unwrap());
        }

        #[test]
        fn any_address_is_answered(view in any::<String>(), date in any::<String>(), who in any::<String>()) {
            let _ = ScheduleQuery { view, date, who, hours: String::new() }.asked();
        }
    }
}
