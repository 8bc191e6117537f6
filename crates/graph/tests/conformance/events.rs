use chrono::TimeDelta;
use graph::{ErrorKind, EventChange, Forbidden};

use crate::{tenant::Tenant, tests::Outcome};

pub async fn the_calendar_allows_teams(tenant: &Tenant) -> Outcome {
    assert!(
        tenant
            .session
            .calendar(&tenant.organizer_upn)
            .await
            .unwrap()
            .teams_allowed()
    );
    Outcome::Held
}

pub async fn a_mailbox_out_of_scope_is_refused(tenant: &Tenant) -> Outcome {
    let Some(mailbox) = &tenant.refused_mailbox else {
        return Outcome::Skipped("no mailbox is named that must be refused");
    };
    let error = tenant.session.calendar(mailbox).await.unwrap_err();
    let refusals = [Forbidden::MailboxScope, Forbidden::AccessPolicyDenied].map(ErrorKind::Forbidden);
    assert!(refusals.contains(&error.kind), "{error}");
    Outcome::Held
}

pub async fn an_event_gets_its_join_link(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |new, event| {
            assert!(event.join_url.is_some_and(|link| link.starts_with("https://")));
            assert!(event.is_online_meeting && !event.is_cancelled);
            assert_eq!((event.start, event.end), (Some(new.start), Some(new.end)));
            assert_eq!(event.subject.as_ref(), Some(&new.subject));
            assert_eq!(event.transaction_id, Some(new.transaction_id));
        })
        .await;
    Outcome::Held
}

pub async fn the_same_transaction_makes_one_event(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |new, event| {
            let again = tenant.session.create_event(&tenant.organizer_upn, new).await.unwrap();
            assert_eq!(again.id, event.id);
            let around = (new.start - TimeDelta::hours(1), new.end + TimeDelta::hours(1));
            let found = tenant
                .session
                .events_by_transaction(&tenant.organizer_upn, around, new.transaction_id);
            assert_eq!(found.await.unwrap().len(), 1);
        })
        .await;
    Outcome::Held
}

pub async fn a_change_of_time_and_subject_keeps_the_link(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |new, event| {
            let times = (new.start + TimeDelta::hours(2), new.end + TimeDelta::hours(2));
            let change = EventChange {
                subject: Some(format!("{}, moved", new.subject)),
                times: Some(times),
            };
            tenant
                .session
                .update_event(&tenant.organizer_upn, &event.id, &change)
                .await
                .unwrap();
            let moved = tenant.session.event(&tenant.organizer_upn, &event.id).await.unwrap();
            assert_eq!((moved.start, moved.end), (Some(times.0), Some(times.1)));
            assert_eq!(moved.subject, change.subject);
            assert_eq!(moved.join_url, event.join_url);
            assert!(moved.is_online_meeting);
        })
        .await;
    Outcome::Held
}

pub async fn a_cancelled_event_is_gone_and_cancelling_again_is_success(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |_, event| {
            for _ in 0..2 {
                let cancelled = tenant
                    .session
                    .cancel_event(&tenant.organizer_upn, &event.id, "Not needed any more");
                cancelled.await.unwrap();
            }
            let error = tenant
                .session
                .event(&tenant.organizer_upn, &event.id)
                .await
                .unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
        })
        .await;
    Outcome::Held
}

pub async fn a_deleted_event_is_gone_and_deleting_again_is_success(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |_, event| {
            for _ in 0..2 {
                tenant
                    .session
                    .delete_event(&tenant.organizer_upn, &event.id)
                    .await
                    .unwrap();
            }
            let error = tenant
                .session
                .event(&tenant.organizer_upn, &event.id)
                .await
                .unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
        })
        .await;
    Outcome::Held
}

pub async fn an_id_that_is_none_is_invalid(tenant: &Tenant) -> Outcome {
    let error = tenant
        .session
        .event(&tenant.organizer_upn, "no/id+at=all")
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Invalid, Some(400)), "{error}");
    Outcome::Held
}
