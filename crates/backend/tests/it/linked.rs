//! Records that are one thing: what is done to one of them is done to all, and to the event at Microsoft.

use backend::{
    Result,
    interactions::{Approval, NewMeeting, NewMeetingEntry, Scheduled, filing},
    linked::{self, Anchor, Ending},
};
use chrono::{DateTime, Utc};
use domain::{ErrorCode, Field, Problem, RequestId, ScheduleEntryId, UserId};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    operations::{cancel, delete, edit, put_meeting_back, undo_cancel},
    test_app::{DISPATCHER, TestApp},
};

/// The request of [`requested`].
pub const REQUEST: Uuid = Uuid::from_u128(0x0a11_0000_0000_4000_8000_0000_0000_0001);

pub fn request() -> Anchor {
    Anchor::Request(REQUEST.into())
}

/// Ada wants a review tomorrow at nine in New York, which is three in Berlin.
pub async fn requested(app: &TestApp) {
    // Nobody of the demo has asked for anything.
    for clear in [
        "UPDATE online_meetings SET appointment_request_id = NULL, schedule_entry_id = NULL",
        "DELETE FROM schedule_entry_assignees",
        "DELETE FROM schedule_entries",
        "DELETE FROM appointment_requests",
    ] {
        app.execute(clear).await;
    }
    app.execute(
        "INSERT INTO appointment_requests (tenant, appointment_request_id, client_id, contact_id, service_id, requested_date,
                                           requested_time, requested_duration, requester_timezone)
         SELECT c.tenant, '0a110000-0000-4000-8000-000000000001', c.client_id, k.contact_name_id, gen_random_uuid(), '2026-11-25',
                '09:00', 30, 'America/New_York'
           FROM clients c JOIN contacts k USING (tenant, client_id) WHERE k.email = 'ada@acme.example'",
    )
    .await;
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A meeting tomorrow from 14:00 UTC, in the technician's schedule.
pub async fn new_meeting(app: &TestApp) -> NewMeeting {
    let actor = app.actor(DISPATCHER).await;
    let mut tx = app.backend.db().begin(actor.scope()).await.unwrap();
    let (type_id, status_id) = filing(&mut tx, true).await.unwrap();
    tx.commit().await.unwrap();
    let technician: UserId = app
        .id("SELECT user_id FROM users WHERE email = $1", "tech@northwind.example")
        .await
        .into();
    NewMeeting {
        created_by: actor.user_id(),
        owner: Some(technician),
        idempotency_key: app.backend.clock().id(),
        client_id: Some(app.client("Acme Manufacturing").await.into()),
        contact_id: Some(app.contact("ada@acme.example").await.into()),
        type_id,
        status_id,
        subject: "Backup review".into(),
        notes: String::new(),
        start: at("2026-11-25T14:00:00Z"),
        end: at("2026-11-25T14:30:00Z"),
        attendees: domain::attendees(["ada@acme.example"]).unwrap(),
        entry: Some(NewMeetingEntry {
            assignee: technician,
            notes: "Bring the report".into(),
            is_private: false,
        }),
        request: None,
        record: None,
    }
}

/// The approval of the request, for an hour later than it was asked for.
pub async fn approval(app: &TestApp) -> NewMeeting {
    NewMeeting {
        start: at("2026-11-25T15:00:00Z"),
        end: at("2026-11-25T15:45:00Z"),
        request: Some(Approval {
            request_id: REQUEST.into(),
        }),
        ..new_meeting(app).await
    }
}

pub async fn schedule(app: &TestApp, new: NewMeeting) -> Result<Scheduled> {
    linked::schedule(&app.backend, app.actor(DISPATCHER).await.scope(), new).await
}

/// In the schedule, with its interaction.
pub async fn planned(app: &TestApp) -> (Scheduled, domain::Saved) {
    let new = new_meeting(app).await;
    let client_id = new.client_id.unwrap();
    let scheduled = schedule(app, new).await.unwrap();
    let saved = domain::Saved {
        interaction_id: scheduled.interaction_id.unwrap(),
        client_id,
        join_url: scheduled.join_url.clone(),
    };
    (scheduled, saved)
}

