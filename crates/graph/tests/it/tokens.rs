use std::time::Duration;

use futures::future::join_all;
use graph::{ClientAuth, Credentials, Endpoints, ErrorKind, GraphClient, RetryPolicy};
use graph_sim::{Bearer, CannedAnswer, Fault, FaultAnswer, Route, SimConfig, demo::northwind};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn one_token_for_many_calls() {
    let World { sim, client, session } = world().await;
    sim.fault(Fault::new(Route::Token, CannedAnswer::delay(30)));
    let other = client.session(credentials());
    let calls = (0..10).map(|at| {
        if at % 2 == 0 {
            session.user(ORGANIZER)
        } else {
            other.user(ORGANIZER)
        }
    });
    for user in join_all(calls).await {
        user.unwrap();
    }
    let asked = sim.requests_to(Route::Token);
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].path,
        format!("/login/{}/oauth2/v2.0/token", northwind::TENANT_ID)
    );
    assert_eq!(
        asked[0].body,
        json!({
            "grant_type": "client_credentials", "client_id": northwind::CLIENT_ID, "client_secret": "***",
            "scope": format!("{}/.default", sim.graph_url()),
        })
    );
    assert!(
        sim.requests_to(Route::Users)
            .iter()
            .all(|request| request.bearer == Bearer::Valid)
    );
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    sim.revoke_tokens();
    // All of them are refused at once; still one new token.
    for user in join_all((0..6).map(|_| session.user(ORGANIZER))).await {
        user.unwrap();
    }
    assert_eq!(sim.requests_to(Route::Token).len(), 2);

    sim.fault(Fault::new(Route::Users, CannedAnswer::status(401)).times(100));
    let before = sim.requests_to(Route::Users).len();
    let error = session.user(ORGANIZER).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unauthorized, Some(401)));
    assert_eq!(sim.requests_to(Route::Users).len(), before + 2);
    assert_eq!(sim.requests_to(Route::Token).len(), 3);
}

#[tokio::test]
async fn a_short_token_is_renewed_before_it_expires() {
    let World { sim, session, .. } = world().await;
    // Nine tenths of a life of nothing.
    sim.change_app(northwind::CLIENT_ID, |app| app.expires_in = 0);
    assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, ErrorKind::Unauthorized);
    assert_eq!(sim.requests_to(Route::Token).len(), 2);
    sim.change_app(northwind::CLIENT_ID, |app| app.expires_in = 60);
    session.user(ORGANIZER).await.unwrap();
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(
        sim.requests_to(Route::Token).len(),
        3,
        "a short life is used, not thrown away"
    );
}

#[tokio::test]
async fn refused_app_registrations() {
    let World { sim, client, session } = world().await;
    let with = |change: fn(&mut Credentials)| {
        let mut credentials = credentials();
        change(&mut credentials);
        client.session(credentials)
    };
    let cases = [
        (
            with(|given| given.auth = ClientAuth::Secret("wrong".into())),
            401,
            "AADSTS7000215",
        ),
        (
            with(|given| given.client_id = "99999999-9999-4999-8999-999999999999".to_owned()),
            400,
            "AADSTS700016",
        ),
        (
            with(|given| given.tenant_id = "99999999-9999-4999-8999-999999999999".to_owned()),
            400,
            "AADSTS90002",
        ),
        (
            with(|given| given.tenant_id = "no tenant/../x?".to_owned()),
            400,
            "AADSTS900023",
        ),
    ];
    for (session, status, code) in cases {
        let error = session.create_event(ORGANIZER, &new_event(1)).await.unwrap_err();
        assert_eq!(
            (error.kind, error.status, error.code.as_deref()),
            (ErrorKind::Credentials, Some(status), Some(code))
        );
        assert!(!error.outcome_unknown());
        assert!(error.message().unwrap().starts_with(code));
    }
    assert_eq!(sim.requests_to(Route::Token).len(), 4, "refusals are not repeated");
    assert_eq!(
        with(|given| given.tenant_id.clear()).user("x").await.unwrap_err().kind,
        ErrorKind::Invalid
    );

    sim.change_app(northwind::CLIENT_ID, |app| app.secret_expired = true);
    assert_eq!(
        session.user(ORGANIZER).await.unwrap_err().code.as_deref(),
        Some("AADSTS7000222")
    );
}

#[tokio::test]
async fn a_cached_token_does_not_vouch_for_another_secret() {
    let World {
        sim: _sim,
        client,
        session,
    } = world().await;
    session.user(ORGANIZER).await.unwrap();
    let wrong = Credentials {
        auth: ClientAuth::Secret("wrong".into()),
        ..credentials()
    };
    assert_eq!(
        client.session(wrong).user(ORGANIZER).await.unwrap_err().kind,
        ErrorKind::Credentials
    );
    session.user(ORGANIZER).await.unwrap();
}

