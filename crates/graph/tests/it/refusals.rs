use graph::{ErrorKind, Forbidden};
use graph_sim::{CannedAnswer, Fault, Route, demo::northwind};

use crate::support::*;

#[tokio::test]
async fn users() {
    let World { sim, session, .. } = world().await;
    let user = session.user("Meetings@Northwind.example").await.unwrap();
    assert_eq!(
        (user.id.as_str(), user.user_principal_name.as_str()),
        (ORGANIZER_ID, ORGANIZER)
    );
    assert_eq!(
        (user.display_name.as_deref(), user.account_enabled),
        (Some("Northwind Meetings"), Some(true))
    );
    assert_eq!(session.user(ORGANIZER_ID).await.unwrap(), user);

    let error = session.user("$no'body#x@northwind.example").await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::NotFound, Some("Request_ResourceNotFound"))
    );
    assert!(
        sim.requests()
            .last()
            .unwrap()
            .path
            .starts_with("/v1.0/users/%24no%27body%23x%40northwind.example?$select=")
    );

    sim.change_app(northwind::CLIENT_ID, |app| app.roles.clear());
    sim.revoke_tokens();
    let error = session.user(ORGANIZER).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::UserLookup));
}

#[tokio::test]
async fn malformed_ids() {
    let World { sim: _sim, session, .. } = world().await;
    let error = session.event(ORGANIZER, "not-an-id").await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Invalid, Some("ErrorInvalidIdMalformed"))
    );
}

#[tokio::test]
async fn every_status_has_its_kind() {
    let World { sim, session, .. } = world().await;
    for (status, kind) in [
        (400, ErrorKind::Invalid),
        (403, ErrorKind::Forbidden(Forbidden::Other)),
        (404, ErrorKind::NotFound),
        (405, ErrorKind::Invalid),
        (409, ErrorKind::Conflict),
        (410, ErrorKind::Gone),
        (412, ErrorKind::Conflict),
        (422, ErrorKind::Invalid),
        (429, ErrorKind::Throttled { retry_after: None }),
        (500, ErrorKind::Unavailable),
        (504, ErrorKind::Unavailable),
        (509, ErrorKind::Throttled { retry_after: None }),
        (302, ErrorKind::Protocol),
    ] {
        sim.fault(Fault::new(Route::Users, CannedAnswer::refusal(status, "x", "y")).times(4));
        let error = session.user(ORGANIZER).await.unwrap_err();
        sim.clear_faults();
        assert_eq!(
            (error.kind, error.status, error.code.as_deref()),
            (kind, Some(status), Some("x")),
            "{status}"
        );
    }
}

#[tokio::test]
async fn odd_bodies() {
    let World { sim, session, .. } = world().await;
    let bodies = [
        "",
        "<html><h1>Bad gateway</h1></html>",
        "null",
        "[]",
        "7",
        "{",
        "{\"error\":null}",
        "{\"error\":\"text\"}",
        "{\"error\":{\"code\":7,\"message\":[]}}",
        "{\"error\":{\"innererror\":{\"request-id\":\"inner-1\"}}}",
        "\u{feff}{}",
    ];
    for body in bodies {
        for (status, kind) in [
            (404, ErrorKind::NotFound),
            (403, ErrorKind::Forbidden(Forbidden::Other)),
        ] {
            sim.fault(Fault::new(Route::Users, CannedAnswer::body(status, body)));
            let error = session.user(ORGANIZER).await.unwrap_err();
            assert_eq!((error.kind, error.code), (kind, None), "{body}");
        }
        sim.fault(Fault::new(Route::Users, CannedAnswer::body(200, body)));
        assert_eq!(
            session.user(ORGANIZER).await.unwrap_err().kind,
            ErrorKind::Protocol,
            "{body}"
        );
    }
    let more = r#"{"id":"1","userPrincipalName":"u","displayName":null,"new":{"deep":[1]},"@odata.type":"x"}"#;
    sim.fault(Fault::new(Route::Users, CannedAnswer::body(200, more)));
    assert_eq!(session.user(ORGANIZER).await.unwrap().account_enabled, None);
}

#[tokio::test]
async fn an_answer_without_end_is_refused() {
    let World { sim, session, .. } = world().await;
    sim.fault(Fault::new(
        Route::Users,
        CannedAnswer::body(200, " ".repeat(9 * 1024 * 1024)),
    ));
    assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, ErrorKind::Protocol);
}

#[tokio::test]
async fn errors_read_well() {
    let World { sim: _sim, session, .. } = world().await;
    let error = session
        .create_event("ceo@northwind.example", &new_event(1))
        .await
        .unwrap_err();
    let text = error.to_string();
    let (id, ours) = (error.request_id.unwrap(), error.client_request_id.unwrap());
    assert_eq!(
        text,
        format!(
            "Microsoft Graph: create-event failed: the mailbox is out of the app's scope, status 403, code ErrorAccessDenied, request-id {id}, client-request-id {ours}, Access is denied. Check credentials and try again."
        )
    );
}
