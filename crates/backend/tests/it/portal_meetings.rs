//! Clients cancel meetings that staff have made with them, and ask for another time; staff answer.

use backend::{
    PortalActor, Result,
    access::may::{InteractionUpdate, ScheduleRead},
    appointments, interactions, portal,
};
use domain::{
    ErrorCode, Failure, Field, InteractionMeeting, MeetingId, MeetingStatus, News, Problem, Saved,
    portal::{CancelAppointment, PortalItem, PortalPage, PortalState, SlotQuery, WishTime},
};
use graph_sim::MailKind;
use sqlx::PgPool;

use crate::{
    linked, live, operations,
    portal_changed::{code, mails},
    test_app::{DISPATCHER, TestApp},
};

const ADA: &str = "ada@acme.example";
const BO: &str = "bo@acme.example";
const CY: &str = "cy@globex.example";
const TECHNICIAN: &str = "tech@northwind.example";

/// The day after tomorrow at 15:00 in Berlin, with Ada; staff invite nobody through Microsoft.
async fn meeting(app: &TestApp, attendees: &[&str]) -> (Saved, MeetingId) {
    let form = domain::QuickAdd {
        title: "Migration plan".into(),
        start: "2026-11-26T15:00".into(),
        end: "2026-11-26T15:30".into(),
        attendees: attendees.iter().map(|&address| address.to_owned()).collect(),
        more_attendees: String::new(),
        ..app.meeting().await
    };
    let saved = app.add(&form).await.unwrap();
    let id = app
        .id(
            "SELECT meeting_id FROM online_meetings WHERE subject = $1",
            "Migration plan",
        )
        .await;
    (saved, id.into())
}

async fn page(app: &TestApp, actor: &PortalActor, id: MeetingId) -> PortalPage {
    portal::meeting(&app.backend, actor, &id.to_string(), portal::Kept::default())
        .await
        .unwrap()
}

async fn cancel(app: &TestApp, actor: &PortalActor, id: MeetingId, reason: &str) -> Result<PortalItem, Failure> {
    let form = CancelAppointment {
        meeting_id: id.to_string(),
        reason: reason.into(),
        ..CancelAppointment::default()
    };
    portal::cancel(&app.backend, actor, &form)
        .await
        .map_err(backend::Error::failure)
}

async fn wish(app: &TestApp, actor: &PortalActor, id: MeetingId, start: &str) -> Result<(PortalItem, bool), Failure> {
    let form = WishTime {
        meeting_id: id.to_string(),
        start: start.into(),
        note: "A <b>trade</b> fair".into(),
        ..WishTime::default()
    };
    portal::wish(&app.backend, actor, &form)
        .await
        .map_err(backend::Error::failure)
}

async fn choose(app: &TestApp, actor: &PortalActor, id: MeetingId) -> Result<domain::portal::AskPage, Failure> {
    let query = SlotQuery {
        day: "2026-12-01".into(),
        ..SlotQuery::default()
    };
    portal::wish_page(&app.backend, actor, ("", &id.to_string()), &query, None)
        .await
        .map_err(backend::Error::failure)
}

async fn answer(app: &TestApp, saved: &Saved, start: &str, follow: bool) -> Result<(), Failure> {
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    let id = saved.interaction_id.to_string();
    interactions::answer_wish(&app.backend, &grant, &id, start, follow)
        .await
        .map(drop)
        .map_err(backend::Error::failure)
}

async fn shown(app: &TestApp, saved: &Saved) -> InteractionMeeting {
    operations::shown(app, saved).await
}

/// The number in the navigation.
async fn pending(app: &TestApp) -> u32 {
    app.forget(DISPATCHER).await;
    backend::sessions::viewer(&app.actor(DISPATCHER).await).pending_requests
}

