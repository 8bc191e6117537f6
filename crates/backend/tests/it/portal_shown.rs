//! What portal users see: their own, or, as an administrator of their client, all of the client's, and nothing else.

use backend::{PortalActor, Result, portal};
use domain::{
    ErrorCode,
    portal::{Joining, PortalItem, PortalList, PortalPage, PortalState},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::test_app::TestApp;

const ADA: &str = "ada@acme.example";
const BO: &str = "bo@acme.example";
const CY: &str = "cy@globex.example";
const DEE: &str = "dee@initech.example";
const ADAS: &str =
    "SELECT appointment_request_id FROM appointment_requests r JOIN service_catalog s USING (tenant, service_id)
                      JOIN contacts k ON k.contact_name_id = r.contact_id
                     WHERE k.email = 'ada@acme.example' AND s.service_name = $1 AND requested_date > '2026-11-24'";
const BY_SUBJECT: &str = "SELECT meeting_id FROM online_meetings m JOIN interactions i USING (tenant, interaction_id)
                            JOIN clients c USING (tenant, client_id)
                           WHERE c.client_name = 'Acme Manufacturing' AND m.subject = $1";

async fn list(app: &TestApp, actor: &PortalActor, is_past: bool) -> PortalList {
    portal::list(&app.backend, actor, is_past, "").await.unwrap()
}

async fn request(app: &TestApp, actor: &PortalActor, id: &str) -> Result<PortalPage> {
    portal::request(&app.backend, actor, id, portal::Kept::default()).await
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.unwrap_err().failure().code
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn administrators_see_their_client_s_and_others_their_own(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (ada, bo, cy, dee) = (
        app.portal(ADA).await,
        app.portal(BO).await,
        app.portal(CY).await,
        app.portal(DEE).await,
    );
    let coming = list(&app, &ada, false).await;
    assert!(coming.is_everybodys && coming.zone == "Europe/Berlin");
    let of_ada: Vec<_> = coming
        .rows
        .iter()
        .filter(|row| matches!(row.item, PortalItem::Request(_)))
        .collect();
    assert_eq!(of_ada.len(), 2, "{coming:?}");
    assert_eq!(
        (of_ada[0].state, of_ada[1].state),
        (PortalState::Waiting, PortalState::Confirmed)
    );
    assert_eq!(of_ada[0].whose, None);
    assert!(
        coming.rows.iter().any(|row| row.state == PortalState::Cancelled),
        "cancelled ones, too"
    );
    let times: Vec<_> = coming.rows.iter().map(|row| row.day.full.clone()).collect();
    assert_eq!(times[0], "Wednesday, 25 November 2026", "the soonest first: {times:?}");

    let past = list(&app, &ada, true).await;
    let unanswered = past
        .rows
        .iter()
        .find(|row| row.state == PortalState::Unanswered)
        .unwrap();
    assert_eq!(unanswered.whose.as_deref(), Some("Bo Sample"));
    let of_bo = unanswered.item.id().to_string();
    assert!(past.rows.iter().all(|row| row.join_url.is_none()));

    let id = app.id(ADAS, "Network review").await.to_string();
    for other in [&bo, &cy, &dee] {
        for rows in [list(&app, other, false).await.rows, list(&app, other, true).await.rows] {
            assert!(rows.iter().all(|row| row.item.id().to_string() != id));
        }
        assert_eq!(code(request(&app, other, &id).await), ErrorCode::NotFound);
    }
    assert!(!list(&app, &bo, true).await.is_everybodys);
    assert!(request(&app, &bo, &of_bo).await.is_ok() && request(&app, &ada, &of_bo).await.is_ok());
    assert_eq!(code(request(&app, &cy, &of_bo).await), ErrorCode::NotFound);
    for id in [Uuid::from_u128(7).to_string(), "1".into(), "\u{0}".into()] {
        assert_eq!(code(request(&app, &ada, &id).await), ErrorCode::NotFound, "{id:?}");
        assert_eq!(
            code(portal::meeting(&app.backend, &ada, &id, backend::portal::Kept::default()).await),
            ErrorCode::NotFound,
            "{id:?}"
        );
        assert_eq!(
            code(portal::calendar(&app.backend, &ada, &id, true).await.map(drop)),
            ErrorCode::NotFound
        );
    }
    let shown = request(&app, &ada, &id).await.unwrap();
    assert_eq!(shown.reference.as_deref(), Some(&id.to_uppercase()[..8]));
    assert_eq!(shown.times.mine, "Thursday, 26 November 2026, 15:00 – 16:00");
    assert!(shown.rule.unwrap().is_pending && shown.calendar.is_none() && shown.joining == Joining::None);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_past_goes_on_where_its_page_ends(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "INSERT INTO appointment_requests (tenant, client_id, contact_id, service_id, requested_date, requested_time, requested_duration, status)
         SELECT k.tenant, k.client_id, k.contact_name_id, gen_random_uuid(), '2026-10-01'::date + n / 3, '09:00', 30,
                (ARRAY['approved', 'cancelled'])[1 + n % 2]
           FROM contacts k, generate_series(0, 52) n WHERE k.email = 'bo@acme.example'",
    )
    .await;
    let bo = app.portal(BO).await;
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let page = portal::list(&app.backend, &bo, true, &after).await.unwrap();
        assert!(page.rows.len() <= 20);
        seen.extend(page.rows.iter().map(|row| row.item));
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    let read = seen.len();
    seen.sort();
    seen.dedup();
    let known = app
        .count(
            "SELECT count(*) FROM appointment_requests r JOIN contacts k ON k.contact_name_id = r.contact_id
              WHERE k.email = 'bo@acme.example' AND requested_date < '2026-11-24'",
        )
        .await;
    let meetings = seen
        .iter()
        .filter(|item| matches!(item, PortalItem::Meeting(_)))
        .count();
    assert_eq!(read, seen.len());
    assert_eq!(i64::try_from(read - meetings).unwrap(), known);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_of_staff_is_joined_from_ten_minutes_before_to_its_end(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = app.add(&app.meeting().await).await.unwrap();
    let (ada, bo, cy) = (app.portal(ADA).await, app.portal(BO).await, app.portal(CY).await);
    let id = app.id(BY_SUBJECT, "Backup review").await.to_string();
    let page =
        async |actor: &PortalActor| portal::meeting(&app.backend, actor, &id, backend::portal::Kept::default()).await;
    // Bo is not whom it is about, but was invited.
    for actor in [&ada, &bo] {
        let shown = page(actor).await.unwrap();
        assert_eq!(shown.title.as_deref(), Some("Backup review"));
        assert_eq!((shown.state, shown.is_invited), (PortalState::Confirmed, true));
        assert_eq!(shown.joining, Joining::Later);
        assert!(shown.rule.is_some_and(|rule| rule.is_open && !rule.is_pending));
    }
    assert_eq!(code(page(&cy).await), ErrorCode::NotFound);
    assert_eq!(
        page(&bo).await.unwrap().opens.as_deref(),
        Some("Wed, 25 Nov 2026, 14:50")
    );
    let file = portal::calendar(&app.backend, &bo, &id, true).await.unwrap();
    let text = file.text.replace("\r\n ", "");
    assert!(
        text.contains("METHOD:PUBLISH") && text.contains("DTSTART:20261125T140000Z"),
        "{text}"
    );
    assert!(text.contains(&format!("UID:meeting-{id}@minuted.example")), "{text}");
    let links = page(&bo).await.unwrap().calendar.unwrap();
    assert!(
        links.google.contains("dates=20261125T140000Z%2F20261125T143000Z"),
        "{}",
        links.google
    );
    assert!(
        links.outlook.starts_with("https://outlook.office.com/calendar/") && links.outlook.contains("Backup+review")
    );

    // 11:10 in Berlin the day before.
    let until = |minutes: i64| (27 * 60 + 50 + minutes) * 60;
    app.advance(until(-10));
    assert!(page(&bo).await.unwrap().joining.url().is_some());
    let rows = list(&app, &bo, false).await.rows;
    assert!(
        rows.iter()
            .any(|row| row.item.id().to_string() == id && row.join_url.is_some())
    );
    app.advance(15 * 60);
    assert_eq!(page(&bo).await.unwrap().state, PortalState::Running);
    app.advance(25 * 60);
    let over = page(&bo).await.unwrap();
    assert_eq!((over.state, over.joining), (PortalState::Over, Joining::None));
    assert!(over.calendar.is_none());
    assert_eq!(
        code(portal::calendar(&app.backend, &bo, &id, true).await.map(drop)),
        ErrorCode::NotFound
    );
    let _ = saved;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_cancelled_cannot_be_joined(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let id = app.id(BY_SUBJECT, "Phone system demo").await.to_string();
    let ada = app.portal(ADA).await;
    app.execute("UPDATE online_meetings SET start_time = '2026-11-24T10:12:00Z', end_time = '2026-11-24T10:42:00Z' WHERE subject = 'Phone system demo'")
        .await;
    app.execute("UPDATE interactions SET start_time = '2026-11-24T10:12:00Z', end_time = '2026-11-24T10:42:00Z' WHERE title LIKE '%Phone system demo'")
        .await;
    let shown = portal::meeting(&app.backend, &ada, &id, backend::portal::Kept::default())
        .await
        .unwrap();
    assert_eq!(
        (shown.state, shown.joining.clone()),
        (PortalState::Cancelled, Joining::None)
    );
    assert!(
        !serde_json::to_string(&shown).unwrap().contains("meetup-join"),
        "not even hidden"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn recordings_are_there_only_as_long_as_the_tenant_shows_them(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(
        "INSERT INTO online_meeting_artifacts (tenant, meeting_id, artifact_type, provider_artifact_id, created_date_time, end_date_time)
         SELECT m.tenant, m.meeting_id, 'recording', 'shown', m.start_time, m.start_time + interval '9 minutes'
           FROM online_meetings m WHERE m.subject = 'Licence overview'",
    )
    .await;
    let id = app.id(BY_SUBJECT, "Licence overview").await.to_string();
    let (ada, bo, cy) = (app.portal(ADA).await, app.portal(BO).await, app.portal(CY).await);
    let watch = async |actor: &PortalActor| portal::watch(&app.backend, actor, &id, "").await;
    app.execute("UPDATE teams_integrations SET expose_recordings_in_portal = false")
        .await;
    assert_eq!(
        portal::meeting(&app.backend, &ada, &id, backend::portal::Kept::default())
            .await
            .unwrap()
            .recorded,
        []
    );
    assert_eq!(code(watch(&ada).await), ErrorCode::NotFound);
    app.execute("UPDATE teams_integrations SET expose_recordings_in_portal = true")
        .await;
    let shown = portal::meeting(&app.backend, &ada, &id, backend::portal::Kept::default())
        .await
        .unwrap();
    assert_eq!(shown.recorded.len(), 1);
    let seen = watch(&ada).await.unwrap();
    assert_eq!((seen.session.length, seen.sessions.len()), (Some(540), 1));
    assert!(seen.session.recording.is_some() && seen.reading.is_none());
    assert_eq!(
        code(portal::watch(&app.backend, &ada, &id, "2").await),
        ErrorCode::NotFound
    );
    for other in [&bo, &cy] {
        app.execute("UPDATE interactions SET contact_name_id = NULL WHERE title LIKE '%Licence overview'")
            .await;
        assert_eq!(code(watch(other).await), ErrorCode::NotFound);
    }
    app.execute(
        "UPDATE interactions i SET contact_name_id = k.contact_name_id FROM contacts k
          WHERE k.email = 'bo@acme.example' AND i.client_id = k.client_id AND title LIKE '%Licence overview'",
    )
    .await;
    assert!(watch(&bo).await.is_ok(), "his own");
    app.execute("UPDATE online_meeting_artifacts SET deleted_at = now() WHERE provider_artifact_id = 'shown'")
        .await;
    assert_eq!(code(watch(&ada).await), ErrorCode::NotFound);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_month_shows_what_the_list_shows_on_the_viewer_s_days(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (ada, cy) = (app.portal(ADA).await, app.portal(CY).await);
    let month = async |actor: &PortalActor, asked: &str| portal::month(&app.backend, actor, asked).await.unwrap();
    let shown = month(&ada, "").await;
    assert_eq!((shown.title.as_str(), shown.days.len()), ("November 2026", 42));
    assert_eq!((shown.before.as_str(), shown.after.as_str()), ("2026-10", "2026-12"));
    assert_eq!(shown.weekdays.first().unwrap(), "Mon");
    let today: Vec<_> = shown.days.iter().filter(|day| day.is_today).collect();
    assert_eq!((today.len(), today[0].full.as_str()), (1, "Tuesday, 24 November 2026"));
    // Each row stands on its day, and all that is to come this month is there.
    let review = app.id(ADAS, "Network review").await;
    let day = shown
        .days
        .iter()
        .find(|day| day.rows.iter().any(|row| row.item.id() == review));
    let day = day.unwrap();
    assert_eq!((day.number, day.full.as_str()), (26, "Thursday, 26 November 2026"));
    let in_month: Vec<_> = shown
        .days
        .iter()
        .flat_map(|day| &day.rows)
        .map(|row| row.item)
        .collect();
    let coming = list(&app, &ada, false).await.rows;
    for row in coming.iter().filter(|row| row.day.month == "Nov") {
        assert!(in_month.contains(&row.item), "{row:?}");
    }
    let others = month(&cy, "2026-11").await;
    assert!(
        others
            .days
            .iter()
            .flat_map(|day| &day.rows)
            .all(|row| !in_month.contains(&row.item))
    );
    assert_eq!(month(&ada, "2027-03").await.title, "March 2027");
    for nonsense in ["x", "2026-13", "9999-12", "\u{0}"] {
        assert_eq!(month(&ada, nonsense).await.title, "November 2026", "{nonsense:?}");
    }
}
