//! Clients ask for appointments.

use backend::{PortalActor, Result, portal};
use domain::{
    ErrorCode, Failure, Field, Problem, RequestId,
    portal::{AskAppointment, AskPage, PortalState, SlotQuery},
};
use sqlx::PgPool;

use crate::test_app::TestApp;

const ADA: &str = "ada@acme.example";
const BO: &str = "bo@acme.example";
const CY: &str = "cy@globex.example";
const SERVICE: &str = "SELECT service_id FROM service_catalog JOIN tenants USING (tenant)
                        WHERE client_name = 'Northwind IT' AND service_name = $1";
const STAFF: &str = "SELECT user_id FROM users WHERE email = $1";

async fn page_on(app: &TestApp, actor: &PortalActor, service: &str, technician: &str, day: &str) -> AskPage {
    let query = SlotQuery {
        service: service.into(),
        technician: technician.into(),
        day: day.into(),
        from: String::new(),
    };
    portal::ask_page(&app.backend, actor, &query, None).await.unwrap()
}

/// A form for the first time that is free on this day.
async fn form(app: &TestApp, actor: &PortalActor, day: &str) -> AskAppointment {
    let service = app.id(SERVICE, "Consultation").await.to_string();
    let page = page_on(app, actor, &service, "", day).await;
    AskAppointment {
        start: page.slots[0].value.clone(),
        description: "The <script>label</script> printer".into(),
        ..page.values
    }
}

async fn ask(app: &TestApp, actor: &PortalActor, form: &AskAppointment) -> Result<RequestId, Failure> {
    portal::ask(&app.backend, actor, form)
        .await
        .map_err(backend::Error::failure)
}

