//! Moving, renaming and cancelling a meeting, when Microsoft does as it is told.

use backend::access::may::{InteractionDelete, InteractionRead, InteractionUpdate};
use domain::{
    ChangeKind, EditInteraction, ErrorCode, Failure, Field, InteractionMeeting, MeetingStatus, Problem, Saved,
};
use graph_sim::{CannedAnswer, Fault, MailKind, Route, demo::northwind};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

pub const ADMIN: &str = "admin@northwind.example";
/// As long as a cancellation can be taken back, and a little more.
pub const GRACE: i64 = 9;

/// A meeting tomorrow at 15:00 in Berlin, with Ada and Bo.
pub async fn scheduled(app: &TestApp) -> Saved {
    app.add(&app.meeting().await).await.unwrap()
}

pub async fn form(app: &TestApp, saved: &Saved) -> EditInteraction {
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    backend::interactions::edit_form(&app.backend, &grant, &saved.interaction_id.to_string(), None)
        .await
        .unwrap()
        .values
}

/// Saves the form with what `change` makes different.
pub async fn edit(app: &TestApp, saved: &Saved, change: impl FnOnce(&mut EditInteraction)) -> Result<(), Failure> {
    let mut form = form(app, saved).await;
    change(&mut form);
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    backend::interactions::edit(&app.backend, &grant, &form)
        .await
        .map(drop)
        .map_err(backend::Error::failure)
}

/// To this hour of the same day, for an hour.
pub async fn move_to(app: &TestApp, saved: &Saved, hour: u32) -> Result<(), Failure> {
    edit(app, saved, |form| {
        form.start = format!("2026-11-25T{hour:02}:00");
        form.end = format!("2026-11-25T{:02}:00", hour + 1);
    })
    .await
}

pub async fn retitle(app: &TestApp, saved: &Saved, title: &str) -> Result<(), Failure> {
    edit(app, saved, |form| form.title = title.to_owned()).await
}

macro_rules! on_meeting {
    ($($name:ident),*) => {$(
        pub async fn $name(app: &TestApp, saved: &Saved) -> Result<(), Failure> {
            let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
            backend::interactions::$name(&app.backend, &grant, &saved.interaction_id.to_string())
                .await
                .map(drop)
                .map_err(backend::Error::failure)
        }
    )*};
}
on_meeting!(undo_cancel, retry_meeting, put_meeting_back);

pub async fn cancel(app: &TestApp, saved: &Saved, message: &str) -> Result<(), Failure> {
    let grant = app.grant::<InteractionUpdate>(DISPATCHER).await;
    backend::interactions::cancel_meeting(&app.backend, &grant, &saved.interaction_id.to_string(), message)
        .await
        .map(drop)
        .map_err(backend::Error::failure)
}

pub async fn delete(app: &TestApp, saved: &Saved, message: &str) -> Result<(), Failure> {
    let grant = app.grant::<InteractionDelete>(ADMIN).await;
    backend::interactions::delete(&app.backend, &grant, &saved.interaction_id.to_string(), message)
        .await
        .map(drop)
        .map_err(backend::Error::failure)
}

pub async fn shown(app: &TestApp, saved: &Saved) -> InteractionMeeting {
    let grant = app.grant::<InteractionRead>(DISPATCHER).await;
    backend::interactions::page(&app.backend, &grant, &saved.interaction_id.to_string())
        .await
        .unwrap()
        .meeting
        .unwrap()
}