pub fn entry(scheduled: &Scheduled) -> Anchor {
    Anchor::Entry(scheduled.entry_id.unwrap())
}

/// Moves what belongs to the anchor on the same day: hour and minutes of UTC.
pub async fn move_to(app: &TestApp, anchor: Anchor, start: &str, end: &str) -> Result<()> {
    let actor = app.actor(DISPATCHER).await;
    let times = [start, end].map(|time| at(&format!("2026-11-25T{time}:00Z")));
    let mut tx = app.backend.db().begin(actor.scope()).await?;
    let linked = linked::hold(&app.backend, &mut tx, anchor).await?;
    let told = linked::move_to(&app.backend, &mut tx, actor.user_id(), &linked, times.into()).await?;
    tx.commit().await?;
    linked::prompt(&app.backend, actor.scope(), told).await;
    Ok(())
}

pub async fn end(app: &TestApp, anchor: Anchor, how: Ending<'_>) -> Result<()> {
    let actor = app.actor(DISPATCHER).await;
    let mut tx = app.backend.db().begin(actor.scope()).await?;
    let linked = linked::hold(&app.backend, &mut tx, anchor).await?;
    let told = linked::cancel(&app.backend, &mut tx, actor.user_id(), &linked, how).await?;
    tx.commit().await?;
    linked::prompt(&app.backend, actor.scope(), told).await;
    Ok(())
}

pub fn code<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.unwrap_err().failure().code
}

/// Status of the request, wall clock, minutes, and whether it has an entry and a link.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
pub async fn asked(app: &TestApp) -> (String, String, i32, bool, bool) {
    sqlx::query_as(
        "SELECT status, requested_date || ' ' || requested_time, requested_duration, schedule_entry_id IS NOT NULL,
                online_meeting_url IS NOT NULL
           FROM appointment_requests",
    )
    .fetch_one(&app.pool)
    .await
    .unwrap()
}

fn was(status: &str, wall: &str, minutes: i32, has_entry: bool, has_link: bool) -> (String, String, i32, bool, bool) {
    (status.into(), wall.into(), minutes, has_entry, has_link)
}

