//! What an operator sees of what is done in the background, and has tried again.

use backend::jobs::{self, Which};
use domain::{Job, JobKind, JobState};
use graph_sim::{CannedAnswer, Fault, Route};
use sqlx::PgPool;

use crate::{
    capture::{held, planned, sweep},
    operations::{ADMIN, move_to},
    test_app::{TestApp, visitor},
};

async fn of(app: &TestApp, kind: JobKind, planned: bool) -> Vec<Job> {
    let which = Which {
        kind: Some(kind),
        planned,
        ..Which::default()
    };
    jobs::list(&app.backend, &which).await.unwrap()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn looks_are_due_planned_failed_and_tried_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = planned(&app).await;
    assert_eq!(of(&app, JobKind::Look, false).await, []);
    let [job] = of(&app, JobKind::Look, true).await.try_into().unwrap();
    assert_eq!(
        (job.state, job.tenant_name.as_str(), job.attempts),
        (JobState::Planned, "Northwind IT", 0)
    );
    crate::capture::to(&app, "2026-11-25T14:30:00Z");
    assert_eq!(of(&app, JobKind::Look, false).await[0].state, JobState::Due);
    app.sim.fault(
        Fault::new(
            Route::Recordings,
            CannedAnswer::refusal(403, "Forbidden", "Missing role permissions on the request"),
        )
        .times(1),
    );
    sweep(&app).await;
    let [job] = of(&app, JobKind::Look, false).await.try_into().unwrap();
    assert_eq!(
        (job.state, job.reason.as_deref()),
        (JobState::Failed, Some("recordings: permission"))
    );
    assert!(job.next.is_some_and(|next| next > app.now()));
    assert!(jobs::retry(&app.backend, &job).await.unwrap());
    assert_eq!(of(&app, JobKind::Look, false).await[0].state, JobState::Due);
    held.captured(&app, 2);
    sweep(&app).await;
    assert_eq!(of(&app, JobKind::Look, false).await, []);
    assert_eq!(held.artifacts(&app).await.len(), 2);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn changes_that_microsoft_refuses_are_tried_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let held = planned(&app).await;
    app.sim.fault(
        Fault::new(
            Route::UpdateEvent,
            CannedAnswer::refusal(403, "ErrorAccessDenied", "No."),
        )
        .times(1),
    );
    move_to(&app, &held.saved, 9).await.unwrap();
    let [job] = of(&app, JobKind::Change, false).await.try_into().unwrap();
    assert_eq!((job.state, job.what.as_str()), (JobState::Failed, "move refused"));
    assert!(job.reason.is_some(), "{job:?}");
    assert!(jobs::retry(&app.backend, &job).await.unwrap());
    app.backend.sweep().await.unwrap();
    assert_eq!(of(&app, JobKind::Change, true).await, []);
    assert!(!jobs::retry(&app.backend, &job).await.unwrap(), "it is done");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn mails_wait_and_are_given_up(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.break_mail();
    let input = domain::ForgotPassword {
        audience: domain::Audience::Staff,
        email: ADMIN.into(),
    };
    backend::accounts::passwords::ask(&app.backend, &visitor(), &input, domain::Language::En)
        .await
        .unwrap();
    let of_mails = async || of(&app, JobKind::Mail, false).await;
    let [job] = of_mails().await.try_into().unwrap();
    assert_eq!((job.state, job.attempts), (JobState::Due, 0));
    app.backend.deliver_mails().await.unwrap();
    let [job] = of_mails().await.try_into().unwrap();
    assert_eq!((job.state, job.attempts), (JobState::Failed, 1));
    assert!(jobs::retry(&app.backend, &job).await.unwrap());
    assert_eq!(of_mails().await[0].state, JobState::Due);
    app.advance(25 * 3600);
    app.backend.deliver_mails().await.unwrap();
    let [job] = of_mails().await.try_into().unwrap();
    assert_eq!((job.state, job.next), (JobState::Failed, None));
    assert!(!jobs::retry(&app.backend, &job).await.unwrap(), "its text is gone");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn subscriptions_and_notifications_are_listed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    held(&app).await;
    app.execute("DELETE FROM teams_subscriptions").await;
    app.execute("DELETE FROM teams_notifications").await;
    app.execute(
        "INSERT INTO teams_subscriptions (tenant, artifact_type, next_attempt_at, attempts, refusal)
         SELECT tenant, 'transcript', '2026-11-30', 3, 'transcripts-off' FROM tenants WHERE client_name = 'Northwind IT'",
    )
    .await;
    app.execute(
        "INSERT INTO teams_notifications (tenant, artifact_type, provider_artifact_id, provider_meeting_id, subscription_id, received_at, next_attempt_at)
         SELECT tenant, 'recording', 'R1', 'M1', 'S1', '2026-11-25', '2026-11-25' FROM tenants WHERE client_name = 'Contoso Care'",
    )
    .await;
    let [subscription] = of(&app, JobKind::Subscription, false).await.try_into().unwrap();
    assert_eq!(
        (subscription.state, subscription.reason.as_deref()),
        (JobState::Failed, Some("transcripts-off"))
    );
    let [notification] = of(&app, JobKind::Notification, false).await.try_into().unwrap();
    assert_eq!(notification.state, JobState::Due);
    assert!(notification.id.ends_with("/recording/R1"));
    for job in [&subscription, &notification] {
        assert!(jobs::retry(&app.backend, job).await.unwrap(), "{job:?}");
    }
    assert_eq!(of(&app, JobKind::Subscription, false).await[0].state, JobState::Due);
    // Of one tenant only.
    let [tenant] = jobs::tenants(&app.backend, "contoso care")
        .await
        .unwrap()
        .try_into()
        .unwrap();
    let which = Which {
        tenant: Some(tenant),
        planned: true,
        ..Which::default()
    };
    let listed = jobs::list(&app.backend, &which).await.unwrap();
    assert!(!listed.is_empty() && listed.iter().all(|job| job.tenant == tenant));
}
