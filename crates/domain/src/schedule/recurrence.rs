//! Entries that come again, as the existing product writes them. They are shown, not made.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// How many steps are looked at from the first day on: more than 27 years of workdays.
const MOST_STEPS: u32 = 10_000;

/// `schedule_entries.recurrence_pattern`. Whatever is missing or makes no sense is left to what is usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Recurrence {
    pub frequency: String,
    pub interval: Option<u32>,
    /// 0 is Monday.
    pub days_of_week: Option<Vec<u8>>,
    pub day_of_month: Option<u32>,
    pub month_of_year: Option<u32>,
    /// Days, or moments whose day counts.
    pub end_date: Option<String>,
    pub exceptions: Option<Vec<String>>,
    /// How often altogether.
    pub count: Option<u32>,
    pub workdays_only: Option<bool>,
}

impl Recurrence {
    /// The days from `from` to `to` on which an entry comes again that is first on `first`; the first day is not among them.
    pub fn days(&self, first: NaiveDate, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let until = self.end_date.as_deref().and_then(day).unwrap_or(NaiveDate::MAX).min(to);
        let mut found = Vec::new();
        // The first counts, whether it fits the pattern or not.
        let mut counted = 1;
        for step in 0..MOST_STEPS {
            let Some(days) = self.step(first, step) else { break };
            for date in days.into_iter().filter(|date| *date > first) {
                let is_out = date > until || self.count.is_some_and(|count| counted >= count);
                if is_out {
                    return found;
                }
                if self.workdays_only == Some(true) && is_weekend(date) {
                    continue;
                }
                counted += 1;
                if date >= from && !self.skips(date) {
                    found.push(date);
                }
            }
        }
        found
    }

    /// Whether it does not take place on a day on which it would.
    pub fn skips(&self, date: NaiveDate) -> bool {
        let mut exceptions = self.exceptions.iter().flatten();
        exceptions.any(|exception| day(exception) == Some(date))
    }

    /// The days of one turn of the pattern, in order. `None` at the end of time.
    fn step(&self, first: NaiveDate, step: u32) -> Option<Vec<NaiveDate>> {
        let turns = step.checked_mul(self.interval.unwrap_or(1).clamp(1, 1000))?;
        match self.frequency.as_str() {
            "daily" => Some(vec![first.checked_add_days(Days::new(u64::from(turns)))?]),
            "weekly" => {
                let since = u64::from(first.weekday().num_days_from_monday());
                let monday = first
                    .checked_sub_days(Days::new(since))?
                    .checked_add_days(Days::new(u64::from(turns) * 7))?;
                let mut days: Vec<u8> = self.days_of_week.clone().unwrap_or_default();
                days.retain(|day| *day < 7);
                if days.is_empty() {
                    days.push(u8::try_from(since).ok()?);
                }
                days.sort_unstable();
                days.dedup();
                Some(
                    days.into_iter()
                        .filter_map(|day| monday.checked_add_days(Days::new(u64::from(day))))
                        .collect(),
                )
            }
            "monthly" => {
                let month = first.with_day(1)?.checked_add_months(Months::new(turns))?;
                let day = self.day_of_month.unwrap_or(first.day());
                // A month without such a day is left out.
                Some(month.with_day(day).into_iter().collect())
            }
            "yearly" => {
                let year = first
                    .year()
                    .checked_add(i32::try_from(turns).ok()?)
                    .filter(|year| *year < 10_000)?;
                let (month, day) = (
                    self.month_of_year.unwrap_or(first.month()),
                    self.day_of_month.unwrap_or(first.day()),
                );
                Some(NaiveDate::from_ymd_opt(year, month, day).into_iter().collect())
            }
            _ => None,
        }
    }
}

/// The day of "2026-11-24" or of "2026-11-24T09:00:00.000Z".
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim().get(..10)?, "%Y-%m-%d").ok()
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(json: &str, first: &str, from: &str, to: &str) -> Vec<String> {
        let pattern: Recurrence = serde_json::from_str(json).unwrap();
        let days = pattern.days(date(first), date(from), date(to));
        days.into_iter().map(|day| day.to_string()).collect()
    }

    #[test]
    fn weeks_have_their_days() {
        // Every other week on Monday and Thursday, from a Tuesday on.
        let json = r#"{"frequency":"weekly","interval":2,"daysOfWeek":[3,0,9],"startDate":"2026-11-24T00:00:00.000Z"}"#;
        assert_eq!(
            days(json, "2026-11-24", "2026-11-24", "2026-12-24"),
            ["2026-11-26", "2026-12-07", "2026-12-10", "2026-12-21", "2026-12-24"]
        );
        assert_eq!(
            days(r#"{"frequency":"weekly"}"#, "2026-11-24", "2026-12-01", "2026-12-08"),
            ["2026-12-01", "2026-12-08"]
        );
    }

    #[test]
    fn workdays_ends_counts_and_exceptions_are_heeded() {
        let json = r#"{"frequency":"daily","workdaysOnly":true,"count":4,"exceptions":["2026-11-26T08:00:00.000Z"]}"#;
        // The fourth is the Friday; the exception counts as well.
        assert_eq!(
            days(json, "2026-11-24", "2026-11-01", "2026-12-31"),
            ["2026-11-25", "2026-11-27"]
        );
        let json = r#"{"frequency":"daily","workdaysOnly":true,"endDate":"2026-12-01"}"#;
        assert_eq!(
            days(json, "2026-11-26", "2026-11-01", "2026-12-31"),
            ["2026-11-27", "2026-11-30", "2026-12-01"]
        );
    }

    #[test]
    fn a_month_without_the_day_is_left_out() {
        assert_eq!(
            days(r#"{"frequency":"monthly"}"#, "2026-01-31", "2026-01-01", "2026-06-30"),
            ["2026-03-31", "2026-05-31"]
        );
        assert_eq!(
            days(r#"{"frequency":"yearly"}"#, "2024-02-29", "2024-01-01", "2030-01-01"),
            ["2028-02-29"]
        );
    }

    #[test]
    fn what_makes_no_sense_does_not_recur() {
        for json in [
            r"{}",
            r#"{"frequency":"hourly"}"#,
            r#"{"frequency":"monthly","dayOfMonth":40}"#,
        ] {
            assert!(
                days(json, "2026-11-24", "2026-01-01", "2027-01-01").is_empty(),
                "{json}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_pattern_is_bounded(
            frequency in prop::sample::select(vec!["daily", "weekly", "monthly", "yearly", "never"]),
            interval in prop::option::of(any::<u32>()),
            days_of_week in prop::option::of(prop::collection::vec(any::<u8>(), 0..9)),
            day_of_month in prop::option::of(any::<u32>()),
            count in prop::option::of(any::<u32>()),
            end_date in prop::option::of(any::<String>()),
            first in 0i64..20_000,
        ) {
            let first = date("1990-01-01") + chrono::Duration::days(first);
            let (from, to) = (date("2026-11-23"), date("2027-01-03"));
            let pattern = Recurrence {
                frequency: frequency.into(), interval, days_of_week, day_of_month, count, end_date, ..Recurrence::default()
            };
            let days = pattern.days(first, from, to);
            prop_assert!(days.len() <= 42);
            prop_assert!(days.iter().all(|day| *day > first && (from..=to).contains(day)));
            prop_assert!(days.windows(2).all(|two| two[0] < two[1]));
        }
    }
}
