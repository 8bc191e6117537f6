//! Having Teams record a meeting by itself.

use backend::access::may::SettingsUpdate;
use domain::{MeetingTrouble, SaveTeamsOptions};
use graph_sim::{CannedAnswer, Fault, Route, demo::northwind};
use sqlx::PgPool;

use crate::{
    linked::{new_meeting, schedule},
    operations::{ADMIN, scheduled, shown},
    test_app::TestApp,
};

const RECORDS: SaveTeamsOptions = SaveTeamsOptions {
    records: true,
    invites: false,
    downloads: false,
    tenant_wide: false,
};

fn is_recorded(app: &TestApp) -> bool {
    app.sim.meetings().last().unwrap().record_automatically
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_is_recorded_as_the_tenant_or_whoever_makes_it_says(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = scheduled(&app).await;
    assert!(!is_recorded(&app), "nobody wants it");
    assert!(app.sim.requests_to(Route::UpdateOnlineMeeting).is_empty());
    assert_eq!(shown(&app, &saved).await.recording_trouble, None);

    let mut new = new_meeting(&app).await;
    new.record = Some(true);
    schedule(&app, new).await.unwrap();
    assert!(is_recorded(&app));
    let [patch] = app.sim.requests_to(Route::UpdateOnlineMeeting).try_into().unwrap();
    assert_eq!(
        patch.body,
        serde_json::json!({ "recordAutomatically": true, "allowTranscription": true })
    );

    let admin = app.grant::<SettingsUpdate>(ADMIN).await;
    backend::settings::teams::save_options(&app.backend, &admin, RECORDS)
        .await
        .unwrap();
    scheduled(&app).await;
    assert!(is_recorded(&app));
    let mut new = new_meeting(&app).await;
    new.record = Some(false);
    schedule(&app, new).await.unwrap();
    assert!(!is_recorded(&app));
    let noted = "SELECT count(*) FROM online_meetings WHERE record_automatically AND recording_trouble IS NULL";
    assert_eq!(app.count(noted).await, 2);
    app.assert_agreement().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_form_begins_with_what_the_tenant_wants_and_decides(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let admin = app.grant::<SettingsUpdate>(ADMIN).await;
    assert_eq!(app.form().await.values.record, None);
    let mut form = app.meeting().await;
    form.record_offered = Some("on".into());
    form.record = Some("on".into());
    app.add(&form).await.unwrap();
    assert!(is_recorded(&app), "somebody wants it");

    backend::settings::teams::save_options(&app.backend, &admin, RECORDS)
        .await
        .unwrap();
    assert_eq!(app.form().await.values.record.as_deref(), Some("on"));
    let mut form = app.meeting().await;
    form.record_offered = Some("on".into());
    form.record = None;
    app.add(&form).await.unwrap();
    assert!(!is_recorded(&app), "somebody does not");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_refusal_is_a_warning(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute("UPDATE teams_integrations SET record_automatically = true")
        .await;
    // Without the transcript it works.
    app.sim
        .fault(Fault::new(Route::UpdateOnlineMeeting, CannedAnswer::status(400)));
    let saved = scheduled(&app).await;
    assert!(is_recorded(&app));
    assert_eq!(shown(&app, &saved).await.recording_trouble, None);

    app.sim
        .fault(Fault::new(Route::UpdateOnlineMeeting, CannedAnswer::status(403)).times(2));
    let saved = scheduled(&app).await;
    assert_eq!(
        shown(&app, &saved).await.recording_trouble,
        Some(MeetingTrouble::Permission)
    );
    app.sim
        .fault(Fault::new(Route::UpdateOnlineMeeting, CannedAnswer::status(503)).times(99));
    let saved = scheduled(&app).await;
    assert_eq!(
        shown(&app, &saved).await.recording_trouble,
        Some(MeetingTrouble::Unavailable)
    );
    app.sim.clear_faults();

    // Without a Teams policy the meeting is not even found.
    app.sim.change_user(northwind::ORGANIZER_OBJECT_ID, |organizer| {
        organizer.teams_policy = false;
    });
    let saved = scheduled(&app).await;
    assert!(saved.join_url.is_some());
    assert_eq!(
        shown(&app, &saved).await.recording_trouble,
        Some(MeetingTrouble::Permission)
    );
    app.assert_agreement().await;
}
