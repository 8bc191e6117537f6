//! The page on which it is decided.

use chrono::{Days, NaiveDate};
use domain::{
    Choice, UserId,
    availability::{
        AddException, AvailabilityPage, BookingRules, DayHours, ExceptionRow, Hours, HoursSource, PersonHours,
        SaveHours, SaveLimits, SaveServiceRules, ServiceRules, WEEK, usual_day,
    },
};
use serde_json::Value;

use super::Office;
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    store::{
        self,
        availability::{SettingRow, StaffRow, edit::ExceptionRecord},
    },
    zone,
};

/// What was typed into the forms of the page and refused.
#[derive(Debug, Default)]
pub struct Kept {
    pub hours: Option<SaveHours>,
    pub exception: Option<AddException>,
    pub service: Option<SaveServiceRules>,
    pub limits: Option<SaveLimits>,
}

/// Everybody's hours for those who may read settings, else one's own.
pub async fn page(backend: &Backend, grant: &Grant<may::ScheduleRead>, kept: Kept) -> Result<AvailabilityPage> {
    let (reads_all, changes_all) = (
        grant.require::<may::SettingsRead>().is_ok(),
        grant.require::<may::SettingsUpdate>().is_ok(),
    );
    let mut tx = backend.db().read(grant.scope()).await?;
    let office = Office::open(&mut tx).await?;
    let today = backend.clock().now().with_timezone(&office.zone).date_naive();
    let exceptions = store::availability::edit::exceptions(&mut tx, today).await?;
    let me = grant.user_id();
    let sees = |person: UserId| reads_all || person == me;
    let changes = |person: UserId| changes_all || person == me;
    let people = office.staff.iter().filter(|person| sees(person.user_id));
    let people: Vec<PersonHours> = people
        .map(|person| office.shown(grant, person, changes(person.user_id), kept.hours.as_ref()))
        .collect();
    let may_change = people.iter().filter(|person| person.form.is_some());
    let may_change = may_change.map(|person| Choice {
        id: person.user_id,
        name: person.name.clone(),
    });
    let mut exceptions = runs(exceptions.into_iter().filter(|row| row.user_id.is_none_or(sees)));
    exceptions.sort_by_key(|days| days.first().map(|day| day.date));
    Ok(AvailabilityPage {
        zone: office.zone.name().to_owned(),
        today: today.format("%Y-%m-%d").to_string(),
        may_change: may_change.collect(),
        may_change_all: changes_all,
        exceptions: exceptions
            .iter()
            .filter_map(|days| exception(grant, days, changes_all))
            .collect(),
        exception: kept.exception.unwrap_or_else(|| AddException {
            user_id: me.to_string(),
            kind: AddException::OFF.to_owned(),
            ..AddException::default()
        }),
        rules: reads_all.then(|| office.booking_rules(changes_all, kept.service.as_ref(), kept.limits)),
        people,
    })
}

impl Office {
    fn shown(&self, viewer: &Actor, person: &StaffRow, may_change: bool, kept: Option<&SaveHours>) -> PersonHours {
        let id = person.user_id;
        let source = if self.hours(id).any(|row| row.day_of_week.is_some()) {
            HoursSource::Own
        } else if self.can_be_asked_for(id) {
            HoursSource::Usual
        } else {
            HoursSource::None
        };
        let week = if source == HoursSource::None {
            Vec::new()
        } else {
            week(viewer, |day| self.usual_or_own(id, day))
        };
        let kept = kept.filter(|kept| kept.user_id == id.to_string()).cloned();
        PersonHours {
            user_id: id,
            name: person.name.clone(),
            is_viewer: id == viewer.user_id,
            source,
            week,
            is_by_name: self.is_by_name(id),
            form: may_change.then(|| kept.unwrap_or_else(|| self.hours_form(id, source))),
        }
    }

    /// With what somebody has, else with a usual week.
    fn hours_form(&self, person: UserId, source: HoursSource) -> SaveHours {
        let days = reference_week().map(|((number, _), day)| {
            let mut hours = match source {
                HoursSource::Own => self.usual_or_own(person, day),
                HoursSource::Usual | HoursSource::None => {
                    domain::availability::usual_hours(chrono::Datelike::weekday(&day))
                        .into_iter()
                        .collect()
                }
            };
            hours.sort_unstable();
            let clock = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
            let first = hours.first().copied();
            let (start, end) = first.unwrap_or_else(usual_day);
            let second = hours.get(1).map(|(start, end)| (clock(*start), clock(*end)));
            let (second_start, second_end) = second.unwrap_or_default();
            DayHours {
                day: number.to_string(),
                open: first.map(|_| "on".to_owned()),
                start: clock(start),
                end: clock(end),
                second_start,
                second_end,
            }
        });
        let longest = |what: fn(&SettingRow) -> Option<i32>| {
            let minutes = self.hours(person).filter_map(what).max().unwrap_or_default();
            minutes.clamp(0, super::LONGEST_PAUSE).to_string()
        };
        SaveHours {
            user_id: person.to_string(),
            days: days.collect(),
            pause_before: longest(|row| row.buffer_before),
            pause_after: longest(|row| row.buffer_after),
            by_name: self.is_by_name(person).then(|| "on".to_owned()),
            remove: None,
        }
    }

