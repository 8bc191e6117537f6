//! Notifications that hold what they tell of, encrypted for us.

use chrono::Duration;
use domain::MeetingStatus;
use graph_sim::{Fault, FaultAnswer, Forgery, PathForm, Route, TokenVersion, demo::northwind};
use sqlx::PgPool;

use crate::{capture::Held, listening::Listening, notifications::listening, subscriptions::state};

const CERTIFICATE: &str = include_str!("../certificates/notifications.test.pem");
const NEWER: &str = include_str!("../certificates/notifications-newer.test.pem");
const STORED: &str = "SELECT count(*) FROM teams_notifications";
const OF_THE_ORGANIZER: &str =
    "SELECT count(*) FROM teams_notifications WHERE organizer_user_id = '33333333-3333-4333-8333-333333333333'";

async fn encrypted(pool: PgPool) -> (Listening, Held) {
    let mut app = Listening::start(pool).await;
    app.restart_with(Some(CERTIFICATE));
    let held = listening(&app).await;
    (app, held)
}

/// The certificates of the two subscriptions.
fn certificates(app: &Listening) -> Vec<String> {
    let alive = app.alive().into_iter();
    alive.filter_map(|known| known.certificate_id).collect()
}

async fn count(app: &Listening, outcome: &str) -> i64 {
    let counted = app.counted().await;
    let found = counted.iter().find(|(known, _)| known == outcome);
    found.map_or(0, |(_, count)| *count)
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_encrypted_is_opened(pool: PgPool) {
    let (app, held) = encrypted(pool).await;
    let [one, other] = certificates(&app).try_into().unwrap();
    assert_eq!(one, other);
    assert_eq!(one.len(), 64, "{one}");
    // A path that does not name the organizer: it is in the content alone.
    app.sim
        .change_notifications(|mode| mode.path = PathForm::Communications);
    for (minutes, version) in [(1, TokenVersion::V2), (4, TokenVersion::V1)] {
        app.sim.change_notifications(|mode| mode.token = version);
        held.captured(&app, minutes);
        app.sim.settled().await;
    }
    let body = String::from_utf8(app.heard().pop().unwrap()).unwrap();
    assert!(
        body.contains("encryptedContent") && !body.contains(northwind::ORGANIZER_OBJECT_ID),
        "{body}"
    );
    assert_eq!(app.count(OF_THE_ORGANIZER).await, 4);
    app.turn().await;
    assert_eq!(held.artifacts(&app).await.len(), 4);
    let counts = state(&app).await.counts;
    assert_eq!(
        (counts.received, counts.wrong_content, counts.closed_content),
        (4, 0, 0)
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_forged_is_dropped_and_counted(pool: PgPool) {
    let (app, held) = encrypted(pool).await;
    let forgeries = [
        (Forgery::DataSignature, "tampered"),
        (Forgery::Audience, "wrong-token"),
        (Forgery::Issuer, "wrong-token"),
        (Forgery::Caller, "wrong-token"),
        (Forgery::Tenant, "wrong-token"),
        (Forgery::Expired, "wrong-token"),
        (Forgery::NotYetValid, "wrong-token"),
        (Forgery::UnknownKey, "wrong-token"),
        (Forgery::TokenSignature, "wrong-token"),
        (Forgery::Unsigned, "wrong-token"),
    ];
    for (minutes, (forgery, outcome)) in (1..).zip(forgeries) {
        app.sim.change_notifications(|mode| mode.forgeries = vec![forgery]);
        let before = count(&app, outcome).await;
        held.recorded(&app, minutes);
        app.sim.settled().await;
        assert_eq!(count(&app, outcome).await, before + 1, "{forgery:?}");
        assert_eq!(app.count(STORED).await, 0, "{forgery:?}");
    }
    assert_eq!(app.looks(), 0);
    assert_eq!(state(&app).await.counts.wrong_content, 10);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_cannot_be_opened_is_taken_by_its_ids(pool: PgPool) {
    let (app, held) = encrypted(pool).await;
    let closed = [
        (Forgery::CertificateId, "not-opened"),
        (Forgery::NoDataSignature, "not-opened"),
        (Forgery::NoTokens, "without-token"),
    ];
    for (minutes, (forgery, outcome)) in (1..).zip(closed) {
        app.sim.change_notifications(|mode| mode.forgeries = vec![forgery]);
        held.recorded(&app, minutes);
        app.sim.settled().await;
        assert_eq!(
            count(&app, outcome).await,
            if minutes == 2 { 2 } else { 1 },
            "{forgery:?}"
        );
    }
    app.turn().await;
    assert_eq!(held.artifacts(&app).await.len(), 3);
    assert_eq!(state(&app).await.counts.closed_content, 3);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn microsofts_keys_are_not_waited_for(pool: PgPool) {
    let (app, held) = encrypted(pool).await;
    app.sim.fault(Fault::new(Route::Keys, FaultAnswer::Stall).times(100));
    held.recorded(&app, 1);
    app.sim.settled().await;
    assert_eq!(count(&app, "without-token").await, 1);
    app.turn().await;
    assert_eq!(held.artifacts(&app).await.len(), 1);
    assert_eq!(held.status(&app).await, MeetingStatus::Scheduled);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn another_certificate_makes_other_subscriptions(pool: PgPool) {
    let mut app = Listening::start(pool).await;
    let held = listening(&app).await;
    assert!(certificates(&app).is_empty());
    let ids = |app: &Listening| app.alive().into_iter().map(|known| known.id).collect::<Vec<_>>();
    let (mut before, mut seen) = (ids(&app), Vec::new());
    let rotated = [NEWER, CERTIFICATE].concat();
    for (minutes, setting) in (1..).zip([Some(CERTIFICATE), Some(rotated.as_str()), None]) {
        app.restart_with(setting);
        if minutes > 1 {
            // Another process may know better than this one, and have just made them.
            app.turn().await;
            assert_eq!(ids(&app), before, "too soon");
            app.pass(Duration::minutes(11));
        }
        app.turn().await;
        assert_eq!(app.alive().len(), 2);
        let after = ids(&app);
        assert!(after.iter().all(|id| !before.contains(id)), "{setting:?}");
        before = after;
        seen.push(certificates(&app).first().cloned());
        held.recorded(&app, minutes);
        app.turn().await;
        assert_eq!(held.artifacts(&app).await.len(), usize::try_from(minutes).unwrap());
    }
    assert!(
        seen[0].is_some() && seen[1].is_some() && seen[0] != seen[1] && seen[2].is_none(),
        "{seen:?}"
    );
    let counts = state(&app).await.counts;
    assert_eq!((counts.wrong_content, counts.closed_content), (0, 0));
}
