//! Subscriptions at Microsoft, when it does as it is asked.

use backend::access::may::SettingsRead;
use chrono::Duration;
use domain::{NotSubscribed, SubscriptionState, Subscriptions};
use graph_sim::{End, LifecycleEvent, Route, demo::northwind};
use sqlx::PgPool;

use crate::{listening::Listening, test_app::TestApp};

pub const ADMIN: &str = "admin@northwind.example";

pub async fn state(app: &TestApp) -> Subscriptions {
    let grant = app.grant::<SettingsRead>(ADMIN).await;
    backend::subscriptions::state(&app.backend, &grant).await.unwrap()
}

pub fn of_organizer(id: &str) -> [String; 2] {
    ["getAllRecordings", "getAllTranscripts"].map(|all| format!("users/{id}/onlineMeetings/{all}"))
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn each_tenant_has_its_two(pool: PgPool) {
    let app = Listening::start(pool).await;
    assert_eq!(state(&app).await.recordings.state, SubscriptionState::None);
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    assert_eq!(app.sim.subscriptions().len(), 4, "two of each tenant");
    for made in app.sim.subscriptions() {
        let life = made.expires - made.created;
        assert!(life > Duration::hours(70) && life < Duration::hours(72), "{life}");
        assert!(made.notification_url.ends_with("/api/teams/webhooks/recordings"));
        let lifecycle = made.lifecycle_url.unwrap();
        assert!(lifecycle.ends_with("/api/teams/webhooks/lifecycle"));
        let secret = made.client_state.unwrap();
        assert!((40..=128).contains(&secret.len()) && made.certificate_id.is_none());
    }
    let secrets: std::collections::HashSet<_> = app
        .sim
        .subscriptions()
        .into_iter()
        .map(|made| made.client_state)
        .collect();
    assert_eq!(secrets.len(), 4, "each has its own");
    assert!(app.sim.violations().is_empty());
    // The ids and the expiry are where the peer has them; the secrets are not, and nowhere in clear.
    let kept = "SELECT string_agg(concat_ws(' ', recordings_subscription_id, transcripts_subscription_id), ' ')
                  FROM teams_integrations WHERE recordings_subscription_expires_at > '2026-11-27' AND meeting_artifact_webhook_secret IS NULL";
    let kept = app.text(kept).await;
    assert!(app.sim.subscriptions().iter().all(|made| kept.contains(&made.id)));
    let sealed = "SELECT count(*) FROM tenant_secrets WHERE name LIKE 'teams_subscription_%'";
    assert_eq!(app.count(sealed).await, 4);
    let state = state(&app).await;
    assert_eq!(
        (state.none, state.recordings.state, state.transcripts.state),
        (None, SubscriptionState::Active, SubscriptionState::Active)
    );
    assert_eq!(state.recordings.renewed.as_deref(), Some("11:10"));
    assert!(state.recordings.expires.unwrap().starts_with("Fri, 27 Nov 2026"));
    assert_eq!((state.recordings.trouble, state.recordings.notified), (None, None));
    // Nothing is left to do.
    let before = app.sim.requests().len();
    app.turn().await;
    assert_eq!(app.sim.requests().len(), before);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn they_never_lapse_in_a_week(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let made = app.sim.subscriptions();
    let mut most = 0;
    for _ in 0..(7 * 8) {
        app.pass(Duration::hours(3));
        let before = app.asked(Route::UpdateSubscription);
        app.turn().await;
        most = most.max(app.asked(Route::UpdateSubscription) - before);
        assert_eq!(app.alive().len(), 2, "at {}", app.now());
        let left = app
            .alive()
            .into_iter()
            .map(|alive| alive.expires - app.now())
            .min()
            .unwrap();
        assert!(left > Duration::hours(44), "{left} are left at {}", app.now());
    }
    assert_eq!(app.sim.subscriptions().len(), made.len(), "the same ones all the time");
    let renewals = app.asked(Route::UpdateSubscription);
    assert!((4 * 7..=4 * 9).contains(&renewals), "{renewals}");
    assert!(most <= 4 && app.sim.violations().is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_microsoft_has_removed_is_made_anew(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let [recordings, transcripts] = app.alive().try_into().unwrap();
    // One without a word, one with.
    assert!(app.sim.vanish(&recordings.id));
    assert!(
        app.sim
            .send_lifecycle(&transcripts.id, LifecycleEvent::SubscriptionRemoved)
    );
    app.pass(Duration::minutes(2));
    app.turn().await;
    let resources = app.resources();
    assert_eq!(
        resources,
        of_organizer(northwind::ORGANIZER_OBJECT_ID)[1..],
        "the one that was told of"
    );
    app.pass(Duration::hours(25));
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    let ids: Vec<String> = app.alive().into_iter().map(|alive| alive.id).collect();
    assert!(!ids.contains(&recordings.id) && !ids.contains(&transcripts.id));
    // Nothing is left of the old ones.
    let routes = "SELECT count(*) FROM teams_subscription_routes";
    assert_eq!(app.count(routes).await, 4);
    let sealed = "SELECT count(*) FROM tenant_secrets WHERE name LIKE 'teams_subscription_%'";
    assert_eq!(app.count(sealed).await, 4);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn they_are_reauthorized_when_microsoft_asks(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let [recordings, _] = app.alive().try_into().unwrap();
    app.pass(Duration::hours(2));
    assert!(
        app.sim
            .send_lifecycle(&recordings.id, LifecycleEvent::ReauthorizationRequired)
    );
    assert!(app.alive()[0].awaiting_reauthorization);
    app.turn().await;
    let [renewed, _] = app.alive().try_into().unwrap();
    assert!(!renewed.awaiting_reauthorization && renewed.id == recordings.id);
    assert_eq!(app.asked(Route::UpdateSubscription), 1);
    // The same again, and again: not more than one renewal a minute comes of it.
    for _ in 0..5 {
        assert!(app.sim.send_lifecycle(&recordings.id, LifecycleEvent::Missed));
        app.turn().await;
    }
    assert_eq!(app.asked(Route::UpdateSubscription), 1);
    app.pass(Duration::minutes(1));
    app.turn().await;
    assert_eq!(app.asked(Route::UpdateSubscription), 2);
    assert!(app.counted().await.contains(&("lifecycle".to_owned(), 6)));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn they_go_with_the_connection(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let first = app.alive();
    // Another organizer.
    app.execute(
        "UPDATE teams_integrations SET default_meeting_organizer_object_id = '77777777-7777-4777-8777-777777777777'
          WHERE default_meeting_organizer_object_id = '33333333-3333-4333-8333-333333333333'",
    )
    .await;
    app.turn().await;
    app.turn().await;
    assert_eq!(app.resources(), of_organizer("77777777-7777-4777-8777-777777777777"));
    let ended = |id: &str| {
        let known = app.sim.subscriptions().into_iter().find(|known| known.id == id);
        known.unwrap().ended
    };
    assert!(first.iter().all(|old| ended(&old.id) == Some(End::Deleted)));
    // All organizers.
    app.execute(
        "UPDATE teams_integrations SET subscribe_tenant_wide = true, default_meeting_organizer_object_id = NULL
          WHERE default_meeting_organizer_object_id = '77777777-7777-4777-8777-777777777777'",
    )
    .await;
    app.turn().await;
    app.turn().await;
    let wide = ["getAllRecordings", "getAllTranscripts"].map(|all| format!("communications/onlineMeetings/{all}"));
    assert_eq!(app.resources(), wide);
    assert!(state(&app).await.is_tenant_wide);
    // Nobody any more.
    app.execute("UPDATE teams_integrations SET install_status = 'not_configured' WHERE subscribe_tenant_wide")
        .await;
    app.turn().await;
    app.turn().await;
    assert_eq!(app.resources(), Vec::<String>::new());
    let state = state(&app).await;
    assert_eq!(
        (state.none, state.recordings.state),
        (Some(NotSubscribed::NotSetUp), SubscriptionState::None)
    );
    assert_eq!(app.count("SELECT count(*) FROM teams_subscriptions_to_end").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM teams_subscription_routes").await, 2);
    // And again.
    app.execute("UPDATE teams_integrations SET install_status = 'active' WHERE subscribe_tenant_wide")
        .await;
    app.turn().await;
    assert_eq!(app.resources(), wide);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn another_app_registration_makes_its_own(pool: PgPool) {
    let app = Listening::start(pool).await;
    app.turn().await;
    let first = app.alive();
    // The same app under another profile.
    app.execute(
        "INSERT INTO microsoft_profiles (tenant, profile_id, display_name, display_name_normalized, client_id, tenant_id, client_secret_ref)
         SELECT tenant, '99999999-0000-4000-8000-000000000001', 'Second', 'second', client_id, tenant_id, client_secret_ref
           FROM microsoft_profiles WHERE client_id = '22222222-2222-4222-8222-222222222222'",
    )
    .await;
    app.execute(
        "UPDATE teams_integrations SET selected_profile_id = '99999999-0000-4000-8000-000000000001'
          WHERE tenant = (SELECT tenant FROM microsoft_profiles WHERE display_name = 'Second')",
    )
    .await;
    app.turn().await;
    app.turn().await;
    assert_eq!(app.resources(), of_organizer(northwind::ORGANIZER_OBJECT_ID));
    let ids: Vec<String> = app.alive().into_iter().map(|alive| alive.id).collect();
    assert!(first.iter().all(|old| !ids.contains(&old.id)));
    assert_eq!(app.count("SELECT count(*) FROM teams_subscriptions_to_end").await, 0);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn there_are_none_where_microsoft_cannot_call(pool: PgPool) {
    let app = TestApp::start_at(pool, graph_sim::SimConfig::demo(), "http://minuted.example/").await;
    app.backend.keep_subscriptions().await.unwrap();
    assert!(app.sim.requests().is_empty(), "nobody is asked");
    assert_eq!(state(&app).await.none, Some(NotSubscribed::NotReachable));
    app.execute("UPDATE teams_integrations SET default_meeting_organizer_object_id = NULL")
        .await;
    assert_eq!(state(&app).await.none, Some(NotSubscribed::NoOrganizer));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn two_processes_make_them_once(pool: PgPool) {
    let app = Listening::start(pool).await;
    let other = app.another_process();
    for _ in 0..3 {
        let (one, two) = tokio::join!(app.backend.keep_subscriptions(), other.keep_subscriptions());
        one.unwrap();
        two.unwrap();
    }
    assert_eq!(app.sim.subscriptions().len(), 4);
    assert_eq!(app.asked(Route::CreateSubscription), 4);
    app.pass(Duration::hours(25));
    let (one, two) = tokio::join!(app.backend.keep_subscriptions(), other.keep_subscriptions());
    one.unwrap();
    two.unwrap();
    assert_eq!(app.asked(Route::UpdateSubscription), 4);
}