async fn waiting(app: &TestApp) -> Vec<domain::WishRow> {
    let grant = app.grant::<ScheduleRead>(DISPATCHER).await;
    let all = domain::RequestQuery::default();
    let list = appointments::list(&app.backend, &grant, &all).await;
    list.unwrap().wishes
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_client_cancels_what_staff_have_made(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (saved, id) = meeting(&app, &[BO]).await;
    let (ada, bo, cy) = (app.portal(ADA).await, app.portal(BO).await, app.portal(CY).await);
    let before = page(&app, &bo, id).await;
    assert_eq!(before.state, PortalState::Confirmed);
    let rule = before.rule.unwrap();
    assert!(rule.is_open && !rule.is_pending);
    assert_eq!((rule.hours, rule.until.as_str()), (24, "Wed, 25 Nov 2026, 15:00"));
    assert_eq!(before.cancelling.meeting_id, id.to_string());
    assert_eq!(code(cancel(&app, &cy, id, "").await), ErrorCode::NotFound);
    assert_eq!(
        cancel(&app, &bo, id, "\u{7}").await,
        Err(Failure::field(Field::Reason, Problem::NotText))
    );
    assert_eq!(app.live_events().len(), 1);

    let item = PortalItem::Meeting(id);
    let (once, twice) = tokio::join!(
        cancel(&app, &bo, id, "We <b>moved</b>"),
        cancel(&app, &bo, id, "We <b>moved</b>")
    );
    assert_eq!((once, twice), (Ok(item), Ok(item)), "twice is once");
    app.sweep_to_the_end().await;
    assert!(app.live_events().is_empty(), "Microsoft has cancelled it");
    let events = app.sim.events();
    let told: Vec<_> = events
        .iter()
        .flat_map(|event| &event.mails)
        .filter(|mail| mail.kind == MailKind::Cancellation)
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    app.assert_agreement().await;

    let after = page(&app, &bo, id).await;
    assert_eq!((after.state, after.is_by_viewer), (PortalState::Cancelled, true));
    assert_eq!(after.reason.as_deref(), Some("We <b>moved</b>"));
    assert!(after.decided.is_some() && after.rule.is_none() && after.calendar.is_none());
    // Of the others of the client it is not they who did it; it cannot be cancelled once more.
    assert!(!page(&app, &ada, id).await.is_by_viewer);
    assert_eq!(code(cancel(&app, &ada, id, "").await), ErrorCode::MeetingOver);
    assert_eq!(
        code(wish(&app, &bo, id, "2026-12-01T09:00:00Z").await),
        ErrorCode::MeetingOver
    );
    assert_eq!(code(choose(&app, &bo, id).await), ErrorCode::MeetingOver);

    let staff = shown(&app, &saved).await;
    assert_eq!(staff.status, MeetingStatus::Cancelled);
    let cancelled = staff.cancelled.unwrap();
    assert!(cancelled.is_client && cancelled.by.starts_with("Bo "), "{cancelled:?}");
    assert_eq!(cancelled.reason.as_deref(), Some("We <b>moved</b>"));
    // Microsoft tells Bo, whom it has invited; staff are told by mail.
    assert!(mails(&app, BO, "You have cancelled").await.is_empty());
    let to_staff = mails(&app, DISPATCHER, "Cancelled by the client").await;
    assert_eq!(to_staff.len(), 1);
    assert!(
        to_staff[0].contains("We &lt;b&gt;moved&lt;/b&gt;") && !to_staff[0].contains("text/calendar"),
        "{}",
        to_staff[0]
    );
    assert!(to_staff[0].contains(&format!("/msp/interactions/{}", saved.interaction_id)));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn whom_microsoft_has_not_invited_gets_a_file_that_cancels(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (saved, id) = meeting(&app, &[]).await;
    let (ada, bo) = (app.portal(ADA).await, app.portal(BO).await);
    // It is Ada's; Bo was not invited.
    assert_eq!(code(cancel(&app, &bo, id, "").await), ErrorCode::NotFound);
    cancel(&app, &ada, id, "").await.unwrap();
    app.sweep_to_the_end().await;
    let to_ada = mails(&app, ADA, "You have cancelled").await;
    assert_eq!(to_ada.len(), 1);
    assert!(
        to_ada[0].contains("METHOD:CANCEL") && to_ada[0].contains(&format!("UID:meeting-{id}@")),
        "{}",
        to_ada[0]
    );
    assert_eq!(shown(&app, &saved).await.cancelled.unwrap().reason, None);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn with_its_entry_in_the_schedule(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (scheduled, _) = linked::planned(&app).await;
    let ada = app.portal(ADA).await;
    let id = scheduled.meeting_id.unwrap();
    // Tomorrow at 15:00, in less than 28 hours.
    app.advance(4 * 3600);
    assert!(!page(&app, &ada, id).await.rule.unwrap().is_open);
    assert_eq!(code(cancel(&app, &ada, id, "").await), ErrorCode::ShortNotice);
    assert_eq!(
        code(wish(&app, &ada, id, "2026-12-01T09:00:00Z").await),
        ErrorCode::ShortNotice
    );
    assert_eq!(code(choose(&app, &ada, id).await), ErrorCode::ShortNotice);
    app.assert_agreement().await;
    app.execute(
        "INSERT INTO availability_settings (tenant, setting_type, minimum_notice_hours)
         SELECT tenant, 'general_settings', 4 FROM tenants WHERE client_name = 'Northwind IT'",
    )
    .await;
    cancel(&app, &ada, id, "").await.unwrap();
    app.sweep_to_the_end().await;
    assert!(app.live_events().is_empty());
    let cancelled = "SELECT count(*) FROM schedule_entries WHERE title = 'Backup review' AND status = 'cancelled'";
    assert_eq!(app.count(cancelled).await, 1);
    assert_eq!(mails(&app, TECHNICIAN, "Cancelled by the client").await.len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_wish_is_followed_and_keeps_the_link(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (saved, id) = meeting(&app, &[]).await;
    let (ada, bo, cy) = (app.portal(ADA).await, app.portal(BO).await, app.portal(CY).await);
    let link = app.live_events()[0].join_url.clone();
    let offered = choose(&app, &ada, id).await.unwrap();
    assert!(offered.is_approved && offered.current.is_some());
    assert_eq!(offered.wish.meeting_id, id.to_string());
    for other in [&bo, &cy] {
        assert_eq!(
            code(wish(&app, other, id, "2026-12-01T09:00:00Z").await),
            ErrorCode::NotFound
        );
        assert_eq!(code(choose(&app, other, id).await), ErrorCode::NotFound);
    }
    // A Sunday is not free.
    assert_eq!(
        wish(&app, &ada, id, "2026-11-29T10:00:00Z").await,
        Err(Failure::field(Field::Slot, Problem::SlotTaken))
    );
    let start = offered.slots[0].value.clone();
    let item = PortalItem::Meeting(id);
    let before = pending(&app).await;
    let (_listening, mut open) = live::open_page(&app, DISPATCHER).await;
    assert_eq!(wish(&app, &ada, id, &start).await, Ok((item, true)));
    assert_eq!(live::next(&mut open).await, Some(News::Wish));
    assert_eq!(wish(&app, &ada, id, &start).await, Ok((item, true)), "twice is once");
    let theirs = page(&app, &ada, id).await;
    assert!(
        theirs.times.mine.starts_with("Thursday, 26 November 2026"),
        "it stays until it is moved"
    );
    assert_eq!(theirs.wish.unwrap().note.as_deref(), Some("A <b>trade</b> fair"));
    let to_staff = mails(&app, DISPATCHER, "Another time is wished for").await;
    assert_eq!(to_staff.len(), 1);
    assert!(
        to_staff[0].contains("A &lt;b&gt;trade&lt;/b&gt; fair"),
        "{}",
        to_staff[0]
    );

    let staff = shown(&app, &saved).await.wish.unwrap();
    assert_eq!(
        (staff.by.as_str(), staff.start.as_str()),
        ("Ada Example", start.as_str())
    );
    assert!(staff.when.starts_with("Tue, 1 Dec 2026") && !staff.is_past, "{staff:?}");
    assert_eq!(staff.conflicts, []);
    let rows = waiting(&app).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].of, rows[0].title.as_deref()),
        (domain::WishOf::Meeting(saved.interaction_id), Some("Migration plan"))
    );
    assert_eq!(pending(&app).await, before + 1, "a decision that waits");
    // Staff have something then, which they are told and may still choose.
    for sql in [
        "INSERT INTO schedule_entries (tenant, title, status, work_item_type, scheduled_start, scheduled_end)
         SELECT tenant, 'Vendor call', 'scheduled', 'ad_hoc', wished_start, wished_start + interval '1 hour'
           FROM online_meetings WHERE wished_start IS NOT NULL",
        "INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
         SELECT e.tenant, e.entry_id, i.user_id
           FROM schedule_entries e
           JOIN online_meetings m ON m.tenant = e.tenant AND m.wished_start = e.scheduled_start
           JOIN interactions i ON i.tenant = m.tenant AND i.interaction_id = m.interaction_id",
    ] {
        app.execute(sql).await;
    }
    let conflicts = shown(&app, &saved).await.wish.unwrap().conflicts;
    assert_eq!(conflicts.len(), 1);
    assert!(
        conflicts[0].title == "Vendor call" && conflicts[0].when.starts_with("Tue, 1 Dec"),
        "{conflicts:?}"
    );
    // Somebody looks at an older wish.
    assert_eq!(
        code(answer(&app, &saved, "2026-12-01T04:00:00Z", true).await),
        ErrorCode::Conflict
    );
    answer(&app, &saved, &start, true).await.unwrap();
    answer(&app, &saved, &start, true).await.unwrap();
    app.sweep_to_the_end().await;
    app.assert_agreement().await;
    let events = app.live_events();
    assert_eq!((events.len(), &events[0].join_url), (1, &link), "the same meeting");
    assert_eq!(events[0].start.format("%Y-%m-%dT%H:%M:%SZ").to_string(), start);
    let theirs = page(&app, &ada, id).await;
    assert!(theirs.wish.is_none() && theirs.times.mine.starts_with("Tuesday, 1 December 2026"));
    assert!(waiting(&app).await.is_empty() && shown(&app, &saved).await.wish.is_none());
    assert_eq!(pending(&app).await, before);
    let moved = mails(&app, ADA, "Your appointment has moved").await;
    assert_eq!(moved.len(), 1);
    assert!(
        moved[0].contains("METHOD:REQUEST") && moved[0].contains(&format!("UID:meeting-{id}@")),
        "{}",
        moved[0]
    );

    // Another one, which is not followed.
    let other = choose(&app, &ada, id).await.unwrap().slots.pop().unwrap().value;
    wish(&app, &ada, id, &other).await.unwrap();
    answer(&app, &saved, &other, false).await.unwrap();
    assert!(waiting(&app).await.is_empty());
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
async fn a_wish_ends_with_any_move_and_with_a_cancellation(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (saved, id) = meeting(&app, &[ADA]).await;
    let ada = app.portal(ADA).await;
    let start = choose(&app, &ada, id).await.unwrap().slots[0].value.clone();
    wish(&app, &ada, id, &start).await.unwrap();
    // Staff choose another time by the form of the interaction.
    operations::edit(&app, &saved, |form| {
        form.start = "2026-11-30T10:00".into();
        form.end = "2026-11-30T10:30".into();
    })
    .await
    .unwrap();
    assert!(shown(&app, &saved).await.wish.is_none());
    app.sweep_to_the_end().await;
    assert!(
        mails(&app, ADA, "Your appointment has moved").await.is_empty(),
        "Microsoft tells whom it has invited"
    );
    wish(&app, &ada, id, &start).await.unwrap();
    operations::cancel(&app, &saved, "Not needed").await.unwrap();
    assert!(shown(&app, &saved).await.wish.is_none() && waiting(&app).await.is_empty());
    // Taken back: it takes place, nobody has cancelled it, and there is nothing to answer.
    operations::undo_cancel(&app, &saved).await.unwrap();
    let meeting = shown(&app, &saved).await;
    assert!(meeting.cancelled.is_none() && meeting.wish.is_none());
    operations::cancel(&app, &saved, "Not needed").await.unwrap();
    operations::after_grace(&app).await;
    let cancelled = shown(&app, &saved).await.cancelled.unwrap();
    assert!(!cancelled.is_client);
    assert_eq!(cancelled.reason.as_deref(), Some("Not needed"));
    let theirs = page(&app, &ada, id).await;
    assert_eq!(
        (theirs.is_by_viewer, theirs.reason.as_deref()),
        (false, Some("Not needed"))
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn client_and_staff_at_once_do_one_thing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for _ in 0..8 {
        let (saved, id) = meeting(&app, &[ADA]).await;
        let ada = app.portal(ADA).await;
        let moved = operations::edit(&app, &saved, |form| {
            form.start = "2026-11-30T10:00".into();
            form.end = "2026-11-30T10:30".into();
        });
        let (cancelled, moved) = tokio::join!(cancel(&app, &ada, id, ""), moved);
        cancelled.unwrap();
        if let Err(failure) = moved {
            assert!(
                matches!(
                    failure.code,
                    ErrorCode::MeetingOver | ErrorCode::Conflict | ErrorCode::Invalid
                ),
                "{failure:?}"
            );
        }
        app.sweep_to_the_end().await;
        assert!(app.live_events().is_empty());
        app.assert_agreement().await;
        operations::delete(&app, &saved, "").await.unwrap();
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_belongs_to_a_request_is_changed_by_its_page(pool: PgPool) {
    let app = TestApp::start(pool).await;
    linked::requested(&app).await;
    let scheduled = linked::schedule(&app, linked::approval(&app).await).await.unwrap();
    let ada = app.portal(ADA).await;
    let id = scheduled.meeting_id.unwrap();
    assert!(page(&app, &ada, id).await.rule.is_none());
    assert_eq!(code(cancel(&app, &ada, id, "").await), ErrorCode::NotFound);
    assert_eq!(
        code(wish(&app, &ada, id, "2026-12-01T09:00:00Z").await),
        ErrorCode::NotFound
    );
    app.assert_agreement().await;
}
