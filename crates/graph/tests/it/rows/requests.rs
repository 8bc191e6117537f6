use std::collections::BTreeSet;

use futures::future::join_all;
use graph_sim::{Bearer, CannedAnswer, Fault, Route, demo::northwind};
use serde_json::{Value, json};
use uuid::Uuid;

use super::segment;
use crate::support::*;

#[tokio::test]
async fn row_26_the_log_shows_what_was_sent_and_in_which_order() {
    let World { sim, session, .. } = world().await;
    let new = new_event(7);
    session.user(ORGANIZER).await.unwrap();
    let event = session.create_event(ORGANIZER, &new).await.unwrap();
    session.event(ORGANIZER, &event.id).await.unwrap();
    let link = event.join_url.unwrap();
    let found = session.online_meeting_by_join_url(ORGANIZER_ID, &link).await.unwrap();
    let meeting = found.unwrap();
    session.online_meeting(ORGANIZER_ID, &meeting.id).await.unwrap();
    session
        .events_by_transaction(ORGANIZER, around(&new), new.transaction_id)
        .await
        .unwrap();
    session.cancel_event(ORGANIZER, &event.id, "Sorry").await.unwrap();

    let log = sim.requests();
    let select = "id%2CtransactionId%2Csubject%2Cstart%2Cend%2CisCancelled%2CisOnlineMeeting%2ConlineMeeting";
    let by_upn = "/v1.0/users/meetings%40northwind.example";
    let by_id = format!("/v1.0/users/{ORGANIZER_ID}/onlineMeetings");
    // Every escape of the link is escaped in turn; letters and digits are not.
    let filter = link.replace('%', "%25").replace(':', "%3A").replace('/', "%2F");
    let filter = filter.replace('?', "%3F").replace('=', "%3D");
    let expected = [
        (
            Route::Token,
            "POST",
            format!("/login/{}/oauth2/v2.0/token", northwind::TENANT_ID),
            200,
        ),
        (
            Route::Users,
            "GET",
            format!("{by_upn}?$select=id%2CuserPrincipalName%2CdisplayName%2CaccountEnabled"),
            200,
        ),
        (Route::CreateEvent, "POST", format!("{by_upn}/events"), 201),
        (
            Route::GetEvent,
            "GET",
            format!("{by_upn}/events/{}?$select={select}", segment(&event.id)),
            200,
        ),
        (
            Route::OnlineMeetings,
            "GET",
            format!("{by_id}?$filter=JoinWebUrl%20eq%20%27{filter}%27"),
            200,
        ),
        (
            Route::OnlineMeeting,
            "GET",
            format!("{by_id}/{}", segment(&meeting.id)),
            200,
        ),
        (
            Route::CalendarView,
            "GET",
            format!(
                "{by_upn}/calendarView?startDateTime=2026-11-24T14%3A00%3A00Z&endDateTime=2026-11-24T16%3A30%3A00Z&$select={select}&$top=50"
            ),
            200,
        ),
        (
            Route::CancelEvent,
            "POST",
            format!("{by_upn}/events/{}/cancel", segment(&event.id)),
            202,
        ),
    ];
    assert_eq!(log.len(), expected.len());
    for (at, (request, (route, method, path, status))) in log.iter().zip(expected).enumerate() {
        assert_eq!((request.route, request.method.as_str()), (route, method));
        assert_eq!(request.path, path);
        assert_eq!((request.order, request.answered), (at + 1, Some(at + 1)));
        assert_eq!((request.status, request.broke), (Some(status), None));
    }
    assert!(log.is_sorted_by_key(|request| request.at));
    assert_eq!(
        log[0].body,
        json!({
            "grant_type": "client_credentials", "client_id": northwind::CLIENT_ID, "client_secret": "***",
            "scope": format!("{}/.default", sim.graph_url()),
        })
    );
    assert_eq!(
        log[2].body,
        json!({
            "transactionId": "00000000-0000-0000-0000-000000000007", "subject": "Quarterly review",
            "body": { "contentType": "HTML", "content": "<p>Agenda & more</p>" },
            "start": { "dateTime": "2026-11-24T15:00:00", "timeZone": "UTC" },
            "end": { "dateTime": "2026-11-24T15:30:00", "timeZone": "UTC" },
            "attendees": [{ "emailAddress": { "address": "ada@acme.example", "name": "Ada" }, "type": "required" }],
            "isOnlineMeeting": true, "onlineMeetingProvider": "teamsForBusiness",
        })
    );
    for read in [1, 3, 4, 5, 6] {
        assert_eq!(log[read].body, Value::Null);
    }
}

#[tokio::test]
async fn row_26_the_log_shows_the_headers() {
    let World { sim, session, .. } = world().await;
    sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::status(429)));
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    session
        .online_meeting_by_join_url(ORGANIZER_ID, &event.join_url.unwrap())
        .await
        .unwrap();
    let log = sim.requests();
    let of_calendar = [false, true, true, false];
    for (request, of_calendar) in log.iter().zip(of_calendar) {
        assert!(!request.headers.contains_key("authorization"), "the token is not kept");
        assert!(request.headers["user-agent"].starts_with("Minuted/"));
        let ids = request.headers.get("prefer").map(String::as_str);
        assert_eq!(ids, of_calendar.then_some("IdType=\"ImmutableId\""), "{}", request.path);
        let kind = request.headers.get("content-type").map(String::as_str);
        let sent = match request.route {
            Route::Token => Some("application/x-www-form-urlencoded"),
            Route::CreateEvent => Some("application/json"),
            _ => None,
        };
        assert_eq!(kind, sent);
    }
    let bearers: Vec<_> = log.iter().map(|request| request.bearer).collect();
    assert_eq!(bearers, [Bearer::Absent, Bearer::Valid, Bearer::Valid, Bearer::Valid]);
    // Each attempt has an id of its own.
    let ids: BTreeSet<Uuid> = log
        .iter()
        .map(|request| request.headers["client-request-id"].parse().unwrap())
        .collect();
    assert_eq!(ids.len(), log.len());
}

#[tokio::test]
async fn row_26_the_log_shows_how_much_was_done_at_once() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    assert_eq!((sim.high_water(ORGANIZER_ID), sim.high_water_overall()), (0, 1));
    sim.fault(Fault::new(Route::CreateEvent, CannedAnswer::delay(150)).times(8));
    let events: Vec<_> = (1..=8).map(new_event).collect();
    let creations = join_all(events.iter().map(|event| session.create_event(ORGANIZER, event)));
    // These are of the directory and do not count against the mailbox.
    let lookups = join_all((0..3).map(|_| session.user(ORGANIZER)));
    let (created, found) = futures::join!(creations, lookups);
    assert!(created.iter().all(Result::is_ok) && found.iter().all(Result::is_ok));
    assert_eq!(sim.high_water(ORGANIZER_ID), 4);
    let most = sim.high_water_overall();
    assert!((4..=7).contains(&most), "{most}");
    let creations = sim.requests_to(Route::CreateEvent);
    let counted: Vec<_> = creations.iter().map(|request| request.in_flight).collect();
    assert_eq!((counted[0], counted.iter().max()), (1, Some(&4)));
    assert!(
        sim.requests_to(Route::Users)
            .iter()
            .all(|request| request.in_flight == 0)
    );
}
