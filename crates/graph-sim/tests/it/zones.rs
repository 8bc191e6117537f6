use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

fn between(start: (&str, &str), end: (&str, &str)) -> Value {
    let mut event = event("t");
    let zoned = |(time, zone): (&str, &str)| json!({ "dateTime": time, "timeZone": zone });
    (event["start"], event["end"]) = (zoned(start), zoned(end));
    event
}

async fn posted(start: (&str, &str), end: (&str, &str)) -> Got {
    world().await.post(&between(start, end)).await
}

#[tokio::test]
async fn names_of_iana_and_of_windows() {
    for zone in ["America/Chicago", "Central Standard Time", "central standard time"] {
        let got = posted(("2026-07-01T15:00:00", zone), ("2026-07-01T16:00:00", zone)).await;
        assert_eq!(got.status, 201, "{zone}");
        let utc = json!({ "dateTime": "2026-07-01T20:00:00.0000000", "timeZone": "UTC" });
        assert_eq!(got.body["start"], utc, "{zone}, in summer");
        assert_eq!(
            (&got.body["originalStartTimeZone"], &got.body["originalEndTimeZone"]),
            (&zone.into(), &zone.into())
        );
    }
    // Two zones, and an end that is only later because of them.
    let got = posted(
        ("2026-11-24T15:00:00", "Europe/Berlin"),
        ("2026-11-24T14:30:00", "GMT Standard Time"),
    );
    assert_eq!(got.await.status, 201);
}

#[tokio::test]
async fn times_that_are_refused() {
    let cases = [
        (("2026-11-24T15:00:00", "Mars"), ("2026-11-24T16:00:00", "Mars")),
        (("2026-11-24T15:00:00", ""), ("2026-11-24T16:00:00", "UTC")),
        // The clocks go from two to three.
        (
            ("2026-03-29T02:30:00", "Europe/Berlin"),
            ("2026-03-29T04:00:00", "Europe/Berlin"),
        ),
        (
            ("2026-11-24T15:00:00", "Europe/Berlin"),
            ("2026-11-24T15:30:00", "Asia/Tokyo"),
        ),
    ];
    for (start, end) in cases {
        let got = posted(start, end).await;
        assert_eq!(got.code(), (400, "ErrorPropertyValidationFailure"), "{start:?}");
        assert_eq!(got.body["error"]["message"], "At least one property failed validation.");
    }
}

#[tokio::test]
async fn the_preferred_zone() {
    let world = world().await;
    let prefer = |request: reqwest::RequestBuilder, value: &str| request.header("prefer", value).send();
    let created = read(
        prefer(
            world.post_request(&event("t-1")),
            "outlook.timezone=\"Pacific Standard Time\"",
        )
        .await
        .unwrap(),
    )
    .await;
    let pacific = json!({ "dateTime": "2026-11-24T07:00:00.0000000", "timeZone": "Pacific Standard Time" });
    assert_eq!(created.body["start"], pacific);
    assert_eq!(
        created.headers["preference-applied"],
        "outlook.timezone=\"Pacific Standard Time\""
    );
    assert_eq!(created.body["originalStartTimeZone"], "UTC");

    let id = segment(&world.sim.events()[0].id);
    let path = format!("/users/{USER}/events/{id}");
    let both = "IdType=\"ImmutableId\", outlook.timezone=\"Asia/Kolkata\"";
    let got = read(prefer(world.get_request(&path), both).await.unwrap()).await;
    assert_eq!(got.body["end"]["dateTime"], "2026-11-24T21:00:00.5000000");
    let applied = got.headers["preference-applied"].to_str().unwrap();
    assert!(applied.contains("Asia/Kolkata") && applied.contains("ImmutableId"));
    let change = world.request(Method::PATCH, &path).json(&json!({ "subject": "x" }));
    let got = read(prefer(change, both).await.unwrap()).await;
    assert_eq!(got.body["end"]["timeZone"], "Asia/Kolkata");

    let view =
        format!("/users/{USER}/calendarView?startDateTime=2026-11-24T15:00:00Z&endDateTime=2026-11-24T15:01:00Z");
    let got = read(prefer(world.get_request(&view), both).await.unwrap()).await;
    assert_eq!(got.body["value"][0]["start"]["dateTime"], "2026-11-24T20:30:00.0000000");
    assert_eq!(world.get(&view).await.body["value"][0]["start"]["timeZone"], "UTC");
    for path in [&path, &view] {
        let refused = prefer(world.get_request(path), "outlook.timezone=\"Nowhere\"")
            .await
            .unwrap();
        let refused = read(refused).await;
        assert_eq!(refused.code(), (400, "TimeZoneNotSupportedException"));
        assert_eq!(
            refused.body["error"]["message"],
            "The following TimeZone value 'Nowhere' is not supported."
        );
    }
}

#[tokio::test]
async fn whole_days() {
    let zone = "Europe/Berlin";
    let day = |start, end| {
        let mut event = between(start, end);
        event["isAllDay"] = json!(true);
        event
    };
    let midnight = |date: &'static str| (date, zone);
    let world = world().await;
    let got = world
        .post(&day(midnight("2026-11-24T00:00:00"), midnight("2026-11-25T00:00:00")))
        .await;
    assert_eq!((got.status, &got.body["isAllDay"]), (201, &true.into()));
    assert_eq!(got.body["start"]["dateTime"], "2026-11-23T23:00:00.0000000");
    for (start, end) in [
        (midnight("2026-11-24T00:00:00"), midnight("2026-11-24T00:00:00")),
        (midnight("2026-11-24T08:00:00"), midnight("2026-11-25T00:00:00")),
        (midnight("2026-11-24T00:00:00"), ("2026-11-25T00:00:00", "Europe/Paris")),
    ] {
        let got = world.post(&day(start, end)).await;
        assert_eq!(got.code(), (400, "ErrorPropertyValidationFailure"), "{start:?} {end:?}");
    }
    let path = format!("/users/{USER}/events/{}", segment(&world.sim.events()[0].mutable_id));
    let later = json!({ "end": { "dateTime": "2026-11-25T12:00:00", "timeZone": zone } });
    assert_eq!(world.patch(&path, &later).await.status, 400);
    let mut hours = later.clone();
    hours["isAllDay"] = json!(false);
    assert_eq!(world.patch(&path, &hours).await.status, 200);
    assert_eq!(world.patch(&path, &json!({ "isAllDay": true })).await.status, 400);
}
