use chrono::TimeDelta;
use graph::{Attendee, ErrorKind, EventChange, NewEvent};
use graph_sim::{Fault, FaultAnswer, MailKind, Route, SimEvent, rules};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{COLLEAGUE, COLLEAGUE_ID, Stranger, broken, segment, statuses};
use crate::support::*;

fn mails(event: &SimEvent) -> Vec<(MailKind, Option<&str>)> {
    let mails = event.mails.iter();
    mails.map(|mail| (mail.kind, mail.comment.as_deref())).collect()
}

fn reschedule() -> EventChange {
    EventChange {
        subject: Some("Moved".to_owned()),
        times: Some((at("2026-11-25T09:00:00Z"), at("2026-11-25T09:45:00.5Z"))),
    }
}

#[tokio::test]
async fn row_08_a_change_keeps_the_block_and_a_new_body_loses_the_meeting() {
    let World { sim, session, .. } = world().await;
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let link = event.join_url.clone().unwrap();
    let stranger = Stranger::of(&sim).await;
    let path = format!("/events/{}", segment(&event.id));
    let block = async || {
        let (_, shown) = stranger.send(Method::GET, &path, "", &json!({})).await;
        let body = shown["body"]["content"].as_str().unwrap_or_default();
        body.contains(&link) && body.contains("Agenda & more")
    };
    assert!(block().await);

    let moved = session.update_event(ORGANIZER, &event.id, &reschedule()).await.unwrap();
    assert_eq!((moved.is_online_meeting, moved.join_url.as_ref()), (true, Some(&link)));
    assert!(block().await, "what the client does keeps it");
    let lookup = async || session.online_meeting_by_join_url(ORGANIZER_ID, &link).await.unwrap();
    let meeting = lookup().await.unwrap();
    assert_eq!((meeting.start, meeting.end), (moved.start, moved.end));
    assert_eq!(meeting.subject.as_deref(), Some("Moved"));
    assert!(sim.violations().is_empty());

    let body = json!({ "body": { "contentType": "html", "content": "<p>New agenda</p>" } });
    let (status, _) = stranger.send(Method::PATCH, &path, "", &body).await;
    assert_eq!(status, 200);
    assert_eq!(broken(&sim), [rules::BODY_WITHOUT_TEAMS_BLOCK]);
    let lost = session.event(ORGANIZER, &event.id).await.unwrap();
    assert_eq!((lost.is_online_meeting, lost.join_url.as_deref()), (false, None));
    assert_eq!((lost.id.as_str(), lost.start), (event.id.as_str(), moved.start));
    let error = session.wait_for_join_url(ORGANIZER, lost).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotOnline);
    assert_eq!(lookup().await, None);
}

#[tokio::test]
async fn row_09_cancellations_and_deletions_are_mailed_once() {
    let World { sim, session, .. } = world().await;
    let cancelled = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let deleted = session.create_event(ORGANIZER, &new_event(2)).await.unwrap();
    for _ in 0..2 {
        session
            .cancel_event(ORGANIZER, &cancelled.id, "Sorry \"all\"")
            .await
            .unwrap();
        session.delete_event(ORGANIZER, &deleted.id).await.unwrap();
    }
    assert_eq!(statuses(&sim, Route::CancelEvent), [202, 404]);
    assert_eq!(statuses(&sim, Route::DeleteEvent), [204, 404]);
    let sent = &sim.requests_to(Route::CancelEvent)[0];
    assert_eq!(sent.body, json!({ "comment": "Sorry \"all\"" }));
    let stored = sim.events();
    assert_eq!(
        mails(&stored[0]),
        [
            (MailKind::Invitation, None),
            (MailKind::Cancellation, Some("Sorry \"all\""))
        ]
    );
    assert_eq!(
        mails(&stored[1]),
        [(MailKind::Invitation, None), (MailKind::Cancellation, None)]
    );
    assert!(stored.iter().all(|event| event.deleted));
    for (id, number) in [(&cancelled.id, 1), (&deleted.id, 2)] {
        let error = session.event(ORGANIZER, id).await.unwrap_err();
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (ErrorKind::NotFound, Some("ErrorItemNotFound"))
        );
        let error = session.update_event(ORGANIZER, id, &reschedule()).await.unwrap_err();
        assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::NotFound, false));
        let new = new_event(number);
        let found = session.events_by_transaction(ORGANIZER, around(&new), new.transaction_id);
        assert_eq!(found.await.unwrap(), []);
    }
}

