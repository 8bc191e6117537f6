//! Requests for appointments: who sees them, and what is decided about them, with everything that belongs to them.

use backend::{Error, Result, access::may, appointments, appointments::Kept};
use domain::{
    ApproveRequest, DeclineRequest, ErrorCode, Failure, Field, MeetingStatus, MoveRequest, Problem, RequestId,
    RequestPage, RequestQuery, RequestStatus,
};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route};
use sqlx::PgPool;
use uuid::Uuid;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const ADMIN: &str = "admin@northwind.example";
const TECHNICIAN: &str = "tech@northwind.example";
const BY_SERVICE: &str =
    "SELECT appointment_request_id FROM appointment_requests r JOIN service_catalog s USING (tenant, service_id)
                            JOIN tenants t USING (tenant)
                           WHERE t.client_name = 'Northwind IT' AND status = 'pending' AND service_name = $1
                           ORDER BY requested_date DESC LIMIT 1";

/// Ada's request for Thursday at 9 in New York, which is 15:00 in Berlin. It wishes for Tomas.
async fn of_ada(app: &TestApp) -> RequestId {
    app.id(BY_SERVICE, "Network review").await.into()
}

/// Friday at 14:00, wherever that is.
async fn without_zone(app: &TestApp) -> RequestId {
    app.id(BY_SERVICE, "Backup check").await.into()
}

/// Sunday at 11:00 in London, by somebody whom nobody knows.
async fn of_public(app: &TestApp) -> RequestId {
    app.id(BY_SERVICE, "Consultation").await.into()
}

async fn page_of(app: &TestApp, who: &str, id: &str) -> Result<RequestPage> {
    let grant = app.grant::<may::ScheduleRead>(who).await;
    appointments::page(&app.backend, &grant, id, Kept::default()).await
}

async fn page(app: &TestApp, id: RequestId) -> RequestPage {
    page_of(app, DISPATCHER, &id.to_string()).await.unwrap()
}

/// The form as it is shown.
async fn form(app: &TestApp, id: RequestId) -> ApproveRequest {
    page(app, id).await.work.unwrap().approve
}

async fn approve_as(app: &TestApp, who: &str, form: &ApproveRequest) -> Result<RequestId> {
    let grant = app.grant::<may::ScheduleUpdate>(who).await;
    appointments::approve(&app.backend, &grant, form).await
}

async fn approve(app: &TestApp, form: &ApproveRequest) -> Result<RequestId> {
    approve_as(app, DISPATCHER, form).await
}

async fn approved(app: &TestApp, id: RequestId) {
    let form = form(app, id).await;
    assert_eq!(approve(app, &form).await.unwrap(), id);
}

async fn decline(app: &TestApp, id: RequestId, reason: &str) -> Result<RequestId> {
    let grant = app.grant::<may::ScheduleUpdate>(DISPATCHER).await;
    let form = DeclineRequest {
        request_id: id.to_string(),
        reason: reason.into(),
    };
    appointments::decline(&app.backend, &grant, &form).await
}

async fn reschedule(app: &TestApp, id: RequestId, start: &str, minutes: &str) -> Result<RequestId> {
    let grant = app.grant::<may::ScheduleUpdate>(DISPATCHER).await;
    let form = MoveRequest {
        request_id: id.to_string(),
        start: start.into(),
        minutes: minutes.into(),
    };
    appointments::reschedule(&app.backend, &grant, &form).await
}

async fn generate(app: &TestApp, id: RequestId) -> Result<RequestId> {
    let grant = app.grant::<may::ScheduleUpdate>(DISPATCHER).await;
    let key = app.backend.clock().id::<Uuid>().to_string();
    appointments::generate(&app.backend, &grant, &id.to_string(), &key).await
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.unwrap_err().failure().code
}

fn problem<T: std::fmt::Debug>(result: Result<T>) -> Failure {
    result.map_err(Error::failure).unwrap_err()
}

