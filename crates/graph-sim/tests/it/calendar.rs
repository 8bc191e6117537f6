use graph_sim::{JoinUrlMode, MailKind, Route, SimConfig, TransactionMode};
use serde_json::{Value, json};

use crate::support::*;

const IMMUTABLE: (&str, &str) = ("prefer", "IdType=\"ImmutableId\"");

#[tokio::test]
async fn a_created_event() {
    let world = world().await;
    let request = world
        .post_request(&event("t-1"))
        .header(IMMUTABLE.0, IMMUTABLE.1)
        .header("client-request-id", "mine");
    let got = read(request.send().await.unwrap()).await;
    assert_eq!(
        (got.status, &got.headers["client-request-id"]),
        (201, &"mine".parse().unwrap())
    );
    assert!(
        ["request-id", "location", "preference-applied", "date"]
            .iter()
            .all(|name| got.headers.contains_key(*name))
    );
    let body = &got.body;
    assert_eq!(
        body["start"],
        json!({ "dateTime": "2026-11-24T15:00:00.0000000", "timeZone": "UTC" })
    );
    assert_eq!(body["end"]["dateTime"], "2026-11-24T15:30:00.5000000");
    assert_eq!(
        (&body["transactionId"], &body["isOnlineMeeting"]),
        (&"t-1".into(), &true.into())
    );
    assert_eq!(body["attendees"][0]["status"]["response"], "none");
    let url = body["onlineMeeting"]["joinUrl"].as_str().unwrap();
    assert!(url.starts_with("https://teams.microsoft.com/l/meetup-join/19%3ameeting_") && url.ends_with("%22%7d"));
    let content = body["body"]["content"].as_str().unwrap();
    assert!(content.contains("<b>hi</b>") && content.contains("Microsoft Teams meeting") && content.contains(url));
    for name in "@odata.context @odata.etag changeKey iCalUId webLink organizer responseStatus showAs type recurrence"
        .split(' ')
    {
        assert!(body.get(name).is_some(), "{name}");
    }
    assert!(body["createdDateTime"].as_str().unwrap().ends_with('Z'));

    let events = world.sim.events();
    assert_eq!((events.len(), events[0].mails[0].kind), (1, MailKind::Invitation));
    assert_eq!(events[0].mails[0].to, ["ada@acme.example"]);
}

#[tokio::test]
async fn reading_and_deleting() {
    let world = world().await;
    world.post(&event("t-1")).await;
    let stored = world.sim.events().remove(0);
    let path = format!("/users/{USER}/events/{}", segment(&stored.mutable_id));
    let got = world.get(&path).await;
    assert_eq!((got.status, &got.body["id"]), (200, &stored.mutable_id.into()));
    let got = world.get(&format!("{path}?$select=subject,transactionId")).await;
    let names: Vec<&str> = got.body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["@odata.context", "@odata.etag", "id", "subject", "transactionId"]
    );
    assert_eq!(
        world.get(&format!("{path}?$select=nonsense")).await.code(),
        (400, "BadRequest")
    );

    // The ids of one kind are not valid as the other.
    let immutable = format!("/users/{USER}/events/{}", segment(&stored.id));
    assert_eq!(world.get(&immutable).await.code(), (400, "ErrorInvalidIdMalformed"));
    let got = world
        .get_request(&immutable)
        .header(IMMUTABLE.0, IMMUTABLE.1)
        .send()
        .await
        .unwrap();
    assert_eq!(got.status().as_u16(), 200);
    assert_eq!(
        world.get(&format!("/users/{USER}/events/x")).await.code(),
        (400, "ErrorInvalidIdMalformed")
    );
    assert_eq!(
        world.get(&format!("/users/{USER}/events/AAMkAGx")).await.code(),
        (404, "ErrorItemNotFound")
    );

    let deleted = world.delete(&path).await;
    assert_eq!((deleted.status, deleted.body), (204, "".into()));
    assert_eq!(world.delete(&path).await.code(), (404, "ErrorItemNotFound"));
    assert_eq!(world.get(&path).await.code(), (404, "ErrorItemNotFound"));
    let kinds: Vec<MailKind> = world.sim.events()[0].mails.iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MailKind::Invitation, MailKind::Cancellation]);
}