async fn entries(app: &TestApp, status: &'static str) -> i64 {
    match status {
        "scheduled" => {
            app.count("SELECT count(*) FROM schedule_entries WHERE status = 'scheduled' AND title = 'Backup review'")
                .await
        }
        "cancelled" => {
            app.count("SELECT count(*) FROM schedule_entries WHERE status = 'cancelled' AND title = 'Backup review'")
                .await
        }
        _ => {
            app.count("SELECT count(*) FROM schedule_entries WHERE title = 'Backup review'")
                .await
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_in_the_schedule_is_one_thing(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let new = new_meeting(&app).await;
    let scheduled = schedule(&app, new.clone()).await.unwrap();
    assert_eq!(
        schedule(&app, new).await.unwrap(),
        scheduled,
        "the same form is the same meeting"
    );
    let row = "SELECT count(*) FROM schedule_entries e
                 JOIN online_meetings m ON m.tenant = e.tenant AND m.schedule_entry_id = e.entry_id
                 JOIN interactions i ON i.tenant = e.tenant AND i.interaction_id = e.work_item_id
                 JOIN schedule_entry_assignees a ON a.tenant = e.tenant AND a.entry_id = e.entry_id
                 JOIN users u ON u.tenant = a.tenant AND u.user_id = a.user_id
                WHERE e.work_item_type = 'interaction' AND e.title = 'Backup review' AND NOT e.is_private
                  AND e.notes = 'Bring the report' || E'\\n\\n' || 'Join Teams Meeting: ' || m.join_url
                  AND m.interaction_id = i.interaction_id AND u.email = 'tech@northwind.example' AND i.user_id = u.user_id";
    assert_eq!(app.count(row).await, 1);
    app.assert_agreement().await;

    // From the schedule.
    move_to(&app, entry(&scheduled), "09:00", "10:00").await.unwrap();
    let event = app.live_events().remove(0);
    assert_eq!(
        (event.start, event.end),
        (at("2026-11-25T09:00:00Z"), at("2026-11-25T10:00:00Z"))
    );
    assert_eq!(event.join_url, scheduled.join_url);
    let [patch] = app.sim.requests_to(Route::UpdateEvent).try_into().unwrap();
    assert!(patch.body["body"].is_null() && patch.body["attendees"].is_null());
    app.assert_agreement().await;
    // To where it is already: nothing is to be told.
    move_to(&app, entry(&scheduled), "09:00", "10:00").await.unwrap();
    assert_eq!(app.sim.requests_to(Route::UpdateEvent).len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_entry_follows_the_interaction(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_, saved) = planned(&app).await;
    edit(&app, &saved, |form| {
        form.title = "Online Meeting: Restore test".into();
        form.start = "2026-11-26T08:00".into();
        form.end = "2026-11-26T08:30".into();
    })
    .await
    .unwrap();
    app.assert_agreement().await;
    let renamed = "SELECT count(*) FROM schedule_entries WHERE title = 'Restore test'";
    assert_eq!(app.count(renamed).await, 1);
    // One that somebody has named otherwise keeps its name.
    app.execute("UPDATE schedule_entries SET title = 'At Acme' WHERE title = 'Restore test'")
        .await;
    edit(&app, &saved, |form| form.title = "Online Meeting: Another".into())
        .await
        .unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM schedule_entries WHERE title = 'At Acme'")
            .await,
        1
    );

    // What Microsoft does not accept can be given up: for all of it.
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(403)).times(99));
    edit(&app, &saved, |form| {
        form.start = "2026-11-27T08:00".into();
        form.end = "2026-11-27T08:30".into();
    })
    .await
    .unwrap();
    let gone = "SELECT count(*) FROM schedule_entries WHERE scheduled_start = '2026-11-27 07:00Z'";
    assert_eq!(app.count(gone).await, 1);
    app.sim.clear_faults();
    put_meeting_back(&app, &saved).await.unwrap();
    assert_eq!(app.count(gone).await, 0);
    app.sweep_to_the_end().await;
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_cancellation_is_seen_everywhere_and_taken_back_everywhere(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (scheduled, saved) = planned(&app).await;
    cancel(&app, &saved, "Off").await.unwrap();
    assert_eq!(
        (entries(&app, "scheduled").await, entries(&app, "cancelled").await),
        (0, 1)
    );
    let refused = move_to(&app, entry(&scheduled), "09:00", "10:00").await;
    assert_eq!(code(refused), ErrorCode::MeetingOver);
    // Another name is the record's own while Microsoft is about to hear that there is no meeting.
    for title in ["Online Meeting: Review", "Online Meeting: Backup review"] {
        edit(&app, &saved, |form| form.title = title.into()).await.unwrap();
    }
    let renamed = "SELECT count(*) FROM meeting_operations WHERE kind = 'retitle'";
    assert_eq!(app.count(renamed).await, 0);
    undo_cancel(&app, &saved).await.unwrap();
    assert_eq!(
        (entries(&app, "scheduled").await, entries(&app, "cancelled").await),
        (1, 0)
    );
    app.assert_agreement().await;

    // By its entry.
    end(&app, entry(&scheduled), Ending::Cancelled { message: Some("Off") })
        .await
        .unwrap();
    end(&app, entry(&scheduled), Ending::Cancelled { message: None })
        .await
        .unwrap();
    app.advance(9);
    app.backend.sweep().await.unwrap();
    let event = app.sim.events().remove(0);
    assert_eq!(
        (event.deleted, event.mails.last().unwrap().comment.as_deref()),
        (true, Some("Off"))
    );
    let again = end(&app, entry(&scheduled), Ending::Cancelled { message: None }).await;
    assert_eq!(code(again), ErrorCode::MeetingOver);
    let moved = move_to(&app, entry(&scheduled), "09:00", "10:00").await;
    assert_eq!(code(moved), ErrorCode::MeetingOver);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_deleted_entry_cancels_and_a_deleted_interaction_takes_all_along(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (scheduled, saved) = planned(&app).await;
    let message = Some("Not needed");
    end(&app, entry(&scheduled), Ending::EntryDeleted { message })
        .await
        .unwrap();
    assert_eq!((entries(&app, "").await, app.live_events().len()), (0, 0));
    let kept = "SELECT count(*) FROM interactions i JOIN online_meetings m USING (tenant, interaction_id)
                 WHERE m.status = 'cancelled' AND i.title = 'Online Meeting: Backup review'";
    assert_eq!(app.count(kept).await, 1);
    let again = end(&app, entry(&scheduled), Ending::EntryDeleted { message }).await;
    assert_eq!(code(again), ErrorCode::NotFound);
    // Without an entry it is a record like any other.
    edit(&app, &saved, |form| {
        form.start = "2026-11-24T08:00".into();
        form.end = "2026-11-24T08:30".into();
    })
    .await
    .unwrap();
    delete(&app, &saved, "").await.unwrap();

    let (scheduled, saved) = planned(&app).await;
    delete(&app, &saved, "").await.unwrap();
    assert_eq!((entries(&app, "").await, app.live_events().len()), (0, 0));
    assert_eq!(
        code(move_to(&app, entry(&scheduled), "09:00", "10:00").await),
        ErrorCode::NotFound
    );
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn work_on_an_interaction_at_another_time_is_not_the_interaction(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (scheduled, saved) = planned(&app).await;
    app.execute(
        "INSERT INTO schedule_entries (tenant, title, work_item_type, work_item_id, scheduled_start, scheduled_end, status)
         SELECT tenant, 'Prepare', 'interaction', interaction_id, '2026-11-25 08:00Z', '2026-11-25 09:00Z', 'Scheduled'
           FROM interactions WHERE title = 'Online Meeting: Backup review'",
    )
    .await;
    let prepare: ScheduleEntryId = app
        .id("SELECT entry_id FROM schedule_entries WHERE title = $1", "Prepare")
        .await
        .into();
    move_to(&app, Anchor::Entry(prepare), "06:00", "07:00").await.unwrap();
    move_to(&app, entry(&scheduled), "10:00", "11:00").await.unwrap();
    let kept =
        "SELECT count(*) FROM schedule_entries WHERE title = 'Prepare' AND scheduled_start = '2026-11-25 06:00Z'";
    assert_eq!(app.count(kept).await, 1);
    app.assert_agreement().await;
    delete(&app, &saved, "").await.unwrap();
    let own = "SELECT count(*) FROM schedule_entries WHERE title = 'Prepare' AND work_item_type = 'ad_hoc' AND work_item_id IS NULL";
    assert_eq!(app.count(own).await, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_approval_writes_everything(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    let scheduled = schedule(&app, approval(&app).await).await.unwrap();
    app.assert_agreement().await;
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-25 10:00:00", 45, true, true)
    );
    let row = "SELECT count(*) FROM appointment_requests r
                 JOIN online_meetings m USING (tenant, appointment_request_id)
                 JOIN schedule_entries e ON e.tenant = r.tenant AND e.entry_id = r.schedule_entry_id
                 JOIN interactions i ON i.tenant = m.tenant AND i.interaction_id = m.interaction_id
                 JOIN users u ON u.tenant = r.tenant AND u.user_id = r.approved_by_user_id
                WHERE e.work_item_type = 'appointment_request' AND e.work_item_id = r.appointment_request_id
                  AND m.schedule_entry_id = e.entry_id AND i.client_id = r.client_id AND r.approved_at = '2026-11-24 10:10Z'
                  AND u.email = 'dispatcher@northwind.example' AND r.online_meeting_provider = 'teams'
                  AND r.online_meeting_url = m.join_url AND r.online_meeting_id = m.provider_meeting_id";
    assert_eq!(app.count(row).await, 1);

    // From the request, from the schedule, from the timeline.
    move_to(&app, request(), "16:00", "16:30").await.unwrap();
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-25 11:00:00", 30, true, true)
    );
    move_to(&app, entry(&scheduled), "04:30", "05:30").await.unwrap();
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-24 23:30:00", 60, true, true)
    );
    app.assert_agreement().await;
    let interaction = Anchor::Interaction(scheduled.interaction_id.unwrap());
    move_to(&app, interaction, "18:00", "18:30").await.unwrap();
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-25 13:00:00", 30, true, true)
    );
    assert_eq!(app.live_events()[0].join_url, scheduled.join_url);
    app.assert_agreement().await;
    // Once approved it cannot be approved again.
    assert_eq!(code(schedule(&app, approval(&app).await).await), ErrorCode::Conflict);

    end(
        &app,
        request(),
        Ending::RequestDeclined {
            reason: "Nobody is free",
        },
    )
    .await
    .unwrap();
    let event = app.sim.events().remove(0);
    assert_eq!(
        (event.deleted, event.mails.last().unwrap().comment.as_deref()),
        (true, Some("Nobody is free"))
    );
    assert_eq!(
        asked(&app).await,
        was("declined", "2026-11-25 13:00:00", 30, false, false)
    );
    assert_eq!(entries(&app, "").await, 0);
    assert_eq!(
        code(move_to(&app, request(), "16:00", "16:30").await),
        ErrorCode::Conflict
    );
    let again = end(&app, request(), Ending::RequestDeclined { reason: "No" }).await;
    assert_eq!(code(again), ErrorCode::Conflict);
    assert_eq!(code(schedule(&app, approval(&app).await).await), ErrorCode::Conflict);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_client_sees_what_became_of_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    let scheduled = schedule(&app, approval(&app).await).await.unwrap();
    let interaction = Anchor::Interaction(scheduled.interaction_id.unwrap());
    let saved = domain::Saved {
        interaction_id: scheduled.interaction_id.unwrap(),
        client_id: app.client("Acme Manufacturing").await.into(),
        join_url: None,
    };
    end(&app, interaction, Ending::Cancelled { message: Some("Off") })
        .await
        .unwrap();
    assert_eq!(
        asked(&app).await,
        was("cancelled", "2026-11-25 10:00:00", 45, true, false)
    );
    undo_cancel(&app, &saved).await.unwrap();
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-25 10:00:00", 45, true, true)
    );
    app.assert_agreement().await;
    end(&app, entry(&scheduled), Ending::EntryDeleted { message: None })
        .await
        .unwrap();
    assert_eq!(
        asked(&app).await,
        was("cancelled", "2026-11-25 10:00:00", 45, false, false)
    );
    assert_eq!(app.live_events().len(), 0);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_took_place_stays_approved(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    let scheduled = schedule(&app, approval(&app).await).await.unwrap();
    app.advance(3 * 24 * 3600);
    end(&app, entry(&scheduled), Ending::EntryDeleted { message: None })
        .await
        .unwrap();
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-25 10:00:00", 45, false, true)
    );
    assert_eq!(app.live_events().len(), 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn whoever_is_no_client_gets_a_meeting_too(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    // A booking from the public page, whose zone nobody knows; the peer has put it in the schedule already.
    app.execute(
        "WITH e AS (INSERT INTO schedule_entries (tenant, title, work_item_type, work_item_id, scheduled_start, scheduled_end, status)
                    SELECT tenant, 'Appointment Request', 'appointment_request', appointment_request_id, '2026-11-25 09:00Z',
                           '2026-11-25 09:30Z', 'Scheduled' FROM appointment_requests RETURNING tenant, entry_id)
         UPDATE appointment_requests r SET client_id = NULL, contact_id = NULL, requester_timezone = NULL, schedule_entry_id = e.entry_id
           FROM e WHERE e.tenant = r.tenant",
    )
    .await;
    let mut new = approval(&app).await;
    (new.client_id, new.contact_id) = (None, None);
    let scheduled = schedule(&app, new.clone()).await.unwrap();
    assert_eq!(scheduled.interaction_id, None);
    assert_eq!(schedule(&app, new).await.unwrap(), scheduled);
    assert_eq!(entries(&app, "").await, 1, "the entry that was there");
    assert_eq!(
        app.count("SELECT count(*) FROM schedule_entries WHERE work_item_type = 'appointment_request'")
            .await,
        1
    );
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-25 15:00:00", 45, true, true)
    );
    app.assert_agreement().await;
    move_to(&app, request(), "16:00", "16:30").await.unwrap();
    app.assert_agreement().await;
    // What Microsoft has not accepted can be seen where the meeting is.
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(403)).times(99));
    move_to(&app, request(), "17:00", "17:30").await.unwrap();
    let actor = app.actor(DISPATCHER).await;
    let mut tx = app.backend.db().read(actor.scope()).await.unwrap();
    for anchor in [request(), entry(&scheduled)] {
        let pending = linked::pending(&app.backend, &mut tx, anchor).await.unwrap().unwrap();
        assert_eq!(pending.trouble, Some(domain::MeetingTrouble::Permission));
    }
    drop(tx);
    app.sim.clear_faults();
    let mut tx = app.backend.db().begin(actor.scope()).await.unwrap();
    let linked = linked::hold(&app.backend, &mut tx, request()).await.unwrap();
    let told = linked::retry(&app.backend, &mut tx, &linked).await.unwrap();
    tx.commit().await.unwrap();
    linked::prompt(&app.backend, actor.scope(), told).await;
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_request_gets_its_meeting_later(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    // Approved elsewhere, where making the meeting failed.
    app.execute(
        "WITH r AS (UPDATE appointment_requests SET status = 'approved', approved_at = '2026-11-20 08:00Z' RETURNING *),
              i AS (INSERT INTO interactions (tenant, client_id, type_id, user_id, title, notes, interaction_date, start_time, end_time)
                    SELECT r.tenant, r.client_id, (SELECT type_id FROM system_interaction_types LIMIT 1), u.user_id, 'Online Meeting: Review',
                           'As agreed', '2026-11-25 14:00Z', '2026-11-25 14:00Z', '2026-11-25 14:30Z'
                      FROM r JOIN users u ON u.tenant = r.tenant AND u.email = 'tech@northwind.example' RETURNING tenant, interaction_id)
         INSERT INTO online_meetings (tenant, subject, start_time, end_time, status, error_code, appointment_request_id, interaction_id)
         SELECT r.tenant, 'Review', '2026-11-25 14:00Z', '2026-11-25 14:30Z', 'failed', 'graph_throttled', r.appointment_request_id,
                i.interaction_id
           FROM r JOIN i USING (tenant)",
    )
    .await;
    let scheduled = schedule(&app, approval(&app).await).await.unwrap();
    assert_eq!(
        app.count(
            "SELECT count(*) FROM online_meetings WHERE status = 'failed' AND appointment_request_id IS NOT NULL"
        )
        .await,
        0
    );
    let row = "SELECT count(*) FROM interactions i JOIN online_meetings m USING (tenant, interaction_id)
                WHERE i.notes = 'As agreed' || E'\\n\\n' || 'Join Teams Meeting: ' || m.join_url AND i.start_time = '2026-11-25 15:00Z'";
    assert_eq!(app.count(row).await, 1);
    let kept = "SELECT count(*) FROM appointment_requests WHERE approved_by_user_id IS NULL AND approved_at = '2026-11-20 08:00Z'";
    assert_eq!(app.count(kept).await, 1, "who approved it stays");
    assert!(scheduled.entry_id.is_some());
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn two_approve_at_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    app.sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::delay(200)));
    let (one, other) = (approval(&app).await, approval(&app).await);
    let twice = one.clone();
    let answers = tokio::join!(schedule(&app, one), schedule(&app, other), schedule(&app, twice));
    let conflicts = [&answers.0, &answers.1, &answers.2]
        .iter()
        .filter(|answer| answer.is_err())
        .count();
    // The same form posted twice is one approval; another one is told.
    assert!(conflicts == 1 || conflicts == 2, "{answers:?}");
    for answer in [answers.0, answers.1, answers.2] {
        if let Err(error) = answer {
            assert_eq!(error.failure().code, ErrorCode::Conflict);
        }
    }
    assert_eq!(app.sim.events().len(), 1, "no second meeting, not even for a moment");
    app.assert_agreement().await;
    assert_eq!(entries(&app, "").await, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_request_is_declined_while_it_is_approved(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    app.sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::delay(500)));
    let declining = async {
        while app.sim.requests_to(Route::CreateEvent).is_empty() {
            tokio::task::yield_now().await;
        }
        end(&app, request(), Ending::RequestDeclined { reason: "" }).await
    };
    let (approved, declined) = tokio::join!(schedule(&app, approval(&app).await), declining);
    approved.unwrap();
    assert_eq!(code(declined), ErrorCode::InProgress);
    app.assert_agreement().await;
    assert_eq!(asked(&app).await.0, "approved");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_refused_can_be_tried_again_or_done_without(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    let before = asked(&app).await;
    app.sim
        .fault(Fault::new(Route::CreateEvent, CannedAnswer::status(403)).times(2));
    let form = approval(&app).await;
    assert_eq!(code(schedule(&app, form.clone()).await), ErrorCode::MeetingRefused);
    assert_eq!(code(schedule(&app, form.clone()).await), ErrorCode::MeetingRefused);
    assert_eq!((asked(&app).await, entries(&app, "").await), (before, 0));
    schedule(&app, form).await.unwrap();
    app.assert_agreement().await;
}