/// The events that were made for requests.
fn events(app: &TestApp) -> Vec<graph_sim::SimEvent> {
    app.live_events()
}

/// The mails to this address.
async fn mails_to(app: &TestApp, address: &str) -> Vec<String> {
    let mails = app.mails().await;
    let is_to = |mail: &String| {
        mail.lines()
            .any(|line| line.starts_with("To:") && line.contains(address))
    };
    mails.into_iter().filter(is_to).collect()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn who_may_read_about_people_sees_all_requests_and_others_their_own(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let list = async |who: &str, status: &str| {
        let query = RequestQuery {
            status: status.into(),
            after: String::new(),
        };
        let grant = app.grant::<may::ScheduleRead>(who).await;
        appointments::list(&app.backend, &grant, &query).await.unwrap()
    };
    let pending = list(DISPATCHER, "").await;
    assert_eq!((pending.rows.len(), pending.own_only), (6, false));
    assert!(pending.rows.iter().all(|row| row.status == RequestStatus::Pending));
    assert!(
        pending.rows[0].times.is_past,
        "what is late comes first: {:?}",
        pending.rows[0]
    );
    assert_eq!(list(DISPATCHER, "all").await.rows.len(), 12);
    assert_eq!(list(DISPATCHER, "approved").await.rows.len(), 4);
    assert_eq!(list(DISPATCHER, "declined").await.rows.len(), 1);
    assert_eq!(list(CONTOSO_ADMIN, "all").await.rows.len(), 2);
    let own = list(TECHNICIAN, "").await;
    assert_eq!((own.rows.len(), own.own_only), (1, true));
    assert!(list("finance@northwind.example", "all").await.rows.is_empty());
    let waiting = |actor: &backend::Actor| backend::sessions::viewer(actor).pending_requests;
    assert_eq!(waiting(&app.actor(DISPATCHER).await), 6);
    assert_eq!(waiting(&app.actor(TECHNICIAN).await), 1);
    assert_eq!(waiting(&app.actor("finance@northwind.example").await), 0);

    let other = without_zone(&app).await;
    assert!(page_of(&app, TECHNICIAN, &of_ada(&app).await.to_string()).await.is_ok());
    for (who, id) in [
        (TECHNICIAN, other.to_string()),
        (CONTOSO_ADMIN, other.to_string()),
        (DISPATCHER, Uuid::from_u128(7).to_string()),
        (DISPATCHER, "1".into()),
        (DISPATCHER, "\u{0}".into()),
    ] {
        assert_eq!(code(page_of(&app, who, &id).await), ErrorCode::NotFound, "{who} {id}");
    }
    let foreign = app.grant::<may::ScheduleUpdate>(CONTOSO_ADMIN).await;
    let (request_id, reason) = (other.to_string(), "No".to_owned());
    let form = DeclineRequest { request_id, reason };
    let answer = appointments::decline(&app.backend, &foreign, &form).await;
    assert_eq!(code(answer), ErrorCode::NotFound);
    assert_eq!(page(&app, other).await.status, RequestStatus::Pending);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_list_goes_on_where_its_page_ends(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "INSERT INTO appointment_requests (tenant, service_id, requested_date, requested_time, requested_duration, status)
         SELECT tenant, gen_random_uuid(), '2026-12-01'::date + n / 3, '09:00', 30, (ARRAY['pending', 'declined'])[1 + n % 2]
           FROM tenants, generate_series(1, 140) n WHERE client_name = 'Northwind IT'",
    )
    .await;
    let grant = app.grant::<may::ScheduleRead>(DISPATCHER).await;
    for (status, total) in [("pending", 76), ("declined", 71), ("all", 152)] {
        let (mut after, mut seen) = (String::new(), Vec::new());
        loop {
            let query = RequestQuery {
                status: status.into(),
                after,
            };
            let page = appointments::list(&app.backend, &grant, &query).await.unwrap();
            seen.extend(page.rows.iter().map(|row| row.request_id));
            match page.next {
                Some(next) => after = next.to_string(),
                None => break,
            }
        }
        let read = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((read, seen.len()), (total, total), "{status}");
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_approval_makes_meeting_entry_and_record(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    let shown = page(&app, id).await;
    assert_eq!(shown.times.theirs, "Thu, 26 Nov 2026, 09:00 – 10:00");
    assert_eq!(shown.times.mine.as_deref(), Some("Thu, 26 Nov 2026, 15:00 – 16:00"));
    let work = shown.work.unwrap();
    assert_eq!(work.approve.generate.as_deref(), Some("on"));
    assert_eq!(work.slot.conflicts.len(), 1, "Tomas is in the server room");
    assert_eq!(work.slot.conflicts[0].title, "Server room visit");

    // An hour later than asked for.
    let form = ApproveRequest {
        start: "2026-11-26T10:00".into(),
        minutes: "45".into(),
        notes: "Take the ladder".into(),
        ..work.approve
    };
    approve(&app, &form).await.unwrap();
    let again = approve(&app, &form).await.unwrap();
    assert_eq!(again, id, "the same form again is answered the same");
    app.assert_agreement().await;
    let events = events(&app);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].subject, "Network review");
    assert!(
        events[0].attendees.is_empty(),
        "nobody is invited unless the tenant wants it"
    );
    let shown = page(&app, id).await;
    assert_eq!(shown.status, RequestStatus::Approved);
    assert_eq!(shown.times.theirs, "Thu, 26 Nov 2026, 10:00 – 10:45");
    assert_eq!(shown.join_url, events[0].join_url);
    assert_eq!(shown.technicians.as_deref(), Some("Tomas Berg"));
    assert_eq!(shown.interaction.unwrap().name, "Online Meeting: Network review");
    assert!(shown.decision.unwrap().is_mine);
    assert_eq!(
        app.count_of(
            "SELECT count(*) FROM appointment_requests r JOIN schedule_entries e USING (tenant)
              WHERE r.schedule_entry_id = e.entry_id AND appointment_request_id = $1 AND online_meeting_url LIKE 'https://%'
                AND online_meeting_id IS NOT NULL AND requested_time = '10:00' AND requested_duration = 45
                AND e.notes LIKE 'Take the ladder%' AND work_item_type = 'appointment_request'",
            id.0
        )
        .await,
        1
    );

    let to_ada = mails_to(&app, "ada@acme.example").await;
    assert_eq!(to_ada.len(), 1);
    for wanted in [
        "Your appointment is confirmed: Network review",
        "(America/New_York)",
        "(Europe/Berlin)",
        "text/calendar; charset=utf-8; method=REQUEST",
        "METHOD:REQUEST",
        "SEQUENCE:0",
        "DTSTART:20261126T150000Z",
        "ORGANIZER;CN=Tomas Berg:mailto:tech@northwind.example",
    ] {
        let plain = to_ada[0].replace("\r\n ", "");
        assert!(
            plain.contains(wanted) || wanted == "(Europe/Berlin)" && plain.contains("in Europe/Berlin"),
            "{wanted} in {plain}"
        );
    }
    let to_tomas = mails_to(&app, TECHNICIAN).await;
    assert_eq!(to_tomas.len(), 1);
    assert!(to_tomas[0].contains("New appointment for you: Network review, Acme Manufacturing"));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_stranger_gets_a_meeting_without_a_record(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_public(&app).await;
    approved(&app, id).await;
    let shown = page(&app, id).await;
    assert!(shown.is_public && shown.interaction.is_none() && shown.join_url.is_some());
    assert_eq!(shown.meeting.unwrap().status, MeetingStatus::Scheduled);
    assert_eq!(mails_to(&app, "nils@newcomer.example").await.len(), 1);
    decline(&app, id, "We are full").await.unwrap();
    assert!(events(&app).is_empty());
    assert!(page(&app, id).await.join_url.is_none());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn without_a_zone_the_wall_is_utc(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = without_zone(&app).await;
    let shown = page(&app, id).await;
    assert!(shown.times.no_zone);
    assert_eq!(
        (shown.times.theirs.as_str(), shown.times.mine.as_deref()),
        (
            "Fri, 27 Nov 2026, 14:00 – 14:30",
            Some("Fri, 27 Nov 2026, 15:00 – 15:30")
        )
    );
    approved(&app, id).await;
    assert_eq!(events(&app)[0].start.to_rfc3339(), "2026-11-27T14:00:00+00:00");
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_can_come_later(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    let form = ApproveRequest {
        generate: None,
        ..form(&app, id).await
    };
    approve(&app, &form).await.unwrap();
    assert_eq!(approve(&app, &form).await.unwrap(), id, "the same form again");
    let shown = page(&app, id).await;
    assert!(shown.meeting.is_none() && shown.interaction.is_none() && shown.join_url.is_none());
    assert_eq!(shown.technicians.as_deref(), Some("Tomas Berg"));
    assert!(shown.work.unwrap().can_generate && events(&app).is_empty());
    assert_eq!(mails_to(&app, "ada@acme.example").await.len(), 1);

    app.advance(90);
    generate(&app, id).await.unwrap();
    app.assert_agreement().await;
    let shown = page(&app, id).await;
    assert_eq!(shown.join_url, events(&app)[0].join_url);
    assert!(shown.interaction.is_some() && !shown.work.unwrap().can_generate);
    assert_eq!(
        code(generate(&app, id).await),
        ErrorCode::Decided,
        "there is one already"
    );
    let mails = mails_to(&app, "ada@acme.example").await;
    assert_eq!(mails.len(), 2);
    assert!(
        mails.iter().any(|mail| mail.contains("SEQUENCE:90")),
        "calendars are told"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_microsoft_refuses_changes_nothing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    let form = form(&app, id).await;
    let refuse = || {
        app.sim.fault(Fault {
            route: Route::CreateEvent,
            skip: 0,
            times: 1,
            answer: FaultAnswer::Canned(CannedAnswer {
                status: Some(403),
                code: Some("ErrorAccessDenied".into()),
                ..CannedAnswer::default()
            }),
        });
    };
    refuse();
    assert_eq!(code(approve(&app, &form).await), ErrorCode::MeetingRefused);
    assert_eq!(page(&app, id).await.status, RequestStatus::Pending);
    assert!(app.mails().await.is_empty());
    approve(&app, &form).await.unwrap();
    assert_eq!(events(&app).len(), 1, "tried again, it is one meeting");

    let other = without_zone(&app).await;
    let form = ApproveRequest {
        generate: Some("on".into()),
        ..self::form(&app, other).await
    };
    refuse();
    assert_eq!(code(approve(&app, &form).await), ErrorCode::MeetingRefused);
    let without = ApproveRequest {
        without_meeting: Some("on".into()),
        ..form
    };
    approve(&app, &without).await.unwrap();
    let shown = page(&app, other).await;
    assert_eq!(shown.status, RequestStatus::Approved);
    assert!(shown.join_url.is_none() && events(&app).len() == 1);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn two_people_decide_at_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    let mine = form(&app, id).await;
    let theirs = page_of(&app, ADMIN, &id.to_string())
        .await
        .unwrap()
        .work
        .unwrap()
        .approve;
    let (one, two) = tokio::join!(approve_as(&app, DISPATCHER, &mine), approve_as(&app, ADMIN, &theirs));
    let (done, told): (Vec<_>, Vec<_>) = [one, two].into_iter().partition(std::result::Result::is_ok);
    assert_eq!((done.len(), told.len()), (1, 1));
    let told = told.into_iter().next().unwrap();
    assert_eq!(code(told), ErrorCode::Decided);
    assert_eq!(events(&app).len(), 1);
    app.assert_agreement().await;
    let decision = page(&app, id).await.decision.unwrap();
    assert!(decision.by.is_some(), "the page says who approved");
    assert_eq!(mails_to(&app, "ada@acme.example").await.len(), 1);

    let other = of_public(&app).await;
    let form = ApproveRequest {
        generate: None,
        ..self::form(&app, other).await
    };
    let (one, two) = tokio::join!(approve(&app, &form), decline(&app, other, "We are full"));
    // Whoever comes second is told, or takes back what was approved before.
    let status = page(&app, other).await.status;
    match (one, two) {
        (Ok(_), Ok(_)) => assert_eq!(status, RequestStatus::Declined),
        (Err(error), Ok(_)) => {
            assert_eq!(error.failure().code, ErrorCode::Decided);
            assert_eq!(status, RequestStatus::Declined);
        }
        (Ok(_), Err(error)) => {
            assert_eq!(error.failure().code, ErrorCode::Decided);
            assert_eq!(status, RequestStatus::Approved);
        }
        (one, two) => panic!("{one:?} {two:?}"),
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn declining_takes_everything_back(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    approved(&app, id).await;
    let first = mails_to(&app, "ada@acme.example").await.len();
    app.advance(60);
    decline(&app, id, "Tomas is <b>ill</b>.").await.unwrap();
    assert!(events(&app).is_empty(), "the event is gone");
    let shown = page(&app, id).await;
    assert_eq!(shown.status, RequestStatus::Declined);
    assert_eq!(shown.decision.unwrap().reason.as_deref(), Some("Tomas is <b>ill</b>."));
    assert!(shown.join_url.is_none() && shown.technicians.is_none());
    assert_eq!(shown.meeting.unwrap().status, MeetingStatus::Cancelled);
    assert!(shown.interaction.is_some(), "the record stays");
    assert_eq!(
        app.count_of("SELECT count(*) FROM schedule_entries WHERE work_item_id = $1", id.0)
            .await,
        0
    );
    let mails = mails_to(&app, "ada@acme.example").await;
    assert_eq!(mails.len(), first + 1);
    let off = mails.iter().find(|mail| mail.contains("METHOD:CANCEL")).unwrap();
    assert!(off.contains("SEQUENCE:60") && off.contains("&lt;b&gt;ill&lt;/b&gt;") && off.contains("is cancelled"));
    assert_eq!(
        mails_to(&app, TECHNICIAN).await.len(),
        2,
        "whoever would have come is told"
    );

    assert_eq!(code(decline(&app, id, "Again").await), ErrorCode::Decided);
    let form = ApproveRequest {
        request_id: id.to_string(),
        ..self::form(&app, of_public(&app).await).await
    };
    assert_eq!(code(approve(&app, &form).await), ErrorCode::Decided);
    assert_eq!(
        code(reschedule(&app, id, "2026-12-01T09:00", "30").await),
        ErrorCode::Decided
    );
    assert_eq!(code(generate(&app, id).await), ErrorCode::Decided);

    let pending = without_zone(&app).await;
    decline(&app, pending, "Not our field").await.unwrap();
    assert_eq!(page(&app, pending).await.status, RequestStatus::Declined);
    let declined = app.mails().await;
    let mail = declined.iter().find(|mail| mail.contains("Not our field")).unwrap();
    assert!(!mail.contains("text/calendar"), "it was in nobody's calendar");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn moving_keeps_the_link(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    reschedule(&app, id, "2026-11-26T11:00", "60").await.unwrap();
    let shown = page(&app, id).await;
    assert_eq!(
        (shown.status, shown.times.theirs.as_str()),
        (RequestStatus::Pending, "Thu, 26 Nov 2026, 11:00 – 12:00")
    );
    // The requester alone hears of it.
    let mails = app.mails().await;
    assert!(
        mails.len() == 1 && mails[0].contains("Your request has another time"),
        "{mails:?}"
    );
    assert!(events(&app).is_empty());

    approved(&app, id).await;
    let link = page(&app, id).await.join_url;
    app.advance(120);
    reschedule(&app, id, "2026-11-27T08:30", "90").await.unwrap();
    app.assert_agreement().await;
    let shown = page(&app, id).await;
    assert_eq!(shown.times.theirs, "Fri, 27 Nov 2026, 08:30 – 10:00");
    assert_eq!(
        (shown.join_url.clone(), shown.join_url),
        (link, events(&app)[0].join_url.clone())
    );
    assert_eq!(events(&app)[0].start.to_rfc3339(), "2026-11-27T13:30:00+00:00");
    let mails = mails_to(&app, "ada@acme.example").await;
    let moved = mails
        .iter()
        .find(|mail| mail.contains("Your appointment has moved"))
        .unwrap();
    assert!(
        moved.contains("SEQUENCE:120") && moved.contains("DTSTART:20261127T133000Z") && moved.contains("Until now:")
    );
    // To where it is already: nothing to do, nobody to tell.
    reschedule(&app, id, "2026-11-27T08:30", "90").await.unwrap();
    assert_eq!(mails_to(&app, "ada@acme.example").await.len(), mails.len());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_old_link_is_kept(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id: RequestId = app
        .id(
            "SELECT appointment_request_id FROM appointment_requests
              WHERE online_meeting_url IS NOT NULL AND online_meeting_id IS NULL AND status = $1",
            "approved",
        )
        .await
        .into();
    let shown = page(&app, id).await;
    assert!(shown.join_url.is_some() && shown.meeting.is_none() && shown.interaction.is_none());
    assert!(!shown.work.unwrap().can_generate);
    assert_eq!(code(generate(&app, id).await), ErrorCode::Decided);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn odd_times_are_refused_by_name(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    let usual = form(&app, id).await;
    let with = |start: &str, minutes: &str| ApproveRequest {
        start: start.into(),
        minutes: minutes.into(),
        ..usual.clone()
    };
    let between = Problem::NotBetween { min: 1, max: 1440 };
    for (start, minutes, field, wanted) in [
        ("2026-11-23T09:00", "30", Field::Start, Problem::Past),
        ("2027-03-14T02:30", "30", Field::Start, Problem::NoSuchTime),
        ("tomorrow", "30", Field::Start, Problem::NotADate),
        ("2026-11-26T09:00", "0", Field::Duration, between.clone()),
        ("2026-11-26T09:00", "-30", Field::Duration, between.clone()),
        ("2026-11-26T09:00", "43200", Field::Duration, between),
    ] {
        let failure = problem(approve(&app, &with(start, minutes)).await);
        assert_eq!(failure, Failure::field(field, wanted.clone()), "{start} {minutes}");
        let failure = problem(reschedule(&app, id, start, minutes).await);
        assert_eq!(failure, Failure::field(field, wanted), "moved to {start} {minutes}");
    }
    let portal = app
        .id("SELECT user_id FROM users WHERE email = $1", "ada@acme.example")
        .await;
    let foreign = app
        .id("SELECT user_id FROM users WHERE email = $1", CONTOSO_ADMIN)
        .await;
    for technician in [portal, foreign, Uuid::from_u128(7)] {
        let form = ApproveRequest {
            technician_id: technician.to_string(),
            ..usual.clone()
        };
        let failure = problem(approve(&app, &form).await);
        assert_eq!(failure, Failure::field(Field::Technician, Problem::Unknown));
    }
    let reason = "x".repeat(domain::MAX_REASON + 1);
    let failure = problem(decline(&app, id, &reason).await);
    assert_eq!(failure, Failure::field(Field::Reason, Problem::TooLong { max: 1000 }));
    assert_eq!(page(&app, id).await.status, RequestStatus::Pending);
    assert!(events(&app).is_empty() && app.mails().await.is_empty());

    // The night that has an hour twice, and the one that lacks one.
    app.execute(
        "UPDATE appointment_requests SET requested_date = '2027-03-14', requested_time = '02:30'
          WHERE requester_timezone = 'America/New_York' AND status = 'pending'",
    )
    .await;
    let shown = page(&app, id).await;
    assert!(shown.times.skipped);
    assert_eq!(shown.times.theirs, "Sun, 14 Mar 2027, 03:30 – 04:30");
    approve(&app, &with("2027-11-07T01:30", "60")).await.unwrap();
    assert_eq!(events(&app)[0].start.to_rfc3339(), "2027-11-07T05:30:00+00:00");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_time_is_looked_up_while_it_is_typed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = of_ada(&app).await;
    let slot = async |start: &str, technician: &str| {
        let grant = app.grant::<may::ScheduleUpdate>(DISPATCHER).await;
        let asked = MoveRequest {
            request_id: id.to_string(),
            start: start.into(),
            minutes: "60".into(),
        };
        appointments::slot(&app.backend, &grant, &asked, technician)
            .await
            .unwrap()
    };
    let tomas = app
        .id("SELECT user_id FROM users WHERE email = $1", TECHNICIAN)
        .await
        .to_string();
    let busy = slot("2026-11-26T09:30", &tomas).await;
    assert_eq!(busy.conflicts.len(), 1);
    assert_eq!(busy.conflicts[0].when, "Thu, 26 Nov 2026, 15:00 – 15:45");
    assert_eq!(busy.times.mine.as_deref(), Some("Thu, 26 Nov 2026, 15:30 – 16:30"));
    assert!(
        slot("2026-11-26T09:45", &tomas).await.conflicts.is_empty(),
        "one after the other"
    );
    assert!(
        slot("2026-11-26T09:30", "").await.conflicts.is_empty(),
        "nobody comes yet"
    );
    app.execute("UPDATE schedule_entries SET is_private = true WHERE title = 'Server room visit'")
        .await;
    assert_eq!(slot("2026-11-26T09:30", &tomas).await.conflicts[0].title, "");
    // What recurs is there each time, however long ago it began.
    app.execute(
        "UPDATE schedule_entries
            SET scheduled_start = scheduled_start - interval '35 days', scheduled_end = scheduled_end - interval '35 days',
                is_recurring = true, recurrence_pattern = '{\"frequency\": \"weekly\"}'
          WHERE title = 'Server room visit'",
    )
    .await;
    assert_eq!(slot("2026-11-26T09:30", &tomas).await.conflicts.len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn microsoft_invites_where_the_tenant_wants_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE teams_integrations SET send_meeting_invites = true")
        .await;
    let id = of_ada(&app).await;
    approved(&app, id).await;
    let mut addresses: Vec<String> = events(&app)[0]
        .attendees
        .iter()
        .map(|attendee| attendee["emailAddress"]["address"].as_str().unwrap().to_owned())
        .collect();
    addresses.sort();
    assert_eq!(addresses, ["ada@acme.example", TECHNICIAN]);
    let mails = mails_to(&app, "ada@acme.example").await;
    assert_eq!(mails.len(), 1);
    assert!(
        !mails[0].contains("text/calendar"),
        "Microsoft's invitation is in the calendar"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn letters_are_in_the_reader_s_language(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE contacts SET default_locale = 'de-AT' WHERE email = 'ada@acme.example'")
        .await;
    approved(&app, of_ada(&app).await).await;
    let to_ada = mails_to(&app, "ada@acme.example").await;
    assert!(
        to_ada[0].contains("Do., 26. Nov. 2026, 09:00") || to_ada[0].contains("Do, 26. Nov 2026, 09:00"),
        "{}",
        to_ada[0]
    );
    assert!(to_ada[0].contains("lang=\"de\""));
    let to_tomas = mails_to(&app, TECHNICIAN).await;
    assert!(to_tomas[0].contains("lang=\"en\""));
}
