use chrono::TimeDelta;
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, Throttle, demo::contoso, rules};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

fn wait(got: &Got) -> u64 {
    got.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_retry_before_its_time_is_refused_and_listed() {
    let world = world().await;
    let user = format!("/users/{USER}");
    world
        .sim
        .fault(Fault::new(Route::Users, CannedAnswer::status(429).retry_after(60)));
    assert_eq!(wait(&world.get(&user).await), 60);
    assert!(world.sim.violations().is_empty());

    world.sim.advance(TimeDelta::seconds(20));
    let early = world.get(&user).await;
    assert_eq!(early.code(), (429, "TooManyRequests"));
    assert!((39..=40).contains(&wait(&early)), "{}", wait(&early));
    assert!(
        early.headers["x-ms-throttle-scope"]
            .to_str()
            .unwrap()
            .starts_with("Tenant_Application/")
    );
    // By name it is the same user; another user and another route are free.
    assert_eq!(world.get("/users/meetings@northwind.example").await.status, 429);
    assert_eq!(world.get("/users/ceo@northwind.example").await.status, 200);
    assert_eq!(world.get(&format!("{user}/calendar")).await.status, 200);

    let listed = world.sim.violations();
    assert_eq!(listed.len(), 2);
    assert!(
        listed
            .iter()
            .all(|request| request.broke == Some(rules::RETRY_TOO_EARLY))
    );
    let told = world.control(Method::GET, "violations", Value::Null).await.body;
    assert_eq!(
        (&told[0]["broke"], &told[0]["status"]),
        (&rules::RETRY_TOO_EARLY.into(), &429.into())
    );

    world.sim.advance(TimeDelta::seconds(40));
    assert_eq!(world.get(&user).await.status, 200);
    assert_eq!(world.sim.violations().len(), 2);
}

#[tokio::test]
async fn only_429_and_503_with_seconds_hold_back() {
    let world = world().await;
    let user = format!("/users/{USER}");
    for answer in [
        CannedAnswer::status(429),
        CannedAnswer::status(504).retry_after(9),
        CannedAnswer::status(503).header("retry-after", "soon"),
    ] {
        world.sim.fault(Fault::new(Route::Users, answer));
        world.get(&user).await;
        assert_eq!(world.get(&user).await.status, 200);
    }
    // A prepared answer goes before the refusal, and the request is early all the same.
    let answer = CannedAnswer::status(503).retry_after(9);
    world.sim.fault(Fault::new(Route::Users, answer).times(2));
    assert_eq!(world.get(&user).await.status, 503);
    assert_eq!(world.get(&user).await.status, 503);
    assert_eq!(world.sim.violations().len(), 1);
    world.sim.clear_faults();
    assert_eq!(world.get(&user).await.status, 200);
}

#[tokio::test]
async fn a_token_asked_for_too_early() {
    let world = world().await;
    let tenant = graph_sim::demo::northwind::TENANT_ID;
    let answer = CannedAnswer::status(503).retry_after(30);
    world.sim.fault(Fault::new(Route::Token, answer));
    let got = world.token_with(tenant, &[]).await;
    assert_eq!(
        (got.status, &got.body["error"], &got.body["error_codes"]),
        (503, &"temporarily_unavailable".into(), &json!([90_033]))
    );
    assert_eq!(world.token_with(tenant, &[]).await.status, 429);
    let other = [
        ("client_id", contoso::CLIENT_ID),
        ("client_secret", contoso::CLIENT_SECRET),
    ];
    assert_eq!(world.token_with(contoso::TENANT_ID, &other).await.status, 200);
    assert_eq!(world.sim.violations().len(), 1);
}

#[tokio::test]
async fn a_scripted_limit() {
    let world = world().await;
    let user = format!("/users/{USER}");
    let limit = json!({ "route": "users", "requests": 2, "seconds": 10 });
    assert_eq!(world.control(Method::POST, "throttle", limit.clone()).await.status, 204);
    assert_eq!(
        world.control(Method::GET, "throttle", Value::Null).await.body,
        json!([limit])
    );
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(world.get(&user).await.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
    world.sim.advance(TimeDelta::seconds(10));
    assert_eq!(world.get(&user).await.status, 200);
    assert!(world.sim.violations().is_empty());
    world.sim.throttle(Throttle {
        route: Route::Users,
        requests: 0,
        seconds: 5,
    });
    assert_eq!(world.get(&user).await.status, 429);
    assert_eq!(world.control(Method::DELETE, "faults", Value::Null).await.status, 204);
    assert_eq!(world.get(&user).await.status, 200);
}

#[tokio::test]
async fn bodies_of_refusals() {
    let world = world().await;
    let user = format!("/users/{USER}");
    let next = async |answer: CannedAnswer| {
        world.sim.fault(Fault::new(Route::Users, answer));
        world.get(&user).await
    };
    let got = next(CannedAnswer::empty(502)).await;
    assert_eq!((got.status, got.body), (502, "".into()));
    let got = next(CannedAnswer::html(504)).await;
    assert!(got.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(got.body.as_str().unwrap().starts_with("<html>"));
    let odd = CannedAnswer::refusal(403, "Surprise", "…")
        .inner_code("Inside")
        .inner_key("innererror");
    let error = &next(odd).await.body["error"];
    assert_eq!(
        (&error["code"], &error["innererror"]["code"]),
        (&"Surprise".into(), &"Inside".into())
    );
    assert!(error["innererror"]["request-id"].is_string() && error.get("innerError").is_none());

    let fault = json!({ "route": "users", "answer": { "status": 403, "inner_code": "X", "inner_key": "innererror" } });
    world.control(Method::POST, "faults", fault).await;
    assert_eq!(world.get(&user).await.body["error"]["innererror"]["code"], "X");
}

#[tokio::test]
async fn a_stalled_request_ends_with_its_client() {
    let world = world().await;
    let fault = json!({ "route": "create-event", "answer": "stall" });
    world.control(Method::POST, "faults", fault).await;
    let patient = world
        .post_request(&event("t"))
        .timeout(std::time::Duration::from_millis(50));
    assert!(patient.send().await.unwrap_err().is_timeout());
    assert!(world.sim.events().is_empty());
    assert_eq!(world.sim.requests().last().unwrap().status, None);
    world.sim.fault(Fault::new(Route::Users, FaultAnswer::Stall));
    assert_eq!(world.post(&event("t")).await.status, 201);
}

#[tokio::test]
async fn the_high_water_of_all() {
    let world = world().await;
    world
        .sim
        .fault(Fault::new(Route::Users, CannedAnswer::delay(300)).times(2));
    let slow: Vec<_> = (0..2)
        .map(|_| tokio::spawn(world.get_request(&format!("/users/{USER}")).send()))
        .collect();
    while world.sim.requests_to(Route::Users).len() < 2 {
        tokio::task::yield_now().await;
    }
    world.get("/users/ceo@northwind.example").await;
    for call in slow {
        call.await.unwrap().unwrap();
    }
    assert_eq!(world.sim.high_water_overall(), 3);
    let log = world.control(Method::GET, "requests", Value::Null).await.body;
    assert_eq!(log["high_water_overall"], 3);
    let answered: Vec<_> = world.sim.requests().iter().map(|request| request.answered).collect();
    assert_eq!(
        (answered[0], answered[3]),
        (Some(1), Some(2)),
        "the last came before the slow ones"
    );
    assert!(world.sim.requests().iter().all(|request| request.at <= world.sim.now()));
}

#[tokio::test]
async fn all_calls_of_a_mailbox_share_its_limit() {
    let world = world().await;
    world.post(&event("t-1")).await;
    let id = segment(&world.sim.events()[0].mutable_id);
    let (own, named) = (format!("/users/{USER}"), "/users/meetings@northwind.example");
    let requests = [
        world.request(Method::GET, &format!("{own}/calendar")),
        world
            .request(Method::PATCH, &format!("{own}/events/{id}"))
            .json(&json!({})),
        world.request(Method::GET, &format!("{named}/events/{id}")),
        world.request(Method::GET, &format!("{named}/calendarView")),
        world.request(Method::POST, &format!("{own}/events/{id}/cancel")),
        world.request(Method::GET, &own),
    ];
    world
        .sim
        .fault(Fault::new(Route::Any, CannedAnswer::delay(500)).times(6));
    let calls: Vec<_> = requests.map(|request| tokio::spawn(request.send())).into();
    let mut refused = 0;
    for call in calls {
        refused += usize::from(call.await.unwrap().unwrap().status().as_u16() == 429);
    }
    assert_eq!(
        (refused, world.sim.high_water(USER), world.sim.high_water_overall()),
        (1, 5, 6)
    );
}
