//! Clients cancel, and ask for another time; staff decide about it.

use backend::{PortalActor, Result, access::may, appointments, portal};
use domain::{
    ErrorCode, Failure, Field, MoveRequest, Problem, RequestId, RequestPage, RequestQuery, RequestStatus, WishOf,
    WishRow,
    portal::{CancelAppointment, PortalPage, PortalState, SlotQuery, WishTime},
};
use sqlx::PgPool;

use crate::test_app::{DISPATCHER, TestApp};

const ADA: &str = "ada@acme.example";
const BO: &str = "bo@acme.example";
const CY: &str = "cy@globex.example";
const ADAS: &str =
    "SELECT appointment_request_id FROM appointment_requests r JOIN service_catalog s USING (tenant, service_id)
                      JOIN contacts k ON k.contact_name_id = r.contact_id
                     WHERE k.email = 'ada@acme.example' AND s.service_name = $1 AND requested_date > '2026-11-24'";

/// Ada's request for Thursday at 15:00 in Berlin, by Tomas. Nobody has decided about it.
async fn pending(app: &TestApp) -> RequestId {
    app.id(ADAS, "Network review").await.into()
}

/// The same, approved with a Teams meeting.
async fn approved(app: &TestApp) -> RequestId {
    let id = pending(app).await;
    let form = staff_page(app, id).await.work.unwrap().approve;
    let grant = app.grant::<may::ScheduleUpdate>(DISPATCHER).await;
    appointments::approve(&app.backend, &grant, &form).await.unwrap();
    id
}

async fn staff_page(app: &TestApp, id: RequestId) -> RequestPage {
    let grant = app.grant::<may::ScheduleRead>(DISPATCHER).await;
    let kept = appointments::Kept::default();
    appointments::page(&app.backend, &grant, &id.to_string(), kept)
        .await
        .unwrap()
}

async fn waiting(app: &TestApp) -> Vec<WishRow> {
    let grant = app.grant::<may::ScheduleRead>(DISPATCHER).await;
    let all = RequestQuery::default();
    let list = appointments::list(&app.backend, &grant, &all).await;
    list.unwrap().wishes
}

/// The number in the navigation.
async fn decisions(app: &TestApp, who: &str) -> u32 {
    app.forget(who).await;
    backend::sessions::viewer(&app.actor(who).await).pending_requests
}

async fn page(app: &TestApp, actor: &PortalActor, id: RequestId) -> PortalPage {
    let kept = portal::Kept::default();
    portal::request(&app.backend, actor, &id.to_string(), kept)
        .await
        .unwrap()
}

async fn cancel(app: &TestApp, actor: &PortalActor, id: RequestId, reason: &str) -> Result<RequestId, Failure> {
    let form = CancelAppointment {
        request_id: id.to_string(),
        reason: reason.into(),
        ..CancelAppointment::default()
    };
    portal::cancel(&app.backend, actor, &form)
        .await
        .map(|item| item.id().into())
        .map_err(backend::Error::failure)
}

async fn wish(app: &TestApp, actor: &PortalActor, id: RequestId, start: &str) -> Result<(RequestId, bool), Failure> {
    let form = WishTime {
        request_id: id.to_string(),
        start: start.into(),
        note: "A <b>trade</b> fair".into(),
        ..WishTime::default()
    };
    portal::wish(&app.backend, actor, &form)
        .await
        .map(|(item, is_asked)| (item.id().into(), is_asked))
        .map_err(backend::Error::failure)
}

pub fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> ErrorCode {
    result.unwrap_err().code
}