#[tokio::test]
async fn the_token_endpoint_may_be_down_for_a_moment() {
    for fault in [
        CannedAnswer::status(503).into(),
        CannedAnswer::status(429).into(),
        CannedAnswer::body(400, r#"{"error":"temporarily_unavailable"}"#).into(),
        FaultAnswer::DropBefore,
    ] {
        let World { sim, session, .. } = world().await;
        sim.fault(Fault::new(Route::Token, fault));
        session.user(ORGANIZER).await.unwrap();
        assert_eq!(sim.requests_to(Route::Token).len(), 2);
    }
}

#[tokio::test]
async fn odd_answers_of_the_token_endpoint() {
    let World { sim, session, .. } = world().await;
    for (answer, kind) in [
        (CannedAnswer::body(200, ""), ErrorKind::Protocol),
        (CannedAnswer::body(200, "<html>"), ErrorKind::Protocol),
        (
            CannedAnswer::body(200, r#"{"access_token":"a\nb"}"#),
            ErrorKind::Protocol,
        ),
        (CannedAnswer::body(200, r#"{"access_token":7}"#), ErrorKind::Protocol),
        (CannedAnswer::status(302), ErrorKind::Protocol),
        (CannedAnswer::body(401, "<html>"), ErrorKind::Credentials),
        (CannedAnswer::body(404, ""), ErrorKind::NotFound),
    ] {
        sim.fault(Fault::new(Route::Token, answer.clone()));
        assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, kind, "{answer:?}");
    }
}

/// Lets the client's clock jump; the simulator's goes on.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_it_expires() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    pass(3599 - 300 - 5).await;
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(sim.requests_to(Route::Token).len(), 1);
    pass(10).await;
    session.user(ORGANIZER).await.unwrap();
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(sim.requests_to(Route::Token).len(), 2);
}

#[tokio::test]
async fn an_old_token_serves_while_renewal_fails() {
    let World { sim, session, .. } = world().await;
    session.user(ORGANIZER).await.unwrap();
    sim.fault(Fault::new(Route::Token, CannedAnswer::status(503)).times(100));
    pass(3599 - 200).await;
    session.user(ORGANIZER).await.unwrap();
    let asked = sim.requests_to(Route::Token).len();
    assert_eq!(asked, 1 + 4);
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(
        sim.requests_to(Route::Token).len(),
        asked,
        "renewal is not tried on every call"
    );
    pass(200).await;
    assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, ErrorKind::Unavailable);
    sim.clear_faults();
    session.user(ORGANIZER).await.unwrap();
}

#[tokio::test]
async fn waiting_for_a_token_is_bounded() {
    let policy = RetryPolicy {
        call_deadline: Duration::from_millis(100),
        ..quick()
    };
    let World { sim, session, .. } = world_with(SimConfig::demo(), policy).await;
    sim.fault(Fault::new(Route::Token, CannedAnswer::delay(60_000)).times(100));
    let calls = join_all((0..3).map(|_| session.user(ORGANIZER)));
    for user in tokio::time::timeout(Duration::from_secs(30), calls).await.unwrap() {
        assert_eq!(user.unwrap_err().kind, ErrorKind::Unavailable);
    }
}

#[tokio::test]
async fn secrets_do_not_show() {
    let World { sim, client, session } = world().await;
    let hidden = |text: &str| {
        assert!(
            !text.contains(northwind::CLIENT_SECRET) && !text.contains("tok-123"),
            "{text}"
        );
    };
    hidden(&format!("{:?} {:?} {client:?}", credentials(), session));
    assert!(format!("{:?}", credentials()).contains("***"));

    // Even when the services quote them back, or break in the middle of them.
    let quoted = json!({ "error": "invalid_client", "error_description": format!("bad {}", northwind::CLIENT_SECRET) });
    sim.fault(Fault::new(Route::Token, CannedAnswer::body(401, quoted.to_string())));
    sim.fault(Fault::new(
        Route::Token,
        CannedAnswer::body(200, r#"{"access_token":"tok-123","expires_in":"tok-123"}"#),
    ));
    sim.fault(
        Fault::new(
            Route::Token,
            CannedAnswer::body(200, r#"{"access_token":"tok-123","expires_in":99}"#),
        )
        .times(2),
    );
    sim.fault(Fault::new(
        Route::Users,
        CannedAnswer::refusal(403, "tok-123", "no tok-123 here"),
    ));
    for _ in 0..3 {
        let error = session.user(ORGANIZER).await.unwrap_err();
        hidden(&format!("{error} {error:?} {:?}", std::error::Error::source(&error)));
    }
    let nowhere = Endpoints {
        graph: "http://127.0.0.1:1".parse().unwrap(),
        login: "http://127.0.0.1:1".parse().unwrap(),
    };
    let client = GraphClient::new(graph::http_client().unwrap(), nowhere).with_policy(quick());
    let error = client.session(credentials()).user(ORGANIZER).await.unwrap_err();
    hidden(&format!("{error} {error:?}"));
    assert_eq!((error.kind, error.outcome_unknown()), (ErrorKind::Unavailable, false));
}
