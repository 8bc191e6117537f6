//! Requests for appointments in every state, from zones west and east.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use domain::TenantId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, Tenant, id, organizer};
use crate::{
    Result,
    store::{self, TenantTx},
    zone,
};

/// Who of the staff works for clients when: the technician on all days, the dispatcher on two afternoons. Sunday is 0.
const HOURS: [(usize, i32, &str, &str); 7] = [
    (2, 1, "09:00", "17:00"),
    (2, 2, "09:00", "17:00"),
    (2, 3, "09:00", "17:00"),
    (2, 4, "09:00", "17:00"),
    (2, 5, "09:00", "17:00"),
    (1, 2, "13:00", "16:00"),
    (1, 4, "13:00", "16:00"),
];

const SERVICES: [&str; 5] = [
    "Network review",
    "Remote support session",
    "Onboarding of new staff",
    "Backup check",
    "Consultation",
];

/// Who asks.
#[derive(Clone, Copy)]
enum Who {
    /// The client's and its contact's place in the lists.
    Contact(usize, usize),
    /// Somebody without an account.
    Public,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    /// With a Teams meeting and its record.
    Met,
    Approved,
    /// With a link that was made before there were records of meetings.
    Legacy,
    Declined(&'static str),
    Cancelled,
}

#[derive(Clone, Copy)]
struct Request {
    service: usize,
    who: Who,
    /// Days from today, and the hour and minute there.
    at: (i64, u32, u32),
    minutes: i64,
    zone: Option<&'static str>,
    /// The place in the list of staff of who is wished for.
    technician: Option<usize>,
    state: State,
    description: &'static str,
}

const fn request(
    service: usize,
    who: Who,
    at: (i64, u32, u32),
    minutes: i64,
    zone: Option<&'static str>,
    state: State,
    description: &'static str,
) -> Request {
    Request {
        service,
        who,
        at,
        minutes,
        zone,
        technician: None,
        state,
        description,
    }
}

const fn wishing(technician: usize, request: Request) -> Request {
    Request {
        technician: Some(technician),
        ..request
    }
}

const NEW_YORK: Option<&str> = Some("America/New_York");
const BERLIN: Option<&str> = Some("Europe/Berlin");

const NORTHWIND: [Request; 12] = [
    wishing(
        2,
        request(
            0,
            Who::Contact(0, 0),
            (2, 9, 0),
            60,
            NEW_YORK,
            State::Pending,
            "The new wing has two floors, and neither has Wi-Fi that reaches the meeting rooms.\nPlease bring the floor plans.",
        ),
    ),
    request(
        1,
        Who::Contact(1, 0),
        (1, 16, 30),
        30,
        BERLIN,
        State::Pending,
        "The label printer prints every label twice.",
    ),
    wishing(
        1,
        request(
            2,
            Who::Contact(3, 0),
            (4, 10, 0),
            45,
            Some("Asia/Kolkata"),
            State::Pending,
            "Four people start on Monday in the Pune office.",
        ),
    ),
    request(3, Who::Contact(6, 0), (3, 14, 0), 30, None, State::Pending, ""),
    request(
        4,
        Who::Public,
        (5, 11, 0),
        30,
        Some("Europe/London"),
        State::Pending,
        "We are looking for somebody to run our IT and would like to get to know you.",
    ),
    request(
        1,
        Who::Contact(0, 1),
        (-1, 9, 0),
        30,
        Some("America/Los_Angeles"),
        State::Pending,
        "Nobody called back yet.",
    ),
    wishing(
        2,
        request(
            0,
            Who::Contact(4, 0),
            (6, 10, 0),
            60,
            NEW_YORK,
            State::Met,
            "Yearly look at the switches.",
        ),
    ),
    request(
        3,
        Who::Contact(0, 0),
        (7, 11, 0),
        30,
        BERLIN,
        State::Approved,
        "A restore of last week’s files, to see that it works.",
    ),
    request(4, Who::Contact(5, 0), (8, 15, 0), 45, BERLIN, State::Legacy, ""),
    request(
        2,
        Who::Contact(2, 0),
        (2, 8, 30),
        45,
        BERLIN,
        State::Declined("Everybody is at the trade fair that day. Would the week after suit you?"),
        "Two trainees.",
    ),
    request(
        1,
        Who::Contact(1, 0),
        (3, 9, 0),
        30,
        BERLIN,
        State::Cancelled,
        "It works again.",
    ),
    request(
        0,
        Who::Contact(0, 0),
        (-9, 10, 0),
        60,
        NEW_YORK,
        State::Approved,
        "Cabling of the warehouse.",
    ),
];

const CONTOSO: [Request; 2] = [
    request(
        4,
        Who::Contact(0, 0),
        (2, 10, 0),
        30,
        Some("America/Chicago"),
        State::Pending,
        "The licences run out in spring.",
    ),
    request(1, Who::Contact(1, 0), (4, 13, 0), 30, None, State::Pending, ""),
];

pub(super) async fn insert(
    tx: &mut TenantTx,
    tenant: &Tenant,
    tenant_id: TenantId,
    clients: &[Client],
    staff: &[Uuid],
    now: DateTime<Utc>,
) -> Result<()> {
    let service = |n: usize| id(tenant_id, "service", SERVICES[n]);
    let services: Value = SERVICES
        .iter()
        .enumerate()
        .map(|(n, name)| json!({ "service_id": service(n), "service_name": name }))
        .collect();
    store::seed::services(tx, &services).await?;
    let hours = HOURS.iter().filter_map(|(person, day, start, end)| {
        let user_id = staff.get(*person)?;
        Some(json!({ "user_id": user_id, "day": day, "start_time": start, "end_time": end }))
    });
    store::seed::hours(tx, &hours.collect()).await?;
    let requests: &[Request] = if tenant.domain == "northwind.example" {
        &NORTHWIND
    } else {
        &CONTOSO
    };
    let mut rows = Rows::default();
    for (n, request) in requests.iter().enumerate() {
        rows.add(tenant_id, clients, staff, now, (n, request, service(request.service)));
    }
    // Somebody who is wished for is busy at that time.
    if let Some((start, end)) = rows.first
        && let Some(technician) = staff.get(2)
    {
        let entry = json!({ "entry_id": id(tenant_id, "entry", "server room"), "title": "Server room visit", "start": start,
                            "end": end - Duration::minutes(15), "user_id": technician, "type": "ad_hoc" });
        rows.entries.push(entry);
    }
    store::seed::requests(tx, &rows.requests.into()).await?;
    store::seed::entries(tx, &rows.entries.into()).await?;
    store::seed::interactions(tx, &rows.interactions.into()).await?;
    let meetings = Value::from(rows.meetings);
    store::seed::meetings(tx, &meetings, organizer(tenant), tenant.organizer_object_id).await?;
    store::seed::join_meetings(tx, &meetings).await
}

/// What is to be inserted, table by table.
#[derive(Default)]
struct Rows {
    requests: Vec<Value>,
    entries: Vec<Value>,
    interactions: Vec<Value>,
    meetings: Vec<Value>,
    /// When the first one is.
    first: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Rows {
    fn add(
        &mut self,
        tenant_id: TenantId,
        clients: &[Client],
        staff: &[Uuid],
        now: DateTime<Utc>,
        (n, request, service_id): (usize, &Request, Uuid),
    ) {
        let key = format!("request/{n}");
        let request_id = id(tenant_id, "request", &key);
        let (days, hour, minute) = request.at;
        let date: NaiveDate = now.date_naive() + Duration::days(days);
        let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        let zone = request
            .zone
            .and_then(|zone| zone.parse().ok())
            .unwrap_or(chrono_tz::UTC);
        let start = zone::instant(date.and_time(time), zone).unwrap_or(now);
        let end = start + Duration::minutes(request.minutes);
        self.first = self.first.or(Some((start, end)));
        let known = match request.who {
            Who::Contact(client, contact) => clients
                .get(client)
                .and_then(|client| Some((client, client.contacts.get(contact)?))),
            Who::Public => None,
        };
        let is_approved = matches!(request.state, State::Met | State::Approved | State::Legacy);
        let entry_id = is_approved.then(|| id(tenant_id, "entry", &key));
        let technician = request.technician.and_then(|n| staff.get(n)).or(staff.first());
        let link = format!(
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{}%40thread.v2/0",
            request_id.simple()
        );
        let has_link = matches!(request.state, State::Met | State::Legacy);
        let (status, reason) = match request.state {
            State::Pending => ("pending", None),
            State::Met | State::Approved | State::Legacy => ("approved", None),
            State::Declined(reason) => ("declined", Some(reason)),
            State::Cancelled => ("cancelled", None),
        };
        self.requests.push(json!({
            "request_id": request_id,
            "client_id": known.map(|(client, _)| client.id),
            "contact_id": known.map(|(_, contact)| contact.0),
            "service_id": service_id,
            "date": date,
            "time": time,
            "minutes": request.minutes,
            "zone": request.zone,
            "technician": request.technician.and_then(|n| staff.get(n)),
            "status": status,
            "description": request.description,
            "is_authenticated": known.is_some(),
            "name": known.map_or("Nils Newcomer", |(_, contact)| contact.1.as_str()),
            "email": known.map_or("nils@newcomer.example", |(_, contact)| contact.2.as_str()),
            "phone": known.is_none().then_some("+44 20 7946 0990"),
            "company": known.is_none().then_some("Newcomer Ltd"),
            "entry_id": entry_id,
            "approved_by": is_approved.then(|| staff.get(1).or(staff.first())),
            "approved_at": is_approved.then(|| now - Duration::days(1) + Duration::days(days.min(0))),
            "reason": reason,
            "url": has_link.then_some(&link),
            // Older links came without the id of the event.
            "meeting_id": (request.state == State::Met).then(|| id(tenant_id, "provider-meeting", &key).simple().to_string()),
            "created_at": now - Duration::days(2) + Duration::days(days.min(0)) + Duration::minutes(i64::try_from(n).unwrap_or(0) * 17),
        }));
        if let Some(entry_id) = entry_id {
            self.entries.push(json!({ "entry_id": entry_id, "title": SERVICES[request.service], "start": start, "end": end,
                                      "user_id": technician, "type": "appointment_request", "work_item_id": request_id }));
        }
        if let (State::Met, Some((client, contact))) = (request.state, known) {
            let interaction_id = id(tenant_id, "interaction", &key);
            self.interactions.push(json!({
                "interaction_id": interaction_id,
                "type_name": "Online Meeting",
                "client_id": client.id,
                "contact_name_id": contact.0,
                "user_id": technician,
                "title": format!("Online Meeting: {}", SERVICES[request.service]),
                "notes": format!("{}\n\nJoin Teams Meeting: {link}", request.description),
                "status": "Planned",
                "start": start,
                "minutes": request.minutes,
            }));
            self.meetings.push(json!({
                "meeting_id": id(tenant_id, "meeting", &key),
                "provider_meeting_id": id(tenant_id, "provider-meeting", &key).simple().to_string(),
                "provider_event_id": format!("AAkALg{}", id(tenant_id, "provider-event", &key).simple()),
                "subject": SERVICES[request.service],
                "join_url": link,
                "status": "scheduled",
                "interaction_id": interaction_id,
                "request_id": request_id,
                "entry_id": entry_id,
            }));
        }
    }
}