    fn booking_rules(
        &self,
        may_change: bool,
        kept: Option<&SaveServiceRules>,
        limits: Option<SaveLimits>,
    ) -> BookingRules {
        let offered = self.services();
        let services = self.services.iter().map(|service| {
            let id = service.service_id;
            let (rule, limits) = (self.rule(id), self.limits(Some(id)));
            let kept = kept.filter(|kept| kept.service_id == id.to_string()).cloned();
            let is_offered = offered.iter().any(|known| known.id == Some(id));
            ServiceRules {
                service_id: id,
                name: service.name.clone(),
                is_offered,
                minutes: self.minutes(id),
                notice_hours: limits.notice_hours,
                advance_days: limits.advance_days,
                per_day: rule
                    .and_then(|rule| rule.max_per_day)
                    .and_then(|most| u32::try_from(most).ok()),
                form: kept.unwrap_or_else(|| service_form(id, rule, is_offered)),
            }
        });
        let general = || {
            self.settings
                .iter()
                .filter(|row| row.setting_type == "general_settings")
        };
        BookingRules {
            services: services.collect(),
            limits: limits.unwrap_or_else(|| SaveLimits {
                notice_hours: words(general().find_map(|row| row.notice_hours)),
                advance_days: words(general().find_map(|row| row.advance_days)),
            }),
            may_change,
        }
    }
}

fn service_form(id: domain::ServiceId, rule: Option<&SettingRow>, is_offered: bool) -> SaveServiceRules {
    let config = rule.and_then(|rule| rule.config.as_ref());
    let minutes = config
        .and_then(|config| config.get("default_duration"))
        .and_then(Value::as_i64);
    SaveServiceRules {
        service_id: id.to_string(),
        offered: is_offered.then(|| "on".to_owned()),
        minutes: minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        notice_hours: words(rule.and_then(|rule| rule.notice_hours)),
        advance_days: words(rule.and_then(|rule| rule.advance_days)),
        per_day: words(rule.and_then(|rule| rule.max_per_day)),
    }
}

fn words(number: Option<i32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// Each day of the week with one that is such a day: the fifth of January 1970 was a Monday.
fn reference_week() -> impl Iterator<Item = ((i32, domain::Field), NaiveDate)> {
    let monday = NaiveDate::from_ymd_opt(1970, 1, 5).unwrap_or_default();
    WEEK.into_iter()
        .zip(0..)
        .map(move |(day, n)| (day, monday + Days::new(n)))
}

/// "Mon – Thu 09:00 – 17:00", "Fri 09:00 – 12:00, 13:00 – 16:00": days in a row that are alike are told as one.
fn week(viewer: &Actor, hours: impl Fn(NaiveDate) -> Vec<Hours>) -> Vec<String> {
    let mut alike: Vec<(NaiveDate, NaiveDate, Vec<Hours>)> = Vec::new();
    for (_, day) in reference_week() {
        let mut of_day = hours(day);
        of_day.sort_unstable();
        match alike.last_mut() {
            Some((_, last, known)) if *known == of_day => *last = day,
            _ => alike.push((day, day, of_day)),
        }
    }
    let name = |day: NaiveDate| zone::weekday(day, viewer.language);
    let open = alike.into_iter().filter(|(_, _, hours)| !hours.is_empty());
    open.map(|(first, last, hours)| {
        let days = if first == last {
            name(first)
        } else {
            format!("{} – {}", name(first), name(last))
        };
        let hours = hours
            .iter()
            .map(|(start, end)| format!("{} – {}", start.format("%H:%M"), end.format("%H:%M")));
        format!("{days} {}", hours.collect::<Vec<_>>().join(", "))
    })
    .collect()
}

/// Days in a row that are alike, as one. They come by person and then by day.
fn runs(rows: impl Iterator<Item = ExceptionRecord>) -> Vec<Vec<ExceptionRecord>> {
    let mut runs: Vec<Vec<ExceptionRecord>> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.goes_on_with(&row)) => run.push(row),
            _ => runs.push(vec![row]),
        }
    }
    runs
}

impl ExceptionRecord {
    fn goes_on_with(&self, next: &Self) -> bool {
        self.date.succ_opt() == Some(next.date)
            && (self.user_id, self.is_available, &self.reason) == (next.user_id, next.is_available, &next.reason)
    }
}

fn exception(viewer: &Actor, days: &[ExceptionRecord], changes_all: bool) -> Option<ExceptionRow> {
    let (first, last) = (days.first()?, days.last()?);
    let ids: Vec<String> = days.iter().map(|day| day.exception_id.to_string()).collect();
    Some(ExceptionRow {
        id: first.exception_id.to_string(),
        ids: ids.join(","),
        who: first.user_id.map(|_| first.name.clone().unwrap_or_default()),
        when: if first.date == last.date {
            zone::date(first.date, viewer.language)
        } else {
            zone::days(first.date, last.date, viewer.language)
        },
        is_available: first.is_available,
        reason: first.reason.clone(),
        may_change: changes_all || first.user_id == Some(viewer.user_id),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn days_in_a_row_that_are_alike_are_one() {
        let day = |date: &str, reason: &str| ExceptionRecord {
            exception_id: Uuid::from_u128(1),
            user_id: None,
            name: None,
            date: date.parse().unwrap(),
            is_available: false,
            reason: Some(reason.to_owned()),
        };
        let rows = [
            day("2026-12-24", "Christmas"),
            day("2026-12-25", "Christmas"),
            day("2026-12-26", "Boxing Day"),
            day("2026-12-31", "Boxing Day"),
        ];
        let lengths: Vec<usize> = runs(rows.into_iter()).iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 1, 1]);
    }

    #[test]
    fn the_reference_week_begins_on_a_monday() {
        let days: Vec<String> = reference_week()
            .map(|(_, day)| zone::weekday(day, domain::Language::En))
            .collect();
        assert_eq!(days, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    }
}
