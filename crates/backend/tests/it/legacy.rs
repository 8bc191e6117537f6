//! What others have left behind: meetings that stand only in their request, cancellations half done, and changes without a record.

use backend::{
    access::{
        Grant,
        may::{SettingsRead, SettingsUpdate},
    },
    linked::{self, Ending},
};
use domain::{ErrorCode, MeetingTrouble, StrandedChange};
use graph_sim::{CannedAnswer, Fault, Route, SimMeeting, demo::northwind};
use sqlx::PgPool;

use crate::{
    linked::{asked, at, code, end, move_to, new_meeting, planned, request, requested, schedule},
    operations::{ADMIN, delete},
    test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp},
};

const DECLINED: Ending<'_> = Ending::RequestDeclined { reason: "Off" };

/// An approved request whose meeting is on no calendar and in no table of meetings.
async fn legacy(app: &TestApp) {
    requested(app).await;
    schedule(app, new_meeting(app).await).await.unwrap();
    for statement in [
        "UPDATE schedule_entries SET work_item_type = 'appointment_request', work_item_id = '0a110000-0000-4000-8000-000000000001'
          WHERE title = 'Backup review'",
        "UPDATE appointment_requests r
            SET status = 'approved', schedule_entry_id = m.schedule_entry_id, online_meeting_provider = 'teams',
                online_meeting_id = m.provider_meeting_id, online_meeting_url = m.join_url
           FROM online_meetings m WHERE m.subject = 'Backup review'",
        "DELETE FROM interactions WHERE title = 'Online Meeting: Backup review'",
        "DELETE FROM online_meeting_attendees",
        "DELETE FROM online_meetings WHERE subject = 'Backup review'",
        "DELETE FROM meeting_operations",
        "DELETE FROM idempotency_keys",
    ] {
        app.execute(statement).await;
    }
    app.sim
        .change_meeting(&standalone(app).id, |meeting| meeting.ical_uid = None);
}

fn standalone(app: &TestApp) -> SimMeeting {
    app.sim
        .meetings()
        .into_iter()
        .find(|meeting| meeting.subject == "Backup review")
        .unwrap()
}

async fn trouble(app: &TestApp) -> Option<MeetingTrouble> {
    let actor = app.actor(DISPATCHER).await;
    let mut tx = app.backend.db().read(actor.scope()).await.unwrap();
    linked::pending(&app.backend, &mut tx, request())
        .await
        .unwrap()
        .unwrap()
        .trouble
}