#[tokio::test]
async fn row_09_what_is_lost_on_the_way_is_not_done_twice() {
    for fault in [
        FaultAnswer::DropBefore,
        FaultAnswer::DropAfter,
        FaultAnswer::StatusAfterCommit(503),
    ] {
        let World { sim, session, .. } = world().await;
        let cancelled = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
        let deleted = session.create_event(ORGANIZER, &new_event(2)).await.unwrap();
        sim.fault(Fault::new(Route::CancelEvent, fault.clone()));
        sim.fault(Fault::new(Route::DeleteEvent, fault.clone()));
        session.cancel_event(ORGANIZER, &cancelled.id, "Sorry").await.unwrap();
        session.delete_event(ORGANIZER, &deleted.id).await.unwrap();
        for event in sim.events() {
            assert!(event.deleted);
            assert_eq!(event.mails.len(), 2, "{fault:?}");
        }
        for route in [Route::CancelEvent, Route::DeleteEvent] {
            assert_eq!(sim.requests_to(route).len(), 2, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn row_09_only_the_organizer_cancels() {
    let World { sim, session, .. } = world().await;
    sim.change_user(COLLEAGUE_ID, |user| user.in_calendar_scope = true);
    let mut new = new_event(1);
    new.attendees.push(Attendee {
        address: COLLEAGUE.to_owned(),
        name: None,
    });
    session.create_event(ORGANIZER, &new).await.unwrap();
    let copy = sim.events()[0].copies[0].id.clone();
    let read = session.event(COLLEAGUE, &copy).await.unwrap();
    assert_eq!((read.subject.as_ref(), read.transaction_id), (Some(&new.subject), None));
    assert!(!read.is_cancelled);

    let cancel = session.cancel_event(COLLEAGUE, &copy, "Mine").await.unwrap_err();
    let change = session.update_event(COLLEAGUE, &copy, &reschedule()).await.unwrap_err();
    for error in [cancel, change] {
        assert_eq!((error.kind, error.status), (ErrorKind::Invalid, Some(400)));
        assert!(error.message().unwrap().contains("need to be an organizer"), "{error}");
        assert!(!error.outcome_unknown());
    }
    // Deleting one's own copy tells nobody.
    session.delete_event(COLLEAGUE, &copy).await.unwrap();
    let stored = &sim.events()[0];
    assert_eq!((stored.deleted, stored.copies[0].deleted), (false, true));
    assert_eq!(mails(stored), [(MailKind::Invitation, None)]);

    // What the organizer cancels stays with the others, and says so.
    let event = session
        .create_event(
            ORGANIZER,
            &NewEvent {
                transaction_id: Uuid::from_u128(2),
                ..new
            },
        )
        .await
        .unwrap();
    session.cancel_event(ORGANIZER, &event.id, "Off").await.unwrap();
    let copy = session.event(COLLEAGUE, &sim.events()[1].copies[0].id).await.unwrap();
    assert_eq!(
        (copy.is_cancelled, copy.subject.as_deref()),
        (true, Some("Canceled: Quarterly review"))
    );
}

#[tokio::test]
async fn row_10_times_are_read_back_in_utc() {
    let World { sim, session, .. } = world().await;
    let stranger = Stranger::of(&sim).await;
    let mut posted = json!({
        "subject": "Elsewhere",
        "start": { "dateTime": "2026-11-24T09:00:00.1234567", "timeZone": "America/Chicago" },
        "end": { "dateTime": "2026-11-24T10:30:00", "timeZone": "Central Standard Time" },
    });
    let (status, shown) = stranger.send(Method::POST, "/events", "", &posted).await;
    assert_eq!(status, 201);
    assert_eq!(
        shown["start"],
        json!({ "dateTime": "2026-11-24T15:00:00.1234567", "timeZone": "UTC" })
    );
    let id = shown["id"].as_str().unwrap();
    let event = session.event(ORGANIZER, id).await.unwrap();
    assert_eq!(event.start, Some(at("2026-11-24T15:00:00.1234567Z")));
    assert_eq!(event.end, Some(at("2026-11-24T16:30:00Z")));

    // Asked for another zone, Graph tells that; the client never asks.
    let path = format!("/events/{}", segment(id));
    let chicago = ", outlook.timezone=\"America/Chicago\"";
    let (_, shown) = stranger.send(Method::GET, &path, chicago, &json!({})).await;
    assert_eq!(
        shown["end"],
        json!({ "dateTime": "2026-11-24T10:30:00.0000000", "timeZone": "America/Chicago" })
    );
    let mars = ", outlook.timezone=\"Mars/Olympus\"";
    let (status, refused) = stranger.send(Method::GET, &path, mars, &json!({})).await;
    assert_eq!(
        (status, refused["error"]["code"].as_str()),
        (400, Some("TimeZoneNotSupportedException"))
    );
    posted["end"]["timeZone"] = json!("Mars/Olympus");
    let (status, refused) = stranger.send(Method::POST, "/events", "", &posted).await;
    assert_eq!(
        (status, refused["error"]["code"].as_str()),
        (400, Some("ErrorPropertyValidationFailure"))
    );
    let preferred = sim.requests_to(Route::GetEvent).remove(0).headers["prefer"].clone();
    assert_eq!(preferred, "IdType=\"ImmutableId\"");
}

#[tokio::test]
async fn row_10_what_the_client_sends_is_utc() {
    let World { sim, session, .. } = world().await;
    let mut new = new_event(1);
    new.start += TimeDelta::nanoseconds(123_456_700);
    let event = session.create_event(ORGANIZER, &new).await.unwrap();
    assert_eq!((event.start, event.end), (Some(new.start), Some(new.end)));
    assert_eq!((sim.events()[0].start, sim.events()[0].end), (new.start, new.end));
    assert_eq!(sim.events()[0].start_zone, "UTC");

    // The one refusal about time that the client can meet.
    new.transaction_id = Uuid::from_u128(2);
    new.end = new.start - TimeDelta::minutes(1);
    let error = session.create_event(ORGANIZER, &new).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Invalid, Some("ErrorPropertyValidationFailure"))
    );
    let backwards = EventChange {
        subject: None,
        times: Some((new.start, new.end)),
    };
    let error = session
        .update_event(ORGANIZER, &event.id, &backwards)
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Invalid, false));
    assert_eq!(sim.events()[0].end, event.end.unwrap());
}