/// Puts the operation back to where a process that is killed after the event leaves it.
async fn die_before_recording(app: &TestApp) {
    for statement in [
        "UPDATE meeting_operations SET state = 'started', leased_until = NULL",
        "DELETE FROM idempotency_keys WHERE interaction_id IN (SELECT interaction_id FROM meeting_operations)",
        "DELETE FROM online_meeting_attendees WHERE meeting_id IN (SELECT meeting_id FROM meeting_operations)",
        "DELETE FROM online_meetings WHERE meeting_id IN (SELECT meeting_id FROM meeting_operations)",
        "DELETE FROM interactions WHERE interaction_id IN (SELECT interaction_id FROM meeting_operations)",
        "DELETE FROM schedule_entry_assignees WHERE entry_id IN (SELECT entry_id FROM schedule_entries WHERE title = 'Backup review')",
        "DELETE FROM schedule_entries WHERE title = 'Backup review'",
        "UPDATE appointment_requests SET status = 'pending', schedule_entry_id = NULL, approved_at = NULL, approved_by_user_id = NULL,
                online_meeting_url = NULL, online_meeting_id = NULL, online_meeting_provider = NULL",
    ] {
        app.execute(statement).await;
    }
    app.advance(60);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_approval_that_was_cut_off_is_finished(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    schedule(&app, approval(&app).await).await.unwrap();
    die_before_recording(&app).await;
    assert_eq!(app.recorded().await.len(), 0);
    assert_eq!(code(schedule(&app, approval(&app).await).await), ErrorCode::Conflict);
    let (one, two) = (app.another_process(), app.another_process());
    let (first, second) = tokio::join!(one.sweep(), two.sweep());
    first.and(second).unwrap();
    assert_eq!((app.recorded().await.len(), entries(&app, "scheduled").await), (1, 1));
    assert_eq!(
        asked(&app).await,
        was("approved", "2026-11-25 10:00:00", 45, true, true)
    );
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_approval_that_was_cut_off_can_be_declined(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    schedule(&app, approval(&app).await).await.unwrap();
    die_before_recording(&app).await;
    end(&app, request(), Ending::RequestDeclined { reason: "" })
        .await
        .unwrap();
    app.sweep_to_the_end().await;
    assert_eq!((app.live_events().len(), app.recorded().await.len()), (0, 0));
    assert_eq!(asked(&app).await.0, "declined");
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_request_that_goes_away_while_its_meeting_is_made_leaves_no_event(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    app.sim
        .fault(Fault::new(Route::OnlineMeetings, CannedAnswer::delay(500)));
    let removed = async {
        while app.sim.requests_to(Route::OnlineMeetings).is_empty() {
            tokio::task::yield_now().await;
        }
        // Not by Minuted, which holds on to it.
        app.execute("UPDATE appointment_requests SET status = 'cancelled'")
            .await;
    };
    let (approved, ()) = tokio::join!(schedule(&app, approval(&app).await), removed);
    assert_eq!(code(approved), ErrorCode::Conflict);
    app.sweep_to_the_end().await;
    assert_eq!(app.live_events().len(), 0);
    assert_eq!(entries(&app, "").await, 0);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_lost_answer_to_an_approval_is_found_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    requested(&app).await;
    app.sim.fault(Fault::new(Route::CreateEvent, FaultAnswer::DropAfter));
    schedule(&app, approval(&app).await).await.unwrap();
    assert_eq!(app.live_events().len(), 1);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn bad_times_and_foreign_records_are_answered(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (scheduled, saved) = planned(&app).await;
    let field = async |start, end| {
        let failure = move_to(&app, entry(&scheduled), start, end)
            .await
            .unwrap_err()
            .failure();
        (failure.fields[0].field, failure.fields[0].problem.clone())
    };
    assert_eq!(field("09:00", "09:00").await, (Field::End, Problem::EndBeforeStart));
    assert_eq!(field("09:00", "08:00").await, (Field::End, Problem::EndBeforeStart));
    let actor = app.actor(DISPATCHER).await;
    for (start, end, expected) in [
        (
            "2026-11-24T09:00:00Z",
            "2026-11-24T09:30:00Z",
            (Field::Start, Problem::Past),
        ),
        (
            "2026-11-25T09:00:00Z",
            "2026-12-25T09:00:00Z",
            (Field::End, Problem::LongerThan { hours: 24 }),
        ),
    ] {
        let mut tx = app.backend.db().begin(actor.scope()).await.unwrap();
        let linked = linked::hold(&app.backend, &mut tx, entry(&scheduled)).await.unwrap();
        let refused = linked::move_to(&app.backend, &mut tx, actor.user_id(), &linked, (at(start), at(end))).await;
        let problem = refused.unwrap_err().failure().fields.remove(0);
        assert_eq!((problem.field, problem.problem), expected);
    }
    let theirs = app.actor(crate::test_app::CONTOSO_ADMIN).await;
    for anchor in [
        entry(&scheduled),
        Anchor::Interaction(saved.interaction_id),
        Anchor::Request(RequestId(Uuid::nil())),
    ] {
        let mut tx = app.backend.db().begin(theirs.scope()).await.unwrap();
        assert_eq!(
            code(linked::hold(&app.backend, &mut tx, anchor).await),
            ErrorCode::NotFound
        );
    }
    // What somebody else has moved meanwhile.
    let mut tx = app.backend.db().begin(actor.scope()).await.unwrap();
    let linked = linked::hold(&app.backend, &mut tx, entry(&scheduled)).await.unwrap();
    let seen = (at("2026-11-25T14:00:00Z"), at("2026-11-25T14:30:00Z"));
    linked.is_still_at(seen).unwrap();
    assert_eq!(code(linked.is_still_at((seen.0, seen.0))), ErrorCode::Conflict);
    drop(tx);
    app.assert_agreement().await;
}