async fn retry(app: &TestApp) {
    let actor = app.actor(DISPATCHER).await;
    let mut tx = app.backend.db().begin(actor.scope()).await.unwrap();
    let linked = linked::hold(&app.backend, &mut tx, request()).await.unwrap();
    let told = linked::retry(&app.backend, &mut tx, &linked).await.unwrap();
    tx.commit().await.unwrap();
    linked::prompt(&app.backend, actor.scope(), told).await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_legacy_meeting_is_moved_and_cancelled(pool: PgPool) {
    let app = TestApp::start(pool).await;
    legacy(&app).await;
    // It has a meeting, so it gets no second one.
    let again = crate::linked::approval(&app).await;
    assert_eq!(code(schedule(&app, again).await), ErrorCode::Conflict);

    let link = standalone(&app).join_web_url;
    move_to(&app, request(), "16:00", "17:00").await.unwrap();
    let moved = standalone(&app);
    assert_eq!(
        (moved.start, moved.end),
        (at("2026-11-25T16:00:00Z"), at("2026-11-25T17:00:00Z"))
    );
    assert_eq!(
        (moved.join_web_url.as_str(), moved.subject.as_str()),
        (link.as_str(), "Backup review")
    );
    let (status, wall, minutes, ..) = asked(&app).await;
    assert_eq!(
        (status.as_str(), wall.as_str(), minutes),
        ("approved", "2026-11-25 11:00:00", 60)
    );
    let kept = "SELECT count(*) FROM appointment_requests r JOIN online_meetings m USING (tenant, appointment_request_id)
                 WHERE r.online_meeting_url = m.join_url AND m.interaction_id IS NULL AND m.start_time = '2026-11-25 16:00Z'";
    assert_eq!(app.count(kept).await, 1);
    assert!(app.sim.requests_to(Route::UpdateEvent).is_empty());

    end(&app, request(), DECLINED).await.unwrap();
    assert!(standalone(&app).deleted);
    let (status, _, _, has_entry, has_link) = asked(&app).await;
    assert_eq!((status.as_str(), has_entry, has_link), ("declined", false, false));
    assert_eq!(
        app.count("SELECT count(*) FROM online_meetings WHERE status = 'cancelled' AND subject = 'Backup review'")
            .await,
        1
    );
    assert!(app.sim.violations().is_empty(), "{:?}", app.sim.violations());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_legacy_meeting_that_is_not_found_is_not_gone(pool: PgPool) {
    let app = TestApp::start(pool).await;
    legacy(&app).await;
    app.execute(
        "UPDATE teams_integrations SET default_meeting_organizer_object_id = '99999999-9999-4999-8999-999999999999'
          WHERE default_meeting_organizer_upn = 'meetings@northwind.example'",
    )
    .await;
    end(&app, request(), DECLINED).await.unwrap();
    assert!(!standalone(&app).deleted);
    let told = trouble(&app).await;
    assert!(
        matches!(told, Some(MeetingTrouble::MeetingGone | MeetingTrouble::OrganizerGone)),
        "{told:?}"
    );
    app.execute(
        "UPDATE teams_integrations SET default_meeting_organizer_object_id = '33333333-3333-4333-8333-333333333333'
          WHERE default_meeting_organizer_upn = 'meetings@northwind.example'",
    )
    .await;
    retry(&app).await;
    assert!(standalone(&app).deleted);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_legacy_meeting_is_found_by_its_link(pool: PgPool) {
    let app = TestApp::start(pool).await;
    legacy(&app).await;
    app.execute("UPDATE appointment_requests SET online_meeting_id = NULL")
        .await;
    app.sim
        .fault(Fault::new(Route::OnlineMeetings, CannedAnswer::status(503)).times(99));
    move_to(&app, request(), "16:00", "17:00").await.unwrap();
    assert_eq!(trouble(&app).await, Some(MeetingTrouble::Unavailable));
    app.sim.clear_faults();
    retry(&app).await;
    assert_eq!(standalone(&app).start, at("2026-11-25T16:00:00Z"));
    end(&app, request(), DECLINED).await.unwrap();
    assert!(standalone(&app).deleted);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_legacy_meeting_that_took_place_is_left_alone(pool: PgPool) {
    let app = TestApp::start(pool).await;
    legacy(&app).await;
    app.advance(3 * 24 * 3600);
    move_to(&app, request(), "16:00", "17:00").await.unwrap();
    assert_eq!(standalone(&app).start, at("2026-11-25T14:00:00Z"));
    assert_eq!(
        app.count("SELECT count(*) FROM online_meetings WHERE subject = 'Backup review'")
            .await,
        0
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_cancellation_that_was_brought_along_is_taken_up(pool: PgPool) {
    let app = TestApp::start(pool).await;
    planned(&app).await;
    for statement in [
        "UPDATE online_meetings SET status = 'cancel_pending', created_by = NULL WHERE subject = 'Backup review'",
        "DELETE FROM meeting_operations",
    ] {
        app.execute(statement).await;
    }
    let (one, two) = (app.another_process(), app.another_process());
    let (first, second) = tokio::join!(one.sweep(), two.sweep());
    first.and(second).unwrap();
    app.sweep_to_the_end().await;
    assert_eq!(app.live_events().len(), 0);
    assert_eq!(
        app.count("SELECT count(*) FROM online_meetings WHERE status = 'cancelled' AND subject = 'Backup review'")
            .await,
        1
    );
    assert_eq!(
        app.count(
            "SELECT count(*) FROM meeting_operations WHERE kind = 'cancel' AND payload ->> 'subject' = 'Backup review'"
        )
        .await,
        1
    );
}

async fn stranded_of(app: &TestApp, grant: &Grant<SettingsRead>) -> Vec<StrandedChange> {
    backend::settings::teams::page(&app.backend, grant)
        .await
        .unwrap()
        .stranded
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_cannot_be_cancelled_is_seen_although_its_record_is_gone(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_, saved) = planned(&app).await;
    app.sim.change_user(northwind::ORGANIZER_OBJECT_ID, |organizer| {
        organizer.in_calendar_scope = false;
    });
    delete(&app, &saved, "Off").await.unwrap();

    let grant = app.grant::<SettingsRead>(ADMIN).await;
    let [stranded] = stranded_of(&app, &grant).await.try_into().unwrap();
    let operation_id = stranded.operation_id;
    assert_eq!(
        stranded,
        StrandedChange {
            operation_id,
            kind: domain::ChangeKind::Cancel,
            subject: Some("Backup review".into()),
            organizer: Some("meetings@northwind.example".into()),
            when: "Wed, 25 Nov 2026, 15:00".into(),
            trouble: Some(MeetingTrouble::MailboxScope),
            next: "Tue, 24 Nov 2026, 12:10".into(),
            attempts: 1,
        }
    );
    let theirs = app.grant::<SettingsRead>(CONTOSO_ADMIN).await;
    assert!(stranded_of(&app, &theirs).await.is_empty());
    let id = operation_id.to_string();
    let theirs = app.grant::<SettingsUpdate>(CONTOSO_ADMIN).await;
    assert_eq!(
        code(backend::stranded::retry(&app.backend, &theirs, &id).await),
        ErrorCode::NotFound
    );

    let ours = app.grant::<SettingsUpdate>(ADMIN).await;
    backend::stranded::retry(&app.backend, &ours, &id).await.unwrap();
    assert_eq!(stranded_of(&app, &grant).await[0].attempts, 2);
    app.sim.change_user(northwind::ORGANIZER_OBJECT_ID, |organizer| {
        organizer.in_calendar_scope = true;
    });
    backend::stranded::retry(&app.backend, &ours, &id).await.unwrap();
    assert!(stranded_of(&app, &grant).await.is_empty());
    assert_eq!(app.live_events().len(), 0);
    for gone in [id.as_str(), "nonsense"] {
        assert_eq!(
            code(backend::stranded::retry(&app.backend, &ours, gone).await),
            ErrorCode::NotFound
        );
    }
    // What is on its way and what has a record are not among them.
    let (_, saved) = planned(&app).await;
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(403)).times(2));
    move_to(
        &app,
        linked::Anchor::Interaction(saved.interaction_id),
        "09:00",
        "10:00",
    )
    .await
    .unwrap();
    assert!(stranded_of(&app, &grant).await.is_empty());
    delete(&app, &saved, "").await.unwrap();
}
