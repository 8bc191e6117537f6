use graph::{ErrorKind, Forbidden, GraphError, GraphSession};
use graph_sim::{Route, demo::northwind};

use super::{COLLEAGUE, COLLEAGUE_ID};
use crate::support::*;

/// The probe and a write, which must be refused alike.
async fn refused(session: &GraphSession, user: &str) -> GraphError {
    let probe = session.calendar(user).await.unwrap_err();
    let write = session.create_event(user, &new_event(1)).await.unwrap_err();
    assert_eq!((probe.kind, &probe.code), (write.kind, &write.code));
    assert!(!write.outcome_unknown());
    assert!(write.request_id.is_some() && write.client_request_id.is_some());
    write
}

#[tokio::test]
async fn row_03_exchange_grants_what_the_token_does_not_show() {
    let World { sim, session, .. } = world().await;
    let roles = session.renew_token().await.unwrap().roles;
    assert_eq!(roles.grant("Calendars.ReadWrite"), Some(false));
    assert!(session.calendar(ORGANIZER).await.unwrap().teams_allowed());
    session.create_event(ORGANIZER, &new_event(1)).await.unwrap();

    let scope = ErrorKind::Forbidden(Forbidden::MailboxScope);
    let error = refused(&session, COLLEAGUE).await;
    assert_eq!((error.kind, error.status), (scope, Some(403)));
    assert_eq!(error.code.as_deref(), Some("ErrorAccessDenied"));
    assert_eq!(
        sim.requests_to(Route::CreateEvent).len(),
        2,
        "refusals are not repeated"
    );

    sim.change_user(COLLEAGUE_ID, |user| user.in_calendar_scope = true);
    session.create_event(COLLEAGUE, &new_event(2)).await.unwrap();
    sim.change_user(COLLEAGUE_ID, |user| user.in_calendar_scope = false);
    assert_eq!(refused(&session, COLLEAGUE).await.kind, scope);

    // A role of Entra reaches every mailbox, and the report shows it.
    sim.change_app(northwind::CLIENT_ID, |app| {
        app.roles.push("Calendars.ReadWrite".to_owned());
    });
    assert_eq!(refused(&session, COLLEAGUE).await.kind, scope, "the old token");
    let roles = session.renew_token().await.unwrap().roles;
    assert_eq!(roles.grant("Calendars.ReadWrite"), Some(true));
    session.calendar(COLLEAGUE).await.unwrap();
    session.create_event(COLLEAGUE, &new_event(3)).await.unwrap();
}

#[tokio::test]
async fn row_04_a_legacy_policy_denies() {
    let World { sim, session, .. } = world().await;
    sim.change_app(northwind::CLIENT_ID, |app| {
        app.roles.push("Calendars.ReadWrite".to_owned());
    });
    sim.change_user(COLLEAGUE_ID, |user| user.access_policy_denied = true);
    let error = refused(&session, COLLEAGUE).await;
    assert_eq!(
        (error.kind, error.code.as_deref(), error.message()),
        (
            ErrorKind::Forbidden(Forbidden::AccessPolicyDenied),
            Some("ErrorAccessDenied"),
            Some("Access to OData is disabled.")
        )
    );
    // Such a policy restricts what Entra grants, and nothing that Exchange does.
    sim.change_user(COLLEAGUE_ID, |user| user.in_calendar_scope = true);
    session.create_event(COLLEAGUE, &new_event(1)).await.unwrap();
}

#[tokio::test]
async fn row_04_nobody_there_or_no_mailbox() {
    let World { sim, session, .. } = world().await;
    for unknown in ["nobody@northwind.example", "meetings@contoso.example"] {
        let error = refused(&session, unknown).await;
        assert_eq!(
            (error.kind, error.status, error.code.as_deref()),
            (ErrorKind::NotFound, Some(404), Some("ErrorInvalidUser"))
        );
    }
    let error = session.user("nobody@northwind.example").await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::NotFound, Some("Request_ResourceNotFound"))
    );

    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    sim.change_user(ORGANIZER_ID, |user| user.has_mailbox = false);
    let error = refused(&session, ORGANIZER).await;
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::NotFound, Some("MailboxNotEnabledForRESTAPI"))
    );
    session.user(ORGANIZER).await.unwrap();
    // That the mailbox is missing says nothing about the event.
    for user in [ORGANIZER, "renamed@northwind.example"] {
        for gone in [
            session.delete_event(user, &event.id).await,
            session.cancel_event(user, &event.id, "").await,
        ] {
            assert_eq!(gone.unwrap_err().kind, ErrorKind::NotFound);
        }
    }
    assert!(!sim.events()[0].deleted);
}
