//! What happened at the clients.

use chrono::{DateTime, Duration, Utc};
use domain::TenantId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, id};

const PAST: [(&str, &str, i64); 12] = [
    ("Call", "Printer on the second floor offline again", 12),
    ("Email", "Licence renewal: quote sent", 5),
    ("Note", "New starter on Monday, laptop ordered", 5),
    ("Call", "VPN drops for home office users", 25),
    ("Meeting", "Quarterly review on site", 60),
    ("Email", "Backup report: two warnings explained", 10),
    ("Call", "Phishing mail reported, mailbox checked", 20),
    ("General", "Firewall firmware updated", 30),
    ("Note", "Contract runs until the end of next year", 5),
    ("Call", "Password reset and second factor set up", 8),
    ("Email", "Invoice question answered", 6),
    ("Meeting", "Planning the server move", 45),
];

/// Every fifth interaction is Acme's, so that one client has a long timeline.
pub(super) fn past_interaction(
    tenant_id: TenantId,
    clients: &[Client],
    staff: &[Uuid],
    now: DateTime<Utc>,
    n: usize,
) -> Value {
    let client = if n.is_multiple_of(5) {
        &clients[0]
    } else {
        &clients[(n * 7 + n / 11) % clients.len()]
    };
    let contact = &client.contacts[(n / 3) % client.contacts.len()];
    let (type_name, title, minutes) = PAST[(n * 5 + n / 4 + n / 9) % PAST.len()];
    let notes = if n.is_multiple_of(3) {
        format!("{title}.\nAgreed with {} to look again next week.", contact.1)
    } else {
        String::new()
    };
    json!({
        "interaction_id": id(tenant_id, "interaction", &n.to_string()),
        "type_name": type_name,
        "client_id": client.id,
        "contact_name_id": contact.0,
        "user_id": staff[n % staff.len()],
        "title": title,
        "notes": notes,
        "status": if n.is_multiple_of(9) { "In Progress" } else { "Completed" },
        "start": working_hour(now, -1 - i64::try_from(n).unwrap_or(0) / 4, n),
        "minutes": minutes,
    })
}

/// A time between 08:00 and 16:30 UTC, some days from today.
pub(super) fn working_hour(now: DateTime<Utc>, days: i64, n: usize) -> DateTime<Utc> {
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let half_hours = i64::try_from(n * 5 % 18).unwrap_or(0);
    midnight + Duration::days(days) + Duration::minutes(8 * 60 + half_hours * 30)
}