#[tokio::test]
async fn refused_events() {
    let world = world().await;
    let with = |name: &str, value: Value| {
        let mut event = event("t");
        event[name] = value;
        event
    };
    let utc = |time: &str| json!({ "dateTime": time, "timeZone": "UTC" });
    let cases = [
        (
            with("end", utc("2026-11-24T14:00:00")),
            "ErrorPropertyValidationFailure",
        ),
        (with("end", utc("soon")), "ErrorPropertyValidationFailure"),
        (
            with("start", utc("2026-11-24T15:00:00Z")),
            "ErrorPropertyValidationFailure",
        ),
        (
            with(
                "start",
                json!({ "dateTime": "2026-11-24T15:00:00", "timeZone": "Mars" }),
            ),
            "ErrorPropertyValidationFailure",
        ),
        (with("start", Value::Null), "ErrorPropertyValidationFailure"),
        (with("subject", json!(7)), "RequestBodyRead"),
        (with("isOnlineMeeting", json!("yes")), "RequestBodyRead"),
        (with("attendees", json!({})), "RequestBodyRead"),
        (with("attendees", json!([{}])), "ErrorPropertyValidationFailure"),
        (
            with("attendees", json!([{ "emailAddress": { "address": "nobody" } }])),
            "ErrorInvalidRecipients",
        ),
        (
            with(
                "attendees",
                json!([{ "emailAddress": { "address": "a@b" }, "type": "maybe" }]),
            ),
            "RequestBodyRead",
        ),
        (
            with("body", json!({ "contentType": "pdf", "content": "" })),
            "RequestBodyRead",
        ),
        (
            with("onlineMeetingProvider", json!("zoom")),
            "UnableToDeserializePostBody",
        ),
        (with("title", json!("x")), "RequestBodyRead"),
        (json!([]), "UnableToDeserializePostBody"),
    ];
    for (event, code) in cases {
        assert_eq!(world.post(&event).await.code(), (400, code), "{event}");
    }
    let broken = world.post_request(&Value::Null).body("{").send().await.unwrap();
    assert_eq!(read(broken).await.code(), (400, "UnableToDeserializePostBody"));
    assert!(world.sim.events().is_empty());
}

#[tokio::test]
async fn refused_mailboxes() {
    let mut world = world().await;
    let path = |user: &str| format!("/users/{user}/events/AAMkAGx");
    assert_eq!(world.get(&path("nobody")).await.code(), (404, "ErrorInvalidUser"));
    assert_eq!(
        world.get(&path("ceo@northwind.example")).await.code(),
        (403, "ErrorAccessDenied")
    );
    let refused = world.get(&path("meetings@contoso.example")).await;
    assert_eq!(refused.code(), (404, "ErrorInvalidUser"));
    let inner = &refused.body["error"]["innerError"];
    assert!(inner["date"].is_string());
    assert_eq!(inner["request-id"], refused.headers["request-id"].to_str().unwrap());
    // A legacy policy restricts what Entra grants, not what Exchange does.
    world.sim.change_user(USER, |user| user.access_policy_denied = true);
    assert_eq!(world.get(&path(USER)).await.status, 404);
    let client = graph_sim::demo::northwind::CLIENT_ID;
    world
        .sim
        .change_app(client, |app| app.roles.push("Calendars.ReadWrite".into()));
    world.sim.change_user(USER, |user| user.in_calendar_scope = false);
    world.renew().await;
    assert_eq!(
        world.get(&path(USER)).await.body["error"]["message"],
        "Access to OData is disabled."
    );
    world.sim.change_user(USER, |user| user.has_mailbox = false);
    assert_eq!(
        world.get(&path(USER)).await.code(),
        (404, "MailboxNotEnabledForRESTAPI")
    );
}

