use std::time::Duration;

use chrono::TimeDelta;
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
        (
            CannedAnswer::body(200, r#"{"access_token":"","expires_in":99}"#),
            ErrorKind::Protocol,
        ),
    ] {
        sim.fault(Fault::new(Route::Token, answer.clone()));
        assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, kind, "{answer:?}");
    }
}

#[tokio::test]
async fn a_lost_token_endpoint_says_nothing_about_what_is_deleted() {
    for status in [404, 409, 410, 422] {
        let World { sim, session, .. } = world().await;
        sim.fault(Fault::new(Route::Token, CannedAnswer::body(status, "")).times(100));
        for result in [
            session.delete_event(ORGANIZER, "e").await,
            session.cancel_event(ORGANIZER, "e", "").await,
            session.delete_online_meeting(ORGANIZER_ID, "m").await,
            session.delete_subscription("s").await,
            session.create_event(ORGANIZER, &new_event(1)).await.map(drop),
        ] {
            assert_eq!(result.unwrap_err().kind, ErrorKind::Credentials, "{status}");
        }
    }
}

#[tokio::test]
async fn a_token_endpoint_that_hangs_costs_no_call_while_a_token_is_good() {
    let policy = RetryPolicy {
        attempt_timeout: Duration::from_millis(400),
        call_deadline: Duration::from_millis(800),
        ..quick()
    };
    let World { sim, session, .. } = world_with(SimConfig::demo(), policy).await;
    session.user(ORGANIZER).await.unwrap();
    sim.fault(Fault::new(Route::Token, FaultAnswer::Stall).times(100));
    pass(3599 - 200).await;
    for user in join_all((0..8).map(|_| session.user(ORGANIZER))).await {
        user.unwrap();
    }
    assert_eq!(sim.requests_to(Route::Token).len(), 2, "one of them tries to renew it");
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_nothing_locked() {
    let World { sim, session, .. } = world().await;
    let given_up = async |times: usize| {
        let calls = join_all((0..times).map(|_| session.calendar(ORGANIZER)));
        tokio::time::timeout(Duration::from_millis(100), calls)
            .await
            .unwrap_err();
    };
    sim.fault(Fault::new(Route::Token, FaultAnswer::Stall));
    given_up(3).await;
    session.calendar(ORGANIZER).await.unwrap();
    // As many as may ask one mailbox at once, and some who wait for them.
    sim.fault(Fault::new(Route::Calendar, FaultAnswer::Stall).times(4));
    given_up(6).await;
    for calendar in join_all((0..6).map(|_| session.calendar(ORGANIZER))).await {
        calendar.unwrap();
    }
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
    assert_eq!(asked, 1 + 1);
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
async fn renewal_waits_as_long_as_the_token_endpoint_asks() {
    let World { sim, session, .. } = world().await;
    let both = async |seconds: u32| {
        sim.advance(TimeDelta::seconds(seconds.into()));
        pass(seconds.into()).await;
    };
    session.user(ORGANIZER).await.unwrap();
    both(3599 - 299).await;
    sim.fault(Fault::new(Route::Token, CannedAnswer::status(429).retry_after(120)));
    for _ in 0..3 {
        session.user(ORGANIZER).await.unwrap();
        both(39).await;
    }
    assert_eq!(sim.requests_to(Route::Token).len(), 2);
    both(5).await;
    session.user(ORGANIZER).await.unwrap();
    assert_eq!(sim.requests_to(Route::Token).len(), 3);
    assert!(sim.violations().is_empty());
}

#[tokio::test]
async fn no_wait_is_too_long_to_be_told() {
    for seconds in [u64::MAX, i64::MAX as u64, 9_000_000_000_000] {
        let World { sim, session, .. } = world().await;
        session.user(ORGANIZER).await.unwrap();
        pass(3599 - 200).await;
        sim.fault(Fault::new(Route::Token, CannedAnswer::status(429).retry_after(seconds)));
        session.user(ORGANIZER).await.unwrap();
        sim.fault(Fault::new(Route::Users, CannedAnswer::status(429).retry_after(seconds)));
        let error = session.user(ORGANIZER).await.unwrap_err();
        // What callers do with it.
        let wait = error.retry_after().unwrap();
        assert!(
            at("2026-11-24T15:00:00Z") + wait > at("2100-01-01T00:00:00Z"),
            "{wait:?}"
        );
    }
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
