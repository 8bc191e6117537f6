//! When clients can ask for an appointment, and with whom. What the tenant has not decided is as in the existing product: five days a
//! week from nine to five, a day's notice, three months ahead.

mod change;
mod page;

pub use change::{add_exception, delete_exception, save_hours, save_limits, save_service};
pub use page::{Kept, page};

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::{
    Choice, RequestId, ScheduleEntryId, ServiceId, UserId,
    availability::{self, LONGEST, Limits, Person, SHORTEST, Slot, Span, USUAL_MINUTES},
    portal::ServiceOption,
};
use serde_json::Value;

use crate::{
    Result,
    appointments::times::{self, Theirs},
    schedule::occurrences,
    store::{
        self, TenantTx,
        availability::{AskedRow, ExceptionRow, RuleRow, ServiceRow, SettingRow, StaffRow},
    },
    zone,
};

/// The longest pause around an appointment, in minutes.
const LONGEST_PAUSE: i32 = availability::LONGEST_PAUSE.cast_signed();
/// The key under which the peer remembers whether clients can ask for somebody by name.
const BY_NAME: &str = "allow_client_preference";

/// Everything of a tenant that decides about it.
pub struct Office {
    pub zone: Tz,
    settings: Vec<SettingRow>,
    staff: Vec<StaffRow>,
    services: Vec<ServiceRow>,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Nothing for a meeting that staff have made: what is decided for all counts.
    pub service: Option<ServiceId>,
    pub minutes: u32,
    pub technician: Option<UserId>,
    /// When it can begin.
    pub between: Span,
    pub but: But,
}

/// What is to move takes no time itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct But {
    pub request: Option<RequestId>,
    pub entry: Option<ScheduleEntryId>,
}

/// Until when before the start of an appointment its client may change it, and from when and until when one can be asked for.
pub async fn limits(tx: &mut TenantTx, service: Option<ServiceId>) -> Result<Limits> {
    Ok(limits_of(&store::availability::rules(tx, service).await?))
}

/// What is decided for a service counts more than what is decided for all.
fn limits_of(rules: &[RuleRow]) -> Limits {
    let first = |what: fn(&RuleRow) -> Option<i32>| {
        let of = |is_of_service: bool| rules.iter().filter(move |rule| rule.is_of_service == is_of_service);
        of(true).chain(of(false)).find_map(what)
    };
    Limits::of(first(|rule| rule.notice_hours), first(|rule| rule.advance_days))
}