async fn mails_to(app: &TestApp, address: &str, subject: &str) -> usize {
    let mails = app.mails().await;
    let is_it = |mail: &&String| {
        let line = |name: &str, text: &str| mail.lines().any(|line| line.starts_with(name) && line.contains(text));
        line("To:", address) && line("Subject:", subject)
    };
    mails.iter().filter(is_it).count()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_request_is_made_once_and_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ada = app.portal(ADA).await;
    let form = form(&app, &ada, "2026-11-30").await;
    let id = ask(&app, &ada, &form).await.unwrap();
    assert_eq!(ask(&app, &ada, &form).await, Ok(id), "the same form again");
    let both = futures::future::join(ask(&app, &ada, &form), ask(&app, &ada, &form)).await;
    assert_eq!(both, (Ok(id), Ok(id)));
    assert_eq!(
        app.count("SELECT count(*) FROM appointment_requests WHERE description LIKE '%<script>%'")
            .await,
        1
    );

    let shown = portal::request(&app.backend, &ada, &id.to_string(), portal::Kept::default())
        .await
        .unwrap();
    assert_eq!((shown.state, shown.minutes), (PortalState::Waiting, 30));
    assert_eq!(shown.times.mine, "Monday, 30 November 2026, 09:30 – 10:00");
    assert_eq!(shown.description.as_deref(), Some("The <script>label</script> printer"));
    let zone = app
        .text("SELECT requester_timezone FROM appointment_requests WHERE description LIKE '%<script>%'")
        .await;
    assert_eq!(zone, "Europe/Berlin");
    assert_eq!(mails_to(&app, ADA, "We have your request").await, 1);
    assert_eq!(mails_to(&app, "dispatcher@northwind.example", "New request").await, 1);
    assert_eq!(
        mails_to(&app, "finance@northwind.example", "New request").await,
        0,
        "decides about nothing"
    );
    let raw = app.mails().await.join("\n");
    assert!(
        !raw.contains("<script>label") || raw.contains("&lt;script&gt;label"),
        "escaped where it is HTML"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_time_is_given_to_one(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (ada, cy) = (app.portal(ADA).await, app.portal(CY).await);
    app.execute("DELETE FROM availability_settings").await;
    let tomas = app.id(STAFF, "tech@northwind.example").await.to_string();
    app.execute(
        "INSERT INTO availability_settings (tenant, setting_type, user_id, day_of_week, start_time, end_time)
         SELECT tenant, 'user_hours', user_id, 1, '09:00', '10:30' FROM users WHERE email = 'tech@northwind.example'",
    )
    .await;
    let first = form(&app, &ada, "2026-11-30").await;
    let second = form(&app, &cy, "2026-11-30").await;
    assert_eq!(first.start, second.start);
    let (one, two) = futures::future::join(ask(&app, &ada, &first), ask(&app, &cy, &second)).await;
    let refused = Failure::field(Field::Slot, Problem::SlotTaken);
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(one.err().or(two.err()), Some(refused));
    let service = first.service_id.clone();
    let page = page_on(&app, &cy, &service, &tomas, "2026-11-30").await;
    let times: Vec<_> = page.slots.iter().map(|slot| slot.label.as_str()).collect();
    // In London; the stand-up is at nine in Berlin.
    assert_eq!(times, ["09:00"], "one of two is left");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_cannot_be_asked_for_is_said_clearly(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ada = app.portal(ADA).await;
    let form = form(&app, &ada, "2026-11-30").await;
    let with = |start: &str| AskAppointment {
        start: start.into(),
        ..form.clone()
    };
    for (start, problem) in [
        ("2026-11-24T13:00:00Z", Problem::ShortNotice { hours: 24 }),
        ("2026-11-24T09:00:00Z", Problem::Past),
        ("2027-04-01T09:00:00Z", Problem::TooFarAhead { days: 90 }),
        // A Sunday; before work; between two times.
        ("2026-11-29T10:00:00Z", Problem::SlotTaken),
        ("2026-11-30T05:00:00Z", Problem::SlotTaken),
        ("2026-11-30T09:07:00Z", Problem::SlotTaken),
        ("", Problem::NoSlot),
        ("<b>", Problem::Damaged),
    ] {
        assert_eq!(
            ask(&app, &ada, &with(start)).await,
            Err(Failure::field(Field::Slot, problem)),
            "{start}"
        );
    }
    let service = |id: String| AskAppointment {
        service_id: id,
        ..form.clone()
    };
    let foreign = app
        .id(
            "SELECT service_id FROM service_catalog JOIN tenants USING (tenant) WHERE client_name = $1 LIMIT 1",
            "Contoso Care",
        )
        .await;
    let not_offered = Err(Failure::field(Field::Service, Problem::NotOffered));
    assert_eq!(ask(&app, &ada, &service(foreign.to_string())).await, not_offered);
    let technician = AskAppointment {
        technician_id: app.id(STAFF, "admin@contoso.example").await.to_string(),
        ..form.clone()
    };
    assert_eq!(
        ask(&app, &ada, &technician).await,
        Err(Failure::field(Field::Technician, Problem::Unknown))
    );
    app.execute("UPDATE service_catalog SET is_active = false WHERE service_name = 'Consultation'")
        .await;
    assert_eq!(ask(&app, &ada, &form).await, not_offered);
    assert_eq!(
        app.count("SELECT count(*) FROM appointment_requests WHERE description LIKE '%<script>%'")
            .await,
        0
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn times_are_those_of_the_client_s_clock(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE contacts SET timezone = 'America/New_York' WHERE email = 'bo@acme.example'")
        .await;
    let bo = app.portal(BO).await;
    let service = app.id(SERVICE, "Consultation").await.to_string();
    let page = page_on(&app, &bo, &service, "", "2026-11-30").await;
    assert_eq!(
        (page.zone.as_str(), page.their_zone.as_str()),
        ("America/New_York", "Europe/Berlin")
    );
    // After the stand-up in Berlin it is half past three in the morning in New York.
    let first = &page.slots[0];
    assert_eq!(
        (first.label.as_str(), first.theirs.as_deref()),
        ("03:30", Some("09:30"))
    );
    let mut form = form(&app, &bo, "2026-11-30").await;
    form.start.clone_from(&first.value);
    let id = ask(&app, &bo, &form).await.unwrap();
    let shown = portal::request(&app.backend, &bo, &id.to_string(), portal::Kept::default())
        .await
        .unwrap();
    assert_eq!(shown.times.mine, "Monday, 30 November 2026, 03:30 – 04:00");
    assert_eq!(
        shown.times.theirs.as_deref(),
        Some("Monday, 30 November 2026, 09:30 – 10:00")
    );
    let wall = app.text("SELECT requested_date || ' ' || requested_time FROM appointment_requests WHERE description LIKE '%<script>%'").await;
    assert_eq!(wall, "2026-11-30 03:30:00");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_the_tenant_has_decided_counts(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ada = app.portal(ADA).await;
    let service = app.id(SERVICE, "Consultation").await.to_string();
    for sql in [
        "DELETE FROM availability_settings",
        "INSERT INTO availability_settings (tenant, setting_type, user_id, day_of_week, start_time, end_time, buffer_before_minutes)
         SELECT tenant, 'user_hours', user_id, day, '10:00', '12:00', 30 FROM users, generate_series(1, 5) day
          WHERE email = 'tech@northwind.example'",
        "INSERT INTO availability_settings (tenant, setting_type, minimum_notice_hours, advance_booking_days)
         SELECT tenant, 'general_settings', 2, 10 FROM tenants WHERE client_name = 'Northwind IT'",
        "INSERT INTO availability_settings (tenant, setting_type, service_id, max_appointments_per_day, config_json)
         SELECT tenant, 'service_rules', service_id, 1, '{\"default_duration\": 60}' FROM service_catalog WHERE service_name = 'Consultation'",
        "INSERT INTO availability_exceptions (tenant, date, is_available) SELECT tenant, '2026-11-27', false FROM tenants",
        "DELETE FROM schedule_entry_assignees",
        "INSERT INTO schedule_entries (tenant, entry_id, title, status, work_item_type, scheduled_start, scheduled_end)
         SELECT tenant, user_id, 'Dentist', 'scheduled', 'ad_hoc', '2026-11-25T09:00Z', '2026-11-25T09:30Z' FROM users
          WHERE email = 'tech@northwind.example'",
        "INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
         SELECT tenant, user_id, user_id FROM users WHERE email = 'tech@northwind.example'",
    ] {
        app.execute(sql).await;
    }
    let page = page_on(&app, &ada, &service, "", "2026-11-25").await;
    assert_eq!((page.notice_hours, page.advance_days), (2, 10));
    assert_eq!(page.service.unwrap().minutes, 60);
    let free: Vec<_> = page.days.iter().map(|day| (day.date.as_str(), day.free)).collect();
    let of = |date: &str| free.iter().find(|(known, _)| *known == date).map(|(_, free)| *free);
    // After the dentist, who is done at half past ten in Berlin, it takes half an hour.
    let times: Vec<_> = page.slots.iter().map(|slot| slot.label.as_str()).collect();
    assert_eq!(times, ["11:00"]);
    assert_eq!(
        (of("2026-11-26"), of("2026-11-27"), of("2026-11-28")),
        (Some(3), Some(0), Some(0))
    );
    assert_eq!(of("2026-12-05"), None, "ten days ahead");
    let form = AskAppointment {
        start: page.slots[0].value.clone(),
        ..page.values
    };
    ask(&app, &ada, &form).await.unwrap();
    let page = page_on(&app, &ada, &service, "", "2026-11-25").await;
    assert_eq!(
        page.days.iter().find(|day| day.date == "2026-11-25").unwrap().free,
        0,
        "one a day"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nobody_asks_without_end(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "INSERT INTO appointment_requests (tenant, client_id, contact_id, service_id, requested_date, requested_time, requested_duration)
         SELECT k.tenant, k.client_id, k.contact_name_id, gen_random_uuid(), '2027-06-01'::date + n, '09:00', 30
           FROM contacts k, generate_series(1, 20) n WHERE k.email = 'bo@acme.example'",
    )
    .await;
    let bo = app.portal(BO).await;
    let form = form(&app, &bo, "2026-11-30").await;
    assert_eq!(ask(&app, &bo, &form).await.unwrap_err().code, ErrorCode::RateLimited);
}