/// The mails to somebody with this in their subject.
pub async fn mails(app: &TestApp, address: &str, subject: &str) -> Vec<String> {
    let line =
        |mail: &str, name: &str, text: &str| mail.lines().any(|line| line.starts_with(name) && line.contains(text));
    let all = app.mails().await;
    let is_it = |mail: &String| line(mail, "To:", address) && line(mail, "Subject:", subject);
    all.into_iter().filter(is_it).collect()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_client_cancels_a_meeting_everywhere(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = approved(&app).await;
    let (ada, bo, cy) = (app.portal(ADA).await, app.portal(BO).await, app.portal(CY).await);
    assert_eq!(app.live_events().len(), 1);
    let shown = page(&app, &ada, id).await;
    assert_eq!(shown.state, PortalState::Confirmed);
    let rule = shown.rule.unwrap();
    assert!(rule.is_open && !rule.is_pending);
    assert_eq!((rule.hours, rule.until.as_str()), (24, "Wed, 25 Nov 2026, 15:00"));
    for other in [&bo, &cy] {
        assert_eq!(code(cancel(&app, other, id, "").await), ErrorCode::NotFound);
    }
    let long = "x".repeat(1001);
    assert_eq!(
        cancel(&app, &ada, id, &long).await,
        Err(Failure::field(Field::Reason, Problem::TooLong { max: 1000 }))
    );

    cancel(&app, &ada, id, "We <b>moved</b>").await.unwrap();
    app.sweep_to_the_end().await;
    assert_eq!(cancel(&app, &ada, id, "").await, Ok(id), "twice is once");
    assert!(app.live_events().is_empty(), "Microsoft has cancelled it");
    let shown = page(&app, &ada, id).await;
    assert_eq!((shown.state, shown.is_by_viewer), (PortalState::Cancelled, true));
    assert_eq!(shown.reason.as_deref(), Some("We <b>moved</b>"));
    assert!(shown.joining.url().is_none() && shown.rule.is_none() && shown.calendar.is_none());
    let staff = staff_page(&app, id).await;
    assert_eq!(staff.status, RequestStatus::Cancelled);
    let decision = staff.decision.unwrap();
    assert_eq!(
        (decision.by.as_deref(), decision.reason.as_deref()),
        (Some("Ada Example"), Some("We <b>moved</b>"))
    );
    assert!(staff.interaction.is_some(), "the record stays");
    assert!(staff.technicians.is_none(), "the entry has left the schedule");
    let to_ada = mails(&app, ADA, "You have cancelled").await;
    assert_eq!(to_ada.len(), 1);
    assert!(
        to_ada[0].contains("METHOD:CANCEL") && to_ada[0].contains("We &lt;b&gt;moved&lt;/b&gt;"),
        "{}",
        to_ada[0]
    );
    assert_eq!(
        mails(&app, "tech@northwind.example", "Cancelled by the client")
            .await
            .len(),
        1
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_begins_soon_only_the_provider_changes(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = approved(&app).await;
    let ada = app.portal(ADA).await;
    // From Tuesday, 11:10, to Wednesday, 15:01.
    app.advance((27 * 60 + 51) * 60);
    assert!(!page(&app, &ada, id).await.rule.unwrap().is_open);
    assert_eq!(code(cancel(&app, &ada, id, "").await), ErrorCode::ShortNotice);
    assert_eq!(
        code(wish(&app, &ada, id, "2026-11-30T08:00:00Z").await),
        ErrorCode::ShortNotice
    );
    assert_eq!(app.live_events().len(), 1);
    assert_eq!(staff_page(&app, id).await.status, RequestStatus::Approved);
    app.execute(
        "INSERT INTO availability_settings (tenant, setting_type, minimum_notice_hours)
         SELECT tenant, 'general_settings', 4 FROM tenants WHERE client_name = 'Northwind IT'",
    )
    .await;
    cancel(&app, &ada, id, "").await.unwrap();
    app.sweep_to_the_end().await;
    assert!(app.live_events().is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_nobody_has_decided_about_is_cancelled_at_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = pending(&app).await;
    let ada = app.portal(ADA).await;
    cancel(&app, &ada, id, "").await.unwrap();
    assert_eq!(page(&app, &ada, id).await.state, PortalState::Cancelled);
    assert_eq!(
        mails(&app, "dispatcher@northwind.example", "Cancelled by the client")
            .await
            .len(),
        1
    );
    let mail = mails(&app, ADA, "You have cancelled").await;
    assert!(
        mail.len() == 1 && !mail[0].contains("text/calendar"),
        "it never was in a calendar"
    );
    let declined = app
        .id(
            "SELECT appointment_request_id FROM appointment_requests WHERE status = $1 LIMIT 1",
            "declined",
        )
        .await;
    assert_eq!(code(cancel(&app, &ada, declined.into(), "").await), ErrorCode::NotFound);
    assert_eq!(
        code(wish(&app, &ada, id, "2026-11-30T08:00:00Z").await),
        ErrorCode::Decided
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_wish_is_followed_by_moving_and_keeps_the_link(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = approved(&app).await;
    let ada = app.portal(ADA).await;
    let query = SlotQuery {
        day: "2026-12-01".into(),
        ..SlotQuery::default()
    };
    let choose = portal::wish_page(&app.backend, &ada, (&id.to_string(), ""), &query, None)
        .await
        .unwrap();
    assert!(choose.is_approved && choose.current.is_some());
    let link = app.live_events()[0].join_url.clone();
    // A Sunday is not free.
    assert_eq!(
        wish(&app, &ada, id, "2026-11-29T10:00:00Z").await,
        Err(Failure::field(Field::Slot, Problem::SlotTaken))
    );
    let start = choose.slots[0].value.clone();
    let before = decisions(&app, DISPATCHER).await;
    assert_eq!(wish(&app, &ada, id, &start).await, Ok((id, true)));
    assert_eq!(wish(&app, &ada, id, &start).await, Ok((id, true)), "twice is once");
    let shown = page(&app, &ada, id).await;
    assert_eq!(
        shown.times.mine, "Thursday, 26 November 2026, 15:00 – 16:00",
        "it stays until it is moved"
    );
    assert_eq!(shown.wish.unwrap().note.as_deref(), Some("A <b>trade</b> fair"));
    assert_eq!(
        mails(&app, "tech@northwind.example", "Another time is wished for")
            .await
            .len(),
        1
    );

    let wishes = waiting(&app).await;
    assert_eq!(wishes.len(), 1);
    assert_eq!(
        (wishes[0].of, wishes[0].title.as_deref(), wishes[0].by.as_str()),
        (WishOf::Appointment(id), Some("Network review"), "Ada Example")
    );
    assert!(
        wishes[0].when.contains("26 Nov") && wishes[0].wished.contains("1 Dec"),
        "{wishes:?}"
    );
    assert_eq!(decisions(&app, DISPATCHER).await, before + 1, "a decision that waits");
    assert_eq!(
        decisions(&app, "finance@northwind.example").await,
        0,
        "and not for everybody"
    );

    let staff = staff_page(&app, id).await;
    let wished = staff.wish.clone().unwrap();
    assert!(wished.times.mine.unwrap().starts_with("Tue, 1 Dec 2026"));
    let grant = app.grant::<may::ScheduleUpdate>(DISPATCHER).await;
    let form: MoveRequest = staff.work.unwrap().moving;
    appointments::reschedule(&app.backend, &grant, &form).await.unwrap();
    app.sweep_to_the_end().await;
    let shown = page(&app, &ada, id).await;
    assert!(shown.wish.is_none() && shown.times.mine.starts_with("Tuesday, 1 December 2026"));
    let events = app.live_events();
    assert_eq!((events.len(), &events[0].join_url), (1, &link), "the same meeting");
    assert!(waiting(&app).await.is_empty());
    assert_eq!(decisions(&app, DISPATCHER).await, before);
    assert_eq!(mails(&app, ADA, "Your appointment has moved").await.len(), 1);

    // Another wish, which is not followed.
    wish(&app, &ada, id, "2026-12-02T10:00:00Z").await.unwrap();
    appointments::keep_time(&app.backend, &grant, &id.to_string())
        .await
        .unwrap();
    assert!(staff_page(&app, id).await.wish.is_none());
    assert_eq!(mails(&app, ADA, "Your appointment stays as it is").await.len(), 1);
    assert!(
        page(&app, &ada, id)
            .await
            .times
            .mine
            .starts_with("Tuesday, 1 December 2026")
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_nobody_has_decided_about_moves_at_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = pending(&app).await;
    let (ada, bo) = (app.portal(ADA).await, app.portal(BO).await);
    assert_eq!(
        code(wish(&app, &bo, id, "2026-12-01T09:00:00Z").await),
        ErrorCode::NotFound
    );
    assert_eq!(wish(&app, &ada, id, "2026-12-01T09:00:00Z").await, Ok((id, false)));
    let shown = page(&app, &ada, id).await;
    assert_eq!((shown.state, shown.wish), (PortalState::Waiting, None));
    assert_eq!(shown.times.mine, "Tuesday, 1 December 2026, 10:00 – 11:00");
    // On the wall of whoever asked, in New York.
    assert_eq!(
        staff_page(&app, id).await.times.theirs,
        "Tue, 1 Dec 2026, 04:00 – 05:00"
    );
    // The same time once more moves nothing, and is told to nobody.
    assert_eq!(wish(&app, &ada, id, "2026-12-01T09:00:00Z").await, Ok((id, false)));
    let to_staff = mails(&app, "dispatcher@northwind.example", "Other time for a request").await;
    assert_eq!(to_staff.len(), 1);
    assert!(
        to_staff[0].contains("Until now: Thu, 26 Nov 2026") && !to_staff[0].contains("text/calendar"),
        "{}",
        to_staff[0]
    );
    assert_eq!(mails(&app, ADA, "You have changed the time").await.len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn client_and_staff_at_once_do_one_thing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = pending(&app).await;
    let ada = app.portal(ADA).await;
    let form = staff_page(&app, id).await.work.unwrap().approve;
    let grant = app.grant::<may::ScheduleUpdate>(DISPATCHER).await;
    let approve = async {
        appointments::approve(&app.backend, &grant, &form)
            .await
            .map_err(backend::Error::failure)
    };
    let (cancelled, approved) = futures::future::join(cancel(&app, &ada, id, ""), approve).await;
    app.sweep_to_the_end().await;
    let status = staff_page(&app, id).await.status;
    match (&cancelled, &approved) {
        // Either order is one; both can succeed where the approval came first.
        (Ok(_), _) => assert_eq!(
            (status, app.live_events().len()),
            (RequestStatus::Cancelled, 0),
            "{approved:?}"
        ),
        (Err(_), Ok(_)) => assert_eq!(
            (status, app.live_events().len()),
            (RequestStatus::Approved, 1),
            "{cancelled:?}"
        ),
        (Err(_), Err(_)) => panic!("{cancelled:?} {approved:?}"),
    }
}