impl Office {
    pub async fn open(tx: &mut TenantTx) -> Result<Self> {
        let staff = store::availability::staff(tx).await?;
        let zone = staff.first().and_then(|person| person.tenant_zone.as_deref());
        Ok(Self {
            zone: zone.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC),
            settings: store::availability::settings(tx).await?,
            services: store::availability::services(tx).await?,
            staff,
        })
    }

    /// What clients can ask for.
    pub fn services(&self) -> Vec<ServiceOption> {
        let offered = self.services.iter().filter(|service| {
            self.rule(service.service_id)
                .is_none_or(|rule| rule.is_available && rule.allow_without_contract != Some(false))
        });
        offered
            .map(|service| ServiceOption {
                id: Some(service.service_id),
                name: service.name.clone(),
                description: service.description.clone(),
                minutes: self.minutes(service.service_id),
            })
            .collect()
    }

    pub fn service(&self, id: ServiceId) -> Option<ServiceOption> {
        self.services().into_iter().find(|service| service.id == Some(id))
    }

    pub fn limits(&self, service: Option<ServiceId>) -> Limits {
        let rules: Vec<RuleRow> = self
            .settings
            .iter()
            .filter(|row| {
                row.setting_type == "general_settings"
                    || row.setting_type == "service_rules" && row.service_id.is_some() && row.service_id == service
            })
            .map(|row| RuleRow {
                is_of_service: row.setting_type == "service_rules",
                advance_days: row.advance_days,
                notice_hours: row.notice_hours,
            })
            .collect();
        limits_of(&rules)
    }

    /// Whom clients can ask for by name.
    pub fn to_choose(&self) -> Vec<Choice<UserId>> {
        let people = self
            .people()
            .into_iter()
            .filter(|person| self.is_by_name(person.user_id));
        people
            .map(|person| Choice {
                id: person.user_id,
                name: person.name.clone(),
            })
            .collect()
    }

    fn is_by_name(&self, person: UserId) -> bool {
        !self.hours(person).any(|row| {
            let wish = row.config.as_ref().and_then(|config| config.get(BY_NAME));
            wish == Some(&Value::Bool(false))
        })
    }

    /// Whether somebody has time for clients at all.
    pub fn can_be_asked_for(&self, person: UserId) -> bool {
        self.people().iter().any(|known| known.user_id == person)
    }

    /// Whether somebody is among the staff, with time for clients or without.
    pub fn is_staff(&self, person: UserId) -> bool {
        self.staff.iter().any(|known| known.user_id == person)
    }

    fn rule(&self, service: ServiceId) -> Option<&SettingRow> {
        self.settings
            .iter()
            .find(|row| row.setting_type == "service_rules" && row.service_id == Some(service))
    }

    fn minutes(&self, service: ServiceId) -> u32 {
        let config = self.rule(service).and_then(|rule| rule.config.as_ref());
        let minutes = config
            .and_then(|config| config.get("default_duration"))
            .and_then(Value::as_u64);
        minutes
            .and_then(|minutes| u32::try_from(minutes).ok())
            .map_or(USUAL_MINUTES, |minutes| minutes.clamp(SHORTEST, LONGEST))
    }

    fn hours(&self, person: UserId) -> impl Iterator<Item = &SettingRow> {
        self.settings
            .iter()
            .filter(move |row| row.setting_type == "user_hours" && row.user_id == Some(person))
    }

    fn has_hours(&self) -> bool {
        self.settings
            .iter()
            .any(|row| row.setting_type == "user_hours" && row.day_of_week.is_some())
    }

    /// Whom clients can ask for: those who have hours; where nobody has any, technicians; where there are none, all staff.
    fn people(&self) -> Vec<&StaffRow> {
        let of = |is_one: &dyn Fn(&StaffRow) -> bool| -> Vec<&StaffRow> {
            self.staff.iter().filter(|person| is_one(person)).collect()
        };
        if self.has_hours() {
            return of(&|person| self.hours(person.user_id).any(|row| row.day_of_week.is_some()));
        }
        let technicians = of(&|person| person.is_technician);
        if technicians.is_empty() {
            of(&|_| true)
        } else {
            technicians
        }
    }

    /// The moments that are free, with whom.
    pub async fn slots(&self, tx: &mut TenantTx, wanted: &Wanted, now: DateTime<Utc>) -> Result<Vec<Slot>> {
        let limits = self.limits(wanted.service);
        let between = Span {
            start: wanted.between.start.max(limits.earliest(now)),
            end: wanted.between.end.min(limits.latest(now)),
        };
        if between.start > between.end {
            return Ok(Vec::new());
        }
        let day = |time: DateTime<Utc>| time.with_timezone(&self.zone).date_naive();
        let (first, last) = (day(between.start), day(between.end));
        let exceptions = store::availability::exceptions(tx, first, last).await?;
        let around = Duration::days(1);
        let asked = store::availability::asked(tx, first - around, last + around).await?;
        let asked: Vec<AskedRow> = asked
            .into_iter()
            .filter(|row| wanted.but.request != Some(row.request_id))
            .collect();
        let mut people = self.people();
        // Whoever has made a meeting need not be one whom clients can ask for.
        let other = wanted
            .technician
            .filter(|id| !people.iter().any(|person| person.user_id == *id));
        people.extend(self.staff.iter().filter(|person| other == Some(person.user_id)));
        let ids: Vec<_> = people.iter().map(|person| person.user_id.0).collect();
        let from_to = (between.start - around, between.end + around);
        let entries = store::schedule::read::entries(tx, from_to, Some(&ids), now).await?;
        let mut taken: Vec<(UserId, Span)> = Vec::new();
        for once in occurrences(&entries, from_to.0, from_to.1) {
            let is_it = wanted.but.entry == Some(once.entry.entry_id);
            if !once.entry.is_cancelled && !is_it {
                let span = Span {
                    start: once.start,
                    end: once.end,
                };
                taken.extend(once.entry.assignees.iter().map(|id| (UserId(*id), span)));
            }
        }
        let pending = asked.iter().filter(|row| row.is_pending);
        let (wishing, of_anybody): (Vec<_>, Vec<_>) = pending
            .map(|row| (row.preferred, span_of(row)))
            .partition(|(preferred, _)| preferred.is_some());
        taken.extend(
            wishing
                .into_iter()
                .filter_map(|(preferred, span)| Some((preferred?, span))),
        );
        let of_anybody: Vec<Span> = of_anybody.into_iter().map(|(_, span)| span).collect();
        let people: Vec<Person> = people
            .into_iter()
            .map(|person| {
                let user_id = person.user_id;
                let (before, after) = self.pauses(user_id, wanted.service);
                let own = taken.iter().filter(|(who, _)| *who == user_id);
                Person {
                    user_id,
                    open: self.open_hours(user_id, (first, last), &exceptions),
                    busy: own
                        .map(|(_, span)| Span {
                            start: span.start - after,
                            end: span.end + before,
                        })
                        .collect(),
                }
            })
            .collect();
        let mut slots = availability::slots(&people, &of_anybody, wanted.minutes, between);
        if let Some(technician) = wanted.technician {
            slots.retain(|slot| slot.people.contains(&technician));
        }
        let rule = wanted.service.and_then(|service| self.rule(service));
        if let Some(most) = rule.and_then(|rule| rule.max_per_day) {
            let of_service = || asked.iter().filter(|row| Some(row.service_id) == wanted.service);
            slots.retain(|slot| {
                let on_day = of_service().filter(|row| day(span_of(row).start) == day(slot.start));
                on_day.count() < usize::try_from(most).unwrap_or_default()
            });
        }
        Ok(slots)
    }

    /// Pauses before and after an appointment.
    fn pauses(&self, person: UserId, service: Option<ServiceId>) -> (Duration, Duration) {
        let longest = |what: fn(&SettingRow) -> Option<i32>| {
            let rule = service.and_then(|service| self.rule(service));
            let rows = self.hours(person).chain(rule);
            let minutes = rows.filter_map(what).max().unwrap_or_default();
            Duration::minutes(i64::from(minutes.clamp(0, LONGEST_PAUSE)))
        };
        (longest(|row| row.buffer_before), longest(|row| row.buffer_after))
    }

    /// When somebody works on the days from one to another.
    fn open_hours(
        &self,
        person: UserId,
        (first, last): (NaiveDate, NaiveDate),
        exceptions: &[ExceptionRow],
    ) -> Vec<Span> {
        first
            .iter_days()
            .take_while(|day| *day <= last)
            .flat_map(|day| {
                let of_day = || exceptions.iter().filter(move |row| row.date == day);
                let is_away = of_day().any(|row| !row.is_available && row.user_id.is_none_or(|user| user == person));
                let is_there = of_day().any(|row| row.is_available && row.user_id.is_none_or(|user| user == person));
                let mut hours = self.usual_or_own(person, day);
                if is_away {
                    hours.clear();
                } else if hours.is_empty() && is_there {
                    hours.push(availability::usual_day());
                }
                hours
                    .into_iter()
                    .filter(|(start, end)| start < end)
                    .map(move |(start, end)| Span {
                        start: self.instant(day.and_time(start)),
                        end: self.instant(day.and_time(end)),
                    })
            })
            .collect()
    }

    fn usual_or_own(&self, person: UserId, day: NaiveDate) -> Vec<(NaiveTime, NaiveTime)> {
        // Nobody has decided about them; who is among those whom clients can ask for has hours where anybody has.
        if !self.hours(person).any(|row| row.day_of_week.is_some()) {
            return availability::usual_hours(day.weekday()).into_iter().collect();
        }
        let weekday = i32::try_from(day.weekday().num_days_from_sunday()).ok();
        let of_day = self
            .hours(person)
            .filter(|row| row.day_of_week == weekday && row.is_available);
        of_day.filter_map(|row| row.start_time.zip(row.end_time)).collect()
    }

    /// By the tenant's clocks. What they skip comes when they go on.
    fn instant(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let later = || zone::instant(wall + Duration::hours(1), self.zone);
        zone::instant(wall, self.zone)
            .or_else(|_| later())
            .unwrap_or_else(|_| wall.and_utc())
    }
}