#[tokio::test]
async fn repeated_transactions() {
    for (mode, status, count) in [
        (TransactionMode::FirstEvent, 201, 1),
        (TransactionMode::Conflict, 409, 1),
        (TransactionMode::SecondEvent, 201, 2),
    ] {
        let world = world_with(SimConfig {
            transactions: mode,
            ..SimConfig::demo()
        })
        .await;
        let first = world.post(&event("t-1")).await;
        let second = world.post(&event("t-1")).await;
        assert_eq!((second.status, world.sim.events().len()), (status, count), "{mode:?}");
        assert_eq!(
            first.body["id"] == second.body["id"],
            mode == TransactionMode::FirstEvent
        );
        assert_eq!(
            world.sim.events().iter().map(|event| event.mails.len()).sum::<usize>(),
            count,
            "{mode:?}"
        );
        assert_eq!(world.post(&event("t-2")).await.status, 201);
    }
}

#[tokio::test]
async fn join_urls() {
    let world = world().await;
    world.sim.set_join_url(JoinUrlMode::AfterGets(2));
    let created = world.post(&event("t-1")).await.body;
    assert_eq!(
        (&created["onlineMeeting"], &created["isOnlineMeeting"]),
        (&Value::Null, &true.into())
    );
    let path = format!("/users/{USER}/events/{}", segment(created["id"].as_str().unwrap()));
    let mut shown = Vec::new();
    for _ in 0..3 {
        shown.push(world.get(&path).await.body["onlineMeeting"]["joinUrl"].is_string());
    }
    assert_eq!(shown, [false, false, true]);

    for (mode, online) in [(JoinUrlMode::Never, true), (JoinUrlMode::Ignored, false)] {
        world.sim.set_join_url(mode);
        let created = world.post(&event(&format!("{mode:?}"))).await.body;
        let path = format!("/users/{USER}/events/{}", segment(created["id"].as_str().unwrap()));
        let read = world.get(&path).await.body;
        assert_eq!(
            (&read["onlineMeeting"], &read["isOnlineMeeting"]),
            (&Value::Null, &online.into())
        );
    }
}

#[tokio::test]
async fn the_calendar_view() {
    let world = world_with(SimConfig {
        max_page: 2,
        ..SimConfig::demo()
    })
    .await;
    for number in 0..5 {
        world.post(&event(&format!("t-{number}"))).await;
    }
    let mut path = "/users/meetings%40northwind.example/calendarView?startDateTime=2026-11-24T15:29:00%2B00:00&endDateTime=2026-11-25T00:00:00Z&$select=subject&$top=50".to_owned();
    let mut sizes = Vec::new();
    loop {
        let got = world.get(&path).await;
        assert_eq!(got.status, 200);
        sizes.push(got.body["value"].as_array().unwrap().len());
        let Some(next) = got.body["@odata.nextLink"].as_str() else {
            break;
        };
        path = next
            .strip_prefix(&format!("{}/v1.0", world.sim.graph_url()))
            .unwrap()
            .to_owned();
    }
    assert_eq!(sizes, [2, 2, 1]);
    let base = format!("/users/{USER}/calendarView");
    assert_eq!(world.get(&base).await.code(), (400, "ErrorInvalidParameter"));
    let bad = format!("{base}?startDateTime=x&endDateTime=2026-11-25T00:00:00Z");
    assert_eq!(world.get(&bad).await.code(), (400, "ErrorInvalidParameter"));
    // The end is outside, and so is an event that ends where the span starts.
    let after = format!("{base}?startDateTime=2026-11-24T15:30:00.5Z&endDateTime=2026-11-25T00:00:00Z");
    assert_eq!(world.get(&after).await.body["value"], json!([]));
    assert_eq!(world.sim.requests_to(Route::CalendarView).len(), 6);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_ids() {
    let ids = async |seed| {
        let world = world_with(SimConfig {
            seed,
            ..SimConfig::demo()
        })
        .await;
        world.post(&event("t")).await;
        world.sim.events().remove(0).id
    };
    let (one, same, other) = (ids(1).await, ids(1).await, ids(2).await);
    assert_eq!(one, same);
    assert_ne!(one, other);
}