/// Lets the time for taking back go by, and has Microsoft told.
pub async fn after_grace(app: &TestApp) {
    app.advance(GRACE);
    app.backend.sweep().await.unwrap();
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn whoever_has_no_link_is_told_the_other_ways_in(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    let theirs = app.sim.meetings().pop().unwrap();
    let ways_in = shown(&app, &saved).await.ways_in.unwrap();
    assert_eq!(ways_in.meeting_id.as_deref(), Some(theirs.join_meeting_id.as_str()));
    assert_eq!(ways_in.passcode, theirs.passcode);
    // The simulator lets people dial in where the id is even.
    let id = theirs.join_meeting_id.clone();
    let dialled = id.ends_with(['0', '2', '4', '6', '8']).then_some(id);
    assert_eq!(
        (ways_in.phone.is_some(), ways_in.conference_id),
        (dialled.is_some(), dialled)
    );
    app.advance(10 * 24 * 3600);
    let over = shown(&app, &saved).await;
    assert!(
        over.join_url.is_none() && over.ways_in.is_none(),
        "there is nothing to join any more"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_move_sends_the_times_and_nothing_else(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    let before = app.live_events().remove(0);
    move_to(&app, &saved, 9).await.unwrap();
    let [patch] = app.sim.requests_to(Route::UpdateEvent).try_into().unwrap();
    let mut keys: Vec<&String> = patch.body.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["end", "start"]);
    let event = app.live_events().remove(0);
    assert_eq!(event.start.to_rfc3339(), "2026-11-25T08:00:00+00:00");
    assert_eq!(event.end.to_rfc3339(), "2026-11-25T09:00:00+00:00");
    assert_eq!((&event.join_url, &event.subject), (&before.join_url, &before.subject));
    assert_eq!(saved.join_url, event.join_url);
    assert_eq!(event.mails.last().unwrap().kind, MailKind::Update);
    assert_eq!(event.mails.last().unwrap().to.len(), 2);
    app.assert_agreement().await;
    let meeting = shown(&app, &saved).await;
    assert_eq!((meeting.change, meeting.attendees), (None, 2));
    assert_eq!(meeting.when, "Wed, 25 Nov 2026, 09:00");
    assert_eq!(meeting.join_url, event.join_url);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_new_title_goes_to_the_meeting_if_it_has_another(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    retitle(&app, &saved, "Online Meeting: Restore test").await.unwrap();
    let [patch] = app.sim.requests_to(Route::UpdateEvent).try_into().unwrap();
    assert_eq!(patch.body, serde_json::json!({ "subject": "Restore test" }));
    // Notes, and a title that names the same subject, are none of Microsoft's business.
    edit(&app, &saved, |form| form.notes = "Agenda".into()).await.unwrap();
    retitle(&app, &saved, "Restore test").await.unwrap();
    assert_eq!(app.sim.requests_to(Route::UpdateEvent).len(), 1);
    // Both at once are one change.
    edit(&app, &saved, |form| {
        form.title = "Anything <b>else</b>".into();
        form.start = "2026-11-26T15:00".into();
        form.end = "2026-11-26T15:30".into();
    })
    .await
    .unwrap();
    let patches = app.sim.requests_to(Route::UpdateEvent);
    assert_eq!(patches.len(), 2);
    assert_eq!(patches[1].body["subject"], "Anything <b>else</b>");
    assert!(patches[1].body["start"].is_object() && patches[1].body["body"].is_null());
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_cancelled_meeting_stays_on_record(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    cancel(&app, &saved, " We have to put it off.\r\nSorry! ")
        .await
        .unwrap();
    let meeting = shown(&app, &saved).await;
    assert_eq!((meeting.status, meeting.join_url), (MeetingStatus::CancelPending, None));
    let change = meeting.change.unwrap();
    assert_eq!(
        (change.kind, change.undoable, change.trouble),
        (ChangeKind::Cancel, true, None)
    );
    app.backend.sweep().await.unwrap();
    assert!(
        app.sim.requests_to(Route::CancelEvent).is_empty(),
        "not told before its time"
    );
    // Asked for twice it is one.
    cancel(&app, &saved, "Another text").await.unwrap();

    after_grace(&app).await;
    let event = app.sim.events().remove(0);
    assert!(event.deleted);
    let mail = event.mails.last().unwrap();
    assert_eq!((mail.kind, mail.to.len()), (MailKind::Cancellation, 2));
    assert_eq!(mail.comment.as_deref(), Some("We have to put it off.\nSorry!"));
    let meeting = shown(&app, &saved).await;
    assert_eq!((meeting.status, meeting.is_live), (MeetingStatus::Cancelled, false));
    assert_eq!((meeting.change, meeting.join_url), (None, None));
    for again in [
        cancel(&app, &saved, "").await,
        undo_cancel(&app, &saved).await,
        retry_meeting(&app, &saved).await,
        put_meeting_back(&app, &saved).await,
    ] {
        assert_eq!(again.unwrap_err().code, ErrorCode::MeetingOver);
    }
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nobody_invited_nobody_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut form = app.meeting().await;
    form.attendees.clear();
    form.more_attendees.clear();
    let saved = app.add(&form).await.unwrap();
    cancel(&app, &saved, "").await.unwrap();
    after_grace(&app).await;
    assert_eq!(app.sim.requests_to(Route::DeleteEvent).len(), 1);
    assert!(app.sim.requests_to(Route::CancelEvent).is_empty());
    // Where there is something to say it is cancelled, and deleted if Exchange does not take that for a meeting.
    form.idempotency_key = app.form().await.values.idempotency_key.clone();
    let saved = app.add(&form).await.unwrap();
    app.sim.fault(Fault::new(
        Route::CancelEvent,
        CannedAnswer::refusal(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. You need to be an organizer to cancel a meeting.",
        ),
    ));
    cancel(&app, &saved, "Off").await.unwrap();
    after_grace(&app).await;
    assert_eq!(app.sim.requests_to(Route::DeleteEvent).len(), 2);
    assert_eq!(app.live_events().len(), 0);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_cancellation_can_be_taken_back_for_a_moment(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    cancel(&app, &saved, "").await.unwrap();
    app.advance(7);
    app.backend.sweep().await.unwrap();
    undo_cancel(&app, &saved).await.unwrap();
    let meeting = shown(&app, &saved).await;
    assert_eq!((meeting.status, meeting.change), (MeetingStatus::Scheduled, None));
    assert!(meeting.join_url.is_some());
    app.advance(60);
    app.backend.sweep().await.unwrap();
    assert!(app.sim.requests_to(Route::CancelEvent).is_empty());
    app.assert_agreement().await;
    // It was taken back, so there is nothing to take back any more.
    undo_cancel(&app, &saved).await.unwrap();
    assert_eq!(shown(&app, &saved).await.status, MeetingStatus::Scheduled);

    // Microsoft is being told while somebody takes it back.
    cancel(&app, &saved, "").await.unwrap();
    app.sim.fault(Fault::new(Route::CancelEvent, CannedAnswer::delay(500)));
    app.advance(GRACE);
    let late = async {
        while app.sim.requests_to(Route::CancelEvent).is_empty() {
            tokio::task::yield_now().await;
        }
        undo_cancel(&app, &saved).await
    };
    let (swept, late) = tokio::join!(app.backend.sweep(), late);
    swept.unwrap();
    assert_eq!(late.unwrap_err().code, ErrorCode::TooLate);
    app.assert_agreement().await;
    assert_eq!(app.live_events().len(), 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn taking_back_brings_back_what_was_displaced(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.sim
        .fault(Fault::new(Route::UpdateEvent, CannedAnswer::status(503)).times(99));
    move_to(&app, &saved, 9).await.unwrap();
    cancel(&app, &saved, "").await.unwrap();
    app.sim.clear_faults();
    undo_cancel(&app, &saved).await.unwrap();
    app.sweep_to_the_end().await;
    assert_eq!(
        app.live_events().remove(0).start.to_rfc3339(),
        "2026-11-25T08:00:00+00:00"
    );
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_deleted_interaction_takes_its_meeting_along(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    delete(&app, &saved, "Project stopped").await.unwrap();
    let event = app.sim.events().remove(0);
    assert!(event.deleted);
    assert_eq!(event.mails.last().unwrap().comment.as_deref(), Some("Project stopped"));
    for rows in [
        "SELECT count(*) FROM online_meetings WHERE subject = 'Backup review'",
        "SELECT count(*) FROM online_meeting_attendees",
        "SELECT count(*) FROM interactions WHERE title LIKE '%Backup review'",
    ] {
        assert_eq!(app.count(rows).await, 0, "{rows}");
    }
    assert_eq!(delete(&app, &saved, "").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(cancel(&app, &saved, "").await.unwrap_err().code, ErrorCode::NotFound);
    app.assert_agreement().await;

    // In the moment in which a cancellation could be taken back: it cannot any more, and is told at once.
    let saved = scheduled(&app).await;
    cancel(&app, &saved, "First").await.unwrap();
    delete(&app, &saved, "").await.unwrap();
    assert_eq!(app.live_events().len(), 0);
    let comments = app
        .sim
        .events()
        .into_iter()
        .filter_map(|mut event| event.mails.pop()?.comment);
    assert_eq!(comments.collect::<Vec<_>>(), ["Project stopped", "First"]);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_took_place_stays_in_the_calendar(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.advance(3 * 24 * 3600);
    for over in [cancel(&app, &saved, "").await, retry_meeting(&app, &saved).await] {
        assert_eq!(over.unwrap_err().code, ErrorCode::MeetingOver);
    }
    // The record of what was can be corrected, and is Minuted's own.
    move_to(&app, &saved, 9).await.unwrap();
    delete(&app, &saved, "").await.unwrap();
    assert!(app.sim.requests_to(Route::UpdateEvent).is_empty() && app.sim.requests_to(Route::DeleteEvent).is_empty());
    assert_eq!(app.live_events().len(), 1);
}

type Edit = fn(&mut EditInteraction);

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn bad_input_is_answered(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    for (message, problem) in [
        ("x".repeat(1001), Problem::TooLong { max: 1000 }),
        ("\u{1}".to_owned(), Problem::NotText),
        ("\u{FFFD}".to_owned(), Problem::NotText),
    ] {
        for refused in [
            cancel(&app, &saved, &message).await,
            delete(&app, &saved, &message).await,
        ] {
            let failure = refused.unwrap_err();
            assert_eq!(
                (failure.fields[0].field, &failure.fields[0].problem),
                (Field::Message, &problem)
            );
        }
    }
    let cases: [(Edit, Field, Problem); 3] = [
        (
            |form| {
                form.start = "2026-11-20T10:00".into();
                form.end = "2026-11-20T11:00".into();
            },
            Field::Start,
            Problem::Past,
        ),
        (|form| form.end = String::new(), Field::End, Problem::Required),
        (
            |form| form.end = "2026-12-25T10:00".into(),
            Field::End,
            Problem::LongerThan { hours: 24 },
        ),
    ];
    for (change, field, problem) in cases {
        let failure = edit(&app, &saved, change).await.unwrap_err();
        assert_eq!((failure.fields[0].field, &failure.fields[0].problem), (field, &problem));
    }
    // While it is being cancelled it stays where it is.
    cancel(&app, &saved, "").await.unwrap();
    let failure = move_to(&app, &saved, 9).await.unwrap_err();
    assert_eq!(failure.fields[0].problem, Problem::FollowsMeeting);
    undo_cancel(&app, &saved).await.unwrap();
    assert_eq!(app.live_events().remove(0).subject, "Backup review");
    assert!(app.sim.requests_to(Route::UpdateEvent).is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn another_tenants_meeting_is_not_there(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    let id = saved.interaction_id.to_string();
    let theirs = app.grant::<InteractionUpdate>(CONTOSO_ADMIN).await;
    for id in [id.as_str(), "nonsense", ""] {
        let refused = [
            backend::interactions::cancel_meeting(&app.backend, &theirs, id, "").await,
            backend::interactions::undo_cancel(&app.backend, &theirs, id).await,
            backend::interactions::retry_meeting(&app.backend, &theirs, id).await,
            backend::interactions::put_meeting_back(&app.backend, &theirs, id).await,
        ];
        for answer in refused {
            assert_eq!(answer.unwrap_err().failure().code, ErrorCode::NotFound);
        }
    }
    assert_eq!(shown(&app, &saved).await.status, MeetingStatus::Scheduled);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn each_meeting_keeps_its_own_organizer(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.execute("UPDATE teams_integrations SET default_meeting_organizer_upn = 'other@northwind.example', default_meeting_organizer_object_id = '99999999-9999-4999-8999-999999999999'")
        .await;
    move_to(&app, &saved, 9).await.unwrap();
    cancel(&app, &saved, "").await.unwrap();
    after_grace(&app).await;
    for route in [Route::UpdateEvent, Route::CancelEvent] {
        let [request] = app.sim.requests_to(route).try_into().unwrap();
        assert!(
            request.path.contains(northwind::ORGANIZER_OBJECT_ID),
            "{}",
            request.path
        );
    }
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_without_an_event_goes_through_teams(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.execute(
        "UPDATE online_meetings SET provider_event_id = NULL, organizer_user_id = NULL WHERE subject = 'Backup review'",
    )
    .await;
    move_to(&app, &saved, 9).await.unwrap();
    let meeting = app
        .sim
        .meetings()
        .into_iter()
        .find(|meeting| meeting.subject == "Backup review")
        .unwrap();
    assert_eq!(meeting.start.to_rfc3339(), "2026-11-25T08:00:00+00:00");
    retitle(&app, &saved, "Online Meeting: Restore test").await.unwrap();
    cancel(&app, &saved, "").await.unwrap();
    after_grace(&app).await;
    let meeting = app
        .sim
        .meetings()
        .into_iter()
        .find(|known| known.id == meeting.id)
        .unwrap();
    assert!(meeting.deleted && meeting.subject == "Restore test");
    assert_eq!(shown(&app, &saved).await.status, MeetingStatus::Cancelled);
    assert!(app.sim.requests_to(Route::CancelEvent).is_empty());

    // Gone already is as good.
    let saved = scheduled(&app).await;
    app.execute(
        "UPDATE online_meetings SET provider_event_id = NULL WHERE status = 'scheduled' AND subject = 'Backup review'",
    )
    .await;
    for meeting in app.sim.meetings() {
        app.sim.change_meeting(&meeting.id, |meeting| meeting.deleted = true);
    }
    cancel(&app, &saved, "").await.unwrap();
    after_grace(&app).await;
    assert_eq!(shown(&app, &saved).await.status, MeetingStatus::Cancelled);
    assert!(app.sim.requests_to(Route::DeleteOnlineMeeting).len() == 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_microsoft_never_had_is_cancelled_at_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.execute("UPDATE online_meetings SET provider_event_id = NULL, provider_meeting_id = NULL, join_url = NULL WHERE subject = 'Backup review'")
        .await;
    cancel(&app, &saved, "").await.unwrap();
    assert_eq!(shown(&app, &saved).await.status, MeetingStatus::Cancelled);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn one_moves_while_another_cancels(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for _ in 0..4 {
        let saved = scheduled(&app).await;
        let (moved, cancelled) = tokio::join!(move_to(&app, &saved, 9), cancel(&app, &saved, ""));
        cancelled.unwrap();
        if let Err(failure) = moved {
            assert_eq!(failure.fields[0].problem, Problem::FollowsMeeting, "the other is told");
        }
        after_grace(&app).await;
        app.sweep_to_the_end().await;
        assert_eq!(shown(&app, &saved).await.status, MeetingStatus::Cancelled);
        app.assert_agreement().await;
        app.advance(-app.now().timestamp() + 1_795_515_000);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn two_processes_tell_microsoft_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    let (first, second) = tokio::join!(cancel(&app, &saved, ""), cancel(&app, &saved, ""));
    first.and(second).unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM meeting_operations WHERE kind = 'cancel'")
            .await,
        1
    );
    app.advance(GRACE);
    let (one, two) = (app.another_process(), app.another_process());
    let (first, second) = tokio::join!(one.sweep(), two.sweep());
    first.and(second).unwrap();
    assert_eq!(app.sim.requests_to(Route::CancelEvent).len(), 1);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn no_transaction_is_open_while_a_change_is_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    app.sim.fault(Fault::new(Route::UpdateEvent, CannedAnswer::delay(600)));
    let watch = async {
        while app.sim.requests_to(Route::UpdateEvent).is_empty() {
            tokio::task::yield_now().await;
        }
        app.count(
            "SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .await
    };
    let (moved, open) = tokio::join!(move_to(&app, &saved, 9), watch);
    moved.unwrap();
    assert_eq!(open, 0);
    app.assert_agreement().await;
}
