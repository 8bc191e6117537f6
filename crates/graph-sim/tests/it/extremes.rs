//! Numbers and times that no calendar holds.

use graph_sim::{CannedAnswer, Fault, Route, demo::northwind};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

const HUGE: [u64; 4] = [u64::MAX, i64::MAX as u64, 9_000_000_000_000_000, 9_000_000_000_000];

#[tokio::test]
async fn waits_and_lives_of_any_length() {
    let mut world = world().await;
    for seconds in HUGE {
        let answer = CannedAnswer::status(429).retry_after(seconds);
        world.sim.fault(Fault::new(Route::Users, answer));
        assert_eq!(world.get(&format!("/users/{USER}")).await.status, 429, "{seconds}");
        world
            .sim
            .change_app(northwind::CLIENT_ID, |app| app.expires_in = seconds);
        world.renew().await;
        assert_eq!(
            world.get(&format!("/users/{USER}/calendar")).await.status,
            200,
            "{seconds}"
        );
    }
}

#[tokio::test]
async fn the_clock_stays_within_the_calendar() {
    let world = world().await;
    for moved in [
        json!({ "advance_seconds": i64::MAX }),
        json!({ "advance_seconds": i64::MIN }),
        json!({ "advance_seconds": 8_000_000_000_000_i64 }),
        json!({ "now": "+262142-12-31T23:59:59Z" }),
        json!({ "now": "-262143-01-01T00:00:00Z" }),
    ] {
        let refused = world.control(Method::POST, "clock", moved.clone()).await;
        assert_eq!(refused.status, 400, "{moved}");
    }
    let now = world.control(Method::GET, "clock", Value::Null).await;
    assert_eq!(now.status, 200);
}

#[tokio::test]
async fn events_at_the_ends_of_the_calendar() {
    let world = world().await;
    for (start, end) in [
        ("+262142-12-31T23:00:00", "+262142-12-31T23:30:00"),
        ("-262143-01-01T00:00:00", "-262143-01-01T00:30:00"),
        ("9999-12-31T23:00:00", "9999-12-31T23:30:00"),
        ("0001-01-01T00:00:00", "0001-01-01T00:30:00"),
    ] {
        for zone in ["UTC", "America/Chicago", "Tonga Standard Time"] {
            let event = json!({
                "subject": "s", "isOnlineMeeting": true, "onlineMeetingProvider": "teamsForBusiness",
                "start": { "dateTime": start, "timeZone": zone }, "end": { "dateTime": end, "timeZone": zone },
            });
            let made = world.post(&event).await;
            assert!([201, 400].contains(&made.status), "{start} {zone} {:?}", made.body);
        }
    }
    assert_eq!(world.get(&format!("/users/{USER}/events/none")).await.status, 400);
}
