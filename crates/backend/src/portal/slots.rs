//! Days and times to choose from, on the client's clock.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::{
    Language, ServiceId, UserId,
    availability::{Slot, Span},
    portal::{AskPage, SlotDay, SlotOption, SlotQuery},
};

use crate::{
    PortalActor, Result,
    availability::{But, Office, Wanted},
    store::TenantTx,
    zone,
};

/// How many days are offered at a time.
const DAYS: i64 = 14;

/// What is to be placed.
#[derive(Clone, Copy, Debug)]
pub struct ToPlace {
    pub service: Option<ServiceId>,
    pub minutes: u32,
    pub technician: Option<UserId>,
    pub but: But,
}

impl ToPlace {
    fn between(self, start: DateTime<Utc>, end: DateTime<Utc>) -> Wanted {
        Wanted {
            service: self.service,
            minutes: self.minutes,
            technician: self.technician,
            between: Span { start, end },
            but: self.but,
        }
    }

    /// Whether it can begin at this moment.
    pub async fn fits(
        self,
        tx: &mut TenantTx,
        office: &Office,
        start: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let found = office.slots(tx, &self.between(start, start), now).await?;
        Ok(!found.is_empty())
    }

    /// The page with its days, and with the times of the day that is looked at, or of the first on which something is free.
    pub async fn choose(
        self,
        tx: &mut TenantTx,
        office: &Office,
        actor: &PortalActor,
        query: &SlotQuery,
        now: DateTime<Utc>,
    ) -> Result<AskPage> {
        let (zone, language) = (actor.zone, actor.language);
        let limits = office.limits(self.service);
        let date = |time: DateTime<Utc>| time.with_timezone(&zone).date_naive();
        let (first, last) = (date(limits.earliest(now)), date(limits.latest(now)));
        let asked = query.day.trim().parse::<NaiveDate>().ok();
        let from = first_of_page(query.from.trim().parse().ok().or(asked), first, last);
        let days: Vec<NaiveDate> = (0..DAYS)
            .map(|n| from + Duration::days(n))
            .filter(|day| *day <= last)
            .collect();
        let end = zone::midnight(from + Duration::days(DAYS), zone) - Duration::seconds(1);
        let wanted = self.between(zone::midnight(from, zone), end);
        let found = office.slots(tx, &wanted, now).await?;
        let of_day = |day: NaiveDate| found.iter().filter(move |slot| date(slot.start) == day);
        let day = asked
            .filter(|day| of_day(*day).next().is_some())
            .or_else(|| days.iter().copied().find(|day| of_day(*day).next().is_some()));
        let slots = day.map(|day| of_day(day).collect::<Vec<_>>()).unwrap_or_default();
        let noon = |day: NaiveDate| zone::midnight(day, zone) + Duration::hours(12);
        let earlier = (from > first).then(|| (from - Duration::days(DAYS)).max(first).to_string());
        let later = from + Duration::days(DAYS);
        Ok(AskPage {
            technician: self.technician,
            notice_hours: limits.notice_hours,
            advance_days: limits.advance_days,
            days: days
                .iter()
                .map(|day| SlotDay {
                    date: day.to_string(),
                    tile: zone::tile(noon(*day), zone, language),
                    free: u32::try_from(of_day(*day).count()).unwrap_or(u32::MAX),
                })
                .collect(),
            day: day.map(|day| day.to_string()),
            day_name: day.map(|day| zone::date(day, language)),
            slots: shown(&slots, zone, office.zone, language),
            earlier,
            later: (later <= last).then(|| later.to_string()),
            zone: zone.name().to_owned(),
            their_zone: office.zone.name().to_owned(),
            ..AskPage::default()
        })
    }
}

/// The first day of the page on which a day is: pages begin with the first day that can be asked for.
fn first_of_page(day: Option<NaiveDate>, first: NaiveDate, last: NaiveDate) -> NaiveDate {
    let day = day.unwrap_or(first).clamp(first, last.max(first));
    let pages = (day - first).num_days() / DAYS;
    first + Duration::days(pages * DAYS)
}

fn shown(slots: &[&Slot], zone: Tz, theirs: Tz, language: Language) -> Vec<SlotOption> {
    let mut options: Vec<SlotOption> = Vec::new();
    for slot in slots {
        let label = zone::time(slot.start, zone);
        let there = zone::time(slot.start, theirs);
        let is_other_day = zone::short_day(slot.start, zone, language) != zone::short_day(slot.start, theirs, language);
        let name = label.replace(':', "-");
        // In a night that has an hour twice.
        let is_again = options.iter().any(|option| option.label == label);
        options.push(SlotOption {
            value: slot.start.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            theirs: (is_other_day || there != label).then(|| {
                if is_other_day {
                    zone::moment(slot.start, theirs, language)
                } else {
                    there
                }
            }),
            name: if is_again { format!("{name}-again") } else { name },
            label,
        });
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn pages_begin_with_the_first_day() {
        let (first, last) = (day("2026-11-25"), day("2027-02-22"));
        let page = |text: &str| first_of_page(text.parse().ok(), first, last).to_string();
        for (asked, from) in [
            ("", "2026-11-25"),
            ("2026-01-01", "2026-11-25"),
            ("2026-12-08", "2026-11-25"),
            ("2026-12-09", "2026-12-09"),
            ("9999-12-31", "2027-02-17"),
        ] {
            assert_eq!(page(asked), from, "{asked}");
        }
    }

    #[test]
    fn both_clocks_are_shown_where_they_differ() {
        let at = |text: &str| Slot {
            start: text.parse().unwrap(),
            people: Vec::new(),
        };
        let (berlin, new_york) = (chrono_tz::Europe::Berlin, chrono_tz::America::New_York);
        let slot = at("2026-11-30T13:30:00Z");
        let shown_in = |zone, theirs| shown(&[&slot], zone, theirs, Language::En).remove(0);
        assert_eq!(shown_in(berlin, berlin).theirs, None);
        let option = shown_in(new_york, berlin);
        assert_eq!(
            (option.label.as_str(), option.theirs.as_deref()),
            ("08:30", Some("14:30"))
        );
        assert_eq!(
            (option.name.as_str(), option.value.as_str()),
            ("08-30", "2026-11-30T13:30:00Z")
        );
        let auckland = shown_in(chrono_tz::Pacific::Auckland, berlin);
        assert_eq!(auckland.theirs.as_deref(), Some("Mon, 30 Nov 2026, 14:30"));
        // The night in which Berlin has an hour twice.
        let (first, again) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        let names: Vec<String> = shown(&[&first, &again], berlin, berlin, Language::En)
            .into_iter()
            .map(|option| option.name)
            .collect();
        assert_eq!(names, ["02-30", "02-30-again"]);
    }
}