fn span_of(row: &AskedRow) -> Span {
    let span = times::asked(
        row.requested_date,
        row.requested_time,
        row.minutes,
        Theirs::of(row.zone.as_deref()),
    );
    Span {
        start: span.start,
        end: span.end,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const TOMAS: UserId = UserId(Uuid::from_u128(1));
    const SERVICE: ServiceId = ServiceId(Uuid::from_u128(9));

    fn setting(setting_type: &str) -> SettingRow {
        SettingRow {
            setting_type: setting_type.into(),
            user_id: None,
            service_id: None,
            day_of_week: None,
            start_time: None,
            end_time: None,
            is_available: true,
            buffer_before: None,
            buffer_after: None,
            max_per_day: None,
            allow_without_contract: None,
            advance_days: None,
            notice_hours: None,
            config: None,
        }
    }

    fn office(settings: Vec<SettingRow>) -> Office {
        Office {
            zone: chrono_tz::Europe::Berlin,
            settings,
            staff: vec![StaffRow {
                user_id: TOMAS,
                name: "Tomas".into(),
                is_technician: true,
                tenant_zone: None,
            }],
            services: vec![ServiceRow {
                service_id: SERVICE,
                name: "Consultation".into(),
                description: None,
            }],
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn hours(office: &Office, date: &str, exceptions: &[ExceptionRow]) -> Vec<String> {
        let days = (day(date), day(date));
        let spans = office.open_hours(TOMAS, days, exceptions);
        let utc = |time: DateTime<Utc>| time.format("%H:%M").to_string();
        spans
            .iter()
            .map(|span| format!("{}-{}", utc(span.start), utc(span.end)))
            .collect()
    }

    #[test]
    fn nine_to_five_where_nobody_has_decided() {
        let office = office(Vec::new());
        // A Friday in winter and a Monday in summer, in Berlin.
        assert_eq!(hours(&office, "2026-11-27", &[]), ["08:00-16:00"]);
        assert_eq!(hours(&office, "2026-06-29", &[]), ["07:00-15:00"]);
        assert!(hours(&office, "2026-11-28", &[]).is_empty(), "a Saturday");
        assert_eq!(office.limits(Some(SERVICE)), Limits::default());
        assert_eq!(office.service(SERVICE).unwrap().minutes, 30);
    }

    #[test]
    fn own_hours_and_exceptions_count_more() {
        let time = |text: &str| Some(text.parse().unwrap());
        let office = office(vec![SettingRow {
            user_id: Some(TOMAS),
            day_of_week: Some(6),
            start_time: time("22:00:00"),
            end_time: time("23:30:00"),
            ..setting("user_hours")
        }]);
        assert_eq!(hours(&office, "2026-11-28", &[]), ["21:00-22:30"]);
        assert!(hours(&office, "2026-11-27", &[]).is_empty());
        let exception = |user_id, is_available| ExceptionRow {
            user_id,
            date: day("2026-11-27"),
            is_available,
        };
        assert_eq!(
            hours(&office, "2026-11-27", &[exception(Some(TOMAS), true)]),
            ["08:00-16:00"]
        );
        let both = [exception(Some(TOMAS), true), exception(None, false)];
        assert!(hours(&office, "2026-11-27", &both).is_empty(), "everybody is away");
    }

    #[test]
    fn what_is_decided_for_a_service_counts_most() {
        let office = office(vec![
            SettingRow {
                notice_hours: Some(2),
                advance_days: Some(14),
                ..setting("general_settings")
            },
            SettingRow {
                service_id: Some(SERVICE),
                notice_hours: Some(48),
                config: Some(serde_json::json!({ "default_duration": 5000 })),
                ..setting("service_rules")
            },
        ]);
        let limits = office.limits(Some(SERVICE));
        assert_eq!((limits.notice_hours, limits.advance_days), (48, 14));
        let limits = office.limits(None);
        assert_eq!(
            (limits.notice_hours, limits.advance_days),
            (2, 14),
            "of what has no service"
        );
        assert_eq!(office.service(SERVICE).unwrap().minutes, LONGEST);
        let off = SettingRow {
            service_id: Some(SERVICE),
            is_available: false,
            ..setting("service_rules")
        };
        assert!(self::office(vec![off]).services().is_empty());
    }
}
