//! A week on the schedule: what the staff do beside meetings with clients, and those of the first clients.

use chrono::{DateTime, Datelike, Duration, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::TenantId;
use serde_json::{Value, json};

use super::{Tenant, id, staff_id};
use crate::{
    Result,
    store::{self, TenantTx},
    zone,
};

/// Days from Monday, hour and minute, minutes, whose, title, notes.
type Planned = (i64, (u32, u32), i64, &'static str, &'static str, &'static str);

const PLAIN: [Planned; 22] = [
    (
        0,
        (9, 30),
        60,
        "dispatcher",
        "Plan the week",
        "Who is where, and who stands in.",
    ),
    (
        0,
        (10, 0),
        120,
        "tech",
        "Patch day: servers",
        "Northgate Dental first, their practice opens at noon.",
    ),
    (0, (11, 0), 45, "tech", "Call back Riverside", "The scanner again."),
    (0, (13, 0), 90, "admin", "Review of the firewall rules", ""),
    (
        1,
        (9, 30),
        150,
        "tech",
        "On site: Old Town Bakery",
        "Two new tills. Park in the yard.",
    ),
    (1, (14, 0), 60, "dispatcher", "Interview: second dispatcher", ""),
    (1, (14, 30), 60, "admin", "Interview: second dispatcher", ""),
    (1, (15, 0), 30, "finance", "Invoices of the month", ""),
    (
        2,
        (8, 30),
        90,
        "tech",
        "Migration of mailboxes, first batch",
        "Roll back by 11:00 if the queue grows.",
    ),
    (2, (9, 0), 60, "dispatcher", "Queue triage", ""),
    (
        2,
        (9, 30),
        30,
        "dispatcher",
        "Call: spare parts",
        "Ask for the fans as well.",
    ),
    (2, (11, 0), 60, "admin", "Supplier talk: licences", ""),
    (2, (13, 30), 120, "tech", "Lab: restore test", ""),
    (3, (10, 0), 45, "dispatcher", "Hand-over of the late shift", ""),
    (
        3,
        (10, 15),
        75,
        "tech",
        "Switch replacement, Hillside Schools",
        "Spare is in the van.",
    ),
    (3, (13, 0), 60, "finance", "Dunning run", ""),
    (3, (15, 0), 60, "admin", "Security council", ""),
    (4, (9, 30), 60, "dispatcher", "Rota for next month", ""),
    (4, (11, 0), 90, "tech", "Inventory of the store room", ""),
    (
        4,
        (14, 0),
        45,
        "admin",
        "Week in review",
        "Everybody brings one thing that went well.",
    ),
    (
        4,
        (14, 0),
        45,
        "dispatcher",
        "Week in review",
        "Everybody brings one thing that went well.",
    ),
    (7, (10, 0), 60, "dispatcher", "Dry run of the emergency plan", ""),
];

/// What is nobody else's business.
const PRIVATE: [Planned; 4] = [
    (1, (11, 30), 60, "dispatcher", "Dentist", "Bring the card."),
    (2, (16, 0), 60, "tech", "Parents’ evening", ""),
    (3, (8, 0), 60, "admin", "Talk with the bank", ""),
    (4, (12, 0), 60, "finance", "Physiotherapy", ""),
];

pub(super) async fn insert(tx: &mut TenantTx, tenant: &Tenant, tenant_id: TenantId, now: DateTime<Utc>) -> Result<()> {
    if tenant.staff.len() < 4 {
        return Ok(());
    }
    let place: Tz = tenant.zone.parse().unwrap_or(Tz::UTC);
    let today = now.with_timezone(&place).date_naive();
    let monday = today - Duration::days(i64::from(today.weekday().num_days_from_monday()));
    let start = |day: i64, (hour, minute): (u32, u32)| {
        let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        zone::instant((monday + Duration::days(day)).and_time(time), place).unwrap_or(now)
    };
    let row = |planned: &Planned, is_private: bool, recurrence: Option<Value>| {
        let (day, time, minutes, who, title, notes) = planned;
        let start = start(*day, *time);
        json!({
            "entry_id": id(tenant_id, "entry", &format!("{who}/{day}/{title}")),
            "title": title,
            "notes": notes,
            "start": start,
            "end": start + Duration::minutes(*minutes),
            "is_private": is_private,
            "recurrence": recurrence,
            "user_id": staff_id(tenant, tenant_id, who),
        })
    };
    let mut rows: Vec<Value> = PLAIN.iter().map(|planned| row(planned, false, None)).collect();
    rows.extend(PRIVATE.iter().map(|planned| row(planned, true, None)));
    for who in ["dispatcher", "tech", "admin"] {
        let standup = (-14, (9, 0), 15, who, "Stand-up", "");
        let pattern = json!({ "frequency": "weekly", "interval": 1, "daysOfWeek": [0, 1, 2, 3, 4] });
        rows.push(row(&standup, false, Some(pattern)));
    }
    // A leave that takes days.
    rows.push(row(&(3, (0, 0), 2 * 24 * 60, "finance", "Leave", ""), false, None));
    store::seed::entries(tx, &rows.into()).await?;
    let meetings: Value = (0..4)
        .flat_map(|client| (0..12).map(move |n| format!("meeting/{client}/{n}")))
        .map(|key| json!({ "interaction_id": id(tenant_id, "interaction", &key), "entry_id": id(tenant_id, "entry", &key) }))
        .collect();
    store::seed::entries_of_meetings(tx, &meetings).await
}
