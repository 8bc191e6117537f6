use graph::{ErrorKind, OnlineMeetingChange};

use crate::{tenant::Tenant, tests::Outcome};

pub async fn the_meeting_of_an_event_is_found_by_its_link(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |new, event| {
            let link = event.join_url.unwrap();
            let found = tenant
                .session
                .online_meeting_by_join_url(&tenant.organizer_id, &link)
                .await
                .unwrap();
            let found = found.expect("the meeting of a new event");
            assert_eq!(found.organizer_id.as_deref(), Some(tenant.organizer_id.as_str()));
            assert_eq!((found.start, found.end), (Some(new.start), Some(new.end)));
            let by_id = tenant
                .session
                .online_meeting(&tenant.organizer_id, &found.id)
                .await
                .unwrap();
            assert_eq!(by_id, found);
            let number = found.join_meeting_id.clone().expect("a meeting number");
            let by_number = tenant
                .session
                .online_meeting_by_join_meeting_id(&tenant.organizer_id, &number)
                .await;
            assert_eq!(by_number.unwrap(), Some(found));
        })
        .await;
    Outcome::Held
}

pub async fn an_unknown_link_finds_nothing(tenant: &Tenant) -> Outcome {
    let link =
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_none%40thread.v2/0?context=%7b%22Tid%22%3a%22o'x%22%7d";
    let found = tenant
        .session
        .online_meeting_by_join_url(&tenant.organizer_id, link)
        .await
        .unwrap();
    assert_eq!(found, None);
    Outcome::Held
}

pub async fn options_can_be_set(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |_, event| {
            let link = event.join_url.unwrap();
            let found = tenant
                .session
                .online_meeting_by_join_url(&tenant.organizer_id, &link)
                .await
                .unwrap();
            let id = found.expect("the meeting of a new event").id;
            let change = OnlineMeetingChange {
                record_automatically: Some(true),
                ..OnlineMeetingChange::default()
            };
            tenant
                .session
                .update_online_meeting(&tenant.organizer_id, &id, &change)
                .await
                .unwrap();
            let changed = tenant.session.online_meeting(&tenant.organizer_id, &id).await.unwrap();
            assert_eq!(changed.record_automatically, Some(true));
        })
        .await;
    Outcome::Held
}

pub async fn the_organizers_name_is_no_address_of_meetings(tenant: &Tenant) -> Outcome {
    // Microsoft answers 403 or 404, depending on the day.
    let error = tenant
        .session
        .online_meeting_by_join_url(&tenant.organizer_upn, "https://x")
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::NotFound | ErrorKind::Forbidden(_)),
        "{error}"
    );
    Outcome::Held
}
